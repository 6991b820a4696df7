"""Cells of a spreadsheet as they are pasted: which duty and party each is for, and what it says; what cannot be read is kept and told."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain import raci
from responsibilities.domain.raci import Rule, Rules

ALIKE = str.maketrans({"А": "A", "С": "C", "І": "I", "Ѕ": "S", "а": "a", "с": "c", "і": "i", "ѕ": "s", "\u00a0": " ", "*": "", "_": ""})  # noqa: RUF001 - letters that look like ours
NOTHING = {"-", "–", "—", "---", "n/a", "none", "no part", "empty"}  # noqa: RUF001 - dashes of other people's sheets
HOURS = {
    "day": Hours.BUSINESS,
    "days": Hours.BUSINESS,
    "business": Hours.BUSINESS,
    "night": Hours.AFTER,
    "nights": Hours.AFTER,
    "after": Hours.AFTER,
    "after-hours": Hours.AFTER,
    "always": Hours.ALWAYS,
    "24x7": Hours.ALWAYS,
    "24/7": Hours.ALWAYS,
}
IN_BRACKETS = re.compile(r"\(([^()]*)\)")
BETWEEN = re.compile(r"[\s,;&+]+|/(?!7)")
UNREAD = "Not letters of the matrix. Write R, A, S, C or I, hours as day, night or always, and anything else in brackets."
TWO = 2


@dataclass(frozen=True)
class Given:
    """One letter that a pasted cell gives."""

    letter: Letter
    hours: Hours | None = None  # as it is, or what is still open
    only: str = ""


@dataclass(frozen=True)
class Pasted:
    """One cell of the block: for which duty and party, what it gives (nothing empties the cell), or why it cannot be read."""

    text: str
    row: int
    duty: str = ""
    party: Party | None = None
    given: tuple[Given, ...] = ()
    why: str = ""


def read_cell(text: str) -> tuple[Given, ...] | None:
    """Return the letters that a cell gives, none for one that says nothing holds; None for one that cannot be read."""
    plain = text.translate(ALIKE).strip()
    if plain.lower() in NOTHING:
        return ()
    only = ", ".join(part.strip() for part in IN_BRACKETS.findall(plain) if part.strip())
    letters: dict[Letter, None] = {}
    hours: Hours | None = None
    for word in filter(None, BETWEEN.split(IN_BRACKETS.sub(" ", plain))):
        if word.lower() in HOURS:
            hours = HOURS[word.lower()]
        elif word.upper() == word and set(word) <= set(Letter) and len(set(word)) == len(word):
            letters |= dict.fromkeys(map(Letter, word))
        else:
            return None
    if not letters or (hours and Letter.R not in letters):
        return None
    return tuple(Given(letter, hours if letter is Letter.R else None, only) for letter in letters)


def read_block(
    text: str, duties: Sequence[tuple[str, str]], parties: Sequence[tuple[Party, str]], start: tuple[str, Party | None]
) -> list[Pasted]:
    """Return every cell of a block that is not blank. `duties` and `parties` are keys with names, in the order of the grid.

    Where the block names its duties or its parties these decide; else it is laid on the grid from the cell `start` on.
    """
    block = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter="\t")]
    columns = _headed(block, parties)
    rows = block[1:] if columns else block
    named = _named(rows, duties)
    first = next((number for number, (party, _) in enumerate(parties) if party is start[1]), 0)
    columns = columns or {number + bool(named): party for number, (party, _) in enumerate(parties[first:])}
    found: list[Pasted] = []
    for number, row in enumerate(rows):
        duty, why = _duty(number, row, duties, named, start[0])
        cells = [(column, cell) for column, cell in enumerate(row) if cell and not (named and column == 0)]
        found += [_cell(number + 1 + len(block) - len(rows), cell, duty, why, columns.get(column)) for column, cell in cells]
    return found


def put_line(rules: Rules, cells: Mapping[Party, Iterable[Given]], line: Rule, required: Hours) -> Rules:
    """Return a line's rules with these cells as they were pasted. `line` says which line it is.

    A letter that a cell held already keeps its hours and names unless others are given. Whoever is pasted as accountable takes it from
    those who were not pasted; two that are pasted both are.
    """
    accountable = {party for party, given in cells.items() if any(one.letter is Letter.A for one in given)}
    kept = tuple(rule for rule in rules if not (accountable and rule.letter is Letter.A and rule.party not in accountable))
    for party, given in cells.items():
        kept = _put(kept, party, tuple(given), line, required)
    return kept


def _put(rules: Rules, party: Party, given: tuple[Given, ...], line: Rule, required: Hours) -> Rules:
    letters = {one.letter for one in given}
    others = tuple(rule for rule in rules if rule.party is not party and not (rule.party is None and rule.letter in letters))
    held = [rule for rule in rules if rule.party is party and rule.letter in letters]
    found: list[Rule] = []
    for one in given:
        same = [rule for rule in held if rule.letter is one.letter]
        if same and one.hours and [rule.hours for rule in same if rule.rank == 1] != [one.hours]:
            same = [replace(rule, hours=one.hours) for rule in same[:1]]
        hours = (one.hours or raci.hours_left(others, required)) if one.letter is Letter.R else None
        same = same or [replace(line, letter=one.letter, party=party, hours=hours)]
        found += [replace(rule, qualifier=one.only or rule.qualifier) for rule in same]
    return (*others, *found)


def _headed(block: list[list[str]], parties: Sequence[tuple[Party, str]]) -> dict[int, Party]:
    """Return the parties that the first row names by column; none where it does not head the block."""
    names = {_plain(name): party for party, name in parties}
    found = {column: names[_plain(cell)] for column, cell in enumerate(block[0] if block else []) if _plain(cell) in names}
    return found if len(found) >= min(TWO, len(parties)) else {}


def _named(rows: list[list[str]], duties: Sequence[tuple[str, str]]) -> dict[int, str]:
    """Return the duties that the first column names by row; none where most rows name none."""
    names = {_plain(name): key for key, name in duties} | {_plain(key): key for key, _ in duties}
    found = {number: names[_plain(row[0])] for number, row in enumerate(rows) if row and _plain(row[0]) in names}
    return found if found and len(found) * TWO >= sum(bool(row and row[0]) for row in rows) else {}


def _duty(number: int, row: list[str], duties: Sequence[tuple[str, str]], named: dict[int, str], start: str) -> tuple[str, str]:
    """Return the duty that a row of the block is for, or why there is none."""
    if named:
        return (named[number], "") if number in named else ("", f"No duty here is called {row[0] or 'nothing'}.")
    keys = [key for key, _ in duties]
    at = (keys.index(start) if start in keys else 0) + number
    return (keys[at], "") if at < len(keys) else ("", "The block is longer than the grid: there is no duty left for it.")


def _cell(row: int, text: str, duty: str, why: str, party: Party | None) -> Pasted:
    if why or party is None:
        return Pasted(text, row, duty, party, why=why or "The block is wider than the grid: there is no party left for it.")
    given = read_cell(text)
    return Pasted(text, row, duty, party, why=UNREAD) if given is None else Pasted(text, row, duty, party, given)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.translate(ALIKE).lower()).strip()
