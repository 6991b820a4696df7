"""One ticket as lists, pages and the API show it, with every word ready."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from comanaged.accounts import access
from comanaged.accounts.models import Engagement
from comanaged.vocabulary import Side
from tickets.domain import saying
from tickets.domain.lifecycle import State
from tickets.models import FAR, Ticket, TicketRows

Names = dict[tuple[int, str], str]  # (client's id, side) -> how that side is called


@dataclass(frozen=True)
class Clocks:
    """What a ticket's promise, its wait, its offer and its counts say; `missed` names what was missed already."""

    answer_due_at: datetime | None
    fix_due_at: datetime | None
    fix_left: int | None
    next_at: datetime | None
    next_what: str
    missed: tuple[str, ...]
    missed_because: str
    wait: Mapping[str, object] | None
    offer: Mapping[str, object] | None
    crossings: int
    declines: int
    expiries: int


@dataclass(frozen=True)
class Row:
    """A ticket's facts; `holder` is the holding side by name, `assignee` is empty while nobody has it."""

    id: int
    public_id: UUID
    number: int
    reference: str
    client: str
    slug: str
    title: str
    state: str
    side: str
    holder: str
    priority: str
    urgency: str
    bars: int
    duty: str
    duty_name: str
    place: str
    asset: str
    origin_kind: str
    origin_summary: str
    origin_link: str
    seen: int
    requester: str
    assignee: str
    assignee_id: int | None
    because: str
    trace: tuple[str, ...]
    route_side: str
    route_subject: str
    accountable: str
    matrix_version: int | None
    signed: bool
    unowned: bool
    major: bool
    hidden: bool  # one side alone sees it, which is the reader's
    opened_at: datetime
    last_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int
    clocks: Clocks

    @property
    def origin_address(self) -> str:
        """The origin's link where it is one to follow: a page of ours or a web address."""
        ours = self.origin_link.startswith("/") and not self.origin_link.startswith("//")
        return self.origin_link if ours or self.origin_link.startswith(("https://", "http://")) else ""

    def takeable(self, side: str | None, user_id: int | None) -> bool:
        """Say whether somebody of this side may make the ticket his own."""
        return self.side == side and self.state in {State.NEW, State.OPEN} and (self.assignee_id is None or self.assignee_id != user_id)


def loaded(rows: TicketRows) -> TicketRows:
    """Load what a Row needs with the tickets: client, duty and the people named."""
    return rows.select_related("tenant", "duty", "assignee", "requester")


def ticket_of(by: access.Actor, number: int) -> Ticket:
    """Return a ticket of somebody's client by its number; raises Ticket.DoesNotExist."""
    return _seen(by).get(number=number)


def ticket_by_id(by: access.Actor, public_id: UUID) -> Ticket:
    """Return a ticket of somebody's client by its public id; raises Ticket.DoesNotExist."""
    return _seen(by).get(public_id=public_id)


def _seen(by: access.Actor) -> TicketRows:
    return loaded(Ticket.objects.for_tenant(by.tenant_id).seen_by(by.company_id)).select_related("terms")


def names_of(tenant_ids: Collection[int], at: datetime) -> Names:
    """Return how the providers of these clients are called at a moment; internal IT is called the same everywhere."""
    live = Engagement.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), client__in=tenant_ids, starts_at__lte=at)
    names: Names = {}
    for client, provider in live.order_by("id").values_list("client_id", "provider__name"):
        names[client, Side.PROVIDER] = provider
    return names


def row_of(ticket: Ticket, names: Names) -> Row:
    """Translate a loaded ticket."""
    return Row(
        id=ticket.id,
        public_id=ticket.public_id,
        number=ticket.number,
        reference=saying.reference(ticket.tenant.name, ticket.number),
        client=ticket.tenant.name,
        slug=ticket.tenant.slug,
        title=ticket.title,
        state=ticket.state,
        side=ticket.side,
        holder=names.get((ticket.tenant_id, ticket.side), saying.SIDES[ticket.side]),
        priority=ticket.priority,
        urgency=saying.PRIORITIES[ticket.priority],
        bars=saying.BARS[ticket.priority],
        duty=ticket.duty.key if ticket.duty else "",
        duty_name=ticket.duty.name if ticket.duty else "",
        place=ticket.place,
        asset=ticket.asset,
        origin_kind=ticket.origin_kind,
        origin_summary=ticket.origin_summary,
        origin_link=ticket.origin_link,
        seen=ticket.repeats + 1,
        requester=ticket.requester.name if ticket.requester else "",
        assignee=ticket.assignee.name if ticket.assignee else "",
        assignee_id=ticket.assignee_id,
        because=ticket.because,
        trace=tuple(ticket.trace),
        route_side=ticket.route_side,
        route_subject=ticket.route_subject,
        accountable=ticket.accountable,
        matrix_version=ticket.matrix_version,
        signed=ticket.signed,
        unowned=ticket.unowned,
        major=ticket.major,
        hidden=ticket.hidden_for_id is not None,
        opened_at=ticket.opened_at,
        last_at=ticket.last_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        version=ticket.version,
        clocks=clocks_of(ticket),
    )


def clocks_of(ticket: Ticket) -> Clocks:
    """Translate what a ticket's columns say of its clocks."""
    wait = {"reason": ticket.wait_reason, "whom": ticket.wait_for, "since": ticket.wait_since, "until": ticket.wait_until}
    offer = {
        "kind": ticket.offer_kind.lower(),
        "to": ticket.offer_to.lower(),
        "by": ticket.offer_name,
        "at": ticket.offer_at,
        "answer_due_at": ticket.offer_due_at,
        "expires_at": ticket.offer_expires_at,
    }
    return Clocks(
        answer_due_at=ticket.answer_due_at,
        fix_due_at=ticket.fix_due_at,
        fix_left=ticket.fix_left,
        next_at=None if ticket.next_at == FAR else ticket.next_at,
        next_what=ticket.next_what,
        missed=tuple(word for word, at in (("answer", ticket.answer_missed_at), ("fix", ticket.fix_missed_at)) if at),
        missed_because=ticket.missed_because,
        wait=wait if ticket.wait_reason else None,
        offer=offer if ticket.offer_kind else None,
        crossings=ticket.crossings,
        declines=ticket.declines,
        expiries=ticket.expiries,
    )
