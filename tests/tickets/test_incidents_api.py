"""Major incidents for other systems: what the list of changes and webhooks tell of them, and how a key reads them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comanaged.notices.models import Delivery
from tests.cast import Cast
from tests.notices.channelled import webhook
from tests.notices.sinks import Sink, listening
from tests.tickets.build import later
from tests.tickets.living import differing
from tests.tickets.test_incidents import commanded, fresh
from tests.tickets.test_incidents_review import sign, written
from tickets.actions import incidents
from tickets.models import Incident, IncidentEntry

LIST = "/api/v1/incidents/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def sink() -> Iterator[Sink]:
    with listening() as sink:
        yield sink


def reviewed(cast: Cast) -> Incident:
    """An incident from its beginning to both signatures under its review."""
    incident = commanded(cast)
    with cast.as_("Lena") as lena:
        incidents.update(incident.number, "Printing is off. More in half an hour.", by=lena, at=later(5))
    with cast.as_("Iris") as iris:
        incidents.hand_on(incident.number, cast.people["Tess"].pk, "The server is yours.", by=iris, at=later(9))
    with cast.as_("Tess") as tess:
        incidents.end(incident.number, "KNOWN", "It came with a mail.", by=tess, at=later(60))
    written(cast)
    sign(cast, "Lena", 80)
    sign(cast, "Tess", 90)
    return fresh(cast, incident)


MAJOR = ["started", "commander_changed", "updated", "commander_changed", "ended", "review_signed", "review_signed"]


# --- what is told


@pytest.mark.django_db(transaction=True)  # the list holds what is committed
def test_the_list_of_changes_tells_an_incident_from_its_beginning_to_its_review(cast: Cast) -> None:
    reviewed(cast)
    found = cast.api(cast.key(cast.harbor, "k_read")).get("/api/v1/changes/").json()["results"]
    majors = [one for one in found if ".major." in one["type"]]
    assert [one["type"].rpartition(".")[2] for one in majors] == MAJOR
    assert [one["entry"]["by"] for one in majors] == ["Ivo", "Iris", "Lena", "Iris", "Tess", "Lena", "Tess"]
    assert majors[3]["entry"]["text"] == "Tess commands from now on."
    assert majors[-1]["entry"]["text"] == "Both sides have signed it now."
    update = next(one for one in found if one["type"].endswith("message.added"))
    assert update["change"] == majors[2]["change"], "the words of an update are the reply's"
    assert differing(cast).differ == []


def test_webhooks_hear_of_it_too(cast: Cast, sink: Sink, settings: Any) -> None:
    with cast.as_("Tess") as tess:
        webhook(tess, sink, settings)
    reviewed(cast)
    with cast.scope():
        kinds = list(Delivery.objects.for_tenant(cast.harbor).order_by("id").values_list("kind", flat=True))
    assert [one.rpartition(".")[2] for one in kinds if ".major." in one] == MAJOR


def test_what_a_ticket_tells_of_its_incident_is_not_told_twice_in_the_timeline(cast: Cast) -> None:
    incident = reviewed(cast)
    page = cast.browser("Lena").get(f"/harbor-dental/incidents/{incident.number}/").content.decode()
    assert page.count("Tess commands from now on.") == 1
    ticket = cast.browser("Lena").get(f"/harbor-dental/tickets/{incident.ticket.number}/").content.decode()
    assert ticket.count("Tess commands from now on.") == 1


# --- what a key reads


@pytest.fixture
def desk(cast: Cast) -> Client:
    return cast.api(cast.key(cast.harbor, "k_desk"))


def test_a_key_reads_the_list_by_pages(cast: Cast, desk: Client) -> None:
    with cast.as_("Ivo") as ivo:
        for place in range(5):
            incidents.declare_alone(f"Trouble {place}", "It is large.", by=ivo, at=later(place))
    first = desk.get(f"{LIST}?limit=2").json()
    assert [one["number"] for one in first["results"]] == [5, 4]
    assert {name: first["results"][0][name] for name in ("title", "state", "commander", "declared_by", "ended_at")} == {
        "title": "Trouble 4",
        "state": "declared",
        "commander": None,
        "declared_by": "Ivo",
        "ended_at": None,
    }
    found, where = [], first["next"]
    while where:
        page = desk.get(where).json()
        found += [one["number"] for one in page["results"]]
        where = page["next"]
    assert found == [3, 2, 1]
    assert desk.get(f"{LIST}?state=ended").json()["results"] == []
    assert len(desk.get(f"{LIST}?state=open").json()["results"]) == 5


@pytest.mark.parametrize("query", ["state=done", "cursor=x", "limit=0", "limit=1000"])
def test_a_filter_that_makes_no_sense_is_400_by_its_name(desk: Client, query: str) -> None:
    answer = desk.get(f"{LIST}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.split("=", maxsplit=1)[0]]


def test_a_key_reads_one_incident_with_who_has_which_part_what_was_asked_and_the_review(cast: Cast, desk: Client) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        incidents.ask(incident.number, "Cut the clinic off", "It spreads over the network.", by=tariq, at=later(3))
    found = desk.get(f"{LIST}{incident.number}/").json()
    assert (found["state"], found["commander"], found["ticket"], found["review"]) == ("commanded", "Iris", 1, None)
    assert {one["role"]: (one["name"], one["side"]) for one in found["roles"]} == {
        "commander": ("Iris", "internal"),
        "deputy": ("Northwind MSP", "provider"),
    }
    (ask,) = found["asks"]
    assert (ask["what"], ask["state"], ask["asked_by"]) == ("Cut the clinic off", "pending", "Tariq")
    assert [(one["kind"], one["source"], one["by"]) for one in found["timeline"]][:3] == [
        ("origin", "alert", "Comanaged"),
        ("declared", "human", "Ivo"),
        ("commanded", "human", "Iris"),
    ]
    assert "@" not in desk.get(f"{LIST}{incident.number}/").content.decode(), "no address of anybody"
    with cast.as_("Iris") as iris:
        incidents.end(incident.number, "KNOWN", "It came with a mail.", by=iris, at=later(40))
    written(cast)
    sign(cast, "Lena", 80)
    review = desk.get(f"{LIST}{incident.number}/").json()["review"]
    assert review["provider"] == "Northwind MSP"
    assert [(one["side"], one["company"], one["name"]) for one in review["signatures"]] == [("internal", "Harbor Dental", "Lena")]


def test_all_facts_follow_without_gap_or_repeat_and_blanked_words_are_gone(cast: Cast, desk: Client) -> None:
    incident = commanded(cast)
    with cast.as_("Ivo") as ivo:
        for place in range(5):
            incidents.log(incident.number, f"Fact {place} with Hunter2", by=ivo, at=later(5 + place // 2))
    with cast.scope():
        facts = list(IncidentEntry.objects.for_tenant(cast.harbor).filter(kind="LOG").values_list("pk", flat=True))
    with cast.as_("Iris") as iris:
        for fact in facts:
            incidents.blank(incident.number, fact, "It holds a password.", by=iris, at=later(9))
    base = f"{LIST}{incident.number}/timeline/"
    whole = desk.get(f"{base}?limit=200").json()
    assert whole["next"] is None
    found, where = [], f"{base}?limit=2"
    while where:
        page = desk.get(where).json()
        found += page["results"]
        where = page["next"]
    assert found == whole["results"]
    logged = [one for one in found if one["kind"] == "log"]
    assert len(logged) == 5
    assert all(one["text"] == "" and one["blanked"].startswith("Iris blanked this") for one in logged)
    assert desk.get(f"{base}?cursor=x").status_code == 400


def test_keys_of_both_sides_read_it_and_no_other_does(cast: Cast) -> None:
    incident = commanded(cast)
    address = f"{LIST}{incident.number}/"
    assert cast.api(cast.key(cast.harbor, "k_read")).get(address).status_code == 200
    provider = cast.api(cast.key(cast.northwind, "k_desk"))
    assert provider.get(f"{address}?client=harbor-dental").status_code == 200
    assert provider.get(address).status_code == 400
    pine = cast.api(cast.key(cast.pine, "k_read"))
    for path in (address, f"{address}timeline/"):
        assert pine.get(path).status_code == 404
        assert cast.api(cast.key(cast.harbor, "k_ingest")).get(path).status_code == 403
        assert cast.api(cast.key(cast.harbor, "k_read")).post(path).status_code == 405
    assert cast.api(cast.key(cast.harbor, "k_read")).get(f"{LIST}{2**40}/").status_code == 404
    assert pine.get(LIST).json()["results"] == []


def test_reading_costs_the_same_when_facts_and_incidents_double(cast: Cast, desk: Client) -> None:
    incident = commanded(cast)
    desk.get(LIST)

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(path).status_code == 200
        return len(asked)

    paths = (LIST, f"{LIST}{incident.number}/", f"{LIST}{incident.number}/timeline/")
    with cast.as_("Ivo") as ivo:
        incidents.log(incident.number, "A first fact", by=ivo, at=later(4))
    before = [cost(path) for path in paths]
    with cast.as_("Ivo") as ivo:
        for place in range(10):
            incidents.log(incident.number, f"Fact {place}", by=ivo, at=later(5))
            incidents.declare_alone(f"Trouble {place}", "It is large.", by=ivo, at=later(6))
    assert [cost(path) for path in paths] == before
    assert max(before) < 50
