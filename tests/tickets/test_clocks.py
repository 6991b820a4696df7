"""The promise clock: worked examples, a walk over every minute beside it, and what must hold of any hours and any pauses."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responsibilities.domain.coverage import BadHours, Calendar, Shift, calendar_of, week_of
from tests.tickets import examples
from tickets.domain import clocks
from tickets.domain.clocks import After, Always, Dated, Open, Pause, Target, United

FILE = Path(__file__).with_name("examples.yaml")
ROOT = Path(__file__).parents[2]
MINUTE, HOUR, DAY, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
# nights in which the clocks of these zones change; half an hour at Lord Howe, at midnight in Santiago
NIGHTS = {
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Europe/London": (date(2026, 3, 29), date(2026, 10, 25)),
    "Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
    "Australia/Adelaide": (date(2026, 10, 4), date(2026, 4, 5)),
    "America/Santiago": (date(2026, 9, 6), date(2026, 4, 5)),
    "Asia/Kolkata": (date(2026, 6, 1), date(2026, 12, 31)),
    "UTC": (date(2026, 2, 28), date(2026, 7, 4)),
}
OFFICE = calendar_of("America/New_York", week_of("Mon-Fri 09:00-17:00"), [date(2026, 11, 26)])
NEVER = Calendar("UTC", ())
NINE = datetime(2026, 6, 1, 13, tzinfo=UTC)  # a Monday, nine o'clock in New York


def at(hours: float) -> datetime:
    """An instant so many hours after Monday nine o'clock."""
    return NINE + timedelta(seconds=round(hours * 3600))


# what is tried: hours with night shifts and closed dates in zones whose clocks change, near the nights in which they do

half_hours = st.integers(0, 47).map(lambda half: half * 30)
shifts = st.builds(Shift, st.integers(0, 6), half_hours | st.integers(0, 1439), half_hours | st.integers(0, 1440))


@st.composite
def calendars(draw: st.DrawFn, zone: str = "", near: date | None = None) -> Calendar:
    """Weekly shifts, some of them over midnight, and closed dates, in one of the zones."""
    zone = zone or draw(st.sampled_from(sorted(NIGHTS)))
    night = near or draw(st.sampled_from(NIGHTS[zone]))
    closed = draw(st.sets(st.integers(-4, 12).map(lambda days: night + timedelta(days=days)), max_size=3))
    return Calendar(zone, tuple(sorted(draw(st.sets(shifts, max_size=8)))), frozenset(closed))


@st.composite
def changing(draw: st.DrawFn, zone: str = "", near: date | None = None) -> Dated:
    """Hours that change on one or two dates around a night in which clocks change."""
    zone = zone or draw(st.sampled_from(sorted(NIGHTS)))
    night = near or draw(st.sampled_from(NIGHTS[zone]))
    dates = sorted(draw(st.sets(st.integers(-3, 6).map(lambda days: night + timedelta(days=days)), min_size=1, max_size=2)))
    return Dated(tuple((day, draw(calendars(zone, night))) for day in [None, *dates]))


hours = st.one_of(
    calendars(),
    changing(),
    calendars().map(After),
    changing().map(After),
    st.just(Always()),
    st.builds(United, calendars(), calendars()),
)
moments = st.builds(
    lambda night, seconds: datetime.combine(night, wall_time(), UTC) + timedelta(seconds=seconds),
    st.sampled_from(sorted({night for nights in NIGHTS.values() for night in nights})),
    st.integers(-3 * 86400, 3 * 86400),
)
targets = st.integers(0, 40 * 3600)


@st.composite
def pauses(draw: st.DrawFn, *, ended: bool = False) -> list[Pause]:
    """Pauses that may overlap, begin before anything else, or go on."""
    found = []
    for start in draw(st.lists(moments, max_size=4)):
        length = draw(st.integers(0, 4 * 86400) if ended else st.none() | st.integers(0, 4 * 86400))
        found.append(Pause(start, None if length is None else start + timedelta(seconds=length)))
    return found


# a second way to the same answer: every minute is asked what the clock on the wall shows


class Walk:
    """Hours asked minute by minute over some days; it shares nothing with the rules but what the shifts say."""

    def __init__(self, open: Calendar | Dated | After, start: datetime, days: int) -> None:
        """Mark each minute as open or not."""
        inner = open.calendar if isinstance(open, After) else open
        versions = inner.versions if isinstance(inner, Dated) else ((None, inner),)
        zone = ZoneInfo(versions[0][1].zone)
        self.start = start.replace(second=0)
        margin = 3 * 24 * 60
        clock = [(self.start + (n - margin) * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(days * 1440 + 2 * margin)]
        spans = list(self._walls(versions, clock[0].date() - timedelta(days=2), clock[-1].date() + timedelta(days=2)))
        if isinstance(open, After):
            edges = [clock[0] - 5 * DAY, *(edge for span in self._joined(spans) for edge in span), clock[-1] + 5 * DAY]
            spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
        held = [False] * len(clock)
        for opens, closes in spans:
            reached = next((n for n, wall in enumerate(clock) if wall >= opens), len(clock))
            passed = next((n + 1 for n in reversed(range(len(clock))) if clock[n] < closes), 0)
            shown = next((n for n in reversed(range(len(clock))) if clock[n] == closes), 0)
            stop = max(passed, shown)
            held[reached:stop] = [True] * len(held[reached:stop])
        self.open = held[margin : margin + days * 1440]

    @staticmethod
    def _walls(versions: tuple[tuple[date | None, Calendar], ...], day: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        while day <= last:
            force = [calendar for begins, calendar in versions if begins is None or begins <= day][-1]
            for shift in force.shifts:
                if shift.weekday == day.weekday() and day not in force.closed:
                    opens = datetime.combine(day, wall_time()) + shift.start * MINUTE
                    yield opens, opens + shift.minutes * MINUTE
            day += timedelta(days=1)

    @staticmethod
    def _joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
        joined: list[tuple[datetime, datetime]] = []
        for opens, closes in sorted(spans):
            if joined and opens <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(closes, joined[-1][1])
            else:
                joined.append((opens, closes))
        return joined

    def working(self, start: int, end: int) -> int:
        """Seconds open between two minutes."""
        return sum(self.open[start:end]) * 60

    def due(self, created: int, target: int, paused: set[int]) -> datetime | None:
        """When the target is used up, if these days are enough."""
        if target == 0:
            return self.start + created * MINUTE
        for minute in range(created, len(self.open)):
            if self.open[minute] and minute not in paused:
                target -= 60
                if target == 0:
                    return self.start + (minute + 1) * MINUTE
        return None


WALKED_DAYS = 7


@settings(max_examples=60)
@given(
    st.one_of(calendars(), changing(), calendars().map(After)),
    st.tuples(st.sampled_from([0, 1]), st.integers(-3 * 1440, 0)),
    st.integers(0, 40 * 60).map(lambda minutes: minutes * 60),
    st.lists(st.tuples(st.integers(0, 6 * 1440), st.integers(0, 2 * 1440)), max_size=3),
    st.integers(0, WALKED_DAYS * 1440),
)
def test_a_walk_over_every_minute_finds_the_same(
    open: Calendar | Dated | After, place: tuple[int, int], target: int, breaks: list[tuple[int, int]], until: int
) -> None:
    inner = open.calendar if isinstance(open, After) else open
    zone = inner.versions[0][1].zone if isinstance(inner, Dated) else inner.zone
    night, offset = place
    created = datetime.combine(NIGHTS[zone][night], wall_time(), UTC) + offset * MINUTE
    walk = Walk(open, created, WALKED_DAYS)
    paused = {minute for start, length in breaks for minute in range(start, start + length)}
    real = [Pause(created + start * MINUTE, created + (start + length) * MINUTE) for start, length in breaks]
    assert clocks.working(open, created, created + until * MINUTE) == walk.working(0, until)
    assert clocks.used(open, created, created + until * MINUTE, real) == 60 * sum(walk.open[m] for m in range(until) if m not in paused)
    found, due = walk.due(0, target, paused), clocks.due(open, created, target, real)
    assert due == found or (found is None and (due is None or due > created + WALKED_DAYS * DAY))


@pytest.mark.parametrize("example", examples.read(FILE), ids=lambda example: example.name)
def test_worked_examples_come_out_as_they_say(example: examples.Example) -> None:
    assert not example.unreadable, example.line()
    assert not example.differs, example.line()


def test_no_example_is_left_out() -> None:
    assert len(examples.read(FILE)) == 31


def run(path: Path) -> tuple[int, str]:
    """Read a file in a process of its own, without a framework set up."""
    alone = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "COMANAGED"))}
    command = [sys.executable, "-m", "tests.tickets.examples", str(path)]
    ended = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    return ended.returncode, ended.stdout + ended.stderr


def test_a_file_is_read_by_a_fresh_process() -> None:
    code, words = run(FILE)
    assert code == 0, words
    assert "31 examples, 0 differ, 0 cannot be read" in words


def test_an_example_that_differs_ends_badly_and_names_the_mistake(tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    text = FILE.read_text(encoding="utf-8")
    right, wrong = '"2026-06-01T21:00:00Z"\n  due_local: "Mon', '"2026-06-02T13:00:00Z"\n  due_local: "Mon'
    swapped = text.replace(right, wrong, 1).replace('next opening": "2026-06-02T13:00:00Z"', 'closing": "2026-06-01T21:00:00Z"', 1)
    changed.write_text(swapped, encoding="utf-8")
    code, words = run(changed)
    assert code == 1
    assert re.search(r"DIFFERS +ends-exactly-at-closing.*the mistake: rolled to closing", words)
    assert "31 examples, 1 differ" in words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "must be names with values"),
        ("due: [", "it is no YAML"),
        ("due: 3", "due must be a list"),
        ("format: 1", "there is no example in it"),
        ("due: [{calendar: none, created: '2026-06-01T13:00:00Z', target_seconds: 1, due: null}]", "there is no calendar 'none'"),
        ("due: [{calendar: {zone: UTC}, created: '2026-06-01T13:00:00', target_seconds: 1, due: null}]", "no time like"),
        ("due: [{calendar: {zone: UTC}, created: '2026-06-01T13:00:00Z', due: null}]", "does not say 'target_seconds'"),
        ("due: [{calendar: {zone: Mars}, created: '2026-06-01T13:00:00Z', target_seconds: 1, due: null}]", "is no time zone"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_so(text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    assert examples.main([str(file)]) == 2
    said = capsys.readouterr()
    assert words in said.out + said.err


# what must hold of any hours and any pauses


@given(hours, moments, targets, st.tuples(pauses(), pauses()), st.integers(0, 3 * 86400))
def test_due_never_comes_earlier_for_a_pause_added_or_lengthened(
    open: Open, created: datetime, target: int, found: tuple[list[Pause], list[Pause]], longer: int
) -> None:
    some, more = found
    before = clocks.due(open, created, target, some)
    added = clocks.due(open, created, target, some + more)
    lengthened = [Pause(one.start, one.end and one.end + longer * SECOND) for one in some]
    for after in (added, clocks.due(open, created, target, lengthened)):
        assert after is None or (before is not None and after >= before)


@given(hours, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_working_time_adds_up(open: Open, instants: list[datetime]) -> None:
    a, b, c = instants
    assert clocks.working(open, a, b) + clocks.working(open, b, c) == clocks.working(open, a, c)
    assert 0 <= clocks.working(open, a, c) <= (c - a) // SECOND


@given(hours, moments, targets, pauses())
def test_what_is_used_at_the_due_time_is_the_target(open: Open, created: datetime, target: int, some: list[Pause]) -> None:
    due = clocks.due(open, created, target, some)
    if due is None:
        return
    paused = sum(clocks.working(open, max(one.start, created), min(one.end or due, due)) for one in clocks.union(some) if one.start < due)
    assert clocks.working(open, created, due) - paused == target
    assert clocks.used(open, created, due, some) == target
    assert target == 0 or clocks.used(open, created, due - SECOND, some) == target - 1, "due is the earliest such instant"
    assert clocks.left(open, created, target, due, some) == 0


@given(hours, moments, targets, pauses(ended=True))
def test_a_ledger_replayed_step_by_step_gives_the_closed_form(open: Open, created: datetime, target: int, some: list[Pause]) -> None:
    """Keep only what is left and when the clock last started, as a job would that hears of one pause after the other."""
    since, left = created, target
    for one in sorted(some, key=lambda pause: pause.start):
        start, end = max(one.start, since), one.end
        spent = clocks.working(open, since, start)
        if end is None or end <= since or (left and spent >= left) or not left:
            continue
        since, left = end, left - spent
    replayed = clocks.due(open, since, left)
    assert clocks.due(open, created, target, some) == replayed


@pytest.mark.parametrize("server", ["Pacific/Kiritimati", "America/St_Johns"])
@given(hours, st.tuples(moments, targets), pauses(), st.sampled_from(sorted(NIGHTS)))
def test_no_zone_of_server_or_viewer_moves_an_instant(
    server: str, open: Open, promise: tuple[datetime, int], some: list[Pause], viewer: str
) -> None:
    created, target = promise
    zone = ZoneInfo(viewer)
    seen = [Pause(one.start.astimezone(zone), one.end and one.end.astimezone(zone)) for one in some]
    until = created + 9 * DAY
    expected = clocks.due(open, created, target, some), clocks.used(open, created, until, some)
    before = os.environ.get("TZ")
    os.environ["TZ"] = server
    time.tzset()
    try:
        clocks._week.cache_clear()
        local = created.astimezone(zone)
        assert (clocks.due(open, local, target, seen), clocks.used(open, local, until.astimezone(zone), seen)) == expected
    finally:
        os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
        time.tzset()


@given(hours, moments)
def test_a_snapshot_reads_as_what_it_was_made_of(open: Open, start: datetime) -> None:
    again = clocks.from_words(clocks.words_of(open))
    for days in range(0, 12, 3):
        a, b = start + days * DAY, start + (days + 2) * DAY
        assert clocks.working(again, a, b) == clocks.working(open, a, b)


@given(calendars(), moments)
def test_business_and_after_hours_leave_no_hole(calendar: Calendar, start: datetime) -> None:
    end = start + 5 * DAY
    whole = clocks.working(United(calendar, After(calendar)), start, end)
    assert whole == (end - start) // SECOND
    twice = clocks.working(calendar, start, end) + clocks.working(After(calendar), start, end) - whole
    assert 0 <= twice <= 2 * 3600, "only an hour that comes twice is both"


@given(pauses())
def test_united_pauses_stay_apart_and_cover_the_same(some: list[Pause]) -> None:
    joined = clocks.union(some)
    assert clocks.union(joined) == joined
    assert all(one.end is not None and one.end < two.start for one, two in pairwise(joined))
    for edge in (edge for one in some for edge in (one.start, one.end) if edge):
        assert lies_in(edge, some) == lies_in(edge, joined)


def test_pauses_that_touch_are_one_and_those_that_last_no_time_are_none() -> None:
    found = clocks.union([Pause(at(2), at(3)), Pause(at(1), at(2)), Pause(at(5), at(5)), Pause(at(8), at(7))])
    assert found == (Pause(at(1), at(3)),)


def lies_in(at: datetime, some: list[Pause] | tuple[Pause, ...]) -> bool:
    """Whether a pause holds an instant."""
    return any(one.start <= at and (one.end is None or at < one.end) for one in some)


# what is judged, and when


def judge(*found: Target, ended: datetime | None = None, now: datetime, pauses: list[Pause] | None = None) -> clocks.Verdict:
    """Judge a ticket of Monday nine o'clock."""
    return clocks.judge(OFFICE, NINE, found, pauses or [], ended=ended, now=now)


FOUR_HOURS, TWO_HOURS, ONE_HOUR = (Target(NINE, hours * 3600) for hours in (4, 2, 1))


def test_an_event_at_its_due_time_keeps_the_promise_and_a_second_later_breaks_it() -> None:
    assert not judge(FOUR_HOURS, ended=at(4), now=at(9)).missed
    late = judge(FOUR_HOURS, ended=at(4) + SECOND, now=at(9))
    assert (late.missed, late.missed_at, late.because_changed) == (True, at(4), False)
    assert (late.used, late.left) == (4 * 3600 + 1, 0)


def test_a_promise_is_missed_although_nothing_ran() -> None:
    assert judge(FOUR_HOURS, now=at(4) + SECOND).missed
    assert not judge(FOUR_HOURS, now=at(4)).missed


def test_a_target_of_nothing_is_due_at_once_even_at_night_and_paused() -> None:
    night = at(12)
    assert clocks.due(OFFICE, night, 0, [Pause(night, None)]) == night


def test_an_open_pause_leaves_no_due_time_unless_the_target_was_used_up_before() -> None:
    open_pause = [Pause(at(3), None, "requester", "Ana")]
    waiting = judge(FOUR_HOURS, now=at(30), pauses=open_pause)
    assert (waiting.due, waiting.missed, waiting.used, waiting.left) == (None, False, 3 * 3600, 3600)
    late = judge(TWO_HOURS, now=at(30), pauses=open_pause)
    assert (late.due, late.missed_at) == (at(2), at(2))


def test_a_change_recomputes_from_creation_and_keeps_the_pauses() -> None:
    verdict = judge(FOUR_HOURS, Target(at(2), 3 * 3600), now=at(2), pauses=[Pause(at(1), at(1.5))])
    assert (verdict.due, verdict.missed) == (at(3.5), False)


def test_a_breach_by_a_new_target_is_dated_at_the_change() -> None:
    verdict = judge(FOUR_HOURS, Target(at(2), 3600), ended=at(2.5), now=at(9))
    assert (verdict.due, verdict.missed_at, verdict.because_changed) == (at(1), at(2), True)


def test_a_change_at_the_new_due_time_breaks_nothing_yet() -> None:
    assert not judge(FOUR_HOURS, Target(at(1), 3600), ended=at(1), now=at(9)).missed
    verdict = judge(FOUR_HOURS, Target(at(1), 3600), ended=at(1) + SECOND, now=at(9))
    assert (verdict.missed_at, verdict.because_changed) == (at(1), False)


def test_a_miss_before_the_change_stands_though_the_new_target_is_kinder() -> None:
    verdict = judge(ONE_HOUR, Target(at(2), 8 * 3600), ended=at(3), now=at(9))
    assert (verdict.due, verdict.missed_at, verdict.because_changed) == (at(8), at(1), False)


def test_what_was_missed_first_keeps_its_date() -> None:
    verdict = judge(ONE_HOUR, Target(at(2), 2 * 3600), Target(at(3), 60), ended=at(4), now=at(9))
    assert (verdict.missed_at, verdict.because_changed) == (at(1), False)


def test_of_two_changes_at_one_instant_the_last_counts() -> None:
    assert not judge(FOUR_HOURS, Target(at(2), 60), Target(at(2), 4 * 3600), ended=at(3), now=at(9)).missed


def test_a_change_after_the_end_changes_nothing() -> None:
    assert judge(FOUR_HOURS, Target(at(5), 60), ended=at(3), now=at(9)) == judge(FOUR_HOURS, ended=at(3), now=at(9))


def test_the_last_resolution_is_judged_and_resolved_time_does_not_count() -> None:
    resolved = [Pause(at(1), at(50), clocks.RESOLVED)]
    kept = judge(FOUR_HOURS, ended=at(53), now=at(99), pauses=resolved)
    assert (kept.due, kept.missed, kept.used) == (at(53), False, 4 * 3600)
    assert judge(FOUR_HOURS, ended=at(72), now=at(99), pauses=resolved).missed


def test_what_pauses_after_the_end_hides_no_due_time() -> None:
    assert judge(FOUR_HOURS, ended=at(3), now=at(9), pauses=[Pause(at(3), None, clocks.RESOLVED)]).due == at(4)
    assert judge(FOUR_HOURS, ended=at(3), now=at(9), pauses=[Pause(at(2), None, "vendor")]).due == at(5), "its end ends the pause"


# hours


def test_an_edit_applies_from_its_date_on_and_a_shift_keeps_the_day_it_starts_on() -> None:
    before = calendar_of("UTC", {"tue": ["22:00-06:00"]})
    after = calendar_of("UTC", {"wed": ["12:00-13:00"]})
    dated = Dated(((None, before), (date(2026, 6, 10), after)))
    night, noon = datetime(2026, 6, 10, 5, 59, 59, tzinfo=UTC), datetime(2026, 6, 10, 12, 30, tzinfo=UTC)
    assert clocks.working(dated, night, night + 2 * SECOND) == 1
    assert clocks.working(dated, noon, noon + DAY) == 1800
    assert clocks.working(dated, noon - 7 * DAY, noon - 7 * DAY + HOUR) == 0
    assert clocks.working(dated, noon + 6 * DAY, noon + 7 * DAY) == 1800, "the old night shift is gone"
    daily = Dated(((None, calendar_of("UTC", week_of("Mon-Sun 09:00-10:00"))), (date(2026, 6, 10), calendar_of("UTC", {}))))
    assert clocks.working(daily, noon - 2 * DAY, noon + 2 * DAY) == 3600, "on the date itself the new hours hold alone"
    assert clocks.working(After(dated), night, noon) == 6 * 3600


def test_after_hours_take_closed_dates_whole() -> None:
    thanksgiving = datetime(2026, 11, 26, 5, tzinfo=UTC)
    assert clocks.working(After(OFFICE), thanksgiving, thanksgiving + DAY) == 24 * 3600
    assert clocks.working(After(OFFICE), NINE, NINE + DAY) == 16 * 3600


def test_a_single_instant_has_the_stretch_it_lies_in() -> None:
    for open in (OFFICE, After(OFFICE), Always(), United(OFFICE, After(OFFICE)), Dated(((None, OFFICE), (date(2026, 7, 1), NEVER)))):
        inside = NINE + 20 * HOUR if open == After(OFFICE) else NINE
        assert any(start <= inside < end for start, end in open.spans(inside, inside)), open


def test_an_edit_keeps_what_it_does_not_name() -> None:
    words = {
        "zone": "Asia/Kolkata",
        "closed": ["2026-06-11"],
        "from": {"date": "2026-06-10", "week": {"wed": ["09:00-10:00"], "thu": ["09:00-10:00"]}},
    }
    start = datetime(2026, 6, 8, tzinfo=UTC)
    assert clocks.due(clocks.from_words(words), start, 60) == datetime(2026, 6, 10, 3, 31, tzinfo=UTC)
    assert clocks.working(clocks.from_words(words), start, start + 7 * DAY) == 3600


def test_hours_that_never_open_make_nothing_due() -> None:
    assert clocks.due(NEVER, NINE, 1) is None
    assert clocks.due(Dated(((None, NEVER), (date(2030, 1, 1), OFFICE))), NINE, 1) is None, "beyond the horizon"
    assert clocks.answer_times(NEVER, NINE, 60) == clocks.Answer(None, None, None)


def test_a_long_closure_inside_the_horizon_is_waited_for() -> None:
    rare = calendar_of("UTC", {"mon": ["09:00-10:00"]}, [date(2026, 1, 5) + timedelta(days=7 * n) for n in range(1, 50)])
    assert clocks.due(rare, datetime(2026, 1, 5, 9, 30, tzinfo=UTC), 3600) == datetime(2026, 12, 21, 9, 30, tzinfo=UTC)


def test_little_time_a_week_is_used_up_in_years() -> None:
    weekly = calendar_of("UTC", {"mon": ["09:00-10:00"]})
    assert clocks.due(weekly, datetime(2026, 1, 5, tzinfo=UTC), 100 * 3600) == datetime(2027, 11, 29, 10, tzinfo=UTC)


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        clocks.due(OFFICE, NINE.replace(tzinfo=None), 60)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"zone": "Mars"}, "is no time zone"),
        ({"hours": "sometimes"}, "'sometimes' are no hours"),
        ({"zone": "UTC", "week": ["mon"]}, "A week is written like"),
        ({"zone": "UTC", "week": {"mon": "09:00-17:00"}}, "A week is written like"),
        ({"zone": "UTC", "week": {"mon": ["9-5"]}}, "is no time"),
        ({"zone": "UTC", "closed": ["soon"]}, "'soon' is no date"),
        ({"zone": "UTC", "from": "2026-06-10"}, "A change is written like"),
        ({"zone": "UTC", "from": {"week": {}}}, "is no date"),
    ],
)
def test_a_snapshot_that_cannot_be_read_is_refused_in_words(words: dict[str, object], says: str) -> None:
    with pytest.raises(BadHours, match=says):
        clocks.from_words(words)


def test_equal_snapshots_are_read_once() -> None:
    words = {"zone": "UTC", "week": {"mon": ["09:00-17:00"]}, "closed": []}
    assert clocks.from_words(words) is clocks.from_words(dict(reversed(words.items())))
    assert clocks.from_words({"hours": "after", **words}) == After(calendar_of("UTC", {"mon": ["09:00-17:00"]}))


@pytest.mark.parametrize(
    ("audience", "human", "requester", "reply", "counts"),
    [
        ("public", True, False, True, True),
        ("PUBLIC", True, False, True, True),
        ("shared", True, False, True, False),
        ("internal", True, False, True, False),
        ("public", False, False, True, False),
        ("public", True, True, True, False),
        ("public", True, False, False, False),
    ],
)
def test_only_a_person_who_replies_in_public_answers(audience: str, human: bool, requester: bool, reply: bool, counts: bool) -> None:
    assert clocks.counts_as_answer(audience=audience, human=human, requester=requester, reply=reply) is counts
