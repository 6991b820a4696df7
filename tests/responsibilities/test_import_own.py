"""One of our own sheets, taken out, changed by somebody or not, and brought back."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from comanaged import tenancy
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Letter, Party
from responsibilities import importers
from responsibilities.actions import editing, importing, returning, texts, undoing
from responsibilities.actions.importing import CannotImport, Seen
from responsibilities.actions.writing import Stale
from responsibilities.domain import content as contents
from responsibilities.exporters import sheet, table
from responsibilities.importers import apart
from responsibilities.models import Duty, Upload, Version
from responsibilities.queries import exporting, returned, signing, uploads
from tests.cast import Cast, add_person
from tests.responsibilities import agreeing
from tests.responsibilities.build import newcomer
from tests.responsibilities.importing import AT, again, bring
from tests.responsibilities.test_import_pages import write_form

pytestmark = pytest.mark.django_db


def taken_out(cast: Cast, kind: str = "xlsx", tenant: Any = None) -> bytes:
    """Return the open version as a file."""
    document = exporting.document(agreeing.open_one(cast, tenant), AT)
    return sheet.matrix(document) if kind == "xlsx" else table.matrix(document)


def brought(cast: Cast, content: bytes, kind: str = "xlsx", *, name: str = "Iris", tenant: Any = None) -> Upload:
    """Bring a file as a person would and let a worker read it, each in a process of its own."""
    with cast.as_(name, tenant) as person:
        row = importing.upload(f"matrix.{kind}", content, by=person, at=AT).upload
    token = uuid4()
    with tenancy.only([row.tenant_id]), connection.cursor() as cursor:
        cursor.execute("UPDATE responsibilities_upload SET lease_token = %s WHERE id = %s", [str(token), row.pk])
    importing.read(row.pk, tenant_id=row.tenant_id, token=token, at=AT, reader=importers.read_apart, own_reader=apart.read_own_apart)
    return again(row)


def said(cast: Cast, tenant: Any = None) -> str:
    return contents.canonical(signing.content_of(agreeing.open_one(cast, tenant), AT))


def seen(row: Upload, by: Actor) -> Seen:
    page = returned.returned(again(row), by, AT)
    return Seen(
        again(row).stamp, page.draft, {key: int(stamp) for key, _, stamp in (one.partition("=") for one in page.seen.split(",") if one)}
    )


def enrich(cast: Cast) -> None:
    """Give the draft a lead, a backup, a person, a half, a qualifier, texts and a note."""
    with cast.as_("Iris") as iris:
        stamp = agreeing.open_one(cast).rows.get(duty__key="backup.jobs", place=None).stamp
        editing.set_letter("backup.jobs", Party.VENDOR, Letter.S, seen=stamp, by=iris, at=AT)
        person = cast.people["Ivo"].pk
        editing.write(
            editing.half(Party.INTERNAL, "=SUM(A1), the\nlocal half"), returning.Spot("backup.jobs"), seen=stamp + 1, by=iris, at=AT
        )
        editing.set_who("backup.jobs", Party.INTERNAL, Letter.R, person=person, seen=stamp + 2, by=iris, at=AT)
        texts.set_texts("backup.jobs", "", texts.Wanted("May restart", "Look at the log"), seen=stamp + 3, by=iris, at=AT)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_was_taken_out_and_brought_back_changes_nothing(cast: Cast, kind: str) -> None:
    with cast.scope():
        enrich(cast)
        before = said(cast)
        row = brought(cast, taken_out(cast, kind), kind)
        assert returned.is_ours(row)
        with cast.as_("Iris") as iris:
            page = returned.returned(row, iris, AT)
            assert (page.changes, page.refused, page.wanted, page.own.unread) == ((), (), {}, ())
            with pytest.raises(CannotImport, match="nothing to write"):
                returning.write(row.number, seen(row, iris), by=iris, at=AT)
        assert said(cast) == before


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_draft_that_moved_on_becomes_again_what_was_taken_out(cast: Cast, kind: str) -> None:
    with cast.scope():
        enrich(cast)
        before, content = said(cast), taken_out(cast, kind)
        with cast.as_("Iris") as iris:
            for key in ("backup.jobs", "security.email", "support.intake"):
                stamp = agreeing.open_one(cast).rows.get(duty__key=key, place=None).stamp
                editing.clear_letter(key, Party.INTERNAL, None, seen=stamp, by=iris, at=AT)
            texts_stamp = agreeing.open_one(cast).rows.get(duty__key="backup.jobs", place=None).stamp
            texts.set_texts("backup.jobs", "", texts.Wanted("", ""), seen=texts_stamp, by=iris, at=AT)
            moved = said(cast)
            row = brought(cast, content, kind)
            done = returning.write(row.number, seen(row, iris), by=iris, at=AT)
            assert done.said == f"3 lines of matrix.{kind} written."
            assert said(cast) == before
            assert again(row).state == "WRITTEN"
            undoing.undo(by=iris, at=AT)
            assert contents.parsed(said(cast)).line("security.email", "") == contents.parsed(moved).line("security.email", "")


def test_lines_edited_meanwhile_are_told_with_both_values(cast: Cast) -> None:
    with cast.scope():
        content = taken_out(cast)
        with cast.as_("Iris") as iris:
            stamp = agreeing.open_one(cast).rows.get(duty__key="security.email", place=None).stamp
            editing.set_letter("security.email", Party.VENDOR, Letter.C, seen=stamp, by=iris, at=AT)
            row = brought(cast, content)
            shown = seen(row, iris)
            editing.set_letter("security.email", Party.VENDOR, Letter.S, seen=stamp + 1, by=iris, at=AT)
            with pytest.raises(Stale) as stale:
                returning.write(row.number, shown, by=iris, at=AT)
            assert "Vendors: S, C" in stale.value.clashes[0].theirs


def test_nobody_names_the_other_sides_people_by_a_sheet(cast: Cast) -> None:
    with cast.scope():
        enrich(cast)
        content = taken_out(cast)
        with cast.as_("Iris") as iris:
            stamp = agreeing.open_one(cast).rows.get(duty__key="backup.jobs", place=None).stamp
            editing.clear_letter("backup.jobs", Party.INTERNAL, None, seen=stamp, by=iris, at=AT)
        row = brought(cast, content, name="Tess")
        with cast.as_("Tess") as tess:
            page = returned.returned(row, tess, AT)
            assert page.refused == ("Backup job monitoring: each side names its own people and teams.",)
            assert page.wanted == {}


def test_a_sheet_of_ours_begins_another_clients_matrix(cast: Cast) -> None:
    with cast.scope():
        content = taken_out(cast)
        theirs = contents.parsed(said(cast))
    client = newcomer()
    add_person(cast, "Iris", "c_mgr", client)
    row = brought(cast, content, tenant=client)
    with cast.as_("Iris", client) as iris:
        returning.write(row.number, seen(row, iris), by=iris, at=AT)
        assert Version.objects.for_tenant(client).count() == 1
        ours = contents.parsed(said(cast, client))
    assert {line.key: line.held for line in ours.lines} == {line.key: line.held for line in theirs.lines}


def test_own_duties_come_back_where_they_are_not_known(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        first = bring(cast)
        importing.answer(first.number, True, by=iris, at=AT)
        page = uploads.review(again(first), iris, AT)
        lines = {key: int(stamp) for key, _, stamp in (one.partition("=") for one in page.seen.split(","))}
        importing.write(first.number, Seen(page.upload.stamp, page.draft, lines), by=iris, at=AT)
        content = taken_out(cast)
    client = newcomer()
    add_person(cast, "Iris", "c_mgr", client)
    row = brought(cast, content, tenant=client)
    with cast.as_("Iris", client) as iris:
        returning.write(row.number, seen(row, iris), by=iris, at=AT)
        duty = Duty.objects.for_tenant(client).get(key="own.forklift-telematics")
        assert (duty.name, duty.category) == ("Forklift telematics", "own")


def test_the_page_of_a_sheet_of_ours_tells_and_writes(cast: Cast) -> None:
    with cast.scope():
        content = taken_out(cast)
        with cast.as_("Tess") as tess:
            stamp = agreeing.open_one(cast).rows.get(duty__key="security.email", place=None).stamp
            editing.set_letter("security.email", Party.VENDOR, Letter.C, seen=stamp, by=tess, at=AT)
    row = brought(cast, content)
    iris, base = cast.browser("Iris"), f"/harbor-dental/matrix/import/{row.number}/"
    page = iris.get(base)
    assert page.status_code == 200
    assert "is one of our own sheets" in page.text
    assert "Write 1 line into the draft" in page.text
    done = iris.post(f"{base}write/", write_form(page.text), follow=True)
    assert "1 line of matrix.xlsx written." in done.text
    assert iris.post(f"{base}answer/", {"also": "yes"}).status_code == 422


def test_a_sheet_of_ours_with_broken_cells_keeps_what_can_be_read(cast: Cast) -> None:
    with cast.scope():
        text = taken_out(cast, "csv").decode("utf-8-sig")
    lines = text.splitlines(keepends=True)
    lines[3] = lines[3].replace(lines[3].split(",", maxsplit=1)[0], "no.such-duty", 1)
    row = brought(cast, "".join(lines).encode(), "csv")
    with cast.as_("Iris") as iris:
        page = returned.returned(row, iris, AT)
    assert any("there is no such duty here" in one for one in page.refused)
