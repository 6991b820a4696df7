"""One duty at one place: what the rules say there in every kind of hour of an ordinary week, and which of it the place itself decides."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Letter, Party
from responsibilities.domain import coverage, presence, raci, resolution
from responsibilities.domain import matrix as matrices
from responsibilities.domain.findings.draft import BLOCKING, STRUCTURAL, Draft, severity
from responsibilities.domain.matrix import Duty, Matrix, Reading
from responsibilities.domain.people import Subject
from responsibilities.domain.places import CLIENT
from responsibilities.domain.presence import Holder, Skip
from responsibilities.domain.raci import Rule
from responsibilities.domain.timetable import Standing, Timetable

BOTH = frozenset({Letter.A, Letter.R})
Part = tuple[datetime, datetime, Standing]
Stretch = tuple[datetime, datetime, Reading]
ONLY_A, ONLY_R = frozenset({Letter.A}), frozenset({Letter.R})


@dataclass(frozen=True)
class Told:
    """What a rule says at one place: of which letters it is, about whom, in a sentence that does not name the place."""

    code: str
    letters: frozenset[Letter]
    sentence: str
    subject: str = ""
    items: tuple[str, ...] = ()

    @property
    def same(self) -> tuple[str, str, str]:
        """Return what a narrower place would only repeat."""
        return self.code, self.subject, self.sentence


@dataclass(eq=False)
class Ground:
    """A matrix at one moment, with what every duty asks of its places worked out once. Stand-ins change nothing of what was agreed."""

    matrix: Matrix
    at: datetime
    agreed: Matrix = field(init=False)
    chains: dict[str, dict[str, tuple[int, int]]] = field(init=False)
    weeks: dict[str, dict[Standing, int]] = field(init=False)
    kept: dict[int, list[Stretch]] = field(init=False, default_factory=dict)  # by scene: its next weeks
    _ahead: dict[Timetable, list[Part]] = field(init=False, default_factory=dict)
    _present: dict[tuple[Subject | None, datetime], Holder | Skip] = field(init=False, default_factory=dict)
    _parts: dict[tuple[str, str], dict[Letter, set[Party]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.agreed = replace(self.matrix, covers=()) if self.matrix.covers else self.matrix
        reaching = self.matrix.places.reaching()
        self.chains = {place: self.matrix.places.chain(place) for place in reaching}
        self.weeks = {place: self.agreed.hours_at(place).classes(self.at) for place in reaching}

    def scenes(self, duty: Duty) -> Iterator["Scene"]:
        """Yield a duty at the whole client, and at each place that sees it otherwise than the places around it do, those first."""
        stated = self._stated(duty)
        nodes = {
            place: {letter: frozenset(where & chain.keys()) for letter, where in stated.items()} for place, chain in self.chains.items()
        }
        for place in sorted(self.chains, key=lambda key: (max(self.chains[key].values()), len(self.chains[key]))):
            wider = [one for one in self.chains[place] if one != place and one in self.chains]
            own = frozenset(letter for letter in stated if all(nodes[one][letter] != nodes[place][letter] for one in wider))
            like = [one for one in wider if nodes[one].get(Letter.R) == nodes[place].get(Letter.R)]
            hours = bool(stated.get(Letter.R)) and all(self.weeks[one] != self.weeks[place] for one in like)
            if place == CLIENT or own or hours:
                yield Scene(self, duty, place, frozenset(Letter) if place == CLIENT else own, tuple(wider))

    def whole(self, duty: Duty) -> "Scene":
        """Return a duty at the whole client."""
        return Scene(self, duty, CLIENT, frozenset(Letter), ())

    def parts(self, duty: Duty, place: str) -> dict[Letter, set[Party]]:
        """Return who has which part in a duty at a place, at any hour."""
        found = self._parts.get((duty.key, place))
        if found is None:
            found = self._parts[duty.key, place] = defaultdict(set)
            for standing in self.weeks[place]:
                for letter, rules in matrices.read(self.agreed, duty, self.at, place, standing).won.items():
                    found[letter] |= {rule.party for rule in rules if rule.party}
        return found

    def ahead(self, place: str, length: timedelta) -> list[Part]:
        """Return the time to come at a place, cut where hours begin or end and where somebody comes or goes, with the hours of each part."""
        hours, end = self.matrix.hours_at(place), self.at + length
        found = self._ahead.get(hours)
        if found is None:
            cuts = set(itertools.takewhile(lambda edge: edge < end, hours.edges(self.at)))
            cuts |= {edge for edge in resolution.people_edges(self.matrix, self.at, end) if edge < end}
            bounds = [self.at, *sorted(cuts), end]
            found = self._ahead[hours] = [(begins, ends, hours.standing(begins)) for begins, ends in itertools.pairwise(bounds)]
        return found

    def present(self, reading: Reading, rule: Rule) -> Holder | Skip:
        """Return who a rule comes down to at the reading's moment, or why nobody is there; without stand-ins that is the same everywhere."""
        if self.matrix.covers:
            return presence.present(self.matrix, reading, rule)
        key = rule.subject, reading.at
        if key not in self._present:
            self._present[key] = presence.present(self.matrix, reading, rule)
        return self._present[key]

    def _stated(self, duty: Duty) -> dict[Letter, set[str]]:
        """Return the places that say something of each letter."""
        found: dict[Letter, set[str]] = {}
        for key in (raci.EVERY_DUTY, duty.category, duty.key):
            for rule in self.matrix.rules.get(key, ()):
                if rule.holds(self.at):
                    found.setdefault(rule.letter, set()).add(rule.place)
        return found


@dataclass(eq=False)
class Scene:
    """One duty at one place. `own` are the letters whose rows are not just those of a wider place."""

    ground: Ground
    duty: Duty
    place: str
    own: frozenset[Letter]
    wider: tuple[str, ...]

    @property
    def matrix(self) -> Matrix:
        return self.ground.agreed

    @property
    def at(self) -> datetime:
        return self.ground.at

    @cached_property
    def readings(self) -> tuple[tuple[Standing, int, Reading], ...]:
        """Return each kind of hour of an ordinary week, its minutes, and what the rules say in it."""
        week = self.ground.weeks[self.place]
        return tuple(
            (standing, minutes, matrices.read(self.matrix, self.duty, self.at, self.place, standing)) for standing, minutes in week.items()
        )

    @property
    def required(self) -> Iterator[tuple[Standing, int, Reading]]:
        """Yield the kinds of hour in which somebody has to do the duty."""
        needed = coverage.PARTS[self.duty.coverage]
        return (one for one in self.readings if one[0] & needed)

    def answerable(self) -> tuple[Subject, ...]:
        """Return who is accountable, backups apart; A knows no hours."""
        return self.readings[0][2].subjects(Letter.A, 1) if self.readings else ()

    def doers(self) -> list[Rule]:
        """Return the R rules that win in any hour and name somebody, each once."""
        rules = (rule for _, _, reading in self.readings for rule in reading.won.get(Letter.R, ()) if rule.party)
        return list(dict.fromkeys(rules))

    def parts(self, duty: Duty) -> dict[Letter, set[Party]]:
        """Return who has which part in another duty here."""
        return self.ground.parts(duty, self.place)

    def draft(self, told: Told) -> Draft:
        """Return what was told as a finding of this duty at this place."""
        return Draft(
            told.code,
            self.duty.key,
            self.place,
            told.subject,
            severity(STRUCTURAL[told.code], self.duty.risk),
            blocks=told.code in BLOCKING,
            sentence=placed(self.matrix, self.place, told.sentence),
            items=told.items,
        )


def placed(matrix: Matrix, place: str, sentence: str) -> str:
    """Return a sentence with the place it is true at in front."""
    if place == CLIENT:
        return sentence
    said = sentence[0].lower() + sentence[1:] if sentence.startswith("Nobody ") else sentence
    return f"At {matrix.places.called(place)}, {said}"


def day(matrix: Matrix, moment: datetime) -> str:
    """Return a date as sentences say it, in the client's zone."""
    return f"{moment.astimezone(ZoneInfo(matrix.calendar.zone)):%-d %B %Y}"


def clock(matrix: Matrix, moment: datetime) -> str:
    """Return a moment as sentences say it, in the client's zone."""
    return f"{moment.astimezone(ZoneInfo(matrix.calendar.zone)):%a %-d %B %H:%M}"
