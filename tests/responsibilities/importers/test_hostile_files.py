"""No file of 10 MB takes more than 256 MB or 20 seconds, and every refusal is a sentence a person can act on."""

import re
import resource
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from responsibilities import importers
from responsibilities.importers import CannotRead, apart, archive, files, grid
from tests.responsibilities.importers import crafted

MATRIX = [["Task", "Client", "MSP"], ["Backups", "A", "R"], ["Servers", "R/A", "I"]]
MB = 1024 * 1024
LIMIT = 256 * MB


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(CannotRead) as refused:
        importers.read(name, content)
    return str(refused.value)


LAUNCH = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-I", "-c", *sys.argv[1:]], env={}, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)
"""


def measured(content: bytes, name: str = "a.xlsx") -> tuple[str, int, float]:
    """Return what a child says of a file, the most memory it had, and how many seconds of the processor it took.

    A small process starts it: the memory of whoever starts a process counts as the process's own until it runs its own program.
    """
    done = subprocess.run(  # noqa: S603 - as read_apart does
        [sys.executable, "-I", "-c", LAUNCH, apart.CHILD, str(apart.ROOT), name], input=content, capture_output=True, check=True
    )
    code, kilobytes, seconds = map(float, done.stderr.split())
    try:
        apart._answer(done.stdout, int(code))
        told = ""
    except CannotRead as refused:
        told = str(refused)
    return told, int(kilobytes) * 1024, seconds


def bomb_of_blanks() -> bytes:
    """A part of 200 MB of blanks in 200 kB."""
    return crafted.workbook({"RACI": crafted.sheet_xml(MATRIX)}, {"xl/worksheets/sheet9.xml": b" " * (200 * MB)})


def swelling_part() -> bytes:
    """A part of 30 MB of blanks: not too much in all, but a thousandfold of what is packed."""
    return crafted.workbook({"RACI": crafted.sheet_xml(MATRIX)}, {"xl/worksheets/sheet9.xml": b" " * (30 * MB)})


def lying_bomb() -> bytes:
    """A part that says it is small and is not."""
    content = bytearray(crafted.workbook({"RACI": crafted.sheet_xml(MATRIX)}, {"xl/worksheets/sheet9.xml": b" " * (20 * MB)}))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"sheet9.xml"))
    struct.pack_into("<I", content, at + 24, 1000)
    return bytes(content)


def many_cells() -> bytes:
    """A quarter of a million cells in a few hundred kB."""
    row = "".join(f"<c><v>{number * 7919 % 10_007}</v></c>" for number in range(500))
    return crafted.workbook({"RACI": f"<worksheet {crafted.MAIN}><sheetData>{f'<row>{row}</row>' * 500}</sheetData></worksheet>"})


def far_cells() -> bytes:
    """Two cells, at the first and at the last place a sheet has."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return crafted.workbook({"RACI": f"<worksheet {crafted.MAIN}><sheetData>{cells}</sheetData></worksheet>"})


def one_text_often() -> bytes:
    """A text of 30 kB, said 100,000 times by number: 3 GB if each were a text of its own."""
    strings = f"<sst {crafted.MAIN}><si><t>{'R and A and so on ' * 1700}</t></si></sst>"
    rows = (
        f'<row r="{number}">{"".join(f"""<c r="{crafted.column(at)}{number}" t="s"><v>0</v></c>""" for at in range(100))}</row>'
        for number in range(1, 1001)
    )
    sheet = f"<worksheet {crafted.MAIN}><sheetData>{''.join(rows)}</sheetData></worksheet>"
    related = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    return crafted.workbook({"RACI": sheet}, {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": related})


def everything_merged() -> bytes:
    """Thousands of merged ranges, each the whole sheet."""
    rows = [["Task", "Client", *["x"] * 50], *([f"Duty {number}", "R", *["A"] * 50] for number in range(1000))]
    return crafted.of_rows(rows, merged=["B1:XFD1048576"] * 15_000)


def billion_laughs() -> bytes:
    lol = '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10)) + "]>"
    xml = crafted.sheet_xml(MATRIX)
    return crafted.workbook({"RACI": xml.replace("?><worksheet", f"?>{lol}<worksheet").replace("Backups", "&a9;")})


def outside_entity() -> bytes:
    xml = crafted.sheet_xml(MATRIX).replace("?><worksheet", '?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet')
    return crafted.workbook({"RACI": xml.replace("Backups", "&f;")})


def sixteen_bit_entity() -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    return crafted.packed({"xl/workbook.xml": crafted.RELS, "xl/worksheets/sheet1.xml": xml.encode("utf-16")})


def cut_off() -> bytes:
    return crafted.of_rows(MATRIX)[:-40]


def turned_bytes() -> bytes:
    content = bytearray(crafted.of_rows(MATRIX))
    at = content.index(b"sheet1.xml") + 40
    content[at : at + 30] = bytes(255 - byte for byte in content[at : at + 30])
    return bytes(content)


def locked_part() -> bytes:
    content = bytearray(crafted.of_rows(MATRIX))
    for found in re.finditer(b"PK\x01\x02", bytes(content)):
        content[found.start() + 8] |= 1
    return bytes(content)


def said_twice() -> bytes:
    file = BytesIO(crafted.of_rows(MATRIX))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as twice:
        twice.writestr("xl/worksheets/sheet1.xml", crafted.sheet_xml([["Other"]]))
    return file.getvalue()


def many_sheets() -> bytes:
    return crafted.workbook({f"S{number}": crafted.sheet_xml(MATRIX) for number in range(archive.MOST_SHEETS + 1)})


REFUSED: list[tuple[Callable[[], bytes], str]] = [
    (bomb_of_blanks, archive.BOMB),
    (swelling_part, archive.BOMB),
    (lying_bomb, archive.BROKEN),
    (many_cells, grid.too_many()),
    (far_cells, grid.too_many()),
    (billion_laughs, archive.DECLARES),
    (outside_entity, archive.DECLARES),
    (sixteen_bit_entity, archive.DECLARES),
    (cut_off, archive.BROKEN),
    (turned_bytes, archive.BROKEN),
    (locked_part, archive.PROTECTED),
    (said_twice, archive.BROKEN),
    (many_sheets, "This workbook has more than 60 sheets. Keep those that say who does what, and try again."),
]


@pytest.mark.parametrize(("craft", "why"), REFUSED, ids=lambda one: getattr(one, "__name__", ""))
def test_a_hostile_workbook_is_refused_in_words(craft: Callable[[], bytes], why: str) -> None:
    assert refusal("a.xlsx", craft()) == why


@pytest.mark.parametrize("craft", [bomb_of_blanks, lying_bomb, many_cells, far_cells, one_text_often, everything_merged, billion_laughs])
def test_a_hostile_workbook_takes_little_memory_and_time(craft: Callable[[], bytes]) -> None:
    content = craft()
    assert len(content) < files.MOST_BYTES
    _, memory, seconds = measured(content)
    assert memory < LIMIT
    assert seconds < 20


def test_a_text_said_a_hundred_thousand_times_is_too_much() -> None:
    told, memory, _ = measured(one_text_often())
    assert told == apart.TOO_MUCH
    assert memory < LIMIT


@pytest.mark.parametrize(
    ("extra", "why"),
    [
        ({"xl/vbaProject.bin": b"macros"}, archive.MACROS),
        ({"xl/externalLinks/externalLink1.xml": "<x/>"}, archive.LINKED),
    ],
)
def test_macros_and_links_to_other_workbooks_are_refused(extra: dict[str, bytes | str], why: str) -> None:
    assert refusal("a.xlsx", crafted.workbook({"RACI": crafted.sheet_xml(MATRIX)}, extra)) == why


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "This file is empty."),
        ("a.csv", b" \n\n ", "This file is empty."),
        ("a.csv", b"Task,Client\nBackups,R\n" * 600_000, "larger than 10 MB"),
        ("a.xls", files.OLD + b"old", "old Office file"),
        ("a.xlsx", files.OLD + b"x" * 100 + files.ENCRYPTED, "protected with a password"),
        ("a.pdf", b"%PDF-1.7", "a PDF document"),
        ("a.html", b"\n<!DOCTYPE html><table><tr><td>R", "a web page"),
        ("a.csv", crafted.of_rows(MATRIX), "The name ends in .csv, but this is a workbook"),
        ("a.xlsx", b"Task,Client\nBackups,R\n", "The name ends in .xlsx, but this is no Excel workbook."),
        ("a.docx", crafted.packed({"word/document.xml": "<x/>"}), "a Word document"),
        ("a.ods", crafted.packed({"mimetype": "x", "content.xml": "<x/>"}), "an OpenDocument file"),
        ("a.xlsb", crafted.packed({"xl/workbook.bin": b"x"}), "binary workbook"),
        ("a.zip", crafted.packed({"a.csv": "Task,Client"}), "an archive, not a workbook"),
        ("a.csv", b"Task,Client\x00\nBackups,R\n", "zero bytes"),
        ("a.csv", bytes(range(1, 27)) * 10, "program's own data"),
        ("a.csv", b'Task,Client\n"' + b"x" * 200_000, "quotation mark"),
        ("a.csv", b"a," * 3000, "more than 100,000 cells"),
        ("a.csv", b"a,,,,,,,,,\n" * 20_100, "more than 100,000 cells"),
        ("a.md", b"x\n" * 200_001, "more than 100,000 cells"),
        ("a.adoc", b"|===\n9999.9999+|x\n" + b"9999.9999+|y\n" * 50 + b"|===\n", "more than 100,000 cells"),
    ],
)
def test_what_is_no_matrix_is_refused_in_words(name: str, content: bytes, why: str) -> None:
    said = refusal(name, content)
    assert why in said
    assert said.endswith(".")


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.3)
    monkeypatch.setattr(apart, "CHILD", "import time; time.sleep(60)")
    with pytest.raises(CannotRead, match="longer than 20 seconds"):
        importers.read_apart("a.csv", b"Task,Client\nBackups,R\n")


@pytest.mark.parametrize(
    ("child", "why"),
    [
        ("import os; os.abort()", apart.TOO_MUCH),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", apart.TOO_MUCH),
        ("raise RuntimeError", apart.UNREADABLE),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", apart.TOO_LONG),
        (
            "import sys; sys.path.insert(0, sys.argv[1]); from responsibilities.importers import apart; apart.limit(); b'x' * 2**28",
            apart.UNREADABLE,
        ),
    ],
)
def test_a_child_that_dies_is_told_in_words(monkeypatch: pytest.MonkeyPatch, child: str, why: str) -> None:
    monkeypatch.setattr(apart, "CHILD", child)
    with pytest.raises(CannotRead) as refused:
        importers.read_apart("a.csv", b"Task,Client\nBackups,R\n" * 10_000)
    assert str(refused.value) == why


def test_the_child_sees_no_secret_no_framework_and_writes_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMANAGED_SECRET_KEY", "canary")
    child = (
        "import sys, os, json, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); sys.path.insert(0, sys.argv[1]); from responsibilities import importers; importers.apart.limit()\n"
        "try:\n    os.write(os.open('/tmp/comanaged-child', os.O_CREAT | os.O_WRONLY), b'x'); wrote = True\nexcept OSError:\n    wrote = False\n"
        "seen = [name for name in ('django', 'rest_framework', 'psycopg2', 'celery') if name in sys.modules]\n"
        "print(json.dumps({'refused': f'{dict(os.environ)} {seen} {wrote}'}))"
    )
    monkeypatch.setattr(apart, "CHILD", child)
    with pytest.raises(CannotRead) as refused:
        importers.read_apart("a.csv", b"x")
    assert str(refused.value) in {"{} [] False", "{'LC_CTYPE': 'C.UTF-8'} [] False"}


def test_an_odd_name_is_no_trouble() -> None:
    for name in ("a\0b.csv", "-c.csv", "\ud800.csv", "x" * 5000 + ".csv", ""):
        assert importers.read_apart(name, b"Task,Client\nBackups,R\n").tables


def test_blank_cells_far_away_do_not_count() -> None:
    sheet = crafted.sheet_xml(MATRIX).replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>')
    (table,) = importers.read("a.xlsx", crafted.workbook({"RACI": sheet})).tables
    assert len(table.lines) == 2


def test_the_biggest_sheet_that_is_read_takes_less_than_the_limit_in_both_processes() -> None:
    head = ",".join(["Task", *(f"Party {number}" for number in range(19))])
    body = "\n".join(",".join([f"Duty {number}", *(["R (for this)", "A", "C"] * 7)[:19]]) for number in range(4_990))
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told, memory, seconds = measured(f"{head}\n{body}\n".encode(), "a.csv")
    own = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun) * 1024
    assert told == ""
    assert memory + own < LIMIT
    assert seconds < 20
