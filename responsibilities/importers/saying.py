"""What a cell that counts says in a table of one dialect: who holds the duty and how, or that it could not be understood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from responsibilities.importers import cells, codes, words
from responsibilities.importers.columns import Column
from responsibilities.importers.dialects import Plan
from responsibilities.importers.reading import TO_BE_DECIDED, WHO_SHARES, Dialect, Part

CUSTOMER = "Customer"
TWO = 2


@dataclass(frozen=True, slots=True)
class Said:
    """What one cell gives; not understood where there are no parts."""

    parts: tuple[Part, ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """A table's dialect with the names and codes that stand in it."""

    plan: Plan
    spelled: Mapping[str, str] = field(default_factory=dict)  # a name's key and its first spelling
    alone: frozenset[str] = frozenset()  # keys of the names that stand alone somewhere
    scheme: codes.Scheme = field(default_factory=lambda: codes.Scheme({}))

    @property
    def pair(self) -> tuple[str, ...]:
        """Return the two who share what is "shared"; empty where there are not two."""
        names = [name for key, name in self.spelled.items() if not codes.shares(name) and key in self.alone]
        return tuple(names) if len(names) == TWO else ()


def speech(plan: Plan, columns: Sequence[Column], legend: Mapping[str, str]) -> Speech:
    """Return a table's dialect with the names and codes of its cells."""
    said = [value for at in plan.parties for value in columns[at].said]
    if plan.dialect is Dialect.CODES:
        return Speech(plan, scheme=codes.scheme(said, legend))
    if plan.dialect not in {Dialect.PARTY_PER_LETTER, Dialect.ONE_PARTY_COLUMN, Dialect.PARTY_PER_FUNCTION}:
        return Speech(plan)
    listed = [name.name for value in said for name in cells.read_names(value)]
    alone = frozenset(words.key(name) for name in listed if len(cells.BETWEEN_KNOWN.split(name)) == 1)
    spelled: dict[str, str] = {}
    for value in said:
        for name in cells.read_names(value, alone):
            spelled.setdefault(words.key(name.name), name.name)
    return Speech(plan, spelled, alone & spelled.keys())


def say(known: Speech, at: int, column: Column, cell: str) -> Said:
    """Return what a cell of a column says."""
    party = known.plan.parties[at]
    if cells.says_nothing(cell):
        return Said((Part(party, (), cell, column=column.heading, holds=False),))
    if cells.says_undecided(cell):
        return Said((Part(party, (), cell, column=column.heading, holds=False),), TO_BE_DECIDED)
    if known.plan.letters:
        return _under_letters(known, at, column, cell)
    return READERS[known.plan.dialect](known, party, column, cell)


def _letters(known: Speech, party: str, column: Column, cell: str) -> Said:
    read = cells.read_letters(cell) or ()
    return Said(tuple(Part(party, said.letters, cell, said.qualifier, column.heading) for said in read))


def _marks(known: Speech, party: str, column: Column, cell: str) -> Said:
    mark = cells.read_mark(cell)
    return Said((Part(party, (), cell, mark[1], column.heading, mark[0]),)) if mark else Said()


def _under_letters(known: Speech, at: int, column: Column, cell: str) -> Said:
    """Read names under a letter; or a mark where the column's party is known."""
    party, letters = known.plan.parties[at], known.plan.letters[at]
    mark = cells.read_mark(cell)
    if known.plan.dialect is not Dialect.PARTY_PER_LETTER:
        return Said((Part(party, letters if mark[0] else (), cell, mark[1], column.heading, mark[0]),)) if mark else Said()
    if mark is not None:
        return Said()
    return Said(tuple(Part(name, letters, cell, qualifier, column.heading) for name, qualifier in _names(known, cell)))


def _holders(known: Speech, party: str, column: Column, cell: str) -> Said:
    """Read who holds the duty by name; "shared" is both where the table names two."""
    parts: list[Part] = []
    asks = ""
    for name, qualifier in _names(known, cell):
        how = codes.shares(name)
        if how and known.pair:
            parts += [Part(one, (), cell, "; ".join(filter(None, (how, qualifier))), column.heading) for one in known.pair]
        else:
            parts.append(Part(name, (), cell, qualifier, column.heading))
            asks = WHO_SHARES if how else asks
    return Said(tuple(parts), asks)


def _names(known: Speech, cell: str) -> list[tuple[str, str]]:
    read = cells.read_names(cell, known.alone)
    return [(known.spelled.get(words.key(name.name), name.name), name.qualifier) for name in read]


def _codes(known: Speech, party: str, column: Column, cell: str) -> Said:
    if known.plan.inherited:
        return _inherited(party, column, cell)
    if known.plan.by_column:
        return Said((Part(party, (), cell, codes.meaning(cell, known.scheme), column.heading),)) if codes.is_code(cell) else Said()
    read = codes.read(cell, known.scheme)
    if read is None:
        return Said()
    if not read:
        return Said((Part("", (), cell, column=column.heading, holds=False),), WHO_SHARES if codes.is_shared(cell) else "")
    return Said(tuple(Part(one.party, (), cell, one.qualifier, column.heading) for one in read))


def _inherited(party: str, column: Column, cell: str) -> Said:
    """Yes is the provider's, no the customer's, partial both."""
    answer = codes.read_inherited(cell)
    if answer is None:
        return Said()
    held = [who for who, holds in zip((party, CUSTOMER), answer, strict=True) if holds]
    return Said(tuple(Part(who, (), cell, "partial" if len(held) > 1 else "", column.heading) for who in held))


def _prose(known: Speech, party: str, column: Column, cell: str) -> Said:
    """Read what a party does; a first line in bold names who does it."""
    first, _, rest = cell.partition("\n")
    bold = first.strip()
    who = words.plain(bold) if rest.strip() and bold.startswith("**") and bold.endswith("**") else party
    return Said((Part(who, (), cell, column=column.heading),))


READERS = {
    Dialect.LETTERS_PER_PARTY: _letters,
    Dialect.ONE_ROLES_LETTERS: _letters,
    Dialect.MARKS_PER_PARTY: _marks,
    Dialect.ONE_PARTY_COLUMN: _holders,
    Dialect.PARTY_PER_FUNCTION: _holders,
    Dialect.CODES: _codes,
    Dialect.PROSE_PER_PARTY: _prose,
}
