"""The week a moment is shown in: real hours, local days, day and night as the place has them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from responsibilities.domain import coverage
from responsibilities.queries.moment import moment
from tests.responsibilities.build import DAY, local, matrix, site


def test_a_week_is_told_in_hours_since_monday() -> None:
    shown = moment(matrix(), local(24, 14, 37))
    assert (shown.words, shown.zone, shown.hours, shown.value) == ("Tue 24 November 14:37, business hours", "America/Chicago", 168, 38)
    assert [day.word for day in shown.days] == ["Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27", "Sat 28", "Sun 29"]
    assert shown.begins == local(23, 0)
    assert shown.business == tuple((day * 24 + 8, day * 24 + 17) for day in range(5))
    assert shown.midnights == (24, 48, 72, 96, 120, 144)
    assert (shown.field, shown.earlier, shown.later) == ("2026-11-24T14:37", "2026-11-17T14:37-06:00", "2026-12-01T14:37-06:00")


def test_its_script_stays_small() -> None:
    assert (Path(__file__).resolve().parents[2] / "comanaged/static/moment.js").stat().st_size < 2000


def test_a_night_is_after_hours() -> None:
    assert moment(matrix(), local(25, 2)).words == "Wed 25 November 02:00, after hours"


@pytest.mark.parametrize(
    ("day", "month", "hours", "night"),
    [(3, 3, 167, (24, 48, 72, 96, 120, 144)), (27, 10, 169, (24, 48, 72, 96, 120, 144)), (9, 3, 168, (24, 48, 72, 96, 120, 144))],
)
def test_the_week_in_which_clocks_change_has_an_hour_fewer_or_more(day: int, month: int, hours: int, night: tuple[int, ...]) -> None:
    shown = moment(matrix(), local(day, 12, month=month))
    assert (shown.hours, shown.last) == (hours, hours - 1)
    assert shown.midnights == night
    assert shown.ends - shown.begins == timedelta(hours=hours)


def test_every_hour_of_a_long_week_is_another_instant() -> None:
    sunday = datetime(2026, 11, 1, 7, 30, tzinfo=UTC)  # half past one for the second time
    shown = moment(matrix(), sunday)
    assert (shown.words, shown.value) == ("Sun 1 November 01:30, after hours", 146)
    assert moment(matrix(), sunday - timedelta(hours=1)).value == 145
    assert moment(matrix(), sunday - timedelta(hours=1)).field == shown.field


def test_a_holiday_is_dark_and_says_so_but_a_weekend_says_nothing() -> None:
    closed = replace(
        coverage.calendar_of("America/Chicago", coverage.week_of("Mon-Fri 08:00-17:00")), closed=frozenset({local(26, 12).date()})
    )
    shown = moment(replace(matrix(), calendar=closed), DAY)
    assert [day.word for day in shown.days if day.closed] == ["Thu 26"]
    assert (80, 89) not in shown.business


def test_a_place_is_shown_in_its_own_time_and_hours() -> None:
    clinic = coverage.calendar_of("America/Denver", coverage.week_of("Mon-Sat 09:00-12:30"))
    shown = moment(
        matrix(places=[site("clinic", zone="America/Denver")], calendars={("business", "clinic"): clinic}), local(24, 12), "clinic"
    )
    assert (shown.words, shown.where, shown.zone) == ("Tue 24 November 11:00, business hours", "Clinic", "America/Denver")
    assert shown.business[1] == (33, 36.5)
    assert shown.spans.startswith("9-12.5 33-36.5")
    assert shown.drawn.startswith("M9 0H12.5V1H9ZM33 0")
    assert len(shown.business) == 6
