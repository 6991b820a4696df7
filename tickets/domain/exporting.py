"""What a file with all of a client's tickets holds: one line of JSON for each ticket, one row of a table, the bytes of what was attached."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

A_DAY = 5  # exports of one side
KEPT = timedelta(days=7)
STORIES, TABLE, FILES, ABOUT = "tickets.jsonl", "tickets.csv", "files", "README.txt"
COLUMNS = (
    *("number", "reference", "title", "state", "side", "holder", "assignee", "requester", "urgency", "duty", "place", "asset"),
    *("origin_kind", "opened_at", "resolved_at", "closed_at", "accountable", "matrix_version", "because"),
)
READ_ME = """All tickets of {client}, as {side} may read them, written on {day}.

tickets.jsonl   one ticket per line as JSON in UTF-8: how it stands, every entry of its story in order, steps, approvals, minutes, links
tickets.csv     the same tickets as a table, without their stories
files/          what was attached, each under its SHA-256; the entries in tickets.jsonl name it

Moments are in UTC. What is private to the other side is not in here: neither its notes, nor their files, nor how many there are.
"""


def spelt(value: Any) -> Any:
    """Return what JSON has no word for as text: moments and days as ISO 8601, ids as they are written."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): spelt(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [spelt(one) for one in value]
    return value


def line(ticket: Mapping[str, Any]) -> str:
    """Return one ticket as one line of JSON."""
    return json.dumps(spelt(ticket), ensure_ascii=False, separators=(",", ":")) + "\n"


def cells(ticket: Mapping[str, Any]) -> list[str]:
    """Return one ticket as one row of the table."""
    return ["" if ticket[name] is None else str(spelt(ticket[name])) for name in COLUMNS]


def about(client: str, side: str, at: datetime) -> str:
    """Return the words that lie beside the data."""
    return READ_ME.format(client=client, side=side, day=f"{at.day} {at:%B %Y} at {at:%H:%M} UTC")
