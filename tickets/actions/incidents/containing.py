"""Containment that needs somebody's word: asked of who holds the authority at that moment, passed on once, answered with yes or no."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from tickets.actions import steps
from tickets.actions.incidents import due, facts, paging
from tickets.domain import incidents
from tickets.domain.incidents import Asked, Fact
from tickets.domain.lifecycle import REASON
from tickets.models import Incident, IncidentAsk
from tickets.queries import command

ACTION = "incident.log"


@transaction.atomic
def ask(number: int, what: str, why: str, *, by: access.Actor, at: datetime, once: str = "") -> IncidentAsk:
    """Ask for leave to cut something off; whoever holds that authority himself is told to use it."""
    access.require(by, ACTION)
    incident = due.locked(number, by=by, at=at)
    turn = facts.turn_on(incident, "ask", by=by, at=at, once=once, said=(what, why))
    if turn.again:
        return IncidentAsk.objects.for_tenant(by.tenant).filter(incident=incident, asked_by=by.user_id).latest("id")
    facts.still_open(turn)
    what = " ".join(what.split())
    if not what:
        raise steps.SayMore("Say what is to be cut off, or switched off.", "what")
    if len(why.strip()) < REASON:
        raise steps.SayMore("Say why in ten characters or more; who answers decides by it.", "why")
    sitting = [(one.user_id, one.side.value, one.role) for one in command.answerers(by.tenant_id, at)]
    found = incidents.first_seats(command.seats(by.tenant_id, incident.ticket.place, at), sitting, by.user_id)
    if not found:
        raise steps.NotNow("This is yours to decide: the matrix names nobody else for it. Do it, and log it.")
    seat, further = found[0], found[1] if len(found) > 1 else None
    row = IncidentAsk.objects.create(
        tenant=by.tenant,
        incident=incident,
        what=what[:300],
        why=why.strip(),
        asked_by_id=by.user_id,
        asked_by_name=by.name,
        asked_side=by.side or "",
        asked_at=at,
        holder_id=seat.person,
        holder_party=seat.party,
        holder_name=seat.name,
        because=seat.because,
        next_id=further.person if further else None,
        next_party=further.party if further else "",
        next_name=further.name if further else "",
        answer_by=at + incidents.ANSWER,
    )
    facts.finish(turn, Fact.ASKED, f"“{row.what}”, which {seat.name} answers: {row.why}")
    due.call(incident, row, seat, by=by, at=at)
    return row


@transaction.atomic
def answer(number: int, ask_id: int, *, yes: bool, text: str = "", by: access.Actor, at: datetime, once: str = "") -> Incident:
    """Say yes or no to it; a no says why."""
    access.require(by, ACTION)
    incident = due.locked(number, by=by, at=at)
    turn = facts.turn_on(incident, f"answer:{ask_id}", by=by, at=at, once=once, said=(yes, text))
    if turn.again:
        return incident
    row = IncidentAsk.objects.for_tenant(by.tenant).filter(pk=ask_id, incident=incident).select_for_update(of=("self",)).first()
    if row is None or row.state != Asked.PENDING:
        raise steps.NotNow("This was answered already, or its time ran out. Look at the timeline.")
    if not any(seat.fits(by.user_id, by.side, by.role) for seat in row.seats):
        raise steps.NotYours(f"{' or '.join(seat.name for seat in row.seats)} answers this.")
    if row.asked_by_id == by.user_id:
        raise steps.NotYours("Somebody else than the one who asked answers this.")
    if not yes and len(text.strip()) < REASON:
        raise steps.SayMore("Say why in ten characters or more; those who wait for it read it.")
    row.state, row.answered_at, row.text = Asked.ALLOWED if yes else Asked.REFUSED, at, text.strip()
    row.answered_by_id, row.answered_by_name = by.user_id, by.name
    row.save(update_fields=["state", "answered_at", "text", "answered_by", "answered_by_name"])
    answered = f"{incidents.ANSWERS[row.state]}{f': {row.text}' if row.text else '.'}"
    facts.finish(turn, Fact.ANSWERED, f"What {due.named(row)} is {answered}")
    said = f"“{row.what}” {answered}"
    people = paging.persons(incident, {row.asked_by_id, incident.commander_id} - {None}, at)
    paging.page(incident, people, f"{by.name}: {said}", key=f"answered:{row.pk}", by=by, at=at)
    return incident
