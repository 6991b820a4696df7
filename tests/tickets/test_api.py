"""The API: what an integration reads and does, for its own side only."""

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.tickets.build import from_alert, from_person, later
from tickets import actions
from tickets.models import Event, Ticket

LIST = "/api/v1/tickets/"
NEW = {"title": "Nobody can print", "duty": None, "text": "Four users, one printer server.", "priority": "p2"}
LONG = "They said by phone that it works."


@pytest.fixture
def desk(cast: Cast) -> Client:
    """The desk key of Harbor Dental's own side."""
    return cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))


@pytest.fixture
def provider(cast: Cast) -> Client:
    """The desk key of Northwind over its clients."""
    return cast.api(cast.key(cast.northwind, "k_desk", Side.PROVIDER))


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with cast.scope():
        return from_alert(cast.harbor, side=Side.INTERNAL).ticket


def post(client: Client, where: str, body: object = None, **headers: str) -> Any:
    return client.post(where, json.dumps({} if body is None else body), content_type="application/json", headers=headers)


def move(client: Client, ticket: Ticket, verb: str, **body: object) -> Any:
    return post(client, f"{LIST}{ticket.public_id}/{verb}/?client=harbor-dental", body)


def test_a_ticket_opened_by_key_says_whose_it_is_and_why(desk: Client) -> None:
    answer = post(desk, LIST, NEW)
    body = answer.json()
    assert answer.status_code == 201
    assert uuid.UUID(body["id"])
    assert (body["number"], body["client"], body["state"], body["priority"], body["duty"]) == (1, "harbor-dental", "new", "p2", None)
    assert body["side"] in {"internal", "provider"}
    assert body["because"]
    assert body["trace"]
    assert body["origin"]["kind"] == "api"
    assert body["entries"][0]["text"] == NEW["text"]


def test_a_ticket_is_found_by_number_and_by_id(desk: Client, ticket: Ticket) -> None:
    by_number, by_id = desk.get(f"{LIST}{ticket.number}/"), desk.get(f"{LIST}{ticket.public_id}/")
    assert by_number.status_code == 200
    assert by_number.json() == by_id.json()


@pytest.mark.parametrize("name", ["99", "9b2f5c1e-3d0a-4c57-8f6e-2a1d7b8c9e10", "rubbish", "9" * 30, "-1", "1.0"])
def test_what_is_not_there_is_404(desk: Client, ticket: Ticket, name: str) -> None:
    answer = desk.get(f"{LIST}{name}/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_the_list_is_filtered_by_side_state_duty_and_number(cast: Cast, desk: Client, ticket: Ticket) -> None:
    with cast.scope():
        other = from_alert(cast.harbor, title="Switch reboots").ticket
    with cast.as_("Iris") as iris:
        actions.take(ticket.pk, by=iris, at=later(1))

    def numbers(query: str) -> list[int]:
        answer = desk.get(f"{LIST}?{query}")
        assert answer.status_code == 200, answer.content
        return [row["number"] for row in answer.json()["results"]]

    assert numbers("") == [other.number, ticket.number]
    assert numbers("side=internal") == [ticket.number]
    assert numbers("state=open") == [ticket.number]
    assert numbers("state=to_do&side=provider") == [other.number]
    assert numbers("duty=backup.jobs") == [other.number, ticket.number]
    assert numbers("duty=support.intake") == []
    assert numbers(f"number={other.number}") == [other.number]
    assert numbers("client=harbor-dental") == [other.number, ticket.number]


@pytest.mark.parametrize("query", ["side=both", "state=done", "number=x", "cursor=x", "cursor=WzEsIDIsIDNd", "limit=0", "limit=1000"])
def test_a_filter_that_makes_no_sense_is_400_by_its_name(desk: Client, query: str) -> None:
    answer = desk.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.split("=", maxsplit=1)[0]]


def test_pages_follow_without_gap_or_repeat(cast: Cast, desk: Client) -> None:
    with cast.scope():
        for number in range(7):
            from_alert(cast.harbor, at=later(number % 3))
    for state in ("all", "to_do"):
        seen, where = [], f"{LIST}?limit=3&state={state}"
        while where:
            page = desk.get(where).json()
            seen += [row["number"] for row in page["results"]]
            where = page["next"]
        assert sorted(seen) == [1, 2, 3, 4, 5, 6, 7]


def test_a_list_costs_the_same_when_its_rows_double(cast: Cast, desk: Client) -> None:
    desk.get(LIST)  # the first use of a key is written down
    found = []
    for _ in range(2):
        with cast.scope():
            for _ in range(10):
                from_alert(cast.harbor)
        with CaptureQueriesContext(connection) as caught:
            desk.get(LIST)
        found.append(len(caught))
    assert found[0] == found[1]


def test_the_work_of_a_ticket_by_key(cast: Cast, desk: Client, ticket: Ticket) -> None:
    assert move(desk, ticket, "take").json()["state"] == "open"
    assert move(desk, ticket, "reply", text="On it.", audience="shared").json()["entries"][-1]["audience"] == "shared"
    assert move(desk, ticket, "reply", text="Please restart.").json()["entries"][-1]["audience"] == "public"
    assert move(desk, ticket, "note", text="Old disk.").json()["entries"][-1]["audience"] == "internal"
    assert move(desk, ticket, "resolve", text="New disk.").json()["state"] == "resolved"
    assert move(desk, ticket, "reopen").json()["state"] == "open"
    assert move(desk, ticket, "resolve", text="New disk again.").json()["state"] == "resolved"
    closed = move(desk, ticket, "close").json()
    assert (closed["state"], bool(closed["closed_at"])) == ("closed", True)


def test_a_key_cancels_with_a_reason(desk: Client, ticket: Ticket) -> None:
    assert move(desk, ticket, "cancel", text="no").json()["errors"] == {
        "text": ["Say why in ten characters or more; the reason is kept with the ticket."]
    }
    assert move(desk, ticket, "cancel", text="Opened by mistake.").json()["state"] == "cancelled"


def test_a_persons_ticket_is_closed_by_key_only_with_how_the_person_agreed(cast: Cast, desk: Client) -> None:
    with cast.as_("Lena") as lena:
        asked = from_person(lena, side=Side.INTERNAL)
    move(desk, asked, "take")
    move(desk, asked, "resolve", text="Done.")
    assert move(desk, asked, "close").status_code == 400
    assert move(desk, asked, "close", text=LONG).status_code == 200


@pytest.mark.parametrize("verb", ["resolve", "close", "reopen"])
def test_a_move_from_the_wrong_state_is_409_and_says_why(desk: Client, ticket: Ticket, verb: str) -> None:
    answer = move(desk, ticket, verb, text=LONG)
    assert answer.status_code == 409
    assert answer.json()["detail"]


def test_a_move_on_an_older_version_is_409_and_says_what_changed(cast: Cast, desk: Client, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        actions.take(ticket.pk, by=iris, at=later(1))
    answer = move(desk, ticket, "reply", text="Hello?", version=1)
    assert answer.status_code == 409
    assert "Iris took this" in answer.json()["detail"]


def test_a_key_takes_from_no_person(cast: Cast, desk: Client, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        actions.take(ticket.pk, by=iris, at=later(1))
    answer = move(desk, ticket, "take")
    assert answer.status_code == 409
    assert desk.get(f"{LIST}{ticket.number}/").json()["assignee"] == "Iris"


def test_a_desk_key_works_for_its_side_only(cast: Cast, desk: Client, provider: Client, ticket: Ticket) -> None:
    for verb in ("take", "resolve", "close", "cancel"):
        assert move(provider, ticket, verb, text=LONG).status_code == 409
    assert desk.get(f"{LIST}{ticket.number}/").json()["state"] == "new"
    assert move(provider, ticket, "reply", text="May we help?").status_code == 200
    answer = move(provider, ticket, "note", text="Ours", audience="internal")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["audience"]
    assert move(provider, ticket, "note", text="Ours").json()["entries"][-1]["audience"] == "provider"
    assert "Ours" not in desk.get(f"{LIST}{ticket.number}/").content.decode()


def test_a_provider_key_names_its_client_and_reaches_no_foreign_one(cast: Cast, provider: Client, ticket: Ticket) -> None:
    stranger = cast.api(cast.key(cast.elsewhere, "k_desk", Side.PROVIDER))
    assert provider.get(LIST).status_code == 400
    assert provider.get(f"{LIST}?client=harbor-dental").status_code == 200
    assert stranger.get(f"{LIST}?client=harbor-dental").status_code == 404
    assert move(stranger, ticket, "reply", text="Hello").status_code == 404


def test_a_ticket_of_another_client_is_404(cast: Cast, ticket: Ticket) -> None:
    pine = cast.api(cast.key(cast.pine, "k_desk", Side.INTERNAL))
    assert pine.get(f"{LIST}{ticket.public_id}/").status_code == 404
    for verb in ("take", "reply", "note", "resolve", "close", "reopen", "cancel"):
        assert post(pine, f"{LIST}{ticket.public_id}/{verb}/", {"text": LONG}).status_code == 404


def test_a_reading_key_changes_nothing(cast: Cast, ticket: Ticket) -> None:
    reader = cast.api(cast.key(cast.harbor, "k_read"))
    assert reader.get(LIST).status_code == 200
    assert post(reader, LIST, NEW).status_code == 403
    for verb in ("take", "reply", "note", "resolve", "close", "reopen", "cancel"):
        assert move(reader, ticket, verb, text=LONG).status_code == 403


def test_a_title_alone_opens_a_ticket(desk: Client) -> None:
    answer = post(desk, LIST, {"title": "Nobody can print"})
    assert answer.status_code == 201
    assert [entry["text"] for entry in answer.json()["entries"]] == [""]


def test_without_a_key_nothing_is_answered(client: Client, ticket: Ticket) -> None:
    assert client.get(LIST).status_code == 401
    assert post(client, LIST, NEW).status_code == 401


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": None}, "title"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\u0000b"}, "text"),
        ({"priority": "urgent"}, "priority"),
        ({"priority": 7}, "priority"),
        ({"duty": "no.such"}, "duty"),
        ({"duty": ["support.intake"]}, "duty"),
        ({"place": "x" * 201}, "place"),
    ],
)
def test_bad_shapes_are_400_with_the_field_named(desk: Client, change: dict[str, object], field: str) -> None:
    answer = post(desk, LIST, NEW | change)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("body", ["[]", "7", "null", '"x"', "{", ""])
def test_a_body_that_is_no_object_is_400(desk: Client, body: str) -> None:
    assert desk.post(LIST, body, content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    "extra", [{"side": "provider"}, {"state": "closed"}, {"client": "pine-clinics"}, {"tenant": 1}, {"number": 77}, {"because": "x"}]
)
def test_e5_a_field_that_is_not_asked_for_changes_nothing(desk: Client, extra: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    moment = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: moment)  # both are asked for at once, so their clocks are the same
    plain, more = post(desk, LIST, NEW).json(), post(desk, LIST, NEW | extra).json()
    assert {name for name in plain if plain[name] != more[name]} <= {"id", "number", "reference", "entries"}
    assert more["number"] == 2


def test_the_same_idempotency_key_returns_the_same_ticket(desk: Client) -> None:
    first = post(desk, LIST, NEW, **{"Idempotency-Key": "a-1"})
    again = post(desk, LIST, NEW, **{"Idempotency-Key": "a-1"})
    other = post(desk, LIST, NEW, **{"Idempotency-Key": "a-2"})
    changed = post(desk, LIST, NEW | {"title": "Something else"}, **{"Idempotency-Key": "a-1"})
    assert (first.status_code, again.status_code, changed.status_code) == (201, 200, 422)
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]


def test_the_same_idempotency_key_makes_a_move_once(cast: Cast, desk: Client, ticket: Ticket) -> None:
    for _ in range(2):
        assert post(desk, f"{LIST}{ticket.number}/reply/", {"text": "Hello"}, **{"Idempotency-Key": "b"}).status_code == 200
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).filter(text="Hello").count() == 1
