"""Tickets of one client that have to do with each other: links either side sets, and parts of one larger ticket."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import entries, offers, steps, telling, watching
from tickets.domain import lifecycle, linking, saying
from tickets.domain.lifecycle import Move
from tickets.domain.linking import Tie
from tickets.models import Kind, Link, Ticket
from tickets.queries.work import gate

MOST = 200  # parts of one ticket


class NoSuchTicket(steps.SayMore):
    """The client has no ticket of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no ticket {number} at this client. Look at its number again.", "other")


@transaction.atomic
def link(ticket_id: int, other: int, tie: Tie, *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Say how this ticket hangs together with the one of this number."""
    access.require(by, "ticket.link")
    here, there = pair(ticket_id, other, by=by, at=at)
    turn = steps.turn_on(here, Move.LINK, by=by, at=at, once=once, said=("link", other, tie))
    if turn.again:
        return turn.ticket
    if there.pk == ticket_id:
        raise steps.SayMore("A ticket is not linked to itself. Name another one.", "other")
    if Link.objects.for_tenant(by.tenant).filter(_between(ticket_id, there.pk)).exists():
        raise steps.NotNow("These two are linked already. Take that link out first.")
    one, two = linking.ordered(tie, ticket_id, there.pk)
    Link.objects.create(tenant=by.tenant, one_id=one, other_id=two, kind=tie, by_name=by.name, at=at)
    steps.write(turn, kind=Kind.LINKED, audience=Audience.SHARED, text=f"it {linking.FROM_ONE[tie]} {name_of(there, by)}")
    entry_on(there, turn, Kind.LINKED, f"it {linking.FROM_OTHER[tie]} {name_of(here, by)}")
    return turn.ticket


@transaction.atomic
def unlink(ticket_id: int, link_id: int, *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Take a link out."""
    turn = steps.begin(Move.LINK, "ticket.link", ticket_id, by=by, at=at, once=once, said=("unlink", link_id))
    if turn.again:
        return turn.ticket
    here = Q(one=ticket_id) | Q(other=ticket_id)
    row = Link.objects.for_tenant(by.tenant).filter(here, pk=link_id).select_related("one", "other").first()
    if row is None:
        raise steps.NotNow("This link is not there any more. Somebody took it out.")
    there = row.other if row.one_id == ticket_id else row.one
    row.delete()
    steps.write(turn, kind=Kind.LINKED, audience=Audience.SHARED, text=f"took out the link to {name_of(there, by)}")
    entry_on(there, turn, Kind.LINKED, f"took out the link to {name_of(turn.ticket, by)}")
    return turn.ticket


@transaction.atomic
def make_part_of(ticket_id: int, parent: int, *, by: Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Make a ticket a part of the one of this number: that one is not resolved before it, or together with it."""
    access.require(by, "ticket.link")
    here, there = pair(ticket_id, parent, by=by, at=at)
    turn = steps.turn_on(here, Move.LINK, by=by, at=at, seen=seen, once=once, said=("part", parent))
    if turn.again:
        return turn.ticket
    why = linking.why_no_child(_kin(here), _kin(there))
    if why:
        raise steps.SayMore(why, "other")
    if Ticket.objects.for_tenant(by.tenant).filter(parent=there).count() >= MOST:
        raise steps.SayMore(f"A ticket has {MOST} parts at most.", "other")
    turn.ticket.parent_id = there.pk
    steps.finish(turn, kind=Kind.LINKED, audience=Audience.SHARED, text=f"it is a part of {name_of(there, by)}")
    entry_on(there, turn, Kind.LINKED, f"{name_of(here, by)} is a part of it")
    return turn.ticket


@transaction.atomic
def take_out(ticket_id: int, *, by: Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Let a ticket stand for itself again."""
    turn = steps.begin(Move.LINK, "ticket.link", ticket_id, by=by, at=at, seen=seen, once=once, said=("out",))
    if turn.again:
        return turn.ticket
    if turn.ticket.parent is None:
        raise steps.NotNow("This ticket is no part of another one.")
    there = turn.ticket.parent
    turn.ticket.parent = None
    steps.finish(turn, kind=Kind.LINKED, audience=Audience.SHARED, text=f"it is no part of {name_of(there, by)} any more")
    entry_on(there, turn, Kind.LINKED, f"{name_of(turn.ticket, by)} is no part of it any more")
    return turn.ticket


def lock_family(ticket_id: int, *, by: Actor) -> None:
    """Lock a ticket and its parts, the lower id first, before the ticket is resolved together with them."""
    rows = Ticket.objects.for_tenant(by.tenant).filter(Q(pk=ticket_id) | Q(parent=ticket_id)).order_by("id")
    list(rows.select_for_update(of=("self",)).values_list("id", flat=True))


def resolve_parts(turn: steps.Turn, text: str) -> None:
    """Resolve the open parts of a ticket that is being resolved, with the same words; raise SayMore for one that cannot be."""
    parent, by, at = turn.ticket, turn.by, turn.at
    parts = Ticket.objects.for_tenant(by.tenant).to_do().filter(parent=parent).order_by("id")
    for part in parts.select_for_update(of=("self",)).select_related("terms", "tenant"):
        watching.catch_up(part, at=at)
        takes = part.assignee_id is None and part.side == by.side and part.state == lifecycle.State.NEW
        facts = replace(part.facts, state=lifecycle.State.OPEN, assignee=by.user_id) if takes else part.facts
        verdict = lifecycle.check(Move.RESOLVE, facts, queries.actor_facts(by), text=text)
        refused = [verdict.words] if isinstance(verdict, lifecycle.Refused) else []
        why = " ".join((*refused, *gate(part, at).sentences))
        if why:
            raise steps.SayMore(f"{name_of(part, by)} cannot be resolved with it. {why}", "parts")
        before, words = entries.snapshot(part), entries.in_words(part)
        there = steps.Turn(part, Move.RESOLVE, by, at, state=lifecycle.State.RESOLVED, before=before, words=words)
        part.resolved_at, part.outcome = at, parent.outcome
        part.assignee_id = by.user_id if takes else part.assignee_id
        offers.end_wait(part)
        event = steps.finish(there, kind=Kind.RESOLVED, audience=Audience.PUBLIC, text=text)
        telling.both_sides(part, event, by=by, at=at)


def pair(ticket_id: int, other: int, *, by: Actor, at: datetime) -> tuple[Ticket, Ticket]:
    """Lock a ticket and the one of a number, the lower id first, after all that was due on them by itself; raise NoSuchTicket.

    Each names the other for good in what both sides may read, so a ticket that one side alone sees goes with none.
    """
    rows = Ticket.objects.for_tenant(by.tenant).seen_by(by.company_id).filter(Q(pk=ticket_id) | Q(number=other)).order_by("id")
    found = list(rows.select_for_update(of=("self",)).select_related("terms", "tenant"))
    here = next((row for row in found if row.pk == ticket_id), None)
    there = next((row for row in found if row.number == other), None)
    if here is None:
        raise Ticket.DoesNotExist
    if there is None:
        raise NoSuchTicket(other)
    if here.hidden_for_id or there.hidden_for_id:
        raise steps.SayMore("Your side alone sees one of the two tickets. A manager of your side shows it to both sides first.", "other")
    for row in found:
        watching.catch_up(row, at=at)
    return here, there


def entry_on(there: Ticket, turn: steps.Turn, kind: Kind, text: str, **more: object) -> None:
    """Write on the other ticket of a pair what was done to this one; it changes no column of it."""
    steps.write(steps.Turn(there, turn.move, turn.by, turn.at), kind=kind, audience=Audience.SHARED, text=text, more=more)


def name_of(ticket: Ticket, by: Actor) -> str:
    """Return a ticket as people name it, with its title."""
    return f"{saying.reference(by.tenant.name, ticket.number)} {ticket.title}"


def _between(one: int, other: int) -> Q:
    return Q(one=one, other=other) | Q(one=other, other=one)


def _kin(ticket: Ticket) -> linking.Kin:
    children = Ticket.objects.for_tenant(ticket.tenant_id).filter(parent=ticket).count()
    return linking.Kin(ticket.pk, ticket.parent_id, children, ticket.state in lifecycle.FINISHED)
