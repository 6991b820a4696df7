"""The decisions that close a finding where it is seen: at most three, each one edit of one cell."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain import coverage, raci
from responsibilities.domain.matrix import SIDES, Duty, Matrix
from responsibilities.domain.raci import Rule

MOST = 3
DOERS = (Party.INTERNAL, Party.PROVIDER)
ANSWERABLE = (Party.INTERNAL, Party.LEADERSHIP)


@dataclass(frozen=True)
class Cure:
    """One button: what it says, which edit it is ("letter", "hours" or "lead"), of which party's cell."""

    words: str
    edit: str
    party: Party
    letter: Letter | None = None
    hours: Hours | None = None


def cures_of(matrix: Matrix, code: str, duty: Duty) -> list[Cure]:
    """Return what would close a finding of a duty; where no provider serves nothing is given to one."""
    rules = [rule for rule in matrix.rules.get(duty.key, ()) if rule.party and not rule.place]
    ways = {"A_MISSING": _accountable, "A_MULTIPLE": _keep, "R_MISSING": _doers, "R_GAP": _hours, "R_NO_LEAD": _lead}
    found = ways[code](matrix, duty, rules) if code in ways else iter(())
    return list(islice((cure for cure in found if matrix.served or cure.party is not Party.PROVIDER), MOST))


def _accountable(matrix: Matrix, duty: Duty, rules: list[Rule]) -> Iterator[Cure]:
    for party in ANSWERABLE:
        yield Cure(f"Make {matrix.called(party)} accountable", "letter", party, Letter.A)


def _keep(matrix: Matrix, duty: Duty, rules: list[Rule]) -> Iterator[Cure]:
    for rule in rules:
        if rule.letter is Letter.A and rule.party:
            yield Cure(f"Keep {matrix.called(rule.party)}", "letter", rule.party, Letter.A)


def _doers(matrix: Matrix, duty: Duty, rules: list[Rule]) -> Iterator[Cure]:
    for party in DOERS:
        yield Cure(f"Give it to {matrix.called(party)}", "letter", party, Letter.R, duty.coverage)


def _hours(matrix: Matrix, duty: Duty, rules: list[Rule]) -> Iterator[Cure]:
    """Give what is open to a side that does not do the duty yet, or let one that does it go on through it."""
    doing = [rule for rule in rules if rule.letter is Letter.R]
    left = coverage.gap(duty.coverage, [rule.hours for rule in doing if rule.hours])
    hours = next(iter(left)) if len(left) == 1 else duty.coverage
    named = {Hours.BUSINESS: "days", Hours.AFTER: "nights", Hours.ALWAYS: "all hours"}[hours]
    for party in reversed(DOERS):
        if not any(rule.party is party for rule in doing):
            yield Cure(f"Give {named} to {matrix.called(party)}", "letter", party, Letter.R, hours)
    for rule in doing:
        if rule.party in SIDES:
            yield Cure(f"Let {matrix.called(rule.party)} do it {raci.spoken_hours(Hours.ALWAYS)}", "hours", rule.party, hours=Hours.ALWAYS)


def _lead(matrix: Matrix, duty: Duty, rules: list[Rule]) -> Iterator[Cure]:
    """Offer who is there whenever several share: one lead holds for the whole row."""
    doing = [rule for rule in rules if rule.letter is Letter.R and rule.hours]
    halves = [
        {rule.party for rule in doing if rule.hours and half in coverage.PARTS.get(rule.hours, frozenset())}
        for half in (Hours.BUSINESS, Hours.AFTER)
    ]
    shared = [parties for parties in halves if len(parties) > 1]
    for party in dict.fromkeys(rule.party for rule in doing):
        if party and all(party in parties for parties in shared):
            yield Cure(f"{matrix.called(party)} answers first", "lead", party)
