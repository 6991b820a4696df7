"""The queue of one client or of many, in keyset pages, and how much lies in it."""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.db.models import Count, Q
from django.db.models.fields.tuple_lookups import TupleLessThan

from comanaged.vocabulary import Side
from tickets.domain import lifecycle
from tickets.domain.lifecycle import State
from tickets.models import Place, Ticket, TicketRows
from tickets.queries import rows
from tickets.queries.rows import Row

SIZE = 50
COUNTED = 1000  # tickets that a count looks at; above it says "and more"


class BadCursor(ValueError):
    """The place in a list that was asked for does not exist."""


class Order(StrEnum):
    """Which column a list follows."""

    NEXT = "next_at"
    OPENED = "opened_at"
    CLOSED = "closed_at"


@dataclass(frozen=True)
class Filters:
    """What of a queue is wanted; empty means no wish, `people` and `askers` are users' ids, `nobody` asks for what nobody has taken.

    `ours` is the side whose own work is meant, with what is offered to it and what nobody owns; `answers` and `waits_for` are sides that
    are to answer an offer, or wait for the other's answer.
    """

    states: frozenset[State] = lifecycle.TO_DO
    side: str = ""
    ours: str = ""
    duty: str = ""
    duty_like: str = ""
    number: int | None = None
    person: int | None = None
    people: frozenset[int] | None = None
    askers: frozenset[int] | None = None
    nobody: bool = False
    priority: str = ""
    before: datetime | None = None
    answers: str = ""
    waits_for: str = ""
    crossed: bool = False
    nobodys: bool = False
    closed_since: datetime | None = None
    ids: frozenset[int] | None = None  # what a search found

    @property
    def order(self) -> Order:
        """What is to do comes by the next clock; what was closed by when; anything else newest first."""
        if self.states <= lifecycle.TO_DO:
            return Order.NEXT
        return Order.CLOSED if self.closed_since else Order.OPENED


@dataclass(frozen=True)
class Page:
    """Rows, and the place where the next page begins; empty at the end."""

    rows: tuple[Row, ...]
    next: str


@dataclass(frozen=True)
class Picked:
    """Loaded tickets in the order of the list, and the place where the next page begins; empty at the end."""

    tickets: tuple[Ticket, ...]
    next: str


@dataclass(frozen=True)
class Counts:
    """Unfinished work of one client: by holding side, and of it what nobody has taken or nobody owns."""

    internal: int
    provider: int
    not_taken: int
    unowned: int
    resolved: int


def queue(tenant_ids: Sequence[int], wanted: Filters, *, company: int | None, at: datetime, after: str = "", size: int = SIZE) -> Page:
    """Return one page of these clients' tickets as an organisation sees them; two statements, whatever the rows. Raises BadCursor."""
    picked = pick(tenant_ids, wanted, company=company, after=after, size=size)
    names = rows.names_of(tenant_ids, at)
    return Page(tuple(rows.row_of(ticket, names) for ticket in picked.tickets), picked.next)


def pick(tenant_ids: Sequence[int], wanted: Filters, *, company: int | None, after: str = "", size: int = SIZE) -> Picked:
    """Return the tickets of one page; one statement, whatever the rows. Raises BadCursor."""
    found = _picked(tenant_ids, wanted, company, _place(after), size + 1)
    tickets = list(_ordered(rows.loaded(found), wanted, None)[: size + 1])
    return Picked(tuple(tickets[:size]), _cursor(tickets[size - 1], wanted) if len(tickets) > size else "")


def chosen(tenant_ids: Collection[int], ids: Collection[int], *, company: int | None) -> list[Ticket]:
    """Return those of these clients' tickets that have these ids, loaded."""
    return list(rows.loaded(Ticket.objects.for_tenants(tenant_ids).seen_by(company)).filter(id__in=list(ids)).order_by("next_at", "id"))


def offers(tenant_ids: Sequence[int], side: str, *, company: int | None, most: int = 20) -> list[Ticket]:
    """Return the tickets whose offer this side is to answer, the first to run out first."""
    found = rows.loaded(Ticket.objects.for_tenants(tenant_ids).seen_by(company)).to_do().filter(_answered_by(side))
    return list(found.select_related("tenant", "duty", "assignee", "requester", "offer_by").order_by("offer_expires_at", "id")[:most])


def tally(tenant_ids: Sequence[int], side: str, user_id: int | None, soon: datetime, *, company: int | None) -> dict[str, int]:
    """Return how many tickets to do each ready view holds, of the first thousand and one looked at, in one statement."""
    looked_at = Ticket.objects.for_tenants(tenant_ids).seen_by(company).to_do()[: COUNTED + 1]
    return looked_at.aggregate(
        both=Count("id"),
        ours=Count("id", filter=_ours(side)),
        mine=Count("id", filter=Q(assignee=user_id)),
        nobody=Count("id", filter=Q(assignee=None) & _ours(side)),
        soon=Count("id", filter=Q(next_at__lte=soon)),
        waiting=Count("id", filter=Q(state=State.WAITING)),
        offered=Count("id", filter=_answered_by(side)),
        offering=Count("id", filter=_answered_by(lifecycle.OTHER_SIDE.get(side, ""))),
        nobodys=Count("id", filter=_nobodys()),
        crossed=Count("id", filter=Q(crossings__gte=lifecycle.BOUNCED)),
    )


def counts(tenant_id: int, company: int | None) -> Counts:
    """Return how much is unfinished and with whom, as an organisation sees it, in one statement."""
    to_do = Q(state__in=sorted(lifecycle.TO_DO))
    return Counts(
        **Ticket.objects.for_tenant(tenant_id)
        .seen_by(company)
        .unfinished()
        .aggregate(
            internal=Count("id", filter=to_do & Q(side=Side.INTERNAL)),
            provider=Count("id", filter=to_do & Q(side=Side.PROVIDER)),
            not_taken=Count("id", filter=to_do & Q(assignee=None)),
            unowned=Count("id", filter=to_do & Q(unowned=True)),
            resolved=Count("id", filter=~to_do),
        )
    )


def _picked(tenant_ids: Sequence[int], wanted: Filters, company: int | None, place: Place | None, enough: int) -> TicketRows:
    """Let every client's index give its first rows, and only then join and sort: nothing is read that will not be shown."""
    found = Ticket.objects.for_tenants(tenant_ids).seen_by(company)
    if wanted.ids is not None:  # a search gave few, and said which
        return _ordered(_filtered(found.filter(id__in=sorted(wanted.ids)), wanted), wanted, place).order_by()
    seen = [Ticket.objects.for_tenant(tenant).seen_by(company) for tenant in tenant_ids]
    heads = [_ordered(_filtered(rows_, wanted), wanted, place).values("id")[:enough] for rows_ in seen]
    if not heads:
        return found.none()
    return found.filter(id__in=heads[0].union(*heads[1:], all=True) if len(heads) > 1 else heads[0])


def _filtered(found: TicketRows, wanted: Filters) -> TicketRows:
    found = found.in_states(wanted.states)
    if wanted.duty:
        found = found.about(wanted.duty)
    if wanted.number is not None:
        found = found.numbered(wanted.number)
    if wanted.person is not None:
        found = found.with_person(wanted.person)
    if wanted.nobody:
        found = found.with_nobody()
    wishes = _wishes(wanted)
    return found.filter(*wishes) if wishes else found


def _wishes(wanted: Filters) -> list[Q]:
    """Return what else must hold of every row."""
    like = wanted.duty_like
    wishes = [
        (Q(side=wanted.side), wanted.side),
        (_ours(wanted.ours), wanted.ours),
        (Q(duty__key=like) | Q(duty__key__istartswith=f"{like}.") | Q(duty__name__icontains=like), like),
        (Q(assignee__in=sorted(wanted.people or ())), wanted.people is not None),
        (Q(requester__in=sorted(wanted.askers or ())), wanted.askers is not None),
        (Q(priority=wanted.priority), wanted.priority),
        (Q(next_at__lte=wanted.before), wanted.before),
        (_answered_by(wanted.answers), wanted.answers),
        (_answered_by(lifecycle.OTHER_SIDE.get(wanted.waits_for, "")), wanted.waits_for),
        (Q(crossings__gte=lifecycle.BOUNCED), wanted.crossed),
        (_nobodys(), wanted.nobodys or wanted.crossed),
        (Q(closed_at__gte=wanted.closed_since), wanted.closed_since),
    ]
    return [wish for wish, meant in wishes if meant]


def _ours(side: str) -> Q:
    """A side's own work: what it holds, what is offered to it, and what nobody owns, which no view may hide."""
    return Q(side=side) | Q(unowned=True) | Q(offer_to=side)


def _answered_by(side: str) -> Q:
    """The pending offers that this side answers: of those to it, and of those by which the other side asks for what it holds."""
    asked = Q(offer_kind=lifecycle.ASKED)
    return ~Q(offer_kind="") & ((Q(offer_to=side) & ~asked) | (Q(side=side) & asked))


def _nobodys() -> Q:
    """What nobody owns, or what came back so often that it may be nobody's; the same words as in the index."""
    return Q(unowned=True) | Q(crossings__gte=lifecycle.BOUNCED) | Q(declines__gte=lifecycle.BOUNCED)


def _ordered(found: TicketRows, wanted: Filters, place: Place | None) -> TicketRows:
    if wanted.order is Order.NEXT:
        return found.next_first(place)
    if wanted.order is Order.OPENED:
        return found.newest_first(place)
    later = found if place is None else found.filter(TupleLessThan(("closed_at", "id"), place))
    return later.order_by("-closed_at", "-id")


def _cursor(last: Ticket, wanted: Filters) -> str:
    place = json.dumps([getattr(last, wanted.order).isoformat(), last.id])
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
