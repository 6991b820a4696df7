"""The rows of tickets."""

from tickets.models.events import Event, EventRows, Kind
from tickets.models.promises import Promise, Terms
from tickets.models.tickets import FAR, TO_DO, UNFINISHED, Counter, Place, Ticket, TicketRows

__all__ = [
    "FAR",
    "TO_DO",
    "UNFINISHED",
    "Counter",
    "Event",
    "EventRows",
    "Kind",
    "Place",
    "Promise",
    "Terms",
    "Ticket",
    "TicketRows",
]
