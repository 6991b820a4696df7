"""A major incident begins: on a ticket, or alone, which opens one; one press, and both sides are called."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Audience, Priority
from responsibilities import queries as responsibilities
from tickets.actions import offers, opening, steps
from tickets.actions.incidents import facts, paging
from tickets.domain import incidents, saying
from tickets.domain.incidents import Fact, Source
from tickets.domain.lifecycle import OTHER_SIDE, Move, State
from tickets.domain.merging import OFFER as OFFER_TO_MERGE
from tickets.models import Incident, Kind, Ticket
from tickets.queries import command

MACHINE = {"alert": Source.ALERT, "check": Source.CHECK}


@dataclass(frozen=True)
class Declared:
    """The incident, and whether it was declared now or is the one already open."""

    incident: Incident
    created: bool


@transaction.atomic
def declare(ticket_id: int, text: str = "", *, by: access.Actor, at: datetime, once: str = "") -> Declared:
    """Declare a major incident of a ticket: critical at once, no wait, both sides called. Whoever comes second is led to the one that is open."""
    access.require(by, "incident.declare")
    ticket = steps.locked(ticket_id, by=by, at=at)
    turn = steps.turn_on(ticket, Move.DECLARE, by=by, at=at, text=text, once=once)
    rows = Incident.objects.for_tenant(by.tenant)
    known = rows.of_ticket(ticket.pk).order_by("-id")
    standing = (known if turn.again else known.open()).first()
    if standing is None and ticket.parent_id is not None:
        standing = rows.of_ticket(ticket.parent_id).open().first()  # one trouble has one commander
    if standing is not None:
        return Declared(standing, created=False)
    _mark(turn, text)
    incident = _made(ticket, by=by, at=at)
    _begin(incident, text, by=by, at=at)
    return Declared(incident, created=True)


@transaction.atomic
def declare_alone(title: str, text: str = "", *, by: access.Actor, at: datetime, once: str = "") -> Declared:
    """Declare a major incident that no ticket tells of yet; its ticket goes where the matrix sends first response."""
    access.require(by, "incident.declare")
    known = incidents.FIRST in responsibilities.matrix_of(by.tenant_id, at).duties
    opened = opening.ask(
        title=title,
        duty_key=incidents.FIRST if known else None,
        text=text.strip() or title,
        priority=Priority.P1,
        kind="person",
        by=by,
        at=at,
        once=once,
        action="incident.declare",
    )
    return declare(opened.ticket.pk, text, by=by, at=at, once=once)


def _mark(turn: steps.Turn, text: str) -> None:
    """Make the ticket critical, end its wait, and take an offer to merge from it."""
    ticket = turn.ticket
    waiting = ticket.state == State.WAITING
    offers.end_wait(ticket)
    if ticket.offer_kind == OFFER_TO_MERGE:
        offers.drop_offer(ticket)
    ticket.priority, ticket.major = Priority.P1, True
    steps.finish(replace(turn, state=State.OPEN) if waiting else turn, kind=Kind.MAJOR, audience=Audience.SHARED, text=text)


def _made(ticket: Ticket, *, by: access.Actor, at: datetime) -> Incident:
    """Write the incident down, with whom the matrix names to command it at this moment."""
    expected = command.expected(by.tenant_id, ticket.place, at)
    trail.take_turn(by.tenant_id)  # numbers are given one after the other
    last = Incident.objects.for_tenant(by.tenant).order_by("-number").values_list("number", flat=True).first()
    update_due_at = at + timedelta(minutes=incidents.RHYTHM)
    return Incident.objects.create(
        tenant=by.tenant,
        number=(last or 0) + 1,
        ticket=ticket,
        title=ticket.title,
        declared_at=at,
        declared_by_id=by.user_id,
        declared_name=by.name,
        declared_side=by.side or expected.side,
        expected_side=expected.side,
        named_id=expected.person,
        because=expected.because,
        command_due_at=at + incidents.ACCEPT,
        deputy_side=OTHER_SIDE[expected.side],
        updated_at=at,
        update_due_at=update_due_at,
        watch_at=min(at + incidents.ACCEPT, update_due_at),
    )


def _begin(incident: Incident, text: str, *, by: access.Actor, at: datetime) -> None:
    """Tell the first facts, and call both sides."""
    ticket, turn = incident.ticket, facts.Turn(incident, by, at)
    if ticket.origin_kind in MACHINE:
        system = facts.Turn(incident, access.system(by.tenant), at)
        facts.tell(system, Fact.ORIGIN, ticket.origin_summary, fact_at=ticket.opened_at, source=MACHINE[ticket.origin_kind])
    facts.tell(turn, Fact.DECLARED, text)
    asked = incident.named.name if incident.named else saying.SIDES[incident.expected_side]
    due = saying.moment(incident.command_due_at, by.zone)
    lead = f"{by.name} declared a major incident: {incident.title}\n\n{text.strip()}\n\n{asked[:1].upper()}{asked[1:]} takes command by {due}. {incident.because}"
    paging.page(incident, paging.everybody(incident, at), lead, key="declared", by=by, at=at)
