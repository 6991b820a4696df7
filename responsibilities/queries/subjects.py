"""Who can be named in a cell: a party's teams, roles and people, as forms send them."""

import re
from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.vocabulary import Party, Side, TeamKind
from responsibilities.domain.people import Crew
from responsibilities.queries import crew

VALUE = re.compile(r"(team|person):([1-9][0-9]{0,17})")


class UnknownSubject(ValueError):
    """A name that cannot be read, in words for the person who sent it."""


@dataclass(frozen=True)
class Choice:
    """Somebody who can be named: what forms send, and what people read."""

    value: str
    word: str


def side_of(party: Party) -> Side:
    """Return the side whose people a party's are: all but the provider's belong to the client."""
    return Side.PROVIDER if party is Party.PROVIDER else Side.INTERNAL


def choices(tenant_id: int, party: Party, at: datetime) -> list[Choice]:
    """Return the teams, roles and people of a party that a client's matrix may name at `at`."""
    return choices_in(crew.crew_of(tenant_id, access.provider_of(tenant_id, at)), party, at)


def choices_in(people: Crew, party: Party, at: datetime) -> list[Choice]:
    """Return the same of a crew that was read already."""
    teams = [team for team in people.teams.values() if team.party is party and not team.retired]
    kinds = {TeamKind.TEAM: "team", TeamKind.ROLE: "role"}
    named = [Choice(f"team:{team.id}", f"{team.name} ({kinds[team.kind]})") for team in sorted(teams, key=lambda team: team.name)]
    there = [
        one for one in people.persons.values() if one.party is party and not one.gone and (one.leaves_at is None or one.leaves_at > at)
    ]
    return named + [Choice(f"person:{one.id}", one.name) for one in sorted(there, key=lambda one: one.name)]


def parse(value: str) -> tuple[int | None, int | None]:
    """Return the team and the person that "team:12" or "person:7" names, neither for ""; raise UnknownSubject."""
    if not value:
        return None, None
    read = VALUE.fullmatch(value)
    if read is None:
        raise UnknownSubject("Choose a team or a person from the list.")
    number = int(read[2])
    return (number, None) if read[1] == "team" else (None, number)


def written(team: int | None, person: int | None) -> str:
    """Return a subject as forms send it, "" for the party as a whole."""
    return f"person:{person}" if person is not None else f"team:{team}" if team is not None else ""
