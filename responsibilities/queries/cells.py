"""The form of one cell: every letter it holds with its hours, who it names and what else it says, and what it can become."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts.access import Actor
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain import raci
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.places import CLIENT, Place
from responsibilities.domain.raci import Rule
from responsibilities.queries import grid, overrides, reading, subjects, words
from responsibilities.queries.grid import Column, Reader


@dataclass(frozen=True)
class Choice:
    """One button or option of a cell's form."""

    value: str
    word: str
    chosen: bool


@dataclass(frozen=True)
class Part:
    """One letter that the cell holds; an R for each of its hours."""

    letter: str
    spelt: str
    was: str  # its hours, which tell it from another R of the cell
    when: str
    hours: tuple[Choice, ...]
    who: tuple[Choice, ...]  # none where this side may not name anybody of the party
    named: str
    half: str
    only: str
    besides: bool | None  # None where it has no meaning
    lead: bool


@dataclass(frozen=True)
class CellForm:
    """What one cell can become."""

    id: str  # of the row that an answer replaces
    focus: str
    key: str
    title: str
    place: str
    stamp: int
    column: Column
    letters: tuple[Choice, ...]
    parts: tuple[Part, ...]
    may_lead: bool
    backups: tuple[Choice, ...]
    backup: str
    more_hours: tuple[Choice, ...]  # that an R of the cell could have as well
    nobody: tuple[Choice, ...]
    places: tuple[Place, ...]  # that have no row of their own yet
    inherited: str
    is_duty: bool

    @property
    def does(self) -> bool:
        return any(part.letter == Letter.R for part in self.parts)

    @property
    def leads(self) -> bool:
        return any(part.lead for part in self.parts)

    @property
    def says_nobody(self) -> bool:
        return any(choice.chosen for choice in self.nobody)


def cell_form(by: Actor, key: str, party: Party, at: datetime, place: str = CLIENT) -> CellForm | None:
    """Return the form of one party's cell of the version that is being written; None for a line there is none of."""
    version = reading.open_version(by.tenant_id) or reading.version_at(by.tenant_id, at)
    about = raci.about(key)
    reader = grid.reader_of(version, by.tenant_id, at, {about})
    matrix = reader.matrix
    known = about in matrix.duties or about == raci.EVERY_DUTY or any(duty.category == about for duty in matrix.duties.values())
    if not known or (place and (place not in matrix.places.known or matrix.places.known[place].retired)):
        return None
    return _form(reader, about, party, place, by)


def _form(reader: Reader, about: str, party: Party, place: str, by: Actor) -> CellForm:
    matrix, duty = reader.matrix, reader.matrix.duties.get(about)
    row = overrides.own_of(matrix).get((about, place), ())
    own = [rule for rule in row if rule.party is party]
    wider = overrides.inherited(matrix, duty, place, reader.at) if duty and (place or reader.wide) else ()
    names = _names(reader, party, by)
    backup = next((rule for rule in own if rule.rank > 1), None)
    doing = [rule for rule in row if rule.letter is Letter.R and rule.rank == 1]
    mine = [rule for rule in doing if rule.party is party]
    taken = {place_key for about_key, place_key in reader.facts if about_key == about}
    return CellForm(
        id=grid.line_id(about) if duty else grid.head_id(about),
        focus=grid.line_id(about, place) if duty else grid.head_id(about),
        key=raci.line_key(about),
        title=overrides.title(matrix, about, place),
        place=place,
        stamp=reader.facts.get((about, place), grid.Fact(0, "")).stamp,
        column=next(column for column in reader.columns if column.party is party),
        letters=tuple(
            Choice(letter.value, raci.SPELT[letter], any(rule.letter is letter and rule.rank == 1 for rule in own)) for letter in _letters()
        ),
        parts=tuple(_part(reader, rule, names) for rule in sorted(own, key=_order) if rule.rank == 1),
        may_lead=bool(mine) and len({rule.party for rule in doing}) > 1,
        backups=_with_chosen(names, backup, Choice("none", "No backup", backup is None)),
        backup=words.marks_of([backup], party, reader.called)[0].who or matrix.called(party) if backup else "",
        more_hours=tuple(choice for choice in _hours(matrix, "") if mine and not any(rule.hours == choice.value for rule in mine)),
        nobody=tuple(
            Choice(letter.value, raci.SPELT[letter], any(rule.letter is letter and rule.party is None for rule in row))
            for letter in _letters()
        ),
        places=tuple(one for one in matrix.places.known.values() if not one.retired and one.key not in taken) if not place else (),
        inherited=words.spelt(words.marks_of(wider, party, reader.called)) if any(rule.party is party for rule in wider) else "",
        is_duty=duty is not None,
    )


def _part(reader: Reader, rule: Rule, names: tuple[Choice, ...]) -> Part:
    return Part(
        letter=rule.letter.value,
        spelt=raci.SPELT[rule.letter],
        was=rule.hours or "",
        when=dict(grid.named_hours(reader.matrix)).get(rule.hours, words.short_hours(rule.hours)) if rule.hours else "",
        hours=_hours(reader.matrix, rule.hours) if rule.hours else (),
        who=_with_chosen(names, rule, None),
        named=reader.called(rule.subject) if rule.subject else "",
        half=rule.split,
        only=rule.qualifier,
        besides=rule.append if rule.place and rule.letter in (Letter.C, Letter.I) else None,
        lead=rule.lead,
    )


def _names(reader: Reader, party: Party, by: Actor) -> tuple[Choice, ...]:
    """Return whom this person may name, the party as a whole first; nobody of the other side."""
    if by.side is not None and subjects.side_of(party) is not by.side:
        return ()
    known = subjects.choices_in(reader.matrix.crew, party, reader.at)
    return (
        Choice("", f"{reader.matrix.called(party)} as a whole", chosen=False),
        *(Choice(one.value, one.word, chosen=False) for one in known),
    )


def _with_chosen(names: tuple[Choice, ...], rule: Rule | None, first: Choice | None) -> tuple[Choice, ...]:
    """Return the names with the one that a rule names chosen."""
    if not names:
        return ()
    value = subjects.written(rule.team, rule.person) if rule else None
    chosen = tuple(Choice(one.value, one.word, one.value == value) for one in names)
    return (first, *chosen) if first else chosen


def _hours(matrix: Matrix, chosen: str | None) -> tuple[Choice, ...]:
    """Return day, night, always and the hours of other names."""
    known = [*((one.value, words.short_hours(one)) for one in Hours), *grid.named_hours(matrix)]
    return tuple(Choice(hours, word, hours == chosen) for hours, word in known)


def _letters() -> list[Letter]:
    return sorted(Letter, key=words.ORDER.index)


def _order(rule: Rule) -> tuple[int, str]:
    return words.ORDER.index(rule.letter), rule.hours or ""
