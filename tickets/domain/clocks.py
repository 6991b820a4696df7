"""When a promise is due: real seconds counted inside open hours, pauses left out, every change judged from creation.

Instants carry whole seconds. Due is the earliest instant at which the target is used up: closing time, not the next opening.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Any, Protocol

from comanaged.vocabulary import Hours
from responsibilities.domain.coverage import DAYS, HORIZON, BadHours, Calendar, Shift, Span, calendar_of

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
EPOCH = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday: every ticket counts in the same weeks, so a calendar is read once for all
CENTURY = 5218  # weeks; a promise due after them is due never
NEVER = datetime.max.replace(tzinfo=UTC)  # the end of a pause that has none yet
RESOLVED = "resolved"
TARGET_CHANGED = "target changed"
PUBLIC = "public"


class Open(Protocol):
    """Hours in which a clock runs."""

    def __hash__(self) -> int:
        """Return what stretches are kept under: equal hours are read once."""
        ...

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """Return the open hours that touch [start, end] as merged instants in UTC."""
        ...


@dataclass(frozen=True)
class Always:
    """Hours without an end."""

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """Return one stretch around [start, end]."""
        return [(utc(start) - DAY, utc(end) + DAY)]


@dataclass(frozen=True)
class Dated:
    """Hours that change from a local date on; a shift belongs to the day it starts on. The first version needs no date."""

    versions: tuple[tuple[date | None, Calendar], ...]

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """Return the business hours of the version in force on each day."""
        return _merged(span for part in self.parts(start, end) for span in part.spans(start, end))

    def parts(self, start: datetime, end: datetime) -> list[Calendar]:
        """Return every version, closed on the days around [start, end] on which another one is in force."""
        first = utc(start).date() - timedelta(days=5)
        days = [first + timedelta(days=n) for n in range((utc(end).date() - first).days + 6)]
        ends = [begins for begins, _ in self.versions[1:]] + [None]
        return [
            replace(calendar, closed=calendar.closed | {day for day in days if (begins and day < begins) or (until and day >= until)})
            for (begins, calendar), until in zip(self.versions, ends, strict=True)
        ]


@dataclass(frozen=True)
class After:
    """The hours that a calendar's business hours leave, closed dates included."""

    calendar: Calendar | Dated

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """Return the after hours around [start, end]."""
        first, last = utc(start) - DAY, utc(end) + DAY
        parts = self.calendar.parts(first, last) if isinstance(self.calendar, Dated) else [self.calendar]
        turns = {edge for part in parts for edge in takewhile(lambda edge: edge < last, part.edges(first))}
        stretches = pairwise(sorted({first, *turns, last}))
        return _merged(span for span in stretches if all(part.includes(Hours.AFTER, span[0]) for part in parts))


@dataclass(frozen=True, init=False)
class United:
    """Hours that hold when any of several hold."""

    opens: tuple[Open, ...]

    def __init__(self, *opens: Open) -> None:
        object.__setattr__(self, "opens", opens)

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """Return the stretches in which at least one is open."""
        return _merged(span for one in self.opens for span in one.spans(start, end))


@dataclass(frozen=True)
class Pause:
    """A stretch that does not count, why, and on whom it waits; without an end it is still going on."""

    start: datetime
    end: datetime | None
    cause: str = ""
    whom: str = ""


@dataclass(frozen=True)
class Target:
    """The working seconds promised from `at` on, in hours of its own where it has some; the first target's `at` is the creation."""

    at: datetime
    seconds: int
    open: Open | None = None


@dataclass(frozen=True)
class Verdict:
    """What became of a promise so far; `because_changed` = only a new target made it late, which is nobody's fault."""

    due: datetime | None
    missed_at: datetime | None
    because_changed: bool
    used: int
    left: int

    @property
    def missed(self) -> bool:
        """Say whether the promise was broken."""
        return self.missed_at is not None


@dataclass(frozen=True)
class Answer:
    """When an offer is called to mind, when its answer is due, and when it ends unanswered; None where the receiver never opens."""

    remind_at: datetime | None
    due_at: datetime | None
    expires_at: datetime | None


def working(open: Open, start: datetime, end: datetime) -> int:
    """Return the real seconds between two instants that lie in open hours."""
    return used(open, start, end)


def due(open: Open, created: datetime, target: int, pauses: Iterable[Pause] = ()) -> datetime | None:
    """Return the earliest instant at which the target is used up; None while a pause keeps it open, or where nothing opens again."""
    left = timedelta(seconds=target)
    if target <= 0:
        return utc(created)
    for start, end in _running(open, utc(created), pauses):
        if left <= end - start:
            return start + left
        left -= end - start
    return None


def used(open: Open, created: datetime, until: datetime, pauses: Iterable[Pause] = ()) -> int:
    """Return the working seconds used up between creation and `until`, without the pauses."""
    last = utc(until)
    stretches = _running(open, utc(created), pauses, last)
    return sum((max(min(end, last) - start, timedelta()) for start, end in stretches), timedelta()) // SECOND


def left(open: Open, created: datetime, target: int, until: datetime, pauses: Iterable[Pause] = ()) -> int:
    """Return the working seconds of the target that are not used up at `until`; 0 when it is late."""
    return max(0, target - used(open, created, until, pauses))


def met(due: datetime, at: datetime) -> bool:
    """Say whether what happened `at` kept a promise; a second later it would not."""
    return utc(at) <= utc(due)


def union(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return the pauses in order, those that touch or overlap made one."""
    known = ((utc(pause.start), utc(pause.end) if pause.end else NEVER) for pause in pauses)
    joined = _merged(span for span in known if span[0] < span[1])
    return tuple(Pause(start, None if end == NEVER else end) for start, end in joined)


def judge(
    open: Open, created: datetime, targets: Sequence[Target], pauses: Iterable[Pause], *, ended: datetime | None, now: datetime
) -> Verdict:
    """Judge a promise by the last resolution, or by `now`: each target counts from creation, and what was missed stays missed."""
    until = utc(ended or now)
    kept = [pause if ended is None else replace(pause, end=min(utc(pause.end or ended), until)) for pause in pauses]
    known = list({utc(target.at): target for target in targets if utc(target.at) <= until}.values()) or list(targets[:1])
    when, missed_at, because_changed = None, None, False
    for target, stops in zip(known, [*(utc(later.at) for later in known[1:]), until], strict=True):
        when = due(target.open or open, created, target.seconds, kept)
        if missed_at is None and when is not None and when < stops:
            missed_at = max(when, utc(target.at))
            because_changed = when < utc(target.at)
    spent = used(known[-1].open or open, created, until, kept)
    return Verdict(when, missed_at, because_changed, spent, max(0, known[-1].seconds - spent))


def answer_times(open: Open, at: datetime, seconds: int) -> Answer:
    """Return the three instants of an offer made `at`, in the receiver's hours: half the target, the target, twice the target."""
    return Answer(due(open, at, seconds // 2), due(open, at, seconds), due(open, at, 2 * seconds))


def counts_as_answer(*, audience: str, human: bool, requester: bool, reply: bool) -> bool:
    """Say whether this stops the response clock: a person of either side replies in sight of whoever asked."""
    return reply and human and not requester and audience.lower() == PUBLIC


def from_words(data: Mapping[str, Any]) -> Open:
    """Return the hours written in a snapshot; raise BadHours in words when they cannot be read."""
    return _read(json.dumps(dict(data), sort_keys=True, default=str))


def words_of(open: Open) -> dict[str, Any]:
    """Return the snapshot of hours that `from_words` reads back; it holds nothing but what JSON knows."""
    match open:
        case Always():
            return {"hours": "always"}
        case After():
            return {"hours": "after", **words_of(open.calendar)}
        case United():
            return {"hours": "any", "of": [words_of(one) for one in open.opens]}
        case Dated():
            (begins, first), *later = open.versions
            if begins is not None:  # nothing was open before the first date
                first, later = Calendar(first.zone, ()), list(open.versions)
            return {**words_of(first), "from": [{"date": str(begins), **words_of(calendar)} for begins, calendar in later]}
        case Calendar():
            week: dict[str, list[str]] = {}
            for shift in open.shifts:
                week.setdefault(DAYS[shift.weekday], []).append(_written(shift))
            return {"zone": open.zone, "week": week, "closed": [str(day) for day in sorted(open.closed)]}
    raise TypeError(f"{type(open).__name__} has no words")


@lru_cache(maxsize=1024)
def _read(canonical: str) -> Open:
    data: dict[str, Any] = json.loads(canonical)
    hours = data.get("hours", "business")
    if hours == "always":
        return Always()
    if hours == "any":
        return United(*(from_words(one) for one in data["of"]))
    if hours not in ("business", "after"):
        raise BadHours(f"'{hours}' are no hours. Write business, after or always.")
    dated = _dated(data)
    return After(dated) if hours == "after" else dated


def _dated(data: Mapping[str, Any]) -> Calendar | Dated:
    changes = [data["from"]] if isinstance(data.get("from"), Mapping) else data.get("from") or []
    if not isinstance(changes, list) or not all(isinstance(change, Mapping) for change in changes):
        raise BadHours('A change is written like {"date": "2026-06-10", "week": {"mon": ["07:00-19:00"]}}.')
    later = [(_day(change.get("date")), _calendar({**data, **change})) for change in changes]
    first = _calendar(data)
    return Dated(((None, first), *sorted(later, key=lambda version: version[0]))) if later else first


def _calendar(data: Mapping[str, Any]) -> Calendar:
    week, closed = data.get("week") or {}, data.get("closed") or []
    if not isinstance(week, Mapping) or not all(isinstance(texts, list) for texts in week.values()) or not isinstance(closed, list):
        raise BadHours('A week is written like {"mon": ["09:00-17:00"]}, closed dates like ["2026-12-25"].')
    return calendar_of(str(data.get("zone", "")), {day: [str(text) for text in texts] for day, texts in week.items()}, map(_day, closed))


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise BadHours(f"'{text}' is no date. Write it like 2026-12-25.") from None


def _written(shift: Shift) -> str:
    return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (shift.start, shift.end))


def _running(open: Open, since: datetime, pauses: Iterable[Pause], until: datetime | None = None) -> Iterator[Span]:
    """Yield in order the open stretches from `since` on that no pause covers."""
    breaks = [(pause.start, pause.end or NEVER) for pause in union(pauses)]
    for opens, end in _opened(open, since, until):
        start = opens
        for stops, resumes in breaks:
            if stops < end and start < stops:
                yield start, stops
            if stops < end:
                start = max(start, resumes)
        if start == NEVER:
            return
        if start < end:
            yield start, end


def _opened(open: Open, since: datetime, until: datetime | None) -> Iterator[Span]:
    """Yield in order the open stretches from `since` on, cut at weeks: past `until`, or until nothing opened for a horizon."""
    first, idle = (since - EPOCH) // WEEK, timedelta()
    for number in range(first, first + CENTURY if until is None else -((EPOCH - until) // WEEK)):
        found = [(max(start, since), end) for start, end in _week(open, number) if since < end]
        yield from found
        idle = timedelta() if found else idle + WEEK
        if until is None and idle >= HORIZON:
            return


@lru_cache(maxsize=8192)
def _week(open: Open, number: int) -> tuple[Span, ...]:
    """Return the open stretches of one week of UTC, cut at its ends."""
    start = EPOCH + number * WEEK
    cut = ((max(begins, start), min(ends, start + WEEK)) for begins, ends in open.spans(start, start + WEEK))
    return tuple(span for span in cut if span[0] < span[1])


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def utc(at: datetime) -> datetime:
    """Return the same instant in UTC; two times of one zone would otherwise be compared by their wall clocks."""
    if at.tzinfo is None:
        raise ValueError(f"{at} says no time zone")
    return at.astimezone(UTC)
