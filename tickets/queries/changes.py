"""What changed on a client's tickets, in an order in which nobody who comes back with the cursor misses anything."""

import base64
import binascii
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Func, Q

from comanaged.accounts import access
from tickets.domain import changes, saying, talk
from tickets.domain.changes import Change
from tickets.models import Attachment, Event, EventRows, Redaction, Ticket
from tickets.queries.listing import BadCursor
from tickets.queries.sheets import reader_of

# the oldest transaction that may still write: everything before it is there for good; so is what was written in another cluster
SETTLED = Func(function="changes_settled", output_field=BigIntegerField())
START = (0, 0)


@dataclass(frozen=True)
class Line:
    """One change and the ticket it is about, as it stands now."""

    ticket: dict[str, Any]
    change: Change


@dataclass(frozen=True)
class Page:
    """Some changes, the cursor to come back with, and whether there is more now."""

    lines: tuple[Line, ...]
    cursor: str
    more: bool


def changes_of(by: access.Actor, *, cursor: str, limit: int, without_key: int | None = None) -> Page:
    """Return what changed after the cursor, as far as this reader may read it; raise BadCursor for one that is not ours.

    Only what was written by transactions that are over, up to the oldest that still runs: so a change with a lower number that is committed
    later is never passed by.
    """
    after = read(cursor)
    reader = reader_of(by)
    rows = Event.objects.for_tenant(by.tenant).visible_to(reader.company if reader.private else None).filter(change__lt=SETTLED)
    rows = rows.filter(Q(ticket__hidden_for=None) | Q(ticket__hidden_for=by.company_id))
    rows = rows.filter(change__gte=after[0]).filter(Q(change__gt=after[0]) | Q(id__gt=after[1]))
    if without_key is not None:
        rows = rows.exclude(by_key=without_key, by_key__isnull=False)
    found = list(with_all(rows).order_by("change", "id")[: limit + 1])
    shown = found[:limit]
    if not shown and after[0] >= _settled():
        raise BadCursor("This cursor is of a later time than what is here, which was restored. Start again without it.")
    last = (shown[-1].change, shown[-1].id) if shown else after
    return Page(lines_of(shown), spelt(last), len(found) > limit)


def _settled() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT changes_settled()")
        return int(cursor.fetchone()[0])


def with_all(rows: EventRows) -> EventRows:
    """Load with entries what is said of their tickets."""
    return rows.select_related("ticket__tenant", "ticket__duty", "ticket__assignee", "by_key")


def lines_of(events: Sequence[Event]) -> tuple[Line, ...]:
    """Return entries, loaded with their tickets, as other systems are told of them."""
    if not events:
        return ()
    ids = [event.id for event in events]
    tenant = events[0].tenant_id
    files: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in Attachment.objects.for_tenant(tenant).filter(event__in=ids).order_by("id"):
        files[row.event_id].append(file_of(row))
    blanked = _blanked(tenant, events)
    tickets = {event.ticket_id: event.ticket for event in events}
    facts = {pk: facts_of(ticket) for pk, ticket in tickets.items()}
    return tuple(Line(facts[event.ticket_id], _change(event, blanked.get(event.id, ""), files.get(event.id, ()))) for event in events)


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """Return what is said of a ticket with each of its changes."""
    return {
        "id": str(ticket.public_id),
        "number": ticket.number,
        "reference": saying.reference(ticket.tenant.name, ticket.number),
        "client": ticket.tenant.slug,
        "title": ticket.title,
        "state": ticket.state.lower(),
        "side": ticket.side.lower(),
        "assignee": ticket.assignee.name if ticket.assignee else None,
        "priority": ticket.priority.lower(),
        "major": ticket.major,
        "duty": ticket.duty.key if ticket.duty else None,
        "place": ticket.place,
        "asset": ticket.asset,
        "opened_at": changes.moment(ticket.opened_at),
        "resolved_at": changes.moment(ticket.resolved_at),
        "closed_at": changes.moment(ticket.closed_at),
        "answer_due_at": changes.moment(ticket.answer_due_at),
        "fix_due_at": changes.moment(ticket.fix_due_at),
        "version": ticket.version,
    }


def file_of(row: Attachment) -> dict[str, Any]:
    """Return what is said of a file."""
    return {"id": str(row.public_id), "name": row.name, "kind": row.kind, "size": row.size, "sha256": row.sha256}


def read(cursor: str) -> tuple[int, int]:
    """Return where a cursor stands; the beginning for an empty one."""
    if not cursor:
        return START
    try:
        change, _, event = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii").partition(".")
        found = int(change), int(event)
    except (ValueError, binascii.Error):
        raise BadCursor("This cursor is not one of ours. Start again without it.") from None
    if not all(0 <= number < 2**63 for number in found):
        raise BadCursor("This cursor is not one of ours. Start again without it.")
    return found


def spelt(place: tuple[int, int]) -> str:
    """Return a place as a cursor."""
    return base64.urlsafe_b64encode(f"{place[0]}.{place[1]}".encode()).decode().rstrip("=")


def _blanked(tenant: int, events: Sequence[Event]) -> dict[int, str]:
    empty = [event.id for event in events if not event.text and event.kind in talk.BLANKABLE]
    if not empty:
        return {}
    zone = events[0].ticket.tenant.zone
    rows = Redaction.objects.for_tenant(tenant).filter(event__in=empty)
    return {row.event_id: talk.blanked(row.by_name, row.at, row.reason, zone) for row in rows}


def _change(event: Event, blanked: str, files: Sequence[dict[str, Any]]) -> Change:
    return Change(
        kind=event.kind,
        by=event.by_name,
        side=event.by_side,
        audience=event.audience,
        text=event.text,
        at=event.at,
        order=event.id,
        change=event.change,
        origin=changes.origin_of(event.by_key.prefix if event.by_key else "", person=event.by_user_id is not None),
        blanked=blanked,
        attachments=tuple(files),
    )
