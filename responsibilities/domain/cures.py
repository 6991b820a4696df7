"""The decisions that close a finding where it is seen: at most three, each one edit of one cell."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain import coverage, raci
from responsibilities.domain.findings.paper import WATCHED
from responsibilities.domain.matrix import SIDES, Duty, Matrix
from responsibilities.domain.places import CLIENT
from responsibilities.domain.raci import Rule

MOST = 3
DOERS = (Party.INTERNAL, Party.PROVIDER)
ANSWERABLE = (Party.INTERNAL, Party.LEADERSHIP)


@dataclass(frozen=True)
class Cure:
    """One button: what it says, which edit it is ("letter", "hours" or "lead"), of which party's cell, in the line of which place."""

    words: str
    edit: str
    party: Party
    letter: Letter | None = None
    hours: Hours | None = None
    place: str = CLIENT


def cures_of(matrix: Matrix, code: str, duty: Duty, place: str = CLIENT) -> list[Cure]:
    """Return what would close a finding of a duty at a place; where no provider serves nothing is given to one."""
    stated = matrix.rules.get(duty.key, ())
    rules = [rule for rule in stated if rule.party and rule.place == place]
    wider = [rule for rule in stated if rule.party and rule.place == CLIENT] if place else []
    way = WAYS.get(code)
    found = (replace(cure, place=place) for cure in way(Line(matrix, duty, rules, _inherited(stated, place, wider)))) if way else iter(())
    return list(islice((cure for cure in found if matrix.served or cure.party is not Party.PROVIDER), MOST))


@dataclass(frozen=True)
class Line:
    """What one line of the matrix says, and the hours that a wider one holds where this says nothing."""

    matrix: Matrix
    duty: Duty
    rules: list[Rule]
    inherited: list[str]

    def doing(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.letter is Letter.R and rule.rank == 1]


def _inherited(stated: Sequence[Rule], place: str, wider: list[Rule]) -> list[str]:
    """Return the halves that a place leaves to the client's own row, and that row fills."""
    here = [rule.hours for rule in stated if rule.place == place and rule.letter is Letter.R and rule.hours]
    free = coverage.gap(Hours.ALWAYS, here)
    held = coverage.gap(Hours.ALWAYS, [rule.hours for rule in wider if rule.letter is Letter.R and rule.hours])
    return sorted(free - held)


def _accountable(line: Line) -> Iterator[Cure]:
    for party in ANSWERABLE:
        yield Cure(f"Make {line.matrix.called(party)} accountable", "letter", party, Letter.A)


def _keep(line: Line) -> Iterator[Cure]:
    parties = dict.fromkeys(rule.party for rule in line.rules if rule.letter is Letter.A and rule.rank == 1)
    for party in parties if len(parties) > 1 else ():
        if party:
            yield Cure(f"Keep {line.matrix.called(party)}", "letter", party, Letter.A)


def _inside(line: Line) -> Iterator[Cure]:
    """Offer who of the client itself may be accountable, where an outside requirement asks for that."""
    yield from (cure for cure in _accountable(line) if cure.party in line.matrix.policy.accountable)


def _apart(line: Line) -> Iterator[Cure]:
    """Let somebody else than who does it accept its proof."""
    doing = {rule.party for rule in line.doing()}
    if line.duty.key == WATCHED and doing == {Party.PROVIDER}:
        yield Cure(f"Let {line.matrix.called(Party.INTERNAL)} watch too", "letter", Party.INTERNAL, Letter.R, line.duty.coverage)
    else:
        yield from (cure for cure in _accountable(line) if cure.party not in doing)


def _doers(line: Line) -> Iterator[Cure]:
    for party in DOERS:
        yield Cure(f"Give it to {line.matrix.called(party)}", "letter", party, Letter.R, line.duty.coverage)


def _hours(line: Line) -> Iterator[Cure]:
    """Give what is open to a side that does not do the duty yet, or let one that does it go on through it."""
    doing = line.doing()
    left = coverage.gap(line.duty.coverage, [*(rule.hours for rule in doing if rule.hours), *line.inherited])
    hours = next(iter(left)) if len(left) == 1 else line.duty.coverage
    named = {Hours.BUSINESS: "days", Hours.AFTER: "nights", Hours.ALWAYS: "all hours"}[hours]
    for party in reversed(DOERS):
        if not any(rule.party is party for rule in doing):
            yield Cure(f"Give {named} to {line.matrix.called(party)}", "letter", party, Letter.R, hours)
    for rule in doing:
        if rule.party in SIDES and [one.party for one in doing].count(rule.party) == 1:
            words = f"Let {line.matrix.called(rule.party)} do it {raci.spoken_hours(Hours.ALWAYS)}"
            yield Cure(words, "hours", rule.party, hours=Hours.ALWAYS)


def _lead(line: Line) -> Iterator[Cure]:
    """Offer who is there whenever several share: one lead holds for the whole row."""
    doing = [rule for rule in line.doing() if rule.hours]
    halves = [
        {rule.party for rule in doing if rule.hours and half in coverage.PARTS.get(rule.hours, frozenset())}
        for half in (Hours.BUSINESS, Hours.AFTER)
    ]
    shared = [parties for parties in halves if len(parties) > 1]
    for party in dict.fromkeys(rule.party for rule in doing):
        if shared and party and all(party in parties for parties in shared):
            yield Cure(f"{line.matrix.called(party)} answers first", "lead", party)


WAYS: dict[str, Callable[[Line], Iterator[Cure]]] = {
    "A_MISSING": _accountable,
    "A_MULTIPLE": _keep,
    "A_OUTSIDE_ORG": _inside,
    "R_MISSING": _doers,
    "R_GAP": _hours,
    "R_NO_LEAD": _lead,
    "SELF_WATCH": _apart,
}
