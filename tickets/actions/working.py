"""The moves of work: take, assign, give back, resolve, close, reopen, confirm, cancel."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import linking, offers, steps, telling
from tickets.domain.lifecycle import REASON, Move, State
from tickets.domain.outcomes import CANCELLATIONS, RESOLUTIONS
from tickets.models import Event, Kind, Ticket
from tickets.queries.work import gate


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
    event = steps.finish(turn, kind=Kind.TAKEN, audience=Audience.PUBLIC)
    telling.requester(ticket, event, by=by, at=at)
    return ticket


@transaction.atomic
def assign(
    ticket_id: int, person: int, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "", outside_hours: bool = False
) -> Ticket:
    """Give the ticket to a colleague of the holding side, who is there now or whose absence was confirmed."""
    turn = steps.begin(Move.ASSIGN, "ticket.assign_colleague", ticket_id, by=by, at=at, seen=seen, once=once, said=(person,))
    ticket = turn.ticket
    if turn.again or ticket.assignee_id == person:
        return ticket
    colleague = next((one for one in queries.colleagues(ticket, at) if one.user_id == person), None)
    if colleague is None:
        raise steps.SayMore("Choose a colleague who works tickets on your side.", "person")
    if colleague.away and not outside_hours:
        raise steps.SayMore(
            f"{colleague.name} {colleague.away}. Choose somebody else, or confirm that it shall be {colleague.name}.", "person"
        )
    ticket.assignee_id = person
    if turn.state is State.NEW:
        turn = replace(turn, state=State.OPEN)
    event = steps.finish(turn, kind=Kind.ASSIGNED, audience=Audience.SHARED, text=f"It is with {colleague.name} now.")
    telling.people(ticket, event, [person], by=by, at=at)
    return ticket


@transaction.atomic
def release(ticket_id: int, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Give back what one took: to who had it before, as long as nothing else happened; else to the queue of the side."""
    turn = steps.begin(Move.RELEASE, "ticket.take", ticket_id, by=by, at=at, seen=seen, once=once)
    ticket = turn.ticket
    if turn.again:
        return ticket
    latest = Event.objects.for_tenant(by.tenant).of(ticket.id).filter(kind=Kind.TAKEN, version=ticket.version).first()
    mine = latest is not None and latest.by_user_id == by.user_id
    ticket.assignee_id = latest.before.get("assignee_id") if mine and latest else None
    was = State(latest.before.get("state", turn.state)) if mine and latest else turn.state
    steps.finish(replace(turn, state=was), kind=Kind.ASSIGNED, audience=Audience.SHARED, text="It is back where it was before.")
    return ticket


@transaction.atomic
def resolve(
    ticket_id: int,
    text: str,
    *,
    by: access.Actor,
    at: datetime,
    code: str = "fixed",
    seen: int | None = None,
    once: str = "",
    override: str = "",
    parts: bool = False,
) -> Ticket:
    """Say what solved it; the one who asked may confirm or reopen. A lead may pass over what is not done yet, with a reason that is kept.

    `parts` = its open parts are resolved with it, in the same words.
    """
    if parts:
        linking.lock_family(ticket_id, by=by)
    said = (code, override, parts)
    turn = steps.begin(Move.RESOLVE, "ticket.resolve", ticket_id, text=text, by=by, at=at, seen=seen, once=once, said=said)
    if turn.again:
        return turn.ticket
    if code not in RESOLUTIONS:
        raise steps.SayMore("Choose how it was resolved.", "code")
    held = gate(turn.ticket, at)
    undone = (held.without_children() if parts else held).sentences
    lead = queries.actor_facts(by).leads
    if undone and not (lead and len(override.strip()) >= REASON):
        more = (
            " Say why it is resolved all the same, in ten characters or more."
            if lead
            else " A manager of your side can resolve it all the same."
        )
        raise steps.SayMore(" ".join(undone) + more, "override")
    turn.ticket.resolved_at, turn.ticket.outcome = at, code
    offers.end_wait(turn.ticket)
    event = steps.finish(turn, kind=Kind.RESOLVED, audience=Audience.PUBLIC, text=text)
    if undone:  # what is open, and why that is all the same, is for both sides, not for the person who asked
        passed = f"resolved it although not all is done. {' '.join(undone)} {override.strip()}"
        steps.write(steps.Turn(turn.ticket, Move.WORK, by, at), kind=Kind.WORKED, audience=Audience.SHARED, text=passed)
    if parts:
        linking.resolve_parts(turn, text)
    telling.both_sides(turn.ticket, event, by=by, at=at)
    return turn.ticket


@transaction.atomic
def close(ticket_id: int, text: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """End a resolved ticket; where a person asked, the text says how that person agreed."""
    turn = steps.begin(Move.CLOSE, "ticket.close", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    return turn.ticket if turn.again else _end(turn, Kind.CLOSED, text)


@transaction.atomic
def confirm(
    ticket_id: int,
    text: str = "",
    *,
    by: access.Actor,
    at: datetime,
    seen: int | None = None,
    once: str = "",
    action: str = "ticket.confirm",
) -> Ticket:
    """The person who asked says that it is solved."""
    turn = steps.begin(Move.CONFIRM, action, ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    return turn.ticket if turn.again else _end(turn, Kind.CONFIRMED, text)


@transaction.atomic
def cancel(
    ticket_id: int, text: str, *, by: access.Actor, at: datetime, code: str = "not_ours", seen: int | None = None, once: str = ""
) -> Ticket:
    """The holder ends what is not to be done, and says why."""
    turn = steps.begin(Move.CANCEL, "ticket.cancel", ticket_id, text=text, by=by, at=at, seen=seen, once=once, said=(code,))
    if code not in CANCELLATIONS:
        raise steps.SayMore("Choose why it is cancelled.", "code")
    return turn.ticket if turn.again else _end(turn, Kind.CANCELLED, text, code)


@transaction.atomic
def cancel_own(
    ticket_id: int, text: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "", action: str = "ticket.cancel_own"
) -> Ticket:
    """The requester takes back what he asked for, and says why."""
    turn = steps.begin(Move.CANCEL_OWN, action, ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    return turn.ticket if turn.again else _end(turn, Kind.CANCELLED, text, "withdrawn")


@transaction.atomic
def reopen(
    ticket_id: int,
    text: str = "",
    *,
    by: access.Actor,
    at: datetime,
    seen: int | None = None,
    once: str = "",
    action: str = "ticket.reopen",
) -> Ticket:
    """What was resolved was not: back to the same holder, and to the same person where that one is there."""
    turn = steps.begin(Move.REOPEN, action, ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    ticket.resolved_at, ticket.outcome = None, ""
    ticket.reopenings += 1
    ticket.wakes = 0
    there = {one.user_id for one in queries.colleagues(ticket, at) if not one.away}
    ticket.assignee_id = ticket.assignee_id if ticket.assignee_id in there else None
    event = steps.finish(turn, kind=Kind.REOPENED, audience=Audience.PUBLIC, text=text)
    telling.both_sides(turn.ticket, event, by=by, at=at)
    return turn.ticket


def _end(turn: steps.Turn, kind: Kind, text: str, code: str = "") -> Ticket:
    turn.ticket.closed_at = turn.at
    turn.ticket.outcome = code or turn.ticket.outcome
    offers.drop_offer(turn.ticket)
    offers.end_wait(turn.ticket)
    event = steps.finish(turn, kind=kind, audience=Audience.PUBLIC, text=text)
    telling.both_sides(turn.ticket, event, by=turn.by, at=turn.at)
    return turn.ticket
