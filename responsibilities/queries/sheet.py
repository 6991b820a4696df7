"""The page of one duty: who answers and why, what was agreed, what is broken, who changed it; and the form of one cell."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.audit.models import Entry
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import models
from responsibilities.domain import matrix as matrices
from responsibilities.domain import raci, resolution, telling
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.resolution import Answer
from responsibilities.queries import grid, reading, words
from responsibilities.queries import moment as moments
from responsibilities.queries.grid import Column, Fix, Line
from responsibilities.queries.moment import Moment

NAMED = {
    "letter": "gave a letter",
    "cleared": "cleared a letter",
    "hours": "changed hours",
    "lead": "changed who answers first",
}


@dataclass(frozen=True)
class Agreed:
    """One row of what was agreed."""

    letter: str
    spelt: str
    name: str
    shape: str
    hours: str
    lead: bool
    half: str


@dataclass(frozen=True)
class Change:
    """One entry of the row's history."""

    at: datetime
    who: str
    side: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Sheet:
    """A duty at one moment."""

    line: Line
    description: str
    category: str
    coverage: str
    risk: int
    answer: Answer
    shape: str
    until: str
    later: Answer | None  # who answers from the next moment that must be covered, where this one need not be
    from_text: str
    accountable_shape: str
    moment: Moment
    hours: str
    zone: str
    agreed: tuple[Agreed, ...]
    columns: tuple[Column, ...]
    fixes: tuple[Fix, ...]
    closed: tuple[models.Finding, ...]
    changes: tuple[Change, ...]
    version: int | None
    signed: bool
    may_edit: bool


@dataclass(frozen=True)
class Choice:
    """One button of a cell's form."""

    value: str
    word: str
    chosen: bool


@dataclass(frozen=True)
class CellForm:
    """What one cell can become."""

    line: Line
    cell: grid.Cell
    letters: tuple[Choice, ...]
    hours: tuple[Choice, ...]  # none where the party does not do the duty
    lead: bool
    may_lead: bool


def sheet(by: Actor, duty_key: str, at: datetime) -> Sheet | None:
    """Return a duty's page for a reader, None for a duty this client does not have."""
    version = reading.version_at(by.tenant_id, at)
    reader = grid.reader_of(version, by.tenant_id, at, {duty_key})
    matrix = reader.matrix
    duty = matrix.duties.get(duty_key)
    row = reader.rows.get(duty_key)
    if duty is None or row is None or row.duty is None:
        return None
    line, answer = grid.line_of(reader, duty), resolution.who_answers(matrix, duty_key, at)
    waits = matrices.covered_from(matrix, duty, at) if answer.nobody else None
    later = resolution.who_answers(matrix, duty_key, waits) if waits else None
    shown = later or answer
    draft = bool(version and version.state == models.Version.State.DRAFT)
    closed = models.Finding.objects.for_tenant(by.tenant_id).filter(duty=row.duty, state=models.Finding.State.CLOSED)
    accountable = matrices.read(matrix, duty, at).held(Letter.A)
    return Sheet(
        line=line,
        description=row.duty.description,
        category=duty.category,
        coverage=telling.hours_text(matrix.hours_at(""), duty.coverage),
        risk=duty.risk,
        answer=answer,
        shape=words.SHAPES[shown.party] if shown.party else "nobody",
        until=words.clock(answer.until, matrix.calendar.zone, at) if answer.until else "",
        later=later,
        from_text=words.clock(waits, matrix.calendar.zone, at) if waits else "",
        accountable_shape=words.SHAPES[accountable[0]] if accountable else "nobody",
        moment=moments.moment(matrix, at),
        hours=words.hours_words(matrix, at),
        zone=matrix.calendar.zone,
        agreed=tuple(_agreed(matrix, one) for one in sorted(_own(version, row), key=_order)),
        columns=reader.columns,
        fixes=line.fixes,
        closed=tuple(closed.order_by("-closed_at", "-id")[:5]),
        changes=tuple(_change(entry) for entry in trail.history_of(row, limit=20)),
        version=matrix.version,
        signed=matrix.signed,
        may_edit=draft and access.may(by, "matrix.assign_owner"),
    )


def cell_form(line: Line, party: Party, rules: list[raci.Rule]) -> CellForm:
    """Return the form of one party's cell in a line."""
    cell = next(one for one in line.cells if one.column.party is party)
    doing = [rule for rule in rules if rule.letter is Letter.R]
    own = [rule for rule in doing if rule.party is party]
    return CellForm(
        line=line,
        cell=cell,
        letters=tuple(Choice(letter.value, raci.SPELT[letter], letter.lower() in cell.held) for letter in sorted(Letter, key=_place)),
        hours=tuple(Choice(hours.value, words.SHORT[hours], [rule.hours for rule in own] == [hours]) for hours in Hours) if own else (),
        lead=any(rule.lead for rule in own),
        may_lead=bool(own) and len({rule.party for rule in doing}) > 1,
    )


def _own(version: models.Version | None, row: models.Row) -> list[models.Assignment]:
    assert row.duty_id is not None  # noqa: S101 - the line of a duty
    return [one for one in reading.assignments_of(version, [row.duty_id]) if one.row_id == row.pk]


def _place(letter: str) -> int:
    return words.ORDER.index(letter)


def _order(row: models.Assignment) -> tuple[int, int]:
    return _place(row.letter), row.pk


def _agreed(matrix: Matrix, row: models.Assignment) -> Agreed:
    party = Party(row.party)
    hours = telling.hours_text(matrix.hours_at(""), row.hours) if row.hours else ""
    return Agreed(row.letter, raci.SPELT[Letter(row.letter)], matrix.called(party), words.SHAPES[party], hours, row.lead, row.split)


def _change(entry: Entry) -> Change:
    what = NAMED.get(entry.action.removeprefix("assignment."), entry.action)
    return Change(entry.at, entry.who, entry.side, what, entry.before, entry.after)
