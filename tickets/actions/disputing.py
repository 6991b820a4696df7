"""Disputes: either side says that a ticket is not its own or a charge is wrong; who answers for the matrix settles it, in words."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import entries, practice, steps, telling
from tickets.domain import disputing
from tickets.domain.disputing import About
from tickets.domain.lifecycle import Hat, Move
from tickets.models import Dispute, Kind, Ticket


@transaction.atomic
def dispute(ticket_id: int, about: About, party: str, reason: str, *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Say that it is wrong whose this is, or in whose time something counts; one open dispute about one thing."""
    turn = steps.begin(Move.DISPUTE, "ticket.dispute", ticket_id, text=reason, by=by, at=at, once=once, said=(about, party))
    if turn.again:
        return turn.ticket
    party = party if about is About.CHARGE else ""
    if about is About.CHARGE and not party:
        raise steps.SayMore("Choose whose time is counted wrong.", "party")
    if Dispute.objects.for_tenant(by.tenant).of(ticket_id).unsettled().filter(about=about, party=party).exists():
        raise steps.NotNow("This is disputed already and waits for its answer.")
    row = Dispute.objects.create(
        tenant=by.tenant,
        ticket=turn.ticket,
        about=about,
        party=party,
        reason=reason.strip(),
        by_user_id=by.user_id,
        by_name=by.name,
        by_side=by.side or "",
        at=at,
    )
    words = f"{by.name} disputes {disputing.in_words(about, party)}: {row.reason}"
    event = steps.write(turn, kind=Kind.DISPUTE, audience=Audience.SHARED, text=words)
    entries.keep(turn.ticket, "ticket.dispute", row, by=by, at=at, after=f"ticket {turn.ticket.number}: {words}")
    telling.leads(turn.ticket, event, by=by, at=at)
    practice.review(access.system(by.tenant), at)
    return turn.ticket


@transaction.atomic
def settle(ticket_id: int, dispute_id: int, answer: str, *, upheld: bool, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Answer a dispute; it moves nothing by itself. A manager of the side that answers for the matrix does; who raised it may only drop it."""
    governs = queries.governs(by, at)
    turn = steps.begin(
        Move.SETTLE_DISPUTE,
        "ticket.settle_dispute",
        ticket_id,
        text=answer,
        by=by,
        at=at,
        once=once,
        said=(dispute_id, upheld),
        governs=governs,
    )
    if turn.again:
        return turn.ticket
    rows = Dispute.objects.for_tenant(by.tenant).of(ticket_id).unsettled().filter(pk=dispute_id)
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise steps.NotNow("This dispute was answered already. Look at what the ticket says.")
    if upheld and row.by_user_id == by.user_id:
        raise steps.NotYours("You raised this. Another manager says whether it is right; you can only leave it as it was.")
    row.settled_at, row.settled_by_id, row.settled_name = at, by.user_id, by.name
    row.upheld, row.answer = upheld, answer.strip()
    row.save(update_fields=["settled_at", "settled_by", "settled_name", "upheld", "answer"])
    verdict = "that is right" if upheld else "it stays as it was"
    words = f"{row.by_name} disputed {disputing.in_words(row.about, row.party)}. {by.name} answers: {verdict}. {row.answer}"
    event = steps.write(turn, kind=Kind.DISPUTE, audience=Audience.SHARED, text=words, hat=Hat.GOVERNOR)
    entries.keep(turn.ticket, "ticket.settle_dispute", row, by=by, at=at, after=f"ticket {turn.ticket.number}: {words}")
    telling.leads(turn.ticket, event, by=by, at=at)
    telling.people(turn.ticket, event, filter(None, [row.by_user_id]), by=by, at=at)
    practice.review(access.system(by.tenant), at)
    return turn.ticket
