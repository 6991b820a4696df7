"""What an offer does to a ticket whose row is locked: placed, dropped, crossed; by a person's move or by a rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.vocabulary import Audience
from responsibilities import queries as responsibilities
from responsibilities.domain import resolution
from responsibilities.domain.matrix import Matrix
from tickets.actions import entries, telling
from tickets.domain import handover, ledger, lifecycle
from tickets.domain.lifecycle import Move
from tickets.models import Event, Kind, Ticket
from tickets.queries.hours import answering_hours
from tickets.queries.standing import accepts


@dataclass(frozen=True)
class Named:
    """What the matrix says of a ticket now: which side does its duty, whether it says so without a doubt, and why."""

    side: str
    certain: bool
    because: str
    accountable: str


def named_now(ticket: Ticket, at: datetime) -> Named:
    """Return whose a ticket is by the matrix in force at `at`."""
    duty = ticket.duty.key if ticket.duty else None
    route = resolution.route(responsibilities.matrix_of(ticket.tenant_id, at), duty, at, "ticket", ticket.place)
    return Named(route.side, duty is not None and not route.unowned, route.because, route.accountable)


def offer_by_rule(
    ticket: Ticket, kind: str, to: str, packet: Mapping[str, str], *, by: access.Actor, at: datetime, text: str
) -> Event | None:
    """Offer a locked ticket because a rule says so: a new version, a changed duty, a merge.

    Nothing where an offer waits already, and of a ticket that one side alone sees: a person shows it first.
    """
    if ticket.offer_kind or ticket.side == to or ticket.hidden_for_id is not None:
        return None
    with tenancy.only([ticket.tenant_id]):
        turn = entries.by_system(Move.OFFER, ticket, by=by, at=at)
        place(ticket, kind, to, by=by, at=at, packet=packet)
        event = entries.finish(turn, kind=Kind.OFFERED, audience=Audience.SHARED, text=text)
        telling.answerers(ticket, event, by=by, at=at)
    answered_before(ticket, by=by, at=at)
    return event


def answered_before(ticket: Ticket, *, by: access.Actor, at: datetime) -> None:
    """Let what the receiving side accepted beforehand cross at once."""
    because = accepts(ticket.tenant_id, ticket.duty.key if ticket.duty else "", ticket.place, ticket.offer_to, at)
    if because:
        cross(ticket, Kind.ACCEPTED, because, by=access.system(by.tenant), at=at)


def woken(ticket: Ticket, *, by: access.Actor, at: datetime) -> None:
    """Offer a ticket that woke to the side that a new version gave it meanwhile."""
    to = ticket.offer_when_woken
    if ticket.state == lifecycle.State.WAITING or not to:
        return
    if to != ticket.side and ticket.state in lifecycle.TO_DO:
        named = named_now(ticket, at)
        text = f"It waited while the matrix changed. {named.because}"
        offer_by_rule(ticket, "VERSION", to, {"why": named.because}, by=access.system(by.tenant), at=at, text=text)


def place(
    ticket: Ticket,
    kind: str,
    to: str,
    *,
    by: access.Actor,
    at: datetime,
    packet: Mapping[str, str],
    answering: str = "",
    matrix: Matrix | None = None,
) -> None:
    """Put an offer on a locked ticket; its answer clock runs in the hours of the side that answers, by `matrix` or the one in force."""
    times = handover.times(answering_hours(ticket, answering or to, at, matrix), at, ticket.priority)
    ticket.offer_kind, ticket.offer_to, ticket.packet, ticket.offer_when_woken = kind, to, dict(packet), ""
    ticket.offer_by_id, ticket.offer_side, ticket.offer_name, ticket.offer_at = by.user_id, by.side or "", by.name, at
    ticket.offer_remind_at, ticket.offer_due_at, ticket.offer_expires_at = times


def change_holder(ticket: Ticket, to: str, person: int | None) -> None:
    """Let a side hold the ticket, with nothing of the offer left; who has it there is the one who took it, or its queue."""
    ticket.side, ticket.assignee_id, ticket.unowned = to, person, False
    ticket.crossings += 1
    ticket.offer_when_woken = ""
    drop_offer(ticket)


def cross(ticket: Ticket, kind: Kind, because: str, *, by: access.Actor, at: datetime) -> None:
    """Let a standing acceptance answer at once."""
    with tenancy.only([ticket.tenant_id]):
        turn = entries.by_system(Move.ACCEPT, ticket, by=by, at=at)
        end_wait(ticket)
        change_holder(ticket, ticket.offer_to, None)
        event = entries.finish(turn, kind=kind, audience=Audience.SHARED, text=because, more={"standing": True})
        telling.holder(ticket, event, by=by, at=at)


def drop_offer(ticket: Ticket) -> None:
    """Take the offer from a ticket, with what was told about it."""
    for name, value in ledger.NO_OFFER.items():
        setattr(ticket, name, value)
    ticket.told = [word for word in ticket.told if not word.startswith("offer:")]


def end_wait(ticket: Ticket) -> None:
    """Take the wait from a ticket."""
    for name, value in ledger.NO_WAIT.items():
        setattr(ticket, name, value)
