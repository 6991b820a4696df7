"""A whole matrix as one of its contents says it, for reading beside changes and for print."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from comanaged.vocabulary import Hours, Letter, Party, spoken
from responsibilities import catalogue
from responsibilities.domain import difference, ordering
from responsibilities.domain.content import Content, Held, Line
from responsibilities.domain.difference import Change
from responsibilities.queries import words
from responsibilities.queries.words import Mark

ALWAYS_SHOWN = (Party.INTERNAL, Party.PROVIDER, Party.LEADERSHIP)


@dataclass(frozen=True)
class Column:
    """A party that takes part."""

    party: Party
    name: str
    shape: str


@dataclass(frozen=True)
class Cell:
    """What a party has in a line."""

    name: str
    shape: str
    shown: SafeString
    words: str
    more: str  # what its letters say besides: which half, how far, from when
    changed: bool


@dataclass(frozen=True)
class Printed:
    """One line of the matrix: of a duty, or of a place under it."""

    title: str
    key: str
    is_place: bool
    cells: tuple[Cell, ...]
    nobody: str
    note: str
    authority: str
    first_steps: str
    excluded: str
    changed: bool


@dataclass(frozen=True)
class Group:
    """The lines of one category."""

    name: str
    lines: tuple[Printed, ...]


@dataclass(frozen=True)
class Whole:
    """A whole matrix."""

    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    hours: tuple[tuple[str, str, str], ...]  # name, where, in words
    duties: int


def whole(content: Content, changes: tuple[Change, ...] = ()) -> Whole:
    """Return all lines of a content in the order of the matrix; those in `changes` are marked."""
    parties = {one.party for line in content.lines for one in line.held}
    columns = tuple(
        Column(party, content.party(spoken(party)), words.SHAPES[party])
        for party in Party
        if party in ALWAYS_SHOWN or spoken(party) in parties
    )
    touched = {(one.about, one.place, one.party) for one in changes if one.kind == "line"}
    excluded = {one.duty: difference.excluded_in_words(one) for one in content.exclusions}
    groups = [
        Group(one.name, tuple(_printed(content, line, columns, touched, excluded.get(line.about, "")) for line in one.lines))
        for one in ordering.by_category(content, catalogue.duties(), catalogue.category_names())
    ]
    return Whole(columns, tuple(groups), _hours(content), len({line.about for line in content.lines if line.about in content.duties}))


def _printed(content: Content, line: Line, columns: tuple[Column, ...], touched: set[tuple[str, str, str]], excluded: str) -> Printed:
    cells = tuple(_cell(content, line, column, (line.about, line.place, spoken(column.party)) in touched) for column in columns)
    nobody = [one.letter for one in sorted(line.held) if not one.party]
    return Printed(
        title=content.place(line.place) if line.place else content.title(line.about),
        key=line.about,
        is_place=bool(line.place),
        cells=cells,
        nobody=", ".join(nobody),
        note=line.note,
        authority=line.authority,
        first_steps=line.first_steps,
        excluded=excluded if not line.place else "",
        changed=any(about == line.about and place == line.place for about, place, _ in touched),
    )


def _cell(content: Content, line: Line, column: Column, changed: bool) -> Cell:  # noqa: FBT001 - a column of the cell
    held = sorted(
        (one for one in line.held if one.party == spoken(column.party)),
        key=lambda one: (words.ORDER.index(one.letter), one.rank, one.hours),
    )
    text = difference.written(content, held) if held else ""
    marks = tuple(_mark(content, one) for one in held)
    more = "; ".join(f"{one.letter}: {one.more}" for one in marks if one.more)
    return Cell(column.name, column.shape, words.cell(marks, changed), text, more, changed)


def _mark(content: Content, one: Held) -> Mark:
    dates = [f"from {difference.day(one.since)}" if one.since else "", f"until {difference.day(one.until)}" if one.until else ""]
    more = (one.split, one.qualifier, *dates, "besides those around it" if one.append else "")
    hours = Hours[one.hours.upper()].value if one.hours.upper() in Hours.__members__ else one.hours
    return Mark(
        letter=Letter(one.letter),
        hours=hours or None,
        lead=one.lead,
        who=content.who(one),
        backup=one.rank > 1,
        more=", ".join(filter(None, more)),
    )


def _hours(content: Content) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (
            one.name or ("Day" if one.key == "business" else one.key),
            content.place(one.place) if one.place else "Whole client",
            difference.hours_in_words(one),
        )
        for one in sorted(content.calendars, key=lambda one: (one.key != "business", one.key, one.place))
    )
