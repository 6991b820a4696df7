"""Approvals: one named person says yes or no before work goes on; while the ticket waits for it, it counts as theirs."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.notices.kinds import Kind as About
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import entries, offers, steps, telling, waiting, watching
from tickets.domain import approving, lifecycle, saying
from tickets.domain.approving import Listed, State
from tickets.domain.lifecycle import REASON, SAY_WHY, Move
from tickets.models import Approval, Event, Kind, Ticket
from tickets.queries import hiding

LINE = 300
WHO = "Somebody of leadership or a manager can be asked. Choose from the list."


@dataclass(frozen=True)
class Wanted:
    """What is to be approved, why, by whom and until when; `wait` = the ticket stands still meanwhile."""

    what: str
    why: str
    approver: int
    stand_in: int | None
    answer_by: datetime
    cost: str = ""
    risk: str = ""
    wait: bool = False


@transaction.atomic
def ask(ticket_id: int, wanted: Wanted, *, by: Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Ask a named person for a yes; one request of a ticket is open at a time."""
    turn = steps.begin(Move.WORK, "ticket.ask_approval", ticket_id, by=by, at=at, seen=seen, once=once, said=(wanted,))
    if turn.again:
        return turn.ticket
    if turn.ticket.state not in lifecycle.TO_DO:
        raise steps.NotNow("This ticket is resolved. Reopen it first, then ask.")
    expire_due(turn.ticket, at, access.system(by.tenant))
    if _pending(turn.ticket).exists():
        raise steps.NotNow("An approval waits for an answer already. Take it back first, or let it be answered.")
    row = _made(turn, wanted)
    words = f"“{row.what}”, which {_called(row)} answers"
    event = steps.write(turn, kind=Kind.APPROVAL, audience=Audience.SHARED, text=words)
    entries.keep(turn.ticket, "ticket.ask_approval", turn.ticket, by=by, at=at, after=f"ticket {turn.ticket.number}: asked for {words}")
    if wanted.wait:
        until = min(row.answer_by, waiting.longest(turn.ticket, at))
        waiting.wait(ticket_id, "approval", _called(row), until, row.what, by=by, at=at)
    _ask_people(turn.ticket, row, event, by=by, at=at)
    return turn.ticket


@transaction.atomic
def answer(ticket_id: int, approval_id: int, *, yes: bool, text: str = "", by: Actor, at: datetime, once: str = "") -> Ticket:
    """Say yes or no; a no says why. The ticket goes on from here."""
    turn = steps.begin(Move.APPROVE, "ticket.approve", ticket_id, by=by, at=at, once=once, said=(approval_id, yes, text))
    if turn.again:
        return turn.ticket
    row = _open_one(turn.ticket, approval_id, at)
    refused = approving.why_not(Listed(row.approver_id, row.stand_in_id, row.asked_by_id), by.user_id)
    if refused:
        raise steps.NotYours(refused)
    if not yes and len(text.strip()) < REASON:
        raise steps.SayMore(SAY_WHY)
    row.answered_by_id, row.answered_by_name = by.user_id, by.name
    _end(turn, row, State.APPROVED if yes else State.REJECTED, text)
    return turn.ticket


@transaction.atomic
def withdraw(ticket_id: int, approval_id: int, text: str = "", *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Take a request back; who asked does, or a manager of that side."""
    turn = steps.begin(Move.WORK, "ticket.ask_approval", ticket_id, by=by, at=at, once=once, said=("withdraw", approval_id, text))
    if turn.again:
        return turn.ticket
    row = _open_one(turn.ticket, approval_id, at)
    leads = queries.actor_facts(by).leads and by.side == row.asked_side
    if row.asked_by_id != by.user_id and not leads:
        raise steps.NotYours("Who asked takes it back, or a manager of that side.")
    _end(turn, row, State.WITHDRAWN, text)
    return turn.ticket


def expire_due(ticket: Ticket, at: datetime, by: Actor) -> None:
    """End a request whose time is over, on a ticket whose row is locked; nothing where there is none."""
    row = _pending(ticket).filter(answer_by__lte=at).select_for_update(of=("self",)).first()
    if row is not None:
        with tenancy.only([ticket.tenant_id]):
            over = max(row.answer_by, ticket.wait_since or row.answer_by)
            _end(steps.Turn(ticket, Move.COMMENT, by, over), row, State.EXPIRED, "")


def expire(approval_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """End one request whose time is over, under its lease and in one transaction."""
    ticket_id = Approval.objects.for_tenant(tenant_id).values_list("ticket_id", flat=True).get(pk=approval_id)
    ticket = Ticket.objects.for_tenant(tenant_id).select_for_update(of=("self",)).select_related("terms", "tenant").get(id=ticket_id)
    watching.catch_up(ticket, at=at)
    expire_due(ticket, at, access.system(ticket.tenant))
    background.finish(Approval, approval_id, token)


def give_up(approval_id: int, *, token: uuid.UUID, at: datetime) -> None:
    """End a request that could not be ended with its entry."""
    background.finish(Approval, approval_id, token, state=State.EXPIRED, answered_at=at)


def able(by: Actor, at: datetime, ticket: Ticket) -> list[access.Person]:
    """Return who can be asked about a ticket at this client."""
    may = access.rules()["ticket.approve"].allow
    return [person for person in hiding.who_sees(ticket, access.people_of(by.tenant_id, None, at), at) if person.role in may]


def _made(turn: steps.Turn, wanted: Wanted) -> Approval:
    """Write the request down, once it says enough."""
    by, at = turn.by, turn.at
    what, why = " ".join(wanted.what.split()), wanted.why.strip()
    if not what:
        raise steps.SayMore("Say what is to be approved.", "what")
    if len(why) < REASON:
        raise steps.SayMore("Say why in ten characters or more; who approves decides by it.", "why")
    refused = approving.unfit(wanted.answer_by, at)
    if refused:
        raise steps.SayMore(refused, "answer_by")
    known = {person.user_id for person in able(by, at, turn.ticket)}
    stand_in = wanted.stand_in if wanted.stand_in != wanted.approver else None
    for field, person in (("approver", wanted.approver), ("stand_in", stand_in)):
        if person is not None and person not in known:
            raise steps.SayMore(WHO, field)
    if by.user_id is None or by.side is None:
        raise steps.NotYours("A person asks for an approval.")
    listed = Listed(wanted.approver, stand_in, by.user_id)
    return Approval.objects.create(
        tenant=by.tenant,
        ticket=turn.ticket,
        what=what[:LINE],
        why=why,
        cost=wanted.cost.strip()[:200],
        risk=wanted.risk.strip()[:500],
        approver_id=wanted.approver,
        stand_in_id=stand_in,
        answer_by=wanted.answer_by,
        asked_by_id=by.user_id,
        asked_by_name=by.name,
        asked_side=by.side,
        asked_at=at,
        own=listed.own,
    )


def _pending(ticket: Ticket) -> QuerySet[Approval]:
    return Approval.objects.for_tenant(ticket.tenant_id).filter(ticket=ticket, state=State.PENDING).select_related("approver", "stand_in")


def _open_one(ticket: Ticket, approval_id: int, at: datetime) -> Approval:
    """Return the request that waits, with its row locked."""
    row = _pending(ticket).filter(pk=approval_id).select_for_update(of=("self",)).first()
    if row is None:
        raise steps.NotNow("This was answered or taken back already. Look at what the ticket says.")
    if row.answer_by <= at:
        raise steps.NotNow(f"The time to answer was over {saying.moment(row.answer_by, ticket.tenant.zone)}. Ask for it anew.")
    return row


def _end(turn: steps.Turn, row: Approval, state: State, text: str) -> None:
    """Write the answer down, tell who asked, and take the ticket up again where it waited for this."""
    ticket, at = turn.ticket, turn.at
    row.state, row.answered_at, row.text = state, at, text.strip()
    row.save(update_fields=["state", "answered_at", "text", "answered_by", "answered_by_name"])
    own = " Only the one who asked was listed to approve it." if row.own and state is State.APPROVED else ""
    why = f": {row.text.rstrip('.')}" if row.text else ""
    kind = Kind.ANSWERED if state in {State.APPROVED, State.REJECTED} else Kind.UNASKED
    event = steps.write(turn, kind=kind, audience=Audience.SHARED, text=f"“{row.what}” {approving.WORDS[state]}{why}.{own}")
    entries.keep(
        ticket, "ticket.approve", ticket, by=turn.by, at=at, after=f"ticket {ticket.number}: {row.what}: {approving.WORDS[state]}.{own}"
    )
    telling.people(ticket, event, filter(None, {row.asked_by_id, ticket.assignee_id}), by=turn.by, at=at)
    if ticket.state == lifecycle.State.WAITING and ticket.wait_reason == "approval":
        with tenancy.only([ticket.tenant_id]):
            wake = entries.by_system(Move.WAKE, ticket, by=access.system(ticket.tenant), at=at)
            offers.end_wait(ticket)
            entries.finish(wake, kind=Kind.WOKE, audience=Audience.SHARED, text=f"“{row.what}” {approving.WORDS[state]}")
        offers.woken(ticket, by=turn.by, at=at)


def _called(row: Approval) -> str:
    return f"{row.approver} or {row.stand_in}" if row.stand_in else str(row.approver)


def _ask_people(ticket: Ticket, row: Approval, event: Event, *, by: Actor, at: datetime) -> None:
    """Tell who is asked, with the address of the page that asks; opening it answers nothing, and no mail does."""
    people = [person for person in able(by, at, ticket) if person.user_id in {row.approver_id, row.stand_in_id}]
    address = settings.ADDRESS + reverse("tickets:approval", args=[by.tenant.slug, ticket.number, row.pk])
    lines = [f"{by.name} asks you to approve: {row.what}", row.why]
    lines += [f"Cost: {row.cost}" if row.cost else "", f"Risk: {row.risk}" if row.risk else ""]
    lines += [f"Answer by {saying.moment(row.answer_by, ticket.tenant.zone)}, on this page; a mail approves nothing.", address]
    telling.send(ticket, event, people, lines, by=by, at=at, kind=About.APPROVAL, key=f"approval:{row.pk}:{event.pk}")
