"""The moves of work: take, resolve, close, reopen, confirm, cancel."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets.actions import steps, telling
from tickets.domain.lifecycle import Move, State
from tickets.models import Kind, Ticket


@transaction.atomic
def take(ticket_id: int, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Make the ticket one's own, within the side that holds it; a key marks it as worked on, in nobody's name.

    From a colleague only by a person who saw that it is the colleague's: without `seen`, the second of two takers is told.
    """
    turn = steps.begin(Move.TAKE, "ticket.take", ticket_id, by=by, at=at, seen=seen, once=once)
    ticket = turn.ticket
    if turn.again or (ticket.assignee_id == by.user_id and ticket.state == State.OPEN):
        return ticket
    if ticket.assignee is not None and (seen is None or by.user_id is None):
        raise steps.Stale(f"{ticket.assignee.name} has this ticket.")
    ticket.assignee_id = by.user_id
    event = steps.finish(turn, "assignee", kind=Kind.TAKEN, audience=Audience.PUBLIC)
    telling.requester(ticket, event, by=by, at=at)
    return ticket


@transaction.atomic
def resolve(ticket_id: int, text: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Say what solved it; the one who asked may confirm or reopen."""
    turn = steps.begin(Move.RESOLVE, "ticket.resolve", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    turn.ticket.resolved_at = at
    event = steps.finish(turn, "resolved_at", kind=Kind.RESOLVED, audience=Audience.PUBLIC, text=text)
    telling.both_sides(turn.ticket, event, by=by, at=at)
    return turn.ticket


@transaction.atomic
def close(ticket_id: int, text: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """End a resolved ticket; where a person asked, the text says how that person agreed."""
    turn = steps.begin(Move.CLOSE, "ticket.close", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    return turn.ticket if turn.again else _end(turn, Kind.CLOSED, text)


@transaction.atomic
def confirm(ticket_id: int, text: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """The person who asked says that it is solved."""
    turn = steps.begin(Move.CONFIRM, "ticket.confirm", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    return turn.ticket if turn.again else _end(turn, Kind.CONFIRMED, text)


@transaction.atomic
def cancel(ticket_id: int, text: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """The holder ends what is not to be done, and says why."""
    turn = steps.begin(Move.CANCEL, "ticket.cancel", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    return turn.ticket if turn.again else _end(turn, Kind.CANCELLED, text)


@transaction.atomic
def cancel_own(ticket_id: int, text: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """The requester takes back what he asked for, and says why."""
    turn = steps.begin(Move.CANCEL_OWN, "ticket.cancel_own", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    return turn.ticket if turn.again else _end(turn, Kind.CANCELLED, text)


@transaction.atomic
def reopen(ticket_id: int, text: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """What was resolved was not: back to the same holder and person."""
    turn = steps.begin(Move.REOPEN, "ticket.reopen", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    turn.ticket.resolved_at = None
    event = steps.finish(turn, "resolved_at", kind=Kind.REOPENED, audience=Audience.PUBLIC, text=text)
    telling.both_sides(turn.ticket, event, by=by, at=at)
    return turn.ticket


def _end(turn: steps.Turn, kind: Kind, text: str) -> Ticket:
    turn.ticket.closed_at = turn.at
    event = steps.finish(turn, "closed_at", kind=kind, audience=Audience.PUBLIC, text=text)
    telling.both_sides(turn.ticket, event, by=turn.by, at=turn.at)
    return turn.ticket
