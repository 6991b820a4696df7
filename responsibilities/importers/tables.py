"""A whole file's rows turned into tables: headers found, like tables joined, dialects decided, legends and titles told apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from responsibilities.importers import columns, dialects, heads, legends, lines, saying, words
from responsibilities.importers.grid import Block, Paper, Row
from responsibilities.importers.heads import Headed
from responsibilities.importers.reading import CannotRead, Reading, Table

MOST_TABLES = 1_000


@dataclass(slots=True)
class Kin:
    """Tables of one sheet that have the same header: read as one."""

    sheet: str
    title: str
    members: list[tuple[Headed, str]] = field(default_factory=list)  # with the heading each stands under
    named: list[tuple[int, str]] = field(default_factory=list)  # the rows that gave those headings

    @property
    def header_rows(self) -> tuple[int, ...]:
        """Return the rows of every header."""
        return tuple(row.number for member, _ in self.members for row in member.head)


def read(paper: Paper) -> Reading:
    """Return what a file says."""
    aside = list(paper.aside)
    kin: dict[tuple[str, ...], Kin] = {}
    explained = legends.read(text for _, text in paper.aside)
    if len(paper.blocks) > MOST_TABLES:
        raise CannotRead(f"This file has more than {MOST_TABLES:,} tables. Keep those that say who does what, and try again.")
    several = len(paper.blocks) > 1 and paper.format == "xlsx"
    for block in paper.blocks:
        rows, found = (list(block.rows), []) if _is_legend(block) else heads.divide(block)
        explained |= legends.read_rows(rows)
        aside += _told(rows, block.sheet if several else "")
        title = "\n".join([block.sheet or block.section, block.title, *(row.text for row in rows)])
        for order, headed in enumerate(found):
            known = kin.setdefault((block.sheet, *map(words.key, headed.headings)), Kin(block.sheet, title))
            named = headed.above if order or any(later.above for later in found[1:]) else None  # else it is the sheet's title
            known.members.append((headed, words.plain(named.text) if named else block.section))
            known.named += [(named.number, named.text)] if named and order else []
    tables = []
    for one in kin.values():
        table, notes = _table(one, explained)
        tables.append(table)
        aside += [(row, f"{one.sheet}: {text}" if several else text) for row, text in notes]
    return Reading(paper.format, tuple(tables), tuple(sorted(aside, key=lambda note: note[0]) if not several else aside))


def _is_legend(block: Block) -> bool:
    """Say whether a block only explains symbols, and no duties follow."""
    return legends.is_legend(block) and not any(heads.is_head(row) and heads.is_strong(row) for row in block.rows[block.headed :])


def _told(rows: Sequence[Row], sheet: str) -> Iterator[tuple[int, str]]:
    return ((row.number, f"{sheet}: {row.text}" if sheet else row.text) for row in rows if row.text)


def _table(kin: Kin, explained: Mapping[str, str]) -> tuple[Table, list[tuple[int, str]]]:
    """Return one table and the notes that stood in it."""
    body = [row for member, _ in kin.members for row in member.body]
    found = columns.of(_widest(kin), _telling(kin))
    plan = dialects.plan(found, kin.title)
    if plan is None:
        return _not_understood(kin), []
    legend = {**legends.read_rows(body, _codes_in(body)), **explained}
    told = lines.Told(saying.speech(plan, found, legend), found)
    for member, section in kin.members:
        lines.tell(told, member.body, section)
    table = Table(
        sheet=kin.sheet,
        dialect=plan.dialect,
        header_rows=kin.header_rows,
        parties=_parties(told, plan),
        lines=tuple(told.lines),
        unread=tuple(told.unread),
        headings=_widest(kin).headings,
        sections=(*told.sections, *kin.named),
    )
    return table, told.notes


def _not_understood(kin: Kin) -> Table:
    """Return a table that says nothing of who does what: its rows are told as they are."""
    rows = [row for member, _ in kin.members for row in (*member.head, *member.body)]
    unread = (*kin.named, *((row.number, row.text) for row in rows if row.text))
    return Table(kin.sheet, None, kin.header_rows, (), (), unread, _widest(kin).headings)


def _widest(kin: Kin) -> Headed:
    """Return the member whose rows reach furthest right, so that every cell has a column."""
    return max((member for member, _ in kin.members), key=lambda member: len(member.names))


def _telling(kin: Kin) -> list[Row]:
    """Return the rows that can tell what the columns are: those with more than one cell, and no legend."""
    body = [row for member, _ in kin.members for row in takewhile(lambda row: not legends.opens(row), member.body)]
    several = [row for row in body if len(row.filled) > 1 and legends.means(row) is None]
    return several or [row for row in body if row.filled]


def _codes_in(body: Sequence[Row]) -> set[str]:
    return {words.plain(cell) for row in body for _, cell in row.filled if len(cell) <= len("SH-SHARED")}


def _parties(told: lines.Told, plan: dialects.Plan) -> tuple[str, ...]:
    """Return everybody the table knows: by its columns, else by its cells."""
    by_column = dict.fromkeys(name for name in plan.parties.values() if name)
    by_cell = dict.fromkeys(part.party for line in told.lines for part in line.parts if part.party)
    return tuple(by_column | by_cell)
