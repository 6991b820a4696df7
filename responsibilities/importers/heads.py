"""Where a table's header is: one row or two that need not line up, anywhere in a sheet, and again where another table begins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from responsibilities.importers import cells, words
from responsibilities.importers.grid import Block, Row

LONGEST_HEADING = 160
HALF = 2
LOOK = 40


@dataclass(frozen=True, slots=True)
class Headed:
    """The rows that stand under one header."""

    head: tuple[Row, ...]
    groups: tuple[str, ...]  # what the upper of two header rows says of each column
    names: tuple[str, ...]  # what the lower says, or the only one
    body: tuple[Row, ...]
    above: Row | None = None  # a row right above the header that only names something

    @property
    def headings(self) -> tuple[str, ...]:
        """Return what every column is headed with, the upper row first."""
        return tuple(f"{group} / {name}" if group and name else group or name for group, name in zip(self.groups, self.names, strict=True))


def divide(block: Block) -> tuple[list[Row], list[Headed]]:
    """Return the rows before any header, and the tables that stand under each."""
    rows = list(block.rows)
    heads = list(_heads(block))
    starts = [start for start, _ in heads] + [len(rows)]
    tables: list[Headed] = []
    for (start, end), after in zip(heads, starts[1:], strict=True):
        body, above = rows[end:after], _named_above(rows, start)
        if after < len(rows) and _named_above(rows, after):
            body = body[:-1]
        tables.append(replace(_headed(rows[start:end], body), above=above))
    return rows[: starts[0]], tables


def _named_above(rows: Sequence[Row], start: int) -> Row | None:
    """Return the row right above a header if all it does is name something."""
    return rows[start - 1] if start and len(rows[start - 1].filled) == 1 else None


def _headed(head: Sequence[Row], body: Sequence[Row]) -> Headed:
    width = max((len(row.cells) for row in (*head, *body)), default=0)
    lower = [words.plain(head[-1].at(column)) for column in range(width)]
    upper = _spread([words.plain(head[0].at(column)) for column in range(width)], lower) if len(head) > 1 else [""] * width
    names = tuple(below or above for above, below in zip(upper, lower, strict=True))
    groups = tuple("" if words.key(above) == words.key(name) else above for above, name in zip(upper, names, strict=True))
    return Headed(tuple(head), groups, names, tuple(body))


def _spread(upper: list[str], lower: list[str]) -> list[str]:
    """Say a group again over the columns it covers: those to its right that only the lower row names."""
    found: list[str] = []
    for above, below in zip(upper, lower, strict=True):
        reaches = bool(found) and bool(below) and not words.made_of(below, words.MORE)
        found.append(above or (found[-1] if reaches else ""))
    return found


def _heads(block: Block) -> Iterator[tuple[int, int]]:
    """Return where each header begins and ends."""
    rows = block.rows
    first = _first(block)
    if first is None:
        return
    start, end = _with_neighbours(rows, first, alone=bool(block.headed))
    yield start, end
    seen = {_keys(row) for row in rows[start:end]}
    at = end
    while at < len(rows):
        if _keys(rows[at]) in seen or (_is_apart(rows, at) and is_head(rows[at]) and not _is_duty_of(rows, at, end)):
            start, end = _with_neighbours(rows, at, alone=True)
            seen |= {_keys(row) for row in rows[start:end]}
            yield start, end
            at = end
        else:
            at += 1


def _first(block: Block) -> int | None:
    """Return the row that heads the first table: the one the file calls so, else the strongest of its kind."""
    rows = block.rows
    if block.headed and len(rows) > 1 and rows[0].filled and not _is_title(rows):
        return 0
    candidates = [at for at in range(len(rows)) if is_head(rows[at])]
    strong = next((at for at in candidates if is_strong(rows[at])), None)
    if strong is not None:
        return strong
    above = _above_data(rows)
    return next((at for at in candidates if above is None or at <= above), above)


def _is_title(rows: Sequence[Row]) -> bool:
    """Say whether what a file calls the header only stands above the real one."""
    wider = (row for row in rows[1:LOOK] if len(row.filled) > len(rows[0].filled))
    return not is_head(rows[0]) and any(is_head(row) and is_strong(row) for row in wider)


def _above_data(rows: Sequence[Row]) -> int | None:
    """Return the row that stands over the first cells with letters or marks."""
    for at, row in enumerate(rows):
        if any(_is_data(cell) for _, cell in row.filled) and any(not _is_data(cell) for _, cell in row.filled):
            columns = [column for column, cell in row.filled if _is_data(cell)]
            over = (above for above in range(at - 1, max(-1, at - LOOK), -1) if all(rows[above].at(column) for column in columns))
            return next((above for above in over if not any(_is_data(rows[above].at(column)) for column in columns)), None)
    return None


def is_head(row: Row) -> bool:
    """Say whether a row could head a table: it names what the rows are, or the letters."""
    said = row.filled
    if any(len(cell) > LONGEST_HEADING for _, cell in said) or len({words.key(cell) for _, cell in said}) <= 1:
        return False
    letters = [words.letter_of(cell) for _, cell in said]
    named = [cell for (_, cell), letter in zip(said, letters, strict=True) if not letter]
    if len(set(filter(None, letters))) > HALF and len(set(filter(None, letters))) == len([one for one in letters if one]):
        return all(_names_rows(cell) or words.made_of(cell, words.MORE, words.SECTION) for cell in named[:1])
    duty = next((column for column, cell in said if _names_rows(cell)), None)
    others = [cell for column, cell in said if column != duty]
    return duty is not None and sum(_is_data(cell) and not _spells(cell) for cell in others) * HALF <= len(others)


def is_strong(row: Row) -> bool:
    """Say whether a row surely heads a table that says who does what."""
    said = [cell for _, cell in row.filled]
    best = any(words.made_of(cell, words.BEST_DUTY, words.POOR_DUTY, words.GOOD_DUTY, words.REF) for cell in said)
    telling = any(words.letter_of(cell) or words.has(cell, words.RESPONSIBLE | words.PARTY | words.PROSE | words.LETTER) for cell in said)
    doing = any(words.made_of(cell, words.BEST_DUTY, words.POOR_DUTY, words.REF) and words.has(cell, words.BEST_DUTY) for cell in said)
    return best and (telling or doing or len(said) > HALF + 1)


def _names_rows(cell: str) -> bool:
    return words.made_of(cell, words.BEST_DUTY, words.GOOD_DUTY, words.POOR_DUTY, words.REF, words.SECTION)


def _spells(cell: str) -> bool:
    """Say whether a cell spells what a letter stands for, as headings do."""
    return any(word in words.SPELLED for word in words.words(cell))


def _is_data(cell: str) -> bool:
    return cells.read_letters(cell) is not None or cells.read_mark(cell) is not None or cells.says_nothing(cell)


def _is_apart(rows: Sequence[Row], at: int) -> bool:
    """Say whether nothing, or only a title, stands right above a row."""
    return len(rows[at - 1].filled) <= 1


def _is_duty_of(rows: Sequence[Row], at: int, since: int) -> bool:
    """Say whether a row is one more of the rows above it: as wide as they are, with letters or marks where they have them."""
    columns = {column for row in rows[max(since, at - LOOK) : at] for column, cell in row.filled if _is_data(cell)}
    return any(_is_data(rows[at].at(column)) for column in columns) and not any(words.letter_of(cell) for _, cell in rows[at].filled[1:])


def _with_neighbours(rows: Sequence[Row], at: int, *, alone: bool) -> tuple[int, int]:
    """Return the header's first row and the row after its last: a header of two rows has groups above or names below."""
    if at + 1 < len(rows) and _is_below(rows[at], rows[at + 1]):
        return at, at + 2
    if not alone and at and _is_above(rows[at - 1], rows[at]):
        return at - 1, at + 1
    return at, at + 1


def _is_below(head: Row, row: Row) -> bool:
    """Say whether a row goes on naming columns: it leaves the first column to the row above and names columns under its groups."""
    first = head.filled[0][0]
    if any(len(cell) > LONGEST_HEADING for _, cell in row.filled):
        return False
    fresh = [(column, cell) for column, cell in row.filled if words.key(cell) != words.key(head.at(column))]
    if len(fresh) <= 1 or any(column <= first for column, _ in fresh):
        return False
    under_group = any(not head.at(column) or head.at(column) == head.at(column - 1) for column, _ in fresh)
    letters = [(_group_at(head, column), letter) for column, cell in fresh if (letter := words.letter_of(cell))]
    if len(letters) * HALF >= len(fresh):
        return under_group and len(set(letters)) == len(letters)
    return under_group and sum(_is_data(cell) and not _spells(cell) for _, cell in fresh) * HALF < len(fresh)


def _group_at(head: Row, column: int) -> str:
    return next((head.at(left) for left in range(column, -1, -1) if head.at(left)), "")


def _is_above(row: Row, head: Row) -> bool:
    """Say whether a row names groups of columns: it begins right of the header's first column and is no sentence."""
    said = row.filled
    if not said or said[0][0] <= head.filled[0][0] or any(len(cell) > LONGEST_HEADING for _, cell in said):
        return False
    return not any(_is_data(cell) for _, cell in said)


def _keys(row: Row) -> tuple[str, ...]:
    return tuple(words.key(cell) for cell in row.cells) if len(row.filled) > 1 else (str(row.number),)
