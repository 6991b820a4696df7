"""Files are told by what is in them: encodings, separators, Markdown, AsciiDoc, workbooks with merged cells."""

import base64
import datetime
import io
from typing import Any

import pytest
import xlsxwriter

from responsibilities import importers
from responsibilities.importers import Dialect
from tests.responsibilities.importers import crafted
from tests.responsibilities.importers.telling import only, read, told

FRENCH = "Tâche;Client;Infogérant\nSauvegarde;A;R (été)\nÉcran;I;R/A\n"
FOUND = ["Sauvegarde Client=A, Infogérant=R(été)", "Écran Client=I, Infogérant=RA"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    reading = importers.read("a.csv", FRENCH.encode(encoding))
    assert told(only(reading)) == FOUND
    assert reading.format == "csv"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_usual_separator_and_line_end_is_read(separator: str, ending: str) -> None:
    text = FRENCH.replace(";", separator).replace("\n", ending)
    assert told(only(importers.read("a.txt", text.encode()))) == FOUND


def test_the_separator_may_be_named_and_letters_may_hold_others() -> None:
    table = only(read('sep=;\nTask;Client;MSP\nBackups;R, A;"C; I"\nServers;A, C;R\n'))
    assert told(table) == ["Backups Client=RA, MSP=CI", "Servers Client=AC, MSP=R"]
    assert [line.row for line in table.lines] == [3, 4]


def test_the_content_tells_the_format_and_not_the_name() -> None:
    markdown = "| Task | Client |\n|---|---|\n| Backups | R |\n| Servers | A |\n"
    assert importers.read("a.csv", markdown.encode()).format == "markdown"
    assert importers.read("a.md", b"Task,Client,MSP\nBackups,A,R\n").format == "csv"
    assert importers.read("", b"Task\tClient\tMSP\nBackups\tA\tR\n").format == "tsv"
    assert importers.read("notes", b"|===\n|Task |Client |MSP\n\n|Backups |A |R\n|===\n").format == "asciidoc"


def test_a_text_without_a_table_is_kept_beside() -> None:
    reading = importers.read("a.md", b"# Title\n\nNothing here\nat all.\n")
    assert reading.tables == ()
    assert reading.aside == ((1, "# Title"), (3, "Nothing here"), (4, "at all."))


def test_lines_are_numbered_as_the_file_numbers_them() -> None:
    table = only(read("\n---\nfront: matter\n---\n\n| Task | Client | MSP |\n|---|---|---|\n| Backups | A | R |\n", "a.md"))
    assert (table.header_rows, table.lines[0].row) == ((5,), 7)


def test_a_table_in_a_quotation_and_with_uneven_bars_is_read() -> None:
    text = "> Task | Client | MSP\n> :-- | :-: | ---\n> Backups | A | R\n> Servers | I | A/R |\n"
    assert told(only(read(text, "a.md"))) == ["Backups Client=A, MSP=R", "Servers Client=I, MSP=AR"]


ASCIIDOC = """
:provider: Northwind
[cols="1,2*^,1",opts="header"]
.Who does what
|===
|Duty |Client |{provider} |Notes

// a comment
2+|Several words 2*|R
|Backups
a|A
|R (nights) |see \\| below
.2+|Patching |A |R |servers
|I |R/A |laptops
2*>s|C |I |end
|===
"""


def test_asciidoc_cells_span_repeat_and_name() -> None:
    table = only(read(ASCIIDOC, "a.adoc"))
    assert table.parties == ("Client", "Northwind")
    assert told(table) == [
        "Several words Northwind=R ?Client:Several words +Notes:R",
        "Backups Client=A, Northwind=R(nights) +Notes:see | below",
        "Patching Client=A, Northwind=R +Notes:servers",
        "Patching Client=I, Northwind=RA +Notes:laptops",
        "C Client=C, Northwind=I +Notes:end",
    ]


@pytest.mark.parametrize(
    "text",
    [
        ",===\nTask,Client,MSP\nBackups,A,R\n,===\n",
        '[format="csv",options="header"]\n|===\nTask,Client,MSP\nBackups,A,R\n|===\n',
        ":===\nTask:Client:MSP\nBackups:A:R\n:===\n",
        "[separator=!]\n|===\n!Task !Client !MSP\n\n!Backups !A !R\n|===\n",
    ],
)
def test_asciidoc_tables_may_be_separated_by_other_than_bars(text: str) -> None:
    assert told(only(read(text, "a.adoc"))) == ["Backups Client=A, MSP=R"]


def test_a_header_moves_between_the_sheets_of_a_workbook() -> None:
    first = [["Task", "Client", "MSP"], ["Backups", "A", "R"]]
    second = [["Northwind matrix"], [], ["valid from", "May"], [], ["", "No", "Task", "MSP", "Client"], ["", "7a", "Servers", "R", "A"]]
    reading = importers.read("a.xlsx", crafted.workbook({"One": crafted.sheet_xml(first), "Two": crafted.sheet_xml(second)}))
    assert [(table.sheet, table.header_rows, told(table)) for table in reading.tables] == [
        ("One", (1,), ["Backups Client=A, MSP=R"]),
        ("Two", (5,), ["7a Servers MSP=R, Client=A"]),
    ]
    assert reading.aside == ((1, "Two: Northwind matrix"), (3, "Two: valid from | May"))


def test_merged_headers_need_not_line_up() -> None:
    rows = [
        ["Matrix 2024"],
        ["No", "Activity", "Northwind", "", "Harbor", "", "", "Remarks"],
        ["", "", "NOC", "SOC", "IT", "HR", "CFO", ""],
        ["1", "Operations"],
        ["1.1", "Backups", "R", "C", "A", "", "I", "nightly"],
        ["1.2", "Access", "I", "R", "A", "R", "", ""],
    ]
    merged = ["A1:H1", "A2:A3", "B2:B3", "C2:D2", "E2:G2", "H2:H3"]
    table = only(importers.read("a.xlsx", crafted.of_rows(rows, merged)))
    assert table.header_rows == (2, 3)
    assert table.headings == (
        "No",
        "Activity",
        "Northwind / NOC",
        "Northwind / SOC",
        "Harbor / IT",
        "Harbor / HR",
        "Harbor / CFO",
        "Remarks",
    )
    assert told(table) == [
        "1.1 Backups [Operations] NOC=R, SOC=C, IT=A, CFO=I +Remarks:nightly",
        "1.2 Access [Operations] NOC=I, SOC=R, IT=A, HR=R",
    ]


def test_one_name_under_two_groups_is_told_apart() -> None:
    rows = [["Activity", "Northwind", "", "Harbor", ""], ["", "Manager", "Desk", "Manager", "Desk"], ["Backups", "A", "R", "C", "I"]]
    table = only(importers.read("a.xlsx", crafted.of_rows(rows, ["B1:C1", "D1:E1"])))
    assert table.parties == ("Northwind / Manager", "Northwind / Desk", "Harbor / Manager", "Harbor / Desk")


def test_merged_cells_say_again_what_they_reach() -> None:
    rows = [
        ["Area", "Task", "Client", "MSP"],
        ["Network", "Wifi", "R", ""],
        ["", "Firewall", "A", "R"],
        ["Servers and storage"],
        ["Servers", "Patching", "A", "R"],
    ]
    table = only(importers.read("a.xlsx", crafted.of_rows(rows, ["A2:A3", "C2:D2", "A4:D4"])))
    assert told(table) == [
        "Wifi [Network] Client=R, MSP=R",
        "Firewall [Network] Client=A, MSP=R",
        "Patching [Servers] Client=A, MSP=R",
    ]
    assert table.sections == ((4, "Servers and storage"),)


def test_a_merged_name_beside_an_id_is_a_section_and_merged_letters_are_everybodys() -> None:
    rows = [
        ["No", "Task", "Client", "MSP", "Vendor"],
        ["1", "Network"],
        ["1.1", "Wifi", "R"],
        ["", "Storage"],
        ["2.1", "Backups", "A", "R", "I"],
    ]
    table = only(importers.read("a.xlsx", crafted.of_rows(rows, ["B2:E2", "C3:E3", "B4:E4"])))
    assert told(table) == ["1.1 Wifi [Network] Client=R, MSP=R, Vendor=R", "2.1 Backups [Storage] Client=A, MSP=R, Vendor=I"]


def test_numbers_of_a_workbook_are_written_as_people_write_them() -> None:
    sheet = crafted.sheet_xml([["No", "Task", "Client", "MSP"], ["", "Backups", "A", "R"]]).replace(
        '<row r="2">', '<row r="2"><c r="A2"><v>7.0</v></c>'
    )
    (line,) = only(importers.read("a.xlsx", crafted.workbook({"RACI": sheet}))).lines
    assert line.ref == "7"


def test_a_sheet_of_nothing_but_a_legend_is_kept_beside() -> None:
    legend = [["Letter", "Meaning"], ["R", "Responsible"], ["A", "Accountable"], ["C", "Consulted"]]
    sheets = {"RACI": crafted.sheet_xml([["Task", "Client", "MSP"], ["Backups", "A", "R"]]), "Legend": crafted.sheet_xml(legend)}
    reading = importers.read("a.xlsx", crafted.workbook(sheets))
    assert [table.dialect for table in reading.tables] == [Dialect.LETTERS_PER_PARTY]
    assert (2, "Legend: R | Responsible") in reading.aside


def test_sheets_without_anybody_are_told_as_not_understood() -> None:
    rows = [["Role", "Name", "Email", "Phone"], ["IT lead", "N. N.", "n@example.org", "5550100"]]
    (table,) = importers.read("a.xlsx", crafted.of_rows(rows)).tables
    assert table.dialect is None
    assert table.lines == ()
    assert table.unread == ((1, "Role | Name | Email | Phone"), (2, "IT lead | N. N. | n@example.org | 5550100"))


def test_a_workbook_with_all_that_spreadsheets_add_is_read() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("RACI")
        bold = book.add_format({"bold": True, "bg_color": "#ddeeff", "border": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["No", "Task", "Client", "MSP", "Due", "Hours", "Tested"], bold)
        sheet.write_rich_string(1, 1, bold, "Back", "ups")
        sheet.write_row(1, 2, ["A", "R (nights)"])
        sheet.write_datetime(1, 4, datetime.datetime(2024, 5, 1), day)  # noqa: DTZ001 - a spreadsheet's dates have no zone
        sheet.write_number(1, 0, 1)
        sheet.write_number(1, 5, 2.5)
        sheet.write_boolean(1, 6, boolean=True)
        sheet.write_url(2, 1, "https://example.org/x", string="Servers")
        sheet.write_formula(2, 2, '="R/"&"A"', value="R/A")
        sheet.write_comment(2, 3, "a note")
        sheet.write_string(2, 3, "I")
        sheet.write_blank(1_000_000, 200, None, bold)
        sheet.data_validation(1, 2, 10, 3, {"validate": "list", "source": ["R", "A", "C", "I"]})
        sheet.autofilter(0, 0, 2, 6)
        sheet.freeze_panes(1, 2)
        sheet.insert_image(5, 5, "dot.png", {"image_data": io.BytesIO(DOT)})
        book.add_worksheet("Empty")
        book.add_chartsheet("Chart").set_chart(chart_of(book))
        hidden = book.add_worksheet("Hidden")
        hidden.write_column(0, 0, ["Task", "Wifi"])
        hidden.write_column(0, 1, ["Client", "A"])
        hidden.write_column(0, 2, ["MSP", "R"])
        hidden.hide()
    reading = importers.read("a.xlsx", file.getvalue())
    assert [(table.sheet, told(table)) for table in reading.tables] == [
        ("RACI", ["1 Backups Client=A, MSP=R(nights) +Due:2024-05-01 +Hours:2.5 +Tested:TRUE", "Servers Client=RA, MSP=I"]),
        ("Hidden", ["Wifi Client=A, MSP=R"]),
    ]


DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def chart_of(book: Any) -> Any:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=RACI!$A$2:$A$3"})
    return chart
