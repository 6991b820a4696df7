"""One version of a matrix as it is read: its duties and rules, and which of them win for a duty at a place and a moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from comanaged.vocabulary import Hours, Letter, Party, Side
from responsibilities.domain import raci
from responsibilities.domain.coverage import Calendar
from responsibilities.domain.people import Crew, Subject
from responsibilities.domain.places import CLIENT, Places
from responsibilities.domain.raci import Rule
from responsibilities.domain.timetable import Standing, Timetable

NOBODY = "nobody"
BUSINESS = "business"  # the key of the calendar that divides day from night
Strength = tuple[tuple[int, int], int]  # how near the place, then how near the duty
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
    regulated: tuple[str, ...] = ()
    review: str = ""


@dataclass(frozen=True)
class Exclusion:
    """A duty the client decided not to have: why, who accepted it, until when."""

    reason: str
    accepted_by: str
    ends_at: datetime


@dataclass(frozen=True)
class Cover:
    """A stand-in that both who covers and who is covered agreed to: work of `covered` is done by `stand_in` from then to then."""

    covered: Subject
    stand_in: Subject
    starts_at: datetime
    ends_at: datetime
    duty: str = ""  # none: every duty
    place: str = CLIENT  # the client: everywhere

    def holds(self, at: datetime) -> bool:
        """Say whether it contains `at`."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Policy:
    """What a template asks besides the rules: who may be accountable for regulated duties, whether people must be named there."""

    accountable: frozenset[Party] = frozenset()  # empty: anyone
    named_people: bool = False


@dataclass(frozen=True, eq=False)
class Matrix:
    """One version as it is read: duties, their rules, hours, exclusions, places, people, and what its parties are called."""

    duties: Mapping[str, Duty]
    rules: Mapping[str, Sequence[Rule]]  # by the key that a rule names: a duty's, a category's or EVERY_DUTY
    calendar: Calendar  # the client's business hours
    names: Mapping[Party, str]
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    version: int | None = None
    signed: bool = False
    served: bool = True  # a provider is engaged
    calendars: Mapping[tuple[str, str], Calendar] = field(default_factory=dict)  # by key and place, besides the client's business hours
    places: Places = field(default_factory=Places)
    crew: Crew = field(default_factory=Crew)
    covers: tuple[Cover, ...] = ()
    policy: Policy = field(default_factory=Policy)
    hour_names: Mapping[str, str] = field(default_factory=dict)  # of hours that are not business: what they are called

    def spoken(self, hours: str | None) -> str:
        """Return the hours of an R as they are said: "by day", "in desk hours"."""
        return f"in {self.hour_names[hours]}" if hours and self.hour_names.get(hours) else raci.spoken_hours(hours)

    def excluded(self, duty: str, at: datetime) -> Exclusion | None:
        """Return the exclusion of a duty that holds at `at`."""
        found = self.exclusions.get(duty)
        return found if found and at < found.ends_at else None

    def called(self, party: Party | None) -> str:
        """Return a party's name, `nobody` for none."""
        return self.names[party] if party else NOBODY

    def named(self, subject: Subject | None) -> str:
        """Return a subject's name with its party's: "Tess (Northwind MSP)"; a party's alone for a whole party."""
        if subject is None:
            return NOBODY
        team = self.crew.teams.get(subject.team or 0)
        name = self.crew.called(subject.person) if subject.person is not None else team.name if team else ""
        return f"{name} ({self.called(subject.party)})" if name else self.called(subject.party)

    def hours_at(self, place: str) -> Timetable:
        """Return the hours of a place: of each name the calendar of the nearest place that has one, in the zone of the nearest that has one."""
        found = self._timetables.get(place)
        if found is None:
            found = self._timetables[place] = self._hours_at(place)
        return found

    @cached_property
    def _timetables(self) -> dict[str, Timetable]:
        return {}

    def _hours_at(self, place: str) -> Timetable:
        chain = list(self.places.chain(place))
        zones = {one: self.places.known[one].zone for one in chain if one in self.places.known}
        found: dict[str, Calendar] = {BUSINESS: self.calendar}
        for one in chain:
            if zones.get(one):
                found = {key: replace(calendar, zone=zones[one]) for key, calendar in found.items()}
            found |= {key: calendar for (key, where), calendar in self.calendars.items() if where == one}
        business = found.pop(BUSINESS)
        return Timetable(business, tuple(sorted(found.items(), key=lambda item: item[0])))


@dataclass(frozen=True)
class Reading:
    """What the rules say of one duty at one place and moment, before anything is put in words."""

    duty: Duty
    at: datetime
    place: str
    matched: tuple[Rule, ...]
    asleep: tuple[Rule, ...]  # R rows whose hours do not contain the moment
    beaten: tuple[Rule, ...]
    won: dict[Letter, tuple[Rule, ...]]
    first: Rule | None
    led: bool
    covered: tuple[tuple[Rule, Rule], ...] = ()  # R rows that somebody stands in for: as agreed, as it is now
    ties: tuple[Letter, ...] = ()  # letters that equally near places give to different subjects

    def held(self, letter: Letter) -> tuple[Party, ...]:
        """Return the parties of a letter; the one that answers first leads those of R."""
        parties = dict.fromkeys(rule.party for rule in self.won.get(letter, ()) if rule.party)
        if letter is Letter.R and self.first and self.first.party:
            parties = {self.first.party: None} | parties
        return tuple(parties)

    def subjects(self, letter: Letter, rank: int | None = None) -> tuple[Subject, ...]:
        """Return the subjects of a letter, of one rank or of both, in the order of their rules."""
        rules = (rule for rule in self.won.get(letter, ()) if rank in (None, rule.rank))
        return tuple(dict.fromkeys(rule.subject for rule in rules if rule.subject))


def read(matrix: Matrix, duty: Duty, at: datetime, place: str = CLIENT, standing: Standing | None = None) -> Reading:
    """Apply the rules: match, keep what is awake, let the nearest place and then the nearest duty win, letter by letter and rank by rank.

    `standing` asks for other hours than those that hold at `at`.
    """
    if matrix.excluded(duty.key, at):
        return Reading(duty, at, place, (), (), (), {}, None, led=False)
    chain = matrix.places.chain(place)
    levels = (raci.EVERY_DUTY, duty.category, duty.key)
    matched = tuple(rule for level in levels for rule in matrix.rules.get(level, ()) if rule.place in chain and rule.holds(at))
    awake_hours = matrix.hours_at(place).standing(at) if standing is None else standing
    awake = tuple(rule for rule in matched if rule.hours is None or rule.hours in awake_hours)

    def strength(rule: Rule) -> tuple[tuple[int, int], int]:
        return chain[rule.place], levels.index(rule.duty)

    won: dict[Letter, tuple[Rule, ...]] = {}
    for letter in Letter:
        rivals = [rule for rule in awake if rule.letter is letter]
        ranked = [[rule for rule in rivals if rule.rank == rank or rule.party is None] for rank in sorted({rule.rank for rule in rivals})]
        best = [rule for group in ranked for rule in _strongest(group, strength)]
        won[letter] = tuple(dict.fromkeys(best))
    winners = {rule for rules in won.values() for rule in rules}
    asleep = tuple(rule for rule in matched if rule not in awake)
    beaten = tuple(rule for rule in awake if rule not in winners)
    covered = _covered(matrix, duty, at, chain, won[Letter.R])
    stand_ins = dict(covered)
    won[Letter.R] = tuple(dict.fromkeys(stand_ins.get(rule, rule) for rule in won[Letter.R]))
    first, led = first_of(won[Letter.R], won[Letter.A])
    return Reading(duty, at, place, matched, asleep, beaten, won, first, led, covered, _ties(won))


def by_halves(matrix: Matrix, duty: Duty, at: datetime, place: str = CLIENT) -> dict[Hours, Party | None]:
    """Return who answers by day and who at night, under the rules that hold at `at`."""
    halves = (Hours.BUSINESS, Hours.AFTER)
    firsts = {half: read(matrix, duty, at, place, standing=frozenset({half, Hours.ALWAYS})).first for half in halves}
    return {half: first.party if first else None for half, first in firsts.items()}


def covered_from(matrix: Matrix, duty: Duty, at: datetime, place: str = CLIENT) -> datetime | None:
    """Return when the duty next has to be covered; None while it has to be now, or never."""
    calendar = matrix.hours_at(place).business
    return None if calendar.includes(duty.coverage, at) else calendar.until(duty.coverage, at)


def first_of(doers: Sequence[Rule], accountable: Sequence[Rule]) -> tuple[Rule | None, bool]:
    """Return who answers first among those that do it now, and whether the matrix says so: one live lead or a single doer."""
    present = [rule for rule in doers if rule.party is not None]
    live = [rule for rule in present if rule.rank == min(one.rank for one in present)]
    leads = [rule for rule in live if rule.lead]
    if len({rule.subject for rule in live}) <= 1 or len({rule.subject for rule in leads}) == 1:
        return next(iter([*leads, *live]), None), True
    answerable = [rule.party for rule in accountable]
    order = [*answerable, Party.INTERNAL, Party.PROVIDER, *Party]
    return min(live, key=lambda rule: order.index(rule.party)), False


def _strongest(rules: list[Rule], strength: Callable[[Rule], Strength]) -> list[Rule]:
    """Return the nearest rules; where all of them are only added to wider ones, those as well."""
    found: list[Rule] = []
    while rules:
        best = max(map(strength, rules))
        nearest = [rule for rule in rules if strength(rule) == best]
        found += nearest
        if not all(rule.append for rule in nearest):
            break
        rules = [rule for rule in rules if strength(rule) < best]
    return found


def _covered(matrix: Matrix, duty: Duty, at: datetime, chain: Mapping[str, object], doers: Sequence[Rule]) -> tuple[tuple[Rule, Rule], ...]:
    """Return the rules that somebody stands in for, each with the one that holds instead; of two covers the later one counts."""
    found: dict[Rule, Rule] = {}
    for cover in matrix.covers:
        if not cover.holds(at) or cover.duty not in ("", duty.key) or cover.place not in chain:
            continue
        for rule in doers:
            if rule.subject == cover.covered:
                instead = cover.stand_in
                found[rule] = replace(rule, party=instead.party, team=instead.team, person=instead.person)
    return tuple(found.items())


def _ties(won: Mapping[Letter, Sequence[Rule]]) -> tuple[Letter, ...]:
    """Return the letters whose winners come from different places and do not name the same subjects."""
    found = []
    for letter in (Letter.A, Letter.R):
        by_place: dict[str, set[Subject | None]] = {}
        for rule in won.get(letter, ()):
            if rule.rank == 1:
                by_place.setdefault(rule.place, set()).add(rule.subject)
        if len({frozenset(subjects) for subjects in by_place.values()}) > 1:
            found.append(letter)
    return tuple(found)
