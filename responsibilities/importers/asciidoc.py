"""Tables of an AsciiDoc text: cells that span rows and columns, column lists, header options; every other line is text beside them."""

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from responsibilities.importers import words
from responsibilities.importers.grid import MOST_CELLS, MOST_COLUMNS, Block, Paper, Row, too_many
from responsibilities.importers.reading import CannotRead

FENCE = re.compile(r"^([|,:!])(={3,})\s*$")
HEADING = re.compile(r"^(={1,6}|#{1,6})\s+(\S.*)$")
TITLE = re.compile(r"^\.(?![.\s])(\S.*)$")
ATTRIBUTE = re.compile(r"^:([\w-]+):\s+(.*)$")
OPTIONS = re.compile(r"^\[(.*)\]\s*$")
BAR = re.compile(r"(?<!\\)\|")
SPEC = re.compile(r"(?<=\s)(?:(?P<columns>\d+)?(?:\.(?P<rows>\d+))?(?P<times>[+*]))?(?:[<^>](?:\.[<^>])?|\.[<^>])?[adehlmsv]?\Z")
COLUMNS = re.compile(r"\bcols\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^,\]]+))")
TIMES = re.compile(r"^(\d+)\*")
HEADER = re.compile(r"%header|(?:options|opts)\s*=\s*[\"']?[^\"'\]]*\bheader\b|(?:^|,)\s*%?header\b", re.IGNORECASE)
NO_HEADER = re.compile(r"%noheader|noheader")
SEPARATOR = re.compile(r"\bseparator\s*=\s*\"?([^\",\]]+)")
FORMAT = re.compile(r"\bformat\s*=\s*\"?(csv|tsv|dsv)")


LONGEST_OPTIONS = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it is written: on which line, how many rows and columns it takes."""

    line: int
    text: str
    columns: int = 1
    rows: int = 1


def read(text: str) -> Paper:
    """Return the tables of a text and what stands beside them."""
    lines = text.split("\n")
    named = {found.group(1): found.group(2).strip() for found in map(ATTRIBUTE.match, lines) if found}
    blocks: list[Block] = []
    aside: list[tuple[int, str]] = []
    heading, title, options, at = "", "", "", 0
    while at < len(lines):
        line = lines[at]
        if (fence := FENCE.match(line)) and (end := _closing(lines, at)):
            body = [(number + 1, lines[number]) for number in range(at + 1, end) if not _is_comment(lines[number])]
            blocks.append(replace(_block(body, fence.group(1), options, named), section=heading, title=title))
            options, title, at = "", "", end + 1
            continue
        if found := HEADING.match(line):
            heading = words.plain(_named(found.group(2), named))
        if found := OPTIONS.match(line):
            options = f"{options},{found.group(1)}"[-LONGEST_OPTIONS:]
        elif found := TITLE.match(line):
            title = words.plain(found.group(1))
        elif line.strip():
            options = title = ""
        aside += [(at + 1, line.strip())] if line.strip() else []
        at += 1
    return Paper("asciidoc", tuple(block for block in blocks if block.rows), tuple(aside))


def _closing(lines: list[str], at: int) -> int:
    return next((end for end in range(at + 1, len(lines)) if lines[end].strip() == lines[at].strip()), 0)


def _block(body: list[tuple[int, str]], mark: str, options: str, named: dict[str, str]) -> Block:
    form = FORMAT.search(options)
    if mark in ",:" or form:
        rows = _separated(body, "\t" if form and form.group(1) == "tsv" else ":" if mark == ":" else ",", named)
        return Block("", rows, int(bool(HEADER.search(options))))
    separator = SEPARATOR.search(options)
    if separator:
        body = [(number, line.replace(separator.group(1), "|")) for number, line in body]
    cells = list(_cells(body, named))
    width = _declared(options) or _first_width(body)
    return Block("", tuple(_laid(cells, max(1, width))), _headed(body, options, width))


def _is_comment(line: str) -> bool:
    return line.startswith("//") and not line.startswith("///")


def _headed(body: list[tuple[int, str]], options: str, width: int) -> int:
    """Say whether the first row is a header: the options say so, or it stands alone on the first line above a blank one."""
    if NO_HEADER.search(options):
        return 0
    lines = [line for _, line in body]
    alone = len(lines) > 1 and bool(lines[0].strip()) and not lines[1].strip() and len(BAR.findall(lines[0])) == width
    return int(alone or bool(HEADER.search(options)))


def _declared(options: str) -> int:
    """Return how many columns the options name: "2a,3a,3a", "3*", 3."""
    found = COLUMNS.search(options)
    listed = next(filter(None, found.groups()), "") if found else ""
    if not listed.strip():
        return 0
    pieces = re.split(r"[,;]", listed)
    counted = [int(times.group(1)) if (times := TIMES.match(piece.strip())) and len(times.group(1)) < 5 else 1 for piece in pieces]  # noqa: PLR2004 - four digits
    return min(sum(counted), MOST_COLUMNS)


def _first_width(body: list[tuple[int, str]]) -> int:
    first = next((line for _, line in body if line.strip()), "")
    return sum(cell.columns for cell in _cells([(0, first)], {}))


def _cells(body: list[tuple[int, str]], named: dict[str, str]) -> Iterator[Cell]:
    """Return the cells in the order written. What stands right before a bar says how many rows and columns the next cell takes."""
    text = "\n".join(["", *(line for _, line in body)])
    starts = [found.start() for found in BAR.finditer(text)]
    line_at = [0, *(number for number, line in body for _ in range(len(line) + 1))]
    ahead = SPEC.sub("", text[: starts[0]] if starts else text).strip()
    if ahead:
        yield Cell(body[0][0], _clean(ahead, named))
    for order, start in enumerate(starts):
        end = starts[order + 1] if order + 1 < len(starts) else len(text)
        inside = text[start + 1 : end]
        if end < len(text) and (spec := SPEC.search(inside)):
            inside = inside[: spec.start()]
        before = SPEC.search(text[max(0, start - 20) : start])
        yield from _repeated(before, line_at[start], _clean(inside, named))


def _repeated(spec: re.Match[str] | None, line: int, text: str) -> Iterator[Cell]:
    found = spec.groupdict() if spec else {}
    columns, rows = (min(int((found.get(part) or "1")[:5]), MOST_COLUMNS) or 1 for part in ("columns", "rows"))
    if found.get("times") == "*":
        yield from (Cell(line, text) for _ in range(columns))
    else:
        yield Cell(line, text, columns, rows)


def _laid(cells: list[Cell], width: int) -> Iterator[Row]:
    """Lay the cells on a grid. A cell that spans is said again where it reaches; one that takes a whole row is said once, as a heading is."""
    filled: dict[tuple[int, int], str] = {}
    lines: dict[int, int] = {}
    row = column = 0
    for cell in cells:
        while (row, column) in filled:
            row, column = (row, column + 1) if column + 1 < width else (row + 1, 0)
        lines.setdefault(row, cell.line)
        across = min(cell.columns, width - column)
        if len(filled) + across * cell.rows > MOST_CELLS:
            raise CannotRead(too_many())
        for down in range(cell.rows):
            for right in range(across):
                filled[(row + down, column + right)] = cell.text if across < width or not right else ""
    rows = max((row for row, _ in filled), default=-1) + 1
    for number in range(rows):
        if any((number, at) in filled for at in range(width)) and number in lines:
            yield Row(lines[number], tuple(filled.get((number, at), "") for at in range(width)))


def _separated(body: list[tuple[int, str]], separator: str, named: dict[str, str]) -> tuple[Row, ...]:
    text = "\n".join(line for _, line in body)
    start = body[0][0] if body else 1
    try:
        read_rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as trouble:
        raise CannotRead("One cell of this file never ends. Look for a quotation mark that is opened and not closed.") from trouble
    return tuple(Row(start + number, tuple(_clean(cell, named) for cell in row)) for number, row in enumerate(read_rows) if row)


def _clean(text: str, named: dict[str, str]) -> str:
    text = re.sub(r" \+\n", "\n", _named(text.replace("\\|", "|"), named))
    return html.unescape(text).strip()


def _named(text: str, named: dict[str, str]) -> str:
    """Put in what the text calls by a name of its own, and odd spaces as spaces."""
    text = text.replace("{nbsp}", " ").replace("{empty}", "").replace("{plus}", "+").replace("{vbar}", "|")
    return re.sub(r"\{([\w-]+)\}", lambda found: named.get(found.group(1), found.group()), text)
