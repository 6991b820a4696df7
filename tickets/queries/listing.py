"""The queue of one client or of many, in keyset pages, and how much lies in it."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Q

from comanaged.vocabulary import Side
from tickets.domain import lifecycle
from tickets.domain.lifecycle import State
from tickets.models import Place, Ticket, TicketRows
from tickets.queries import rows
from tickets.queries.rows import Row

SIZE = 50


class BadCursor(ValueError):
    """The place in a list that was asked for does not exist."""


@dataclass(frozen=True)
class Filters:
    """What of a queue is wanted; empty means no wish, `person` is a user's id, `nobody` asks for what nobody has taken."""

    states: frozenset[State] = lifecycle.TO_DO
    side: str = ""
    duty: str = ""
    number: int | None = None
    person: int | None = None
    nobody: bool = False

    @property
    def pressing(self) -> bool:
        """What is to do comes by the next clock; anything else newest first."""
        return self.states <= lifecycle.TO_DO


@dataclass(frozen=True)
class Page:
    """Rows, and the place where the next page begins; empty at the end."""

    rows: tuple[Row, ...]
    next: str


@dataclass(frozen=True)
class Counts:
    """Unfinished work of one client: by holding side, and of it what nobody has taken or nobody owns."""

    internal: int
    provider: int
    not_taken: int
    unowned: int
    resolved: int


def queue(tenant_ids: Sequence[int], wanted: Filters, *, at: datetime, after: str = "", size: int = SIZE) -> Page:
    """Return one page of these clients' tickets; two statements, whatever the rows. Raises BadCursor."""
    picked = _picked(tenant_ids, wanted, _place(after), size + 1)
    tickets = list(_ordered(rows.loaded(picked), wanted, None)[: size + 1])
    names = rows.names_of(tenant_ids, at)
    shown = tuple(rows.row_of(ticket, names) for ticket in tickets[:size])
    return Page(shown, _cursor(tickets[size - 1], wanted) if len(tickets) > size else "")


def counts(tenant_id: int) -> Counts:
    """Return how much is unfinished and with whom, in one statement."""
    to_do = Q(state__in=sorted(lifecycle.TO_DO))
    return Counts(
        **Ticket.objects.for_tenant(tenant_id)
        .unfinished()
        .aggregate(
            internal=Count("id", filter=to_do & Q(side=Side.INTERNAL)),
            provider=Count("id", filter=to_do & Q(side=Side.PROVIDER)),
            not_taken=Count("id", filter=to_do & Q(assignee=None)),
            unowned=Count("id", filter=to_do & Q(unowned=True)),
            resolved=Count("id", filter=~to_do),
        )
    )


def _picked(tenant_ids: Sequence[int], wanted: Filters, place: Place | None, enough: int) -> TicketRows:
    """Let every client's index give its first rows, and only then join and sort: nothing is read that will not be shown."""
    heads = [_ordered(_filtered(tenant, wanted), wanted, place).values("id")[:enough] for tenant in tenant_ids]
    found = Ticket.objects.for_tenants(tenant_ids)
    if not heads:
        return found.none()
    return found.filter(id__in=heads[0].union(*heads[1:], all=True) if len(heads) > 1 else heads[0])


def _filtered(tenant: int, wanted: Filters) -> TicketRows:
    found = Ticket.objects.for_tenant(tenant).in_states(wanted.states)
    if wanted.side:
        found = found.held_by(wanted.side)
    if wanted.duty:
        found = found.about(wanted.duty)
    if wanted.number is not None:
        found = found.numbered(wanted.number)
    if wanted.person is not None:
        found = found.with_person(wanted.person)
    return found.with_nobody() if wanted.nobody else found


def _ordered(found: TicketRows, wanted: Filters, place: Place | None) -> TicketRows:
    return found.next_first(place) if wanted.pressing else found.newest_first(place)


def _cursor(last: Ticket, wanted: Filters) -> str:
    stands = last.next_at if wanted.pressing else last.opened_at
    place = json.dumps([stands.isoformat(), last.id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _place(cursor: str) -> Place | None:
    if not cursor:
        return None
    try:
        moment, ticket = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = datetime.fromisoformat(moment), int(ticket)
        place[0].astimezone(UTC)  # a moment at the edge of the calendar has no place in another zone
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error) as bad:
        raise BadCursor("This page of the list does not exist. Begin at the first.") from bad
    if place[0].tzinfo is None or not 0 < place[1] < 2**63:
        raise BadCursor("This page of the list does not exist. Begin at the first.")
    return place
