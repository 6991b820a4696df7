"""A month played in order: whatever happens is put on one list of moments, and nothing happens after now."""

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

Step = Callable[[datetime], None]


class Clock:
    """Moments still to come, up to now."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._order = itertools.count()
        self._steps: list[tuple[datetime, int, Step]] = []

    def at(self, moment: datetime, step: Step) -> None:
        """Put a step on the list; one after now never happens."""
        if moment <= self.now:
            heapq.heappush(self._steps, (moment, next(self._order), step))

    def play(self) -> None:
        """Do everything in order; a step may put others behind itself."""
        while self._steps:
            moment, _, step = heapq.heappop(self._steps)
            step(moment)


def local(now: datetime, days_ago: int, clock: str, zone: str) -> datetime:
    """Return a moment of the day `days_ago` before now's, by the clock on the wall in `zone`."""
    there = ZoneInfo(zone)
    day = now.astimezone(there).date() - timedelta(days=days_ago)
    return datetime.combine(day, time.fromisoformat(clock), there).astimezone(now.tzinfo)


def opening(moment: datetime, zone: str) -> datetime:
    """Return when people are at work next: now, or on the next working day in the morning."""
    there = moment.astimezone(ZoneInfo(zone))
    while there.weekday() > 4 or there.time() >= time(17, 0):  # noqa: PLR2004 - Saturday and Sunday
        there = datetime.combine(there.date() + timedelta(days=1), time(7, 50), there.tzinfo)
    return max(there, datetime.combine(there.date(), time(7, 50), there.tzinfo)).astimezone(moment.tzinfo)
