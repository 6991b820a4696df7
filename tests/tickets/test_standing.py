"""What a side takes without being asked, and the help over a limit."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.test_concurrency import at_once
from tickets import actions
from tickets.actions import offering, standing, steps
from tickets.domain.standing import Class, Load, Taken, limit_for, overflow, standing_for
from tickets.models import Event, Standing, Ticket
from tickets.queries import standing as queries

NIGHT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # midnight in Chicago
PACKET = {"known": "It is the disk.", "tried": "Looked.", "next": "Change it."}


def told(ticket: Ticket) -> list[tuple[str, str]]:
    rows = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).order_by("id")
    return list(rows.values_list("kind", "text"))


def take(cast: Cast, name: str, duty: str = "backup.jobs", hours: Class = Class.AFTER, **limit: int) -> Standing:
    with cast.as_(name) as by:
        return standing.pre_accept(standing.Wanted(duty, hours, **limit), by=by, at=NOON - timedelta(days=1))


def held_by_internal(cast: Cast, at: datetime) -> Ticket:
    with cast.scope():
        ticket = from_alert(cast.harbor, side=Side.INTERNAL, at=at).ticket
    with cast.as_("Ivo") as ivo:
        return actions.take(ticket.pk, by=ivo, at=at)


def test_at_night_the_handover_crosses_at_once_and_by_day_it_is_offered(cast: Cast) -> None:
    take(cast, "Tess")
    day, night = held_by_internal(cast, NOON), held_by_internal(cast, NIGHT)
    with cast.as_("Ivo") as ivo:
        waits = offering.offer(day.pk, PACKET, by=ivo, at=NOON)
        crossed = offering.offer(night.pk, PACKET, by=ivo, at=NIGHT)
        assert (waits.side, waits.offer_kind, waits.crossings) == ("INTERNAL", "OFFER", 0)
        assert (crossed.side, crossed.offer_kind, crossed.crossings) == ("PROVIDER", "", 1)
        assert told(night)[-1] == ("ACCEPTED", "Taken at once: Tess said before that this side takes this duty after hours.")
        assert Event.objects.for_tenant(cast.harbor).of(night.pk).get(kind="ACCEPTED").after["standing"] is True


def test_what_ended_holds_no_more(cast: Cast) -> None:
    row = take(cast, "Tess", hours=Class.ALWAYS)
    with cast.scope():
        assert queries.accepts(cast.harbor.pk, "backup.jobs", "", "PROVIDER", NOON)
        assert queries.accepts(cast.harbor.pk, "backup.jobs", "", "INTERNAL", NOON) == ""
        assert queries.accepts(cast.harbor.pk, "", "", "PROVIDER", NOON) == ""
    with cast.as_("Iris") as iris, pytest.raises(steps.NotYours):
        standing.end(row.pk, by=iris, at=NOON)
    with cast.as_("Tess") as tess:
        for _ in range(2):
            standing.end(row.pk, by=tess, at=NOON)
        assert queries.accepts(cast.harbor.pk, "backup.jobs", "", "PROVIDER", NOON) == ""
        assert Entry.objects.for_tenant(cast.harbor).filter(action="ticket.pre_accept").count() == 2


def test_a_manager_says_it_for_his_own_side_and_nobody_else(cast: Cast) -> None:
    assert take(cast, "Iris", "").side == "INTERNAL"
    with cast.as_("Tariq") as tariq, pytest.raises(Exception, match="can do this"):
        standing.pre_accept(standing.Wanted("", Class.ALWAYS), by=tariq, at=NOON)
    with cast.as_("Tess") as tess:
        for wanted in (standing.Wanted("no.such", Class.ALWAYS), standing.Wanted("", Class.ALWAYS, over_count=-1)):
            with pytest.raises(steps.SayMore):
                standing.pre_accept(wanted, by=tess, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_said_twice_at_once_it_is_one_row(cast: Cast) -> None:
    tess = cast.actor("Tess")
    wanted = standing.Wanted("", Class.ALWAYS)
    results = at_once(2, lambda _: standing.pre_accept(wanted, by=tess, at=NOON), by=tess)
    assert not [one for one in results if isinstance(one, Exception)]
    with cast.scope():
        assert Standing.objects.for_tenant(cast.harbor).count() == 1


def test_over_the_limit_new_tickets_go_to_the_side_that_helps(cast: Cast) -> None:
    take(cast, "Tess", "backup.jobs", Class.ALWAYS, over_count=2)
    with cast.scope():
        held = [from_alert(cast.harbor, condition=f"c{number}", side=Side.INTERNAL, at=later(number)).ticket for number in range(3)]
        assert {ticket.side for ticket in held} == {"INTERNAL"}
        fourth = from_alert(cast.harbor, condition="c4", side=Side.INTERNAL, at=later(4)).ticket
        assert (fourth.side, fourth.state, fourth.crossings, fourth.route_side) == ("PROVIDER", "NEW", 1, "INTERNAL")
        assert fourth.trace[-1] == "overflow: 3 waiting, limit 2"
        assert told(fourth)[-1] == ("ACCEPTED", "overflow: 3 waiting, limit 2. The provider takes it, as agreed before.")
        assert (
            Notice.objects.for_tenant(cast.harbor).filter(key__startswith=f"ticket:{fourth.pk}:", to_address="tess@example.test").exists()
        )
        assert (
            not Notice.objects.for_tenant(cast.harbor)
            .filter(key__startswith=f"ticket:{fourth.pk}:", to_address="ivo@example.test")
            .exists()
        )
        unowned = from_alert(cast.harbor, condition="c5", side=Side.INTERNAL, unowned=True, at=later(5)).ticket
        assert unowned.side == "INTERNAL"
        theirs = from_alert(cast.harbor, condition="c6", side=Side.PROVIDER, at=later(6)).ticket
        assert theirs.crossings == 0
        held[0].refresh_from_db()
        assert held[0].side == "INTERNAL", "below or above, nothing that is there moves"


def test_over_the_age_of_the_oldest_without_an_answer(cast: Cast) -> None:
    take(cast, "Tess", "", Class.ALWAYS, over_minutes=30)
    with cast.as_("Iris") as iris:
        first = from_person(iris, side=Side.INTERNAL, at=NOON)
        assert from_person(iris, side=Side.INTERNAL, at=later(30)).side == "INTERNAL"
        late = from_person(iris, side=Side.INTERNAL, at=later(31))
        assert (late.side, late.trace[-1]) == ("PROVIDER", "overflow: oldest without an answer 31 min, limit 30")
        assert first.side == "INTERNAL"


def test_without_a_limit_an_opening_asks_one_thing_more(cast: Cast, django_assert_num_queries: Any) -> None:
    with cast.scope():
        with django_assert_num_queries(1):
            assert queries.overflow(cast.harbor.pk, "backup.jobs", "INTERNAL", NOON) is None
        with django_assert_num_queries(1):
            assert queries.accepts(cast.harbor.pk, "backup.jobs", "", "INTERNAL", NOON) == ""


def test_the_page_shows_both_sides_and_ends_ones_own(cast: Cast) -> None:
    theirs = take(cast, "Tess")
    iris = cast.browser("Iris")
    sent = {"duty": "", "hours": "ALWAYS", "over_count": "12", "over_minutes": "", "once": "x"}
    assert iris.post("/harbor-dental/tickets/standing/take/", sent).status_code == 302
    page = iris.get("/harbor-dental/tickets/standing/").content.decode()
    assert "when more than 12 tickets wait" in page
    assert "after hours" in page
    assert f"/standing/{theirs.pk}/end/" not in page
    refused = iris.post(f"/harbor-dental/tickets/standing/{theirs.pk}/end/")
    assert refused.status_code == 422
    assert "The side that said so ends it." in refused.content.decode()
    wrong = iris.post("/harbor-dental/tickets/standing/take/", sent | {"over_count": "-1"})
    assert wrong.status_code == 422
    assert "Choose a number between 0 and 10000." in wrong.content.decode()
    assert cast.browser("Tess").post(f"/harbor-dental/tickets/standing/{theirs.pk}/end/").status_code == 302


ROWS = st.builds(
    Taken,
    id=st.integers(1, 99),
    side=st.sampled_from(Side),
    duty=st.sampled_from(["", "a", "b"]),
    hours=st.sampled_from(Class),
    by=st.just("Tess"),
    over_count=st.none() | st.integers(0, 3),
)
HOURS = st.frozensets(st.sampled_from(["BUSINESS", "AFTER", "ALWAYS"]))


@given(st.lists(ROWS, max_size=6), st.sampled_from(["a", "b", ""]), st.sampled_from(Side), HOURS)
def test_what_holds_is_of_that_side_and_duty_and_hour(rows: list[Taken], duty: str, side: Side, hours: frozenset[str]) -> None:
    found = standing_for(rows, duty, side, hours)
    if found is not None:
        assert not found.limited
        assert found.side is side
        assert found.duty in {"", duty}
        assert found.hours is Class.ALWAYS or found.hours in hours
    helps = limit_for(rows, duty, side, hours)
    if helps is not None:
        assert helps.limited
        assert helps.side is not side


@given(ROWS, st.integers(0, 6))
def test_within_the_limit_nothing_moves(rule: Taken, waiting: int) -> None:
    moved = overflow(rule, Load(waiting))
    assert bool(moved) is (rule.over_count is not None and waiting > rule.over_count)
