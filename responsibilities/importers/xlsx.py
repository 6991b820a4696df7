"""Excel workbooks: every visible and hidden sheet's cells as text, with merged cells said again where they reach."""

import datetime
import io

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from responsibilities.importers import archive
from responsibilities.importers.cells import read_letters, read_mark
from responsibilities.importers.grid import MOST_CELLS, Block, Paper, rows_of
from responsibilities.importers.reading import CannotRead

Merged = tuple[tuple[int, int], tuple[int, int]]
HALF = 2


def read(content: bytes) -> Paper:
    """Return the rows of every sheet of a workbook."""
    packed = archive.checked(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(packed)) as workbook:
            return Paper("xlsx", tuple(_sheet(workbook.get_sheet_by_name(name)) for name in _sheets(workbook)))
    except (CalamineError, ValueError, IndexError, KeyError, OSError) as trouble:
        raise CannotRead(archive.BROKEN) from trouble


def _sheets(workbook: CalamineWorkbook) -> list[str]:
    """Return the names of the sheets that have cells: no charts."""
    return [sheet.name for sheet in workbook.sheets_metadata if str(sheet.typ).endswith("WorkSheet")]


def _sheet(sheet: CalamineSheet) -> Block:
    if sheet.start is None:
        return Block(sheet.name, ())
    first = sheet.start[0] + 1
    cells = [[written(value) for value in row] for row in sheet.iter_rows()]
    merged = sheet.merged_cell_ranges or []
    left = sheet.start[1]
    left_to_say = MOST_CELLS
    for (top, start), (bottom, end) in merged:
        left_to_say -= _say_again(cells, (top - first + 1, start - left), (bottom - first + 1, end - left))
        if left_to_say < 0:
            break
    return Block(sheet.name, rows_of(cells, start=first))


def _say_again(cells: list[list[str]], start: tuple[int, int], end: tuple[int, int]) -> int:
    """Write a merged cell's text wherever it reaches, but not along a row it fills: there it is a title or a section.

    Return how many cells were looked at.
    """
    (top, left), (bottom, right) = start, end
    if not (0 <= top < len(cells) and 0 <= left < len(cells[top])):
        return 1
    width = len(cells[top])
    if right > left and _only_names(cells[top], left, min(right, width - 1)):
        return 1
    rows = cells[top : bottom + 1]
    for row in rows:
        for column in range(left, min(right + 1, width)):
            row[column] = row[column] or cells[top][left]
    return len(rows) * (min(right + 1, width) - left)


def _only_names(row: list[str], left: int, right: int) -> bool:
    """Say whether a merged cell is all that its row says, but for an id: a title or a section along most of the row."""
    beside = [text for column, text in enumerate(row) if text and not left <= column <= right]
    says = read_letters(row[left]) is not None or read_mark(row[left]) is not None
    return len(beside) <= 1 and (right - left + 1) * HALF > len(row) and not says


def written(value: object) -> str:
    """Return a cell's value as a person reads it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 - beyond it a float has no units
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)
