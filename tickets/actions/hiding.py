"""A ticket kept on the side that holds it, also from its beginning, and shown to both sides again: a manager's word, with a reason, told to its own side's ledger.

The entries are for both sides, so that they stay with the ticket and its columns can be told again from them; while it is hidden the
walls keep them, as all of the ticket, from the other side. The shared trail says nothing of it before it is shown.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from comanaged.accounts import access
from comanaged.notices import actions as notices
from comanaged.notices import hooks
from comanaged.vocabulary import Audience, Side
from tickets.actions import calling, opening, steps, telling
from tickets.domain import addressing
from tickets.domain import hiding as rules
from tickets.domain.lifecycle import OTHER_SIDE, Move
from tickets.models import InboundMail, Kind, Outcome, Ticket
from tickets.queries import hiding as queries


@transaction.atomic
def ask_hidden(reason: str, *, by: access.Actor, at: datetime, once: str = "", **asked: Any) -> opening.Opened:
    """Open a ticket that the other side never sees before it is shown; `asked` is as in opening.ask.

    It raises SayMore about the field "hidden", and opens nothing, where the matrix gives the ticket to the other side at this hour:
    keeping a ticket takes no duty from anybody.
    """
    access.require(by, "ticket.hide")
    opened = opening.ask(by=by, at=at, once=once, **asked)
    ticket = opened.ticket
    if ticket.side != by.side:
        goes = f"At this hour this goes to {rules.OTHERS[by.side or '']}, so it cannot be kept from them."
        raise steps.SayMore(f"{goes} Choose something that your side does now, or leave this empty.", "hidden")
    try:
        hide(ticket.pk, reason, by=by, at=at, once=once)
    except steps.Refused as refusal:
        raise steps.SayMore(refusal.words, "hidden") from refusal
    return opened


@transaction.atomic
def hide(ticket_id: int, reason: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Let the holding side alone see a ticket that is nothing between the sides yet; what waits to be sent to the other side stays here."""
    turn = steps.begin(Move.HIDE, "ticket.hide", ticket_id, text=reason, by=by, at=at, seen=seen, once=once)
    ticket = turn.ticket
    if turn.again:
        return ticket
    refused = rules.why_not(queries.ties_of(ticket, by, at), ticket.side)
    if refused:
        raise steps.NotNow(refused)
    ticket.hidden_for_id = by.company_id
    ticket.offer_when_woken = ""
    steps.finish(turn, kind=Kind.HIDDEN, audience=Audience.SHARED, text=reason)
    _keep_back(ticket, by=by, at=at)
    return ticket


@transaction.atomic
def show(ticket_id: int, reason: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Let both sides see it again, with all that was written to both meanwhile, and tell the other side that it is there."""
    turn = steps.begin(Move.SHOW, "ticket.hide", ticket_id, text=reason, by=by, at=at, seen=seen, once=once)
    ticket = turn.ticket
    if turn.again:
        return ticket
    ticket.hidden_for_id = None
    event = steps.finish(turn, kind=Kind.SHOWN, audience=Audience.SHARED, text=reason)
    telling.both_sides(ticket, event, by=by, at=at)
    return ticket


def _keep_back(ticket: Ticket, *, by: access.Actor, at: datetime) -> None:
    """Send nothing of a ticket to the other side that was queued for it before, and keep with it the mail beside the tickets that names it."""
    key = f"ticket:{ticket.pk}:"
    for person in access.people_of(by.tenant_id, Side(OTHER_SIDE[ticket.side]), at):
        notices.take_back(tenant=by.tenant_id, address=person.email, at=at, about=key)
    hooks.take_back(tenant=by.tenant_id, about=key, but=by.company_id)
    beside = InboundMail.objects.for_tenant(by.tenant_id).visible_to(by.company_id).filter(ticket=None)
    beside = beside.filter(outcome__in=[Outcome.HELD, Outcome.AUTOMATIC], subject__regex=addressing.naming(ticket.number))
    if beside.update(ticket=ticket):
        calling.decided(by.tenant, at=at)
