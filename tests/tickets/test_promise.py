"""The promise through the product: due times, charges and counts of real tickets, whatever happened to them."""

from datetime import datetime

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from comanaged.vocabulary import Audience, Party, Priority, Side
from responsibilities.actions import calendars, editing
from responsibilities.models import Calendar
from tests.cast import BEGAN, Cast
from tests.responsibilities.agreeing import open_one
from tests.tickets.build import NOON, from_person, later
from tests.tickets.living import PACKET, WHY, Life
from tests.tickets.test_clocks import FILE
from tickets import actions
from tickets.actions import watching
from tickets.domain import handover, ledger
from tickets.models import Event, Terms, Ticket
from tickets.queries import charges

SHIPPED = yaml.safe_load(FILE.read_text(encoding="utf-8"))
DUTY = "support.first-line"
HANDOVER = SHIPPED["handover"]
CASES = [pytest.param(case, id=case["id"]) for case in HANDOVER["cases"]]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def fresh(ticket: Ticket) -> Ticket:
    rows = Ticket.objects.for_tenant(ticket.tenant_id).select_related("terms", "tenant", "duty", "requester", "assignee")
    return rows.get(pk=ticket.pk)


def kept(name: str) -> calendars.Kept:
    """Return hours of the examples as people keep them."""
    said = SHIPPED["calendars"][name]
    return calendars.Kept(said["zone"], said["week"], tuple(instant(day).date() for day in said.get("closed", [])))


@pytest.fixture
def sides(cast: Cast) -> Cast:
    """Internal IT keeps New York office hours, the provider answers the same duty from a desk in London."""
    with cast.as_("Iris") as iris:
        office = Calendar.objects.for_tenant(cast.harbor).get(version=open_one(cast), key="business", place=None)
        calendars.change_hours(office.pk, kept("ny-office"), seen=office.stamp, by=iris, at=BEGAN)
    with cast.as_("Tess") as tess:
        calendars.add_hours("desk", "Desk hours", "", kept("london-desk"), by=tess, at=BEGAN)
        line = open_one(cast).rows.get(duty__key=DUTY, place=None)
        editing.set_hours(DUTY, Party.PROVIDER, "desk", seen=line.stamp, by=tess, at=BEGAN)
    return cast


@pytest.mark.parametrize("case", CASES)
@pytest.mark.django_db
def test_a_handover_between_new_york_and_london_is_charged_as_agreed(
    sides: Cast, case: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    setting, offered = HANDOVER["setting"], HANDOVER["offer"]
    monkeypatch.setitem(handover.ANSWER, Priority.P2, setting["answer_target_seconds"])
    created, resolved = instant(setting["created"]), instant(str(case["resolved"]))
    with sides.as_("Lena") as lena:
        ticket = actions.ask(
            title="The viewer will not open", duty_key=DUTY, text="", priority=Priority.P2, kind="person", by=lena, at=created
        ).ticket
    with sides.as_("Ivo") as ivo:
        actions.take(ticket.pk, by=ivo, at=created)
        actions.offer(ticket.pk, PACKET, by=ivo, at=instant(offered["at"]))
        placed = fresh(ticket)
        assert placed.fix_due_at == instant(setting["due"])
        times = [placed.offer_remind_at, placed.offer_due_at, placed.offer_expires_at]
        assert times == [instant(offered[name]) for name in ("reminder_at", "answer_due", "expires_at")]
    answer = case["answer"]
    assert isinstance(answer, dict)
    with sides.as_("Tess") as tess:
        if answer["kind"] == "accept":
            actions.accept(ticket.pk, by=tess, at=instant(answer["at"]))
        else:
            actions.decline(ticket.pk, "missing", WHY, by=tess, at=instant(answer["at"]))
    with sides.as_("Tess" if case["holder_at_resolution"] == "provider" else "Ivo") as holder:
        actions.resolve(ticket.pk, "A new viewer.", by=holder, at=resolved)
        done = fresh(ticket)
        assert done.side.lower() == case["holder_at_resolution"]
        clock = charges.clock(done, resolved)
        charged = [
            {
                "to": one.party,
                "from": f"{one.start:%Y-%m-%dT%H:%M:%SZ}",
                "until": f"{one.end:%Y-%m-%dT%H:%M:%SZ}",
                "real_seconds": one.seconds,
                "own_working_seconds": one.own_seconds,
            }
            for one in clock.segments
        ]
        assert charged == case["charged"]
        assert (clock.used, not clock.fix.missed) == (case["promise_used_seconds"], case["promise_met"])
        counts = {name: getattr(clock.counts, name) for name in ("crossings", "returns", "declines", "expiries")}
        assert counts == case["counts"]
        assert (done.crossings, done.declines, done.expiries) == (counts["crossings"], counts["declines"], counts["expiries"])


@pytest.mark.parametrize("seed", [5, 7])
@pytest.mark.django_db
def test_every_second_of_a_life_is_charged_once_and_the_clock_says_what_the_columns_say(cast: Cast, seed: int) -> None:
    life = Life(cast, seed)
    life.go(80)
    at = later(life.minutes)
    with cast.scope():
        for pk in life.tickets:
            ticket = fresh(Ticket(tenant=cast.harbor, pk=pk))
            clock, end = charges.clock(ticket, at), ticket.closed_at or at
            assert sum(one.seconds for one in clock.segments) == (end - ticket.opened_at).total_seconds()
            assert all(one.end == two.start for one, two in zip(clock.segments, clock.segments[1:], strict=False))
            assert sum(part.seconds for part in clock.parts) == sum(one.seconds for one in clock.segments)
            if clock.state in {charges.RUNS, charges.PAUSED}:
                assert (clock.due, clock.answer.due) == (ticket.fix_due_at, ticket.answer_due_at or clock.answer.due)
                assert clock.fix.missed_at == ticket.fix_missed_at
                assert clock.answer.missed_at == ticket.answer_missed_at
            with override_settings(TIME_ZONE="Pacific/Auckland"):
                assert charges.clock(ticket, at) == clock, "the server's zone changes nothing"


@pytest.mark.django_db
def test_the_promise_is_the_same_whatever_handovers_there_were(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        quiet, busy = (from_person(iris, side=Side.INTERNAL) for _ in range(2))
        assert (quiet.fix_due_at, quiet.answer_due_at) == (busy.fix_due_at, busy.answer_due_at)
        for one in (quiet, busy):
            actions.take(one.pk, by=iris, at=later(1))
    givers = ["Iris", "Tess", "Iris"]
    for turn, (giver, taker) in enumerate(zip(givers, ["Tess", "Iris", "Tess"], strict=True)):
        with cast.as_(giver) as by:
            actions.offer(busy.pk, PACKET, by=by, at=later(10 * turn + 2))
        with cast.as_(taker) as by:
            if turn == 1:
                actions.decline(busy.pk, "missing", WHY, by=by, at=later(10 * turn + 3))
                with cast.as_("Iris") as iris:
                    actions.direct(busy.pk, WHY, by=iris, at=later(10 * turn + 4))
            else:
                actions.accept(busy.pk, by=by, at=later(10 * turn + 3))
    with cast.scope():
        here, there = fresh(quiet), fresh(busy)
        assert there.crossings == 3
        assert (here.fix_due_at, here.answer_due_at, here.targets) == (there.fix_due_at, there.answer_due_at, there.targets)


@pytest.mark.django_db
def test_a_pause_never_makes_anything_due_earlier_and_takes_out_only_its_working_time(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)
        actions.take(ticket.pk, by=iris, at=later(0))
        known, start = fresh(ticket).fix_due_at, 5
        for minutes in (1, 30, 90, 400, 600):
            actions.wait(ticket.pk, "scheduled", "Lena", later(start + minutes + 60), "", by=iris, at=later(start))
            paused = fresh(ticket)
            assert (paused.fix_due_at, paused.answer_due_at is None) == (None, False), "the first answer never pauses"
            left = paused.fix_left
            actions.wake(ticket.pk, by=iris, at=later(start + minutes))
            due = fresh(ticket).fix_due_at
            assert due is not None
            assert known is not None
            assert due >= known
            clock = charges.clock(fresh(ticket), later(start + minutes))
            assert clock.left == left
            known, start = due, start + minutes + 20


@pytest.mark.django_db
def test_a_new_promise_leaves_open_tickets_as_they_were(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
        before = Terms.objects.for_tenant(cast.harbor).count()
        from_person(iris)
        assert Terms.objects.for_tenant(cast.harbor).count() == before, "one wording is kept once"
        assert ticket.terms is not None
        assert ticket.terms.content["targets"] == ledger.DEFAULTS


@pytest.mark.django_db
def test_missed_is_judged_from_the_ledger_also_where_no_worker_ran(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)
        at = later(60 * 24 * 7)
        clock = charges.clock(fresh(ticket), at)
        assert fresh(ticket).fix_missed_at is None
        assert (clock.fix.missed, clock.fix.charged, clock.answer.missed) == (True, "internal", True)
        assert "in the time of Internal IT" in clock.fix.words
        watching.catch_up(fresh(ticket), at=at)
        seen = fresh(ticket)
        assert (seen.fix_missed_at, seen.answer_missed_at) == (clock.fix.missed_at, clock.answer.missed_at)
        assert seen.missed_because == clock.fix.charged


@pytest.mark.django_db
def test_the_page_and_the_api_tell_one_clock(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL, at=NOON)
        actions.take(ticket.pk, by=iris, at=later(1))
        actions.reply(ticket.pk, "Which room?", Audience.SHARED, by=iris, at=later(2))
    page = cast.browser("Lena").get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()
    assert "One clock for both sides; a handover never resets it." in page
    assert "Whose time it was" in page
    told = reader(cast).get(f"/api/v1/tickets/{ticket.number}/clock/").json()
    assert {one["to"] for one in told["charges"]} == {"internal"}
    assert told["target"] == "4 h to the first answer and 24 h to the fix, in business hours"
    assert told["counts"] == {"crossings": 0, "returns": 0, "declines": 0, "expiries": 0}
    whole = reader(cast).get(f"/api/v1/tickets/{ticket.number}/").json()
    assert (whole["fix_due_at"] is not None, whole["wait"], whole["offer"], whole["missed"]) == (True, None, None, [])


@pytest.mark.django_db
def test_a_clock_costs_a_fixed_number_of_statements(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=Side.INTERNAL)

    def cost() -> int:
        with cast.scope():
            row = fresh(ticket)
            with CaptureQueriesContext(connection) as asked:
                charges.clock(row, later(600))
        return len(asked)

    cost()
    few = cost()
    with cast.as_("Iris") as iris:
        actions.take(ticket.pk, by=iris, at=later(1))
        for minute in range(2, 30, 2):
            actions.wait(ticket.pk, "parts", "A lamp", later(minute + 60), "", by=iris, at=later(minute))
            actions.wake(ticket.pk, by=iris, at=later(minute + 1))
        assert Event.objects.for_tenant(cast.harbor).of(ticket.pk).count() > 28
    assert cost() == few
    assert few <= 5


def reader(cast: Cast) -> Client:
    return cast.api(cast.key(cast.harbor, "k_read"))
