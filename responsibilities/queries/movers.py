"""Whose move a finding is: the side it lies with, and the person of it to speak to."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor, Person
from comanaged.vocabulary import Party, Side
from responsibilities.domain.matrix import Matrix
from responsibilities.models import Finding
from responsibilities.queries import words

ROLES = {Party.INTERNAL: ("c_mgr", "c_tech"), Party.PROVIDER: ("p_lead", "p_admin", "p_tech"), Party.LEADERSHIP: ("c_lead",)}
LEADERSHIPS = frozenset({"KEY_PERSON", "ACCEPTANCE_EXPIRED"})  # what only leadership can decide


@dataclass(frozen=True)
class Mover:
    """Who moves next: a name, and the shape of their side."""

    party: Party
    name: str
    shape: str


@dataclass(frozen=True)
class Movers:
    """The people of a client and what its sides are called, to name whose move it is."""

    matrix: Matrix
    people: tuple[Person, ...]

    def of(self, row: Finding) -> Mover:
        """Return whose move a finding is."""
        party = self._party(row)
        named = (one.name for role in ROLES[party] for one in self.people if one.role == role)
        return Mover(party, next(named, self.matrix.called(party)), words.SHAPES[party])

    def leaders(self) -> list[str]:
        """Return the names of leadership."""
        return [one.name for one in self.people if one.role in ROLES[Party.LEADERSHIP]]

    def _party(self, row: Finding) -> Party:
        """Return the side that can heal it: of a person or a team theirs, of a dependency that of who does it, else the client's own."""
        if row.code in LEADERSHIPS:
            return Party.LEADERSHIP
        kind, _, number = row.subject.partition(":")
        if kind in ("person", "team") and number.isdecimal():
            crew = self.matrix.crew
            known = crew.persons.get(int(number)) if kind == "person" else crew.teams.get(int(number))
            return known.party if known and known.party in ROLES else Party.INTERNAL
        return Party(row.subject) if row.code == "DEPENDENCY_SPLIT" and row.subject in Side.__members__ else Party.INTERNAL


def movers_of(matrix: Matrix, tenant_id: int, at: datetime) -> Movers:
    """Read the people of a client."""
    return Movers(matrix, tuple(access.people_of(tenant_id, None, at)))


def party_of(by: Actor) -> Party | None:
    """Return the party somebody moves for."""
    return next((party for party, roles in ROLES.items() if by.role in roles), None)
