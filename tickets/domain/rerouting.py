"""What becomes of an unfinished ticket when another version of the matrix comes into force."""

from enum import StrEnum

from tickets.domain import lifecycle
from tickets.domain.lifecycle import Move, Ticket

WORKS = {"alert": "alert", "check": "check"}  # of a ticket's origin; all else is a person's request


class Fate(StrEnum):
    """What becomes of it."""

    SAME = "SAME"  # the same side holds it; the version is noted
    MOVES = "MOVES"  # nobody acted yet, so it goes to the other side at once
    HELD = "HELD"  # somebody works on it, so it is offered, and stays until that is accepted
    WAITS = "WAITS"  # it waits for somebody, so it is offered once it wakes
    PENDING = "PENDING"  # it is offered already
    NOBODY = "NOBODY"  # nobody does its duty any more, so its holder keeps it
    RESOLVED = "RESOLVED"  # it is over unless somebody reopens it
    MAJOR = "MAJOR"  # a major incident of it is open, so it stays where it is; who commands moves it


def fate(ticket: Ticket, then: str, now: str, *, nobody: bool) -> Fate:
    """Judge one ticket. `then` is the side that the version gives work in the hours in which the ticket came, `now` the side it gives it at this moment.

    Only a ticket that both take from its holder has another owner: the clock alone moves none. `nobody` does its duty in this version.
    """
    if ticket.state is lifecycle.State.RESOLVED:
        return Fate.RESOLVED
    if ticket.side in (then, now):
        return Fate.SAME
    if ticket.major or nobody:
        return Fate.MAJOR if ticket.major else Fate.NOBODY
    if ticket.offer:
        return Fate.PENDING
    system = lifecycle.Actor(side=None, system=True)
    untouched = not ticket.acted and ticket.assignee is None
    lawful = isinstance(lifecycle.check(Move.REROUTE, ticket, system), lifecycle.Outcome)
    if untouched and lawful:
        return Fate.MOVES
    return Fate.WAITS if ticket.state is lifecycle.State.WAITING else Fate.HELD


def work_of(origin: str) -> str:
    """Return what kind of work a ticket of this origin is to the matrix."""
    return WORKS.get(origin, "ticket")


def replaced(number: int, before: int | None) -> str:
    """Return how a version came in, as a trace tells it."""
    return f"Version {number} replaced version {before}." if before else f"Version {number} came into force."
