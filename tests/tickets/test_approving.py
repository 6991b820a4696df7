"""Approvals: one named person answers, the ticket waits for it, and time ends it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged import background
from comanaged.audit.models import Entry
from comanaged.celery import app
from comanaged.notices.models import Notice
from tests.cast import Cast
from tests.tickets.build import from_person, later
from tests.tickets.test_concurrency import at_once
from tickets import actions
from tickets.actions import approving, steps
from tickets.domain.approving import Listed, why_not
from tickets.models import Approval, Event, Ticket
from tickets.queries import work


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, taken by Tess of Northwind."""
    with cast.as_("Iris") as iris:
        row = from_person(iris)
    with cast.as_("Tess") as tess:
        actions.take(row.pk, by=tess, at=later(1))
    return row


def wanted(cast: Cast, approver: str = "Lena", stand_in: str = "", **more: Any) -> approving.Wanted:
    return approving.Wanted(
        what="A new disk",
        why="The old one is full.",
        approver=cast.people[approver].pk,
        stand_in=cast.people[stand_in].pk if stand_in else None,
        answer_by=more.pop("answer_by", later(600)),
        **more,
    )


def only(ticket: Ticket) -> Approval:
    return Approval.objects.for_tenant(ticket.tenant_id).get(ticket=ticket)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).select_related("tenant").get(pk=ticket.pk)


def told(ticket: Ticket) -> list[str]:
    rows = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(kind__in=["APPROVAL", "ANSWERED", "UNASKED"]).order_by("id")
    return list(rows.values_list("text", flat=True))


def test_the_named_person_hears_of_it_with_the_address_of_a_page_that_asks(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        approving.ask(ticket.pk, wanted(cast, stand_in="Iris", cost="300 USD"), by=tess, at=later(2))
        asked = Notice.objects.for_tenant(cast.harbor).filter(key__startswith="approval:")
        assert set(asked.values_list("to_address", flat=True)) == {"lena@example.test", "iris@example.test"}
        text = asked[0].text
        assert f"/harbor-dental/tickets/1/approvals/{only(ticket).pk}/" in text
        assert "300 USD" in text
        assert told(ticket) == ["“A new disk”, which Lena or Iris answers"]
        assert fresh(ticket).state == "OPEN"
        assert work.unfinished(fresh(ticket), later(3)) == ("An approval waits for an answer: A new disk.",)


def test_a_ticket_that_waits_for_it_stands_still_and_wakes_by_the_answer(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        approving.ask(ticket.pk, wanted(cast, wait=True), by=tess, at=later(2))
        waits = fresh(ticket)
        assert (waits.state, waits.wait_reason, waits.wait_for, waits.wait_until, waits.fix_due_at) == (
            "WAITING",
            "approval",
            "Lena",
            later(600),
            None,
        )
    with cast.as_("Lena") as lena:
        approving.answer(ticket.pk, only(ticket).pk, yes=True, by=lena, at=later(30))
        row = only(ticket)
        assert (row.state, row.answered_by_name, row.answered_at) == ("APPROVED", "Lena", later(30))
        assert (fresh(ticket).state, fresh(ticket).wait_reason, fresh(ticket).wakes) == ("OPEN", "", 0)
        assert fresh(ticket).pauses[-1][1:] == [later(30).isoformat(), "approval", "Lena"]
        assert "tess@example.test" in set(Notice.objects.for_tenant(cast.harbor).values_list("to_address", flat=True))
        assert Entry.objects.for_tenant(cast.harbor).filter(action="ticket.approve").count() == 1


def test_a_no_says_why(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        approving.ask(ticket.pk, wanted(cast), by=tess, at=later(2))
    with cast.as_("Lena") as lena:
        with pytest.raises(steps.SayMore):
            approving.answer(ticket.pk, only(ticket).pk, yes=False, text="no", by=lena, at=later(3))
        approving.answer(ticket.pk, only(ticket).pk, yes=False, text="Not before the new year.", by=lena, at=later(3))
        assert told(ticket)[-1] == "“A new disk” not approved: Not before the new year."
        with pytest.raises(steps.NotNow):
            approving.answer(ticket.pk, only(ticket).pk, yes=True, by=lena, at=later(4))


@pytest.mark.parametrize("name", ["Iris", "Tess", "Provider administrator"])
def test_whoever_is_not_named_does_not_answer_whatever_the_role(cast: Cast, ticket: Ticket, name: str) -> None:
    with cast.as_("Tess") as tess:
        approving.ask(ticket.pk, wanted(cast), by=tess, at=later(2))
    with cast.as_(name) as by, pytest.raises(steps.NotYours):
        approving.answer(ticket.pk, only(ticket).pk, yes=True, by=by, at=later(3))


@pytest.mark.parametrize("name", ["Ivo", "Tariq", "Auditor"])
def test_whose_role_approves_nothing_is_refused(cast: Cast, ticket: Ticket, name: str) -> None:
    with cast.as_("Tess") as tess:
        with pytest.raises(steps.SayMore):
            approving.ask(ticket.pk, wanted(cast, approver=name), by=tess, at=later(2))
        approving.ask(ticket.pk, wanted(cast), by=tess, at=later(2))
    with cast.as_(name) as by, pytest.raises(Exception, match="can do this"):
        approving.answer(ticket.pk, only(ticket).pk, yes=True, by=by, at=later(3))


def test_nobody_approves_his_own_unless_he_is_the_only_one_listed_and_that_is_shown(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        approving.ask(ticket.pk, wanted(cast, approver="Iris", stand_in="Lena"), by=iris, at=later(2))
        with pytest.raises(steps.NotYours, match="yourself"):
            approving.answer(ticket.pk, only(ticket).pk, yes=True, by=iris, at=later(3))
        approving.withdraw(ticket.pk, only(ticket).pk, by=iris, at=later(4))
        approving.ask(ticket.pk, wanted(cast, approver="Iris", stand_in="Iris"), by=iris, at=later(5))
        row = Approval.objects.for_tenant(cast.harbor).get(state="PENDING")
        assert row.own
        approving.answer(ticket.pk, row.pk, yes=True, by=iris, at=later(6))
        assert told(ticket)[-1].endswith("Only the one who asked was listed to approve it.")
    page = cast.browser("Tess").get("/harbor-dental/tickets/1/").content.decode()
    assert "The one who asks is the only one listed to approve it." in page


def test_one_request_waits_at_a_time_and_who_asked_takes_it_back(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        approving.ask(ticket.pk, wanted(cast), by=tariq, at=later(2), once="x")
        approving.ask(ticket.pk, wanted(cast), by=tariq, at=later(2), once="x")
        with pytest.raises(steps.NotNow):
            approving.ask(ticket.pk, wanted(cast), by=tariq, at=later(3))
    with cast.as_("Ivo") as ivo, pytest.raises(steps.NotYours):
        approving.withdraw(ticket.pk, only(ticket).pk, by=ivo, at=later(4))
    with cast.as_("Tess") as tess:
        approving.withdraw(ticket.pk, only(ticket).pk, by=tess, at=later(5))
        assert only(ticket).state == "WITHDRAWN"


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_time_ends_it_by_itself(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        approving.ask(ticket.pk, wanted(cast, answer_by=later(60)), by=tess, at=later(2))
    with cast.as_("Lena") as lena, pytest.raises(steps.NotNow, match="time to answer was over"):
        approving.answer(ticket.pk, only(ticket).pk, yes=True, by=lena, at=later(61))
    app.loader.import_default_modules()
    assert background.sweep_table("tickets.approval") == 1
    with cast.as_("Lena"):
        assert (only(ticket).state, only(ticket).answered_at, only(ticket).answered_by) == ("EXPIRED", later(60), None)
        assert told(ticket)[-1] == "“A new disk” ran out without an answer."
        assert work.unfinished(fresh(ticket), later(3)) == ()
    assert background.sweep_table("tickets.approval") == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        approving.ask(ticket.pk, wanted(cast, stand_in="Iris"), by=tess, at=later(2))
        row = only(ticket)
    people = [cast.actor("Lena"), cast.actor("Iris")]
    results = at_once(
        2,
        lambda place: approving.answer(ticket.pk, row.pk, yes=not place, text="It is too much.", by=people[place], at=later(3)),
        by=people[0],
    )
    assert sorted(type(one).__name__ for one in results) == ["NotNow", "Ticket"]


@pytest.mark.parametrize(
    ("what", "why", "minutes"), [("", "long enough a reason", 60), ("A disk", "short", 60), ("A disk", "long enough a reason", -1)]
)
def test_a_request_says_enough(cast: Cast, ticket: Ticket, what: str, why: str, minutes: int) -> None:
    asked = approving.Wanted(what, why, cast.people["Lena"].pk, None, later(minutes))
    with cast.as_("Tess") as tess, pytest.raises(steps.SayMore):
        approving.ask(ticket.pk, asked, by=tess, at=later(2))


def test_opening_the_page_answers_nothing(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        approving.ask(ticket.pk, wanted(cast), by=tess, at=later(2))
        row = only(ticket)
        Approval.objects.for_tenant(cast.harbor).update(answer_by=later(60 * 24 * 3000))
    lena = cast.browser("Lena")
    address = f"/harbor-dental/tickets/1/approvals/{row.pk}/"
    for _ in range(2):
        assert "Approve this" in lena.get(address).content.decode()
    with cast.scope():
        assert only(ticket).state == "PENDING"
    assert "Approve this" not in cast.browser("Iris").get(address).content.decode()
    assert cast.browser("Tariq").get(address).status_code == 403
    assert lena.get(f"/harbor-dental/tickets/1/approvals/{row.pk + 1}/").status_code == 404
    assert lena.post(address, {"answer": "no", "text": ""}).status_code == 422
    assert lena.post(address, {"answer": "yes"}).status_code == 302
    with cast.scope():
        assert only(ticket).state == "APPROVED"


@given(st.integers(1, 3), st.none() | st.integers(1, 3), st.integers(1, 3), st.none() | st.integers(1, 3))
def test_who_answers_is_named_and_not_the_asker_while_another_is(approver: int, stand_in: int | None, asker: int, user: int | None) -> None:
    listed = Listed(approver, stand_in, asker)
    if why_not(listed, user) == "":
        assert user in {approver, stand_in}
        assert user != asker or {approver, stand_in or approver} == {asker}
