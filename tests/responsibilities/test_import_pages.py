"""The pages of a client's own sheet, as people use them."""

import html
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comanaged.vocabulary import Party
from responsibilities import importers
from responsibilities.actions import drafting, editing, importing
from responsibilities.domain import content as contents
from responsibilities.domain import difference, raci
from responsibilities.importers import CannotRead
from responsibilities.importers.reading import Reading
from responsibilities.models import Upload, Version
from responsibilities.queries import reading, signing, uploads, whole
from tests.cast import Cast, add_person
from tests.responsibilities import agreeing
from tests.responsibilities.build import newcomer
from tests.responsibilities.importing import AT, FIVE, again, bring, line, table, work

pytestmark = pytest.mark.django_db
BASE = "/harbor-dental/matrix/import/"
HTMX = {"HX-Request": "true"}
SAMPLE = Path(__file__).parent.parent / "samples" / "matrices" / "manufacturer-msp-mssp.md"
POLYGLOT = "=cmd|'/c calc'!A1 <script>alert(1)</script> \"><img src=x onerror=alert(2)> ' {{ 7*7 }} {% raw %} javascript:alert(3)"


def write_form(page: str) -> dict[str, str]:
    """Return what the button that writes would send."""
    form = page[page.index('/write/"') :]
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', form) for name in ("seen", "draft", "lines")}
    return {name: html.unescape(match[1]) for name, match in found.items() if match}


def test_a_sheet_goes_from_the_form_to_the_draft(cast: Cast) -> None:
    iris = cast.browser("Iris")
    assert iris.get(BASE).status_code == 200
    sent = iris.post(BASE, {"file": SimpleUploadedFile("raci.md", b"| a | b |")})
    assert sent["Location"] == f"{BASE}1/"
    with cast.scope():
        row = Upload.objects.for_tenant(cast.harbor).get()
    assert "Reading raci.md" in iris.get(f"{BASE}1/").text
    assert iris.post(f"{BASE}1/answer/", {"also": "yes"}).status_code == 422
    work(row, FIVE)
    page = iris.get(f"{BASE}1/").text
    for title in ("1 Patch management &amp; deployment", "2 Firewall", "3 Security", "4 Forklift telematics", "5 Backup &amp; recovery"):
        assert page.count(f'<div class="orig">{title}') == 1
    refused = iris.post(f"{BASE}1/write/", write_form(page))
    assert refused.status_code == 422
    assert "<title>Error: Check what we read - Harbor Dental" in refused.text
    assert "Answer the question" in refused.text
    assert iris.post(f"{BASE}1/answer/", {"also": "yes"})["Location"] == f"{BASE}1/#question"
    done = iris.post(f"{BASE}1/write/", write_form(iris.get(f"{BASE}1/").text), follow=True)
    assert "Became duties of your own" in done.text
    assert "/harbor-dental/matrix/?view=blocks" in done.text
    assert "raci.md" in iris.get(BASE).text


def test_pasted_cells_are_a_sheet_too(cast: Cast) -> None:
    iris = cast.browser("Iris")
    for text, name in (
        ("Duty\tIT\tMSP\nAntivirus\tA\tR", "pasted.tsv"),
        ("| Duty | IT |\n| --- | --- |", "pasted.md"),
        ("Duty,IT", "pasted.csv"),
        ("|===\n|a\n|===", "pasted.adoc"),
    ):
        assert iris.post(BASE, {"text": text}).status_code == 302
        with cast.scope():
            assert Upload.objects.for_tenant(cast.harbor).order_by("-number")[0].filename == name


def test_a_file_that_is_missing_or_too_large_is_refused_and_what_was_typed_is_kept(cast: Cast) -> None:
    iris = cast.browser("Iris")
    nothing = iris.post(BASE, {"text": "  "})
    assert (nothing.status_code, "Choose a file, or paste cells" in nothing.text) == (422, True)
    large = iris.post(BASE, {"file": SimpleUploadedFile("a.xlsx", b"x" * (10 * 1024 * 1024 + 1)), "text": "kept words"})
    assert (large.status_code, "larger than 10 MB" in large.text, "kept words" in large.text) == (422, True, True)


def test_the_page_of_reading_is_asked_for_again_and_says_nothing_twice(cast: Cast) -> None:
    iris = cast.browser("Iris")
    iris.post(BASE, {"text": "Duty,IT,MSP\nAntivirus,A,R"})
    page = iris.get(f"{BASE}1/").text
    mark = re.search(r'If-None-Match": "\\"(\w+)\\"', html.unescape(page))
    assert mark
    asked = {**HTMX, "If-None-Match": f'"{mark[1]}"'}
    assert iris.get(f"{BASE}1/", headers=asked).status_code == 304
    with connection.cursor() as cursor, cast.scope():
        cursor.execute("UPDATE responsibilities_upload SET attempts = 2")
    moved = iris.get(f"{BASE}1/", headers=asked)
    assert (moved.status_code, "try 2" in moved.text, "<html" in moved.text) == (200, True, False)
    with cast.scope():
        row = Upload.objects.for_tenant(cast.harbor).get()
    work(row, FIVE)
    assert iris.get(f"{BASE}1/", headers=asked)["HX-Refresh"] == "true"


def test_a_file_that_could_not_be_read_says_why_and_what_to_do(cast: Cast) -> None:
    bring(cast, CannotRead("This is no spreadsheet that can be read. Save it as XLSX again."))
    page = cast.browser("Tess").get(f"{BASE}1/")
    assert "Save it as XLSX again." in page.text
    assert "Bring another file" in page.text


def test_one_row_is_answered_alone_with_the_counts_around_it(cast: Cast) -> None:
    bring(cast)
    iris = cast.browser("Iris")
    asked = {"line": "0-4", "choice": "vendor.assets", "was": "own:own"}
    told = iris.post(f"{BASE}1/row/", asked, headers=HTMX).text
    assert told.lstrip().startswith('<div class="read" id="row-0-4">')
    assert '<option value="vendor.assets" selected>' in told
    assert "1 row, all looked at" in told
    assert told.count('id="row-') == 1
    assert 'id="foot" hx-swap-oob="true"' in told
    assert iris.post(f"{BASE}1/row/", asked)["Location"] == f"{BASE}1/#row-0-4"
    wrong = iris.post(f"{BASE}1/row/", {**asked, "choice": "no.such"}, headers=HTMX)
    assert (wrong.status_code, wrong["HX-Retarget"]) == (422, "#review")


def test_a_row_somebody_else_decided_shows_both_values(cast: Cast) -> None:
    bring(cast)
    cast.browser("Tess").post(f"{BASE}1/row/", {"line": "0-4", "choice": "out", "was": "own:own"})
    iris, asked = cast.browser("Iris"), {"line": "0-4", "choice": "vendor.assets", "was": "own:own"}
    for headers in ({}, HTMX):
        told = iris.post(f"{BASE}1/row/", asked, headers=headers)
        assert told.status_code == 409
        assert "Tess decided on this row since you saw it: <b>Left out</b>. You wanted: <b>Asset inventory</b>." in told.text
    again_ = iris.post(f"{BASE}1/row/", {**asked, "was": "out"}, headers=HTMX)
    assert again_.status_code == 200


def test_a_draft_edited_meanwhile_is_told_with_both_values_and_two_ways_on(cast: Cast) -> None:
    bring(cast)
    iris = cast.browser("Iris")
    iris.post(f"{BASE}1/answer/", {"also": "yes"})
    form = write_form(iris.get(f"{BASE}1/").text)
    with cast.as_("Tess") as tess:
        stamp = int(dict(one.split("=") for one in form["lines"].split(","))["security.network"])
        editing.set_letter("security.network", Party.END_USER, raci.Letter.I, seen=stamp, by=tess, at=AT)
        editing.set_letter("security.network", Party.PROVIDER, raci.Letter.S, seen=stamp + 1, by=tess, at=AT)
    clash = iris.post(f"{BASE}1/write/", form)
    assert clash.status_code == 409
    assert "it now says" in clash.text
    assert "you wanted" in clash.text
    forms = [
        {name: html.unescape(value) for name, value in re.findall(r'name="(seen|draft|lines)" value="([^"]*)"', one)}
        for one in clash.text.split("<form")[1:]
        if 'name="lines"' in one
    ]
    mine, theirs = forms
    assert "security.network" in mine["lines"]
    assert "security.network" not in theirs["lines"]
    done = iris.post(f"{BASE}1/write/", theirs, follow=True)
    assert "Stayed open" in done.text
    with cast.scope():
        assert again(Upload.objects.for_tenant(cast.harbor).get()).result["later"] == ["0-2"]


def test_a_review_decided_on_meanwhile_is_shown_again_before_it_is_written(cast: Cast) -> None:
    bring(cast)
    iris = cast.browser("Iris")
    iris.post(f"{BASE}1/answer/", {"also": "yes"})
    form = write_form(iris.get(f"{BASE}1/").text)
    cast.browser("Tess").post(f"{BASE}1/row/", {"line": "0-4", "choice": "out", "was": "own:own"})
    told = iris.post(f"{BASE}1/write/", form)
    assert (told.status_code, "Changed: Forklift telematics." in told.text) == (409, True)


def test_what_a_sheet_says_is_text_wherever_it_is_shown(cast: Cast) -> None:
    parties = (POLYGLOT, "MSP")
    row = line(1, POLYGLOT, f"A ({POLYGLOT})", f"R ({POLYGLOT})", section=POLYGLOT, parties=parties, more=((POLYGLOT, POLYGLOT),))
    read = Reading("csv", (table(row, parties=parties, sheet=POLYGLOT), table(row, sheet=POLYGLOT)), ((1, POLYGLOT),))
    bring(cast, read)
    iris = cast.browser("Iris")
    iris.post(f"{BASE}1/tables/", {"table": ["0"]})
    iris.post(f"{BASE}1/columns/", {"column-0": "INTERNAL"})
    shown = [iris.get(f"{BASE}1/").text]
    done = iris.post(f"{BASE}1/write/", write_form(shown[0]), follow=True)
    with cast.scope():
        (key,) = [duty.key for duty in reading.duties_of(cast.harbor.pk) if reading.is_own(duty.key)]
    shown += [done.text, *(iris.get(f"/harbor-dental/{path}").text for path in ("matrix/", f"matrix/{key}/", "findings/", "history/"))]
    for page in shown:
        for word in ("<script>alert", "<img src=x", '"><img'):
            assert word not in page
    assert all("alert(1)" in page for page in shown[:4])


def test_the_sample_of_a_manufacturer_becomes_a_first_draft_with_its_own_letters(cast: Cast) -> None:
    client = newcomer()
    add_person(cast, "Iris", "c_mgr", client)
    iris, base = cast.browser("Iris"), "/seaside-vets/matrix/import/"
    iris.post(base, {"file": SimpleUploadedFile(SAMPLE.name, SAMPLE.read_bytes())})
    with cast.scope(client):
        row = Upload.objects.for_tenant(client).get()
    read = importers.read_apart(SAMPLE.name, SAMPLE.read_bytes())
    work(row, read)
    page = iris.get(f"{base}1/").text
    (rows,) = (one.lines for one in read.tables if len(one.lines) == 47)
    assert all(page.count(f'<div class="orig">{html.escape(f"{one.ref} {one.duty}", quote=True)}</div>') == 1 for one in rows)
    assert page.count('class="orig"') == 47
    assert "One question first: 8 rows have an A but no R." in page
    iris.post(f"{base}1/answer/", {"also": "no"})
    done = iris.post(f"{base}1/write/", write_form(iris.get(f"{base}1/").text), follow=True)
    assert done.status_code == 200
    with cast.scope(client):
        result = again(row).result
        assert len(result["lines"]) == 47
        matrix = reading.matrix_of(client.pk, AT)
        columns = {column.heading: column.known for column in uploads.sheet_of(again(row), AT).columns}
        for name, key in result["lines"].items():
            sheet_row = next(one for one in rows if name.endswith(f"-{one.number}"))
            wanted = {(columns[part.party], letter, part.qualifier) for part in sheet_row.parts for letter in part.letters}
            assert {(rule.party, rule.letter, rule.qualifier) for rule in matrix.rules[key]} == wanted, sheet_row.duty
        several = {key for key, rules in matrix.rules.items() if sum(rule.letter == "R" for rule in rules) > 1}
        assert len(several) == 19
        assert not any(rule.lead for rules in matrix.rules.values() for rule in rules)


def queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(path).status_code == 200
    return len(counted)


def test_the_page_asks_the_database_no_more_for_a_longer_sheet(cast: Cast) -> None:
    few = Reading("csv", (table(*(line(number, f"Zebra {number}", "A", "R", "C", "I") for number in range(1, 6))),))
    many = Reading("csv", (table(*(line(number, f"Zebra {number}", "A", "R", "C", "I") for number in range(1, 200))),))
    bring(cast, few, content=b"few")
    bring(cast, many, content=b"many")
    iris = cast.browser("Iris")
    queries(iris, f"{BASE}1/")
    counts = [queries(iris, f"{BASE}{number}/") for number in (1, 2)]
    assert counts[0] == counts[1] <= 22, counts


# --- duties of the client's own


@pytest.fixture
def owning(cast: Cast) -> str:
    """A draft of version 2 at Harbor Dental with a duty of its own under vendors; return its key."""
    agreeing.in_force(cast, AT)
    with cast.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=AT)
    row = bring(cast)
    with cast.as_("Iris") as iris:
        importing.answer(1, True, by=iris, at=AT)
        importing.decide_line(1, "0-4", "own:vendor", was="own:own", by=iris, at=AT)
        importing.decide_line(1, "0-2", "own:own", was="security.network", by=iris, at=AT)
        page = uploads.review(again(row), iris, AT)
        lines = {key: int(stamp) for key, _, stamp in (one.partition("=") for one in page.seen.split(","))}
        importing.write(1, importing.Seen(page.upload.stamp, page.draft, lines), by=iris, at=AT)
    return "own.forklift-telematics"


def test_own_duties_stand_under_their_category_wherever_a_matrix_is_shown(cast: Cast, owning: str) -> None:
    iris = cast.browser("Iris")
    draft = iris.get("/harbor-dental/matrix/draft/").text
    assert draft.index(">Vendors &amp; assets") < draft.index("Forklift telematics") < draft.index(">Own duties")
    assert draft.index(">Own duties") < draft.index("Firewall administration (Palo Alto)")
    assert "Forklift telematics" not in iris.get("/harbor-dental/matrix/").text
    page = iris.get(f"/harbor-dental/matrix/{owning}/")
    assert (page.status_code, "Forklift telematics" in page.text) == (200, True)
    for path in ("versions/1..2/", "versions/2/"):
        assert "Forklift telematics" in iris.get(f"/harbor-dental/matrix/{path}").text, path
    cell = iris.get(f"/harbor-dental/matrix/{owning}/cell/provider/")
    assert cell.status_code == 200
    with cast.scope():
        version = Version.objects.for_tenant(cast.harbor).select_related("tenant").get(number=2)
        said = signing.content_of(version, AT)
        assert (said.duties[owning].name, said.duties[owning].category) == ("Forklift telematics", "vendor")
        assert contents.parsed(contents.canonical(said)) == contents.parsed(contents.canonical(signing.content_of(version, AT)))
        groups = [group.name for group in whole.whole(said).groups]
        assert groups[-1] == "Own duties"
        standing = Version.objects.for_tenant(cast.harbor).select_related("tenant").get(number=1)
        assert owning not in signing.content_of(standing, AT).duties
        changes = difference.changes(signing.content_of(standing, AT), said)
        assert {change.party for change in changes if change.about == owning} >= {"internal", "provider"}


def test_own_duties_are_written_signed_and_answer_like_any_other(cast: Cast, owning: str) -> None:
    iris = cast.browser("Iris")
    with cast.scope():
        version = agreeing.in_force(cast, AT)
    assert version.number == 2
    page = iris.get("/harbor-dental/matrix/").text
    assert "Forklift telematics" in page
    assert "Forklift telematics" in iris.get("/harbor-dental/matrix/versions/2/appendix/").text
    api = cast.api(cast.key(cast.harbor, "k_read"))
    answers = api.get("/api/v1/answers/", {"duty": owning}).json()["results"]
    assert [one["duty"] for one in answers] == [owning]
    assert owning in api.get("/api/v1/matrix/").text


def test_other_peoples_sheets_are_not_there_and_a_technician_is_told_who_may(cast: Cast) -> None:
    bring(cast)
    assert cast.browser("Pine's manager").get(f"{BASE}1/").status_code == 404
    assert cast.browser("Tess").get(f"/pine-clinics/matrix/import/{quote('1')}/").status_code == 404
    told = cast.browser("Ivo").get(f"{BASE}1/")
    assert (told.status_code, "can do this" in told.text) == (403, True)
    assert cast.browser("Iris").get(f"{BASE}999999999/").status_code == 404


def test_without_a_draft_the_page_leads_to_where_one_begins(cast: Cast) -> None:
    agreeing.in_force(cast, AT)
    bring(cast)
    iris = cast.browser("Iris")
    iris.post(f"{BASE}1/answer/", {"also": "yes"})
    page = iris.get(f"{BASE}1/").text
    assert 'begin a new draft, then write into that one.</b> <a href="/harbor-dental/matrix/">' in page
    refused = iris.post(f"{BASE}1/write/", write_form(page))
    assert (refused.status_code, "a change begins a new draft" in refused.text) == (422, True)
