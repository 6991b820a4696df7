"""Tickets that live in another system too: one name for each system and side, kept by that side's integration."""

import secrets
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from comanaged.accounts import access
from comanaged.notices import hooks
from comanaged.notices.models import Channel, Delivery
from comanaged.vocabulary import Audience, Side
from tickets.actions import announcing, entries, steps
from tickets.actions.opening import Opened
from tickets.domain import external as rules
from tickets.domain import saying
from tickets.domain.external import Said
from tickets.domain.lifecycle import Move
from tickets.models import Event, External, ExternalLink, ExternalLinkRows, Kind, Ticket


@transaction.atomic
def connect(ticket_id: int, system: str, said: Said, *, by: access.Actor, at: datetime) -> ExternalLink:
    """Say what this ticket is called in a system of one's side, how it stands there, and when it was heard of; twice is once.

    Their status is kept as they say it and moves nothing here: state, assignee and wait change by the ticket's own moves.
    """
    access.require(by, "ticket.link")
    ticket = steps.locked(ticket_id, by=by, at=at)
    row = _live(by, system).filter(ticket=ticket.pk).first()
    if row is None:
        row = _made(ticket, system, said, by=by, at=at)
        _entry(ticket, f"it is {row.external_id} in {row.system}", by=by, at=at)
    elif row.external_id != said.external_id:
        raise steps.NotNow(f"This ticket is {row.external_id} in {row.system} already. End that link first.")
    _hear(row, said, at)
    return row


@transaction.atomic
def end(ticket_id: int, system: str, *, by: access.Actor, at: datetime) -> ExternalLink:
    """End what a ticket is called in a system of one's side; twice is once. Raises ExternalLink.DoesNotExist where there never was one."""
    access.require(by, "ticket.link")
    ticket = steps.locked(ticket_id, by=by, at=at)
    rows = ExternalLink.objects.for_tenant(by.tenant).filter(company=by.company_id, system=system, ticket=ticket.pk)
    row = rows.live().first() or rows.order_by("id").last()
    if row is None:
        raise ExternalLink.DoesNotExist
    if row.state != External.ENDED:
        row.state, row.heard_at = External.ENDED, at
        row.save(update_fields=["state", "heard_at"])
        _entry(ticket, f"it is {row.external_id} in {row.system} no more", by=by, at=at)
    return row


@transaction.atomic
def replay(link_id: int, *, by: access.Actor, at: datetime) -> ExternalLink:
    """Send the newest of a broken link's ticket once more through the webhooks of one's side, and believe in the link again."""
    access.require(by, "ticket.link")
    row = _own(link_id, by)
    channels = [one for one in hooks.listening(by.tenant_id, [Side(row.side)], at) if one.company_id == by.company_id]
    if not channels:
        raise steps.NotNow("Your side has no webhook to send it through. A manager makes one on the page of channels.")
    shared = Event.objects.for_tenant(by.tenant).of(row.ticket_id).visible_to(None).exclude(kind=Kind.REPEATED)
    newest = shared.order_by("id").last()
    if newest is not None:
        announcing.again(newest, channels, secrets.token_hex(6), at=at)
    row.state, row.error = External.CONNECTED, ""
    row.save(update_fields=["state", "error"])
    return row


@transaction.atomic
def end_link(link_id: int, *, by: access.Actor, at: datetime) -> None:
    """End a link of one's own side by its row, for a person. Raises ExternalLink.DoesNotExist."""
    access.require(by, "ticket.link")
    row = _own(link_id, by)
    end(row.ticket_id, row.system, by=by, at=at)


@transaction.atomic
def open_once(system: str, said: Said, ask: Callable[[], Opened], *, by: access.Actor, at: datetime) -> Opened:
    """Open a ticket that another system knows by this name, or return the one that is there, whoever was faster."""
    access.require(by, "ticket.open")
    known = _known(by, system, said)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            opened = ask()
            _hear(_made(opened.ticket, system, said, by=by, at=at), said, at)
    except (IntegrityError, steps.NotNow):
        known = _known(by, system, said)
        if known is None:
            raise
        return known
    return opened


@transaction.atomic
def break_links(channel: Channel, delivery: Delivery) -> None:
    """Mark the links of a side on the ticket of something that its channel gave up."""
    try:
        about = uuid.UUID(delivery.subject)
    except ValueError:  # a chat, or a test: about no ticket
        return
    tickets = Ticket.objects.for_tenant(channel.tenant_id).filter(public_id=about)
    rows = ExternalLink.objects.for_tenant(channel.tenant_id).live().filter(company=channel.company_id, ticket__in=tickets)
    rows.update(state=External.BROKEN, error=f"{channel.name} did not take a change: {delivery.error}"[: rules.ERROR])


def _live(by: access.Actor, system: str) -> ExternalLinkRows:
    return ExternalLink.objects.for_tenant(by.tenant).live().filter(company=by.company_id, system=system)


def _own(link_id: int, by: access.Actor) -> ExternalLink:
    row = ExternalLink.objects.for_tenant(by.tenant).live().select_for_update().get(pk=link_id)
    if row.company_id != by.company_id:
        raise steps.NotYours("This link is the other side's. They look after it themselves.")
    return row


def _known(by: access.Actor, system: str, said: Said) -> Opened | None:
    row = _live(by, system).filter(external_id=said.external_id).select_related("ticket").first()
    return Opened(row.ticket, created=False) if row else None


def _made(ticket: Ticket, system: str, said: Said, *, by: access.Actor, at: datetime) -> ExternalLink:
    """Add the link; raise NotNow where another ticket has this name in the system."""
    row = ExternalLink(
        tenant=by.tenant,
        ticket=ticket,
        system=system,
        external_id=said.external_id,
        side=by.side or "",
        company_id=by.company_id or 0,
        by_name=by.name,
        since=at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        other = _live(by, system).filter(external_id=said.external_id).select_related("ticket").first()
        name = saying.reference(by.tenant.name, other.ticket.number) if other else "another ticket"
        raise steps.NotNow(f"{said.external_id} in {system} is {name} already.") from None
    return row


def _hear(row: ExternalLink, said: Said, at: datetime) -> None:
    """Keep what the other system says of itself."""
    row.heard_at = at
    if said.url is not None:
        row.url = said.url
    if said.status is not None:
        row.their_status = said.status
    if said.state is not None:
        row.state = External(said.state.upper())
    if said.error is not None or said.state == "connected":
        row.error = said.error or ""
    row.save(update_fields=["heard_at", "url", "their_status", "state", "error"])


def _entry(ticket: Ticket, words: str, *, by: access.Actor, at: datetime) -> None:
    entries.keep(ticket, "ticket.link", ticket, by=by, at=at, after=f"ticket {ticket.number}: {words}")
    steps.write(steps.Turn(ticket, Move.LINK, by, at), kind=Kind.EXTERNAL, audience=Audience.SHARED, text=words)
