"""Text with one row a line: commas, semicolons, tabs or bars between the cells."""

import csv
import io
import re
from collections import Counter

from responsibilities.importers.grid import Block, Paper, Row, rows_of
from responsibilities.importers.reading import CannotRead

SEPARATORS = (",", ";", "\t", "|")
SAMPLE = 200
ALONE = re.compile(r'(^|\t)"(?=\t|$)', re.MULTILINE)  # a ditto mark, not the beginning of a quoted cell


def read(text: str) -> Paper:
    """Return the rows of a text; lines without any separator are text beside them."""
    said, separator, text = _said(text)
    separator = separator or _likely(text)
    if separator == "":
        return Paper("csv", (), _paragraphs(text))
    try:
        rows = rows_of(_cells(text, separator), start=1 + said)
    except csv.Error as trouble:
        raise CannotRead("One cell of this file never ends. Look for a quotation mark that is opened and not closed.") from trouble
    return Paper("tsv" if separator == "\t" else "csv", (Block("", rows),))


def _cells(text: str, separator: str) -> list[list[str]]:
    if separator == "\t":
        text = ALONE.sub(r'\1""""', text)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=separator != "\t"))


def _said(text: str) -> tuple[int, str, str]:
    """Return the separator that the first line names ("sep=;"), as Excel writes it."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        return 1, first.strip()[-1], rest
    return 0, "", text


def _likely(text: str) -> str:
    """Return the separator that gives the most rows of one width; none where no line has any."""
    sample = "\n".join(text.split("\n")[:SAMPLE])
    scores = {separator: _score(sample, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best] > (0, 0) else ""


def _score(sample: str, separator: str) -> tuple[float, int]:
    try:
        rows = _cells(sample, separator)
    except csv.Error:
        rows = [line.split(separator) for line in sample.split("\n")]
    widths = Counter(len(row) for row in rows if any(cell.strip() for cell in row))
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return (0, 0)
    width = max(wide, key=lambda one: (wide[one], one))
    return (round(wide[width] / widths.total(), 1), width)


def _paragraphs(text: str) -> tuple[tuple[int, str], ...]:
    return tuple((row.number, row.text) for row in (Row(number, (line,)) for number, line in enumerate(text.split("\n"), 1)) if row.text)
