"""One version of a matrix as it is read: its duties and rules, and which of them win for a duty at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comanaged.vocabulary import Hours, Letter, Party, Side
from responsibilities.domain import raci
from responsibilities.domain.coverage import Calendar
from responsibilities.domain.raci import Rule

NOBODY = "nobody"
SIDES = {Party.INTERNAL: Side.INTERNAL, Party.PROVIDER: Side.PROVIDER}


@dataclass(frozen=True)
class Duty:
    """What the rules need to know of a duty."""

    key: str
    name: str
    category: str
    coverage: Hours
    risk: int
    work: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """A duty the client decided not to have: why, who accepted it, until when."""

    reason: str
    accepted_by: str
    ends_at: datetime


@dataclass(frozen=True)
class Matrix:
    """One version as it is read: duties, their rules, hours, exclusions, and what its parties are called."""

    duties: Mapping[str, Duty]
    rules: Mapping[str, Sequence[Rule]]  # by the key that a rule names: a duty's, a category's or EVERY_DUTY
    calendar: Calendar
    names: Mapping[Party, str]
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    version: int | None = None
    signed: bool = False
    served: bool = True  # a provider is engaged

    def excluded(self, duty: str, at: datetime) -> Exclusion | None:
        """Return the exclusion of a duty that holds at `at`."""
        found = self.exclusions.get(duty)
        return found if found and at < found.ends_at else None

    def called(self, party: Party | None) -> str:
        """Return a party's name, `nobody` for none."""
        return self.names[party] if party else NOBODY


@dataclass(frozen=True)
class Reading:
    """What the rules say of one duty at one moment, before anything is put in words."""

    duty: Duty
    at: datetime
    place: str
    matched: tuple[Rule, ...]
    asleep: tuple[Rule, ...]  # R rows whose hours do not contain the moment
    beaten: tuple[Rule, ...]
    won: dict[Letter, tuple[Rule, ...]]
    first: Rule | None
    led: bool

    def held(self, letter: Letter) -> tuple[Party, ...]:
        """Return the parties of a letter; the one that answers first leads those of R."""
        parties = dict.fromkeys(rule.party for rule in self.won.get(letter, ()) if rule.party)
        if letter is Letter.R and self.first and self.first.party:
            parties = {self.first.party: None} | parties
        return tuple(parties)


def read(matrix: Matrix, duty: Duty, at: datetime, place: str = "", standing: frozenset[Hours] | None = None) -> Reading:
    """Apply the rules: match, keep what is awake, let the nearest place and then the nearest duty win, letter by letter.

    `standing` asks for other hours than those that hold at `at`.
    """
    if matrix.excluded(duty.key, at):
        return Reading(duty, at, place, (), (), (), {}, None, led=False)
    chain = chain_of(place)
    levels = (raci.EVERY_DUTY, duty.category, duty.key)
    matched = tuple(rule for level in levels for rule in matrix.rules.get(level, ()) if rule.place in chain and rule.holds(at))
    awake_hours = matrix.calendar.standing(at) if standing is None else standing
    awake = tuple(rule for rule in matched if rule.hours is None or rule.hours in awake_hours)

    def strength(rule: Rule) -> tuple[int, int]:
        return chain.index(rule.place), levels.index(rule.duty)

    won: dict[Letter, tuple[Rule, ...]] = {}
    for letter in Letter:
        rivals = [rule for rule in awake if rule.letter is letter]
        ranked = [[rule for rule in rivals if rule.rank == rank or rule.party is None] for rank in sorted({rule.rank for rule in rivals})]
        best = [rule for group in ranked for rule in group if strength(rule) == max(map(strength, group))]
        won[letter] = tuple(dict.fromkeys(best))
    winners = {rule for rules in won.values() for rule in rules}
    asleep = tuple(rule for rule in matched if rule not in awake)
    beaten = tuple(rule for rule in awake if rule not in winners)
    first, led = first_of(won[Letter.R], won[Letter.A])
    return Reading(duty, at, place, matched, asleep, beaten, won, first, led)


def by_halves(matrix: Matrix, duty: Duty, at: datetime) -> dict[Hours, Party | None]:
    """Return who answers by day and who at night, under the rules that hold at `at`."""
    halves = (Hours.BUSINESS, Hours.AFTER)
    firsts = {half: read(matrix, duty, at, standing=frozenset({half, Hours.ALWAYS})).first for half in halves}
    return {half: first.party if first else None for half, first in firsts.items()}


def covered_from(matrix: Matrix, duty: Duty, at: datetime) -> datetime | None:
    """Return when the duty next has to be covered; None while it has to be now, or never."""
    return None if matrix.calendar.includes(duty.coverage, at) else matrix.calendar.until(duty.coverage, at)


def chain_of(place: str) -> tuple[str, ...]:
    """Return the places whose rules reach `place`, the nearest last. Only the client itself is a place today."""
    return ("", place) if place else ("",)


def first_of(doers: Sequence[Rule], accountable: Sequence[Rule]) -> tuple[Rule | None, bool]:
    """Return who answers first among those that do it now, and whether the matrix says so: one live lead or a single doer."""
    present = [rule for rule in doers if rule.party is not None]
    live = [rule for rule in present if rule.rank == min(one.rank for one in present)]
    parties = {rule.party for rule in live}
    leads = [rule for rule in live if rule.lead]
    if len(parties) <= 1 or len({rule.party for rule in leads}) == 1:
        return next(iter([*leads, *live]), None), True
    answerable = [rule.party for rule in accountable]
    order = [*answerable, Party.INTERNAL, Party.PROVIDER, *Party]
    return min(live, key=lambda rule: order.index(rule.party)), False
