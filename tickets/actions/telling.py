"""Whom a ticket's news is for: the other side for what both may read, the own side alone for a note."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts import access
from comanaged.notices import actions as notices
from comanaged.vocabulary import Side
from tickets import queries
from tickets.domain import audience as audiences
from tickets.domain import saying
from tickets.models import Event, Ticket

LEADS = frozenset({"c_mgr", "p_lead", "p_admin"})
STAFF = frozenset({"c_mgr", "c_tech", "p_tech", "p_lead", "p_admin"})


def both_sides(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the side that did not write, whoever follows, and the person who asked where it is public."""
    message(ticket, event, access.people_of(ticket.tenant_id, None, at), by=by, at=at)


def message(
    ticket: Ticket,
    event: Event,
    people: Sequence[access.Person],
    *,
    by: access.Actor,
    at: datetime,
    named: Sequence[access.Person] = (),
    files: Sequence[str] = (),
) -> None:
    """Tell of these people whomever a message is for, those it names in other words; a private one's text and files never leave by mail."""
    quote = "\n\n".join([event.text, *(f"Attached: {name}" for name in files)])
    if event.audience not in audiences.TO_BOTH:
        quote = "Read it in the portal; a private note never leaves by e-mail."
    _queue(ticket, event, named, by=by, at=at, quote=quote, lead=f"{event.by_name} named you in this message.")
    _queue(ticket, event, queries.hearers(ticket, event.audience, by, people, queries.watchers(ticket, by)), by=by, at=at, quote=quote)


def holder(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the side that holds the ticket; both when nobody owns it."""
    sides = list(Side) if ticket.unowned else [Side(ticket.side)]
    _queue(ticket, event, [person for side in sides for person in _desk(ticket, side, at)], by=by, at=at, quote=event.text)


def answerers(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime, leads: bool = False) -> None:
    """Tell the side that answers the pending offer; its managers once its time is over."""
    side = Side(ticket.facts.answering)
    people = [person for person in access.people_of(ticket.tenant_id, side, at) if person.role in (LEADS if leads else STAFF)]
    _queue(ticket, event, people, by=by, at=at, quote=event.text)


def leads(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the managers of both sides."""
    people = [person for side in Side for person in access.people_of(ticket.tenant_id, side, at) if person.role in LEADS]
    _queue(ticket, event, people, by=by, at=at, quote=event.text)


def people(ticket: Ticket, event: Event, whom: Iterable[int], *, by: access.Actor, at: datetime) -> None:
    """Tell certain people, by their ids, as far as they are members of this client."""
    wanted = set(whom)
    found = [person for person in access.people_of(ticket.tenant_id, None, at) if person.user_id in wanted]
    _queue(ticket, event, found, by=by, at=at, quote=event.text)


def requester(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the person who asked."""
    _queue(ticket, event, _requester(ticket, at), by=by, at=at, quote="")


def _desk(ticket: Ticket, side: Side, at: datetime) -> list[access.Person]:
    """Return who works this ticket on a side: the one who has it, or everyone who could take it."""
    people = [person for person in access.people_of(ticket.tenant_id, side, at) if person.role in STAFF]
    if side != ticket.side or ticket.assignee_id is None:
        return people
    return [person for person in people if person.user_id == ticket.assignee_id] or people


def _requester(ticket: Ticket, at: datetime) -> list[access.Person]:
    if ticket.requester_id is None:
        return []
    return [person for person in access.people_of(ticket.tenant_id, None, at) if person.user_id == ticket.requester_id]


def key_of(event: Event) -> str:
    """Return what one entry's notices are called in the outbox."""
    return f"ticket:{event.ticket_id}:{event.id}"


def _queue(
    ticket: Ticket, event: Event, people: Iterable[access.Person], *, by: access.Actor, at: datetime, quote: str, lead: str = ""
) -> None:
    name = f"{saying.reference(by.tenant.name, ticket.number)} {ticket.title}"
    address = settings.ADDRESS + reverse("tickets:ticket", args=[by.tenant.slug, ticket.number])
    lines = [lead or f"{saying.did(event.kind, event.by_name)}.", quote, f"Why it is where it is: {ticket.because}", address]
    notices.queue(
        tenant=ticket.tenant_id,
        to=[person for person in people if person.user_id != by.user_id],
        subject=f"[{by.tenant.name}] {name}",
        text="\n\n".join(line for line in lines if line),
        key=key_of(event),
        at=at,
    )
