"""The first column of the queue: a time, what it is for, and never a colour without the word."""

from datetime import UTC, datetime, timedelta

import pytest

from tickets.domain.ticking import Face, Look, face

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # a Tuesday, noon in Chicago


def shown(minutes: float | None, *, what: str = "fix", waits: str = "", wakes: float | None = None) -> Face:
    due = None if minutes is None else NOON + timedelta(minutes=minutes)
    until = None if wakes is None else NOON + timedelta(minutes=wakes)
    return face(due=due, what=what, since=NOON - timedelta(hours=1), waits=waits, wakes=until, at=NOON, zone="America/Chicago")


@pytest.mark.parametrize(
    ("minutes", "time", "look", "part"),
    [
        (41, "0:41", Look.RUNS, 59),
        (60, "1:00", Look.RUNS, 50),
        (0, "0:00", Look.RUNS, 100),
        (340, "5:40", Look.RUNS, 15),
        (60 * 48, "Thu 12:00", Look.RUNS, 2),
        (60 * 24 * 30, "24 December", Look.RUNS, 0),
        (-12, "12 min over", Look.LATE, 100),
        (-200, "3 h over", Look.LATE, 100),
        (-60 * 24 * 3, "3 days over", Look.LATE, 100),
        (None, "no clock", Look.NONE, 0),
    ],
)
def test_the_time_that_is_left(minutes: float | None, time: str, look: Look, part: int) -> None:
    found = shown(minutes)
    assert (found.time, found.look, found.part) == (time, look, part)


def test_what_it_is_for_is_said() -> None:
    assert shown(5, what="answer").what == "first answer"
    assert shown(5, what="fix").what == "fix"


def test_what_waits_says_for_whom_and_until_when() -> None:
    assert shown(5, waits="Iris", wakes=60 * 20) == Face("on hold", "waits for Iris, until Wed 08:00", Look.HELD)
