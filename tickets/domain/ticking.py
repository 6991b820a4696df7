"""A ticket's next clock as a row of the queue shows it: a ring, a time, and what the time is for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FOR = {"answer": "first answer", "fix": "fix"}


class Look(StrEnum):
    """How a clock is drawn."""

    RUNS = "runs"
    LATE = "late"
    HELD = "held"
    NONE = "none"


@dataclass(frozen=True)
class Face:
    """What stands in the first column: the time, what it is for, how it looks, and how much of the time is used in percent."""

    time: str
    what: str
    look: Look = Look.RUNS
    part: int = 0


def face(*, due: datetime | None, what: str, since: datetime, waits: str, wakes: datetime | None, at: datetime, zone: str) -> Face:
    """Return the face of a clock that ends at `due` for `what`; `waits` says for whom a ticket waits that wakes at `wakes`."""
    moment = _moments(at, zone)
    if waits:
        return Face("on hold", f"waits for {waits}" + (f", until {moment(wakes)}" if wakes else ""), Look.HELD)
    if due is None:
        return Face("no clock", "", Look.NONE)
    if due < at:
        return Face(f"{length(at - due)} over", FOR.get(what, what), Look.LATE, 100)
    time = clock(due - at) if due - at < DAY else moment(due)
    return Face(time, FOR.get(what, what), Look.RUNS, round(100 * (at - since) / max(due - since, HOUR / 60)) if since < at else 0)


def clock(left: timedelta) -> str:
    """Return what is left as hours and minutes: 0:41."""
    minutes = int(left.total_seconds() // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def length(span: timedelta) -> str:
    """Return a span in one figure: minutes under two hours, hours under two days, then days."""
    if span < 2 * HOUR:
        return f"{int(span.total_seconds() // 60)} min"
    return f"{int(span / HOUR)} h" if span < 2 * DAY else f"{span.days} days"


def _moments(at: datetime, zone: str) -> Callable[[datetime], str]:
    here = ZoneInfo(zone)

    def moment(when: datetime) -> str:
        there = when.astimezone(here)
        if abs(when - at) < WEEK:
            return f"{there:%a %H:%M}"
        return f"{there.day} {there:%B}"

    return moment
