"""A matrix laid out in time: for each duty and place the stretches in which one answer holds, so that asking who answers is a lookup.

Stretches are cut where hours begin or end, where a rule, an exclusion or a stand-in does, and where somebody comes or goes. What
answers in a stretch is read by the rules themselves, once, when it is first asked for.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from responsibilities.domain import matrix as matrices
from responsibilities.domain import presence, raci
from responsibilities.domain.matrix import Duty, Matrix, Reading
from responsibilities.domain.places import CLIENT
from responsibilities.domain.presence import Holder
from responsibilities.domain.raci import Rule
from responsibilities.domain.timetable import Standing, Timetable

DAYS = 90
Found = tuple[Reading, Holder | None]
State = tuple[Standing, int]  # the hours that hold, and how many other changes came before


@dataclass(slots=True)
class Hours:
    """Where the hours of some places begin and end, and what stands from each of those moments on."""

    number: int
    begins: list[datetime]
    standings: list[Standing]
    states: list[State]  # of lines that nothing else cuts: all of them share this list


@dataclass(slots=True)
class Line:
    """One duty at one kind of place: where its stretches begin, and what is known of each."""

    place: str
    begins: list[datetime]
    states: list[State]
    found: list[Found | None]
    known: dict[State, Found]


class Compiled:
    """One matrix over the days from `start` on. Moments outside are answered by the rules directly."""

    def __init__(self, matrix: Matrix, start: datetime, days: int = DAYS) -> None:
        self.matrix, self.start, self.end = matrix, start, start + timedelta(days=days)
        self._lines: dict[tuple[str, str], Line] = {}
        self._kinds: dict[tuple[object, ...], Line] = {}
        self._chains: dict[str, dict[str, tuple[int, int]]] = {}
        self._hours: dict[Timetable, Hours] = {}
        self._hours_at: dict[str, Hours] = {}
        self._named: dict[str, frozenset[str]] = {}

    def find(self, duty: str, place: str, at: datetime) -> Found:
        """Return what the rules say of `duty` at `place` and `at`, and who that comes down to; the reading's moment is its stretch's."""
        if not self.start <= at < self.end:
            return self._read(self.matrix.duties[duty], place, at)
        line = self._lines.get((duty, place)) or self._line(duty, place)
        number = bisect_right(line.begins, at) - 1
        return line.found[number] or self._fill(line, duty, number)

    def until(self, duty: str, place: str, at: datetime) -> datetime | None:
        """Return when somebody else answers, None when nothing in sight changes that."""
        if not self.start <= at < self.end:
            return None
        line = self._lines.get((duty, place)) or self._line(duty, place)
        number = bisect_right(line.begins, at) - 1
        now = _subject(line.found[number] or self._fill(line, duty, number))
        for later in range(number + 1, len(line.begins)):
            if _subject(line.found[later] or self._fill(line, duty, later)) != now:
                return line.begins[later]
        return None

    def everything(self) -> int:
        """Fill every stretch of every duty at every place that stands; return how many different stretches there are."""
        for duty in self.matrix.duties:
            for place in self.matrix.places.reaching():
                line = self._lines.get((duty, place)) or self._line(duty, place)
                if line.found[-1] is None:
                    for number in range(len(line.begins)):
                        self._fill(line, duty, number)
        return sum(len(line.begins) for line in self._kinds.values())

    def _fill(self, line: Line, duty: str, number: int) -> Found:
        state = line.states[number]
        found = line.known.get(state)
        if found is None:
            found = line.known[state] = self._read(self.matrix.duties[duty], line.place, line.begins[number], state[0])
        line.found[number] = found
        return found

    def _read(self, duty: Duty, place: str, at: datetime, standing: Standing | None = None) -> Found:
        reading = matrices.read(self.matrix, duty, at, place, standing)
        return reading, presence.holder(self.matrix, reading)

    def _line(self, duty: str, place: str) -> Line:
        """Return the line of a duty at a place; places that neither its rules nor their hours tell apart share one."""
        hours = self._hours_of(place)
        chain = self._chain(place)
        kind = (duty, hours.number, *((one, chain[one]) for one in chain if one in self._names(duty)))
        line = self._kinds.get(kind)
        if line is None:
            line = self._kinds[kind] = self._laid_out(self.matrix.duties[duty], place, hours)
        self._lines[duty, place] = line
        return line

    def _laid_out(self, duty: Duty, place: str, hours: Hours) -> Line:
        begins, standings = hours.begins, hours.standings
        cuts = sorted(self._cuts(duty))
        if not cuts:
            return Line(place, begins, hours.states, [None] * len(begins), {})
        moments = sorted({*begins, *cuts})
        states = [(standings[bisect_right(begins, moment) - 1], bisect_right(cuts, moment)) for moment in moments]
        return Line(place, moments, states, [None] * len(moments), {})

    def _hours_of(self, place: str) -> Hours:
        """Return where the hours of a place change within the days, and what stands from there on; equal hours are laid out once."""
        if place not in self._hours_at:
            table = self.matrix.hours_at(place)
            if table not in self._hours:
                self._hours[table] = self._stretches(table, len(self._hours))
            self._hours_at[place] = self._hours[table]
        return self._hours_at[place]

    def _stretches(self, table: Timetable, number: int) -> Hours:
        begins, standings = [self.start], [table.standing(self.start)]
        for edge in table.edges(self.start):
            if edge >= self.end:
                break
            standing = table.standing(edge)
            if standing != standings[-1]:
                begins.append(edge)
                standings.append(standing)
        return Hours(number, begins, standings, [(standing, 0) for standing in standings])

    def _cuts(self, duty: Duty) -> set[datetime]:
        """Return the moments at which something else than the hours may change a duty's answer."""
        matrix = self.matrix
        rules = rules_of(matrix, duty)
        dates = {date for rule in rules for date in (rule.starts_at, rule.ends_at)}
        covers = [cover for cover in matrix.covers if cover.duty in ("", duty.key)]
        dates |= {date for cover in covers for date in (cover.starts_at, cover.ends_at)}
        if duty.key in matrix.exclusions:
            dates.add(matrix.exclusions[duty.key].ends_at)
        named = [rule.subject for rule in rules if rule.subject] + [cover.stand_in for cover in covers]
        teams = {subject.team for subject in named if subject.team is not None}
        persons = {subject.person for subject in named if subject.person is not None}
        dates |= self._comings(teams, persons)
        return {date for date in dates if date and self.start < date < self.end}

    def _comings(self, teams: Iterable[int], persons: set[int]) -> set[datetime | None]:
        """Return the moments at which one of these teams or persons comes or goes."""
        crew = self.matrix.crew
        dates: set[datetime | None] = set()
        for team in (crew.teams[one] for one in teams if one in crew.teams):
            dates.update(team.edges(self.start, self.end))
            persons = persons | {member.person for member in team.members} | {override.person for override in team.overrides}
        for absence in crew.absences:
            if absence.person in persons:
                dates |= {absence.starts_at, absence.ends_at}
        return dates | {crew.persons[person].leaves_at for person in persons if person in crew.persons}

    def _names(self, duty: str) -> frozenset[str]:
        """Return the places that some rule or stand-in of a duty names."""
        if duty not in self._named:
            ruled = {rule.place for rule in rules_of(self.matrix, self.matrix.duties[duty])}
            self._named[duty] = frozenset(ruled | {cover.place for cover in self.matrix.covers}) - {CLIENT}
        return self._named[duty]

    def _chain(self, place: str) -> dict[str, tuple[int, int]]:
        if place not in self._chains:
            self._chains[place] = self.matrix.places.chain(place)
        return self._chains[place]


def at_moment(found: Found, at: datetime, place: str) -> Found:
    """Return what a stretch holds as of one moment and place in it, for those who put it in words."""
    reading, holder = found
    return replace(reading, at=at, place=place), holder


def _subject(found: Found) -> object:
    return found[1].subject if found[1] else None


def rules_of(matrix: Matrix, duty: Duty) -> list[Rule]:
    """Return every rule that may count for a duty, anywhere and at any time."""
    return [rule for key in (raci.EVERY_DUTY, duty.category, duty.key) for rule in matrix.rules.get(key, ())]
