"""What a reader finds in somebody's matrix: tables of duties with who holds what, and everything it could not place, kept and told apart."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

SECTION_OR_UNASSIGNED = "section or unassigned"
TO_BE_DECIDED = "to be decided"
WHO_SHARES = "who shares it"


class CannotRead(Exception):
    """This file cannot be read; the text says why and what to do, in words fit for users."""


class Dialect(StrEnum):
    """How a sheet says who does what."""

    LETTERS_PER_PARTY = "LETTERS_PER_PARTY"
    PARTY_PER_LETTER = "PARTY_PER_LETTER"
    MARKS_PER_PARTY = "MARKS_PER_PARTY"
    ONE_PARTY_COLUMN = "ONE_PARTY_COLUMN"
    PARTY_PER_FUNCTION = "PARTY_PER_FUNCTION"
    CODES = "CODES"
    PROSE_PER_PARTY = "PROSE_PER_PARTY"
    ONE_ROLES_LETTERS = "ONE_ROLES_LETTERS"


# The dialects that show every letter of a duty, so that a missing one is missing and not merely elsewhere.
WHOLE = {Dialect.LETTERS_PER_PARTY, Dialect.PARTY_PER_LETTER}


@dataclass(frozen=True)
class Part:
    """What one party has in a duty, as one cell says it.

    A mark, a name or a text gives no letters: the party holds the duty, unless the cell says that nobody does ("-", "N/A").
    """

    party: str  # as the sheet names it; empty where the cell names nobody
    letters: tuple[str, ...]  # of R A S C I, in the order written
    text: str  # the cell as written
    qualifier: str = ""
    column: str = ""  # the heading that the cell stands under
    holds: bool = True


@dataclass(frozen=True)
class Line:
    """One duty of a table."""

    row: int  # of the sheet or the line of the file, from 1
    number: int  # among the table's duties, from 1
    ref: str  # the sheet's own id, "7a"
    duty: str
    section: str = ""
    parts: tuple[Part, ...] = ()
    more: tuple[tuple[str, str], ...] = ()  # every other column: its heading and what it says
    unread: tuple[tuple[str, str], ...] = ()  # cells that should say who does what and could not be understood
    asks: str = ""  # what a person must say, such as SECTION_OR_UNASSIGNED

    def parties(self, letter: str) -> tuple[str, ...]:
        """Return who holds a letter, each party once."""
        return tuple(dict.fromkeys(part.party for part in self.parts if letter in part.letters))

    @property
    def holders(self) -> tuple[str, ...]:
        """Return who holds the duty where no letters say how: marked, named or described."""
        return tuple(dict.fromkeys(part.party for part in self.parts if part.holds and not part.letters and part.party))


@dataclass(frozen=True)
class Table:
    """The duties that stand under one header, and the rows among them that are no duties."""

    sheet: str
    dialect: Dialect | None  # None: rows without anybody, such as a list of contacts
    header_rows: tuple[int, ...]
    parties: tuple[str, ...]
    lines: tuple[Line, ...]
    unread: tuple[tuple[int, str], ...] = ()
    headings: tuple[str, ...] = ()  # of every column, two header rows joined by " / "
    sections: tuple[tuple[int, str], ...] = ()  # the rows that only name a section, with all that they say

    @property
    def no_a(self) -> tuple[Line, ...]:
        """Return the duties nobody is accountable for."""
        return self._where(lambda line: not line.parties("A"))

    @property
    def several_a(self) -> tuple[Line, ...]:
        """Return the duties with more than one accountable party."""
        return self._where(lambda line: len(line.parties("A")) > 1)

    @property
    def no_r(self) -> tuple[Line, ...]:
        """Return the duties somebody is accountable for and nobody does."""
        return self._where(lambda line: bool(line.parties("A")) and not line.parties("R"))

    @property
    def several_r(self) -> tuple[Line, ...]:
        """Return the duties that more than one party does."""
        return self._where(lambda line: len(line.parties("R")) > 1)

    @property
    def held(self) -> dict[str, int]:
        """Return how often each party holds a duty; a cell that names nobody counts under its own words."""
        return dict(Counter(name for line in self.lines for name in dict.fromkeys(part.party or part.text for part in line.parts)))

    @property
    def said(self) -> dict[str, dict[str, int]]:
        """Return how often each column that says who does what says each of its words."""
        cells = dict.fromkeys((part.column, part.text, line.row) for line in self.lines for part in line.parts)
        found: dict[str, Counter[str]] = {}
        for column, text, _ in cells:
            found.setdefault(column, Counter())[text] += 1
        return {column: dict(words) for column, words in found.items()}

    def _where(self, rule: Callable[[Line], bool]) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if rule(line)) if self.dialect in WHOLE else ()


@dataclass(frozen=True)
class Reading:
    """All that a file says."""

    format: str  # xlsx, csv, tsv, markdown, asciidoc
    tables: tuple[Table, ...]
    aside: tuple[tuple[int, str], ...] = ()  # titles, legends and footnotes: row and text

    def to_json(self) -> dict[str, Any]:
        """Return the reading as JSON holds it."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Reading":
        """Return the reading that `to_json` gave, also after a trip through text."""
        return cls(stored["format"], tuple(_table(one) for one in stored["tables"]), _pairs(stored["aside"]))


def _table(stored: Mapping[str, Any]) -> Table:
    return Table(
        sheet=stored["sheet"],
        dialect=Dialect(stored["dialect"]) if stored["dialect"] else None,
        header_rows=tuple(stored["header_rows"]),
        parties=tuple(stored["parties"]),
        lines=tuple(_line(one) for one in stored["lines"]),
        unread=_pairs(stored["unread"]),
        headings=tuple(stored["headings"]),
        sections=_pairs(stored["sections"]),
    )


def _line(stored: Mapping[str, Any]) -> Line:
    parts = tuple(Part(**{**one, "letters": tuple(one["letters"])}) for one in stored["parts"])
    return Line(**{**stored, "parts": parts, "more": _pairs(stored["more"]), "unread": _pairs(stored["unread"])})


def _pairs(stored: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(tuple(pair) for pair in stored)
