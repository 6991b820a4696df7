"""A sheet that was read, with what people decided of it: where each of its rows goes, and which letters that gives to whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from comanaged.vocabulary import Letter, Party
from responsibilities.domain.pasting import Given
from responsibilities.domain.raci import Rules
from responsibilities.importers import reading
from responsibilities.importers.matching import Match, Sure
from responsibilities.importers.reading import Dialect, Line, Part, Reading, Table

OWN = "own:"  # and a category: the row becomes a duty of the client's own there
OUT = "out"  # left out: the row, or what a heading says
LATER = "later"  # not written now
OWN_CATEGORY = "own"
LETTERS = frozenset(Letter)
MOST = 400  # rows that are written in one act
LONGEST_NOTE = 4_000
LONGEST_MARK = 4  # letters of a cell that only says that nobody is named: "N/A", "none", "---"
TWO = 2

Cells = dict[Party, tuple[Given, ...]]


class CannotDecide(Exception):
    """What was chosen is not there to choose, in words for the person who tried."""


class Marks(StrEnum):
    """What it means to be marked or named in a sheet without letters."""

    DOES = "DOES"
    BOTH = "BOTH"  # and, where one alone is named, answers for it too


class First(StrEnum):
    """Who answers first where several do a duty, which no sheet says; where they are not among them whoever is accountable, then the sides."""

    INTERNAL = Party.INTERNAL.value
    PROVIDER = Party.PROVIDER.value
    ACCOUNTABLE = "ACCOUNTABLE"


@dataclass(frozen=True)
class Decided:
    """What somebody said about one thing: the choice, who, and under which stamp of the upload."""

    choice: str
    who: str
    user: int | None
    stamp: int


@dataclass(frozen=True)
class Decisions:
    """All that people said so far. What is missing is as it was guessed."""

    tables: tuple[int, ...] | None = None
    columns: Mapping[str, Decided] = field(default_factory=dict)  # by the heading: a party's word, or OUT
    lines: Mapping[str, Decided] = field(default_factory=dict)  # by the row's id: a duty's key, OWN with a category, OUT or LATER
    answer: bool | None = None  # whoever is accountable also does it, where nobody is said to
    marks: Marks | None = None
    first: First | None = None  # nobody yet
    fill: str = ""  # the template that says what the sheet does not mention, "" for none

    def to_json(self) -> dict[str, Any]:
        """Return them as JSON holds them."""
        return {
            "tables": list(self.tables) if self.tables is not None else None,
            "columns": {name: asdict(one) for name, one in self.columns.items()},
            "lines": {name: asdict(one) for name, one in self.lines.items()},
            "answer": self.answer,
            "marks": self.marks,
            "first": self.first,
            "fill": self.fill,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Decisions":
        """Return what `to_json` gave; nothing decided for an empty one."""
        return cls(
            tables=tuple(stored["tables"]) if stored.get("tables") is not None else None,
            columns={name: Decided(**one) for name, one in stored.get("columns", {}).items()},
            lines={name: Decided(**one) for name, one in stored.get("lines", {}).items()},
            answer=stored.get("answer"),
            marks=Marks(stored["marks"]) if stored.get("marks") else None,
            first=First(stored["first"]) if stored.get("first") else None,
            fill=stored.get("fill", ""),
        )


@dataclass(frozen=True)
class Column:
    """A party as the sheet names it, and whom it is taken for: a party's word, OUT, or "" where nobody knows."""

    number: int
    heading: str
    party: str
    guessed: bool
    rows: int  # in which it has something

    @property
    def known(self) -> Party | None:
        return Party(self.party) if self.party in set(Party) else None


@dataclass(frozen=True)
class Row:
    """One row of the sheet: where it goes, and what it says there."""

    id: str
    table: int
    line: Line
    match: Match
    choice: str
    decided: Decided | None
    cells: Cells
    added: bool = False  # an R was put beside the A, by the answer

    @property
    def sure(self) -> Sure:
        """Return how far the row was understood; a cell that was not, or a question, keeps it from being plain."""
        if self.line.unread or self.line.asks == reading.SECTION_OR_UNASSIGNED:
            return Sure.UNKNOWN
        return Sure.GUESSED if self.line.asks and self.match.sure is Sure.UNDERSTOOD else self.match.sure

    @property
    def suggested(self) -> str:
        """Return where the row goes unless somebody says otherwise."""
        if self.line.asks == reading.SECTION_OR_UNASSIGNED or not (self.match.key or any(self.cells.values()) or self.line.unread):
            return LATER  # nobody is named, so it may be no duty at all
        return self.match.key or f"{OWN}{self.match.category or OWN_CATEGORY}"

    @property
    def target(self) -> str:
        """Return the duty it is written to, "" for none that there is yet."""
        return self.choice if "." in self.choice else ""

    @property
    def category(self) -> str:
        """Return under which category it becomes a duty of the client's own, "" where it does not."""
        return self.choice.removeprefix(OWN) if self.choice.startswith(OWN) else ""

    @property
    def written(self) -> bool:
        return self.choice not in (OUT, LATER)

    @property
    def remarks(self) -> str:
        """Return what the row says besides its letters, to be kept as a note: cells not understood, and the other columns."""
        nobody = (part for part in self.line.parts if not part.letters and not (part.holds and part.party))
        told = [(part.party or part.column, part.text) for part in nobody if len(part.text) > LONGEST_MARK]
        cells = [*self.line.unread, *told, *self.line.more]
        return "\n".join(f"{heading}: {text}" if heading else text for heading, text in cells if text.strip())[:LONGEST_NOTE]


@dataclass(frozen=True)
class Sheet:
    """A reading under decisions."""

    reading: Reading
    decisions: Decisions
    matches: Mapping[str, Match]
    guesses: Mapping[str, Party | None]  # by heading
    done: frozenset[str] = frozenset()  # rows that are written already

    @cached_property
    def taken(self) -> tuple[int, ...]:
        """Return the tables whose rows are imported."""
        if self.decisions.tables is not None:
            return tuple(number for number in self.decisions.tables if number < len(self.reading.tables))
        return usual_tables(self.reading)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Return every heading of the tables that are taken. Its number is its place among those of the whole file."""
        tables = [self.reading.tables[number] for number in self.taken]
        counts: dict[str, int] = defaultdict(int)
        for table in tables:
            for line in table.lines:
                for name in {part.party for part in line.parts if part.party and (part.letters or part.holds)}:
                    counts[name] += 1
        named = {name for table in tables for name in (*table.parties, *counts) if name}
        return tuple(self._column(number, name, counts[name]) for number, name in enumerate(headings(self.reading)) if name in named)

    def _column(self, number: int, heading: str, rows: int) -> Column:
        said = self.decisions.columns.get(heading)
        guess = self.guesses.get(heading)
        return Column(number, heading, said.choice if said else guess.value if guess else "", said is None, rows)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Return every row of the tables that are taken and that is not written yet, in the order of the file."""
        return tuple(
            self._row(number, line)
            for number in self.taken
            for line in self.reading.tables[number].lines
            if row_id(number, line) not in self.done
        )

    def _row(self, number: int, line: Line) -> Row:
        name = row_id(number, line)
        table, decided = self.reading.tables[number], self.decisions.lines.get(name)
        cells = self.cells(table, line)
        added = self.decisions.answer is True and lacks_work(cells)
        row = Row(name, number, line, self.matches.get(name, NO_MATCH), "", decided, with_work(cells) if added else cells, added)
        return replace(row, choice=decided.choice if decided else row.suggested)

    def row(self, name: str) -> Row:
        """Return one row; raise CannotDecide where there is none of that name."""
        found = next((row for row in self.rows if row.id == name), None)
        if found is None:
            raise CannotDecide("This row is not in the sheet any more. Load the page again.")
        return found

    def cells(self, table: Table, line: Line) -> Cells:
        """Return what a line gives each party that has a column, nothing for a blank cell, before the question is answered."""
        party_of = {column.heading: column.known for column in self.columns}
        parts: dict[Party, list[Part]] = {party: [] for name in table.parties if (party := party_of.get(name))}
        for part in line.parts:
            party = party_of.get(part.party)
            if party:
                parts.setdefault(party, []).append(part)
        alone = len(line.holders) == 1
        return {party: _given(held, table.dialect, alone=alone, marks=self.decisions.marks) for party, held in parts.items()}

    @cached_property
    def asked(self) -> tuple[Row, ...]:
        """Return the rows that the one question is about: somebody is accountable, nobody is said to do it."""
        return tuple(row for row in self.rows if row.choice != OUT and (row.added or lacks_work(row.cells)))

    @cached_property
    def marked(self) -> tuple[Row, ...]:
        """Return the rows that name or mark somebody without a letter."""
        return tuple(row for row in self.rows if row.choice != OUT and row.line.holders)

    @cached_property
    def several(self) -> tuple[Row, ...]:
        """Return the rows that more than one party does."""
        return tuple(row for row in self.rows if row.written and len(parties_of(row.cells, Letter.R)) > 1)

    @cached_property
    def shared(self) -> dict[str, tuple[Row, ...]]:
        """Return the duties that more than one row goes to."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.target:
                found[row.target].append(row)
        return {key: tuple(rows) for key, rows in found.items() if len(rows) > 1}

    @property
    def unclear(self) -> tuple[Column, ...]:
        """Return the headings of which nobody knows whose they are, and under which something stands."""
        return tuple(column for column in self.columns if not column.party and column.rows)

    def hinders(self) -> str:
        """Return in words what must be said before anything can be written, "" for nothing."""
        if self.unclear:
            names = ", ".join(f"“{column.heading}”" for column in self.unclear[:3])
            return f"Say whose column {names} is, or leave it out."
        if self.decisions.answer is None and self.asked:
            return "Answer the question about rows with an A and no R first."
        if self.decisions.marks is None and self.marked:
            return "Say first what it means to be named or marked in this sheet."
        if sum(row.written for row in self.rows) > MOST:
            return f"More than {MOST} rows are too many for one act. Take fewer tables, or leave rows out."
        return "" if any(row.written for row in self.rows) else "Every row is left out or waits. Say where at least one of them goes."


NO_MATCH = Match("", 0.0, (), "")


def row_id(table: int, line: Line) -> str:
    """Return how a row is called: its table and its number there."""
    return f"{table}-{line.number}"


def headings(read: Reading) -> list[str]:
    """Return what the parties of a whole file are called, each once."""
    named = [name for table in read.tables for name in (*table.parties, *(part.party for line in table.lines for part in line.parts))]
    return [name for name in dict.fromkeys(named) if name]


def usual_tables(read: Reading) -> tuple[int, ...]:
    """Return the tables that are taken unless somebody chooses: all of a text; of a workbook those of the sheet that says most by letters."""
    told = [number for number, table in enumerate(read.tables) if table.dialect and table.lines]
    if read.format != "xlsx" or not told:
        return tuple(told)
    weight: dict[str, tuple[bool, int]] = {}
    for number in told:
        table = read.tables[number]
        letters, rows = weight.get(table.sheet, (False, 0))
        weight[table.sheet] = (letters or table.dialect in reading.WHOLE, rows + len(table.lines))
    best = max(weight, key=lambda sheet: weight[sheet])
    return tuple(number for number in told if read.tables[number].sheet == best)


def parties_of(cells: Cells, letter: Letter) -> list[Party]:
    """Return who holds a letter."""
    return [party for party, given in cells.items() if any(one.letter is letter for one in given)]


def lacks_work(cells: Cells) -> bool:
    """Say whether somebody is accountable and nobody is said to do it."""
    return bool(parties_of(cells, Letter.A)) and not parties_of(cells, Letter.R)


def with_work(cells: Cells) -> Cells:
    """Let whoever is accountable do it too."""
    return {party: (*given, *(Given(Letter.R, only=one.only) for one in given if one.letter is Letter.A)) for party, given in cells.items()}


def led(rules: Rules, first: First | None) -> Rules:
    """Return a line's rules with the one who answers first, where several do it and nobody is first yet."""
    doers = {rule.party for rule in rules if rule.letter is Letter.R and rule.party and rule.rank == 1}
    if first is None or len(doers) < TWO or any(rule.lead for rule in rules):
        return rules
    accountable = [rule.party for rule in rules if rule.letter is Letter.A]
    wanted = next((party for party in (first.value, *accountable, Party.INTERNAL, Party.PROVIDER) if party in doers), None)
    return tuple(
        replace(rule, lead=True) if rule.party == wanted and rule.letter is Letter.R and rule.rank == 1 else rule for rule in rules
    )


def together(rows: Sequence[Row]) -> Cells:
    """Return what several rows give to one duty: their letters put together, each with the rows they come from."""
    if len(rows) == 1:
        return rows[0].cells
    found: dict[Party, dict[Letter, list[str]]] = {}
    for row in rows:
        for party, given in row.cells.items():
            letters = found.setdefault(party, {})
            for one in given:
                letters.setdefault(one.letter, []).append(f"{row.line.duty}: {one.only}" if one.only else row.line.duty)
    return {
        party: tuple(Given(letter, only="; ".join(dict.fromkeys(told))) for letter, told in letters.items())
        for party, letters in found.items()
    }


def _given(parts: Iterable[Part], dialect: Dialect | None, *, alone: bool, marks: Marks | None) -> tuple[Given, ...]:
    """Return one party's letters, put together from every column that is taken for it."""
    held = [part for part in parts if part.letters or part.holds]
    told: dict[Letter, dict[str, str]] = {}
    for part in held:
        letters = part.letters or (("R", "A") if alone and marks is Marks.BOTH else ("R",))
        only = part.qualifier or (part.text if dialect is Dialect.PROSE_PER_PARTY and not part.letters else "")
        for letter in filter(LETTERS.__contains__, letters):
            told.setdefault(Letter(letter), {})[part.party] = only
    several = len({part.party for part in held}) > 1
    return tuple(Given(letter, only=_only(by_column, several=several)) for letter, by_column in told.items())


def _only(by_column: Mapping[str, str], *, several: bool) -> str:
    """Return how far a letter goes; where several columns are one party here, with the columns' own names."""
    if not several:
        return next(iter(by_column.values()))
    return "; ".join(f"{name}: {only}" if only else name for name, only in by_column.items())
