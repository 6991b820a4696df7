"""Tickets that live in another system too: one name for each system and side, and nothing of theirs moves a ticket here."""

import json
import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comanaged.accounts import channelling
from comanaged.notices import signals
from comanaged.notices.models import Channel, Delivery
from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_person
from tickets.actions import external
from tickets.domain.external import Said
from tickets.models import Event, External, ExternalLink, Ticket

HERE = "/harbor-dental/links/"
ADDRESS = "https://hooks.example.com/psa"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris, at=timezone.now())


@pytest.fixture
def psa(cast: Cast) -> Client:
    """The key of Northwind's own system."""
    return cast.api(cast.key(cast.northwind, "k_desk"))


def send(client: Client, method: str, where: str, once: str = "", **body: object) -> Any:
    headers = {"Idempotency-Key": once} if once else {}
    return client.generic(
        method, f"/api/v1/{where}?client=harbor-dental", json.dumps(body).encode(), content_type="application/json", headers=headers
    )


def rows(cast: Cast) -> list[ExternalLink]:
    with cast.scope():
        return list(ExternalLink.objects.for_tenant(cast.harbor).order_by("id"))


@pytest.mark.django_db
def test_a_system_says_what_a_ticket_is_called_there_and_finds_it_by_that(cast: Cast, ticket: Ticket, psa: Client) -> None:
    said = {"external_id": "T2026/77", "url": "https://psa.example.com/77", "status": "Waiting materials"}
    made = send(psa, "PUT", "tickets/1/external/PSA/", **said)
    assert made.status_code == 200, made.content
    assert "Change-Id" in made
    told = made.json()
    assert (told["system"], told["external_id"], told["side"], told["state"], told["status"]) == (
        *("psa", "T2026/77", "provider", "connected", "Waiting materials"),
    )
    found = send(psa, "GET", "external/psa/T2026/77/").json()
    assert (found["ticket"], found["number"]) == (str(ticket.public_id), 1)
    assert send(psa, "GET", "external/psa/other/").status_code == 404
    assert send(psa, "GET", "external/psa!/T2026/77/").status_code == 404
    own = cast.api(cast.key(cast.harbor, "k_read"))
    assert own.get("/api/v1/external/psa/T2026/77/").status_code == 404  # another side's system
    assert own.get("/api/v1/tickets/1/external/").json()["results"] == [told]
    assert send(own, "PUT", "tickets/1/external/psa/", **said).status_code == 403


@pytest.mark.django_db
def test_their_status_is_kept_as_they_say_it_and_moves_nothing(cast: Cast, ticket: Ticket, psa: Client) -> None:
    send(psa, "PUT", "tickets/1/external/psa/", external_id="77", status="Closed - won't fix ☃")
    with cast.scope():
        row = Ticket.objects.for_tenant(cast.harbor).get()
        assert (row.state, row.version) == (ticket.state, ticket.version)
        assert Event.objects.for_tenant(cast.harbor).latest("id").text == "it is 77 in psa"
    assert "there: Closed - won&#x27;t fix ☃" in cast.browser("Iris").get("/harbor-dental/tickets/1/").content.decode()


@pytest.mark.django_db
def test_saying_it_twice_is_saying_it_once_and_what_is_left_out_stays(cast: Cast, ticket: Ticket, psa: Client) -> None:
    send(psa, "PUT", "tickets/1/external/psa/", external_id="77", status="New", url="https://psa.example.com/77")
    again = send(psa, "PUT", "tickets/1/external/psa/", external_id="77", state="paused").json()
    assert (again["status"], again["url"], again["state"]) == ("New", "https://psa.example.com/77", "paused")
    assert len(rows(cast)) == 1
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).filter(kind="EXTERNAL").count() == 1


@pytest.mark.django_db
def test_one_name_for_each_system_and_ticket_and_one_ticket_for_each_name(cast: Cast, ticket: Ticket, psa: Client) -> None:
    with cast.as_("Iris") as iris:
        from_person(iris, title="Another", at=timezone.now())
    send(psa, "PUT", "tickets/1/external/psa/", external_id="77")
    other = send(psa, "PUT", "tickets/1/external/psa/", external_id="78")
    assert (other.status_code, "is 77 in psa already" in other.json()["detail"]) == (409, True)
    taken = send(psa, "PUT", "tickets/2/external/psa/", external_id="77")
    assert (taken.status_code, taken.json()["detail"]) == (409, "77 in psa is HD-1 already.")
    assert send(psa, "PUT", "tickets/2/external/crm/", external_id="77").status_code == 200
    internal = cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))
    assert send(internal, "PUT", "tickets/2/external/psa/", external_id="77").status_code == 200  # the other side's system of that name


@pytest.mark.django_db
def test_a_link_that_ended_frees_the_name_and_ending_twice_is_ending_once(cast: Cast, ticket: Ticket, psa: Client) -> None:
    assert send(psa, "POST", "tickets/1/external/psa/end/").status_code == 404
    send(psa, "PUT", "tickets/1/external/psa/", external_id="77")
    for _ in range(2):
        ended = send(psa, "POST", "tickets/1/external/psa/end/", once="e")
        assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    assert send(psa, "GET", "external/psa/77/").status_code == 404
    assert send(psa, "PUT", "tickets/1/external/psa/", external_id="78").status_code == 200
    assert [row.state for row in rows(cast)] == ["ENDED", "CONNECTED"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "external_id"), ({"external_id": ""}, "external_id"), ({"external_id": "x" * 201}, "external_id"),
        ({"external_id": "1", "url": "javascript:alert(1)"}, "url"), ({"external_id": "1", "state": "ended"}, "state"),
        ({"external_id": "1", "status": "x" * 101}, "status"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_by_field(cast: Cast, ticket: Ticket, psa: Client, said: dict[str, str], field: str) -> None:
    answer = send(psa, "PUT", "tickets/1/external/psa/", **said)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


# --- opening by name


def opens(client: Client, **more: object) -> Any:
    return send(client, "POST", "tickets/", **({"title": "From there", "external": {"system": "PSA", "id": "500", "status": "New"}} | more))


@pytest.mark.django_db
def test_a_ticket_opened_by_name_is_there_once_however_often_it_is_sent(cast: Cast, psa: Client) -> None:
    first = opens(psa)
    assert first.status_code == 201
    again = opens(psa, title="From there, changed")
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert "Change-Id" in first
    assert "Change-Id" not in again
    (row,) = rows(cast)
    assert (row.system, row.external_id, row.their_status, row.side) == ("psa", "500", "New", "PROVIDER")
    wrong = opens(psa, external={"system": "a b", "id": ""})
    assert wrong.status_code == 400
    assert "external" in wrong.json()["errors"]


@pytest.mark.django_db(transaction=True)
def test_a_ticket_opened_by_name_at_once_by_many_is_one_ticket(cast: Cast) -> None:
    secret = cast.key(cast.northwind, "k_desk")
    barrier, answers = threading.Barrier(6), []

    def go() -> None:
        barrier.wait(30)
        answer = opens(cast.api(secret))
        answers.append((answer.status_code, answer.json().get("id")))
        connections.close_all()

    threads = [threading.Thread(target=go) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [200] * 5 + [201]
    assert len({name for _, name in answers}) == 1
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).count() == 1
    assert len(rows(cast)) == 1


# --- what is broken


@pytest.fixture
def broken(cast: Cast, ticket: Ticket, psa: Client) -> ExternalLink:
    send(psa, "PUT", "tickets/1/external/psa/", external_id="77", state="broken", error="Their board is gone.")
    (row,) = rows(cast)
    return row


@pytest.mark.django_db
def test_a_broken_link_shows_on_the_ticket_and_on_the_page_of_broken_ones(cast: Cast, broken: ExternalLink) -> None:
    for name in ("Tess", "Iris"):
        browser = cast.browser(name)
        for page in ("/harbor-dental/tickets/1/", HERE):
            text = browser.get(page).content.decode()
            assert "Their board is gone." in text
            assert "psa 77" in text
    assert "Send again" in cast.browser("Tess").get(HERE).content.decode()
    assert "Send again" not in cast.browser("Iris").get(HERE).content.decode()
    assert cast.browser("Olga").get(HERE).status_code == 404
    assert cast.browser("Lena").get(HERE).status_code == 403


@pytest.mark.django_db
def test_one_click_sends_the_newest_of_its_ticket_once_more(cast: Cast, broken: ExternalLink) -> None:
    tess = cast.browser("Tess")
    replay = f"{HERE}{broken.pk}/replay/"
    refused = tess.post(replay)
    assert refused.status_code == 422
    assert "no webhook" in refused.content.decode()
    with cast.as_("Tess") as by:
        channelling.make(channelling.Wanted("WEBHOOK", "PSA", ADDRESS), by=by, at=NOON)
    assert tess.post(replay).status_code == 302
    (row,) = rows(cast)
    assert (row.state, row.error) == (External.CONNECTED, "")
    with cast.scope():
        (sent,) = Delivery.objects.for_tenant(cast.harbor)
        newest = Event.objects.for_tenant(cast.harbor).latest("id")
    assert sent.body["id"] == str(newest.pk)
    assert cast.browser("Iris").post(replay).status_code == 422
    assert tess.post(f"{HERE}999/replay/").status_code == 404
    assert tess.get(replay).status_code == 405


@pytest.mark.django_db
def test_a_person_ends_a_link_of_the_own_side(cast: Cast, broken: ExternalLink) -> None:
    assert cast.browser("Iris").post(f"{HERE}{broken.pk}/end/").status_code == 422
    assert cast.browser("Tess").post(f"{HERE}{broken.pk}/end/").status_code == 302
    assert [row.state for row in rows(cast)] == ["ENDED"]
    assert cast.browser("Tess").post(f"{HERE}{broken.pk}/end/").status_code == 404


@pytest.mark.django_db
def test_what_a_channel_gave_up_breaks_its_sides_link(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        external.connect(ticket.pk, "psa", Said("77"), by=tess, at=NOON)
        made = channelling.make(channelling.Wanted("WEBHOOK", "PSA", ADDRESS), by=tess, at=NOON)
    with cast.as_("Iris") as iris:
        external.connect(ticket.pk, "own", Said("5"), by=iris, at=NOON)
    with cast.scope():
        sent = Delivery.objects.for_tenant(cast.harbor).latest("id")
        sent.error = "It answered 500."
        signals.delivery_failed.send(Channel, channel=made.row, delivery=sent, at=NOON)
    states = {row.system: (row.state, row.error) for row in rows(cast)}
    assert states == {"psa": ("BROKEN", "PSA did not take a change: It answered 500."), "own": ("CONNECTED", "")}
