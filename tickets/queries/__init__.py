"""Reading tickets: the queue in keyset pages, one ticket with what its reader may read of it, and counts."""

from tickets.queries.colleagues import Colleague, colleagues, governs
from tickets.queries.listing import BadCursor, Counts, Filters, Page, counts, queue
from tickets.queries.moving import moving
from tickets.queries.offers import Offered, offered
from tickets.queries.rows import Row, row_of, ticket_by_id, ticket_of
from tickets.queries.sheets import Button, Entry, Sheet, actor_facts, asked_for, readable, reader_of, sheet, story

__all__ = [
    "BadCursor",
    "Button",
    "Colleague",
    "Counts",
    "Entry",
    "Filters",
    "Offered",
    "Page",
    "Row",
    "Sheet",
    "actor_facts",
    "asked_for",
    "colleagues",
    "counts",
    "governs",
    "moving",
    "offered",
    "queue",
    "readable",
    "reader_of",
    "row_of",
    "sheet",
    "story",
    "ticket_by_id",
    "ticket_of",
]
