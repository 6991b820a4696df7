"""The rows of tickets."""

from tickets.models.events import Event, EventRows, Kind
from tickets.models.promises import Promise, Terms
from tickets.models.tickets import FAR, TO_DO, UNFINISHED, Counter, Place, Ticket, TicketRows
from tickets.models.work import Approval, Link, Merge, Minutes, Schedule, Standing, Step

__all__ = [
    "FAR",
    "TO_DO",
    "UNFINISHED",
    "Approval",
    "Counter",
    "Event",
    "EventRows",
    "Kind",
    "Link",
    "Merge",
    "Minutes",
    "Place",
    "Promise",
    "Schedule",
    "Standing",
    "Step",
    "Terms",
    "Ticket",
    "TicketRows",
]
