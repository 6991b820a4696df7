"""The matrix, a duty, the findings: who sees them, what they say, how often they ask the database, and their edits by form."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import actions, queries
from responsibilities.domain import raci
from responsibilities.models import Finding, Row
from tests.cast import Cast, add_person
from tests.responsibilities.build import newcomer

pytestmark = pytest.mark.django_db
MATRIX, FINDINGS, DUTY = "/harbor-dental/matrix/", "/harbor-dental/findings/", "/harbor-dental/matrix/backup.jobs/"
CELL = DUTY + "cell/provider/"
GIVE = {"party": "PROVIDER", "letter": "R", "seen": "1"}
OWN_TABLES = ("responsibilities_", "audit_entry", "accounts_engagement")  # the frame around every page asks for the rest
READS, EDITS = [MATRIX, DUTY, FINDINGS], ["letter", "clear", "hours", "lead"]


def cell(cast: Cast, party: Party = Party.PROVIDER, duty: str = "backup.jobs") -> str:
    with cast.scope():
        return raci.written_cell(queries.matrix_of(cast.harbor.pk, timezone.now()).rules.get(duty, ()), party)


@pytest.mark.parametrize("address", READS)
@pytest.mark.parametrize("name", ["Iris", "Ivo", "Lena", "Auditor", "Tariq", "Tess"])
def test_every_member_reads_the_matrix(cast: Cast, name: str, address: str) -> None:
    assert cast.browser(name).get(address).status_code == 200


@pytest.mark.parametrize("address", [*READS, CELL])
@pytest.mark.parametrize("name", ["Olga", "Pine's manager"])
def test_for_a_stranger_there_is_no_matrix(cast: Cast, name: str, address: str) -> None:
    assert cast.browser(name).get(address).status_code == 404


@pytest.mark.parametrize("address", [*READS, CELL])
def test_who_is_not_signed_in_is_asked_to(cast: Cast, address: str) -> None:
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("verb", EDITS)
@pytest.mark.parametrize(("name", "status"), [("Ivo", 403), ("Lena", 403), ("Auditor", 403), ("Tariq", 403), ("Olga", 404)])
def test_others_than_managers_write_nothing(cast: Cast, name: str, status: int, verb: str) -> None:
    answer = cast.browser(name).post(f"{DUTY}{verb}/", GIVE)
    assert answer.status_code == status
    assert cell(cast) == "empty"
    if status == 403:
        assert "Internal IT manager" in answer.content.decode()


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Tariq"])
def test_readers_see_no_way_to_write(cast: Cast, name: str) -> None:
    page = cast.browser(name).get(MATRIX).content.decode()
    assert "/cell/" not in page
    assert "Give nights" not in page
    assert "You read this matrix" in page
    assert cast.browser(name).get(CELL).status_code == 403


def test_the_matrix_shows_seventy_duties_and_says_that_nothing_is_signed(cast: Cast) -> None:
    page = cast.browser("Iris").get(MATRIX).content.decode()
    assert page.count('<tr id="d-') == 70
    assert "Not signed. Until both sides sign, the draft answers." in page
    assert "<title>Responsibility matrix, draft of version 1 - Harbor Dental</title>" in page


def test_a_blocking_finding_lies_under_its_duty_with_the_decisions_that_close_it(cast: Cast) -> None:
    page = cast.browser("Iris").get(MATRIX).content.decode()
    assert page.count('<tr class="fix"') == 17
    assert "Nobody does Backup job monitoring at night: 118 hours a week." in page
    assert "Give nights to Northwind MSP" in page
    assert "Let Internal IT do it day and night" in page


@pytest.mark.parametrize(("view", "count"), [("blocks", 17), ("night", 17), ("all", 70), ("nonsense", 70)])
def test_a_view_narrows_the_grid(cast: Cast, view: str, count: int) -> None:
    page = cast.browser("Iris").get(MATRIX, {"view": view}).content.decode()
    assert page.count('<tr id="d-') == count


def test_the_moment_asked_for_is_the_moment_answered(cast: Cast) -> None:
    browser = cast.browser("Iris")
    day, night = (browser.get(MATRIX, {"at": f"2026-11-24T{hour}:00"}).content.decode() for hour in (14, 22))
    assert "Tue 24 November 14:00, business hours" in day
    assert "Tue 24 November 22:00, after hours" in night
    assert day.count('class="side-of nobody">nobody') < night.count('class="side-of nobody">nobody')
    assert "from Wed 07:30" in night


@pytest.mark.parametrize("address", [MATRIX, DUTY])
@pytest.mark.parametrize("text", ["soon", "0001-01-01T00:00", "9999-12-31T23:59:59Z", "2026-13-01T00:00", "\x00", "2026-11-24T25:00"])
def test_a_moment_that_cannot_be_read_is_said_so(cast: Cast, address: str, text: str) -> None:
    answer = cast.browser("Iris").get(address, {"at": text})
    assert answer.status_code == 422
    assert "Write a moment like" in answer.content.decode()


def test_the_matrix_names_who_takes_over_a_duty_that_rests_now(cast: Cast) -> None:
    page = cast.browser("Lena").get(MATRIX, {"at": "2026-11-24T14:00"}).content.decode()
    assert 'from 17:30: </span><span class="side-of provider">Northwind MSP</span>' in page
    assert 'from 17:30: </span><span class="side-of nobody">nobody</span>' in page


@pytest.mark.parametrize("tail", ["no.such-duty/", "no.such-duty/cell/provider/", "backup.jobs/cell/nobody/", "nodot/"])
def test_what_the_client_does_not_have_is_not_here(cast: Cast, tail: str) -> None:
    assert cast.browser("Iris").get(MATRIX + tail).status_code == 404


@pytest.mark.parametrize("verb", EDITS)
def test_an_edit_is_never_a_get(cast: Cast, verb: str) -> None:
    assert cast.browser("Iris").get(f"{DUTY}{verb}/").status_code == 405


def test_two_clicks_change_a_letter_without_any_script(cast: Cast) -> None:
    browser = cast.browser("Iris")
    form = browser.get(CELL).content.decode()
    assert 'action="/harbor-dental/matrix/backup.jobs/letter/"' in form
    answer = browser.post(DUTY + "letter/", GIVE)
    assert (answer.status_code, answer.headers["Location"]) == (302, MATRIX + "#d-backup-jobs")
    assert cell(cast) == "R night"
    assert "Backup job monitoring. Northwind MSP: R night. Draft saved." in browser.get(MATRIX).content.decode()


def test_every_edit_has_its_address(cast: Cast) -> None:
    browser = cast.browser("Tess")
    for seen, (verb, more, left) in enumerate(
        [
            ("letter", {"letter": "R", "hours": "ALWAYS"}, "R always"),
            ("lead", {}, "R always, answers first"),
            ("hours", {"hours": "AFTER"}, "R night, answers first"),
            ("clear", {"letter": "R"}, "empty"),
            ("letter", {"letter": "I"}, "I"),
            ("clear", {}, "empty"),
        ],
        start=1,
    ):
        assert browser.post(f"{DUTY}{verb}/", {"party": "PROVIDER", "seen": str(seen), **more}).status_code == 302
        assert cell(cast) == left


def test_an_edit_leads_back_to_where_it_was_made(cast: Cast) -> None:
    browser = cast.browser("Iris")
    assert browser.post(DUTY + "letter/", GIVE | {"back": "duty"}).headers["Location"] == DUTY
    assert browser.post(DUTY + "clear/", GIVE | {"seen": "2", "back": "findings"}).headers["Location"] == FINDINGS
    assert browser.post(DUTY + "letter/", GIVE | {"seen": "3", "back": "https://elsewhere.test/"}).headers["Location"].startswith(MATRIX)


@pytest.mark.parametrize(
    ("verb", "more", "words"),
    [
        ("letter", {"party": "INTERNAL", "letter": "A"}, "already is accountable"),
        ("letter", {"letter": ""}, "Choose a letter"),
        ("letter", {"letter": "Z"}, "Select a valid choice"),
        ("hours", {"hours": "AFTER"}, "Give it the R first"),
        ("hours", {"hours": ""}, "Choose day, night or always"),
        ("lead", {}, "Give it the R first"),
        ("clear", {"letter": ""}, "already empty"),
        ("letter", {"seen": "x"}, "whole number"),
        ("letter", {"party": "MARTIANS"}, "Select a valid choice"),
    ],
)
def test_a_refused_edit_is_said_in_words(cast: Cast, verb: str, more: dict[str, str], words: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        answer = cast.browser("Iris").post(f"{DUTY}{verb}/", GIVE | more, headers=headers)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert cell(cast) == "empty"


def test_a_stale_edit_shows_both_values_and_can_be_insisted_on(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        actions.set_letter("backup.jobs", Party.PROVIDER, Letter.C, seen=1, by=tess, at=timezone.now())
    browser = cast.browser("Iris")
    for headers in ({}, {"HX-Request": "true"}):
        answer = browser.post(DUTY + "letter/", GIVE, headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "Put mine: R at night" in text
        assert "Keep theirs" in text
        assert "The cell now says: C." in text
        assert 'name="seen" value="2"' in text
    assert browser.post(DUTY + "letter/", GIVE | {"seen": "2"}).status_code == 302
    assert cell(cast) == "R night, C"


def test_a_script_gets_the_row_the_counts_and_the_words_alone(cast: Cast) -> None:
    answer = cast.browser("Iris").post(DUTY + "letter/", GIVE | {"editor": "1"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert text.count('<tr id="d-') == 1
    assert 'data-stamp="2"' in text
    assert '<span class="n bad-ink" id="n-blocks" hx-swap-oob="true">16</span>' in text
    assert "Northwind MSP: R night. Draft saved." in text
    assert 'id="editor-form"' in text
    assert "<html" not in text


def test_a_row_comes_back_for_the_moment_its_page_shows(cast: Cast) -> None:
    page = "http://testserver/harbor-dental/matrix/?at=2026-11-24T22:00"
    answer = cast.browser("Iris").post(DUTY + "letter/", GIVE, headers={"HX-Request": "true", "HX-Current-URL": page})
    assert 'class="side-of provider">Northwind MSP' in answer.content.decode()
    day = page.replace("22:00", "14:00")
    answer = cast.browser("Iris").post(
        DUTY + "hours/", GIVE | {"hours": "ALWAYS", "seen": "2"}, headers={"HX-Request": "true", "HX-Current-URL": day}
    )
    assert 'class="side-of internal">Internal IT' in answer.content.decode()


def test_another_moment_keeps_the_view(cast: Cast) -> None:
    page = cast.browser("Iris").get(MATRIX, {"view": "blocks"}).content.decode()
    assert '<input type="hidden" name="view" value="blocks">' in page


def test_the_findings_page_cures_and_remembers(cast: Cast) -> None:
    browser = cast.browser("Iris")
    page = browser.get(FINDINGS).content.decode()
    assert page.count("blocks signing</span>") == 17
    browser.post(DUTY + "letter/", GIVE | {"back": "findings"})
    assert browser.get(FINDINGS, {"view": "blocks"}).content.decode().count("blocks signing</span>") == 16
    closed = browser.get(FINDINGS, {"view": "closed"}).content.decode()
    assert "Backup job monitoring" in closed
    assert "Give nights" not in closed


def test_history_is_told_on_the_duty_page(cast: Cast) -> None:
    cast.browser("Iris").post(DUTY + "letter/", GIVE)
    page = cast.browser("Lena").get(DUTY).content.decode()
    assert "<b>Iris</b>" in page
    assert "Northwind MSP: R night" in page


def test_no_client_without_a_matrix_breaks_the_pages(cast: Cast) -> None:
    client = newcomer()
    add_person(cast, "Seaside's manager", "c_mgr", client)
    browser = cast.browser("Seaside's manager")
    assert "No matrix yet" in browser.get("/seaside-vets/matrix/").content.decode()
    assert browser.get("/seaside-vets/findings/").status_code == 200
    assert browser.get("/seaside-vets/matrix/backup.jobs/").status_code == 404


@pytest.mark.parametrize(("address", "budget"), [(MATRIX, 7), (FINDINGS, 9), (CELL, 5)])
def test_the_number_of_questions_to_the_database_is_fixed(cast: Cast, address: str, budget: int) -> None:
    browser = cast.browser("Iris")
    browser.get(address)
    with CaptureQueriesContext(connection) as caught:
        browser.get(address)
    own = [query["sql"] for query in caught if any(table in query["sql"] for table in OWN_TABLES)]
    assert len(own) == budget, "\n".join(own)


def test_another_clients_findings_are_in_no_page(cast: Cast) -> None:
    with cast.scope(cast.pine):
        row = Row.objects.for_tenant(cast.pine).filter(duty__key="backup.jobs").get()
        Finding.objects.create(
            tenant=cast.pine,
            code="R_GAP",
            duty=row.duty,
            severity="HIGH",
            blocks=True,
            sentence="Pine's secret hole.",
            opened_at=datetime(2026, 11, 24, tzinfo=UTC),
        )
    for address in READS:
        assert "secret hole" not in cast.browser("Iris").get(address).content.decode()
    assert "secret hole" in cast.browser("Tess").get("/pine-clinics/findings/").content.decode()


def test_hours_of_an_answer_are_the_clients(cast: Cast) -> None:
    with cast.scope():
        answer = queries.who_answers(cast.harbor.pk, "backup.jobs", datetime(2026, 11, 24, 20, 0, tzinfo=UTC))
        assert (answer.hours, answer.hours_text) == (Hours.BUSINESS.lower(), "Mon-Fri 07:30-17:30")
