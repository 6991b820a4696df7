"""What a ticket is about and how much it hinders: duty, place, asset, priority."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience, Priority
from responsibilities.models import Duty
from tickets import queries
from tickets.actions import offers, steps, telling
from tickets.actions.opening import UnknownDuty
from tickets.domain import handover, saying
from tickets.domain.lifecycle import REASON, Move
from tickets.domain.outcomes import PRESSING
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
    named = offers.named_now(ticket, at)
    if named.side != ticket.side and named.certain:
        words = f"{duty.name} is done by {saying.SIDES[named.side]} now. {named.because}"
        packet = {"why": named.because, "known": words, "next": "Look whether it is yours, and take it."}
        offers.offer_by_rule(
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
    ticket_id: int, priority: Priority, reason: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = ""
) -> Ticket:
    """Say how much it hinders; all targets count from the opening, nothing restarts. What is critical or high is lowered elsewhere."""
    turn = steps.begin(Move.SET_PRIORITY, "ticket.set_priority", ticket_id, by=by, at=at, seen=seen, once=once, said=(priority, reason))
    if turn.again or priority == turn.ticket.priority:
        return turn.ticket
    if turn.ticket.side != by.side:
        raise steps.NotYours("The other side holds this ticket. Suggest it to them in a reply.")
    if priority > turn.ticket.priority and turn.ticket.priority in PRESSING:
        raise steps.NotYours("Only a manager lowers what is critical or high, once the person who asked or the other side agreed.")
    return _change(turn, priority, reason)


@transaction.atomic
def lower_critical(
    ticket_id: int,
    priority: Priority,
    reason: str,
    *,
    by: access.Actor,
    at: datetime,
    agreed: bool,
    seen: int | None = None,
    once: str = "",
) -> Ticket:
    """Lower what is critical or high, by the word of the one who asked or of the other side's lead, and with a reason."""
    said = (priority, reason, agreed)
    turn = steps.begin(Move.SET_PRIORITY, "ticket.lower_critical", ticket_id, by=by, at=at, seen=seen, once=once, said=said)
    ticket = turn.ticket
    if turn.again:
        return ticket
    if ticket.priority not in PRESSING or priority <= ticket.priority:
        raise steps.SayMore("Choose something lower than what it is now.", "priority")
    if ticket.side == by.side and not (agreed or queries.asked_for(ticket, by)):
        raise steps.SayMore("Confirm that the person who asked, or the other side's lead, agreed to lower it.", "agreed")
    if len(reason.strip()) < REASON:
        raise steps.SayMore("Say why it is lowered and who agreed, in ten characters or more.", "text")
    return _change(turn, priority, reason)


def _change(turn: steps.Turn, priority: Priority, reason: str) -> Ticket:
    ticket = turn.ticket
    words = f"From {saying.PRIORITIES[ticket.priority]} to {saying.PRIORITIES[priority]}."
    ticket.priority = priority
    ticket.told = [word for word in ticket.told if word.startswith("offer:")]
    event = steps.finish(turn, kind=Kind.PRIORITY, audience=Audience.SHARED, text=f"{words} {reason.strip()}".strip())
    telling.both_sides(ticket, event, by=turn.by, at=turn.at)
    return ticket
