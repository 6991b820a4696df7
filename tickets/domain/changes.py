"""A change of a ticket as other systems are told of it: the type of the event, what is said of the ticket, a CloudEvents envelope.

What a webhook is sent and what the list of changes gives say the same of the same change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PREFIX = "comanaged.ticket."
UPDATED = PREFIX + "updated"
TYPES = {
    "OPENED": "created",
    "REPLY": "message.added",
    "NOTE": "message.added",
    "FILE": "message.added",
    "OFFERED": "offer.made",
    "ASKED_FOR": "offer.made",
    "ACCEPTED": "offer.answered",
    "DECLINED": "offer.answered",
    "WITHDRAWN": "offer.answered",
    "EXPIRED": "offer.answered",
    "WAITS": "wait.started",
    "WOKE": "wait.ended",
    "RESOLVED": "resolved",
    "REOPENED": "reopened",
    "RECURRED": "reopened",
    "CLOSED": "closed",
    "CONFIRMED": "closed",
    "CANCELLED": "closed",
    "SETTLED": "closed",
    "MERGED": "merged",
    "MAJOR": "major.started",
    "MAJOR_ENDED": "major.ended",
    "MAJOR_LED": "major.commander_changed",
    "MAJOR_TOLD": "major.updated",
    "MAJOR_SIGNED": "major.review_signed",
}
SILENT = frozenset({"REPEATED"})  # a storm of repeats is one ticket, and no storm of calls
SYSTEM, PERSON = "system", "person"


@dataclass(frozen=True)
class Change:
    """One entry of a ticket's story, with what a receiver needs to put it in its place.

    `order` grows with every change of one ticket; `change` is the same for all that was written together; `origin` is "key:<its beginning>",
    "person" or "system".
    """

    kind: str
    by: str
    side: str
    audience: str
    text: str
    at: datetime
    order: int
    change: int
    origin: str
    blanked: str = ""
    attachments: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def type(self) -> str:
        """Return the type of the event."""
        return PREFIX + TYPES[self.kind] if self.kind in TYPES else UPDATED


def origin_of(key_prefix: str, *, person: bool) -> str:
    """Say where a change comes from, so that a system knows its own."""
    return f"key:{key_prefix}" if key_prefix else PERSON if person else SYSTEM


def data_of(ticket: Mapping[str, Any], one: Change) -> dict[str, Any]:
    """Return what is said of one change: the ticket as it stands now, and the entry."""
    entry = {
        "kind": one.kind.lower(),
        "by": one.by,
        "side": one.side.lower(),
        "audience": one.audience.lower(),
        "text": one.text,
        "blanked": one.blanked,
        "attachments": [dict(file) for file in one.attachments],
        "at": moment(one.at),
    }
    return {"ticket": dict(ticket), "entry": entry, "order": one.order, "origin": one.origin, "change": str(one.change)}


def envelope(ticket: Mapping[str, Any], one: Change, *, source: str) -> dict[str, Any]:
    """Return the body of a webhook: a CloudEvents 1.0 event about the ticket."""
    return {
        "specversion": "1.0",
        "id": str(one.order),
        "source": source,
        "type": one.type,
        "subject": str(ticket["id"]),
        "time": moment(one.at),
        "datacontenttype": "application/json",
        "data": data_of(ticket, one),
    }


def moment(at: datetime | None) -> str | None:
    """Return a moment as the API writes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
