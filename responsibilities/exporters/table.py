"""A version as one comma-separated table: UTF-8 that spreadsheets recognise, quoted as RFC 4180 says, and no cell a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from responsibilities.exporters.document import Document
from responsibilities.exporters.grid import grid

MARK_OF_UTF8 = "\ufeff"
VERSION, STATE, MARK = "Version", "State", "Content mark"
# What a spreadsheet would read as a formula, also behind blanks or full-width, and what looks as if we had already marked it.
FORMULA = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
MARKED = re.compile(r"''*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def matrix(document: Document) -> bytes:
    """Return the rows of a version; each says of which version it is, so that a row alone says whether it is signed."""
    found = grid(document)
    told = (f"{document.number}", document.standing, document.mark)
    return table((*found.headings, VERSION, STATE, MARK), ((*row, *told) for row in found.rows))


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return any rows as such a table."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerows([safe(cell) for cell in row] for row in (headings, *rows))
    return (MARK_OF_UTF8 + written.getvalue()).encode()


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet reads as a formula: one that might be gets an apostrophe in front."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """Return the cell that `safe` was given."""
    return cell[1:] if MARKED.match(cell) else cell
