"""The moment a page shows: in words, and in its week, hour by hour, in the time of the place that is asked about."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Hours
from responsibilities.domain import coverage
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.timetable import Timetable

HOUR = timedelta(hours=1)
DAYS = 7


@dataclass(frozen=True)
class Day:
    """One day under the slider."""

    word: str  # "Mon 23"
    closed: bool  # business hours are left out on this very date


@dataclass(frozen=True)
class Moment:
    """A moment, and the week it lies in: business hours are stretches between two numbers of hours since the week began.

    The week is told in real hours, so that one in which the clocks change has one fewer or one more.
    """

    at: datetime
    words: str
    place: str
    where: str
    zone: str
    field: str  # the moment as a field for dates and times holds it
    begins: datetime
    hours: int
    value: int
    days: tuple[Day, ...]
    business: tuple[tuple[float, float], ...]
    earlier: str  # the same time a week before and a week after, as an address says it
    later: str

    @property
    def last(self) -> int:
        return self.hours - 1

    @property
    def ends(self) -> datetime:
        return self.begins + self.hours * HOUR

    @property
    def since(self) -> int:
        """Return when the week begins, in seconds of the epoch."""
        return int(self.begins.timestamp())

    @property
    def spans(self) -> str:
        """Return the business hours as the script reads them: "7.5-17.5 31.5-41.5"."""
        return " ".join(f"{start:g}-{end:g}" for start, end in self.business)

    @property
    def drawn(self) -> str:
        """Return business hours and the midnights between days as one path, an hour wide and one high."""
        lines = "".join(f"M{midnight:g} 0V1" for midnight in self.midnights)
        return "".join(f"M{start:g} 0H{end:g}V1H{start:g}Z" for start, end in self.business) + lines

    @property
    def midnights(self) -> tuple[float, ...]:
        """Return where each day but the first begins, in hours since the week began."""
        monday = self.begins.astimezone(ZoneInfo(self.zone)).date()
        nights = (datetime.combine(monday + timedelta(days=day), time()) for day in range(1, DAYS))
        return tuple((coverage.instant(self.zone, night, 0) - self.begins) / HOUR for night in nights)


def moment(matrix: Matrix, at: datetime, place: str = "") -> Moment:
    """Return the moment `at` as it is shown for a place, "" for the whole client."""
    hours = matrix.hours_at(place)
    zone = ZoneInfo(hours.zone)
    here = at.astimezone(zone)
    monday = here.date() - timedelta(days=here.weekday())
    begins, ends = (coverage.instant(hours.zone, datetime.combine(monday + timedelta(days=day), time()), 0) for day in (0, DAYS))
    business = [span for span in hours.business.spans(begins, ends) if span[1] > begins and span[0] < ends]
    return Moment(
        at=at,
        words=words(hours, at),
        place=place,
        where=matrix.places.called(place) if place else "",
        zone=hours.zone,
        field=f"{here:%Y-%m-%dT%H:%M}",
        begins=begins,
        hours=math.ceil((ends - begins) / HOUR),
        value=int((at - begins) / HOUR),
        days=tuple(_day(hours, monday + timedelta(days=day)) for day in range(DAYS)),
        business=tuple(((max(start, begins) - begins) / HOUR, (min(end, ends) - begins) / HOUR) for start, end in business),
        earlier=address(hours.zone, here.replace(tzinfo=None) - timedelta(days=DAYS)),
        later=address(hours.zone, here.replace(tzinfo=None) + timedelta(days=DAYS)),
    )


def words(hours: Timetable, at: datetime) -> str:
    """Return a moment in words: "Tue 24 November 14:00, business hours"."""
    return f"{at.astimezone(ZoneInfo(hours.zone)):%a %-d %B %H:%M}, {half_words(hours, at)}"


def half_words(hours: Timetable, at: datetime) -> str:
    """Return "business hours" or "after hours"."""
    return "business hours" if Hours.BUSINESS in hours.standing(at) else "after hours"


def address(zone: str, wall: datetime) -> str:
    """Return a wall time with its offset, as addresses hold it."""
    return coverage.instant(zone, wall, 0).astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")


def _day(hours: Timetable, day: date) -> Day:
    weekly = any(shift.weekday == day.weekday() for shift in hours.business.shifts)
    return Day(f"{day:%a %-d}", weekly and day in hours.business.closed)
