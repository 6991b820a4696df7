"""Reading what tickets are called in other systems."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from tickets.domain import external as rules
from tickets.domain import saying
from tickets.models import External, ExternalLink, Ticket


@dataclass(frozen=True)
class Shown:
    """One link as the ticket's page and the page of links show it."""

    id: int
    system: str
    external_id: str
    url: str
    side: str
    words: str
    broken: bool
    error: str
    their_status: str
    heard_at: datetime | None
    own: bool
    number: int
    reference: str
    title: str


def links_of(ticket: Ticket) -> list[ExternalLink]:
    """Return a ticket's links that have not ended, by system."""
    return list(ExternalLink.objects.for_tenant(ticket.tenant_id).live().filter(ticket=ticket.pk).order_by("system", "side", "id"))


def shown_of(ticket: Ticket, by: access.Actor) -> list[Shown]:
    """Return a ticket's links for its page."""
    return [shown(row, ticket, by) for row in links_of(ticket)]


def broken(by: access.Actor) -> list[Shown]:
    """Return the links of a client that need a hand, the one that is silent longest first."""
    rows = ExternalLink.objects.for_tenant(by.tenant).filter(state=External.BROKEN).select_related("ticket__tenant")
    return [shown(row, row.ticket, by) for row in rows.order_by("heard_at", "id")[:200]]


def link_named(by: access.Actor, system: str, external_id: str) -> ExternalLink | None:
    """Return the live link of one's own organisation with this name in this system."""
    rows = ExternalLink.objects.for_tenant(by.tenant).live().filter(company=by.company_id, system=system, external_id=external_id)
    return rows.select_related("ticket__tenant").first()


def shown(row: ExternalLink, ticket: Ticket, by: access.Actor) -> Shown:
    """Return a link as it is shown."""
    return Shown(
        id=row.pk,
        system=row.system,
        external_id=row.external_id,
        url=row.url if rules.leads(row.url) else "",
        side=row.side,
        words=rules.WORDS[row.state],
        broken=row.state == External.BROKEN,
        error=row.error,
        their_status=row.their_status,
        heard_at=row.heard_at,
        own=row.company_id == by.company_id,
        number=ticket.number,
        reference=saying.reference(by.tenant.name, ticket.number),
        title=ticket.title,
    )
