"""How a ticket begins, is found again while its trouble lasts, and ends when its source falls silent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Audience, Priority
from responsibilities import queries as responsibilities
from responsibilities.domain.resolution import Route
from responsibilities.models import Duty
from tickets.actions import entries, offers, promising, standing, steps, telling, watching
from tickets.domain import ledger, lifecycle
from tickets.domain.lifecycle import Move
from tickets.models import Counter, Event, Kind, Merge, Ticket

LINE, SUMMARY = 200, 300  # characters that the columns hold; senders of alerts know no such limits


class UnknownDuty(steps.Refused):
    """The client's matrix has no duty of this name."""


@dataclass(frozen=True)
class Origin:
    """Where a ticket comes from, as plain facts: "alert", "check", "person" or "api", a line about it, a link to it."""

    kind: str
    summary: str = ""
    link: str = ""


@dataclass(frozen=True)
class Opened:
    """The ticket, and whether it was created now or is the one already there."""

    ticket: Ticket
    created: bool


@transaction.atomic
def open_ticket(
    *,
    title: str,
    duty_key: str | None,
    place: str,
    route: Route,
    origin: Origin,
    condition: str | None,
    priority: Priority,
    text: str,
    audience: Audience,
    by: access.Actor,
    at: datetime,
    asset: str = "",
    impact: str = "",
    urgency: str = "",
    once: str = "",
    requester_id: int | None = None,
    action: str = "ticket.open",
    via: str = "",
) -> Opened:
    """Open a ticket with its route frozen, or add to the unfinished one of the same condition.

    `requester_id` is whom the answers are for where somebody else, or the product, opens it; `action` is what the opener needs to be allowed.

    Safe from any number of senders at once: new tickets of a client wait for each other at its counter, repeats at the ticket's row.
    Open at most one ticket in a transaction that also holds another ticket's row.
    """
    access.require(by, action)
    at = at.replace(microsecond=0)  # clocks count whole seconds
    condition = _sized(condition or "")
    known = _known(by, condition, at)
    if known is not None:
        return _again(known, text=text, by=by, at=at)
    counter = _counter(by)
    known = _known(by, condition, at) or _merged(by, condition, at)  # somebody may have been faster while this one waited
    if known is not None:
        return _again(known, text=text, by=by, at=at)
    mark = steps.submission(by, once, "open")
    pressed = Event.objects.for_tenant(by.tenant).filter(once=mark).select_related("ticket").first() if mark else None
    if pressed is not None:
        return _pressed_twice(pressed, title=title, text=text)
    counter.last += 1
    counter.save(update_fields=["last"])
    ticket = Ticket(
        tenant=by.tenant,
        number=counter.last,
        title=title.strip()[:LINE],
        duty_id=_duty_id(by, duty_key),
        place=place[:LINE],
        asset=asset[:LINE],
        side=route.side,
        requester_id=by.user_id if origin.kind == "person" else requester_id,
        priority=priority,
        origin_kind=origin.kind,
        origin_summary=origin.summary[:SUMMARY],
        origin_link=origin.link if len(origin.link) <= SUMMARY else "",
        condition=condition,
        route_side=route.side,
        route_subject=route.subject,
        because=route.because,
        trace=list(route.trace),
        accountable=route.accountable,
        matrix_version=route.version,
        signed=route.signed,
        unowned=route.unowned,
        impact=impact,
        urgency=urgency,
        terms=promising.terms_now(by, place[:LINE], at),
        opened_at=at,
        last_at=at,
    )
    entries.settle(ticket, at)
    ticket.save()
    turn = steps.Turn(ticket, Move.COMMENT, by, at, once=mark, before=dict(ledger.KEPT), via=via)
    event = steps.write(turn, kind=Kind.OPENED, audience=audience, text=text)
    trail.record("ticket.open", ticket, by=by, at=at, after=f"ticket {ticket.number}: sent to {route.subject}. {route.because}")
    standing.help_out(ticket, duty_key or "", at=at)
    telling.holder(ticket, event, by=by, at=at)
    return Opened(ticket, created=True)


@transaction.atomic
def ask(
    *,
    title: str,
    duty_key: str | None,
    text: str,
    priority: Priority,
    kind: str,
    by: access.Actor,
    at: datetime,
    place: str = "",
    asset: str = "",
    impact: str = "",
    urgency: str = "",
    once: str = "",
    requester_id: int | None = None,
    action: str = "ticket.open",
    via: str = "",
) -> Opened:
    """Open a ticket for a person or an integration; the matrix says whose it is, also when the duty is not known."""
    if duty_key and _duty_id(by, duty_key) is None:
        raise UnknownDuty("This client's matrix has no such duty. Choose one of its duties, or none when not sure.")
    return open_ticket(
        title=title,
        duty_key=duty_key or None,
        place=place,
        route=responsibilities.route(by.tenant.id, duty_key or None, at, "ticket", place),
        origin=Origin(kind, f"Opened by {by.name}"),
        condition=None,
        priority=priority,
        text=text,
        audience=Audience.PUBLIC,
        by=by,
        at=at,
        asset=asset,
        impact=impact,
        urgency=urgency,
        once=once,
        requester_id=requester_id,
        action=action,
        via=via,
    )


@transaction.atomic
def source_resolved(ticket_id: int, *, because: str, by: access.Actor, at: datetime) -> Ticket:
    """The source says that the trouble is over: a comment, and the end of the ticket only where no person acted."""
    ticket = steps.locked(ticket_id, by=by, at=at)
    if ticket.state in lifecycle.FINISHED:
        return ticket
    move = lifecycle.when_source_resolves(ticket.facts)
    turn = steps.by_system(move, ticket, by=by, at=at)
    if move is Move.COMMENT:
        steps.write(turn, kind=Kind.SOURCE, audience=Audience.SHARED, text=because)
        return ticket
    ticket.closed_at = at
    offers.drop_offer(ticket)
    offers.end_wait(ticket)
    event = steps.finish(turn, kind=Kind.SETTLED, audience=Audience.SHARED, text=because)
    telling.holder(ticket, event, by=by, at=at)
    return ticket


def _pressed_twice(first: Event, *, title: str, text: str) -> Opened:
    if (first.ticket.title, first.text) != (title.strip()[:LINE], text.strip()):
        raise steps.OtherContent(f"This was sent before with other words, as ticket {first.ticket.number}. Send it as a new one.")
    return Opened(first.ticket, created=False)


def _duty_id(by: access.Actor, key: str | None) -> int | None:
    return Duty.objects.for_tenant(by.tenant).filter(key=key).values_list("id", flat=True).first() if key else None


def _sized(condition: str) -> str:
    """Keep a condition that fits, and name a longer one by its hash."""
    return condition if len(condition) <= LINE else hashlib.sha256(condition.encode()).hexdigest()


def _known(by: access.Actor, condition: str, at: datetime) -> Ticket | None:
    """Return the unfinished ticket of this condition with its row locked."""
    if not condition:
        return None
    rows = Ticket.objects.for_tenant(by.tenant).unfinished().filter(condition=condition).select_related("terms", "tenant")
    found = rows.select_for_update(of=("self",)).first()
    if found is not None:
        watching.catch_up(found, at=at)
    return found if found is None or found.state not in lifecycle.FINISHED else None


def _merged(by: access.Actor, condition: str, at: datetime) -> Ticket | None:
    """Return the unfinished ticket into which the last one of this condition was merged, with its row locked."""
    if not condition:
        return None
    into = Merge.objects.for_tenant(by.tenant).filter(undone_at=None, source__condition=condition).order_by("-id").values("target")[:1]
    rows = Ticket.objects.for_tenant(by.tenant).unfinished().filter(pk__in=into).select_related("terms", "tenant")
    found = rows.select_for_update(of=("self",)).first()
    if found is not None:
        watching.catch_up(found, at=at)
    return found if found is None or found.state not in lifecycle.FINISHED else None


def _again(ticket: Ticket, *, text: str, by: access.Actor, at: datetime) -> Opened:
    """The same trouble again: count it, say so, and bring a resolved ticket back to the one who had it."""
    move = lifecycle.when_repeated(ticket.facts)
    turn = steps.by_system(move, ticket, by=by, at=at)
    ticket.repeats += 1
    if move is Move.REPEAT:
        ticket.last_at = at
        ticket.save(update_fields=["repeats", "last_at"])
        steps.write(turn, kind=Kind.REPEATED, audience=Audience.SHARED, text=text)
        return Opened(ticket, created=False)
    ticket.resolved_at, ticket.outcome = None, ""
    ticket.reopenings += 1
    ticket.wakes = 0
    event = steps.finish(turn, kind=Kind.RECURRED, audience=Audience.SHARED, text=text)
    telling.holder(ticket, event, by=by, at=at)
    return Opened(ticket, created=False)


def _counter(by: access.Actor) -> Counter:
    """Return the client's counter with its row locked, making it before the first ticket."""
    counters = Counter.objects.for_tenant(by.tenant).select_for_update()
    counter = counters.first()
    if counter is None:
        Counter.objects.bulk_create([Counter(tenant=by.tenant)], ignore_conflicts=True)
        counter = counters.get()
    return counter
