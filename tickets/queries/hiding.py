"""Tickets that one side alone sees: what ties one to the other side, since when it is kept, and how many each side keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Lower

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Membership, Organisation
from comanaged.vocabulary import Side
from tickets.domain.audience import TO_BOTH
from tickets.domain.hiding import Ties, why_not
from tickets.domain.lifecycle import OTHER_SIDE
from tickets.models import (
    Approval,
    Dispute,
    Event,
    ExternalLink,
    InboundMail,
    Incident,
    Kind,
    Merge,
    Minutes,
    ReviewAction,
    Step,
    Ticket,
    Watcher,
)
from tickets.models.events import HANDOVERS

MACHINES = frozenset({"alert", "check"})  # origins of a ticket that keep speaking of it


@dataclass(frozen=True)
class Kept:
    """That one side alone sees a ticket: which, by whom, since when, why; `other` is whom it is kept from."""

    company: str
    other: str
    by: str
    since: datetime
    reason: str


def side_of(ticket: Ticket) -> Side | None:
    """Return the side that alone sees a ticket, None where both do."""
    if ticket.hidden_for_id is None:
        return None
    return Side.INTERNAL if ticket.hidden_for_id == ticket.tenant_id else Side.PROVIDER


def who_sees(ticket: Ticket, people: Sequence[access.Person], at: datetime) -> list[access.Person]:
    """Return those of these people who see a ticket; whoever is told of it, and by whatever way, is one of them."""
    side = side_of(ticket)
    if side is None:
        return list(people)
    if side is Side.PROVIDER and access.provider_id_of(ticket.tenant_id, at) != ticket.hidden_for_id:
        return []  # who hid it does not serve this client any more, and its successor is another organisation
    return [one for one in people if one.side is side]


def seems_free(ticket: Ticket) -> bool:
    """Say whether the ticket's own row ties it to nobody; what hangs on it is looked at when somebody hides it."""
    return not why_not(_of_row(ticket), ticket.side)


def _of_row(ticket: Ticket) -> Ties:
    return Ties(
        unowned=ticket.unowned,
        crossed=ticket.crossings > 0,
        pending=bool(ticket.offer_kind),
        machine=bool(ticket.condition) or ticket.origin_kind in MACHINES,
    )


def ties_of(ticket: Ticket, by: Actor, at: datetime) -> Ties:
    """Return what a locked ticket has with the other side, as far as who asks may know it."""
    tenant, other = by.tenant_id, OTHER_SIDE[ticket.side]
    ever = Membership.objects.filter(tenant=tenant, side=other)  # who left knows what he asked for and wrote as well
    people = ever.values("user")
    mails = InboundMail.objects.for_tenant(tenant).filter(ticket=ticket).annotate(sender=Lower("from_address"))
    written = mails.filter(sender__in=ever.values(address=Lower("user__email")))
    entries = Event.objects.for_tenant(tenant).of(ticket.pk).filter(audience__in=TO_BOTH)
    watchers = Watcher.objects.for_tenant(tenant).of(ticket.pk).visible_to(None).filter(user__in=people)
    asked = Q(approver__in=people) | Q(stand_in__in=people) | Q(asked_side=other)
    ticked = Step.objects.for_tenant(tenant).filter(Q(side=other) | Q(done_by_side=other), ticket=ticket)
    incidents = Incident.objects.for_tenant(tenant).filter(ticket=ticket), ReviewAction.objects.for_tenant(tenant).filter(ticket=ticket)
    return replace(
        _of_row(ticket),
        offered=entries.filter(kind__in=[*HANDOVERS, Kind.REROUTED]).exists(),
        asked_by_other=ticket.requester_id is not None and ever.filter(user=ticket.requester_id).exists(),
        wrote=entries.filter(by_side=other).exists() or written.exists(),
        follows=watchers.exists(),
        approval=Approval.objects.for_tenant(tenant).filter(asked, ticket=ticket).exists(),
        worked=ticked.exists() or Minutes.objects.for_tenant(tenant).filter(ticket=ticket, side=other).exists(),
        disputed=Dispute.objects.for_tenant(tenant).of(ticket.pk).exists(),
        major=ticket.major or any(rows.exists() for rows in incidents),
        linked=entries.filter(kind=Kind.LINKED).exists(),
        merged=Merge.objects.for_tenant(tenant).filter(Q(source=ticket) | Q(target=ticket)).exists(),
        external=ExternalLink.objects.for_tenant(tenant).live().filter(ticket=ticket).exclude(company=by.company_id).exists(),
    )


def kept(ticket: Ticket, by: Actor) -> Kept | None:
    """Return who keeps a ticket on their side, since when and why; None where both sides see it."""
    side = side_of(ticket)
    if side is None:
        return None
    last = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(kind=Kind.HIDDEN).order_by("-id").first()
    if last is None:
        return None
    company = Organisation.objects.get(pk=ticket.hidden_for_id or 0).name
    other = "the provider" if side is Side.INTERNAL else by.tenant.name
    return Kept(company, other, last.by_name, last.at, last.text)


def counts(tenant_id: int) -> dict[int, int]:
    """Return how many tickets each organisation keeps to itself at a client, by its id; the number is all that the other side learns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT company, number FROM hidden_counts(%s)", [tenant_id])
        return dict(cursor.fetchall())
