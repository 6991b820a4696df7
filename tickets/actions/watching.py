"""What a ticket does by itself: warn, miss, remind, wake, let an offer run out, end its window.

It is all found from the ticket's own columns, so a worker that was away for a day, or none at all, changes nothing but when people
hear of it: whoever moves the ticket next does first what was due before.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets.actions import entries, offers, telling
from tickets.domain import ledger, lifecycle, saying, waiting
from tickets.domain.lifecycle import Move
from tickets.models import Event, Kind, Ticket
from tickets.queries.work import gate

REST = timedelta(days=1)  # until the watcher tries a ticket again that it gave up on
MOST = 50  # happenings of one ticket at once: more would be a loop


def watch(ticket_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Do what is due on one ticket, under its lease and in one transaction."""
    ticket = Ticket.objects.for_tenant(tenant_id).select_for_update(of=("self",)).select_related("terms", "tenant").get(id=ticket_id)
    catch_up(ticket, at=at)
    background.finish(Ticket, ticket_id, token)


def give_up(ticket_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Leave a ticket that cannot be watched to the next person who moves it, and try again in a day; its clocks stay right."""
    free = Ticket.objects.for_tenant(tenant_id).filter(pk=ticket_id, lease_token=token)
    if not free.update(lease_until=at + REST, lease_token=None, attempts=0):
        raise background.LostLease


def catch_up(ticket: Ticket, *, at: datetime) -> None:
    """Do what was due before `at` on a ticket whose row is locked, each thing at its own instant and in order."""
    if ticket.watch_at is None or ticket.watch_at > at:
        return
    by = access.system(ticket.tenant)
    terms = ledger.terms_of(ticket.terms.content) if ticket.terms else None
    with tenancy.only([ticket.tenant_id]):  # the product acts by itself, not in the name of whoever came by
        for _ in range(MOST):
            due = [one for one in ledger.happenings(entries.columns_of(ticket), terms) if one.at <= at]
            if not due:
                break
            DO[due[0].what](ticket, due[0], by)


def _miss(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> None:
    """A clock ran out: it is dated at its due instant, or at the change of the target that made it late."""
    what = happening.what.partition(":")[0]
    due = getattr(ticket, f"{what}_due_at")
    changed = ticket.targets[-1][0] if len(ticket.targets) > 1 else ""
    late = bool(changed) and datetime.fromisoformat(changed) > due
    because = ledger.TARGET_CHANGED if late else _charged(ticket)
    turn = _turn(ticket, happening, by)
    setattr(ticket, f"{what}_missed_at", datetime.fromisoformat(changed) if late else due)
    ticket.missed_because = because
    event = _noted(turn, Kind.MISSED, f"{saying.CLOCKS[what]} was due {saying.moment(due, ticket.tenant.zone)}. {saying.charged(because)}")
    telling.holder(ticket, event, by=by, at=happening.at)


def _warn(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> None:
    what = happening.what.partition(":")[0]
    turn = _turn(ticket, happening, by)
    ticket.told = [*ticket.told, happening.what]
    due = getattr(ticket, f"{what}_due_at")
    event = _noted(turn, Kind.WARNED, f"{saying.CLOCKS[what]} is due {saying.moment(due, ticket.tenant.zone)}.")
    telling.holder(ticket, event, by=by, at=happening.at)


def _remind(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> None:
    """Half of the time of an offer is over, or all of it: then its lead hears of it, and its side is charged from here on."""
    turn = _turn(ticket, happening, by)
    ticket.told = [*ticket.told, happening.what]
    late = happening.what == "offer:due"
    words = "The time to answer this offer is over; from now on it counts as theirs." if late else "This offer waits for an answer."
    event = _noted(turn, Kind.REMINDED, words)
    telling.answerers(ticket, event, by=by, at=happening.at, leads=late)


def _expire(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> None:
    """Nobody answered: the offer ends, the holder stays, both leads are told."""
    turn = entries.by_system(Move.EXPIRE, ticket, by=by, at=happening.at)
    asked, handover = ticket.offer_kind == lifecycle.ASKED, ticket.offer_kind not in lifecycle.NO_HANDOVER
    offers.drop_offer(ticket)
    ticket.expiries += handover
    who = "The question" if asked else "The offer"
    event = entries.finish(
        turn, kind=Kind.EXPIRED, audience=Audience.SHARED, text=f"{who} ran out without an answer. The ticket stays where it is."
    )
    telling.leads(ticket, event, by=by, at=happening.at)


def _wake(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> None:
    """The wait is over: back to work, or to the end where the person who asked did not answer three times."""
    turn = entries.by_system(Move.WAKE, ticket, by=by, at=happening.at)
    unanswered = ticket.wait_reason == "requester"
    ticket.wakes += unanswered
    offers.end_wait(ticket)
    event = entries.finish(turn, kind=Kind.WOKE, audience=Audience.SHARED, text="The time to wait is over.")
    telling.holder(ticket, event, by=by, at=happening.at)
    offers.woken(ticket, by=by, at=happening.at)
    if unanswered and ticket.wakes >= waiting.WAKES and not ticket.offer_kind and not gate(ticket, happening.at).sentences:
        _resolve_unanswered(ticket, happening, by)


def _resolve_unanswered(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> None:
    turn = entries.Turn(ticket, Move.RESOLVE, by, happening.at, state=lifecycle.State.RESOLVED, before=entries.snapshot(ticket))
    ticket.resolved_at, ticket.outcome = happening.at, "no_answer"
    words = "We asked three times and heard nothing, so this is taken as solved. Answer here and it is opened again."
    event = entries.finish(turn, kind=Kind.RESOLVED, audience=Audience.PUBLIC, text=words)
    telling.requester(ticket, event, by=by, at=happening.at)


def _close(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> None:
    """The window in which it could be reopened is over."""
    turn = entries.Turn(ticket, Move.CLOSE, by, happening.at, state=lifecycle.State.CLOSED, before=entries.snapshot(ticket))
    ticket.closed_at = happening.at
    event = entries.finish(turn, kind=Kind.CLOSED, audience=Audience.PUBLIC, text="Nobody reopened it in five working days.")
    telling.who_asks(ticket, event, by=by, at=happening.at)


DO: dict[str, Callable[[Ticket, ledger.Happening, access.Actor], None]] = {
    "answer:warn": _warn,
    "answer:miss": _miss,
    "fix:warn": _warn,
    "fix:miss": _miss,
    "offer:remind": _remind,
    "offer:due": _remind,
    "offer:expire": _expire,
    "wake": _wake,
    "close": _close,
}


def _turn(ticket: Ticket, happening: ledger.Happening, by: access.Actor) -> entries.Turn:
    return entries.Turn(ticket, Move.COMMENT, by, happening.at, state=lifecycle.State(ticket.state), before=entries.snapshot(ticket))


def _noted(turn: entries.Turn, kind: Kind, text: str) -> Event:
    """Say what happened without a new version: nobody's view of the ticket grows stale by a reminder."""
    ticket = turn.ticket
    ticket.last_at = max(ticket.last_at, turn.at)
    entries.settle(ticket, turn.at)
    ticket.save(update_fields=entries.SAVED)
    return entries.write(turn, kind=kind, audience=Audience.SHARED, text=text)


def _charged(ticket: Ticket) -> str:
    """Return the party whose time it is at this instant, as the charged ledger says."""
    if ticket.state == lifecycle.State.WAITING:
        return waiting.REASONS[ticket.wait_reason].charged
    late = "offer:due" in ticket.told and ticket.offer_kind and ticket.offer_kind != lifecycle.ASKED
    return (ticket.offer_to if late else ticket.side).lower()
