"""The rows of a table told apart: duties, section rows, footnotes, and rows that could not be understood."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from responsibilities.importers import cells, columns, legends, words
from responsibilities.importers.columns import Column, Texts
from responsibilities.importers.grid import Row
from responsibilities.importers.reading import SECTION_OR_UNASSIGNED, Line, Part
from responsibilities.importers.saying import Said, Speech, say

HALF = 0.5
TWO = 2
TOTALS = {"total", "totals", "sum", "subtotal", "grand total", "count", "summe", "somme", "suma"}


class Kind(Enum):
    """What a row is."""

    BLANK = auto()
    NOTE = auto()
    NAME = auto()  # nothing but a name: a section, or a duty that nobody has
    SECTION = auto()
    LINE = auto()
    STRAY = auto()


@dataclass(slots=True)
class Told:
    """What the rows of one table say, gathered row by row."""

    speech: Speech
    columns: Sequence[Column]
    lines: list[Line] = field(default_factory=list)
    sections: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)
    section: str = ""


def tell(told: Told, rows: Sequence[Row], section: str) -> None:
    """Add the rows under one header. `section` is the heading they stand under."""
    told.section = section
    for row, kind in zip(rows, _kinds(told, rows), strict=True):
        if kind is Kind.NOTE:
            told.notes.append((row.number, row.text))
        elif kind is Kind.SECTION:
            told.section = _one_line([cell for _, cell in row.filled if not cells.is_rule(cell)][-1])
            told.sections.append((row.number, row.text))
        elif kind is Kind.STRAY:
            told.unread.append((row.number, row.text))
        elif kind in {Kind.LINE, Kind.NAME}:
            _add(told, row, asks=SECTION_OR_UNASSIGNED if kind is Kind.NAME else "")


def _kinds(told: Told, rows: Sequence[Row]) -> list[Kind]:
    """Return what each row is; what only a name is, the rows after it tell."""
    rough = [_kind(told, row) for row in rows]
    _close_legends(told, rows, rough)
    filled = any(row.at(at) for row in rows for at in told.speech.plan.parties)
    bold = _bold_means_section(told, rows)
    found: list[Kind] = []
    for at, (row, kind) in enumerate(zip(rows, rough, strict=True)):
        if kind is not Kind.NAME:
            found.append(kind)
        elif not filled or (_stands_as_duty(told, rows, at) and not _is_drawn(row)):
            found.append(Kind.LINE)
        elif _next_is_line(rough, at) or _is_drawn(row) or bold(row):
            found.append(Kind.SECTION)
        else:
            found.append(Kind.NAME)
    return found


def _kind(told: Told, row: Row) -> Kind:
    said = [(at, cell) for at, cell in row.filled if not cells.is_rule(cell)]
    if not said:
        return Kind.BLANK
    if legends.opens(row) or legends.is_footnote(row) or _explains(told, row):
        return Kind.NOTE
    if words.key(said[0][1]) in TOTALS:
        return Kind.STRAY
    plan = told.speech.plan
    if any(at in plan.parties or at == plan.roles for at, _ in said):
        return Kind.LINE
    return _kind_of_name(plan.texts, row, said)


def _explains(told: Told, row: Row, most: int = TWO) -> bool:
    """Say whether a row explains a symbol, and does not use it."""
    return row.filled[0][0] not in told.speech.plan.parties and legends.means(row, told.speech.scheme.symbols, most) is not None


def _kind_of_name(texts: Texts, row: Row, said: Sequence[tuple[int, str]]) -> Kind:
    """Return what a row is that says nothing of who does what: an id alone is a duty, a name alone could be a section."""
    filled = {at for at, _ in said}
    alone = len(said) == 1 and filled <= {texts.duty, texts.ref, texts.section, 0}
    if (alone and not columns.IDLIKE.fullmatch(words.plain(said[0][1]))) or (len(said) > 1 and filled == {texts.ref, texts.duty}):
        return Kind.NAME
    return Kind.LINE if filled & {texts.duty, texts.ref} else Kind.STRAY


def _close_legends(told: Told, rows: Sequence[Row], kinds: list[Kind]) -> None:
    """Take what stands under a legend's title, up to the next duty, for the legend's."""
    inside = False
    for at, row in enumerate(rows):
        if kinds[at] is Kind.NOTE and legends.opens(row):
            inside = True
        elif inside and row.filled and (kinds[at] in {Kind.NAME, Kind.STRAY} or _explains(told, row, legends.FEW_COLUMNS)):
            kinds[at] = Kind.NOTE
        elif kinds[at] is Kind.LINE:
            inside = False


def _stands_as_duty(told: Told, rows: Sequence[Row], at: int) -> bool:
    """Say whether a row that nobody holds is yet surely a duty: it has an id of its own, or sections have their own column."""
    texts = told.speech.plan.texts
    row = rows[at]
    if texts.ref >= 0 and texts.ref != texts.duty and row.at(texts.ref) and row.at(texts.duty):
        following = next((rows[later].at(texts.ref) for later in range(at + 1, len(rows)) if rows[later].filled), "")
        return not re.match(re.escape(row.at(texts.ref).rstrip(".")) + r"[.\-]\w", following)
    return texts.section >= 0 and not row.at(texts.section)


def _is_drawn(row: Row) -> bool:
    """Say whether a row is drawn as a section: with lines in the cells beside its name."""
    beside = [cell for _, cell in row.filled[1:]]
    return bool(beside) and all(map(cells.is_rule, beside))


def _bold_means_section(told: Told, rows: Sequence[Row]) -> Callable[[Row], bool]:
    """Return a rule for emphasised names: they are sections where most duties are not emphasised."""
    duty = told.speech.plan.texts.duty
    duties = [row.at(duty) for row in rows if len(row.filled) > 1 and row.at(duty)]
    bold = sum(text.startswith(("*", "_")) for text in duties)
    return lambda row: bold < HALF * len(duties) and row.filled[0][1].strip().startswith(("*", "_"))


def _next_is_line(kinds: Sequence[Kind], at: int) -> bool:
    following = next((kinds[later] for later in range(at + 1, len(kinds)) if kinds[later] is not Kind.BLANK), None)
    return following is Kind.LINE


def _one_line(text: str) -> str:
    return " ".join(words.plain(text).split())


def _add(told: Told, row: Row, asks: str) -> None:
    """Add a duty; one that only says who else holds the duty above is added to that."""
    plan = told.speech.plan
    before = told.lines[-1] if told.lines else None
    duty = _one_line(row.at(plan.texts.duty))
    same = not duty or cells.is_ditto(duty)
    parts, unread, asking = _parts(told, row, before)
    section = _section(told, row)
    line = Line(
        row=row.number,
        number=len(told.lines) + 1,
        ref=_one_line(row.at(plan.texts.ref)),
        duty=before.duty if same and before and not row.at(plan.texts.ref) else duty or _one_line(row.at(plan.texts.ref)),
        section=section,
        parts=parts,
        more=tuple(_more(told, row)),
        unread=unread,
        asks=asks or asking,
    )
    if plan.roles >= 0 and before and (same or words.key(duty) == words.key(before.duty)) and line.ref in {"", before.ref}:
        told.lines[-1] = replace(before, parts=before.parts + parts, more=before.more + line.more, unread=before.unread + unread)
    else:
        told.lines.append(line)


def _section(told: Told, row: Row) -> str:
    """Return a row's section; the column of sections says it once for the rows below."""
    at = told.speech.plan.texts.section
    if at >= 0 and row.at(at) and not cells.is_ditto(row.at(at)):
        told.section = _one_line(row.at(at))
    return told.section


def _parts(told: Told, row: Row, before: Line | None) -> tuple[tuple[Part, ...], tuple[tuple[str, str], ...], str]:
    """Return who holds a duty, the cells that could not be understood, and what must be asked."""
    plan = told.speech.plan
    given = [(told.columns[at].heading, row.at(at), _said(told, at, row.at(at), before)) for at in plan.parties if row.at(at)]
    parts = tuple(part for _, _, said in given for part in said.parts)
    unread = tuple((heading, cell) for heading, cell, said in given if not said.parts)
    asks = next((said.asks for _, _, said in given if said.asks), "")
    if role := row.at(plan.roles):
        parts = tuple(replace(part, party=words.plain(role)) for part in parts)
        unread = unread if parts else (*unread, (told.columns[plan.roles].heading, role))
    return parts, unread, asks


def _said(told: Told, at: int, cell: str, before: Line | None) -> Said:
    """Return what a cell says; one that repeats the cell above says what that said."""
    column = told.columns[at]
    if cells.is_ditto(cell):
        return Said(tuple(replace(part, text=cell) for part in (before.parts if before else ()) if part.column == column.heading))
    return say(told.speech, at, column, cell)


def _more(told: Told, row: Row) -> Iterator[tuple[str, str]]:
    """Return what the columns say that nobody asked for."""
    plan = told.speech.plan
    used = {plan.texts.duty, plan.texts.ref, plan.texts.section, plan.roles, *plan.parties}
    for at, cell in row.filled:
        if at not in used:
            yield told.columns[at].heading, words.plain(cell)
