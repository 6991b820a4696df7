"""The grid that writes: its page beside the version in force, places, views, edits by form and by fragment, refusals."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.vocabulary import Letter, Party
from responsibilities.actions import comments, drafting, editing, findings, writing
from responsibilities.actions.writing import Spot
from responsibilities.models import Acceptance, Calendar, Finding, Place, Row, Version
from tests.cast import Cast
from tests.responsibilities.test_pages import OWN_TABLES

pytestmark = pytest.mark.django_db
MATRIX, DRAFT = "/harbor-dental/matrix/", "/harbor-dental/matrix/draft/"
DUTY = MATRIX + "backup.jobs/"
SCRIPT = {"HX-Request": "true", "HX-Current-URL": "http://testserver" + DRAFT}


@pytest.fixture
def signed(cast: Cast) -> Cast:
    """Version 1 in force, version 2 being written, a clinic."""
    with cast.as_("Iris") as iris:
        began = timezone.now() - timedelta(days=3)
        Version.objects.for_tenant(cast.harbor).update(state="IN_FORCE", in_force_at=began, content="{}", content_hash="0")
        drafting.begin_draft(by=iris, at=timezone.now())
        Place.objects.create(tenant=cast.harbor, key="clinic", name="Clinic North", kind="SITE")
    return cast


def stamp(cast: Cast, spot: Spot) -> int:
    with cast.scope():
        rows = Row.objects.for_tenant(cast.harbor).filter(version__state="DRAFT").select_related("duty", "place")
        return next((row.stamp for row in rows if writing.spot_of(row) == spot), 0)


def give(cast: Cast, name: str, party: Party, letter: Letter, spot: Spot, *, hours: str = "ALWAYS") -> None:
    with cast.as_(name) as by:
        editing.write(editing.letter(party, letter, hours), spot, seen=stamp(cast, spot), by=by, at=timezone.now())


def page(cast: Cast, name: str = "Iris", address: str = DRAFT, **words: str) -> str:
    return cast.browser(name).get(address, words).content.decode()


def test_what_is_in_force_is_read_and_the_draft_has_a_page_of_its_own(signed: Cast) -> None:
    standing = page(signed, address=MATRIX)
    assert "Version 1, in force" in standing
    assert "/cell/" not in standing
    assert f'href="{DRAFT}"' in standing
    assert "Edit in draft 2" in standing
    draft = page(signed)
    assert "<title>Responsibility matrix, draft of version 2 - Harbor Dental</title>" in draft
    assert "Version 1 is in force and answers until this one is signed." in draft
    assert f"{DUTY}cell/provider/" in draft


def test_a_draft_is_begun_by_a_button_where_there_is_none(signed: Cast) -> None:
    with signed.scope():
        Version.objects.for_tenant(signed.harbor).filter(state="DRAFT").delete()
    assert f'action="{DRAFT}begin/"' in page(signed, address=MATRIX)
    assert f'action="{DRAFT}begin/"' not in page(signed, "Lena", MATRIX)
    assert signed.browser("Iris").get(DRAFT).headers["Location"] == MATRIX


@pytest.mark.parametrize("name", ["Lena", "Ivo", "Auditor", "Tariq"])
def test_others_read_the_draft(signed: Cast, name: str) -> None:
    text = page(signed, name)
    assert "You read this matrix" in text
    assert "/cell/" not in text
    assert "draft/undo/" not in text


def test_changed_cells_are_marked_and_counted(signed: Cast) -> None:
    assert 'id="n-changed">0</span>' in page(signed)
    give(signed, "Iris", Party.PROVIDER, Letter.R, Spot("backup.jobs"), hours="AFTER")
    text = page(signed)
    assert '<td id="d-backup-jobs-provider" class="cell provider new"' in text
    assert "does it, night, changed</span>" in text
    assert 'id="n-changed">1</span>' in text
    assert page(signed, view="changed").count('<tr id="d-') == 1


def test_a_place_prints_what_it_changes_and_greys_what_it_inherits(signed: Cast) -> None:
    give(signed, "Iris", Party.VENDOR, Letter.R, Spot("backup.jobs", "clinic"))
    text = page(signed, view="sites")
    row = text[text.index('<tr id="s-backup-jobs--clinic"') :].split("</tr>")[0]
    assert "at Clinic North" in row
    assert '<b class="l r" aria-hidden="true">R</b><small aria-hidden="true">always</small>' in row
    assert '<b class="l a same" aria-hidden="true">A</b>' in row
    assert "is accountable, inherited" in row
    assert f'href="{DUTY}cell/vendor/?place=clinic"' in row
    assert "Vendors</span>" in row
    assert "1 place</span>" in text


def test_one_place_is_read_and_written_alone(signed: Cast) -> None:
    text = page(signed, site="clinic")
    assert text.count('<tr id="d-') == 70
    assert 'data-place="clinic"' in text
    assert '<option value="clinic" selected>' in text
    answer = signed.browser("Iris").post(
        DUTY + "letter/",
        {"party": "VENDOR", "letter": "C", "seen": "0", "place": "clinic"},
        headers=SCRIPT | {"HX-Current-URL": f"http://testserver{DRAFT}?site=clinic"},
    )
    assert answer.status_code == 200
    assert answer.content.decode().count("<tr id=") == 1
    assert stamp(signed, Spot("backup.jobs", "clinic")) > 0
    assert page(signed, site="clinic", view="sites").count('<tr id="d-') == 1


def test_rules_of_a_category_stand_on_its_heading_and_reach_its_duties(signed: Cast) -> None:
    give(signed, "Iris", Party.VENDOR, Letter.I, Spot("backup.all"))
    text = page(signed)
    head = text[text.index('<tr id="g-backup-all"') :].split("</tr>")[0]
    assert "is informed" in head
    line = text[text.index('<tr id="d-backup-jobs"') :].split("</tr>")[0]
    assert '<b class="l i same" aria-hidden="true">I</b>' in line
    answer = signed.browser("Iris").post(
        MATRIX + "backup.all/letter/", {"party": "VENDOR", "letter": "C", "seen": str(stamp(signed, Spot("backup.all")))}, headers=SCRIPT
    )
    assert answer.headers["HX-Retarget"] == "#grid-body"
    assert answer.content.decode().count('<tr id="d-') == 70


def test_comments_that_wait_are_counted_in_notes(signed: Cast) -> None:
    with signed.as_("Tess") as tess:
        comments.say("backup.jobs", "Whose repository is this?", by=tess, at=timezone.now())
    text = page(signed, view="commented")
    assert text.count('<tr id="d-') == 1
    assert f'href="{DUTY}#comments"' in text
    assert "open comment</span>" in text


def test_the_answers_alone_are_asked_for_another_moment(signed: Cast) -> None:
    text = page(signed, "Lena", MATRIX + "answers/", at="2026-11-24T22:00")
    assert text.count('hx-swap-oob="true"') == 140
    assert "<html" not in text
    assert "nobody" in text[text.index('id="a-d-backup-jobs"') :][:200]
    give(signed, "Iris", Party.PROVIDER, Letter.R, Spot("backup.jobs"), hours="AFTER")
    later = page(signed, "Lena", DRAFT + "answers/", at="2026-11-24T22:00")
    assert "Northwind MSP" in later[later.index('id="a-d-backup-jobs"') :][:200]


@pytest.mark.parametrize(
    ("verb", "more", "words"),
    [
        ("who", {"letter": "R", "who": "person:x"}, "from the list"),
        ("who", {"letter": "R", "who": "team:99999"}, "no such team"),
        ("who", {"party": "PROVIDER", "letter": "R", "who": ""}, "own people"),
        ("backup", {"who": "team:99999"}, "no such team"),
        ("backup", {"who": "none"}, "no backup here"),
        ("more-hours", {"hours": "BUSINESS"}, "already does this"),
        ("hours", {"hours": "NOON"}, "no hours of that name"),
        ("half", {"party": "VENDOR", "text": "x"}, "does not do this duty"),
        ("only", {"letter": "C", "text": "x"}, "Nothing to clear"),
        ("besides", {"letter": "A"}, "Only who is consulted"),
        ("nobody", {"letter": "R", "undo": "on"}, "does not say nobody"),
        ("place", {"place": ""}, "Choose the place"),
        ("place", {"place": "nowhere"}, "no such place"),
        ("inherit", {"place": "clinic"}, "inherits already"),
    ],
)
def test_a_refused_edit_is_said_in_words(signed: Cast, verb: str, more: dict[str, str], words: str) -> None:
    sent = {"party": "INTERNAL", "seen": "1"} | more
    for headers in ({}, SCRIPT):
        answer = signed.browser("Iris").post(f"{DUTY}{verb}/", sent, headers=headers)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert stamp(signed, Spot("backup.jobs")) == 1


def test_every_new_edit_works_without_a_script(signed: Cast) -> None:
    browser, spot = signed.browser("Iris"), Spot("backup.jobs", "clinic")
    steps: list[tuple[str, dict[str, str]]] = [
        ("place", {}),
        ("letter", {"letter": "R", "hours": "BUSINESS"}),
        ("more-hours", {"hours": "AFTER"}),
        ("who", {"letter": "R", "was": "AFTER", "who": f"person:{signed.people['Ivo'].pk}"}),
        ("backup", {"who": f"person:{signed.people['Iris'].pk}"}),
        ("backup", {"who": "none"}),
        ("half", {"was": "AFTER", "text": "answers the phone"}),
        ("only", {"letter": "R", "text": "severity 1"}),
        ("letter", {"letter": "C"}),
        ("besides", {"letter": "C"}),
        ("nobody", {"letter": "I"}),
        ("nobody", {"letter": "I", "undo": "on"}),
        ("inherit", {}),
    ]
    for verb, more in steps:
        sent = {"party": "INTERNAL", "place": "clinic", "seen": str(stamp(signed, spot))} | more
        answer = browser.post(f"{DUTY}{verb}/", sent)
        assert (verb, answer.status_code) == (verb, 302), answer.content.decode()
        assert answer.headers["Location"] == f"{DRAFT}#d-backup-jobs"
    assert stamp(signed, spot) == 0


def bulk(*cells: str, **more: str) -> dict[str, object]:
    return {"party": "PROVIDER", "verb": "letter", "letter": "C", "cell": list(cells)} | more


def test_many_cells_are_written_and_answered_with_the_whole_grid_and_a_way_back(signed: Cast) -> None:
    answer = signed.browser("Iris").post(DRAFT + "bulk/", bulk("backup.jobs||1", "backup.scope||1"), headers=SCRIPT)
    text = answer.content.decode()
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "#grid-body")
    assert "2 cells: Northwind MSP, C." in text
    assert 'hx-post="/harbor-dental/matrix/draft/undo/"' in text
    plain = signed.browser("Iris").post(DRAFT + "undo/")
    assert plain.headers["Location"] == DRAFT
    assert stamp(signed, Spot("backup.jobs")) == 3


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"cell": ["nonsense"]}, "Choose the cells once more"),
        ({"cell": []}, "Choose the cells once more"),
        ({"letter": ""}, "Choose a letter"),
        ({"verb": "work"}, "Choose day, night or always"),
        ({"verb": "explode"}, "Select a valid choice"),
        ({"verb": "lead"}, "Give it the R first"),
        ({"cell": ["no.duty||0"]}, "no such duty"),
        ({"cell": [f"backup.jobs|x{number}|0" for number in range(401)]}, "between 1 and 400"),
    ],
)
def test_a_refused_act_over_many_cells_writes_nothing(signed: Cast, sent: dict[str, object], words: str) -> None:
    for headers in ({}, SCRIPT):
        answer = signed.browser("Iris").post(DRAFT + "bulk/", bulk("backup.jobs||1") | sent, headers=headers)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert stamp(signed, Spot("backup.jobs")) == 1


def test_many_cells_over_somebody_elses_edit_show_both_values(signed: Cast) -> None:
    give(signed, "Tess", Party.PROVIDER, Letter.S, Spot("backup.jobs"))
    browser = signed.browser("Iris")
    for headers in ({}, SCRIPT):
        answer = browser.post(DRAFT + "bulk/", bulk("backup.jobs||1", "backup.scope||1"), headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 409
        assert "it now says S; you wanted C" in text
        assert 'value="backup.jobs||2"' in text
        assert "Put mine" in text
        assert "Keep theirs" in text
    assert stamp(signed, Spot("backup.scope")) == 1
    assert browser.post(DRAFT + "bulk/", bulk("backup.jobs||2", "backup.scope||1")).status_code == 302


def test_taking_back_over_somebody_elses_edit_shows_both_values(signed: Cast) -> None:
    give(signed, "Iris", Party.PROVIDER, Letter.C, Spot("backup.jobs"))
    give(signed, "Tess", Party.PROVIDER, Letter.S, Spot("backup.jobs"))
    browser = signed.browser("Iris")
    for headers in ({}, SCRIPT):
        answer = browser.post(DRAFT + "undo/", headers=headers)
        assert answer.status_code == 409
        assert "it now says" in answer.content.decode()
        assert 'name="keep" value="on"' in answer.content.decode()
    text = answer.content.decode()
    act = text.split('name="act" value="')[1].split('"')[0]
    assert browser.post(DRAFT + "undo/", {"act": act, "cell": "backup.jobs||3"}).status_code == 302
    assert browser.post(DRAFT + "undo/").status_code == 422


def test_a_block_is_pasted_without_a_script(signed: Cast) -> None:
    browser = signed.browser("Iris")
    assert "The block" in browser.get(DRAFT + "paste/").content.decode()
    assert browser.post(DRAFT + "paste/", {"text": ""}).status_code == 422
    block = {"text": "Backup job monitoring\t\tR night\nGarden\tR", "line": "backup.jobs", "party": "INTERNAL", "place": ""}
    shown = browser.post(DRAFT + "paste/", block).content.decode()
    assert "Write 1 cell" in shown
    assert "No duty here is called Garden." in shown
    assert 'name="cell" value="backup.jobs||1"' in shown
    assert browser.post(DRAFT + "paste/apply/", block | {"cell": "backup.jobs||1"}).headers["Location"] == DRAFT
    assert stamp(signed, Spot("backup.jobs")) == 2
    stale = browser.post(DRAFT + "paste/apply/", block | {"cell": "backup.jobs||1"})
    assert stale.status_code == 409
    assert "Somebody was faster" in stale.content.decode()


def test_the_grid_of_a_draft_asks_eight_questions_at_most(signed: Cast) -> None:
    give(signed, "Iris", Party.VENDOR, Letter.R, Spot("backup.jobs", "clinic"))
    browser = signed.browser("Iris")
    browser.get(DRAFT)
    with CaptureQueriesContext(connection) as caught:
        browser.get(DRAFT)
    own = [query["sql"] for query in caught if any(table in query["sql"] for table in OWN_TABLES)]
    assert len(own) == 8, "\n".join(own)


def test_hours_of_a_name_are_offered_and_shown_by_it(signed: Cast) -> None:
    with signed.scope():
        version = Version.objects.for_tenant(signed.harbor).get(state="DRAFT")
        week = {"sat": ["08:00-17:00"]}
        Calendar.objects.create(
            tenant=signed.harbor, version=version, key="sat-desk", name="Saturday desk", zone="America/Chicago", week=week
        )
    give(signed, "Iris", Party.VENDOR, Letter.R, Spot("backup.jobs"), hours="sat-desk")
    text = page(signed)
    assert "Saturday desk</small>" in text
    assert "R Saturday desk</button>" in text
    form = page(signed, address=DUTY + "cell/vendor/")
    assert 'value="sat-desk"' in form


def test_a_finding_that_is_accepted_blocks_nothing_and_is_told(signed: Cast) -> None:
    with signed.as_("Iris") as iris:
        findings.recheck(Version.objects.for_tenant(signed.harbor).get(state="DRAFT"), by=iris, at=timezone.now())
        count = int(page(signed).split('id="n-blocks">')[1].split("<")[0])
        found = Finding.objects.for_tenant(signed.harbor).get(duty__key="backup.jobs", code="R_GAP", of_draft=True, state="OPEN")
        Acceptance.objects.create(
            tenant=signed.harbor,
            code=found.code,
            duty_key="backup.jobs",
            severity=found.severity,
            reason="Nights come next year.",
            user=signed.people["Lena"],
            accepted_by="Lena",
            accepted_at=timezone.now(),
            expires_at=timezone.now() + timedelta(days=30),
        )
    text = page(signed)
    assert f'id="n-blocks">{count - 1}</span>' in text
    assert "accepted until a date" in text


def test_a_finding_of_a_place_without_a_row_is_cured_in_a_row_of_its_own(signed: Cast) -> None:
    with signed.scope():
        row = Row.objects.for_tenant(signed.harbor).select_related("duty").get(duty__key="backup.jobs", version__state="DRAFT")
        said = {"code": "R_MISSING", "severity": "HIGH", "blocks": True, "of_draft": True, "sentence": "Nobody does it at Clinic North."}
        Finding.objects.create(tenant=signed.harbor, duty=row.duty, place="clinic", opened_at=timezone.now(), **said)
    text = page(signed)
    forms = [form.split("</form>")[0] for form in text.split("<form")[1:]]
    cure = next(form for form in forms if 'name="place" value="clinic"' in form)
    assert 'name="seen" value="0"' in cure
    assert f'action="{DUTY}letter/"' in cure


def test_a_person_is_named_where_the_rules_come_down_to_one(signed: Cast) -> None:
    with signed.as_("Iris") as iris:
        wish = editing.who(Party.INTERNAL, Letter.R, None, signed.people["Ivo"].pk)
        editing.write(wish, Spot("backup.jobs"), seen=1, by=iris, at=timezone.now())
    text = page(signed, at="2026-11-24T14:00")
    line = text[text.index('<tr id="d-backup-jobs"') :].split("</tr>")[0]
    assert '<span class="side-of internal">Ivo</span><span class="sr">, Internal IT</span>' in line
    assert "day Ivo</small>" in line
