"""What a version comes to for each requirement: whose it is, in which words, in which files; and no cell is a formula."""

import csv
import io
from dataclasses import replace

import pytest

from responsibilities import catalogue
from responsibilities.domain.content import Content, Excluded, Held, Line
from responsibilities.exporters import fedramp, requirements, table
from responsibilities.exporters.document import UNSIGNED
from responsibilities.exporters.requirements import Requirement, Whose
from tests.responsibilities.exporting import FORMULAS, document, everything, formulas, pages, parts, unsigned

KEY, OTHER = "3.6.1", "3.6.2"


def asked(*held: Held, line: Line | None = None, exclusions: tuple[Excluded, ...] = ()) -> Requirement:
    """Return one requirement that one duty serves, which these hold."""
    lines = (Line("own.one", held=tuple(held)), *([line] if line else []))
    content = replace(everything(), lines=lines, exclusions=exclusions)
    return next(one for one in requirements.requirements(document(content), {"own.one": [KEY]}) if one.key == KEY)


def test_all_110_requirements_are_there_with_their_words_and_families() -> None:
    found = requirements.requirements(document(everything()))
    assert len(found) == 110
    assert len({one.key for one in found}) == 110
    assert all(one.text.endswith(".") and one.family for one in found)
    assert {one.key for one in found} >= {key for duty in catalogue.duties().values() for key in duty.nist_800_171_r2}
    assert (found[0].key, found[-1].key, found[-1].family) == ("3.1.1", "3.14.7", "System and information integrity")


@pytest.mark.parametrize(
    ("held", "whose"),
    [
        ((), Whose.NOBODY),
        ((Held("A", "internal"),), Whose.NOBODY),
        ((Held("R", "internal", hours="always"),), Whose.CLIENT),
        ((Held("R", "leadership", hours="business"), Held("R", "end_user", hours="after")), Whose.CLIENT),
        ((Held("A", "internal"), Held("R", "provider", hours="always")), Whose.PROVIDER),
        ((Held("R", "provider", hours="after"), Held("R", "internal", hours="business")), Whose.SHARED),
        ((Held("A", "provider"), Held("R", "vendor", hours="always")), Whose.PROVIDER),
        ((Held("A", "leadership"), Held("R", "vendor", hours="always")), Whose.CLIENT),
        ((Held("R", "vendor", hours="always"),), Whose.CLIENT),
        ((Held("R", "", hours="always"),), Whose.NOBODY),
        ((Held("R", "internal", hours="business"), Held("R", "provider", hours="business", rank=2)), Whose.CLIENT),
    ],
)
def test_a_requirement_is_whose_people_do_the_duties_that_serve_it(held: tuple[Held, ...], whose: Whose) -> None:
    assert asked(*held).whose is whose


def test_a_site_that_another_side_does_makes_it_shared() -> None:
    found = asked(Held("R", "internal", hours="business"), line=Line("own.one", "east", held=(Held("R", "provider", hours="after"),)))
    assert found.whose is Whose.SHARED
    assert found.provider == ("=cmd|' /C calc'!A0: Northwind MSP at night, at Eastside; clinic",)


def test_what_a_duty_leaves_open_its_category_and_then_every_duty_answers() -> None:
    by_day = (Held("A", "internal"), Held("R", "internal", hours="business"))
    found = asked(*by_day, line=Line("own", held=(Held("R", "provider", hours="always"), Held("A", "provider"))))
    assert found.whose is Whose.SHARED
    assert found.accountable == ("=cmd|' /C calc'!A0: Internal IT",)
    covered = asked(Held("R", "internal", hours="always"), line=Line("*", held=(Held("R", "provider", hours="after"),)))
    assert covered.whose is Whose.CLIENT, "the duty itself says who at every hour"
    on_purpose = asked(Held("R", "", hours="always"), line=Line("own", held=(Held("R", "provider", hours="always"),)))
    assert on_purpose.whose is Whose.NOBODY


def test_parts_say_who_when_and_which_half() -> None:
    half = Held("R", "internal", person="iris@example.test", hours="business", lead=True, split="decides", qualifier="severity 1")
    found = asked(half, Held("R", "provider", hours="weekend-desk"), Held("A", "leadership"))
    assert found.client == ("=cmd|' /C calc'!A0: Internal IT by day (Iris), answers first, which half: decides, only: severity 1",)
    assert found.provider == ("=cmd|' /C calc'!A0: Northwind MSP in the hours =Weekend desk <weekend-desk>",)
    assert found.accountable == ("=cmd|' /C calc'!A0: Leadership",)
    assert found.proof == ("https://portal.example.test/harbor-dental/matrix/own.one/",)


def test_a_duty_that_is_left_out_is_nobodys_and_says_why() -> None:
    found = asked(Held("R", "internal", hours="always"), exclusions=(Excluded("own.one", "Too small", "Lena", "2027-03-01T00:00:00Z"),))
    assert found.whose is Whose.NOBODY
    assert found.open == ("=cmd|' /C calc'!A0: not done here until 1 March 2027: Too small",)
    assert found.client == ()


def test_a_requirement_that_several_duties_serve_names_those_that_nobody_does() -> None:
    content = replace(
        everything(), lines=(Line("own.one", held=(Held("R", "provider", hours="always"),)), Line("support.intake")), exclusions=()
    )
    found = {one.key: one for one in requirements.requirements(document(content), {"own.one": [KEY], "support.intake": [KEY, OTHER]})}
    assert found[KEY].whose is Whose.PROVIDER
    assert found[KEY].open == ("Ticket intake and triage: nobody does it",)
    assert found[KEY].duties == ("Ticket intake and triage (support.intake)", "=cmd|' /C calc'!A0 (own.one)")
    assert found[OTHER].whose is Whose.NOBODY


def test_a_duty_of_many_places_is_counted_where_a_cell_ends() -> None:
    places = tuple(Line("own.one", f"site-{number}", held=(Held("R", "provider", hours="after"),)) for number in range(300))
    content = replace(everything(), lines=(Line("own.one"), *places), exclusions=())
    (found,) = [one for one in requirements.requirements(document(content), {"own.one": [KEY]}) if one.key == KEY]
    assert found.provider[0].endswith("and 280 more lines of places, which the matrix names")
    assert requirements.lines(["x" * 20_000] * 3) == "\n".join(["x" * 20_000, "and 2 more, which the matrix names"])


# --- the files


def test_the_sheet_has_a_row_for_each_requirement_and_says_that_the_mapping_is_ours() -> None:
    found = pages(requirements.workbook(document(everything())))
    assert tuple(found["Requirements"][2]) == requirements.HEADINGS
    assert len(found["Requirements"]) == 3 + 110
    legend = {str(row[0]): str(row[1]) for row in found["Legend"]}
    assert "not NIST's" in legend["About this file"]
    assert sum(int(legend[f"Requirements: {whose.value}"]) for whose in Whose) == 110


def test_the_table_has_the_same_rows_and_tells_its_version_in_each() -> None:
    text = requirements.comma_separated(unsigned(everything())).decode().removeprefix(table.MARK_OF_UTF8)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["Requirement"] for row in rows] == [one.key for one in requirements.requirements(document(everything()))]
    assert {row["State"] for row in rows} == {UNSIGNED}


def test_fedramps_columns_are_those_of_its_template() -> None:
    found = pages(fedramp.workbook(document(everything()), {"own.one": [KEY], "support.intake": [OTHER]}))
    sheet = found["CRM Worksheet"]
    assert tuple(sheet[2]) == ("Control ID", "Can Be Inherited from CSP", "Specific Inheritance and Customer Agency/CSP Responsibilities")
    rows = {row[0]: row for row in sheet[3:]}
    assert len(rows) == 110
    assert rows[OTHER][1] == "Partial"
    assert (
        "Responsibilities of Northwind MSP:\nTicket intake and triage: Northwind MSP at night (Night desk), from 1 December 2026"
        in rows[OTHER][2]
    )
    assert "Responsibilities of the customer:" in rows[OTHER][2]
    assert "Nobody's duty serves this requirement" in rows["3.1.1"][2]
    assert {row[1] for row in rows.values()} <= {"Yes", "No", "Partial"}


@pytest.mark.parametrize("make", [requirements.workbook, fedramp.workbook])
def test_a_draft_says_so_on_every_sheet_and_the_same_version_gives_the_same_bytes(make) -> None:  # type: ignore[no-untyped-def]
    file = make(unsigned(everything()))
    assert all(UNSIGNED in str(page[1][0]) for page in pages(file).values())
    assert all(UNSIGNED in text for name, text in parts(file).items() if name.startswith("xl/worksheets/sheet"))
    assert make(unsigned(everything())) == file


@pytest.mark.parametrize("text", FORMULAS)
def test_g3_no_cell_of_them_is_a_formula(text: str) -> None:
    content = _canary(text)
    found = document(content, client=text, address=text)
    for make in (requirements.workbook, fedramp.workbook):
        file = make(found, {"own.one": [KEY]})
        assert formulas(file) == []
        assert any(text in cell for cell in _cells(file))
    written = requirements.comma_separated(found, {"own.one": [KEY]}).decode().removeprefix(table.MARK_OF_UTF8)
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert [cell for cell in cells if table.FORMULA.match(cell) and not cell.startswith("'")] == []
    assert sum(text in cell for cell in cells) >= 4


def _cells(file: bytes) -> list[str]:
    return [str(cell) for page in pages(file).values() for row in page for cell in row]


def _canary(text: str) -> Content:
    content = everything()
    one = Held("R", "internal", team="harbor-dental/it", hours="weekend-desk", qualifier=text, split=text)
    return replace(
        content,
        lines=(Line("own.one", held=(one, Held("A", "provider"))), Line("own.one", "east", held=(one,))),
        calendars=tuple(replace(one, name=text) for one in content.calendars),
        exclusions=(),
        duties={"own.one": replace(content.duties["own.one"], name=text)},
        places={key: replace(place, name=text) for key, place in content.places.items()},
        teams={"harbor-dental/it": text},
        parties=dict.fromkeys(content.parties, text),
    )
