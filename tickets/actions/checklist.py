"""The steps of a ticket: either side adds, ticks and takes them out; a required one holds the ticket back until it is done."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from comanaged.accounts.access import Actor
from comanaged.vocabulary import Audience
from tickets.actions import steps
from tickets.domain.lifecycle import REASON, SAY_WHY, Move
from tickets.models import Kind, Step, Ticket

LINE = 300
MOST = 100  # steps of one ticket


class Gone(steps.Refused):
    """The step is not there any more, or never was on this ticket."""


@transaction.atomic
def add_step(ticket_id: int, text: str, *, required: bool, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Add a step at the end of the checklist."""
    turn = steps.begin(Move.WORK, "ticket.work", ticket_id, by=by, at=at, once=once, said=("add", text, required))
    if turn.again:
        return turn.ticket
    said = " ".join(text.split())
    if not said:
        raise steps.SayMore("Say what is to be done.")
    if len(said) > LINE:
        raise steps.SayMore(f"Say it in {LINE} characters; the rest belongs in a note.")
    if Step.objects.for_tenant(by.tenant).of(ticket_id).count() >= MOST:
        raise steps.SayMore(f"A checklist has {MOST} steps at most. Open another ticket for the rest.")
    append(turn.ticket, [said], required=required, side=by.side or "")
    steps.write(turn, kind=Kind.WORKED, audience=Audience.SHARED, text=f"added the {_step(required=required)} “{said}”")
    return turn.ticket


def append(ticket: Ticket, texts: Iterable[str], *, required: bool, side: str) -> None:
    """Add steps to a ticket whose row is locked or new."""
    last = Step.objects.for_tenant(ticket.tenant_id).of(ticket.pk).aggregate(last=Max("position"))["last"] or 0
    rows = [
        Step(tenant_id=ticket.tenant_id, ticket=ticket, text=text, required=required, position=last + number, side=side)
        for number, text in enumerate(texts, start=1)
    ]
    Step.objects.bulk_create(rows)


@transaction.atomic
def tick(ticket_id: int, step_id: int, *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Say that a step is done; ticking what somebody ticked already changes nothing."""
    turn = steps.begin(Move.WORK, "ticket.work", ticket_id, by=by, at=at, once=once, said=("tick", step_id))
    if turn.again:
        return turn.ticket
    step = _step_of(turn, step_id)
    if step.done_at is None:
        step.done_at, step.done_by_id, step.done_by_name, step.done_by_side = at, by.user_id, by.name, by.side or ""
        step.save(update_fields=["done_at", "done_by", "done_by_name", "done_by_side"])
        steps.write(turn, kind=Kind.WORKED, audience=Audience.SHARED, text=f"did “{step.text}”")
    return turn.ticket


@transaction.atomic
def untick(ticket_id: int, step_id: int, *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Say that a step is not done after all."""
    turn = steps.begin(Move.WORK, "ticket.work", ticket_id, by=by, at=at, once=once, said=("untick", step_id))
    if turn.again:
        return turn.ticket
    step = _step_of(turn, step_id)
    if step.done_at is not None:
        step.done_at, step.done_by_id, step.done_by_name, step.done_by_side = None, None, "", ""
        step.save(update_fields=["done_at", "done_by", "done_by_name", "done_by_side"])
        steps.write(turn, kind=Kind.WORKED, audience=Audience.SHARED, text=f"opened “{step.text}” again")
    return turn.ticket


@transaction.atomic
def remove_step(ticket_id: int, step_id: int, why: str = "", *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Take a step out; a required one only with a reason, which the ledger keeps."""
    turn = steps.begin(Move.WORK, "ticket.work", ticket_id, by=by, at=at, once=once, said=("remove", step_id, why))
    if turn.again:
        return turn.ticket
    step = _step_of(turn, step_id)
    said = why.strip()
    if step.required and len(said) < REASON:
        raise steps.SayMore(SAY_WHY)
    step.delete()
    reason = f": {said}" if said else ""
    steps.write(
        turn, kind=Kind.WORKED, audience=Audience.SHARED, text=f"took out the {_step(required=step.required)} “{step.text}”{reason}"
    )
    return turn.ticket


def _step_of(turn: steps.Turn, step_id: int) -> Step:
    """Return a step of the ticket whose row is locked."""
    step = Step.objects.for_tenant(turn.by.tenant).of(turn.ticket.pk).filter(pk=step_id).first()
    if step is None:
        raise Gone("This step is not on the ticket any more. Somebody took it out.")
    return step


def _step(*, required: bool) -> str:
    return "required step" if required else "step"
