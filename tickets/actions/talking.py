"""Messages on a ticket: a reply that both sides read, a note that stays on one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import drafting, filing, following, offers, steps, telling
from tickets.domain import audience as audiences
from tickets.domain import lifecycle
from tickets.domain.files import Offered
from tickets.models import Event, Kind, Ticket


@transaction.atomic
def reply(
    ticket_id: int,
    text: str,
    audience: Audience,
    *,
    by: access.Actor,
    at: datetime,
    files: Sequence[Offered] = (),
    seen: int | None = None,
    once: str = "",
    action: str = "ticket.reply",
) -> Ticket:
    """Write to both sides, and to the requester too when the audience is public; files without a text are an entry of their own.

    `action` is what the writer needs to be allowed; who only asks has one of his own.
    """
    return _reply(action, ticket_id, text, audience, by=by, at=at, files=files, seen=seen, once=once)


@transaction.atomic
def share(ticket_id: int, event_id: int, *, by: access.Actor, at: datetime, once: str = "") -> Ticket:
    """Write the text of one's own private note to both sides, as a new message; the note and its files stay where they are.

    Raises Event.DoesNotExist for what is no private note of this person.
    """
    access.require(by, "note.share_private")
    ticket = Ticket.objects.for_tenant(by.tenant).seen_by(by.company_id).get(id=ticket_id)
    note_ = queries.readable(ticket, by).own_notes(by.user_id).get(id=event_id)
    return _reply("note.share_private", ticket_id, note_.text, Audience.SHARED, by=by, at=at, once=once, said=(event_id,))


def _reply(
    action: str,
    ticket_id: int,
    text: str,
    audience: Audience,
    *,
    by: access.Actor,
    at: datetime,
    files: Sequence[Offered] = (),
    seen: int | None = None,
    once: str = "",
    said: tuple[object, ...] = (),
) -> Ticket:
    if audience not in audiences.TO_BOTH:
        raise steps.SayMore("A reply goes to both sides. What stays on your side is a private note.")
    kept = filing.judged(files)
    said = (*said, audience, *filing.said(kept))
    turn = steps.begin(
        lifecycle.Move.REPLY, action, ticket_id, text=text.strip() or filing.names(kept), said=said, by=by, at=at, seen=seen, once=once
    )
    if not turn.again:
        ticket = turn.ticket
        awaited = ticket.wait_reason == "requester" and queries.asked_for(ticket, by)
        if queries.asked_for(ticket, by):
            ticket.wakes = 0
        if awaited:
            turn = replace(turn, state=lifecycle.State.OPEN)  # what it waited for has come
            offers.end_wait(ticket)
        kind = Kind.REPLY if text.strip() else Kind.FILE
        write = steps.finish if awaited or kind is Kind.REPLY else steps.write  # a file alone changes nothing of the ticket
        event = write(turn, kind=kind, audience=audience, text=text)
        hand_on(turn, event, kept)
        offers.woken(ticket, by=by, at=at)
    return turn.ticket


@transaction.atomic
def note(ticket_id: int, text: str, *, by: access.Actor, at: datetime, files: Sequence[Offered] = (), once: str = "") -> Ticket:
    """Keep a note on the writer's own side, with its files.

    It touches nothing that the other side can see, neither the ticket's row nor the shared trail: a private note cannot even be
    counted. The ledger is append-only, so the note itself is its record. Hence nobody's view of the ticket grows stale by it.
    """
    kept = filing.judged(files)
    turn = steps.begin(
        lifecycle.Move.NOTE,
        "note.write_private",
        ticket_id,
        text=text.strip() or filing.names(kept),
        said=filing.said(kept),
        by=by,
        at=at,
        once=once,
    )
    if not turn.again and by.side is not None:
        event = steps.write(turn, kind=Kind.NOTE if text.strip() else Kind.FILE, audience=audiences.own(by.side), text=text)
        hand_on(turn, event, kept)
    return turn.ticket


def hand_on(turn: steps.Turn, event: Event, files: Sequence[filing.Judged]) -> None:
    """Do what follows from a message: keep its files, end its draft, let whom it names follow, tell whom it is for."""
    filing.attach(turn, event, files)
    drafting.sent(turn, Audience(event.audience))
    people = access.people_of(turn.by.tenant_id, None, turn.at)
    asks = turn.by.role == access.ASKS  # who only asks knows nobody's place here, and calls nobody
    named = following.name_people(turn.ticket, event, () if asks else people, by=turn.by, at=turn.at)
    telling.message(turn.ticket, event, people, by=turn.by, at=turn.at, named=named, files=[file.name for file in files])
