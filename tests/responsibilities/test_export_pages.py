"""A version as files, by its addresses: who gets them, what they hold, what they are called, and the entry that says who took one."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from comanaged import walls
from comanaged.accounts.models import Organisation
from comanaged.audit import trail
from comanaged.audit.models import Entry
from responsibilities.actions import drafting
from responsibilities.actions import exporting as actions
from responsibilities.domain import content as contents
from responsibilities.exporters import files
from responsibilities.exporters.document import UNSIGNED
from responsibilities.importers import own
from responsibilities.models import Duty, Version
from tests.cast import Cast
from tests.responsibilities import agreeing, pdf
from tests.responsibilities.agreeing import AT
from tests.responsibilities.exporting import formulas, pages, parts
from tests.walls.test_canaries import unscoped

pytestmark = pytest.mark.django_db
VERSIONS = "/harbor-dental/matrix/versions"
API = "/api/v1/matrix/export/"
NAMES = {
    "pdf": "appendix.pdf",
    "xlsx": "matrix.xlsx",
    "csv": "matrix.csv",
    "requirements-xlsx": "responsibilities.xlsx",
    "requirements-csv": "responsibilities.csv",
    "fedramp-xlsx": "fedramp.xlsx",
}
EVERY = pytest.mark.parametrize("kind", list(NAMES))


def at(number: int, kind: str) -> str:
    return f"{VERSIONS}/{number}/{NAMES[kind]}"


def entries(cast: Cast) -> list[tuple[str, dict[str, Any]]]:
    """Return who took which files, the newest first."""
    with cast.scope():
        rows = Entry.objects.for_tenant(cast.harbor).filter(action=actions.NAME).order_by("-number")
        return [(row.who, json.loads(row.after)) for row in rows]


@pytest.fixture
def reader(cast: Cast) -> Client:
    return cast.api(cast.key(cast.harbor, "k_read"))


# --- what was signed


@EVERY
def test_a_signed_version_is_kept_as_a_file_and_never_opened_in_our_pages(cast: Cast, kind: str) -> None:
    agreeing.in_force(cast)
    answer = cast.browser("Auditor").get(at(1, kind))
    assert (answer.status_code, answer["Content-Type"]) == (200, files.FILES[kind].media_type)
    name = answer["Content-Disposition"]
    assert name.startswith('attachment; filename="harbor-dental-')
    assert f"-v1.{files.FILES[kind].suffix}\"; filename*=UTF-8''Harbor%20Dental%2C%20" in name
    assert name.isascii()
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Security-Policy"] == files.NEVER_OPENED
    assert len(answer.content) > 3000


@EVERY
def test_each_file_taken_is_an_entry_that_both_sides_read(cast: Cast, kind: str) -> None:
    version = agreeing.in_force(cast)
    cast.browser("Tariq").get(at(1, kind))
    (entry,) = entries(cast)
    assert entry[0] == "Tariq"
    assert (entry[1]["file"], entry[1]["content"]) == (kind, contents.mark(version.content_hash))
    with cast.scope():
        assert trail.history_of(version)[0].action == actions.NAME
        assert trail.first_break(cast.harbor.pk) is None


def test_the_sheet_says_what_was_signed_though_names_changed_since(cast: Cast) -> None:
    version = agreeing.in_force(cast)
    Organisation.objects.filter(pk=cast.northwind.pk).update(name="Southwind MSP")
    with cast.scope():
        Duty.objects.for_tenant(cast.harbor).filter(key="backup.jobs").update(name="Renamed")
    found = own.of_xlsx(cast.browser("Iris").get(at(1, "xlsx")).content)
    assert found is not None
    assert contents.digest(contents.canonical(found.content)) == version.content_hash
    assert contents.canonical(found.content) == version.content
    text = pdf.whole(cast.browser("Iris").get(at(1, "pdf")).content)
    assert "Northwind MSP" in text
    assert "Southwind" not in text


def test_the_print_holds_every_row_its_acceptances_both_signatures_and_its_mark_on_each_sheet(cast: Cast) -> None:
    version = agreeing.in_force(cast)
    content = contents.parsed(version.content)
    sheets = pdf.sheets(cast.browser("Lena").get(at(1, "pdf")).content)
    text = pdf.squeezed(" ".join(sheets))
    assert all(pdf.squeezed(duty.name) in text for duty in content.duties.values())
    assert all(contents.mark(version.content_hash) in sheet for sheet in sheets)
    assert 2 <= len(sheets) <= 5
    assert pdf.squeezed("Signed by Iris, 24 November 2026 10:00, America/Chicago") in text
    assert pdf.squeezed("Signed by Tess, 24 November 2026 10:00, America/Chicago") in text
    assert text.count(pdf.squeezed("Until the new desk opens.")) >= 3
    assert version.content_hash in text


def test_the_table_holds_a_row_for_every_line(cast: Cast) -> None:
    version = agreeing.in_force(cast)
    text = cast.browser("Ivo").get(at(1, "csv")).content.decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    lines = contents.parsed(version.content).lines
    assert [(row["Duty key"], row["Place key"]) for row in rows] != []
    assert {(row["Duty key"], row["Place key"]) for row in rows} == {line.key for line in lines}
    jobs = next(row for row in rows if row["Duty key"] == "backup.jobs")
    assert (jobs["Internal IT"], jobs["Internal IT: hours"]) == ("A, R", "day")


def test_a_superseded_version_says_since_and_until_when(cast: Cast) -> None:
    agreeing.in_force(cast)
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(state="SUPERSEDED", superseded_at=AT + timedelta(days=30))
    answer = cast.browser("Iris").get(at(1, "xlsx"))
    assert "draft" not in answer["Content-Disposition"]
    assert "superseded 24 December 2026" in str(pages(answer.content)["Matrix"][1][0])


def test_the_requirements_name_their_duties_and_where_the_proof_is(cast: Cast, settings: Any) -> None:
    settings.ADDRESS = "https://portal.example.test"
    agreeing.in_force(cast)
    rows = pages(cast.browser("Auditor").get(at(1, "requirements-xlsx")).content)["Requirements"]
    assert len(rows) == 113
    row = next(row for row in rows if row[0] == "3.8.9")
    assert "(backup." in row[9]
    assert str(row[10]).startswith("https://portal.example.test/harbor-dental/matrix/backup.")


def test_a_duty_of_the_clients_own_serves_what_it_says_it_serves(cast: Cast) -> None:
    with cast.scope():
        Duty.objects.for_tenant(cast.harbor).update(regulated=[])
        Duty.objects.for_tenant(cast.harbor).filter(key="backup.jobs").update(regulated=["3.8.9"])
    rows = {row[0]: row for row in pages(cast.browser("Auditor").get(at(1, "requirements-xlsx")).content)["Requirements"]}
    assert (rows["3.8.9"][3], rows["3.8.9"][9]) == ("Client", "Backup job monitoring (backup.jobs)")
    assert rows["3.1.1"][3] == "Nobody"


# --- what is open


@EVERY
def test_a_draft_is_told_apart_in_its_name_and_inside(cast: Cast, kind: str) -> None:
    answer = cast.browser("Tess").get(at(1, kind))
    assert answer.status_code == 200
    assert "-draft." in answer["Content-Disposition"]
    assert "draft%2C%20not%20signed" in answer["Content-Disposition"]
    inside = {
        "pdf": lambda body: all(UNSIGNED in sheet for sheet in pdf.sheets(body)),
        "csv": lambda body: body.decode().count(UNSIGNED) > 50,
        "xlsx": lambda body: all(UNSIGNED in text for name, text in parts(body).items() if "worksheets/sheet" in name),
    }
    assert inside[files.FILES[kind].suffix](answer.content)
    assert entries(cast)[0][1]["state"] == UNSIGNED


def test_what_is_proposed_is_exported_as_it_was_frozen_and_still_is_no_signed_one(cast: Cast) -> None:
    with cast.scope():
        agreeing.accept_all(cast)
    version = agreeing.propose(cast)
    agreeing.sign(cast, "Iris")
    with cast.scope():
        Duty.objects.for_tenant(cast.harbor).filter(key="backup.jobs").update(name="Renamed")
    body = cast.browser("Tess").get(at(1, "xlsx")).content
    found = own.of_xlsx(body)
    assert found is not None
    assert contents.canonical(found.content) == version.content
    legend = {str(row[0]): str(row[1]) for row in pages(body)["Legend"]}
    assert legend["State"] == f"{UNSIGNED} (proposed)"
    assert legend["Signature of Harbor Dental"].startswith("Iris: signed by Iris")
    assert legend["Signature of Northwind MSP"] == "not signed"


def test_a_draft_beside_what_is_in_force_is_exported_by_its_own_number(cast: Cast) -> None:
    agreeing.in_force(cast)
    with cast.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=AT)
    iris_browser = cast.browser("Iris")
    assert UNSIGNED in str(pages(iris_browser.get(at(2, "xlsx")).content)["Matrix"][1][0])
    assert UNSIGNED not in str(pages(iris_browser.get(at(1, "xlsx")).content)["Matrix"][1][0])


# --- who


@EVERY
@pytest.mark.parametrize("name", ["Iris", "Ivo", "Lena", "Auditor", "Tariq", "Tess", "Provider administrator"])
def test_every_member_may(cast: Cast, kind: str, name: str) -> None:
    assert cast.browser(name).get(at(1, kind)).status_code == 200


@EVERY
def test_strangers_find_nothing_and_leave_no_entry(cast: Cast, kind: str) -> None:
    for name in ("Pine's manager", "Olga"):
        assert cast.browser(name).get(at(1, kind)).status_code == 404
    assert Client().get(at(1, kind)).status_code == 302
    assert cast.browser("Iris").get(at(7, kind)).status_code == 404
    assert cast.browser("Iris").post(at(1, kind)).status_code == 405
    assert cast.browser("Iris").head(at(1, kind)).status_code == 405
    assert entries(cast) == []


@EVERY
def test_a_reading_key_may_and_its_name_stands_in_the_entry(cast: Cast, reader: Client, kind: str) -> None:
    agreeing.in_force(cast)
    answer = reader.get(API, {"format": kind})
    assert (answer.status_code, answer["Content-Type"]) == (200, files.FILES[kind].media_type)
    assert answer.content == cast.browser("Iris").get(at(1, kind)).content
    assert answer["Cache-Control"] == "no-store"
    with cast.scope():
        entry = Entry.objects.for_tenant(cast.harbor).filter(action=actions.NAME).order_by("number")[0]
        assert entry.who.startswith("Key ")
        assert entry.key_id is not None


def test_other_keys_may_not(cast: Cast) -> None:
    agreeing.in_force(cast)
    for kind in ("k_desk", "k_evidence"):
        assert cast.api(cast.key(cast.harbor, kind)).get(API).status_code == 403
    foreign = cast.api(cast.key(cast.pine, "k_read"))
    assert foreign.get(API, {"client": "harbor-dental"}).status_code == 404
    assert foreign.get(API).status_code == 200, "its own client's"
    assert b"pine-clinics" in foreign.get(API, {"format": "csv"})["Content-Disposition"].encode()
    assert Client().get(API).status_code == 401
    assert entries(cast) == []


def test_the_api_gives_the_sheet_of_what_is_in_force_unless_it_is_asked_for_another(cast: Cast, reader: Client) -> None:
    agreeing.in_force(cast)
    with cast.as_("Iris") as iris:
        drafting.begin_draft(by=iris, at=AT)
    assert "-v1.xlsx" in reader.get(API)["Content-Disposition"]
    assert "-v2-draft.csv" in reader.get(API, {"version": "2", "format": "csv"})["Content-Disposition"]
    assert reader.get(API, headers={"Accept": "application/pdf"}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"format": "docx"}, 400), ({"format": "json"}, 400), ({"version": "x"}, 400), ({"version": "7"}, 404), ({"format": "PDF"}, 400)],
)
def test_the_api_refuses_in_words_what_there_is_not(cast: Cast, reader: Client, asked: dict[str, str], status: int) -> None:
    answer = reader.get(API, asked)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["errors"].keys() == asked.keys()


# --- refused, walls, costs


def test_a_version_that_does_not_fit_is_refused_in_words_and_leaves_no_entry(
    cast: Cast, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("responsibilities.exporters.appendix.MOST", 3)
    answer = cast.browser("Iris").get(at(1, "pdf"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Error: Version 1 was not exported" in text
    assert "70 lines, more than the PDF holds" in text
    assert at(1, "xlsx") in text
    told = reader.get(API, {"format": "pdf"})
    assert (told.status_code, told["Content-Type"]) == (409, "application/problem+json")
    assert entries(cast) == []


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_a_file_holds_one_client_whichever_wall_stands(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    agreeing.in_force(cast)
    iris = cast.browser("Iris")
    before = {kind: iris.get(at(1, kind)).content for kind in NAMES}
    with walls.as_owner():
        assert {kind: iris.get(at(1, kind)).content for kind in NAMES} == before, "the managers alone"
    unscoped(monkeypatch)
    assert {kind: iris.get(at(1, kind)).content for kind in NAMES} == before, "the database alone"


@pytest.mark.django_db(transaction=True, databases=["default", "system"])
def test_the_turn_to_write_entries_is_not_kept_while_a_file_is_made(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []

    def made(found: object, serves: object) -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 871 AND pid = pg_backend_pid()")
            held.append(cursor.fetchone()[0])
        return b"x"

    usual = files.FILES["csv"]
    monkeypatch.setattr(files, "FILES", {"csv": files.File(usual.name, usual.suffix, usual.words, usual.media_type, made)})
    cast.browser("Iris").get(at(1, "csv"))
    assert held == [0]


@pytest.mark.parametrize(("kind", "most"), [("xlsx", 14), ("csv", 14), ("pdf", 14), ("requirements-xlsx", 15), ("fedramp-xlsx", 15)])
def test_what_was_signed_costs_a_fixed_number_of_queries(
    cast: Cast,
    django_assert_max_num_queries,  # type: ignore[no-untyped-def]
    kind: str,
    most: int,
) -> None:
    agreeing.in_force(cast)
    iris = cast.browser("Iris")
    iris.get(at(1, kind))
    with django_assert_max_num_queries(most):
        iris.get(at(1, kind))


def test_a_draft_costs_a_fixed_number_of_queries(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    iris = cast.browser("Iris")
    iris.get(at(1, "xlsx"))
    with django_assert_max_num_queries(23):
        iris.get(at(1, "xlsx"))


def test_the_pages_of_versions_lead_to_the_files(cast: Cast) -> None:
    agreeing.in_force(cast)
    iris = cast.browser("Iris")
    page = iris.get(f"{VERSIONS}/1/").content.decode()
    assert all(f'<a download href="{at(1, kind)}">' in page for kind in NAMES)
    assert "Each file says" not in page
    listing = iris.get(f"{VERSIONS}/").content.decode()
    assert all(at(1, kind) in listing for kind in ("pdf", "xlsx", "csv"))
    assert at(1, "pdf") in iris.get(f"{VERSIONS}/1/appendix/").content.decode()
    with cast.as_("Iris") as by:
        drafting.begin_draft(by=by, at=AT)
    assert "Each file says “Draft, not signed”" in iris.get(f"{VERSIONS}/2/").content.decode()


# --- names of files


@pytest.mark.parametrize(
    "name",
    ['Harbor "Dental"', "Harbor\r\nX-Evil: 1", "../../etc/passwd", "Zahnärzte am Hafen", "Стоматология", "=cmd|x", "x" * 300, "a;b=c"],
)
def test_g4_no_name_of_a_client_breaks_out_of_the_name_of_a_file(cast: Cast, name: str) -> None:
    Organisation.objects.filter(pk=cast.harbor.pk).update(name=name[:120])
    for kind in NAMES:
        answer = cast.browser("Iris").get(at(1, kind))
        assert answer.status_code == 200
        told = answer["Content-Disposition"]
        assert told.isascii()
        assert told.count('"') == 2
        assert len(told) < 900
        assert not {"\r", "\n", "/", "\\"} & set(told)
        assert "%0D" not in told
        assert "%2F" not in told


def test_g3_texts_of_a_client_are_texts_in_every_sheet_it_takes(cast: Cast) -> None:
    with cast.scope():
        Duty.objects.for_tenant(cast.harbor).update(name='=HYPERLINK("https://evil.test")')
    Organisation.objects.filter(pk=cast.harbor.pk).update(name="@SUM(A1)")
    for kind in ("xlsx", "requirements-xlsx", "fedramp-xlsx"):
        assert formulas(cast.browser("Iris").get(at(1, kind)).content) == []
    for kind in ("csv", "requirements-csv"):
        assert list(bare(cast.browser("Iris").get(at(1, kind)).content.decode())) == []


def bare(text: str) -> Iterator[str]:
    """Yield the cells of a table that a spreadsheet would read as formulas."""
    for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        yield from (cell for cell in row if cell.strip()[:1] in {"=", "+", "-", "@"})
