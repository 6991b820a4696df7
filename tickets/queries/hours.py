"""The hours in which a side answers an offer: those the matrix gives it for the duty."""

from datetime import datetime

from comanaged.vocabulary import Hours, Letter, Party, Priority
from responsibilities import queries as responsibilities
from responsibilities.domain import matrix as matrices
from responsibilities.domain import resolution
from responsibilities.domain.coverage import Calendar
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.timetable import Timetable
from tickets.domain import clocks
from tickets.models import Ticket


def answering_hours(ticket: Ticket, side: str, at: datetime, matrix: Matrix | None = None) -> clocks.Open:
    """Return the open hours of a side for a ticket's duty and place; a critical ticket is answered at any hour."""
    if ticket.priority == Priority.P1:
        return clocks.Always()
    return own_hours(ticket, side, at, matrix or responsibilities.matrix_of(ticket.tenant_id, at))


def own_hours(ticket: Ticket, side: str, at: datetime, matrix: Matrix) -> clocks.Open:
    """Return the hours in which the matrix lets a side do a ticket's duty; business hours where it says nothing of that side."""
    table = matrix.hours_at(ticket.place)
    duty = matrix.duties.get(ticket.duty.key if ticket.duty else resolution.INTAKE)
    if duty is None:
        return table.business
    rules = matrices.read(matrix, duty, at, ticket.place).matched
    words = {rule.hours or Hours.ALWAYS for rule in rules if rule.letter is Letter.R and rule.party == Party(side)}
    found = [_open(table, word) for word in sorted(words)]
    return clocks.United(*found) if found else table.business


def _open(table: Timetable, word: str) -> clocks.Open:
    if word == Hours.ALWAYS:
        return clocks.Always()
    if word == Hours.AFTER:
        return clocks.After(table.business)
    named: dict[str, Calendar] = dict(table.named)
    return named.get(word, table.business)
