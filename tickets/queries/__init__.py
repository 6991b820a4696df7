"""Reading tickets: the queue in keyset pages, one ticket with what its reader may read of it, and counts."""

from tickets.queries.canned import canned_numbered, canned_of
from tickets.queries.colleagues import NO_MAJOR, Colleague, Majors, colleagues, governs, majors
from tickets.queries.files import File, bytes_of, files_of
from tickets.queries.listing import BadCursor, Counts, Filters, Page, counts, queue
from tickets.queries.moving import moving
from tickets.queries.offers import Offered, offered
from tickets.queries.practice import disputed_of, practice_of
from tickets.queries.rows import Row, row_of, ticket_by_id, ticket_of
from tickets.queries.sheets import Button, Entry, Sheet, actor_facts, asked_for, readable, reader_of, sheet, story
from tickets.queries.talk import News, Talk, drafts, goes_to, hearers, here, news, talk, watchers

__all__ = [
    "NO_MAJOR",
    "BadCursor",
    "Button",
    "Colleague",
    "Counts",
    "Entry",
    "File",
    "Filters",
    "Majors",
    "News",
    "Offered",
    "Page",
    "Row",
    "Sheet",
    "Talk",
    "actor_facts",
    "asked_for",
    "bytes_of",
    "canned_numbered",
    "canned_of",
    "colleagues",
    "counts",
    "disputed_of",
    "drafts",
    "files_of",
    "goes_to",
    "governs",
    "hearers",
    "here",
    "majors",
    "moving",
    "news",
    "offered",
    "practice_of",
    "queue",
    "readable",
    "reader_of",
    "row_of",
    "sheet",
    "story",
    "talk",
    "ticket_by_id",
    "ticket_of",
    "watchers",
]
