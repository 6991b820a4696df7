"""From two questions to how much a ticket hinders: the whole table, the form, the API."""

import re

import pytest
from django.test import Client

from comanaged.vocabulary import Priority, Side
from tests.cast import Cast
from tickets.domain.priorities import Impact, Urgency, priority_of
from tickets.models import Ticket

NEW = "/harbor-dental/tickets/new/"
SAID = {"title": "No picture", "text": "Dark since nine.", "duty": ""}
EXPECTED = {
    "person": ["P4", "P4", "P3", "P2"],
    "team": ["P4", "P3", "P2", "P1"],
    "site": ["P3", "P2", "P1", "P1"],
    "client": ["P3", "P2", "P1", "P1"],
}


def test_the_table_is_the_one_that_was_agreed() -> None:
    assert {impact: [priority_of(impact, urgency) for urgency in Urgency] for impact in Impact} == EXPECTED


def test_more_people_or_less_that_they_can_do_never_lowers_it() -> None:
    for impact in Impact:
        for urgency in Urgency:
            here = priority_of(impact, urgency)
            assert all(priority_of(more, urgency) <= here for more in list(Impact)[list(Impact).index(impact) :])
            assert all(priority_of(impact, worse) <= here for worse in list(Urgency)[list(Urgency).index(urgency) :])


@pytest.mark.django_db
def test_the_form_asks_two_questions_in_words_and_opens_it_so(cast: Cast) -> None:
    browser = cast.browser("Lena")
    form = browser.get(NEW).content.decode()
    assert "Whom it concerns" in form
    assert "They are stopped" in form
    assert not re.search(r"\bP1\b", form)  # as a word: a token may have these letters in it
    answer = browser.post(NEW, SAID | {"impact": "team", "urgency": "stopped"})
    assert answer.status_code == 302
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).get()
        assert (ticket.priority, ticket.impact, ticket.urgency) == ("P2", "team", "stopped")
    wrong = browser.post(NEW, SAID | {"impact": "galaxy", "urgency": ""})
    assert wrong.status_code == 422
    assert "Choose whom it concerns." in wrong.content.decode()
    assert "Choose what they can still do." in wrong.content.decode()
    assert "Dark since nine." in wrong.content.decode()


@pytest.fixture
def desk(cast: Cast) -> Client:
    """The desk key of Harbor Dental's own side."""
    return cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, Priority.P3),
        ({"priority": "p2"}, Priority.P2),
        ({"impact": "site", "urgency": "danger"}, Priority.P1),
        ({"impact": "person", "urgency": "waits"}, Priority.P4),
    ],
)
def test_the_api_takes_either(desk: Client, sent: dict[str, str], expected: Priority) -> None:
    answer = desk.post("/api/v1/tickets/", {"title": "No picture", **sent}, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["priority"] == expected.lower()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"impact": "site"},
        {"urgency": "danger"},
        {"impact": "moon", "urgency": "danger"},
        {"impact": "site", "urgency": "danger", "priority": "p1"},
    ],
)
def test_the_api_says_what_is_missing_or_too_much(desk: Client, sent: dict[str, str]) -> None:
    answer = desk.post("/api/v1/tickets/", {"title": "No picture", **sent}, content_type="application/json")
    assert answer.status_code == 400
