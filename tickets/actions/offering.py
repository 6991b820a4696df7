"""The handover between sides: offered with a packet, answered in the receiver's hours, and the clock runs on meanwhile."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience, Side
from tickets import queries
from tickets.actions import merging, offers, practice, steps, telling
from tickets.domain import handover, lifecycle, saying
from tickets.domain.lifecycle import ASKED, NO_HANDOVER, OTHER_SIDE, Move, State
from tickets.domain.merging import OFFER as OFFER_TO_MERGE
from tickets.domain.outcomes import DECLINES, LEADS_ONLY
from tickets.models import Event, Kind, Ticket

WISH = timedelta(days=366)  # how far away the time may lie at which an answer is wished


@transaction.atomic
def offer(
    ticket_id: int,
    packet: Mapping[str, str],
    *,
    by: access.Actor,
    at: datetime,
    answer_by: datetime | None = None,
    seen: int | None = None,
    once: str = "",
) -> Ticket:
    """Offer the ticket to the other side, with all it needs to go on; who offers keeps it, and its clock, until they accept.

    `answer_by` is a wish and told as one: the clock of the answer is the agreed one. `packet` has the fields of domain/handover.py. Raises SayMore with the field that says too little.
    """
    turn = steps.begin(
        Move.OFFER, "ticket.hand_over", ticket_id, by=by, at=at, seen=seen, once=once, said=(sorted(packet.items()), answer_by)
    )
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    receiver = OTHER_SIDE[ticket.side]
    kept = _packet(ticket, packet, receiver, at, first_touch=ticket.state == State.NEW)
    if answer_by is not None:
        if not at < answer_by < at + WISH:
            raise steps.SayMore("Choose a time within the next year, or leave it to the agreed one.", "answer_by")
        kept["by"] = saying.moment(answer_by, by.zone)
    offers.place(ticket, "OFFER", receiver, by=by, at=at, packet=kept)
    text = handover.in_words(kept)
    event = steps.finish(turn, kind=Kind.OFFERED, audience=Audience.SHARED, text=text)
    telling.answerers(ticket, event, by=by, at=at)
    offers.answered_before(ticket, by=by, at=at)
    return ticket


@transaction.atomic
def ask_for(ticket_id: int, reason: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Ask the holding side to let one's own side take the ticket; the holder answers, in its hours."""
    turn = steps.begin(Move.ASK_FOR, "ticket.ask_for", ticket_id, text=reason, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    offers.place(ticket, ASKED, OTHER_SIDE[ticket.side], by=by, at=at, packet={"why": reason.strip()}, answering=ticket.side)
    event = steps.finish(turn, kind=Kind.ASKED_FOR, audience=Audience.SHARED, text=reason)
    telling.answerers(ticket, event, by=by, at=at)
    return ticket


@transaction.atomic
def accept(ticket_id: int, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Take over what was offered, or let go of what was asked for: the holder changes, the clock does not. Or say yes to a merge."""
    if merging.is_asked(ticket_id, by=by):
        return merging.accept_merge(ticket_id, by=by, at=at, seen=seen, once=once)
    turn = steps.begin(Move.ACCEPT, "ticket.accept_handover", ticket_id, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    if ticket.offer_kind == OFFER_TO_MERGE:
        raise steps.NotNow("This became an offer to merge it meanwhile. Look again, then decide.")
    taker = ticket.offer_by_id if ticket.offer_kind == ASKED else by.user_id
    name = ticket.offer_name
    offers.end_wait(ticket)
    offers.change_holder(ticket, ticket.offer_to, None)
    if taker == by.user_id or taker in {one.user_id for one in queries.colleagues(ticket, at)}:
        ticket.assignee_id = taker  # who asked and is gone by now does not get it
    event = steps.finish(turn, kind=Kind.ACCEPTED, audience=Audience.SHARED)
    telling.both_sides(ticket, replace_text(event, f"{by.name} accepted what {name} asked."), by=by, at=at)
    return ticket


@transaction.atomic
def accept_many(ticket_ids: Iterable[int], *, by: access.Actor, at: datetime, once: str = "") -> dict[int, str]:
    """Accept several; return by id why some were not. All rows are locked first, in their order, so that nobody waits in a circle."""
    access.require(by, "ticket.accept_handover")
    rows = (
        Ticket.objects.for_tenant(by.tenant)
        .seen_by(by.company_id)
        .filter(id__in=list(ticket_ids))
        .select_for_update(of=("self",))
        .order_by("id")
    )
    refused = {}
    for ticket_id in list(rows.values_list("id", flat=True)):
        try:
            accept(ticket_id, by=by, at=at, once=once)
        except steps.Refused as refusal:
            refused[ticket_id] = refusal.words
    return refused


@transaction.atomic
def decline(ticket_id: int, code: str, text: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Say no, with a code and words: it goes back to the person who offered, and the holder never changed.

    "Not ours" is refused where the matrix names this side without a doubt: that is a dispute, not an answer.
    """
    turn = steps.begin(Move.DECLINE, "ticket.refuse_handover", ticket_id, text=text, by=by, at=at, seen=seen, once=once, said=(code,))
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    if code not in DECLINES:
        raise steps.SayMore("Choose why you decline.", "code")
    if code in LEADS_ONLY and not queries.actor_facts(by).leads:
        raise steps.NotYours("Only a manager can say that your side has no room for it. Ask yours, or choose another reason.")
    if code == "not_ours" and ticket.offer_kind not in NO_HANDOVER:
        named = offers.named_now(ticket, at)
        if named.certain and named.side == by.side:
            raise steps.SayMore(
                f"The matrix names your side. {named.because} If that is wrong, raise a dispute: it goes to who answers for the matrix.",
                "code",
            )
    offerer, kind = ticket.offer_by_id, ticket.offer_kind
    offers.drop_offer(ticket)
    if kind not in NO_HANDOVER:
        ticket.declines += 1
    words = f"{DECLINES[code]}: {text.strip()}"
    event = steps.finish(turn, kind=Kind.DECLINED, audience=Audience.SHARED, text=words, more={"code": code})
    telling.people(ticket, event, [offerer] if offerer else [], by=by, at=at)
    if ticket.facts.bounced:
        telling.leads(ticket, event, by=by, at=at)
    return ticket


@transaction.atomic
def withdraw(ticket_id: int, text: str = "", *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Take the offer back before it is answered."""
    turn = steps.begin(Move.WITHDRAW, "ticket.withdraw", ticket_id, text=text, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    ticket = turn.ticket
    answering = Side(ticket.facts.answering)
    offers.drop_offer(ticket)
    event = steps.finish(turn, kind=Kind.WITHDRAWN, audience=Audience.SHARED, text=text)
    if answering:
        telling.holder(ticket, event, by=by, at=at)
    return ticket


@transaction.atomic
def direct(ticket_id: int, reason: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Move the ticket to the other side by the word of who answers for the matrix, or commands an open major incident; marked as forced, and as drift where the matrix says otherwise."""
    access.require(by, "ticket.direct")
    row = steps.locked(ticket_id, by=by, at=at)
    governs, standing = queries.governs(by, at), queries.majors(by)  # read with the row locked: who commands may change meanwhile
    turn = steps.turn_on(row, Move.DIRECT, text=reason, by=by, at=at, seen=seen, once=once, governs=governs, standing=standing)
    if turn.again:
        return turn.ticket
    hat = lifecycle.Hat.GOVERNOR if governs else lifecycle.Hat.COMMANDER
    return force(turn, Kind.DIRECTED, hat, reason, to=OTHER_SIDE[turn.ticket.side], person=None)


@transaction.atomic
def emergency_take(ticket_id: int, reason: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Take the ticket to one's own side at once while a major incident is open; both sides are told, and the crossing counts as forced."""
    access.require(by, "ticket.emergency_take")
    row = steps.locked(ticket_id, by=by, at=at)
    standing = queries.majors(by)  # read with the row locked: the incident may end meanwhile
    turn = steps.turn_on(row, Move.EMERGENCY_TAKE, text=reason, by=by, at=at, seen=seen, once=once, standing=standing)
    if turn.again or by.side is None:
        return turn.ticket
    return force(turn, Kind.EMERGENCY, lifecycle.Hat.RESCUER, reason, to=by.side, person=by.user_id)


def force(turn: steps.Turn, kind: Kind, hat: lifecycle.Hat, reason: str, *, to: str, person: int | None) -> Ticket:
    """Let a ticket cross without an answer, and tell the side that gets it, the side that had it and both leads."""
    ticket, by, at = turn.ticket, turn.by, turn.at
    named = offers.named_now(ticket, at)
    drift = "" if named.side == to else f" The matrix names {saying.SIDES[named.side]} at this moment: {named.because}"
    offers.end_wait(ticket)
    offers.change_holder(ticket, to, person)
    ticket.forced += 1
    event = steps.finish(turn, kind=kind, audience=Audience.SHARED, text=f"{reason.strip()}{drift}", hat=hat, more={"drift": bool(drift)})
    telling.holder(ticket, event, by=by, at=at)
    telling.both_sides(ticket, event, by=by, at=at)
    telling.leads(ticket, event, by=by, at=at)
    if drift:
        practice.review(access.system(by.tenant), at)
    return ticket


def _packet(ticket: Ticket, packet: Mapping[str, str], receiver: str, at: datetime, *, first_touch: bool) -> dict[str, str]:
    """Return the packet with what the system knows; raise SayMore for the first field that says too little."""
    lack = handover.lacks(packet, saying.SIDES[receiver] if receiver == Side.INTERNAL else "the other side", first_touch=first_touch)
    if lack:
        raise steps.SayMore(lack[1], lack[0])
    named = offers.named_now(ticket, at)
    return handover.kept(packet) | {"why": named.because, "asset": ticket.asset}


def replace_text(event: Event, text: str) -> Event:
    """Return the entry with other words for a message about it; the row is not touched."""
    event.text = text
    return event
