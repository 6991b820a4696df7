"""Major incidents for other systems: what the list of changes and webhooks tell of them, and how a key reads them."""

from collections.abc import Iterator
from typing import Any

import pytest

from comanaged.notices.models import Delivery
from tests.cast import Cast
from tests.notices.channelled import webhook
from tests.notices.sinks import Sink, listening
from tests.tickets.build import later
from tests.tickets.living import differing
from tests.tickets.test_incidents import commanded, declared, fresh
from tests.tickets.test_incidents_review import sign, written
from tickets.actions import incidents
from tickets.models import Incident

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
