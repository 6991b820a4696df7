"""Sheets and tables: out and in again nothing differs, no cell is a formula, and a draft says that nobody signed it."""

import csv
import io
import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comanaged import tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.models import Kind
from responsibilities import actions as matrix
from responsibilities import catalogue
from responsibilities.domain import content as contents
from responsibilities.domain import difference
from responsibilities.domain.content import Content, Held, Line
from responsibilities.exporters import CannotExport, layout, sheet, table
from responsibilities.exporters.document import UNSIGNED
from responsibilities.importers import own
from responsibilities.models import Version
from responsibilities.queries import signing
from tests.cast import BEGAN, Cast
from tests.responsibilities.exporting import ACCEPTED, AT, FORMULAS, document, everything, formulas, pages, parts, unsigned, wholes


def back(content: Content) -> own.Own:
    found = own.of_xlsx(sheet.matrix(document(content)))
    assert found is not None
    return found


def back_from_table(content: Content) -> own.Own:
    found = own.of_csv(table.matrix(document(content)).decode())
    assert found is not None
    return found


# --- out and in


@settings(max_examples=150, deadline=None)
@given(wholes())
def test_whatever_a_version_says_its_sheet_says_all_of_it(content: Content) -> None:
    found = back(content)
    assert found.unread == ()
    assert difference.changes(content, found.over(content)) == ()
    assert contents.canonical(found.content) == contents.canonical(content), "so its hash can be computed from the sheet"
    assert (found.number, found.whole) == (3, True)


@settings(max_examples=150, deadline=None)
@given(wholes())
def test_whatever_a_version_says_its_table_says_its_lines(content: Content) -> None:
    found = back_from_table(content)
    assert found.unread == ()
    assert set(found.content.lines) == set(content.lines)
    assert difference.changes(content, found.over(content)) == ()


def test_a_client_with_everything_comes_back_as_it_was() -> None:
    content = everything()
    assert contents.canonical(back(content).content) == contents.canonical(content)
    assert set(back_from_table(content).content.lines) == set(content.lines)
    stored = json.loads(json.dumps(back(content).to_json()))
    assert own.Own.from_json(stored).to_json() == stored


@pytest.mark.django_db
@pytest.mark.parametrize("template", list(catalogue.templates()))
def test_every_template_comes_back_with_no_difference(cast: Cast, template: str) -> None:
    client = actions.create_organisation(Kind.CLIENT, "Round Trip", slug="round-trip", zone="America/Chicago", at=BEGAN)
    actions.engage(client, cast.northwind, at=BEGAN)
    with tenancy.only([client.pk]):
        matrix.start_matrix(client, template, by=access.system(client), at=BEGAN)
        content = signing.content_of(Version.objects.for_tenant(client).select_related("tenant").get(), AT)
    for found in (back(content), back_from_table(content)):
        assert found.unread == ()
        assert difference.changes(content, found.over(content)) == ()
    assert contents.digest(contents.canonical(back(content).content)) == contents.digest(contents.canonical(content))


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=6) | st.sampled_from(FORMULAS))
def test_an_apostrophe_is_added_and_taken_away_again(cell: str) -> None:
    assert table.plain(table.safe(cell)) == cell


# --- what was changed by hand


def edited(change: Callable[[list[str], list[str]], None], about: str = "support.intake") -> own.Own:
    """Return what is read when one row of a table was changed: its headings and its cells."""
    text = table.matrix(document(everything())).decode().removeprefix(table.MARK_OF_UTF8)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    row = next(row for row in rows if row[0] == about and row[6] == "")
    change(rows[0], row)
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    found = own.of_csv(written.getvalue())
    assert found is not None
    return found


def put(heading: str, text: str) -> Callable[[list[str], list[str]], None]:
    def change(headings: list[str], row: list[str]) -> None:
        row[headings.index(heading)] = text

    return change


def test_a_letter_that_was_changed_is_read_as_it_is_now() -> None:
    about = next(iter(everything().duties))
    found = edited(put("Vendors", "s"), about)
    (said,) = [one for one in found.content.line(about, "").held if one.party == "vendor"]
    assert (said.letter, said.qualifier) == ("S", "+ only the vendor's own")
    (change,) = difference.changes(everything(), found.over(everything()))
    assert (change.column, change.after) == ("Vendors", "S, only: + only the vendor's own")


@pytest.mark.parametrize(
    ("heading", "text", "why"),
    [
        ("Vendors", "X", "Write the letters A, R, S, C and I"),
        ("Internal IT: hours", "by moonlight", "day, night or always"),
        ("Internal IT: hours", "day\nnight\nalways\nday", "more than there are R"),
        ("Internal IT: who", "Iris", "Begin each line"),
        ("Internal IT: until", "R 2: soon", "year, month and day"),
        ("Internal IT: answers first", "perhaps", "yes or no"),
        ("Risk", "high", "whole number"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_and_the_rest_is_read(heading: str, text: str, why: str) -> None:
    about = next(iter(everything().duties))
    found = edited(put(heading, text), about)
    (told,) = found.unread
    assert (told.heading, told.text) == (heading, text)
    assert why in told.why
    assert any(one.party == "provider" and one.letter == "R" for one in found.content.line(about, "").held)


def test_hours_that_were_taken_out_are_left_to_whoever_writes_them() -> None:
    about = next(iter(everything().duties))
    found = edited(put("Provider: hours", ""), about)
    assert [one.hours for one in found.content.line(about, "").held if one.party == "provider"] == [""]


def test_other_peoples_sheets_are_not_ours() -> None:
    assert own.of_csv("Activity,Internal IT,Provider\nBackups,A,R\n") is None
    assert own.of_csv("") is None
    with pytest.raises(own.CannotRead):
        own.of_xlsx(b"no sheet at all")


def test_a_sheet_that_a_spreadsheet_has_saved_again_reads_the_same() -> None:
    assert [own.text_of(cell) for cell in (4.0, True, False, None, "x", AT, AT.date())] == [
        "4",
        "yes",
        "no",
        "",
        "x",
        "2026-11-24",
        "2026-11-24",
    ]


# --- G3: a cell is text


@pytest.mark.parametrize("text", FORMULAS)
def test_g3_no_cell_of_a_sheet_is_a_formula_and_every_text_is_as_it_was(text: str) -> None:
    content = canary(text)
    accepted = (replace(ACCEPTED[0], duty=text, place=text, title=text, what=text, reason=text, accepted_by=text, until=text),)
    file = sheet.matrix(document(content, client=text, accepted=accepted))
    assert formulas(file) == []
    found = back(content).content
    assert (found.lines[0].note, found.duties["own.one"].name, found.exclusions[0].reason) == (text, text, text)
    read = [str(cell) for page in pages(file).values() for row in page for cell in row]
    assert len([cell for cell in read if cell == text]) > 15


@pytest.mark.parametrize("text", FORMULAS)
def test_g3_no_cell_of_a_table_begins_like_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(table.matrix(document(canary(text))).decode().removeprefix("\ufeff"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if cell.lstrip()[:1] in {*"=+-@\uff1d\uff0b\uff0d\uff20"} or cell[:1] in {"\t", "\r", "\n"}] == []
    assert sum(text in cell for cell in cells) > 5


def canary(text: str) -> Content:
    """Return a content with one text wherever somebody may write one."""
    content = everything()
    one = Held("R", "internal", team="harbor-dental/it", hours="weekend-desk", qualifier=text, split=text)
    other = Held("C", "provider", person="iris@example.test", qualifier=text)
    return replace(
        content,
        lines=(Line("own.one", "east", text, text, text, (one, other)),),
        calendars=tuple(replace(one, name=text) for one in content.calendars),
        exclusions=tuple(replace(one, reason=text, accepted_by=text) for one in content.exclusions),
        duties={"own.one": replace(content.duties["own.one"], name=text, category=text)},
        places={key: replace(place, name=text) for key, place in content.places.items()},
        teams={"harbor-dental/it": text},
        people={"iris@example.test": text},
        parties=dict.fromkeys(content.parties, text),
        policy={"named_people": [text]},
    )


# --- what it says besides


def test_the_legend_tells_the_version_its_mark_and_who_signed_it() -> None:
    signed = document(everything(), accepted=ACCEPTED)
    legend = {str(row[0]): str(row[1]) for row in pages(sheet.matrix(signed))["Legend"]}
    assert (legend["Version"], legend["Content mark"], legend["Content hash"]) == ("3", signed.mark, signed.content_hash)
    assert legend["State"].startswith("In force since 24 November 2026")
    assert legend["Signature of Northwind MSP"].startswith("Tess: signed by Tess, 24 November 2026 10:00")
    assert legend["A"] == "is accountable: answers for it"


def test_a_draft_says_on_every_sheet_and_in_every_row_that_nobody_signed_it() -> None:
    draft = unsigned(everything())
    file = sheet.matrix(draft)
    assert all(UNSIGNED in str(page[1][0]) for page in pages(file).values())
    inside = parts(file)
    assert all(UNSIGNED in text for name, text in inside.items() if name.startswith("xl/worksheets/sheet")), "in the footers"
    assert UNSIGNED in inside["docProps/core.xml"]
    rows = list(csv.DictReader(io.StringIO(table.matrix(draft).decode().removeprefix("\ufeff"), newline="")))
    assert {row["State"] for row in rows} == {UNSIGNED}
    assert UNSIGNED in unsigned(everything(), state="Proposed").line
    assert all(UNSIGNED not in text for text in parts(sheet.matrix(document(everything()))).values())


def test_the_same_version_gives_the_same_bytes() -> None:
    first = sheet.matrix(document(everything())), table.matrix(document(everything()))
    time.sleep(1.1)  # a second is what files count in
    assert (sheet.matrix(document(everything())), table.matrix(document(everything()))) == first


def test_only_columns_that_say_something_are_there_and_the_header_stays_in_sight() -> None:
    content = replace(everything(), lines=(Line("own.one", held=(Held("A", "internal"),)),))
    file = sheet.matrix(document(content))
    headings = pages(file)["Matrix"][2]
    assert headings == [*layout.HEAD, "Internal IT", "Provider (Northwind MSP)", "Leadership", "Note"]
    inside = parts(file)["xl/worksheets/sheet1.xml"]
    assert 'state="frozen"' in inside
    assert 'orientation="landscape"' in inside
    assert "_xlnm.Print_Titles" in parts(file)["xl/workbook.xml"]


def test_a_text_that_no_cell_can_hold_is_refused_and_not_cut() -> None:
    content = replace(everything(), lines=(Line("own.one", note="x" * 40_000),))
    with pytest.raises(CannotExport, match="CSV"):
        sheet.matrix(document(content))
    assert back_from_table(content).content.lines[0].note == "x" * 40_000
