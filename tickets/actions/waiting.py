"""A ticket waits for somebody named, for a reason, until a moment; and is taken up again."""

from datetime import datetime, timedelta

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets.actions import offers, steps, telling
from tickets.domain import clocks, ledger, waiting
from tickets.domain.lifecycle import Move
from tickets.models import Kind, Ticket


@transaction.atomic
def wait(
    ticket_id: int,
    reason: str,
    whom: str,
    until: datetime,
    text: str,
    *,
    by: access.Actor,
    at: datetime,
    seen: int | None = None,
    once: str = "",
) -> Ticket:
    """Let the ticket wait; for the person who asked only together with a public message that says what is wanted."""
    turn = steps.begin(Move.WAIT, "ticket.pause_clock", ticket_id, by=by, at=at, seen=seen, once=once, said=(reason, whom, until, text))
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    begin(ticket, reason, whom, until, text=text, at=at)
    public = reason == "requester"
    event = steps.finish(turn, kind=Kind.WAITS, audience=Audience.PUBLIC if public else Audience.SHARED, text=text)
    if public:
        telling.both_sides(ticket, event, by=by, at=at)
    return ticket


@transaction.atomic
def wake(ticket_id: int, text: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Take the ticket up again before its time."""
    turn = steps.begin(Move.WAKE, "ticket.wake", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    offers.end_wait(turn.ticket)
    steps.finish(turn, kind=Kind.WOKE, audience=Audience.SHARED, text=text)
    offers.woken(turn.ticket, by=by, at=at)
    return turn.ticket


def begin(ticket: Ticket, reason: str, whom: str, until: datetime, *, text: str, at: datetime) -> None:
    """Put a wait on a locked ticket; raise SayMore for what is missing."""
    refused = waiting.refuses(reason, ticket.priority)
    if refused:
        raise steps.SayMore(refused, "reason")
    if reason == "requester":
        if ticket.requester_id is None:
            raise steps.SayMore("No person asked for this ticket, so it cannot wait for one. Choose what it waits for.", "reason")
        if not text.strip():
            raise steps.SayMore("Write to the person who asked what you need from them.", "text")
        whom = whom.strip() or (ticket.requester.name if ticket.requester else "")
    if not whom.strip():
        raise steps.SayMore("Name who or what this ticket waits for.", "whom")
    last = longest(ticket, at)
    if until <= at:
        raise steps.SayMore("Choose a time to come.", "until")
    if until > last:
        raise steps.SayMore(f"A wait lasts {waiting.DAYS} working days at most; then look again. Choose an earlier time.", "until")
    ticket.wait_reason, ticket.wait_for = reason, whom.strip()[:200]
    ticket.wait_since, ticket.wait_until = at, until


def longest(ticket: Ticket, at: datetime) -> datetime:
    """Return the latest moment at which a wait that begins now wakes by itself."""
    terms = ledger.terms_of(ticket.terms.content) if ticket.terms else None
    office = terms.office if terms else clocks.Always()
    return clocks.due(office, at, waiting.DAYS * 8 * 3600, ()) or at + timedelta(days=waiting.DAYS)
