"""A secret in an incident's timeline: a person's words go, wherever they were written at once; who, when and why stays for both sides."""

import json
from datetime import datetime
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.utils import timezone

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.notices.models import Notice
from tests.cast import Cast
from tests.tickets.build import NOON, later
from tests.tickets.living import differing
from tests.tickets.test_incidents import commanded, fresh, told
from tests.tickets.test_incidents_review import SAID, review_of, sign, written
from tickets import actions
from tickets.actions import incidents, steps
from tickets.domain.incidents import BLANKABLE, Fact
from tickets.models import Event, Incident, IncidentAsk, IncidentEntry, IncidentRedaction, Kind, ReviewSignature
from tickets.queries import timeline as timelines

SECRET = "The password is Hunter2, use it."  # noqa: S105 - made up
WHY = "It holds a password in the clear."
pytestmark = pytest.mark.django_db


def the(cast: Cast, incident: Incident, kind: Fact) -> IncidentEntry:
    with cast.scope():
        return IncidentEntry.objects.for_tenant(cast.harbor).filter(incident=incident, kind=kind).latest("id")


def blank(cast: Cast, incident: Incident, kind: Fact, who: str = "Iris", minute: int = 50) -> IncidentRedaction:
    with cast.as_(who) as by:
        return incidents.blank(incident.number, the(cast, incident, kind).pk, WHY, by=by, at=later(minute))


def everywhere(cast: Cast) -> str:
    """All that is kept of this client in the tables that an incident writes to, as one text."""
    tables = ("incident", "incidententry", "incidentask", "incidentreview", "incidentredaction", "event", "redaction")
    with cast.scope(), connection.cursor() as cursor:
        found = []
        for table in (*(f"tickets_{name}" for name in tables), "audit_entry"):
            cursor.execute(f"SELECT to_jsonb(t) FROM {table} t")  # noqa: S608 - names of ours
            found += [json.dumps(row, default=str) for (row,) in cursor.fetchall()]
        found += Notice.objects.for_tenant(cast.harbor).filter(sent_at=None).values_list("text", flat=True)
    return "\n".join(found)


def words_of(cast: Cast, incident: Incident) -> str:
    with cast.scope():
        return "\n".join(f"{one.words} {one.blanked or one.text}" for one in timelines.timeline(fresh(cast, incident)))


def test_a_line_that_was_written_down_goes_and_both_sides_see_who_blanked_it(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        incidents.log(incident.number, SECRET, by=tariq, at=later(5))
    blank(cast, incident, Fact.LOG)
    assert "Hunter2" not in everywhere(cast)
    said = f"Iris blanked this on 24 November 12:50: {WHY}"
    for name in ("Tess", "Iris", "Auditor"):
        page = cast.browser(name).get(f"/harbor-dental/incidents/{incident.number}/").content.decode()
        assert said in page
        assert "Tariq wrote down" in page
        table = cast.browser(name).get(f"/harbor-dental/incidents/{incident.number}/timeline.csv").content.decode()
        assert said in table
        assert "Hunter2" not in table
    with cast.scope():
        assert trail.first_break(cast.harbor.pk) is None, "the trail is whole"
    again = blank(cast, incident, Fact.LOG, minute=51)
    assert again.at == later(50), "a second time changes nothing"


def declared_with_a_secret(cast: Cast) -> Incident:
    with cast.as_("Ivo") as ivo:
        return incidents.declare_alone("Nothing opens", SECRET, by=ivo, at=NOON).incident


def test_what_was_said_with_the_declaration_goes_on_the_ticket_and_in_mails_that_wait_too(cast: Cast) -> None:
    incident = declared_with_a_secret(cast)
    assert "Hunter2" in everywhere(cast)
    blank(cast, incident, Fact.DECLARED)
    assert "Hunter2" not in everywhere(cast)
    assert differing(cast).differ == []


@pytest.mark.parametrize("kind", [Kind.OPENED, Kind.MAJOR])
def test_blanked_on_the_ticket_it_is_gone_from_the_timeline(cast: Cast, kind: Kind) -> None:
    incident = declared_with_a_secret(cast)
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).get(kind=kind)
    with cast.as_("Tess") as tess:
        actions.blank(incident.ticket_id, event.pk, WHY, by=tess, at=later(3))
    assert "Hunter2" not in everywhere(cast)
    assert "Tess blanked this" in words_of(cast, incident)


def test_of_command_handed_on_the_name_stays(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.hand_on(incident.number, cast.people["Tess"].pk, SECRET, by=iris, at=later(5))
    blank(cast, incident, Fact.HANDED_ON)
    assert told(cast, incident, Fact.HANDED_ON) == ["Tess commands from now on."]
    assert "Hunter2" not in everywhere(cast)


def test_a_request_to_contain_and_its_answer_go_with_their_rows(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(incident.number, "Cut off Hunter2", f"{SECRET} It spreads.", by=tariq, at=later(5))
    with cast.scope():
        holder = asked.holder.name if asked.holder else {"INTERNAL": "Ivo", "PROVIDER": "Tess", "LEADERSHIP": "Lena"}[asked.holder_party]
    with cast.as_(holder) as by:
        incidents.answer(incident.number, asked.pk, yes=False, text=f"No: {SECRET}", by=by, at=later(6))
    blank(cast, incident, Fact.ASKED)
    blank(cast, incident, Fact.ANSWERED)
    assert "Hunter2" not in everywhere(cast)
    assert told(cast, incident, Fact.ANSWERED) == ["What Tariq asked for on 24 November 12:05 is not allowed:"]
    with cast.scope():
        row = IncidentAsk.objects.for_tenant(cast.harbor).get()
    assert (row.what, row.why, row.text, row.state) == ("[blanked]", "[blanked]", "[blanked]", "REFUSED")


def test_the_cause_goes_with_the_review_that_began_with_it_and_signatures_given_are_cleared(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.end(incident.number, "KNOWN", SECRET, by=iris, at=later(40))
    written(cast)
    with cast.as_("Tess") as tess:
        incidents.write_review(1, SAID | {"cause": SECRET}, by=tess, at=later(45))
    sign(cast, "Lena", 46)
    blank(cast, incident, Fact.ENDED)
    assert "Hunter2" not in everywhere(cast)
    assert told(cast, incident, Fact.ENDED) == ["The cause is known:"]
    with cast.scope():
        assert ReviewSignature.objects.for_tenant(cast.harbor).get().cleared_at == later(50)
    sign(cast, "Lena", 60)
    assert sign(cast, "Tess", 61).signed_at == later(61), "the wording is whole and can be signed"
    assert review_of(cast).cause == "[blanked]"


def test_words_that_both_sides_signed_stay(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.end(incident.number, "KNOWN", SECRET, by=iris, at=later(40))
    written(cast, minute=45)
    sign(cast, "Lena", 46)
    sign(cast, "Tess", 47)
    with pytest.raises(steps.NotNow, match="signed"):
        blank(cast, incident, Fact.ENDED)
    assert told(cast, incident, Fact.ENDED) == [f"The cause is known: {SECRET}"]


def test_what_the_product_wrote_cannot_be_blanked_by_the_act_or_in_the_database(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.set_rhythm(incident.number, 20, by=iris, at=later(3))
    for kind in (Fact.ORIGIN, Fact.COMMANDED, Fact.RHYTHM):
        with pytest.raises(steps.NotNow, match="wrote this itself"):
            blank(cast, incident, kind)
    with cast.as_("Iris") as iris:
        entry = the(cast, incident, Fact.COMMANDED)
        rows = IncidentRedaction.objects.for_tenant(cast.harbor)
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            rows.create(tenant=cast.harbor, incident=incident, entry=entry, by_user_id=iris.user_id, by_name="Iris", reason=WHY, at=NOON)


def test_the_database_changes_no_word_but_takes_those_that_a_redaction_names(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Iris") as iris:
        incidents.log(incident.number, SECRET, by=iris, at=later(3))
        entry = the(cast, incident, Fact.LOG)
        rows = IncidentRedaction.objects.for_tenant(cast.harbor)
        around: dict[str, Any] = {"tenant": cast.harbor, "incident": incident, "by_user_id": iris.user_id, "by_name": "Iris"}
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            rows.create(entry=entry, kept="Other words.", reason=WHY, at=NOON, **around)
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            IncidentEntry.objects.for_tenant(cast.harbor).filter(pk=entry.pk).update(text="")
        row = rows.create(entry=entry, reason=WHY, at=NOON, **around)
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            rows.filter(pk=row.pk).update(reason="Another reason.")


def test_the_database_and_the_rules_name_the_same_facts() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'tickets_incidentredaction_blanks'")
        (source,) = cursor.fetchone()
    assert {kind for kind in Fact if f"'{kind}'" in source} == BLANKABLE


@pytest.mark.parametrize("name", ["Ivo", "Tariq", "Lena", "Auditor"])
def test_only_a_manager_blanks(cast: Cast, name: str) -> None:
    incident = commanded(cast)
    with cast.as_("Ivo") as ivo:
        incidents.log(incident.number, SECRET, by=ivo, at=later(3))
    with pytest.raises(access.Refused):
        blank(cast, incident, Fact.LOG, who=name)


def test_the_page_asks_first_and_says_what_goes(cast: Cast) -> None:
    incident = commanded(cast)
    at: datetime = timezone.now()
    with cast.as_("Iris") as iris:
        incidents.log(incident.number, SECRET, by=iris, at=at)
    fact = the(cast, incident, Fact.LOG)
    base = f"/harbor-dental/incidents/{incident.number}/"
    address = f"{base}blank/{fact.pk}/"
    tess = cast.browser("Tess")
    assert address in tess.get(base).content.decode()
    assert address not in cast.browser("Ivo").get(base).content.decode()
    shown = tess.get(address)
    assert shown.status_code == 200
    assert "Hunter2" in shown.content.decode()
    assert cast.browser("Ivo").get(address).status_code == 403
    assert cast.browser("Olga").get(address).status_code == 404
    assert tess.get(f"{base}blank/{fact.pk + 100}/").status_code == 404
    assert tess.post(address, {"reason": "no"}).status_code == 422
    automatic = the(cast, incident, Fact.COMMANDED)
    assert tess.post(f"{base}blank/{automatic.pk}/", {"reason": WHY}).status_code == 422
    assert tess.post(address, {"reason": WHY}).status_code == 302
    page = tess.get(base).content.decode()
    assert "Hunter2" not in page
    assert "Tess blanked this on" in page
    assert address not in page


def test_words_of_an_update_are_blanked_on_the_ticket_and_so_in_the_timeline(cast: Cast) -> None:
    incident = commanded(cast)
    with cast.as_("Lena") as lena:
        incidents.update(incident.number, SECRET, by=lena, at=later(5))
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).get(kind=Kind.REPLY)
    page = cast.browser("Tess").get(f"/harbor-dental/incidents/{incident.number}/").content.decode()
    assert f"/harbor-dental/tickets/{incident.ticket.number}/blank/{event.pk}/" in page
    with cast.as_("Tess") as tess:
        actions.blank(incident.ticket_id, event.pk, WHY, by=tess, at=later(6))
    assert "Hunter2" not in words_of(cast, incident)
    assert "Tess blanked this" in words_of(cast, incident)
