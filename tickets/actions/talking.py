"""Messages on a ticket: a reply that both sides read, a note that stays on one."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import offers, steps, telling
from tickets.domain import audience as audiences
from tickets.domain import clocks, lifecycle
from tickets.models import Kind, Ticket


@transaction.atomic
def reply(
    ticket_id: int, text: str, audience: Audience, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = ""
) -> Ticket:
    """Write to both sides, and to the requester too when the audience is public."""
    if audience not in audiences.TO_BOTH:
        raise steps.SayMore("A reply goes to both sides. What stays on your side is a private note.")
    turn = steps.begin(lifecycle.Move.REPLY, "ticket.reply", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    if not turn.again:
        ticket = turn.ticket
        asked = queries.asked_for(ticket, by)
        human = by.role != "system"
        if ticket.first_reply_at is None and clocks.counts_as_answer(audience=audience, human=human, requester=asked, reply=True):
            ticket.first_reply_at = at
        if ticket.wait_reason == "requester" and asked:
            turn = replace(turn, state=lifecycle.State.OPEN)  # what it waited for has come
            offers.end_wait(ticket)
            ticket.wakes = 0
        event = steps.finish(turn, kind=Kind.REPLY, audience=audience, text=text)
        telling.both_sides(turn.ticket, event, by=by, at=at)
        offers.woken(ticket, by=by, at=at)
    return turn.ticket


@transaction.atomic
def note(ticket_id: int, text: str, *, by: access.Actor, at: datetime, once: str = "") -> Ticket:
    """Keep a note on the writer's own side.

    It touches nothing that the other side can see, neither the ticket's row nor the shared trail: a private note cannot even be
    counted. The ledger is append-only, so the note itself is its record. Hence nobody's view of the ticket grows stale by it.
    """
    turn = steps.begin(lifecycle.Move.NOTE, "note.write_private", ticket_id, text=text, by=by, at=at, once=once)
    if not turn.again and by.side is not None:
        event = steps.write(turn, kind=Kind.NOTE, audience=audiences.own(by.side), text=text)
        telling.own_side(turn.ticket, event, by=by, at=at)
    return turn.ticket
