"""Weekly hours, checked minute by minute against a walk over the clock, most of all in the nights when it changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.vocabulary import Hours
from responsibilities.domain import coverage
from responsibilities.domain.coverage import Calendar, Shift

MINUTE = timedelta(minutes=1)
# (zone, the UTC day around the spring change, the one around the autumn change); half an hour at Lord Howe, midnight in Santiago
NIGHTS = [
    ("America/Chicago", date(2026, 3, 8), date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29), date(2026, 10, 25)),
    ("Australia/Adelaide", date(2026, 10, 3), date(2026, 4, 4)),
    ("Australia/Lord_Howe", date(2026, 10, 3), date(2026, 4, 4)),
    ("America/Santiago", date(2026, 9, 6), date(2026, 4, 5)),
]
WEEKS = [
    {day: ["08:00-17:00"] for day in coverage.DAYS[:5]},
    {day: ["22:00-06:00"] for day in coverage.DAYS},
    {day: ["02:30-06:00"] for day in coverage.DAYS},
    {day: ["18:00-01:30"] for day in coverage.DAYS},
    {day: ["00:15-00:45", "01:10-01:50", "02:00-02:20", "23:30-00:00"] for day in coverage.DAYS},
    {day: ["00:00-24:00"] for day in coverage.DAYS},
    {"sat": ["20:00-02:00"], "sun": ["02:00-09:00"]},
    {},
]


def wall_intervals(calendar: Calendar, first: date, days: int) -> list[tuple[datetime, datetime]]:
    """The plain reading of the weekly shifts: wall-clock intervals, joined where they touch."""
    spans = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        for shift in calendar.shifts:
            if shift.weekday == day.weekday() and day not in calendar.closed:
                start = datetime(day.year, day.month, day.day) + timedelta(minutes=shift.start)  # noqa: DTZ001 - wall time
                spans.append((start, start + timedelta(minutes=shift.minutes)))
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def complement(intervals: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    edges = [start, *(edge for interval in intervals for edge in interval), end]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def walked(intervals: list[tuple[datetime, datetime]], clock: list[datetime]) -> list[bool]:
    """An interval holds from the first minute whose clock has reached its start until the clock last shows its end or passes it."""
    held = [False] * len(clock)
    for start, end in intervals:
        reached = next((i for i, wall in enumerate(clock) if wall >= start), len(clock))
        passed = next((i + 1 for i in reversed(range(len(clock))) if clock[i] < end), 0)
        shown = next((i for i in reversed(range(len(clock))) if clock[i] == end), 0)
        stop = max(passed, shown)
        held[reached:stop] = [True] * len(held[reached:stop])
    return held


@pytest.mark.parametrize(
    "week", WEEKS, ids=lambda week: " ".join(f"{day}:{'+'.join(texts)}" for day, texts in list(week.items())[:1]) or "never"
)
@pytest.mark.parametrize(("zone", "day"), [(zone, day) for zone, *days in NIGHTS for day in days])
def test_both_clock_change_nights_agree_with_a_walk_over_every_minute(zone: str, day: date, week: dict[str, list[str]]) -> None:
    calendar = coverage.calendar_of(zone, week)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=12)
    minutes = [start + i * MINUTE for i in range(-24 * 60, 72 * 60)]  # longer than what is compared, so that the walk sees every edge
    clock = [minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for minute in minutes]
    first = clock[0].date() - timedelta(days=2)
    business = wall_intervals(calendar, first, 9)
    outer = datetime(first.year, first.month, first.day)  # noqa: DTZ001 - wall time
    after = complement(business, outer, outer + timedelta(days=9))
    expected = {Hours.BUSINESS: walked(business, clock), Hours.AFTER: walked(after, clock)}
    compared = range(24 * 60, 60 * 60)
    for hours, held in expected.items():
        wrong = [minutes[i] for i in compared if calendar.includes(hours, minutes[i]) is not held[i]]
        assert not wrong, f"{hours}: {wrong[0]:%d %H:%M}Z and {len(wrong) - 1} more minutes"
    assert all(expected[Hours.BUSINESS][i] or expected[Hours.AFTER][i] for i in compared), "somebody's hours hold at every minute"


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [("America/Chicago", 60), ("Europe/London", 60), ("Australia/Lord_Howe", 30), ("Australia/Adelaide", 0), ("America/Santiago", 0)],
)
def test_half_past_one_overlaps_itself_only_where_it_comes_twice(zone: str, minutes: int) -> None:
    calendar = coverage.calendar_of(zone, {day: ["18:00-01:30"] for day in coverage.DAYS})
    nights = [datetime(day.year, day.month, day.day, tzinfo=UTC) for name, *days in NIGHTS if name == zone for day in days]
    both = [m for night in nights for m in (night + i * MINUTE for i in range(-12 * 60, 24 * 60)) if len(calendar.standing(m)) == 3]
    assert len(both) == minutes


def test_an_opening_in_the_skipped_hour_is_the_instant_of_the_change() -> None:
    calendar = coverage.calendar_of("America/Chicago", {day: ["02:30-06:00"] for day in coverage.DAYS})
    change = datetime(2026, 3, 8, 8, tzinfo=UTC)
    assert calendar.includes(Hours.BUSINESS, change)
    assert not calendar.includes(Hours.BUSINESS, change - timedelta(seconds=1))
    assert calendar.until(Hours.BUSINESS, change) == datetime(2026, 3, 8, 11, tzinfo=UTC)


def test_work_in_the_repeated_hour_lasts_to_its_second_occurrence() -> None:
    calendar = coverage.calendar_of("America/Chicago", {day: ["18:00-01:30"] for day in coverage.DAYS})
    second = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert calendar.until(Hours.BUSINESS, datetime(2026, 11, 1, 5, tzinfo=UTC)) == second
    assert calendar.until(Hours.AFTER, datetime(2026, 11, 1, 0, 30, tzinfo=UTC)) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


OFFICE = coverage.calendar_of("America/Chicago", coverage.week_of("Mon-Fri 08:00-17:00"), [date(2026, 11, 26), date(2026, 12, 25)])


def chicago(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("America/Chicago")).astimezone(UTC)


def test_a_holiday_is_after_hours_from_midnight_to_midnight() -> None:
    assert OFFICE.standing(chicago(26, 10)) == {Hours.AFTER, Hours.ALWAYS}
    assert OFFICE.until(Hours.AFTER, chicago(25, 17)) == chicago(27, 8)


def test_a_shift_past_midnight_belongs_to_the_day_it_starts_on() -> None:
    nights = coverage.calendar_of("America/Chicago", {"wed": ["22:00-06:00"], "thu": ["22:00-06:00"]}, [date(2026, 11, 26)])
    assert nights.includes(Hours.BUSINESS, chicago(26, 5)), "Wednesday's shift runs into the holiday"
    assert not nights.includes(Hours.BUSINESS, chicago(26, 23))
    assert not nights.includes(Hours.BUSINESS, chicago(27, 5)), "a closed day takes its whole shift with it"


def test_a_class_ends_where_the_next_begins() -> None:
    assert OFFICE.until(Hours.BUSINESS, chicago(24, 10)) == chicago(24, 17)
    assert OFFICE.until(Hours.AFTER, chicago(27, 17)) == chicago(30, 8)
    assert OFFICE.until(Hours.ALWAYS, chicago(24, 10)) is None


def test_hours_that_never_hold_never_end() -> None:
    never = coverage.calendar_of("UTC", {})
    assert never.until(Hours.AFTER, chicago(24, 10)) is None
    assert never.minutes(Hours.BUSINESS) == 0


def test_a_week_has_every_minute_once() -> None:
    assert OFFICE.minutes(Hours.BUSINESS) == 45 * 60
    assert OFFICE.minutes(Hours.AFTER) == 123 * 60
    assert coverage.calendar_of("UTC", {"sun": ["20:00-04:00"]}).minutes(Hours.BUSINESS) == 8 * 60


def test_hours_nobody_promised_are_counted_and_the_first_is_named() -> None:
    assert coverage.open_minutes(OFFICE, Hours.ALWAYS, [Hours.BUSINESS]) == 123 * 60
    assert coverage.first_gap(OFFICE, Hours.ALWAYS, [Hours.BUSINESS], chicago(24, 10)) == (chicago(24, 17), chicago(25, 8))
    assert coverage.first_gap(OFFICE, Hours.ALWAYS, [Hours.BUSINESS], chicago(25, 20)) == (chicago(25, 20), chicago(27, 8))
    assert coverage.first_gap(OFFICE, Hours.AFTER, [Hours.BUSINESS], chicago(24, 10)) == (chicago(24, 17), chicago(25, 8))


def test_both_halves_cover_what_must_always_be_covered() -> None:
    assert coverage.open_minutes(OFFICE, Hours.ALWAYS, [Hours.AFTER, Hours.BUSINESS]) == 0
    assert coverage.first_gap(OFFICE, Hours.ALWAYS, [Hours.AFTER, Hours.BUSINESS], chicago(24, 10)) is None
    assert coverage.first_gap(OFFICE, Hours.BUSINESS, [Hours.ALWAYS], chicago(24, 10)) is None


@pytest.mark.parametrize("text", ["Mon-Fri 08:00-17:00", "Mon-Thu 08:30-12:30, Fri 09:00-11:00", "Sun 20:00-04:00", "Mon-Sun 00:00-24:00"])
def test_a_week_is_written_as_it_is_read(text: str) -> None:
    assert coverage.written_week(coverage.calendar_of("UTC", coverage.week_of(text))) == text


@pytest.mark.parametrize(
    ("week", "words"),
    [
        ("Mon 8-17", "'8' is no time"),
        ("Xyz 08:00-17:00", "'Xyz' is no day"),
        ("Mon 24:00-05:00", "no stretch"),
        ("Mon 08:00-25:00", "'25:00' is no time"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_in_words(week: str, words: str) -> None:
    with pytest.raises(coverage.BadHours, match=words):
        coverage.calendar_of("UTC", coverage.week_of(week))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "\0"])
def test_a_zone_that_does_not_exist_is_refused_in_words(zone: str) -> None:
    with pytest.raises(coverage.BadHours, match="is no time zone"):
        coverage.calendar_of(zone, {})


shifts = st.builds(Shift, st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440))


@given(st.sets(shifts, max_size=6), st.integers(0, 365 * 24 * 60))
def test_some_half_holds_at_every_moment_and_until_is_its_very_end(found: set[Shift], minute: int) -> None:
    calendar = Calendar("America/Chicago", tuple(sorted(found)))
    moment = datetime(2026, 1, 1, tzinfo=UTC) + minute * MINUTE
    standing = calendar.standing(moment)
    assert Hours.BUSINESS in standing or Hours.AFTER in standing
    for hours in (Hours.BUSINESS, Hours.AFTER):
        ends = calendar.until(hours, moment)
        if ends is not None:
            assert calendar.includes(hours, ends) is not calendar.includes(hours, moment)
            assert calendar.includes(hours, ends - timedelta(seconds=1)) is calendar.includes(hours, moment)


@given(st.sets(shifts, max_size=6), st.sampled_from(Hours), st.sets(st.sampled_from(Hours)), st.integers(0, 365 * 24 * 60))
def test_the_first_gap_is_open_at_its_start_and_covered_right_before(
    found: set[Shift], required: Hours, held: set[Hours], minute: int
) -> None:
    calendar = Calendar("Europe/London", tuple(sorted(found)))
    moment = datetime(2026, 1, 1, tzinfo=UTC) + minute * MINUTE
    hole = coverage.first_gap(calendar, required, sorted(held), moment)
    if hole is None:
        return
    start, end = hole
    assert moment <= start < end
    assert calendar.standing(start).isdisjoint(held)
    if start > moment:
        assert not calendar.standing(start - timedelta(seconds=1)).isdisjoint(held) or calendar.standing(
            start - timedelta(seconds=1)
        ).isdisjoint(coverage.PARTS[required])
