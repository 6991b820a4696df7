"""The tickets that a new version offers to the other side, together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.domain import saying
from tickets.models import Ticket
from tickets.queries import rows
from tickets.queries.rows import Row

SHOWN = 200


@dataclass(frozen=True)
class Moving:
    """Tickets offered to one side because the matrix changed; `capped` = there are more than are shown."""

    side: str
    name: str
    rows: tuple[tuple[Row, str], ...]
    capped: bool


def moving(tenant_id: int, at: datetime) -> tuple[Moving, ...]:
    """Return what a version offers, by the side that would get it, with who works on it and why; two statements."""
    found = Ticket.objects.for_tenant(tenant_id).filter(offer_kind="VERSION").order_by("offer_to", "number")
    tickets = list(rows.loaded(found)[: 2 * SHOWN])
    names = rows.names_of([tenant_id], at)
    sides = sorted({ticket.offer_to for ticket in tickets})
    return tuple(_of(side, [one for one in tickets if one.offer_to == side], names) for side in sides)


def _of(side: str, tickets: Sequence[Ticket], names: rows.Names) -> Moving:
    shown = tuple((rows.row_of(one, names), one.packet.get("why", "")) for one in tickets[:SHOWN])
    name = names.get((tickets[0].tenant_id, side), saying.SIDES[side])
    return Moving(side, name, shown, len(tickets) > SHOWN)
