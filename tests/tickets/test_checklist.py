"""Steps of a ticket, and the gate they are before its end."""

import pytest

from tests.cast import Cast
from tests.tickets.build import NOON, from_person, later
from tests.tickets.test_concurrency import at_once
from tickets.actions import approving, checklist, linking, steps
from tickets.models import Event, Step, Ticket
from tickets.queries import work

LONG = "It was the wrong server after all."


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).select_related("tenant").get(id=ticket.pk)


def of(ticket: Ticket) -> list[Step]:
    return list(Step.objects.for_tenant(ticket.tenant_id).of(ticket.pk))


def told(ticket: Ticket) -> list[str]:
    rows = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(kind="WORKED").order_by("id")
    return list(rows.values_list("text", flat=True))


def test_both_sides_add_and_tick_and_the_ticket_grows_no_older_by_it(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        checklist.add_step(ticket.pk, " Restore   one file ", required=True, by=tess, at=later(1))
    with cast.as_("Ivo") as ivo:
        checklist.add_step(ticket.pk, "Tell the desk", required=False, by=ivo, at=later(2))
        (first, second) = of(ticket)
        checklist.tick(ticket.pk, first.pk, by=ivo, at=later(3))
        done = of(ticket)[0]
        assert (done.text, done.done_by_name, done.done_by_side, done.done_at) == ("Restore one file", "Ivo", "INTERNAL", later(3))
        assert (first.side, second.side, second.position) == ("PROVIDER", "INTERNAL", 2)
        assert fresh(ticket).version == 1
        assert told(ticket) == ["added the required step “Restore one file”", "added the step “Tell the desk”", "did “Restore one file”"]


def test_ticking_twice_is_ticking_once_and_it_can_be_opened_again(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        checklist.add_step(ticket.pk, "Look", required=True, by=tess, at=NOON)
        (step,) = of(ticket)
        for minute in (1, 2):
            checklist.tick(ticket.pk, step.pk, by=tess, at=later(minute))
        assert of(ticket)[0].done_at == later(1)
        checklist.untick(ticket.pk, step.pk, by=tess, at=later(3))
        assert (of(ticket)[0].done_at, of(ticket)[0].done_by_name) == (None, "")
        assert len(told(ticket)) == 3


def test_the_same_form_twice_adds_one_step_and_other_words_are_refused(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        for _ in range(2):
            checklist.add_step(ticket.pk, "Look", required=True, by=tess, at=NOON, once="x")
        with pytest.raises(steps.OtherContent):
            checklist.add_step(ticket.pk, "Listen", required=True, by=tess, at=NOON, once="x")
        assert len(of(ticket)) == 1


def test_a_required_step_is_taken_out_only_with_a_reason_that_stays(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        checklist.add_step(ticket.pk, "Look", required=True, by=tess, at=NOON)
        checklist.add_step(ticket.pk, "Listen", required=False, by=tess, at=NOON)
        required, other = of(ticket)
        with pytest.raises(steps.SayMore):
            checklist.remove_step(ticket.pk, required.pk, "no", by=tess, at=NOON)
        checklist.remove_step(ticket.pk, other.pk, by=tess, at=NOON)
        checklist.remove_step(ticket.pk, required.pk, LONG, by=tess, at=NOON)
        assert of(ticket) == []
        assert told(ticket)[-1] == f"took out the required step “Look”: {LONG}"
        with pytest.raises(checklist.Gone):
            checklist.tick(ticket.pk, required.pk, by=tess, at=NOON)


@pytest.mark.parametrize("text", ["", "   ", "x" * 301])
def test_a_step_says_something_short(cast: Cast, ticket: Ticket, text: str) -> None:
    with cast.as_("Tess") as tess, pytest.raises(steps.SayMore):
        checklist.add_step(ticket.pk, text, required=False, by=tess, at=NOON)


def test_a_step_of_another_ticket_is_not_here(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        other = from_person(tess)
        checklist.add_step(other.pk, "Look", required=False, by=tess, at=NOON)
        with pytest.raises(checklist.Gone):
            checklist.tick(ticket.pk, of(other)[0].pk, by=tess, at=NOON)


def test_the_gate_names_what_is_open_in_one_statement(cast: Cast, ticket: Ticket, django_assert_num_queries: object) -> None:
    with cast.as_("Tess") as tess:
        checklist.add_step(ticket.pk, "Look", required=True, by=tess, at=NOON)
        checklist.add_step(ticket.pk, "Listen", required=True, by=tess, at=NOON)
        checklist.add_step(ticket.pk, "Tell", required=False, by=tess, at=NOON)
        part = from_person(tess)
        linking.make_part_of(part.pk, ticket.number, by=tess, at=NOON)
        wanted = approving.Wanted("A new disk", "The old one is full.", cast.people["Lena"].pk, None, later(60), "300 USD")
        approving.ask(ticket.pk, wanted, by=tess, at=NOON)
        row = fresh(ticket)
        with django_assert_num_queries(1):  # type: ignore[operator]
            gate = work.gate(row, later(1))
        assert gate.sentences == (
            "2 required steps are open: Look; Listen.",
            "An approval waits for an answer: A new disk.",
            f"A part of this ticket is open: HD-{part.number}. Resolve them first, or together with it.",
        )
        assert gate.without_children().sentences == gate.sentences[:2]
        for step in of(ticket)[:2]:
            checklist.tick(ticket.pk, step.pk, by=tess, at=NOON)
        assert len(work.unfinished(row, later(1))) == 2
        assert len(work.unfinished(row, later(60))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_tick_at_once_and_one_did_it(cast: Cast, ticket: Ticket) -> None:
    tess = cast.actor("Tess")
    with cast.as_("Tess"):
        checklist.add_step(ticket.pk, "Look", required=True, by=tess, at=NOON)
        (step,) = of(ticket)
    assert not [
        one
        for one in at_once(2, lambda place: checklist.tick(ticket.pk, step.pk, by=tess, at=later(place)), by=tess)
        if isinstance(one, Exception)
    ]
    with cast.as_("Tess"):
        assert len(told(ticket)) == 2
