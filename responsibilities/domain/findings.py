"""Which rules a matrix breaks: the structural findings, how bad each is, whether it blocks signing, and its stable key."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comanaged.vocabulary import FindingSeverity, Hours, Letter, Party
from responsibilities.domain import coverage, raci
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.raci import Rule

STEPS = (FindingSeverity.LOW, FindingSeverity.MEDIUM, FindingSeverity.HIGH, FindingSeverity.CRITICAL)
STRUCTURAL = {
    "A_MISSING": FindingSeverity.HIGH,
    "A_MULTIPLE": FindingSeverity.HIGH,
    "R_MISSING": FindingSeverity.HIGH,
    "R_GAP": FindingSeverity.HIGH,
    "R_NO_LEAD": FindingSeverity.MEDIUM,
}
GRAVE, SLIGHT = 5, 2  # a duty of this risk makes a finding one step worse, one of at most this risk one step milder
TWO = 2


@dataclass(frozen=True)
class Draft:
    """A finding as a rule words it. `items` are the facts it rests on."""

    code: str
    duty: str
    place: str
    subject: str
    severity: FindingSeverity
    blocks: bool
    sentence: str
    items: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Return what makes it the same finding as yesterday's."""
        return self.code, self.place, self.duty, self.subject


def severity(base: FindingSeverity, risk: int) -> FindingSeverity:
    """Return `base` one step worse for a duty of the gravest risk, one milder for a slight one."""
    step = STEPS.index(base) + (risk >= GRAVE) - (risk <= SLIGHT)
    return STEPS[max(0, min(step, len(STEPS) - 1))]


def found(matrix: Matrix, at: datetime) -> list[Draft]:
    """Return every structural finding of a matrix as it stands at `at`, in the order of its duties."""
    return [draft for duty in matrix.duties.values() if not matrix.excluded(duty.key, at) for draft in of_duty(matrix, duty, at)]


def of_duty(matrix: Matrix, duty: Duty, at: datetime) -> Iterator[Draft]:
    """Yield the structural findings of one duty that is not excluded."""
    rules = nearest(matrix, duty, at)
    yield from _accountable(matrix, duty, [rule for rule in rules if rule.letter is Letter.A and rule.party])
    doers = [rule for rule in rules if rule.letter is Letter.R and rule.party]
    if not doers:
        yield _draft("R_MISSING", duty, f"Nobody does {duty.name}, at any hour.")
        return
    minutes = coverage.open_minutes(matrix.calendar, duty.coverage, held_hours(doers))
    if minutes:
        yield _draft("R_GAP", duty, _gap(duty, doers, minutes))
    unled = [half for half in (Hours.BUSINESS, Hours.AFTER) if not _led(half, doers) and matrix.calendar.minutes(half)]
    if unled:
        names = " and ".join(sorted({matrix.called(rule.party) for rule in doers}))
        when = raci.spoken_hours(unled[0] if len(unled) == 1 else Hours.ALWAYS)
        yield _draft("R_NO_LEAD", duty, f"{names} share {duty.name} {when}, and nothing says who answers first.")


def nearest(matrix: Matrix, duty: Duty, at: datetime) -> list[Rule]:
    """Return the client's rules of a duty at every hour: of each letter (and half of the day) those named for it most closely."""
    kept: list[Rule] = []
    levels = (raci.EVERY_DUTY, duty.category, duty.key)
    for level in levels:
        closer = [rule for rule in matrix.rules.get(level, ()) if not rule.place and rule.rank == 1 and rule.holds(at)]
        kept = [rule for rule in (_without(old, closer) for old in kept) if rule] + closer
    return kept


def held_hours(doers: list[Rule]) -> list[str]:
    """Return the hours that R rows hold."""
    return [rule.hours for rule in doers if rule.hours]


def gap_ahead(matrix: Matrix, duty: Duty, at: datetime) -> coverage.Span | None:
    """Return the first stretch from `at` on in which somebody must do `duty` and nobody does."""
    doers = [rule for rule in nearest(matrix, duty, at) if rule.letter is Letter.R and rule.party]
    return coverage.first_gap(matrix.calendar, duty.coverage, held_hours(doers), at)


def gap_minutes(matrix: Matrix, duty: Duty, at: datetime) -> int:
    """Return the minutes of an ordinary week in which somebody must do `duty` and nobody does."""
    doers = [rule for rule in nearest(matrix, duty, at) if rule.letter is Letter.R and rule.party]
    return coverage.open_minutes(matrix.calendar, duty.coverage, held_hours(doers))


def _without(rule: Rule, closer: list[Rule]) -> Rule | None:
    """Return what a closer rule of the same letter leaves of `rule`."""
    rivals = [one for one in closer if one.letter is rule.letter]
    if not rivals or rule.hours is None:
        return None if rivals else rule
    left = coverage.gap(rule.hours, [one.hours for one in rivals if one.hours])
    if not left:
        return None
    hours = Hours.ALWAYS if len(left) == TWO else next(iter(left))
    return Rule(rule.letter, rule.party, hours, rule.lead, rule.duty, rule.place, rule.rank, rule.starts_at, rule.ends_at)


def _accountable(matrix: Matrix, duty: Duty, accountable: list[Rule]) -> Iterator[Draft]:
    parties = sorted({matrix.called(rule.party) for rule in accountable})
    if not parties:
        yield _draft("A_MISSING", duty, f"Nobody is accountable for {duty.name}.")
    if len(parties) >= TWO:
        yield _draft("A_MULTIPLE", duty, f"{' and '.join(parties)} are both accountable for {duty.name}. Each may think that the other is.")


def _led(half: Hours, doers: list[Rule]) -> bool:
    """Say whether one party answers first in this half of the day."""
    awake = [rule for rule in doers if rule.hours and half in coverage.PARTS.get(rule.hours, frozenset())]
    leads: set[Party | None] = {rule.party for rule in awake if rule.lead}
    return len({rule.party for rule in awake}) < TWO or len(leads) == 1


def _gap(duty: Duty, doers: list[Rule], minutes: int) -> str:
    left = coverage.gap(duty.coverage, held_hours(doers))
    when = raci.spoken_hours(Hours.ALWAYS if len(left) == TWO else next(iter(left)))
    return f"Nobody does {duty.name} {when}: {spoken_minutes(minutes)} a week."


def spoken_minutes(minutes: int) -> str:
    """Return a length of a week's hole for people."""
    hours, rest = divmod(minutes, 60)
    return f"{hours} hours" if not rest else f"{hours} hours {rest} minutes" if hours else f"{rest} minutes"


def _draft(code: str, duty: Duty, sentence: str) -> Draft:
    return Draft(code, duty.key, "", "", severity(STRUCTURAL[code], duty.risk), blocks=True, sentence=sentence)
