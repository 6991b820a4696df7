"""What a ticket is about and how much it hinders: duty, place, asset, priority."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience, Priority
from responsibilities.models import Duty
from tickets import queries
from tickets.actions import entries, offers, steps, telling
from tickets.actions.opening import UnknownDuty
from tickets.domain import handover, saying, waiting
from tickets.domain.lifecycle import ASKED, REASON, Move, State
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
    if named.side != ticket.side and named.certain and ticket.hidden_for_id is None:  # what one side keeps to itself, it offers to nobody
        _pass_on(turn, duty.name, named)
    return ticket


def _pass_on(turn: steps.Turn, duty: str, named: offers.Named) -> None:
    """Offer a ticket to the side whose duty it is now; where that side itself said so, the holder is asked instead."""
    ticket, by, at = turn.ticket, turn.by, turn.at
    words = f"{duty} is done by {saying.SIDES[named.side]} now. {named.because}"
    if named.side != by.side:
        packet = {"why": named.because, "known": words, "next": "Look whether it is yours, and take it."}
        text = f"{words}\n{handover.FIELDS['next']}: {packet['next']}"
        offers.offer_by_rule(ticket, "DUTY", named.side, packet, by=access.system(by.tenant), at=at, text=text)
    elif not ticket.offer_kind:
        asks = entries.Turn(ticket, Move.ASK_FOR, by, at, state=State(ticket.state), before=entries.snapshot(ticket))
        offers.place(ticket, ASKED, named.side, by=by, at=at, packet={"why": named.because}, answering=ticket.side)
        event = entries.finish(asks, kind=Kind.ASKED_FOR, audience=Audience.SHARED, text=words)
        telling.answerers(ticket, event, by=by, at=at)


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
    if ticket.side != by.side:
        raise steps.NotYours("The other side holds this ticket. Tell them in a reply that you agree; they lower it.")
    if not (agreed or queries.asked_for(ticket, by)):
        raise steps.SayMore("Confirm that the person who asked, or the other side's lead, agreed to lower it.", "agreed")
    if len(reason.strip()) < REASON:
        raise steps.SayMore("Say why it is lowered and who agreed, in ten characters or more.", "text")
    return _change(turn, priority, reason)


def _change(turn: steps.Turn, priority: Priority, reason: str) -> Ticket:
    ticket = turn.ticket
    words = f"From {saying.PRIORITIES[ticket.priority]} to {saying.PRIORITIES[priority]}."
    ticket.priority = priority
    ticket.told = [word for word in ticket.told if word.startswith("offer:")]
    if ticket.wait_reason and waiting.refuses(ticket.wait_reason, priority):
        turn = replace(turn, state=State.OPEN)  # what is critical waits for nobody
        offers.end_wait(ticket)
    event = steps.finish(turn, kind=Kind.PRIORITY, audience=Audience.SHARED, text=f"{words} {reason.strip()}".strip())
    telling.both_sides(ticket, event, by=turn.by, at=turn.at)
    return ticket
