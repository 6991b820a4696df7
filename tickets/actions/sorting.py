"""What a ticket is about and how much it hinders: duty, place, asset, priority."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience, Priority
from responsibilities.models import Duty
from tickets import queries
from tickets.actions import offering, steps, telling
from tickets.actions.opening import UnknownDuty
from tickets.domain import handover, saying
from tickets.domain.lifecycle import REASON, Move
from tickets.models import Kind, Ticket


@transaction.atomic
def set_duty(
    ticket_id: int,
    duty_key: str,
    *,
    by: access.Actor,
    at: datetime,
    place: str | None = None,
    asset: str | None = None,
    seen: int | None = None,
    once: str = "",
) -> Ticket:
    """Say what the ticket belongs to; where the matrix gives that to the other side, it is offered to them and never moves silently."""
    said = (duty_key, place, asset)
    turn = steps.begin(Move.SET_DUTY, "ticket.set_duty", ticket_id, by=by, at=at, seen=seen, once=once, said=said)
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    duty = Duty.objects.for_tenant(by.tenant).filter(key=duty_key).first()
    if duty is None:
        raise UnknownDuty("This client's matrix has no such duty. Choose one of its duties.")
    ticket.duty = duty
    ticket.place = ticket.place if place is None else place[:200]
    ticket.asset = ticket.asset if asset is None else asset[:200]
    steps.finish(turn, kind=Kind.DUTY, audience=Audience.SHARED, text=f"It belongs to {duty.name}.")
    named = offering.named_now(ticket, at)
    if named.side != ticket.side and named.certain:
        words = f"{duty.name} is done by {saying.SIDES[named.side]} now. {named.because}"
        packet = {"why": named.because, "known": words, "next": "Look whether it is yours, and take it."}
        offering.offer_by_rule(
            ticket,
            "DUTY",
            named.side,
            packet,
            by=access.system(by.tenant),
            at=at,
            text=f"{words}\n{handover.FIELDS['next']}: {packet['next']}",
        )
    return ticket


@transaction.atomic
def set_priority(
    ticket_id: int,
    priority: Priority,
    reason: str = "",
    *,
    by: access.Actor,
    at: datetime,
    agreed: bool = False,
    seen: int | None = None,
    once: str = "",
) -> Ticket:
    """Raise or lower how much it hinders; all targets count from the opening, nothing restarts.

    The other side only raises by asking in words; lowering a critical or high one needs a manager and a reason, and the word of the one
    who asked or of the other side's lead (`agreed`).
    """
    turn = steps.begin(Move.SET_PRIORITY, "ticket.set_priority", ticket_id, by=by, at=at, seen=seen, once=once, said=(priority, reason))
    ticket = turn.ticket
    if turn.again or priority == ticket.priority:
        return ticket
    if ticket.side != by.side:
        raise steps.NotYours("The other side holds this ticket. Suggest it to them in a reply.")
    lowers = priority > ticket.priority
    if lowers and ticket.priority in {Priority.P1, Priority.P2}:
        access.require(by, "ticket.lower_critical")
        if not (agreed or queries.asked_for(ticket, by)):
            raise steps.SayMore("Confirm that the person who asked, or the other side's lead, agreed to lower it.", "agreed")
        if len(reason.strip()) < REASON:
            raise steps.SayMore("Say why it is lowered and who agreed, in ten characters or more.", "text")
    words = f"From {saying.PRIORITIES[ticket.priority]} to {saying.PRIORITIES[priority]}."
    ticket.priority = priority
    ticket.told = [word for word in ticket.told if word.startswith("offer:")]
    event = steps.finish(turn, kind=Kind.PRIORITY, audience=Audience.SHARED, text=f"{words} {reason.strip()}".strip())
    telling.both_sides(ticket, event, by=by, at=at)
    return ticket
