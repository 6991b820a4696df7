"""Links, parts of a larger ticket, and other tickets of the same machine."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tickets import actions
from tickets.actions import checklist, linking, steps
from tickets.domain.linking import Kin, Tie, ordered, why_no_child
from tickets.models import Event, Link, Ticket
from tickets.queries import work


@pytest.fixture
def three(cast: Cast) -> list[Ticket]:
    """Three of Iris's tickets, held by Northwind."""
    with cast.as_("Iris") as iris:
        return [from_person(iris, title=title) for title in ("One", "Two", "Three")]


def shown(cast: Cast, ticket: Ticket, name: str = "Tess") -> work.Work:
    row = Ticket.objects.for_tenant(ticket.tenant_id).select_related("tenant").get(pk=ticket.pk)
    return work.work(row, cast.actor(name), later(60))


def told(ticket: Ticket) -> list[str]:
    rows = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(kind="LINKED").order_by("id")
    return list(rows.values_list("text", flat=True))


def test_a_link_is_told_on_both_and_read_from_each_end(cast: Cast, three: list[Ticket]) -> None:
    one, two, _ = three
    with cast.as_("Ivo") as ivo:
        linking.link(two.pk, one.number, Tie.CAUSED_BY, by=ivo, at=later(1))
        assert [(near.reference, near.words) for near in shown(cast, two).links] == [("HD-1", "was caused by")]
        assert [(near.reference, near.words) for near in shown(cast, one).links] == [("HD-2", "caused")]
        assert told(two) == ["it was caused by HD-1 One"]
        assert told(one) == ["it caused HD-2 Two"]
        linking.unlink(one.pk, Link.objects.for_tenant(cast.harbor).get().pk, by=ivo, at=later(2))
        assert shown(cast, one).links == ()


def test_a_link_without_direction_is_one_row_from_either_end(cast: Cast, three: list[Ticket]) -> None:
    one, two, _ = three
    with cast.as_("Tess") as tess:
        linking.link(two.pk, one.number, Tie.RELATED, by=tess, at=NOON)
        with pytest.raises(steps.NotNow):
            linking.link(one.pk, two.number, Tie.DUPLICATE, by=tess, at=NOON)
        with pytest.raises(linking.NoSuchTicket):
            linking.link(one.pk, 99, Tie.RELATED, by=tess, at=NOON)
        with pytest.raises(steps.SayMore):
            linking.link(one.pk, one.number, Tie.RELATED, by=tess, at=NOON)
    with cast.as_("Lena") as lena, pytest.raises(Exception, match="can do this"):
        linking.link(one.pk, two.number, Tie.RELATED, by=lena, at=NOON)


def test_a_ticket_of_another_client_is_not_here(cast: Cast, three: list[Ticket]) -> None:
    with cast.scope(cast.pine):
        for number in range(9):
            foreign = from_alert(cast.pine, condition=f"a{number}").ticket
    with cast.as_("Tess") as tess, pytest.raises(linking.NoSuchTicket):
        linking.link(three[0].pk, foreign.number, Tie.RELATED, by=tess, at=NOON)


def test_parts_are_one_level_deep_and_never_a_circle(cast: Cast, three: list[Ticket]) -> None:
    one, two, third = three
    with cast.as_("Tess") as tess:
        linking.make_part_of(two.pk, one.number, by=tess, at=later(1))
        for child, parent in ((one, two), (one, one), (third, two), (two, third), (one, third)):
            with pytest.raises(steps.SayMore):
                linking.make_part_of(child.pk, parent.number, by=tess, at=later(2))
        assert [near.reference for near in shown(cast, one).children] == ["HD-2"]
        parent = shown(cast, two).parent
        assert parent is not None
        assert parent.reference == "HD-1"
        linking.take_out(two.pk, by=tess, at=later(3))
        assert shown(cast, one).children == ()
        assert told(one) == ["HD-2 Two is a part of it", "HD-2 Two is no part of it any more"]


def test_the_newest_five_of_the_same_machine(cast: Cast) -> None:
    with cast.scope():
        rows = [from_alert(cast.harbor, condition=f"c{number}", at=later(number)).ticket for number in range(8)]
        assert [near.number for near in shown(cast, rows[2]).same] == [8, 7, 6, 5, 4]


def test_the_page_of_a_ticket_costs_the_same_however_much_hangs_on_it(
    cast: Cast, three: list[Ticket], django_assert_max_num_queries: Any
) -> None:
    one, two, third = three
    with cast.as_("Tess") as tess:
        row = Ticket.objects.for_tenant(cast.harbor).select_related("tenant").get(pk=one.pk)
        linking.link(one.pk, two.number, Tie.RELATED, by=tess, at=NOON)
        linking.make_part_of(third.pk, one.number, by=tess, at=NOON)
        with django_assert_max_num_queries(6):
            work.work(row, tess, NOON)


KINS = st.builds(Kin, st.integers(1, 3), st.none() | st.integers(1, 3), st.integers(0, 2), st.booleans())


@given(KINS, KINS)
def test_a_lawful_part_never_makes_a_grandchild(child: Kin, parent: Kin) -> None:
    if why_no_child(child, parent) == "":
        assert child.id != parent.id
        assert parent.parent is None
        assert child.children == 0
        assert {child.finished, parent.finished} == {False}


@given(st.sampled_from([Tie.RELATED, Tie.DUPLICATE]), st.integers(1, 9), st.integers(1, 9))
def test_without_direction_there_is_one_order(tie: Tie, one: int, other: int) -> None:
    assert ordered(tie, one, other) == ordered(tie, other, one)


# --- the end of a ticket with parts


@pytest.fixture
def family(cast: Cast, three: list[Ticket]) -> list[Ticket]:
    """A ticket that Tess has, with two parts that nobody took."""
    with cast.as_("Tess") as tess:
        actions.take(three[0].pk, by=tess, at=later(1))
        for part in three[1:]:
            linking.make_part_of(part.pk, three[0].number, by=tess, at=later(2))
    return three


def states(cast: Cast) -> list[str]:
    return list(Ticket.objects.for_tenant(cast.harbor).order_by("id").values_list("state", flat=True))


def test_a_ticket_with_open_parts_is_not_resolved_but_together_with_them(cast: Cast, family: list[Ticket]) -> None:
    with cast.as_("Tess") as tess:
        with pytest.raises(steps.SayMore, match="2 parts of this ticket are open: HD-2; HD-3"):
            actions.resolve(family[0].pk, "The cable was cut.", by=tess, at=later(3))
        for _ in range(2):
            actions.resolve(family[0].pk, "The cable was cut.", by=tess, at=later(3), parts=True, once="x")
        assert states(cast) == ["RESOLVED"] * 3
        ends = Event.objects.for_tenant(cast.harbor).filter(kind="RESOLVED")
        assert [(row.text, row.audience) for row in ends] == [("The cable was cut.", "PUBLIC")] * 3


def test_a_part_that_cannot_be_resolved_holds_all_of_them_back(cast: Cast, family: list[Ticket]) -> None:
    with cast.as_("Tess") as tess:
        checklist.add_step(family[2].pk, "Look", required=True, by=tess, at=later(3))
        with pytest.raises(steps.SayMore, match=r"HD-3 Three cannot be resolved with it\. A required step is open: Look\."):
            actions.resolve(family[0].pk, "The cable was cut.", by=tess, at=later(4), parts=True)
    with cast.as_("Tess"):
        assert states(cast) == ["OPEN", "NEW", "NEW"]


def test_a_lead_passes_over_what_is_open_and_the_person_who_asked_does_not_read_it(cast: Cast, family: list[Ticket]) -> None:
    with cast.as_("Tess") as tess:
        actions.resolve(family[0].pk, "The cable was cut.", by=tess, at=later(4), override="They are checked tomorrow.")
        assert states(cast) == ["RESOLVED", "NEW", "NEW"]
        said = Event.objects.for_tenant(cast.harbor).of(family[0].pk).filter(text__contains="They are checked tomorrow.")
        assert [row.audience for row in said] == ["SHARED"]


def test_the_form_asks_for_the_parts_only_where_there_are_some(cast: Cast, family: list[Ticket]) -> None:
    tess = cast.browser("Tess")
    assert 'name="parts"' in tess.get("/harbor-dental/tickets/1/").content.decode()
    with cast.as_("Tess") as by:
        actions.take(family[1].pk, by=by, at=later(5))
    assert 'name="parts"' not in tess.get("/harbor-dental/tickets/2/").content.decode()
    assert tess.post("/harbor-dental/tickets/1/resolve/", {"text": "The cable was cut.", "parts": "on"}).status_code == 302
    with cast.scope():
        assert states(cast) == ["RESOLVED"] * 3


def test_a_colleagues_part_is_not_resolved_with_it_by_who_could_not_resolve_it_alone(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        whole, part = from_person(iris, title="Outage"), from_person(iris, title="Phones")
    with cast.as_("Tess") as tess:
        linking.make_part_of(part.pk, whole.number, by=tess, at=later(1))
        actions.take(part.pk, by=tess, at=later(2))
    with cast.as_("Tariq") as tariq:
        actions.take(whole.pk, by=tariq, at=later(2))
        with pytest.raises(steps.SayMore, match="Take this ticket first"):
            actions.resolve(whole.pk, "The cable was cut.", by=tariq, at=later(3), parts=True)
