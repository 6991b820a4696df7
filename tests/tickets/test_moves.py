"""Every move from outside: by its page and by the API, twice at once, with a version that is old, with ids of others."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from comanaged import tenancy
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import from_alert, from_person
from tickets import actions
from tickets.models import Event, Ticket

LONG = "They said by phone that it works."
PACKET = {"known": "It does not start.", "tried": "Restarted it.", "next": "Reinstall it."}
SOON = "2199-01-04T10:00"


@pytest.fixture
def held(cast: Cast) -> Ticket:
    """Lena asked just now; Iris has it, on the side of internal IT."""
    now = timezone.now()
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, side=Side.INTERNAL, at=now)
    with cast.as_("Iris") as iris:
        return actions.take(ticket.pk, by=iris, at=now)


def at(ticket: Ticket, move: str = "") -> str:
    return f"/harbor-dental/tickets/{ticket.number}/" + (f"{move}/" if move else "")


def fresh(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)


def count(cast: Cast, ticket: Ticket) -> int:
    with cast.scope():
        return Event.objects.for_tenant(cast.harbor).of(ticket.pk).count()


def tomorrow() -> str:
    return (timezone.now() + timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M")


WRONG = [
    ("offer", {"known": "Something is wrong here."}, "Say what was done so far"),
    ("wait", {"reason": "vendor", "whom": "", "until": SOON}, "Name who or what this ticket waits for."),
    ("wait", {"reason": "vendor", "whom": "Dexcom Imaging", "until": "soon"}, "Choose a day and a time."),
    ("wait", {"reason": "vendor", "whom": "Dexcom Imaging", "until": SOON}, "Choose an earlier time."),
    ("wait", {"reason": "lunch", "whom": "Dexcom Imaging", "until": SOON}, "Choose what this ticket waits for."),
    ("assign", {"person": "999999"}, "Choose a colleague of your side."),
    ("set-duty", {"duty": "no.such"}, "Choose one of this client&#x27;s duties."),
    ("set-priority", {"priority": "P9"}, "Choose how much it hinders."),
    ("cancel", {"text": "no"}, "Say why in ten characters or more"),
    ("resolve", {"text": ""}, "Say in a line what solved it."),
    ("direct", {"text": "now"}, "Say why in ten characters or more"),
]


@pytest.mark.parametrize(("move", "said", "words"), WRONG, ids=[f"{move}-{number}" for number, (move, _, _) in enumerate(WRONG)])
def test_what_cannot_be_done_so_is_422_at_its_field_with_what_was_written(
    cast: Cast, held: Ticket, move: str, said: dict[str, str], words: str
) -> None:
    before = count(cast, held)
    answer = cast.browser("Iris").post(at(held, move), {**said, "seen": held.version})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "<title>Error:" in page
    assert 'aria-invalid="true"' in page or "why-wrong" in page
    for text in (value for name, value in said.items() if name in {"known", "whom", "text"} and value):
        assert text in page, "what was written is kept"
    assert count(cast, held) == before


ONCE = [
    ("offer", PACKET),
    ("wait", {"reason": "parts", "whom": "A cable", "until": tomorrow()}),
    ("set-priority", {"priority": "P4", "text": "It can wait."}),
    ("set-duty", {"duty": "monitoring.after-hours"}),
    ("resolve", {"text": "A new cable."}),
    ("cancel", {"text": LONG}),
    ("direct", {"text": LONG}),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("move", "said"), ONCE, ids=[move for move, _ in ONCE])
def test_h5_pressing_twice_is_pressing_once(cast: Cast, held: Ticket, move: str, said: dict[str, str]) -> None:
    browsers, barrier = [cast.browser("Iris"), cast.browser("Iris")], Barrier(2)
    before = count(cast, held)

    def press(browser: Client) -> int:
        barrier.wait()
        try:
            return browser.post(at(held, move), {**said, "seen": held.version, "once": "same"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, browsers))
    assert answers == [302, 302]
    with cast.scope():
        kinds = list(Event.objects.for_tenant(cast.harbor).of(held.pk).order_by("id").values_list("kind", flat=True))[before:]
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize("move", ["offer", "wait", "assign", "set-priority", "set-duty", "resolve", "cancel", "direct", "take"])
def test_h3_a_form_of_an_older_version_is_409_with_what_changed_and_writes_nothing(cast: Cast, held: Ticket, move: str) -> None:
    said: dict[str, Any] = PACKET | {
        "reason": "parts", "whom": "A cable", "until": tomorrow(), "person": cast.people["Ivo"].pk,
        "priority": "P4", "duty": "monitoring.after-hours", "text": LONG,
    }  # fmt: skip
    with cast.as_("Ivo") as ivo:
        actions.reply(held.pk, "Look at the cable first.", Audience.SHARED, by=ivo, at=timezone.now())
    before = count(cast, held)
    answer = cast.browser("Iris").post(at(held, move), {**said, "seen": held.version})
    assert answer.status_code == 409
    assert "Ivo replied" in answer.content.decode()
    assert count(cast, held) == before


@pytest.fixture
def desk(cast: Cast) -> Client:
    """The desk key of Harbor Dental's own side."""
    return cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))


@pytest.fixture
def provider(cast: Cast) -> Client:
    """The desk key of Northwind over its clients."""
    return cast.api(cast.key(cast.northwind, "k_desk", Side.PROVIDER))


def send(client: Client, ticket: Ticket, verb: str, body: object = None, **headers: str) -> Any:
    where = f"/api/v1/tickets/{ticket.public_id}/{verb}/?client=harbor-dental"
    return client.post(where, json.dumps({} if body is None else body), content_type="application/json", headers=headers)


def test_two_systems_hand_a_ticket_over_each_for_its_own_side(cast: Cast, held: Ticket, desk: Client, provider: Client) -> None:
    refused = send(desk, held, "offer", {"known": "It does not start."})
    assert refused.status_code == 400
    assert refused.json()["errors"]["tried"]
    offered = send(desk, held, "offer", PACKET)
    assert offered.status_code == 200
    own = send(desk, held, "accept")
    assert (own.status_code, own.json()["detail"]) == (409, "The other side answers this offer. You can take it back.")
    declined = send(provider, held, "decline", {"code": "missing", "text": "Which version is it?"})
    assert declined.status_code == 200
    assert send(desk, held, "offer", PACKET | {"next": "Reinstall 7.2."}).status_code == 200
    accepted = send(provider, held, "accept")
    assert (accepted.status_code, accepted.json()["side"], accepted.json()["assignee"]) == (200, "provider", None)
    row = fresh(cast, held)
    assert (row.crossings, row.declines) == (1, 1)


def test_waits_priorities_and_duties_by_key(cast: Cast, held: Ticket, desk: Client, provider: Client) -> None:
    until = (timezone.now() + timedelta(hours=20)).isoformat()
    assert send(desk, held, "wait", {"reason": "vendor", "whom": "Dexcom", "until": until}).json()["state"] == "waiting"
    assert send(desk, held, "wake").json()["state"] == "open"
    assert send(desk, held, "set-priority", {"priority": "p2"}).json()["priority"] == "p2"
    assert send(desk, held, "set-priority", {"priority": "p4"}).status_code == 409
    assert send(desk, held, "set-duty", {"duty": "no.such"}).json()["errors"] == {
        "duty": ["This client's matrix has no such duty. Choose one of its duties."]
    }
    asked = send(provider, held, "ask-for", {"text": "We have the vendor's key and you do not."})
    assert asked.status_code == 200
    assert send(provider, held, "withdraw").status_code == 200


def test_the_same_key_with_other_words_is_422_and_with_the_same_words_one_effect(cast: Cast, held: Ticket, desk: Client) -> None:
    first = send(desk, held, "reply", {"text": "Room 3."}, **{"Idempotency-Key": "a1"})
    again = send(desk, held, "reply", {"text": "Room 3."}, **{"Idempotency-Key": "a1"})
    other = send(desk, held, "reply", {"text": "Room 4."}, **{"Idempotency-Key": "a1"})
    assert [first.status_code, again.status_code, other.status_code] == [200, 200, 422]
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).of(held.pk).filter(kind="REPLY").count() == 1


def test_if_match_is_the_version_and_412_says_what_changed(cast: Cast, held: Ticket, desk: Client) -> None:
    read = desk.get(f"/api/v1/tickets/{held.public_id}/?client=harbor-dental")
    tag = read.headers["ETag"]
    assert tag == f'"{held.version}"'
    assert send(desk, held, "set-priority", {"priority": "p2"}, **{"If-Match": tag}).status_code == 200
    late = send(desk, held, "resolve", {"text": "Done."}, **{"If-Match": tag})
    assert late.status_code == 412
    assert "changed how much this hinders" in late.json()["detail"]
    assert send(desk, held, "resolve", {"text": "Done."}, **{"If-Match": "yesterday"}).status_code == 412
    assert send(desk, held, "resolve", {"text": "Done."}, **{"If-Match": "*"}).status_code == 200


def test_e4_ids_of_another_client_are_not_here_and_nothing_is_changed(cast: Cast, held: Ticket, provider: Client) -> None:
    with tenancy.only([cast.pine.pk]):
        theirs = from_alert(cast.pine).ticket
    wrong = f"/api/v1/tickets/{theirs.public_id}/take/?client=harbor-dental"
    assert provider.post(wrong, "{}", content_type="application/json").status_code == 404
    body = json.dumps(
        {"tenant": cast.pine.pk, "client": "pine-clinics", "side": "provider", "assignee": 1, "state": "closed", "version": None}
    )
    before = fresh(cast, held)
    own = f"/api/v1/tickets/{held.public_id}/reply/?client=harbor-dental"
    assert provider.post(own, body, content_type="application/json").status_code == 400
    after = fresh(cast, held)
    assert (before.side, before.state, before.assignee_id, before.version) == (after.side, after.state, after.assignee_id, after.version)


def test_e5_fields_that_are_not_in_the_form_are_not_set(cast: Cast, held: Ticket) -> None:
    everything = {field.attname: "1" for field in Ticket._meta.concrete_fields} | {
        "text": "Room 3.",
        "mode": "shared",
        "seen": held.version,
    }
    assert cast.browser("Iris").post(at(held, "reply"), everything).status_code == 302
    after = fresh(cast, held)
    for name in (
        "number",
        "public_id",
        "side",
        "assignee_id",
        "requester_id",
        "priority",
        "tenant_id",
        "crossings",
        "merged_into_id",
        "terms_id",
    ):
        assert getattr(after, name) == getattr(held, name), name


def test_a_key_reads_the_notes_of_its_own_side_alone(cast: Cast, held: Ticket, desk: Client, provider: Client) -> None:
    with cast.as_("Iris") as iris:
        actions.note(held.pk, "Lena wants this before Friday.", by=iris, at=timezone.now())
    where = f"/api/v1/tickets/{held.public_id}/note/?client=harbor-dental"
    assert [one["text"] for one in desk.get(where).json()["results"]] == ["Lena wants this before Friday."]
    assert provider.get(where).json()["results"] == []
    assert cast.api(cast.key(cast.harbor, "k_read")).get(where).status_code == 403
