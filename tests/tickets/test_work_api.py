"""The work on a ticket for integrations, and on its page."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.tickets.build import from_alert, from_person, later
from tickets.actions import checklist, linking, merging, minutes
from tickets.domain.linking import Tie
from tickets.models import Event, Link, Minutes, Step, Ticket

HERE = "/harbor-dental/tickets/1/"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


@pytest.fixture
def desk(cast: Cast) -> Client:
    """The desk key of Harbor Dental's own side."""
    return cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))


def post(client: Client, where: str, once: str = "", **body: object) -> Any:
    headers = {"Idempotency-Key": once} if once else {}
    return client.post(f"/api/v1/tickets/1/{where}", json.dumps(body), content_type="application/json", headers=headers)


def test_a_key_works_the_checklist_and_reads_what_hangs_on_the_ticket(cast: Cast, ticket: Ticket, desk: Client) -> None:
    made = post(desk, "steps/", text="Restore one file", required=True)
    assert made.status_code == 200
    (step,) = made.json()["steps"]
    assert (step["text"], step["required"], step["done_at"]) == ("Restore one file", True, None)
    assert post(desk, f"steps/{step['id']}/tick/").json()["steps"][0]["done_by_side"] == "internal"
    assert post(desk, f"steps/{step['id']}/untick/").json()["steps"][0]["done_at"] is None
    refused = post(desk, f"steps/{step['id']}/remove/")
    assert refused.status_code == 400
    assert "text" in refused.json()["errors"]
    assert post(desk, f"steps/{step['id']}/remove/", text="It was the wrong server.").json()["steps"] == []
    assert post(desk, f"steps/{step['id']}/tick/").status_code == 409


def test_a_key_writes_minutes_of_its_side_and_links(cast: Cast, ticket: Ticket, desk: Client) -> None:
    with cast.as_("Iris") as iris:
        other = from_person(iris, title="Another")
    spent = post(desk, "minutes/", once="a", minutes=25, text="by hand")
    assert post(desk, "minutes/", once="a", minutes=25, text="by hand").json()["minutes"] == spent.json()["minutes"]
    assert spent.json()["minutes"] == [{"side": "internal", "name": "Harbor Dental", "minutes": 25}]
    assert post(desk, "minutes/", once="a", minutes=26).status_code == 422
    assert post(desk, "minutes/", minutes=2000).status_code == 400
    linked = post(desk, "links/", number=other.number, kind="caused_by").json()["links"]
    assert [(one["reference"], one["words"]) for one in linked] == [("HD-2", "was caused by")]
    assert post(desk, "links/", number=99).json()["errors"] == {
        "number": ["There is no ticket 99 at this client. Look at its number again."]
    }
    assert post(desk, f"links/{linked[0]['link']}/remove/").json()["links"] == []
    assert post(desk, "links/", number=other.number, kind="part_of").json()["parent"]["number"] == 2
    assert post(desk, "take-out/").json()["parent"] is None
    assert cast.api(cast.key(cast.harbor, "k_read")).get("/api/v1/tickets/1/work/").status_code == 200
    assert post(cast.api(cast.key(cast.harbor, "k_read")), "steps/", text="x").status_code == 403


def test_a_merged_ticket_names_the_one_that_took_it_in(cast: Cast, ticket: Ticket, desk: Client) -> None:
    with cast.as_("Iris") as iris:
        target = from_person(iris, title="Another")
    assert desk.get("/api/v1/tickets/1/").json()["merged_into"] is None
    with cast.as_("Tess") as tess:
        merging.merge(ticket.pk, target.number, by=tess, at=later(9))
    assert desk.get("/api/v1/tickets/1/").json()["merged_into"] == 2
    assert desk.get("/api/v1/tickets/1/work/").json()["merged_into"]["reference"] == "HD-2"
    page = cast.browser("Iris").get(HERE).content.decode()
    assert 'Merged into <a href="/harbor-dental/tickets/2/">HD-2 Another</a>' in page
    assert "Add a step" not in page
    assert "Merged into this one" in cast.browser("Iris").get("/harbor-dental/tickets/2/").content.decode()


# --- pages


def test_each_form_of_the_page_does_one_thing_and_leads_back(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        from_person(iris, title="Another")
    tess = cast.browser("Tess")
    forms = {
        "steps/add/": {"text": "Restore one file", "required": "on"},
        "minutes/add/": {"minutes": "25", "text": "the log"},
        "link/": {"tie": "RELATED", "other": "hd-2"},
    }
    for where, sent in forms.items():
        assert tess.get(HERE + where).status_code == 200
        for _ in range(2):
            assert tess.post(HERE + where, sent | {"once": where}).status_code == 302
    page = tess.get(HERE).content.decode()
    assert "0 of 1 done" in page
    assert "25 min" in page
    assert "has to do with" in page
    with cast.scope():
        assert [model.objects.for_tenant(cast.harbor).count() for model in (Step, Minutes, Link)] == [1, 1, 1]
        step, spent, link = (model.objects.for_tenant(cast.harbor).get().pk for model in (Step, Minutes, Link))
    for where in (f"steps/{step}/tick/", f"steps/{step}/untick/", f"minutes/{spent}/take-back/", f"links/{link}/unlink/"):
        assert tess.get(HERE + where).status_code == 405
        assert tess.post(HERE + where).status_code == 302
    assert tess.post(f"{HERE}steps/{step}/remove/", {"text": "no"}).status_code == 422
    assert tess.post(f"{HERE}links/{link}/unlink/").status_code == 422


@pytest.mark.parametrize(
    ("where", "sent", "words"),
    [
        ("steps/add/", {"text": " "}, "Say what is to be done."),
        ("minutes/add/", {"minutes": "1e999", "text": "kept words"}, "Write minutes between 1 and 1440."),
        ("minutes/add/", {"minutes": "5", "day": "9999-12-31"}, "Choose a day within the last 31 days."),
        ("link/", {"tie": "RELATED", "other": "٣"}, "Write a ticket&#x27;s number, like HD-12 or 12."),
        ("link/", {"tie": "PART_OF", "other": "1"}, "A ticket cannot be a part of itself. Name another one."),
        ("merge/", {"other": "77"}, "There is no ticket 77 at this client. Look at its number again."),
        ("merge/", {"other": "1", "text": "kept words"}, "A ticket is not merged into itself. Name another one."),
        ("approvals/ask/", {"what": "kept words"}, "Choose who approves."),
        ("unmerge/", {}, "This ticket was not merged."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    cast: Cast, ticket: Ticket, where: str, sent: dict[str, str], words: str
) -> None:
    answer = cast.browser("Tess").post(HERE + where, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<title>Error: " in page
    assert "kept words" in page or "kept words" not in sent.values()


def test_a_merge_of_a_ticket_that_changed_is_stale(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        from_person(iris, title="Another")
    answer = cast.browser("Tess").post(f"{HERE}merge/", {"other": "2", "seen": "7"})
    assert answer.status_code == 409


def test_readers_see_the_work_and_have_no_forms(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        checklist.add_step(ticket.pk, "Restore one file", required=True, by=tess, at=later(1))
        minutes.spend(ticket.pk, 25, by=tess, at=later(1))
    for name in ("Lena", "Auditor"):
        page = cast.browser(name).get(HERE).content.decode()
        assert "Restore one file" in page
        assert "25 min" in page
        assert "/steps/" not in page
        assert "/minutes/" not in page
    assert cast.browser("Tariq").get(f"{HERE}merge/").status_code == 403


def test_e5_nothing_but_the_form_is_set(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    hostile = {
        "tenant": "1",
        "ticket": "999",
        "side": "INTERNAL",
        "by_name": "Iris",
        "done_at": "2020-01-01",
        "position": "77",
        "company": "1",
    }
    assert tess.post(f"{HERE}steps/add/", hostile | {"text": "Look"}).status_code == 302
    assert tess.post(f"{HERE}minutes/add/", hostile | {"minutes": "5"}).status_code == 302
    with cast.scope():
        step, row = Step.objects.for_tenant(cast.harbor).get(), Minutes.objects.for_tenant(cast.harbor).get()
        assert (step.ticket_id, step.side, step.position, step.done_at) == (ticket.pk, "PROVIDER", 1, None)
        assert (row.ticket_id, row.side, row.by_name, row.company_id) == (ticket.pk, "PROVIDER", "Tess", cast.northwind.pk)


def test_e4_a_row_of_another_client_is_not_here(cast: Cast, ticket: Ticket) -> None:
    with cast.scope(cast.pine):
        theirs = from_alert(cast.pine).ticket
    with cast.as_("Tess", cast.pine) as tess:
        checklist.add_step(theirs.pk, "zx7", required=True, by=tess, at=later(1))
        foreign = Step.objects.for_tenant(cast.pine).get().pk
    answer = cast.browser("Tess").post(f"{HERE}steps/{foreign}/tick/")
    assert answer.status_code == 422
    assert "zx7" not in answer.content.decode()
    with cast.scope(cast.pine):
        assert Step.objects.for_tenant(cast.pine).get().done_at is None
    with cast.scope():
        assert not Event.objects.for_tenant(cast.harbor).filter(kind="WORKED").exists()


def test_the_page_costs_the_same_however_much_hangs_on_it(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")

    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert tess.get(HERE).status_code == 200
        return len(caught)

    with cast.as_("Tess") as by:
        checklist.add_step(ticket.pk, "Step", required=True, by=by, at=later(1))
        minutes.spend(ticket.pk, 5, by=by, at=later(1))
        linking.link(ticket.pk, from_person(by, title="Other").number, Tie.RELATED, by=by, at=later(1))
    few = cost()
    with cast.as_("Tess") as by:
        for number in range(6):
            checklist.add_step(ticket.pk, f"Step {number}", required=True, by=by, at=later(2))
            minutes.spend(ticket.pk, 5, by=by, at=later(2))
            linking.link(ticket.pk, from_person(by, title="Other").number, Tie.RELATED, by=by, at=later(2))
            linking.make_part_of(from_person(by, title="Part").pk, ticket.number, by=by, at=later(2))
    assert cost() == few
