"""Other systems hear of every change that both sides read, and who comes back with the cursor misses none."""

import json
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import channelling
from comanaged.accounts.models import ApiKey
from comanaged.notices.models import Delivery
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.notices.channelled import NOON, webhook, work
from tests.notices.sinks import Sink, listening
from tests.tickets.build import a_file, from_alert, from_person, later
from tickets import actions
from tickets.domain import changes
from tickets.models import Event, Kind, Ticket

API = "/api/v1/changes/"
apart = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as sink:
        yield sink


@pytest.fixture
def files(settings: Any, tmp_path: Any) -> None:
    settings.FILES = tmp_path


def waiting(cast: Cast) -> list[dict[str, Any]]:
    with cast.scope():
        return [row.body for row in Delivery.objects.for_tenant(cast.harbor).order_by("id")]


def types(cast: Cast) -> list[str]:
    return [body["type"].removeprefix("comanaged.ticket.") for body in waiting(cast)]


# --- webhooks


@pytest.mark.django_db
def test_a_webhook_hears_of_each_change_in_the_words_of_the_api(cast: Cast, sink: Sink, settings: Any, files: None) -> None:
    with cast.as_("Tess") as tess:
        made = webhook(tess, sink, settings)
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
        actions.note(ticket.pk, "Between us: the disk is old.", by=tariq, at=later(2))
        actions.reply(ticket.pk, "We look at it.", Audience.PUBLIC, by=tariq, at=later(3), files=[a_file()])
        actions.resolve(ticket.pk, "Moved the pagefile.", by=tariq, at=later(4))
    assert types(cast) == ["created", "updated", "message.added", "resolved"]
    work(made.row, later(5))
    heard = [json.loads(body) for _, body in sink.heard]
    assert heard == waiting(cast)
    said = heard[2]
    with cast.scope():
        row = Ticket.objects.for_tenant(cast.harbor).get()
        event = Event.objects.for_tenant(cast.harbor).get(kind=Kind.REPLY)
    assert {name: said[name] for name in ("specversion", "id", "subject", "time", "datacontenttype", "source")} == {
        "specversion": "1.0",
        "id": str(event.pk),
        "subject": str(row.public_id),
        "time": "2026-11-24T18:03:00Z",
        "datacontenttype": "application/json",
        "source": f"{settings.ADDRESS}/harbor-dental/",
    }
    data = said["data"]
    assert (data["order"], data["change"], data["origin"]) == (event.pk, str(event.change), "person")
    assert (data["ticket"]["number"], data["ticket"]["side"], data["ticket"]["client"]) == (1, "provider", "harbor-dental")
    shown = cast.api(cast.key(cast.harbor, "k_read")).get("/api/v1/tickets/1/").json()["entries"]
    assert data["entry"] in [{name: one[name] for name in data["entry"]} for one in shown]
    assert data["entry"]["attachments"][0]["name"] == "dc-nightly.log"
    assert "Between us" not in json.dumps(heard)


@pytest.mark.django_db
def test_every_kind_of_entry_has_a_type_and_every_type_of_the_list_is_used() -> None:
    assert set(changes.TYPES) <= set(Kind.values)
    assert set(changes.TYPES.values()) == {
        *("created", "message.added", "offer.made", "offer.answered", "wait.started", "wait.ended"),
        *("resolved", "reopened", "closed", "merged", "major.started", "major.ended"),
        *("major.commander_changed", "major.updated", "major.review_signed"),
    }


@pytest.mark.django_db
def test_what_a_key_does_is_not_sent_to_its_own_channel(cast: Cast, sink: Sink, settings: Any) -> None:
    secret = cast.key(cast.northwind, "k_desk")
    key = ApiKey.objects.get()
    with cast.as_("Tess") as tess:
        own = webhook(tess, sink, settings, own_key=key.pk)
    with cast.as_("Iris") as iris:
        other = webhook(iris, sink, settings)
        from_person(iris, at=timezone.now())
    client = cast.api(secret)
    assert client.post("/api/v1/tickets/1/take/?client=harbor-dental", {}, content_type="application/json").status_code == 200
    with cast.scope():
        rows = Delivery.objects.for_tenant(cast.harbor).order_by("id")
        assert [row.kind.rpartition(".")[2] for row in rows.filter(channel=own.row)] == ["created"]
        theirs = rows.filter(channel=other.row)
        assert [row.kind.rpartition(".")[2] for row in theirs] == ["created", "updated"]
        assert theirs[1].body["data"]["origin"] == f"key:{key.prefix}"


@pytest.mark.django_db
def test_a_storm_of_repeats_is_no_storm_of_calls(cast: Cast, sink: Sink, settings: Any) -> None:
    with cast.as_("Iris") as iris:
        webhook(iris, sink, settings)
    with cast.scope():
        for _ in range(20):
            from_alert(cast.harbor, condition="disk")
    assert types(cast) == ["created"]


@pytest.mark.django_db
def test_channels_cost_one_question_for_each_transaction_and_nothing_is_kept_where_there_are_none(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        tickets = [from_person(iris) for _ in range(3)]

    def asked(by: Any, *which: Ticket) -> int:
        with CaptureQueriesContext(connection) as queries, cast.scope(side=cast.northwind):
            for ticket in which:
                actions.take(ticket.pk, by=by, at=later(1))
        return len([one for one in queries if "notices_channel" in one["sql"]])

    tess = cast.actor("Tess")
    assert asked(tess, tickets[0]) == 1
    assert asked(tess, *tickets[1:]) == 1
    assert waiting(cast) == []


@pytest.mark.django_db
def test_a_chat_hears_who_did_what_to_which_ticket_and_no_words_of_anybody(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        address = "https://hooks.slack.example.com/services/T1"
        channelling.make(channelling.Wanted("SLACK", "Desk", address, kinds=("WORK", "MESSAGE")), by=tess, at=NOON)
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, title="Door <!channel>")
        actions.reply(ticket.pk, "A word of mine", Audience.SHARED, by=iris, at=later(1))
        actions.note(ticket.pk, "between us", by=iris, at=later(2))
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "an own word", Audience.SHARED, by=tess, at=later(3))
        actions.offer(ticket.pk, {"known": "k" * 30, "tried": "t" * 30, "next": "n" * 30}, by=tess, at=later(4))
    said = [body["text"] for body in waiting(cast)]
    where = f"{configured.ADDRESS}/harbor-dental/tickets/1/"
    assert said == [
        f"HD-1 Door &lt;!channel&gt;: Iris opened this ticket.\n{where}",
        f"HD-1 Door &lt;!channel&gt;: Iris replied.\n{where}",
    ]


@pytest.mark.django_db
def test_what_was_taken_back_is_not_told(cast: Cast, sink: Sink, settings: Any) -> None:
    with cast.as_("Iris") as iris:
        webhook(iris, sink, settings)
        try:
            with connection.cursor(), tenancy.transaction.atomic():
                from_person(iris)
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert waiting(cast) == []


@pytest.mark.django_db
def test_a_secret_that_is_blanked_goes_from_what_waits_for_a_channel_too(cast: Cast, sink: Sink, settings: Any) -> None:
    with cast.as_("Iris") as iris:
        webhook(iris, sink, settings)
        ticket = from_person(iris)
        actions.reply(ticket.pk, "The password is hunter2", Audience.SHARED, by=iris, at=later(1))
        event = Event.objects.for_tenant(cast.harbor).get(kind=Kind.REPLY)
    with cast.as_("Iris") as iris:
        actions.blank(ticket.pk, event.pk, "It was a password.", by=iris, at=later(2))
    assert "hunter2" not in json.dumps(waiting(cast))
    assert waiting(cast)[-1]["data"]["entry"]["text"] == "[blanked]"


# --- the list of changes


def reader(cast: Cast, kind: str = "k_read", side: Side = Side.INTERNAL) -> Client:
    return cast.api(cast.key(cast.harbor, kind, side))


def texts(page: dict[str, Any]) -> list[str]:
    return [one["entry"]["text"] for one in page["results"]]


@apart
def test_the_list_goes_on_from_the_cursor_and_always_has_one_to_come_back_with(cast: Cast) -> None:
    client = reader(cast)
    empty = client.get(API).json()
    assert (empty["results"], empty["more"]) == ([], False)
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    for number in range(5):
        with cast.as_("Iris") as iris:
            actions.reply(ticket.pk, f"message {number}", Audience.SHARED, by=iris, at=later(number))
    cursor, seen, rounds = empty["cursor"], [], 0
    while True:
        page = client.get(API, {"cursor": cursor, "limit": 2}).json()
        seen += texts(page)
        cursor, rounds = page["cursor"], rounds + 1
        assert f"cursor={cursor}" in page["next"]
        if not page["more"]:
            break
    assert seen == ["It worked before lunch.", *(f"message {number}" for number in range(5))]
    assert rounds == 3
    assert client.get(API, {"cursor": cursor}).json() == {"results": [], "cursor": cursor, "more": False, "next": page["next"]} | {
        "next": client.get(API, {"cursor": cursor}).json()["next"]
    }
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, "one more", Audience.SHARED, by=iris, at=later(9))
    assert texts(client.get(API, {"cursor": cursor}).json()) == ["one more"]


@apart
def test_a_change_that_is_committed_later_with_a_lower_number_is_not_passed_by(cast: Cast) -> None:
    client = reader(cast)
    with cast.as_("Iris") as iris:
        slow, fast = from_person(iris, title="slow"), from_person(iris, title="fast")
    cursor = client.get(API).json()["cursor"]
    wrote, go_on = threading.Event(), threading.Event()

    def late() -> None:
        with cast.as_("Iris") as one:
            # the same moment as what the other writes, in a transaction that began before it and ends after it
            Event.objects.create(
                tenant=cast.harbor,
                ticket=slow,
                audience="SHARED",
                side=cast.harbor,
                by_name=one.name,
                kind="REPLY",
                text="lower",
                version=9,
                at=NOON,
            )
            wrote.set()
            go_on.wait(20)
        connections.close_all()

    thread = threading.Thread(target=late)
    thread.start()
    try:
        assert wrote.wait(20)
        with cast.as_("Iris") as iris:
            actions.reply(fast.pk, "higher", Audience.SHARED, by=iris, at=later(2))
        between = client.get(API, {"cursor": cursor}).json()
        assert texts(between) == []  # the higher number waits for the lower one
    finally:
        go_on.set()
        thread.join()
    assert texts(client.get(API, {"cursor": between["cursor"]}).json()) == ["lower", "higher"]


@apart
def test_a_key_reads_the_notes_of_its_own_side_alone(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
        actions.note(ticket.pk, "ours", by=iris, at=later(1))
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "theirs", by=tess, at=later(2))
    assert texts(reader(cast).get(API).json()) == ["It worked before lunch."]
    assert texts(reader(cast, "k_desk").get(API).json()) == ["It worked before lunch.", "ours"]
    provider = cast.api(cast.key(cast.northwind, "k_desk"))
    assert texts(provider.get(API, {"client": "harbor-dental"}).json()) == ["It worked before lunch.", "theirs"]
    assert provider.get(API).status_code == 400
    assert provider.get(API, {"client": "pine-clinics"}).json()["results"] == []
    assert cast.api(cast.key(cast.elsewhere, "k_desk")).get(API, {"client": "harbor-dental"}).status_code == 404


@apart
def test_a_system_knows_its_own_writes_and_may_leave_them_out(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        from_person(iris, at=timezone.now())
    client = reader(cast, "k_desk")
    wrote = client.post("/api/v1/tickets/1/reply/", json.dumps({"text": "by a key"}), content_type="application/json")
    own = client.get(API).json()["results"][-1]
    assert own["origin"].startswith("key:ck_")
    assert own["change"] == wrote["Change-Id"]
    assert own["type"] == "comanaged.ticket.message.added"
    assert texts(client.get(API, {"not_origin_own": "true"}).json()) == ["It worked before lunch."]
    assert texts(reader(cast, "k_desk").get(API, {"not_origin_own": "true"}).json()) == ["It worked before lunch.", "by a key"]


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "field"), [({"cursor": "nonsense"}, "cursor"), ({"cursor": "äö"}, "cursor"), ({"cursor": "LTEuLTE"}, "cursor"), ({"limit": "0"}, "limit"), ({"limit": "999"}, "limit"), ({"not_origin_own": "perhaps"}, "not_origin_own")])  # fmt: skip
def test_what_is_asked_in_other_words_is_refused(cast: Cast, asked: dict[str, str], field: str) -> None:
    answer = reader(cast).get(API, asked)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


@pytest.mark.django_db
def test_keys_that_read_no_tickets_are_refused(cast: Cast) -> None:
    assert cast.api(cast.key(cast.harbor, "k_evidence")).get(API).status_code == 403
    assert Client().get(API).status_code == 401


@apart
def test_a_page_of_changes_costs_the_same_however_long_it_is(cast: Cast) -> None:
    client = reader(cast)
    with cast.as_("Iris") as iris:
        tickets = [from_person(iris) for _ in range(4)]
    for ticket in tickets:
        with cast.as_("Iris") as iris:
            actions.reply(ticket.pk, "more", Audience.SHARED, by=iris, at=later(1))

    def cost(limit: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(API, {"limit": limit}).json()["results"]) == limit
        return len(asked)

    cost(1)
    assert cost(8) == cost(1)
    assert uuid.UUID(client.get(API).json()["results"][0]["ticket"]["id"])
