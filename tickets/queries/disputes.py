"""Disputes of one ticket, and the open ones of a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from tickets.domain import disputing, saying
from tickets.models import Dispute, Ticket
from tickets.queries.charges import Clock, Part
from tickets.queries.colleagues import governs


@dataclass(frozen=True)
class Disputed:
    """One dispute in words; `may_settle` = its reader answers it."""

    id: int
    number: int
    title: str
    what: str
    party: str
    reason: str
    who: str
    side: str
    at: datetime
    settled_at: datetime | None
    settled_by: str
    upheld: bool | None
    answer: str
    may_settle: bool

    @property
    def open(self) -> bool:
        return self.settled_at is None


def disputes_of(ticket: Ticket, by: Actor, at: datetime) -> tuple[Disputed, ...]:
    """Return the disputes of a ticket, the oldest first."""
    rows = list(Dispute.objects.for_tenant(ticket.tenant_id).of(ticket.pk).select_related("ticket"))
    may = any(row.settled_at is None for row in rows) and access.may(by, "ticket.settle_dispute") and governs(by, at)
    return tuple(_disputed(row, may=may) for row in rows)


def shares(clock: Clock, found: Sequence[Disputed]) -> list[tuple[Part, str]]:
    """Return each party's time with how much of it is disputed and not settled: all that counted as theirs when somebody said so."""
    since = {one.party: one.at for one in found if one.open and one.party}
    shown = []
    for part in clock.parts:
        upto = since.get(part.party)
        theirs = [one for one in clock.segments if upto and one.party == part.party and one.start < upto]
        seconds = sum(int((min(one.end, upto) - one.start).total_seconds()) for one in theirs if upto)
        shown.append((part, saying.length(seconds) if seconds else ""))
    return shown


def open_ones(tenant_id: int) -> tuple[Disputed, ...]:
    """Return a client's open disputes, the oldest first."""
    rows = Dispute.objects.for_tenant(tenant_id).unsettled().select_related("ticket").order_by("at", "id")
    return tuple(_disputed(row, may=False) for row in rows[:50])


def _disputed(row: Dispute, *, may: bool) -> Disputed:
    return Disputed(
        id=row.pk,
        number=row.ticket.number,
        title=row.ticket.title,
        what=disputing.in_words(row.about, row.party),
        party=row.party,
        reason=row.reason,
        who=row.by_name,
        side=row.by_side or "NOBODY",
        at=row.at,
        settled_at=row.settled_at,
        settled_by=row.settled_name,
        upheld=row.upheld,
        answer=row.answer,
        may_settle=may and row.settled_at is None,
    )
