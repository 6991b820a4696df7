"""Edits of the draft, one cell at a time: a letter, its hours, who answers first. Each leaves the findings right."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.actions import drafting, findings
from responsibilities.domain import raci
from responsibilities.domain.raci import Rule, Rules
from responsibilities.models import Assignment, Row
from responsibilities.queries import reading

Decide = Callable[[Rules], Rules]


class Stale(Exception):
    """The row changed since it was shown: the cell as it is now, and what was wanted instead."""

    def __init__(self, theirs: str, yours: str) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(f"Somebody changed this row since you saw it. The cell now says: {theirs}. You wanted: {yours}.")


@dataclass(frozen=True)
class Edited:
    """What an edit did, in words for history and for those who do not see the grid."""

    row: Row
    said: str


@dataclass(frozen=True)
class Edit:
    """One edit on its way: what it is called in history, whose cell, what was wanted in words, and the rule that decides."""

    name: str
    party: Party
    wanted: str
    decide: Decide


def set_letter(duty: str, party: Party, letter: Letter, *, seen: int, by: Actor, at: datetime, hours: Hours | None = None) -> Edited:
    """Give a party a letter; an A moves from whoever holds it. Without `hours` an R takes those that are still open.

    `seen` is the row's stamp as it was shown. Raise Stale when the row changed since, CannotEdit for an edit that is not sound.
    """
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        row = _locked(duty, by)
        given = hours or raci.hours_left(_rules(row), _required(row))
        wanted = f"{letter} {raci.spoken_hours(given)}" if letter is Letter.R else letter.value
        edit = Edit("assignment.letter", party, wanted, lambda rules: raci.set_letter(rules, party, letter, given, duty))
        return _write(row, edit, seen=seen, by=by, at=at)


def clear_letter(duty: str, party: Party, letter: Letter | None, *, seen: int, by: Actor, at: datetime) -> Edited:
    """Take a letter from a party, or with None all it has in this row. Raise as set_letter does."""
    access.require(by, "matrix.assign_owner")

    def decide(rules: Rules) -> Rules:
        return raci.clear_letter(rules, party, letter) if letter else raci.clear_cell(rules, party)

    wanted = f"no {letter}" if letter else "empty"
    with transaction.atomic():
        return _write(_locked(duty, by), Edit("assignment.cleared", party, wanted, decide), seen=seen, by=by, at=at)


def set_hours(duty: str, party: Party, hours: Hours, *, seen: int, by: Actor, at: datetime) -> Edited:
    """Say when a party does the duty. Raise as set_letter does."""
    access.require(by, "matrix.assign_owner")
    edit = Edit("assignment.hours", party, f"R {raci.spoken_hours(hours)}", lambda rules: raci.set_hours(rules, party, hours))
    with transaction.atomic():
        return _write(_locked(duty, by), edit, seen=seen, by=by, at=at)


def set_lead(duty: str, party: Party, *, seen: int, by: Actor, at: datetime) -> Edited:
    """Let a party answer first among those that share the duty. Raise as set_letter does."""
    access.require(by, "matrix.assign_owner")
    edit = Edit("assignment.lead", party, "answers first", lambda rules: raci.set_lead(rules, party))
    with transaction.atomic():
        return _write(_locked(duty, by), edit, seen=seen, by=by, at=at)


def _locked(duty: str, by: Actor) -> Row:
    version = drafting.opened(by)
    rows = Row.objects.for_tenant(by.tenant).filter(duty__key=duty, place=None, version=version)
    row = rows.select_related("version", "duty").select_for_update(of=("self",)).first()
    if row is None:
        raise drafting.NoDraft("The draft has no such duty. Go back to the matrix and choose one of its rows.")
    return row


def _write(row: Row, edit: Edit, *, seen: int, by: Actor, at: datetime) -> Edited:
    """Decide on the locked row, store the difference, tell history, and settle the findings of this duty."""
    before = _rules(row)
    if row.stamp != seen:
        raise Stale(raci.written_cell(before, edit.party), edit.wanted)
    after = edit.decide(before)
    _save(row, after)
    row.stamp += 1
    row.save(update_fields=["stamp"])
    names = reading.names_at(by.tenant_id, at)
    changed = [party for party in Party if raci.written_cell(before, party) != raci.written_cell(after, party)]
    was, now = ({names[party]: raci.written_cell(rules, party) for party in changed} for rules in (before, after))
    trail.record(edit.name, row, by=by, at=at, before=_line(was), after=_line(now))
    drafting.edited(row.version, by=by, at=at)
    findings.recheck(row.version, by=by, at=at, duty=row.rule_key)
    return Edited(row, f"{row.about}. {_line(now)}.")


def _required(row: Row) -> Hours:
    return Hours(row.duty.coverage) if row.duty else Hours.ALWAYS


def _line(cells: dict[str, str]) -> str:
    return "; ".join(f"{name}: {cell}" for name, cell in cells.items())


def _assignments(row: Row) -> list[Assignment]:
    """Return what a cell edit works on: the client's own, undated first choice."""
    rows = Assignment.objects.for_tenant(row.tenant_id).filter(row=row).select_related("row", "row__duty", "row__place")
    return list(rows.filter(rank=1, valid_from__isnull=True, valid_to__isnull=True).order_by("id"))


def _rules(row: Row) -> Rules:
    return tuple(reading.rule_from(one, "UTC") for one in _assignments(row))


def _save(row: Row, after: Iterable[Rule]) -> None:
    """Make the rows say what the rules say; a letter that gets other hours keeps its text of which half it is."""
    wanted = {(rule.letter, rule.party, rule.hours): rule for rule in after}
    halves: dict[tuple[str, str], str] = {}
    for one in _assignments(row):
        rule = reading.rule_from(one, "UTC")
        same = wanted.pop((rule.letter, rule.party, rule.hours), None)
        if same is None:
            halves[one.letter, one.party] = one.split
            one.delete()
        elif same.lead != rule.lead:
            one.lead = same.lead
            one.save(update_fields=["lead"])
    for rule in wanted.values():
        party = rule.party or ""
        Assignment.objects.create(
            tenant_id=row.tenant_id,
            version=row.version,
            row=row,
            letter=rule.letter,
            party=party,
            hours=rule.hours or "",
            lead=rule.lead,
            split=halves.get((rule.letter, party), ""),
        )
