"""Where one version would send work, asked for many kinds of work at once."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.vocabulary import Letter
from responsibilities.domain import matrix as matrices
from responsibilities.domain import presence, resolution
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.resolution import Route
from responsibilities.domain.timetable import Standing
from responsibilities.models import Version
from responsibilities.queries import reading


@dataclass(frozen=True)
class Asked:
    """One kind of work: its duty (None: nobody said which), place, whether it is an alert, a check or a ticket, the hours in which it came."""

    duty: str | None
    place: str
    work: str
    standing: Standing


@dataclass(frozen=True)
class Destination:
    """Where it goes now, to which side it would have gone in its own hours, and whether nobody does the duty now."""

    route: Route
    then: str
    nobody: bool


class Destinations:
    """One version, asked for kinds of work; each is worked out once."""

    def __init__(self, version: Version, at: datetime) -> None:
        self.matrix, self.at = reading.matrix_in(version, version.tenant_id, at), at
        self._known: dict[Asked, Destination] = {}

    def kind(self, duty: str | None, place: str, work: str, came_at: datetime) -> Asked:
        """Return which kind a piece of work is that came at a moment."""
        return Asked(duty, place, work, self.matrix.hours_at(place).standing(came_at))

    def of(self, asked: Asked) -> Destination:
        """Return where a kind of work goes."""
        if asked not in self._known:
            self._known[asked] = _destination(self.matrix, asked, self.at)
        return self._known[asked]


def _destination(matrix: Matrix, asked: Asked, at: datetime) -> Destination:
    route = resolution.route(matrix, asked.duty, at, asked.work, asked.place)
    duty = matrix.duties.get(asked.duty or resolution.INTAKE) or matrix.duties.get(resolution.INTAKE)
    if duty is None:
        return Destination(route, route.side, nobody=True)
    own = matrices.read(matrix, duty, at, asked.place, asked.standing)
    then = resolution.route_of(matrix, own, presence.holder(matrix, own), asked.work)
    return Destination(route, then.side, nobody=not matrices.read(matrix, duty, at, asked.place).held(Letter.R))
