"""Whom the matrix has at work on a ticket's duty at a moment."""

from collections.abc import Iterable
from datetime import datetime

from comanaged.accounts import access
from responsibilities import queries as responsibilities
from responsibilities.domain import matrix as matrices
from responsibilities.domain import presence, resolution
from tickets.models import Ticket


def on_duty(ticket: Ticket, at: datetime) -> frozenset[int]:
    """Return by id who answers for a ticket's duty at `at`."""
    return named_at(ticket.tenant_id, ticket.duty.key if ticket.duty else resolution.INTAKE, ticket.place, at)


def named_at(tenant_id: int, key: str, place: str, at: datetime) -> frozenset[int]:
    """Return by id who answers for a duty at `at`: the one person it comes down to, or everybody who is in the team it names.

    Nobody in particular where it comes down to the queue of a whole side, or where this matrix has no such duty.
    """
    matrix = responsibilities.matrix_of(tenant_id, at)
    duty = matrix.duties.get(key)
    found = presence.holder(matrix, matrices.read(matrix, duty, at, place)) if duty else None
    if found is None:
        return frozenset()
    if found.subject.person is not None:
        return frozenset({found.subject.person})
    team = matrix.crew.teams.get(found.subject.team or 0)
    return frozenset(member.person for member in team.members if member.holds(at)) if team else frozenset()


def everyone(people: Iterable[access.Person], *, critical: bool) -> frozenset[int]:
    """Return all of them where the matrix names no person but a whole side, and it is critical: somebody has to hear of it."""
    return frozenset(person.user_id for person in people) if critical else frozenset()
