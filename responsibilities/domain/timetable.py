"""The named hours that hold at one place, together: which of them stand at a moment, and how an ordinary week is divided among them."""

import heapq
import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Hours
from responsibilities.domain import coverage
from responsibilities.domain.coverage import WEEK, Calendar

Standing = frozenset[str]  # the words of hours that hold at one moment: always, business or after (or both), keys of named hours


@dataclass(frozen=True)
class Timetable:
    """Business hours, and hours of other names, at one place."""

    business: Calendar
    named: tuple[tuple[str, Calendar], ...] = ()

    @property
    def zone(self) -> str:
        return self.business.zone

    def knows(self, hours: str) -> bool:
        """Say whether there are hours of this name here."""
        return hours in coverage.PARTS or any(key == hours for key, _ in self.named)

    def standing(self, moment: datetime) -> Standing:
        """Return the words that hold at the aware `moment`."""
        found: Standing = self.business.standing(moment)
        extra = [key for key, calendar in self.named if calendar.includes(Hours.BUSINESS, moment)]
        return found.union(extra) if extra else found

    def edges(self, moment: datetime) -> Iterator[datetime]:
        """Yield the instants after `moment` at which any of the hours begin or end, in order."""
        last = None
        for edge in heapq.merge(self.business.edges(moment), *(calendar.edges(moment) for _, calendar in self.named)):
            if edge != last:
                yield edge
            last = edge

    def classes(self, at: datetime) -> dict[Standing, int]:
        """Return every set of words that hold together in an ordinary week, with its minutes; no holiday, no change of clocks.

        Hours of another zone are laid over the week as that zone's clock stands at `at`.
        """
        return _classes(self, at.astimezone(ZoneInfo("UTC")).replace(minute=0, second=0, microsecond=0))


def minutes_of(classes: dict[Standing, int], required: str, held: Collection[str]) -> int:
    """Return the minutes a week in which `required` hours ask for somebody and none of the `held` ones stands."""
    halves = coverage.PARTS[required]
    return sum(minutes for standing, minutes in classes.items() if standing & halves and standing.isdisjoint(held))


@lru_cache(maxsize=512)
def _classes(table: Timetable, at: datetime) -> dict[Standing, int]:
    business = table.business.week()
    named = [(key, _shifted(calendar, table.zone, at)) for key, calendar in table.named]
    cuts = sorted({0, WEEK, *(cut for spans in (business, *(spans for _, spans in named)) for span in spans for cut in span)})
    found: dict[Standing, int] = {}
    for begin, end in itertools.pairwise(cuts):
        half = Hours.BUSINESS if _within(business, begin) else Hours.AFTER
        words = frozenset({Hours.ALWAYS, half, *(key for key, spans in named if _within(spans, begin))})
        found[words] = found.get(words, 0) + end - begin
    return found


def _within(spans: Iterable[tuple[int, int]], minute: int) -> bool:
    return any(begin <= minute < end for begin, end in spans)


def _shifted(calendar: Calendar, zone: str, at: datetime) -> list[tuple[int, int]]:
    """Return a calendar's minutes of the week as another zone's clock shows them."""
    here, there = (at.astimezone(ZoneInfo(name)).utcoffset() or timedelta() for name in (zone, calendar.zone))
    shift = (here - there) // timedelta(minutes=1)
    moved = [((begin + shift) % WEEK, end - begin) for begin, end in calendar.week()]
    return [span for begin, length in moved for span in ((begin, min(begin + length, WEEK)), (0, max(0, begin + length - WEEK)))]
