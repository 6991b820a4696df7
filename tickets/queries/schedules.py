"""What comes again at a client, and when next."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from tickets.domain.scheduling import WORDS, Every
from tickets.models import Schedule


@dataclass(frozen=True)
class Line:
    """One recurring ticket of the list; `mine` = the reader's own side set it up."""

    id: int
    title: str
    side: str
    duty: str
    rhythm: str
    next_at: datetime
    steps: int
    by: str
    failed_at: datetime | None
    mine: bool


def page(by: access.Actor) -> list[Line]:
    """Return what comes again, the next first."""
    rows = Schedule.objects.for_tenant(by.tenant).filter(ended_at=None).select_related("duty").order_by("next_at", "id")
    return [
        Line(
            id=row.pk,
            title=row.title,
            side=row.side,
            duty=row.duty.name if row.duty else "",
            rhythm=f"{WORDS[Every(row.every)]} at {row.clock:%H:%M} in {row.zone}",
            next_at=row.next_at,
            steps=len(row.steps),
            by=row.by_name,
            failed_at=row.failed_at,
            mine=row.side == by.side,
        )
        for row in rows
    ]


def one(by: access.Actor, schedule_id: int) -> Schedule:
    """Return one recurring ticket that still comes; raises Schedule.DoesNotExist."""
    return Schedule.objects.for_tenant(by.tenant).filter(ended_at=None).select_related("duty").get(pk=schedule_id)
