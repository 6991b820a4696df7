"""Rows of cells as a file holds them, before anybody asks what they mean."""

from collections.abc import Iterable
from dataclasses import dataclass

from responsibilities.importers.reading import CannotRead

MOST_CELLS = 100_000  # of these the reading takes 100 MB in the child and as much in who asked
MOST_COLUMNS = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands in the sheet or file, from 1, and its cells as written."""

    number: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> list[tuple[int, str]]:
        """Return the cells that are not blank, with their columns."""
        return [(column, cell) for column, cell in enumerate(self.cells) if cell.strip()]

    @property
    def text(self) -> str:
        """Return all that the row says as one text."""
        return " | ".join(cell.strip() for _, cell in self.filled)

    def at(self, column: int) -> str:
        """Return a cell as written; empty beyond the row's end."""
        return self.cells[column].strip() if 0 <= column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that stand together: a sheet, or one table of a text."""

    sheet: str
    rows: tuple[Row, ...]
    headed: int = 0  # how many first rows the file itself calls a header; 0 where it does not say
    section: str = ""  # the heading above it
    title: str = ""  # what stands right above it


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole file as rows and as the text beside them."""

    format: str
    blocks: tuple[Block, ...]
    aside: tuple[tuple[int, str], ...] = ()


def rows_of(lines: Iterable[Iterable[str]], start: int = 1) -> tuple[Row, ...]:
    """Return numbered rows; refuse more cells than a matrix has."""
    rows: list[Row] = []
    left = MOST_CELLS
    for number, line in enumerate(lines, start):
        cells = tuple(line)
        left -= len(cells)
        if left < 0 or len(cells) > MOST_COLUMNS:
            raise CannotRead(too_many())
        rows.append(Row(number, cells))
    return tuple(rows)


def too_many() -> str:
    """Say that a file is too big to be a matrix."""
    return f"This file has more than {MOST_CELLS:,} cells. Keep only the sheets that say who does what, and try again."
