"""Weekly hours in a zone: which moments they hold, when that ends, and what nobody covers.

A boundary inside the hour that clocks skip is the instant of the change. In the hour that comes twice an opening takes its
first occurrence and a closing its last, so that coverage overlaps rather than leaves a hole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from comanaged.vocabulary import Hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
WEEK = 7 * DAY
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]|24(?=:00)):([0-5][0-9])")
HORIZON = timedelta(days=400)  # a calendar that says nothing new within a year says nothing new at all
PARTS: dict[str, frozenset[Hours]] = {
    Hours.BUSINESS: frozenset({Hours.BUSINESS}),
    Hours.AFTER: frozenset({Hours.AFTER}),
    Hours.ALWAYS: frozenset({Hours.BUSINESS, Hours.AFTER}),
}

Span = tuple[datetime, datetime]
Point = TypeVar("Point", int, datetime)


class BadHours(ValueError):
    """Hours that cannot be read, in words for the person who wrote them."""


@dataclass(frozen=True, order=True)
class Shift:
    """One weekly local interval in minutes of its day; an end not after the start runs into the next day."""

    weekday: int
    start: int
    end: int

    @property
    def minutes(self) -> int:
        """Return how long it lasts on an ordinary day."""
        return self.end - self.start if self.end > self.start else self.end + DAY - self.start


@dataclass(frozen=True)
class Calendar:
    """Business hours: weekly shifts in an IANA zone, without the closed local dates. After hours are all the others."""

    zone: str
    shifts: tuple[Shift, ...]
    closed: frozenset[date] = frozenset()

    def includes(self, hours: Hours, moment: datetime) -> bool:
        """Say whether `hours` hold at the aware `moment`; both halves may in the hour that comes twice."""
        if hours is Hours.ALWAYS:
            return True
        if hours is Hours.BUSINESS:
            return any(start <= moment < end for start, end in self.spans(moment, moment))
        return not any(start <= moment < end for start, end in self._cores(moment, moment))

    def until(self, hours: Hours, moment: datetime) -> datetime | None:
        """Return when what `hours` say of `moment` ends to be true; None when it never does."""
        holds = self.includes(hours, moment)
        return next((edge for edge in self.edges(moment) if self.includes(hours, edge) is not holds), None)

    def standing(self, moment: datetime) -> frozenset[Hours]:
        """Return the words that hold at `moment`: always, and business or after or both."""
        return _standing(self, moment)

    def edges(self, moment: datetime) -> Iterator[datetime]:
        """Yield the instants after `moment` at which a half begins or ends, in order, as far as the horizon."""
        step, start = timedelta(days=8), moment
        while start < moment + HORIZON:
            yield from _edges(self, start, start + step)
            start += step

    def minutes(self, half: Hours) -> int:
        """Return the minutes of an ordinary week in business or after hours."""
        business = sum(end - start for start, end in self.week())
        return {Hours.BUSINESS: business, Hours.AFTER: WEEK - business, Hours.ALWAYS: WEEK}[half]

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """Return the business hours that touch [start, end] as merged instants in UTC; work is counted in these."""
        return _merged((self._first(opening), self._last(closing)) for opening, closing in self._local(start, end))

    def _cores(self, start: datetime, end: datetime) -> list[Span]:
        """Return what is business and not after: openings at their last occurrence, closings at their first."""
        mapped = ((self._last(opening), self._first(closing)) for opening, closing in self._local(start, end))
        return [core for core in mapped if core[0] < core[1]]

    def _local(self, start: datetime, end: datetime) -> list[Span]:
        """Return the merged wall-clock intervals of the days around [start, end], each on the day it starts."""
        zone = ZoneInfo(self.zone)
        day, last = start.astimezone(zone).date() - timedelta(days=2), end.astimezone(zone).date() + timedelta(days=1)
        found: list[Span] = []
        while day <= last:
            if day not in self.closed:
                midnight = datetime.combine(day, time())
                opens = (
                    (midnight + timedelta(minutes=shift.start), shift.minutes) for shift in self.shifts if shift.weekday == day.weekday()
                )
                found += ((opening, opening + timedelta(minutes=length)) for opening, length in opens)
            day += timedelta(days=1)
        return _merged(found)

    def week(self) -> list[tuple[int, int]]:
        """Return the merged minutes of one week, what runs over Sunday's end put back at its beginning."""
        spans = []
        for shift in self.shifts:
            start = shift.weekday * DAY + shift.start
            spans += [(start, min(start + shift.minutes, WEEK)), (0, max(0, start + shift.minutes - WEEK))]
        return [span for span in _merged(spans) if span[0] < span[1]]

    def _first(self, wall: datetime) -> datetime:
        return instant(self.zone, wall, 0)

    def _last(self, wall: datetime) -> datetime:
        return instant(self.zone, wall, 1)


def gap(required: str, held: Iterable[str]) -> frozenset[Hours]:
    """Return the halves that `required` hours ask for and none of the `held` ones gives; hours of other names give neither."""
    return PARTS[required].difference(*(PARTS.get(hours, frozenset()) for hours in held))


def open_minutes(calendar: Calendar, required: Hours, held: Iterable[str]) -> int:
    """Return the minutes of an ordinary week in which somebody must be there and nobody is."""
    return sum(calendar.minutes(half) for half in gap(required, held))


def first_gap(calendar: Calendar, required: Hours, held: Sequence[str], moment: datetime) -> Span | None:
    """Return the first stretch from `moment` on that nobody covers: from, to; `moment` itself when it lies in one."""

    def uncovered(instant: datetime) -> bool:
        standing = calendar.standing(instant)
        return not standing.isdisjoint(PARTS[required]) and standing.isdisjoint(frozenset(held))

    if not gap(required, held):
        return None
    begins = moment if uncovered(moment) else next((edge for edge in calendar.edges(moment) if uncovered(edge)), None)
    if begins is None:
        return None
    return begins, next((edge for edge in calendar.edges(begins) if not uncovered(edge)), begins + HORIZON)


def calendar_of(zone: str, week: Mapping[str, Sequence[str]], closed: Iterable[date] = ()) -> Calendar:
    """Return the calendar written as day -> ["08:00-17:00", …]; raise BadHours in words when it cannot be read."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadHours(f"'{zone}' is no time zone. Write it like America/Chicago.") from None
    shifts = [_shift(DAYS.index(_day(day)), text) for day, texts in week.items() for text in texts]
    return Calendar(zone, tuple(sorted(shifts)), frozenset(closed))


def week_of(text: str) -> dict[str, list[str]]:
    """Return "Mon-Fri 08:00-17:00, Sat 09:00-12:00" as day -> intervals."""
    week: dict[str, list[str]] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        days, _, interval = part.partition(" ")
        first, _, last = days.partition("-")
        begin, end = DAYS.index(_day(first)), DAYS.index(_day(last or first))
        for day in range(begin, end + 1 if end >= begin else end + 8):
            _shift(day % 7, interval.strip())
            week.setdefault(DAYS[day % 7], []).append(interval.strip())
    return week


def written_week(calendar: Calendar) -> str:
    """Return the shifts for people: "Mon-Fri 08:00-17:00"; equal days that follow each other are joined."""
    days = [
        ", ".join(f"{_clock(shift.start)}-{_clock(shift.end)}" for shift in calendar.shifts if shift.weekday == day) for day in range(7)
    ]
    runs: list[tuple[int, int]] = []
    for day, text in enumerate(days):
        if text and runs and runs[-1][1] == day - 1 and days[day - 1] == text:
            runs[-1] = (runs[-1][0], day)
        elif text:
            runs.append((day, day))
    named = (f"{DAYS[a].title()}-{DAYS[b].title()}" if a != b else DAYS[a].title() for a, b in runs)
    return ", ".join(f"{name} {days[run[0]]}" for name, run in zip(named, runs, strict=True)) or "never"


def _day(text: str) -> str:
    if text.strip().lower()[:3] not in DAYS:
        raise BadHours(f"'{text}' is no day. Write it like Mon.")
    return text.strip().lower()[:3]


def _shift(weekday: int, text: str) -> Shift:
    start, _, end = text.partition("-")
    begin, finish = _minutes(start), _minutes(end)
    if begin == DAY:
        raise BadHours(f"'{text}' is no stretch of a day. Write it like 08:00-17:00.")
    return Shift(weekday, begin, finish)


def _minutes(text: str) -> int:
    read = CLOCK.fullmatch(text.strip())
    if read is None:
        raise BadHours(f"'{text}' is no time. Write it like 08:00.")
    return int(read[1]) * 60 + int(read[2])


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _merged(spans: Iterable[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """Return the spans in order, those that touch or overlap made one."""
    merged: list[tuple[Point, Point]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


@lru_cache(maxsize=8192)
def _standing(calendar: Calendar, moment: datetime) -> frozenset[Hours]:
    return frozenset(hours for hours in Hours if calendar.includes(hours, moment))


@lru_cache(maxsize=1024)
def _edges(calendar: Calendar, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """Return the instants in (start, end] where a half may begin or end."""
    spans = (*calendar.spans(start, end), *calendar._cores(start, end))
    return tuple(sorted({edge for span in spans for edge in span if start < edge <= end}))


@lru_cache(maxsize=8192)
def instant(zone: str, wall: datetime, fold: int) -> datetime:
    """Return the instant of a wall time; one inside the skipped hour is the instant of the change."""
    here = ZoneInfo(zone)  # fold is an argument of its own: datetimes that differ by it alone are equal to a cache
    instant = wall.replace(tzinfo=here, fold=fold).astimezone(UTC)
    if instant.astimezone(here).replace(tzinfo=None) == wall:
        return instant
    return _change(here, *sorted(wall.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1)))


def _change(zone: ZoneInfo, early: datetime, late: datetime) -> datetime:
    """Return the first second with the offset of `late`; the clocks change once in between."""
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        early, late = (early, middle) if middle.astimezone(zone).utcoffset() == after else (middle, late)
    return late
