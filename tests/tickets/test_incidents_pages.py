"""The pages of a major incident: for everybody who may, each act an address of its own, refused in words, stale told."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.cast import Cast
from tests.tickets.build import from_person
from tickets.actions import incidents
from tickets.models import Event, Incident, IncidentAsk, IncidentEntry, Ticket
from tickets.queries import incidents as queries

BASE = "/harbor-dental/incidents/"
LOGGED = 40  # entries that a long incident has
pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(cast: Cast) -> Incident:
    with cast.as_("Ivo") as ivo:
        return incidents.declare_alone("Files are being encrypted", "Two machines.", by=ivo, at=timezone.now()).incident


def now(cast: Cast) -> Incident:
    with cast.scope():
        return Incident.objects.for_tenant(cast.harbor).loaded().get()


def take(cast: Cast) -> str:
    """Let whoever the matrix expects take command; return the name."""
    name = "Iris" if now(cast).expected_side == "INTERNAL" else "Tess"
    assert cast.browser(name).post(f"{BASE}1/accept/", {"seen": now(cast).version, "once": "t"}).status_code == 302
    return name


def test_one_press_on_a_ticket_declares_and_a_second_leads_there(cast: Cast) -> None:
    with cast.as_("Lena") as lena:
        ticket = from_person(lena, at=timezone.now())
    ivo = cast.browser("Ivo")
    page = ivo.get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()
    assert "Declare a major incident" in page
    for _ in range(2):
        done = ivo.post(f"{BASE}declare/", {"ticket": ticket.number, "once": "a"})
        assert (done.status_code, done["Location"]) == (302, f"{BASE}1/")
    shown = ivo.get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()
    assert "major incident" in shown
    assert "Declare a major incident" not in shown
    assert f"{BASE}1/" in shown
    assert "major incident" in ivo.get("/harbor-dental/tickets/").content.decode()


def test_declared_alone_it_needs_a_line(cast: Cast) -> None:
    tess = cast.browser("Tess")
    refused = tess.post(f"{BASE}declare/", {"title": " ", "text": "kept", "once": "a"})
    assert refused.status_code == 422
    assert "Say in a line what happens." in refused.content.decode()
    assert "kept" in refused.content.decode()
    assert tess.post(f"{BASE}declare/", {"title": "Files are being encrypted", "once": "b"}).status_code == 302
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).get().priority == "P1"


@pytest.mark.parametrize("name", ["Iris", "Ivo", "Lena", "Auditor", "Tariq", "Tess", "Provider administrator"])
def test_every_member_reads_it_and_strangers_find_nothing(cast: Cast, incident: Incident, name: str) -> None:
    browser = cast.browser(name)
    for path in (BASE, f"{BASE}1/", f"{BASE}1/timeline.csv"):
        assert browser.get(path).status_code == 200
    page = browser.get(f"{BASE}1/").content.decode()
    assert ("Write it down" in page) is (name != "Auditor")
    assert cast.browser("Olga").get(f"{BASE}1/").status_code == 404
    assert browser.get(f"{BASE}2/").status_code == 404


def test_who_may_take_command_sees_one_tall_button_and_the_stale_press_is_told(cast: Cast, incident: Incident) -> None:
    name = "Iris" if incident.expected_side == "INTERNAL" else "Tess"
    other = "Ivo" if name == "Iris" else "Tariq"
    page = cast.browser(name).get(f"{BASE}1/").content.decode()
    assert page.count("btn go tall") == 1
    assert "I have it" in page
    seen = now(cast).version
    assert take(cast) == name
    stale = cast.browser(other).post(f"{BASE}1/accept/", {"seen": seen, "once": "z"})
    assert stale.status_code == 409
    assert f"{name} took command" in stale.content.decode()
    assert cast.browser("Lena").post(f"{BASE}1/accept/").status_code == 403
    refused = cast.browser(other).post(f"{BASE}1/accept/", {"once": "z"})
    assert refused.status_code == 422


def test_what_is_written_and_told_stands_in_the_timeline(cast: Cast, incident: Incident) -> None:
    take(cast)
    lena = cast.browser("Lena")
    assert lena.post(f"{BASE}1/log/", {"text": "", "once": "a"}).status_code == 422
    for _ in range(2):
        assert lena.post(f"{BASE}1/log/", {"text": "The scanner prints notes.", "once": "b"}).status_code == 302
    assert lena.post(f"{BASE}1/update/", {"text": "Do not switch on.", "once": "c"}).status_code == 302
    page = lena.get(f"{BASE}1/").content.decode()
    assert page.count("The scanner prints notes.") == 1
    assert page.count("Do not switch on.") == 1
    assert cast.browser("Auditor").post(f"{BASE}1/log/", {"text": "x"}).status_code == 403


def test_a_request_to_contain_is_asked_looked_at_and_answered(cast: Cast, incident: Incident) -> None:
    take(cast)
    tariq = cast.browser("Tariq")
    assert tariq.post(f"{BASE}1/contain/", {"what": "", "why": "", "once": "a"}).status_code == 422
    sent = {"what": "Cut the clinic off", "why": "It spreads over the network.", "once": "b"}
    assert tariq.post(f"{BASE}1/contain/", sent).status_code == 302
    with cast.scope():
        row = IncidentAsk.objects.for_tenant(cast.harbor).get()
    name = row.holder.name if row.holder else {"INTERNAL": "Ivo", "PROVIDER": "Tess", "LEADERSHIP": "Lena"}[row.holder_party]
    address = f"{BASE}1/contain/{row.pk}/"
    holder, outsider = cast.browser(name), cast.browser("Tariq")
    assert "Allow it" in holder.get(address).content.decode()
    assert "Allow it" not in outsider.get(address).content.decode()
    assert outsider.post(address, {"answer": "yes", "once": "c"}).status_code == 422
    assert holder.post(address, {"answer": "no", "text": "", "once": "d"}).status_code == 422
    assert holder.post(address, {"answer": "yes", "once": "e"}).status_code == 302
    assert "allowed" in cast.browser("Auditor").get(f"{BASE}1/").content.decode()
    assert tariq.get(f"{BASE}1/contain/{row.pk + 1}/").status_code == 404


def test_only_who_commands_hands_on_sets_gives_and_ends(cast: Cast, incident: Incident) -> None:
    name = take(cast)
    leader, other = cast.browser(name), cast.browser("Ivo" if name != "Ivo" else "Iris")
    acts: dict[str, dict[str, Any]] = {
        "rhythm": {"minutes": 20},
        "role": {"role": "scribe", "person": cast.people["Lena"].pk},
        "assign": {"other": "1", "person": cast.people["Tariq"].pk, "text": "It is on a server they look after."},
        "end": {"cause": "KNOWN", "text": "It came with a mail."},
    }
    for word, sent in acts.items():
        assert other.get(f"{BASE}1/{word}/").status_code == 200
        assert other.post(f"{BASE}1/{word}/", sent | {"once": f"o{word}"}).status_code == 422
        assert leader.post(f"{BASE}1/{word}/", {"once": f"e{word}"}).status_code in (422, 302)
        assert leader.post(f"{BASE}1/{word}/", sent | {"seen": 1} if word != "assign" else {}).status_code in (409, 422)
        done = leader.post(f"{BASE}1/{word}/", sent | {"seen": now(cast).version, "once": f"l{word}"})
        assert done.status_code == 302, done.content.decode()
    assert now(cast).state == "ENDED"
    assert "waits for both signatures" in leader.get(BASE).content.decode()


def test_a_stale_form_shown_again_can_be_sent(cast: Cast, incident: Incident) -> None:
    leader = cast.browser(take(cast))
    seen = now(cast).version
    assert leader.post(f"{BASE}1/rhythm/", {"minutes": 20, "seen": seen, "once": "a"}).status_code == 302
    stale = leader.post(f"{BASE}1/rhythm/", {"minutes": 15, "seen": seen, "once": "b"})
    assert stale.status_code == 409
    assert f'name="seen" value="{now(cast).version}"' in stale.content.decode()


def test_what_is_open_already_is_said_before_another_is_declared(cast: Cast, incident: Incident) -> None:
    page = cast.browser("Tess").get(f"{BASE}declare/").content.decode()
    assert "Open already: 1. Files are being encrypted" in page


def test_the_form_says_that_nobody_changes_a_line_and_who_blanks_a_secret(cast: Cast, incident: Incident) -> None:
    page = cast.browser("Lena").get(f"{BASE}1/").content.decode()
    assert "nobody changes it later" in page
    assert "a manager can blank one that slipped in" in page
    assert "cannot be changed or taken back" not in page


def test_the_page_holds_the_newest_facts_and_the_table_all(cast: Cast, incident: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "SHOWN", 3)
    with cast.as_("Ivo") as ivo:
        for place in range(5):
            incidents.log(1, f"Fact {place} is here", by=ivo, at=timezone.now())
    page = cast.browser("Iris").get(f"{BASE}1/").content.decode()
    assert "Fact 4 is here" in page
    assert "Fact 1 is here" not in page
    assert "earlier fact" in page
    assert "Fact 0 is here" in cast.browser("Iris").get(f"{BASE}1/timeline.csv").content.decode()


def test_who_commands_is_warned_where_he_would_fix_things_himself(cast: Cast, incident: Incident) -> None:
    name = take(cast)
    page = cast.browser(name).get("/harbor-dental/tickets/1/").content.decode()
    assert "who commands does not fix things himself" in page
    assert "does not fix things himself" not in cast.browser("Lena").get("/harbor-dental/tickets/1/").content.decode()


def test_the_emergency_take_is_a_managers_of_the_other_side(cast: Cast, incident: Incident) -> None:
    with cast.scope():
        side = Ticket.objects.for_tenant(cast.harbor).get().side
    name = "Tess" if side == "INTERNAL" else "Iris"
    page = cast.browser(name).get("/harbor-dental/tickets/1/").content.decode()
    assert "Take it to your side at once" in page
    address = "/harbor-dental/tickets/1/emergency-take/"
    assert cast.browser("Ivo").post(address, {"text": "It cannot wait any longer."}).status_code == 403
    assert cast.browser(name).post(address, {"text": "now"}).status_code == 422
    assert cast.browser(name).post(address, {"text": "It cannot wait any longer."}).status_code == 302
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).filter(kind="EMERGENCY").count() == 1


def test_the_table_holds_texts_and_no_formula(cast: Cast, incident: Incident) -> None:
    cast.browser("Ivo").post(f"{BASE}1/log/", {"text": "=HYPERLINK(1)", "once": "a"})
    sent = cast.browser("Auditor").get(f"{BASE}1/timeline.csv")
    assert sent["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert rows[0][:5] == ["Happened", "Written down", "Who", "Side", "Source"]
    assert rows[-1][6] == "'=HYPERLINK(1)"
    assert rows[-1][2:5] == ["Ivo", "internal", "written by a person"]


def test_a_long_timeline_costs_no_more_statements(cast: Cast, incident: Incident) -> None:
    def cost() -> int:
        browser = cast.browser("Iris")
        browser.get(f"{BASE}1/")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"{BASE}1/").status_code == 200
        return len(asked)

    before = cost()
    with cast.as_("Ivo") as ivo:
        for place in range(LOGGED):
            incidents.log(1, f"Fact {place}", by=ivo, at=timezone.now())
    with cast.scope():
        assert IncidentEntry.objects.for_tenant(cast.harbor).count() > LOGGED
    assert cost() == before
    assert before < 50
