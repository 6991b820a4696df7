"""What sides said they take without being asked, and whether it holds for a ticket at this moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q

from comanaged.accounts import access
from comanaged.vocabulary import Side
from responsibilities import queries as responsibilities
from tickets.domain import standing
from tickets.domain.standing import Class, Load, Taken
from tickets.models import Standing, Ticket


@dataclass(frozen=True)
class Line:
    """One line of the page: what a side takes, of which duty, when; `may_end` = the reader's own side said it."""

    id: int
    side: str
    duty: str
    hours: str
    limit: str
    by: str
    since: datetime
    may_end: bool


def accepts(tenant_id: int, duty_key: str, place: str, side: str, at: datetime) -> str:
    """Return in a sentence that a side takes this duty's handovers without being asked now, "" when it does not."""
    rows = [row for row in _live(tenant_id, duty_key) if row.side == side and not row.limited]
    rule = standing.standing_for(rows, duty_key, Side(side), hours_at(tenant_id, place, at)) if rows else None
    if rule is None:
        return ""
    of = "this duty" if rule.duty else "every duty"
    return f"Taken at once: {rule.by} said before that this side takes {of} {standing.WORDS[rule.hours]}."


def overflow(tenant_id: int, duty_key: str, holder_side: str, at: datetime, *, new: int = 0) -> tuple[Side, str] | None:
    """Return which side helps with a new ticket because the holder's queue is over its limit, and the trace; None while it is not.

    One statement where no limit was agreed, a second one counts where one was; `new` is the ticket that asks, which is not counted.
    """
    rows = [row for row in _live(tenant_id, duty_key) if row.side != holder_side and row.limited]
    rule = standing.limit_for(rows, duty_key, Side(holder_side), hours_at(tenant_id, "", at)) if rows else None
    if rule is None:
        return None
    said = standing.overflow(rule, _load(tenant_id, rule.duty, holder_side, at, new))
    return (rule.side, said) if said else None


def hours_at(tenant_id: int, place: str, at: datetime) -> frozenset[str]:
    """Return the words of the hours that hold at a place of a client."""
    return responsibilities.matrix_of(tenant_id, at).hours_at(place).standing(at)


def page(by: access.Actor, at: datetime) -> list[Line]:
    """Return what both sides take at this client now, the reader's own side first."""
    rows = Standing.objects.for_tenant(by.tenant).filter(ended_at=None).select_related("duty").order_by("id")
    may = access.may(by, "ticket.pre_accept")
    lines = [
        Line(
            id=row.pk,
            side=row.side,
            duty=row.duty.name if row.duty else "",
            hours=standing.WORDS[Class(row.hours)],
            limit=standing.limit_words(row.over_count, row.over_minutes),
            by=row.by_name,
            since=row.since,
            may_end=may and row.side == by.side,
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.side != by.side)


def _live(tenant_id: int, duty_key: str) -> list[Taken]:
    """Return what holds for a duty, or for every one."""
    rows = Standing.objects.for_tenant(tenant_id).filter(Q(duty=None) | Q(duty__key=duty_key), ended_at=None).annotate(key=F("duty__key"))
    return [
        Taken(row.pk, Side(row.side), row.key or "", Class(row.hours), row.by_name, row.over_count, row.over_minutes)
        for row in rows.order_by("id")
    ]


def _load(tenant_id: int, duty_key: str, side: str, at: datetime, new: int) -> Load:
    """Count what waits in a side's queue, of one duty or of all; what one side keeps to itself is no part of a sum that both sides read."""
    rows = Ticket.objects.for_tenant(tenant_id).to_do().held_by(side).filter(hidden_for=None).exclude(pk=new)
    rows = rows.about(duty_key) if duty_key else rows
    found = rows.aggregate(waiting=Count("id"), oldest=Min("opened_at", filter=Q(first_reply_at=None)))
    return Load(found["waiting"], at - found["oldest"] if found["oldest"] else None)
