"""The offer that waits on a ticket, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from tickets.domain import handover, lifecycle, saying
from tickets.models import Ticket


@dataclass(frozen=True)
class Offered:
    """Who offers to whom, what they said field by field, and when it is answered, or over."""

    asked: bool
    kind: str
    name: str
    side: str
    to: str
    answering: str
    at: datetime | None
    due_at: datetime | None
    expires_at: datetime | None
    late: bool
    why: str
    fields: tuple[tuple[str, str], ...]


def offered(ticket: Ticket, at: datetime) -> Offered | None:
    """Return the offer that waits for an answer, None for none."""
    if not ticket.offer_kind:
        return None
    packet: dict[str, str] = ticket.packet
    return Offered(
        asked=ticket.offer_kind == lifecycle.ASKED,
        kind=ticket.offer_kind,
        name=ticket.offer_name,
        side=ticket.offer_side,
        to=ticket.offer_to,
        answering=saying.SIDES[ticket.facts.answering],
        at=ticket.offer_at,
        due_at=ticket.offer_due_at,
        expires_at=ticket.offer_expires_at,
        late=ticket.offer_due_at is not None and ticket.offer_due_at <= at,
        why=packet.get("why", ""),
        fields=tuple((word, packet[name]) for name, word in handover.WORDS.items() if packet.get(name)),
    )
