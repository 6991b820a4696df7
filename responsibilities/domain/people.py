"""Who is there: persons, teams with a weekly rota, roles and their holders, absences; and which person a subject is at a moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Party, TeamKind
from responsibilities.domain import coverage

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Subject:
    """Who a rule names: a party, or a team, a role or a person of it."""

    party: Party
    team: int | None = None
    person: int | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who is or was a member. `gone` says in words why they cannot answer: their account or their access ended."""

    id: int
    name: str
    party: Party
    gone: str = ""
    leaves_at: datetime | None = None
    seen_at: datetime | None = None  # when they last signed in


@dataclass(frozen=True)
class Member:
    """Somebody in a team, or holding a role, from then to then."""

    person: int
    starts_at: datetime
    ends_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Say whether they belong to it at `at`."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


@dataclass(frozen=True)
class Stretch:
    """One person from then to then: an override of a rota, or an absence."""

    person: int
    starts_at: datetime
    ends_at: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether it contains `at`."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True)
class Team:
    """A team or a role. With `rota_from` its members take turns of `turn_weeks`, handing over at that weekday and local time."""

    id: int
    name: str
    party: Party
    kind: TeamKind = TeamKind.TEAM
    zone: str = "UTC"
    members: tuple[Member, ...] = ()  # in the order of their turns
    rota_from: datetime | None = None
    turn_weeks: int = 1
    overrides: tuple[Stretch, ...] = ()
    retired: bool = False

    def turn(self, at: datetime) -> int | None:
        """Return the person on duty by rota or override, None for an empty slot; of a role its holder."""
        for override in self.overrides:
            if override.holds(at):
                return override.person
        present = [member.person for member in self.members if member.holds(at)]
        if self.kind is TeamKind.ROLE:
            return present[-1] if present else None
        if self.rota_from is None or not self.members or at < self.rota_from:
            return None
        order = list(dict.fromkeys(member.person for member in self.members))
        turn = order[self._turns(at) % len(order)]
        return turn if turn in present else None

    def edges(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield the instants in (start, end] at which somebody else may be on duty."""
        dates = {date for member in self.members for date in (member.starts_at, member.ends_at)}
        dates |= {date for override in self.overrides for date in (override.starts_at, override.ends_at)}
        yield from (date for date in dates if date and start < date <= end)
        if self.rota_from is None or self.kind is TeamKind.ROLE:
            return
        number = self._turns(start) + 1
        while (edge := self._begins(number)) <= end:
            yield edge
            number += 1

    def _turns(self, at: datetime) -> int:
        """Return how many hand-overs there were after the first one, up to `at`."""
        number = (at - self._begins(0)) // (WEEK * self.turn_weeks)
        while self._begins(number) > at:  # by the hour that a change of clocks moves it
            number -= 1
        while self._begins(number + 1) <= at:
            number += 1
        return number

    def _begins(self, number: int) -> datetime:
        """Return a hand-over on the team's wall clock: one at nine stays at nine when clocks change."""
        assert self.rota_from is not None  # noqa: S101 - callers asked
        first = self.rota_from.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        return coverage.instant(self.zone, first + WEEK * self.turn_weeks * number, 0)


@dataclass(frozen=True)
class Crew:
    """Everybody a matrix may name."""

    persons: Mapping[int, Person] = field(default_factory=dict)
    teams: Mapping[int, Team] = field(default_factory=dict)
    absences: tuple[Stretch, ...] = ()

    def missing(self, person: int, at: datetime) -> str:
        """Return in words why a person cannot answer at `at`, "" when they can."""
        known = self.persons.get(person)
        if known is None:
            return "is not a member here"
        if known.gone:
            return known.gone
        if known.leaves_at is not None and known.leaves_at <= at:
            return "has left"
        return "is away" if any(absence.person == person and absence.holds(at) for absence in self.absences) else ""

    def called(self, person: int) -> str:
        """Return a person's name; of who is no member here no name is known."""
        return self.persons[person].name if person in self.persons else "somebody"
