"""Quiet hours and the time of a digest are of the wall clock where a person is, also over midnight and when the clocks change."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.notices.domain import resting, wording
from comanaged.notices.domain.resting import Rest

CHICAGO = ZoneInfo("America/Chicago")
NIGHT = Rest("America/Chicago", time(22), time(6, 30))


def there(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO, fold=fold).astimezone(UTC)


def clock(at: datetime) -> str:
    return f"{at.astimezone(CHICAGO):%d %H:%M %Z}"


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-11-24 21:59", "24 21:59 CST"),
        ("2026-11-24 22:00", "25 06:30 CST"),
        ("2026-11-24 23:59", "25 06:30 CST"),
        ("2026-11-25 00:00", "25 06:30 CST"),
        ("2026-11-25 06:29", "25 06:30 CST"),
        ("2026-11-25 06:30", "25 06:30 CST"),
        ("2026-03-07 23:00", "08 06:30 CDT"),  # the night that is an hour shorter
        ("2026-10-31 23:00", "01 06:30 CST"),  # and the one that is an hour longer
    ],
)
def test_quiet_hours_go_over_midnight_and_over_the_change_of_clocks(at: str, ends: str) -> None:
    assert clock(NIGHT.awake(there(at))) == ends


def test_where_the_clock_jumps_over_the_end_they_end_with_the_jump() -> None:
    until = Rest("America/Chicago", time(22), time(2, 30))
    assert clock(until.awake(there("2026-03-07 23:00"))) == "08 03:00 CDT"
    assert not until.quiet(there("2026-03-08 03:00"))


def test_an_hour_that_comes_twice_is_quiet_both_times() -> None:
    until = Rest("America/Chicago", time(22), time(1, 30))
    assert clock(until.awake(there("2026-11-01 01:10", fold=0))) == "01 01:30 CDT"
    assert clock(until.awake(there("2026-11-01 01:45", fold=0))) == "01 01:45 CDT"
    assert clock(until.awake(there("2026-11-01 01:10", fold=1))) == "01 01:30 CST"


def test_hours_of_a_day_are_quiet_too_and_none_are_none() -> None:
    noon = Rest("America/Chicago", time(12), time(13))
    assert clock(noon.awake(there("2026-11-24 12:30"))) == "24 13:00 CST"
    assert clock(noon.awake(there("2026-11-24 13:00"))) == "24 13:00 CST"
    assert not Rest("America/Chicago").quiet(there("2026-11-24 03:00"))


def test_what_is_collected_comes_at_its_time_of_day_and_never_in_quiet_hours() -> None:
    rest = Rest("America/Chicago", time(22), time(6, 30), time(7))
    assert clock(rest.together(there("2026-11-24 06:59"))) == "24 07:00 CST"
    assert clock(rest.together(there("2026-11-24 07:00"))) == "25 07:00 CST"
    assert clock(rest.together(there("2026-03-07 08:00"))) == "08 07:00 CDT"
    assert clock(rest.together(there("2026-10-31 08:00"))) == "01 07:00 CST"
    inside = Rest("America/Chicago", time(22), time(6, 30), time(5))
    assert clock(inside.together(there("2026-11-24 12:00"))) == "25 06:30 CST"


def test_a_preference_says_when_and_whether() -> None:
    at = there("2026-11-24 23:00")
    assert resting.when(resting.NOW, NIGHT, at, wakes=False) == (there("2026-11-25 06:30"), False)
    assert resting.when(resting.NOW, NIGHT, at, wakes=True) == (at, False)
    assert resting.when(resting.DIGEST, NIGHT, at, wakes=True) == (there("2026-11-25 08:00"), True)
    assert resting.when(resting.NEVER, NIGHT, at, wakes=True) is None


@given(
    st.sampled_from(["America/Chicago", "Australia/Lord_Howe", "Asia/Beirut", "America/Santiago", "Asia/Kathmandu", "UTC"]),
    st.tuples(st.integers(0, 95), st.integers(0, 95), st.integers(0, 95)),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001 - of the strategy, which adds the zone
)
def test_quiet_ends_within_a_day_and_at_a_moment_that_is_not_quiet(zone: str, quarters: tuple[int, int, int], naive: datetime) -> None:
    begins, ends, together = (time(one // 4, one % 4 * 15) for one in quarters)
    rest, at = Rest(zone, begins, ends, together), naive.replace(tzinfo=UTC)
    awake, came = rest.awake(at), rest.together(at)
    assert not rest.quiet(awake)
    assert 0 <= (awake - at).total_seconds() <= 25 * 3600
    assert not rest.quiet(came)
    assert 0 < (came - at).total_seconds() <= 50 * 3600


def test_a_mail_of_several_tells_each_with_its_line_and_its_link_in_order() -> None:
    later, earlier = there("2026-11-24 14:30"), there("2026-11-24 09:05")
    told = [
        wording.Told(later, "[HD-2] Scanner", "Tess replied.\n\nDone.\n\nhttps://portal.example.test/harbor-dental/tickets/2/"),
        wording.Told(earlier, "[HD-1] Viewer", f"{'x' * 300}\n\nhttps://portal.example.test/harbor-dental/tickets/1/"),
        wording.Told(later, "No link", "Only a sentence with https://elsewhere.example inside."),
    ]
    subject, text = wording.digest(told, "America/Chicago")
    assert subject == "3 things you asked to hear of together"
    first, second, third = text.split("\n\n")
    assert first == f"24 November 09:05  [HD-1] Viewer\n{'x' * 200} …\nhttps://portal.example.test/harbor-dental/tickets/1/"
    assert second == "24 November 14:30  [HD-2] Scanner\nTess replied.\nhttps://portal.example.test/harbor-dental/tickets/2/"
    assert third == "24 November 14:30  No link\nOnly a sentence with https://elsewhere.example inside."


def test_a_mail_has_a_line_to_answer_above_and_a_foot_only_where_they_are_true() -> None:
    both = wording.body("said", answers=True, choose="https://portal.example.test/account/notices/")
    assert both == f"{wording.ANSWER_ABOVE}\n\nsaid\n\n-- \nChoose what you are told: https://portal.example.test/account/notices/"
    assert wording.body("said", answers=False, choose="") == "said"
