"""A block of a spreadsheet, written into the draft as one act that can be taken back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Letter, Party
from responsibilities.actions import writing
from responsibilities.actions.editing import Written
from responsibilities.actions.writing import Pen, Spot, Stale, Where, Wish
from responsibilities.domain import pasting, raci
from responsibilities.domain.pasting import Given, Pasted
from responsibilities.domain.raci import CannotEdit, Rule, Rules
from responsibilities.models import Row

NAME = "assignment.pasted"


@dataclass(frozen=True)
class Previewed:
    """One cell of a block: what it was and becomes, or why it cannot be read."""

    cell: Pasted
    title: str
    party: str
    was: str = ""
    becomes: str = ""

    @property
    def differs(self) -> bool:
        return not self.cell.why and self.was != self.becomes


@dataclass(frozen=True)
class Preview:
    """A block against the draft, with the stamps of the lines it would write."""

    cells: tuple[Previewed, ...]
    seen: Mapping[Spot, int]

    @property
    def understood(self) -> list[Previewed]:
        return [one for one in self.cells if one.differs]

    @property
    def same(self) -> list[Previewed]:
        return [one for one in self.cells if not one.cell.why and not one.differs]

    @property
    def unread(self) -> list[Previewed]:
        return [one for one in self.cells if one.cell.why]


def preview(text: str, start: Spot, party: Party | None, *, by: Actor, at: datetime) -> Preview:
    """Return what a block would write, pasted on a cell; nothing is written. Raise NoDraft."""
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        pen = writing.taken(by, at)
        cells = _read(pen, text, start, party)
        wanted = _by_line(cells, start.place)
        rows = writing.locked(pen, wanted) if wanted else {}
        before = {spot: writing.rules_of(row) for spot, row in rows.items()}
        after = {spot: wish(given).decide(before[spot], pen.where(spot)) for spot, given in wanted.items()}
        shown = [_previewed(pen, cell, start.place, before, after) for cell in cells]
        shown += [
            _previewed(pen, cell, start.place, before, after) for spot in wanted for cell in _followers(spot, wanted[spot], before, after)
        ]
        return Preview(tuple(shown), {spot: writing.stamp_of(row) for spot, row in rows.items() if set(before[spot]) != set(after[spot])})


def paste(text: str, start: Spot, party: Party | None, *, seen: Mapping[Spot, int], by: Actor, at: datetime) -> Written:
    """Write the lines of a block that were seen, as one act. Raise Stale, with nothing written, when any changed since, and CannotEdit."""
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        pen = writing.taken(by, at)
        wanted = {spot: given for spot, given in _by_line(_read(pen, text, start, party), start.place).items() if spot in seen}
        if not wanted:
            raise CannotEdit("Nothing of this block would change the draft. Look at its preview again.")
        rows = writing.locked(pen, wanted)
        stale = [spot for spot, row in rows.items() if writing.stamp_of(row) != seen[spot]]
        if stale:
            raise Stale([writing.clash(pen, spot, rows[spot], wish(wanted[spot])) for spot in stale])
        spots = [spot for spot, row in rows.items() if _written(pen, spot, row, wish(wanted[spot]))]
        if not spots:
            raise CannotEdit("The draft says all of this already.")
        said = f"Pasted into {len(spots)} row{'s' if len(spots) != 1 else ''}."
        writing.finished(pen, said)
        return Written(said, tuple(spots), ())


def wish(cells: Mapping[Party, tuple[Given, ...]]) -> Wish:
    """Make a line's cells what was pasted."""

    def decide(rules: Rules, where: Where) -> Rules:
        return pasting.put_line(rules, cells, Rule(Letter.I, None, duty=where.duty, place=where.place), where.required)

    said = "; ".join(f"{party.lower()}: {', '.join(one.letter for one in given) or 'empty'}" for party, given in cells.items())
    return Wish(NAME, None, lambda rules, where: said, decide, whole=True)


def _read(pen: Pen, text: str, start: Spot, party: Party | None) -> list[Pasted]:
    duties = [(duty.key, duty.name) for duty in pen.matrix.duties.values()]
    return pasting.read_block(text, duties, list(pen.matrix.names.items()), (start.line, party))


def _by_line(cells: Iterable[Pasted], place: str) -> dict[Spot, dict[Party, tuple[Given, ...]]]:
    """Return what is given by line; of two cells for the same one the later counts."""
    found: dict[Spot, dict[Party, tuple[Given, ...]]] = {}
    for cell in cells:
        if not cell.why and cell.party:
            found.setdefault(Spot(cell.duty, place), {})[cell.party] = cell.given
    return found


def _previewed(pen: Pen, cell: Pasted, place: str, before: Mapping[Spot, Rules], after: Mapping[Spot, Rules]) -> Previewed:
    spot = Spot(cell.duty, place)
    title = pen.title(spot) if cell.duty else f"Row {cell.row} of the block"
    party = pen.matrix.called(cell.party) if cell.party else ""
    if cell.why or cell.party is None:
        return Previewed(cell, title, party)
    was, becomes = (raci.written_cell(rules[spot], cell.party, pen.called) for rules in (before, after))
    return Previewed(cell, title, party, was, becomes)


def _followers(
    spot: Spot, given: Mapping[Party, tuple[Given, ...]], before: Mapping[Spot, Rules], after: Mapping[Spot, Rules]
) -> list[Pasted]:
    """Return the cells that were not pasted and change all the same, because accountability moves from them."""
    told = {party: [raci.written_cell(rules[spot], party) for rules in (before, after)] for party in Party if party not in given}
    return [Pasted("", 0, spot.line, party) for party, (was, becomes) in told.items() if was != becomes]


def _written(pen: Pen, spot: Spot, row: Row | None, wish: Wish) -> bool:
    """Write a line; say whether that changed anything."""
    before = writing.rules_of(row)
    after = wish.decide(before, pen.where(spot))
    if set(before) == set(after):
        return False
    writing.changed(pen, spot, row, after, name=wish.name)
    return True
