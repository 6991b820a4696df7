"""An incident's page says who was called, when, by what, whether it went out, and what they did afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comanaged.notices.models import Delivery, Notice
from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.notices.channelled import webhook
from tests.notices.sinks import listening
from tests.tickets.build import later
from tests.tickets.test_incidents import commanded, declared, fresh
from tickets import actions
from tickets.actions import incidents
from tickets.models import Incident
from tickets.queries.called import Call, calls

pytestmark = pytest.mark.django_db


def of(cast: Cast, incident: Incident, reader: str = "Auditor") -> dict[str, Call]:
    """Return the calls by name."""
    with cast.as_(reader) as by:
        return {one.name: one for one in calls(fresh(cast, incident), by, later(60))}


def test_who_was_called_when_by_what_and_what_they_did(cast: Cast) -> None:
    incident = declared(cast)
    before = of(cast, incident)
    assert "Ivo" not in before, "he declared it"
    assert (before["Iris"].by, before["Iris"].first_at, before["Iris"].why) == ("e-mail", later(0), "a major incident was declared")
    assert (before["Iris"].answer, before["Iris"].waits, before["Iris"].side) == ("", True, "INTERNAL")
    with cast.as_("Iris") as iris:
        incidents.log(incident.number, "I look.", by=iris, at=later(1))
        incidents.accept(incident.number, by=iris, at=later(2))
    with cast.as_("Tess") as tess:
        incidents.log(incident.number, "We are here.", by=tess, at=later(4))
    after = of(cast, incident)
    assert (after["Iris"].answer, after["Iris"].answered_at) == ("took command", later(2))
    assert (after["Tess"].answer, after["Tess"].answered_at) == ("wrote down", later(4))
    assert after["Provider administrator"].answer == ""


def test_called_again_and_again_it_is_one_line_with_the_last_time(cast: Cast) -> None:
    incident = declared(cast)
    with cast.as_("Ivo") as ivo:
        incidents.log(incident.number, "Nobody is here.", by=ivo, at=later(35))
    found = of(cast, incident)["Tess"]
    assert (found.times, found.first_at, found.last_at) == (4, later(0), later(30))
    assert found.why.startswith("a major incident was declared, nobody commanded")


def test_a_mail_that_could_not_be_delivered_shows(cast: Cast) -> None:
    incident = declared(cast)
    with cast.scope():
        Notice.objects.for_tenant(cast.harbor).filter(to_name="Iris").update(failed_at=later(1))
        Notice.objects.for_tenant(cast.harbor).filter(to_name="Tess").update(sent_at=later(1))
    found = of(cast, incident)
    assert found["Iris"].failed_at == later(1)
    assert (found["Tess"].sent_at, found["Tess"].waits) == (later(1), False)
    page = cast.browser("Auditor").get(f"/harbor-dental/incidents/{incident.number}/").content.decode()
    assert "Who was called" in page
    assert page.count("It could not be delivered.") == 1
    assert "@example.test" not in page.partition("<main")[2], "nobody's address"


def test_a_private_note_of_the_other_side_is_no_sign(cast: Cast) -> None:
    incident = declared(cast)
    with cast.as_("Tess") as tess:
        actions.note(incident.ticket_id, "Between us.", by=tess, at=later(3))
    assert of(cast, incident)["Tess"].answer == ""
    with cast.as_("Tess") as tess:
        actions.reply(incident.ticket_id, "We look at it.", Audience.SHARED, by=tess, at=later(4))
    assert of(cast, incident)["Tess"].answer == "worked on its ticket"


def test_who_answers_a_request_answered_it(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(incident.number, "Cut the clinic off", "It spreads over the network.", by=tariq, at=later(5))
    with cast.scope():
        name = asked.holder.name if asked.holder else {"INTERNAL": "Iris", "PROVIDER": "Tess", "LEADERSHIP": "Lena"}[asked.holder_party]
    with cast.as_(name) as by:
        incidents.answer(incident.number, asked.pk, yes=True, by=by, at=later(6))
    found = of(cast, incident)[name]
    assert "somebody asked to contain something" in found.why
    assert found.answer in {"answered the request to contain", "took command"}


def test_channels_show_to_those_who_see_how_they_fare_and_the_other_sides_without_a_name(cast: Cast, settings: Any) -> None:
    with listening() as sink, cast.as_("Tess") as tess:
        made = webhook(tess, sink, settings)
        incident = declared(cast)
        with cast.scope():
            Delivery.objects.for_tenant(cast.harbor).filter(channel=made.row).update(failed_at=later(2))
        own, theirs = of(cast, incident, "Tess"), of(cast, incident, "Iris")
        assert (own[made.row.name].by, own[made.row.name].failed_at) == ("webhook", later(2))
        assert made.row.name not in theirs
        assert theirs["A channel of the other side"].by == "webhook"
        assert made.row.name not in of(cast, incident, "Ivo")


def test_more_calls_cost_no_more_statements(cast: Cast) -> None:
    incident = declared(cast)

    def cost() -> int:
        with cast.as_("Iris") as iris, CaptureQueriesContext(connection) as asked:
            calls(fresh(cast, incident), iris, later(999))
        return len(asked)

    before = cost()
    with cast.as_("Ivo") as ivo:
        incidents.log(incident.number, "Nobody is here.", by=ivo, at=later(0) + timedelta(hours=3))
    assert cost() == before
