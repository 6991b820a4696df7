"""Whatever a sheet says ends in the reading: in a duty, beside it, in a header, or told as not understood; and no bytes break the reader."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from responsibilities import importers
from responsibilities.importers import CannotRead, Dialect, Reading, cells, words
from tests.responsibilities.importers import crafted

Rows = list[list[str]]

LETTERS = [
    "R",
    "A",
    "C",
    "I",
    "S",
    "RA",
    "R/A",
    "A & R (Config, Ops)",
    "R, A",
    "R (automated)",
    "C, I",
    "I*",
    "-",
    "—",
    "N/A",
    "",
    "",
    "**RA**",
    "\u0410",
    "R\u00a0(x)",
]
JUNK = ["D", "maybe", "see contract", "R?", "12", "x", "R (", "ditto", "TBD"]
MARKS = ["x", "X", "✓", "", "", "", "●", "-", "n/a", "x (part)"]
OWNERS = ["Customer", "Provider", "Provider and Customer", "Not Applicable", "Shared", "", "Vendor (nights)", "Customer*", "TBD"]
CODES = ["CSP", "CSC", "SH-S", "SH-D", "INH", "3PTY", "GAP", "N/A", "CSP+CSC", "", "TBD"]
NAMES = ["NOC", "CIO", "NOC, CIO", "HR; Legal", "NOC and Desk", "", "-", "Desk (days)", "HR\nLegal", "x"]
PROSE = [
    "Runs the backup jobs every night and tells of failures",
    "Names the data to be kept and tests it each month",
    "",
    "N/A",
    "Watches\nand tells",
]

HEADS: dict[
    Dialect, tuple[list[str], int, list[str]]
] = {  # the header, how many of its columns come before those that count, what these say
    Dialect.LETTERS_PER_PARTY: (["ID", "Task", "Client", "MSP", "Vendor", "Notes"], 2, LETTERS),
    Dialect.MARKS_PER_PARTY: (["ID", "Task", "Client", "MSP", "Vendor", "Notes"], 2, MARKS),
    Dialect.PARTY_PER_LETTER: (["ID", "Task", "Accountable", "Responsible", "Informed", "Notes"], 2, NAMES),
    Dialect.ONE_PARTY_COLUMN: (["ID", "Task", "Responsibility", "Notes"], 2, OWNERS),
    Dialect.PARTY_PER_FUNCTION: (["ID", "Resource", "Change management", "Recovery", "Notes"], 2, OWNERS),
    Dialect.CODES: (["ID", "Control", "Ownership", "Notes"], 2, CODES),
    Dialect.PROSE_PER_PARTY: (["ID", "Task", "Provider responsibilities", "Your responsibilities", "Notes"], 2, PROSE),
    Dialect.ONE_ROLES_LETTERS: (["ID", "Task", "Service desk lead", "Notes"], 2, LETTERS),
}
LETTERED = {Dialect.LETTERS_PER_PARTY, Dialect.ONE_ROLES_LETTERS}
BESIDE = [
    ["Legend"],
    ["R", "Responsible"],
    ["A = Accountable"],
    ["* only with a ticket"],
    ["Printed by nobody"],
    ["Network"],
    ["**Servers**", "---", "---"],
    ["", "Storage"],
    ["Total", "", "3"],
    ["", "", "", "", "stray note"],
    [],
    [],
    ["", "", "R", "A"],
    ["9", "Governance"],
    ["a", "b", "c", "d", "e", "f", "g", "h"],
]


@st.composite
def sheets(draw: st.DrawFn) -> Rows:
    """Draw a sheet of any dialect with what stands around and between its duties."""
    head, before, says = HEADS[draw(st.sampled_from(list(HEADS)))]
    counting = len(head) - before - 1
    said = st.one_of(st.sampled_from(says), st.sampled_from(says), st.sampled_from(says), st.sampled_from(JUNK))
    rows: Rows = draw(st.lists(st.sampled_from([["Acme matrix"], ["Version", "3"], ["R", "Responsible"], []]), max_size=2))
    rows += draw(
        st.sampled_from([[head], [["", "", "Northwind", "", "Harbor"], head], [[*head[:before], "Who", "", ""], ["", "", *head[before:]]]])
    )
    for number in range(draw(st.integers(0, 12))):
        if draw(st.integers(0, 3)) == 0:
            rows.append(list(draw(st.sampled_from(BESIDE))))
        duty = draw(st.sampled_from([f"Duty {number}", f"**Duty {number}**", "", '"', f"Duty\n{number}"]))
        ref = draw(st.sampled_from([f"{number}a", "", f"AC-{number} (1)"]))
        rows.append([ref, duty, *[draw(said) for _ in range(counting)], draw(st.sampled_from([f"note {number}", ""]))])
        if draw(st.integers(0, 9)) == 0:
            rows.append(list(head))
    return rows


def as_csv(rows: Rows, delimiter: str = ",") -> tuple[str, bytes]:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return "a.csv", text.getvalue().encode()


def as_semicolons(rows: Rows) -> tuple[str, bytes]:
    return as_csv(rows, ";")


def as_sixteen_bits(rows: Rows) -> tuple[str, bytes]:
    return "a.csv", as_csv(rows)[1].decode().encode("utf-16")


def as_xlsx(rows: Rows) -> tuple[str, bytes]:
    return "a.xlsx", crafted.of_rows(rows)


def as_markdown(rows: Rows) -> tuple[str, bytes]:
    width = max(map(len, rows))
    lines = ["|" + "|".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in row) + "|" for row in rows if any(row)]
    return "a.md", "\n".join([lines[0], "|" + "---|" * width, *lines[1:]]).encode()


def as_asciidoc(rows: Rows) -> tuple[str, bytes]:
    width = max(map(len, rows))
    lines = ["\n".join("|" + cell.replace("|", "\\|") for cell in [*row, *[""] * (width - len(row))]) for row in rows if any(row)]
    return "a.adoc", (f'[cols="{width}*",options="header"]\n|===\n' + "\n\n".join(lines) + "\n|===\n").encode()


def one_line(text: str) -> str:
    return " ".join(words.plain(text).split())


def places(reading: Reading) -> Counter[str]:
    """Return every text of a reading as often as it stands there."""
    found: list[str] = []
    for table in reading.tables:
        found += [piece for heading in table.headings for piece in (heading, *heading.split(" / "))] * len(table.header_rows)
        found += [piece for _, text in (*table.unread, *table.sections) for piece in text.split(" | ")]
        for line in table.lines:
            found += [line.ref, line.duty, line.section]
            found += {
                part.party for part in line.parts if part.party not in table.headings and table.dialect in LETTERED
            }  # a column of roles
            found += [text for _, text in {(part.column, part.text) for part in line.parts}]
            found += [text for _, text in (*line.more, *line.unread)]
    found += [piece for _, text in reading.aside for piece in text.split(" | ")]
    return Counter(map(one_line, found))


def counted(rows: Sequence[Sequence[str]]) -> Counter[str]:
    """Return what the cells say; drawn lines and ditto marks say nothing of their own."""
    said = (cell for row in rows for cell in row if cell.strip() and not cells.is_rule(cell) and not cells.is_ditto(cell))
    return Counter(map(one_line, said))


@pytest.mark.parametrize("write", [as_csv, as_semicolons, as_sixteen_bits, as_xlsx, as_markdown, as_asciidoc])
@settings(max_examples=60)
@given(rows=sheets())
def test_every_cell_ends_somewhere(write: Callable[[Rows], tuple[str, bytes]], rows: Rows) -> None:
    try:
        reading = importers.read(*write(rows))
    except CannotRead:
        pytest.fail("a plain sheet is read")
    assert counted(rows) - places(reading) == Counter()
    assert Reading.from_json(reading.to_json()) == reading
    for table in reading.tables:
        assert [line.number for line in table.lines] == list(range(1, len(table.lines) + 1))


@settings(max_examples=300)
@given(content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.md", "a.adoc", "a.xlsx", "a", "a.tsv"]))
@example(content=b"\xff\xfe\x00\xd8", name="a.csv")
@example(content=b"\xef\xbb\xbf", name="a.csv")
@example(content=b"|===\n|===", name="a.adoc")
@example(content=b"|\n|-", name="a.md")
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    read_or_refused(name, content)


PIECES = [
    "|",
    "|===\n",
    "\n",
    "---",
    "|---|---|\n",
    "R",
    "A/R",
    "Task",
    "Client",
    ",",
    ";",
    "\t",
    '"',
    "2+|",
    ".2+|",
    "3*|",
    "a|",
    "(",
    ")",
    "*",
    "**",
    "__",
    "[cols=",
    '"1,2"]',
    "# ",
    "%header",
    "x",
    " ",
    "\u00a0",
    "\u0410",
    "\ud7ff",
    "= ",
    ":a: {a}",
    "{a}",
    "<br>",
    "-",
    "1.1",
    "Legend",
    "R = ",
]


@settings(max_examples=300)
@given(text=st.lists(st.sampled_from(PIECES), max_size=60).map("".join), name=st.sampled_from(["a.csv", "a.md", "a.adoc"]))
def test_any_text_of_a_tables_pieces_is_read_or_refused(text: str, name: str) -> None:
    read_or_refused(name, text.encode())


@settings(max_examples=150)
@given(data=st.data())
def test_a_workbook_with_any_bytes_turned_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(WORKBOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused("a.xlsx", bytes(content))


WORKBOOK = crafted.of_rows([["Task", "Client", "MSP"], ["Backups", "A", "R"], ["Servers", "R/A", "I"]], merged=["A2:B3"])


@settings(max_examples=150)
@given(xml=st.text(st.sampled_from("<>/c r=\"A19v is t&;#x-![]'?"), max_size=80))
def test_a_sheet_of_any_xml_is_read_or_refused(xml: str) -> None:
    read_or_refused(
        "a.xlsx", crafted.workbook({"RACI": crafted.sheet_xml([["Task", "Client"]]).replace("</sheetData>", xml + "</sheetData>")})
    )


def read_or_refused(name: str, content: bytes) -> None:
    try:
        reading = importers.read(name, content)
    except CannotRead as refused:
        assert str(refused).endswith(".")  # noqa: PT017 - either is right
    else:
        assert Reading.from_json(reading.to_json()) == reading
