"""Tickets that come again: at the same time of day across changes of clocks, once each, and once after a pause."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged import background
from comanaged.celery import app
from comanaged.vocabulary import Priority
from tests.cast import Cast
from tickets.actions import scheduling, steps
from tickets.domain.scheduling import Every, Rhythm
from tickets.models import Event, Schedule, Step, Ticket

CHICAGO = "America/Chicago"
AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def rhythm(every: Every, first: str, clock: str = "08:00", zone: str = CHICAGO) -> Rhythm:
    return Rhythm(every, date.fromisoformat(first), time.fromisoformat(clock), zone)


def local(moment: datetime, zone: str = CHICAGO) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def wanted(**more: Any) -> scheduling.Wanted:
    said: dict[str, Any] = {
        "title": "Restore test",
        "text": "Restore one file of each server.",
        "every": Every.MONTHLY,
        "first_on": date(2026, 12, 1),
        "clock": time(8),
        "zone": CHICAGO,
        "duty": "backup.jobs",
        "priority": Priority.P4,
        "steps": ("Choose a file", "Restore it"),
    }
    return scheduling.Wanted(**said | more)


# --- when


def test_the_clock_on_the_wall_stays_when_clocks_change() -> None:
    daily = rhythm(Every.DAILY, "2026-03-06")
    assert [local(daily.slot(number)) for number in range(4)] == [f"2026-03-0{day} 08:00" for day in (6, 7, 8, 9)]
    assert daily.slot(2) - daily.slot(1) == timedelta(hours=23)


def test_a_skipped_time_comes_later_and_a_repeated_one_the_first_time() -> None:
    skipped = rhythm(Every.DAILY, "2026-03-08", "02:30")
    assert local(skipped.slot(0)) == "2026-03-08 03:30"
    assert local(skipped.slot(1)) == "2026-03-09 02:30"
    twice = rhythm(Every.DAILY, "2026-11-01", "01:30")
    assert twice.slot(0) == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert twice.after(twice.slot(0)) == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)


def test_a_day_that_a_month_lacks_is_its_last_one_and_comes_back() -> None:
    monthly = rhythm(Every.MONTHLY, "2026-01-31")
    assert [local(monthly.slot(number))[:10] for number in range(4)] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    assert local(rhythm(Every.YEARLY, "2024-02-29").slot(4))[:10] == "2028-02-29"
    assert local(rhythm(Every.QUARTERLY, "2026-11-30").slot(1))[:10] == "2027-02-28"


RHYTHMS = st.builds(
    Rhythm,
    every=st.sampled_from(Every),
    first=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    clock=st.times().map(lambda clock: clock.replace(second=0, microsecond=0)),
    zone=st.sampled_from([CHICAGO, "UTC", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns"]),
)
MOMENTS = st.integers(0, 500_000_000).map(lambda seconds: datetime(2019, 6, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@given(RHYTHMS, MOMENTS)
def test_the_next_is_the_first_after_and_the_latest_the_last_before(one: Rhythm, moment: datetime) -> None:
    coming, gone = one.after(moment), one.latest(moment)
    assert coming > moment
    if gone is None:
        assert coming == one.slot(0)
    else:
        assert gone <= moment
        assert one.after(gone) == coming


@given(RHYTHMS, st.integers(0, 200))
def test_slots_follow_each_other(one: Rhythm, number: int) -> None:
    assert one.slot(number) < one.slot(number + 1)
    assert one.after(one.slot(number)) == one.slot(number + 1)


# --- what comes


def add(cast: Cast, name: str = "Iris", **more: Any) -> Schedule:
    with cast.as_(name) as by:
        return scheduling.add_schedule(wanted(**more), by=by, at=AT)


def run(cast: Cast, row: Schedule, at: datetime) -> None:
    """Do the work of a schedule as the sweep does, under a lease."""
    token = uuid.uuid4()
    with cast.scope():
        Schedule.objects.for_tenant(cast.harbor).filter(pk=row.pk).update(lease_token=token)
        scheduling.open_due(row.pk, tenant_id=cast.harbor.pk, token=token, at=at)


def tickets(cast: Cast) -> list[Ticket]:
    with cast.scope():
        return list(Ticket.objects.for_tenant(cast.harbor).order_by("id"))


def test_it_comes_at_its_time_with_its_steps_where_the_matrix_sends_it(cast: Cast) -> None:
    row = add(cast)
    assert local(row.next_at) == "2026-12-01 08:00"
    run(cast, row, row.next_at)
    (ticket,) = tickets(cast)
    assert (ticket.title, ticket.origin_kind, ticket.priority, ticket.requester_id) == ("Restore test", "schedule", "P4", None)
    assert ticket.condition == f"schedule:{row.pk}:2026-12-01T14:00Z"
    assert ticket.terms_id is not None
    with cast.scope():
        assert list(Step.objects.for_tenant(cast.harbor).of(ticket.pk).values_list("text", "required")) == [
            ("Choose a file", True),
            ("Restore it", True),
        ]
        row.refresh_from_db()
        assert (local(row.next_at), row.lease_token) == ("2027-01-01 08:00", None)


def test_the_same_slot_twice_is_one_ticket_even_when_it_was_closed(cast: Cast) -> None:
    row = add(cast)
    slot = row.next_at
    for _ in range(2):
        with cast.scope():
            Schedule.objects.for_tenant(cast.harbor).update(next_at=slot)
            Ticket.objects.for_tenant(cast.harbor).update(state="CLOSED", closed_at=slot)
        run(cast, row, slot + timedelta(minutes=1))
    assert len(tickets(cast)) == 1
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).count() == 1
        assert Step.objects.for_tenant(cast.harbor).count() == 2


def test_after_a_long_pause_one_comes_not_one_for_each_that_was_missed(cast: Cast) -> None:
    row = add(cast, every=Every.DAILY)
    run(cast, row, row.next_at + timedelta(days=9, hours=3))
    (ticket,) = tickets(cast)
    assert ticket.condition.endswith("2026-12-10T14:00Z")
    with cast.scope():
        row.refresh_from_db()
        assert local(row.next_at) == "2026-12-11 08:00"


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_sweep_opens_it_and_what_cannot_be_opened_is_left_out_and_shown(cast: Cast) -> None:
    app.loader.import_default_modules()
    row = add(cast, every=Every.DAILY, first_on=date(2026, 1, 1))
    with cast.scope():
        Schedule.objects.for_tenant(cast.harbor).update(next_at=datetime(2999, 1, 1, tzinfo=UTC))
    assert background.sweep_table("tickets.schedule") == 0
    with cast.scope():
        Schedule.objects.for_tenant(cast.harbor).update(next_at=AT - timedelta(days=300))
    assert background.sweep_table("tickets.schedule") == 1
    assert len(tickets(cast)) == 1
    with cast.scope():
        Schedule.objects.for_tenant(cast.harbor).update(next_at=AT - timedelta(days=300), attempts=9)
    assert background.sweep_table("tickets.schedule") == 1
    with cast.scope():
        row.refresh_from_db()
        assert row.failed_at is not None
        assert row.attempts == 0
    assert len(tickets(cast)) == 1
    assert "could not be opened" in cast.browser("Iris").get("/harbor-dental/tickets/recurring/").content.decode()


def test_only_the_side_that_set_it_up_changes_and_ends_it(cast: Cast) -> None:
    row = add(cast)
    with cast.as_("Tess") as tess:
        with pytest.raises(steps.NotYours):
            scheduling.change_schedule(row.pk, wanted(title="Ours"), by=tess, at=AT)
        with pytest.raises(steps.NotYours):
            scheduling.end_schedule(row.pk, by=tess, at=AT)
    with cast.as_("Iris") as iris:
        scheduling.change_schedule(row.pk, wanted(clock=time(9)), by=iris, at=AT, seen=1)
        with pytest.raises(steps.Stale):
            scheduling.change_schedule(row.pk, wanted(clock=time(10)), by=iris, at=AT, seen=1)
        for _ in range(2):
            scheduling.end_schedule(row.pk, by=iris, at=AT)
    with cast.as_("Ivo") as ivo, pytest.raises(Exception, match="can do this"):
        scheduling.add_schedule(wanted(), by=ivo, at=AT)


def test_the_same_thing_twice_is_one(cast: Cast) -> None:
    assert add(cast).pk == add(cast).pk
    assert add(cast, title="Another").pk != add(cast).pk


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "  "),
        ("text", ""),
        ("duty", "no.such"),
        ("zone", "Moon/Base"),
        ("zone", "../etc/passwd"),
        ("first_on", date(9999, 12, 31)),
        ("steps", ("x" * 301,)),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(cast: Cast, field: str, value: Any) -> None:
    with cast.as_("Iris") as iris, pytest.raises(steps.SayMore) as refused:
        scheduling.add_schedule(wanted(**{field: value}), by=iris, at=AT)
    assert refused.value.field == field


def test_the_pages_add_change_and_end_it(cast: Cast) -> None:
    iris = cast.browser("Iris")
    place = "/harbor-dental/tickets/recurring/"
    sent = {
        "title": "Restore test",
        "text": "Restore one file.",
        "steps": "Choose\n\nRestore\n",
        "every": "QUARTERLY",
        "first_on": "2026-12-01",
        "clock": "08:00",
        "zone": CHICAGO,
        "duty": "backup.jobs",
        "place": "",
        "asset": "",
        "priority": "P4",
    }
    wrong = iris.post(f"{place}add/", sent | {"clock": "25:99", "zone": "Moon"})
    assert wrong.status_code == 422
    assert "Write a time like 08:00." in wrong.content.decode()
    assert "Restore one file." in wrong.content.decode()
    assert iris.post(f"{place}add/", sent).status_code == 302
    with cast.scope():
        row = Schedule.objects.for_tenant(cast.harbor).get()
        assert row.steps == ["Choose", "Restore"]
    assert "every quarter at 08:00" in iris.get(place).content.decode()
    assert "Choose\nRestore" in iris.get(f"{place}{row.pk}/change/").content.decode()
    assert iris.post(f"{place}{row.pk}/change/", sent | {"title": "Bigger test", "seen": "1"}).status_code == 302
    assert iris.post(f"{place}{row.pk}/change/", sent | {"seen": "1"}).status_code == 409
    tess = cast.browser("Tess")
    assert "Bigger test" in tess.get(place).content.decode()
    assert f"{row.pk}/change/" not in tess.get(place).content.decode()
    assert tess.post(f"{place}{row.pk}/end/").status_code == 422
    assert iris.post(f"{place}{row.pk}/end/").status_code == 302
    assert iris.get(f"{place}{row.pk}/change/").status_code == 404
    assert cast.browser("Ivo").get(place).status_code == 403
    assert cast.browser("Olga").get(place).status_code == 404
