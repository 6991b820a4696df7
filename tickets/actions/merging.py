"""One ticket taken into another: at once where one side holds both, after a yes where two sides do, and back again within a day.

Every message keeps its audience and stays where it was written; so do the source's times, pauses and charges.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import entries, linking, offers, steps, telling
from tickets.domain import approving, ledger, lifecycle, merging, saying
from tickets.domain.audience import TO_BOTH
from tickets.domain.lifecycle import Hat, Move, State
from tickets.models import Approval, Kind, Merge, Ticket, Watcher


@transaction.atomic
def merge(ticket_id: int, into: int, text: str = "", *, by: Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Merge a ticket into the one of this number, or ask the other side to where two sides hold them."""
    access.require(by, "ticket.merge")
    source, target = linking.pair(ticket_id, into, by=by, at=at)
    governs = queries.governs(by, at)
    turn = steps.turn_on(source, Move.MERGE, by=by, at=at, text=text, seen=seen, once=once, said=(into,), governs=governs)
    if turn.again:
        return turn.ticket
    verdict = merging.judge(_one(source, at), _one(target, at), queries.actor_facts(by, governs=governs))
    if isinstance(verdict, lifecycle.Refused):
        raise entries.refusal(verdict)
    if verdict.asks:
        _offer(turn, target, verdict.asks, text)
    else:
        _merge(turn, target, text, Hat.LEAD if queries.actor_facts(by).leads else Hat.GOVERNOR)
    return turn.ticket


def is_asked(ticket_id: int, *, by: Actor) -> bool:
    """Say whether the offer that waits on a ticket is one to merge it."""
    return Ticket.objects.for_tenant(by.tenant).filter(pk=ticket_id, offer_kind=merging.OFFER).exists()


@transaction.atomic
def accept_merge(ticket_id: int, *, by: Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Say yes for the other side: the two are merged now, if they still can be."""
    access.require(by, "ticket.accept_handover")
    access.require(by, "ticket.merge")  # whoever may not merge does not say yes to it either
    named = Ticket.objects.for_tenant(by.tenant).values_list("packet", flat=True).get(pk=ticket_id).get("number", 0)
    source, target = linking.pair(ticket_id, named, by=by, at=at)
    turn = steps.turn_on(source, Move.ACCEPT, by=by, at=at, seen=seen, once=once)
    if turn.again:
        return turn.ticket
    if source.offer_kind != merging.OFFER or source.packet["number"] != target.number:
        raise steps.NotNow("This offer was answered or changed meanwhile. Look again, then decide.")
    verdict = merging.judge(_one(source, at), _one(target, at), queries.actor_facts(by), accepted=True)
    if isinstance(verdict, lifecycle.Refused):
        raise entries.refusal(verdict)
    asked = f"{source.offer_name} asked for it"
    words = f"{asked}: {source.packet['why']}" if source.packet["why"] else f"{asked}."
    _merge(replace(turn, move=Move.MERGE, state=State.MERGED), target, words, Hat.ANSWERER)
    return turn.ticket


@transaction.atomic
def unmerge(ticket_id: int, text: str = "", *, by: Actor, at: datetime, seen: int | None = None, once: str = "") -> Ticket:
    """Take a merge back within a day: the source stands for itself again, and the target has its own promise again."""
    access.require(by, "ticket.merge")
    merges = Merge.objects.for_tenant(by.tenant).filter(undone_at=None)
    number = merges.filter(source=ticket_id).values_list("target__number", flat=True).first()
    if number is None:
        source, target = steps.locked(ticket_id, by=by, at=at), None
    else:
        source, target = linking.pair(ticket_id, number, by=by, at=at)
    governs = queries.governs(by, at)
    turn = steps.turn_on(source, Move.UNMERGE, by=by, at=at, text=text, seen=seen, once=once, governs=governs)
    if turn.again:
        return source
    row = merges.filter(source=source).select_for_update(of=("self",)).first()
    refused = merging.why_not_back(State(source.state), row.at if row else None, at) or _taken_again(source)
    if refused or row is None or target is None:
        raise steps.NotNow(refused)
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    Watcher.objects.for_tenant(by.tenant).filter(ticket=target, user__in=row.watchers, audience=Audience.PUBLIC).delete()
    source.merged_into, source.closed_at = None, None
    state = State.NEW if row.state == State.NEW else State.OPEN
    back = text.strip() or f"it stands for itself again, apart from {_reference(target, by)}"
    event = steps.finish(replace(turn, state=state), kind=Kind.UNMERGED, audience=Audience.PUBLIC, text=back)
    floor = merging.earliest(merges.filter(target=target).values_list("due_at", flat=True))
    _on_target(target, turn, floor, Kind.UNMERGED, f"{linking.name_of(source, by)} stands for itself again")
    telling.both_sides(source, event, by=by, at=at)
    return source


def _merge(turn: steps.Turn, target: Ticket, text: str, hat: Hat) -> None:
    """Do it: both rows are locked, both sides agree."""
    source, by, at = turn.ticket, turn.by, turn.at
    row = Merge(tenant=by.tenant, source=source, target=target, state=source.state, due_at=source.fix_due_at, by_name=by.name, at=at)
    row.watchers = _bring_watchers(source, target, by=by, at=at)
    row.save()
    offers.end_wait(source)
    offers.drop_offer(source)
    source.merged_into, source.closed_at = target, at
    why = f": {text.strip()}" if text.strip() else ""
    event = steps.finish(turn, kind=Kind.MERGED, audience=Audience.PUBLIC, text=f"into {_reference(target, by)}{why}", hat=hat)
    floor = merging.earliest([target.due_floor_at, row.due_at])
    _on_target(target, turn, floor, Kind.TAKEN_IN, f"{linking.name_of(source, by)}{why}")
    telling.both_sides(source, event, by=by, at=at)


def _on_target(target: Ticket, turn: steps.Turn, floor: datetime | None, kind: Kind, text: str) -> None:
    """Write it on the ticket that took the other one in, with the moment by which it is to be solved at the latest."""
    before = entries.snapshot(target)
    there = steps.Turn(target, turn.move, turn.by, turn.at, state=State(target.state), before=before, words=entries.in_words(target))
    late = target.fix_missed_at is not None
    target.due_floor_at = floor
    entries.settle(target, turn.at)
    if late and target.missed_because == ledger.TARGET_CHANGED and (target.fix_due_at is None or target.fix_due_at > turn.at):
        target.fix_missed_at, target.missed_because = None, ""  # it was late only by what was merged into it
    elif not late and target.fix_due_at is not None and target.fix_due_at < turn.at:
        target.fix_missed_at, target.missed_because = (
            turn.at,
            ledger.TARGET_CHANGED,
        )  # as when a target changes: dated now, charged to nobody
    steps.finish(there, kind=kind, audience=Audience.SHARED, text=text)


def _bring_watchers(source: Ticket, target: Ticket, *, by: Actor, at: datetime) -> list[int]:
    """Let who followed the source in sight of both sides, and who asked for it, follow the target's public messages."""
    known = Watcher.objects.for_tenant(by.tenant).filter(audience__in=TO_BOTH)
    there = set(known.filter(ticket=target).values_list("user_id", flat=True)) | {target.requester_id}
    here = set(known.filter(ticket=source).values_list("user_id", flat=True)) | {source.requester_id}
    fresh = sorted(user for user in here - there if user is not None)
    rows = [
        Watcher(tenant=by.tenant, ticket=target, user_id=user, audience=Audience.PUBLIC, side_id=by.company_id, at=at) for user in fresh
    ]
    Watcher.objects.bulk_create(rows, ignore_conflicts=True)
    return fresh


def _offer(turn: steps.Turn, target: Ticket, side: str, text: str) -> None:
    """Ask the other side; while it does not answer both tickets go on as they are, and nobody's time is charged for the question."""
    source, by, at = turn.ticket, turn.by, turn.at
    source.offer_kind, source.offer_to, source.offer_by_id, source.offer_side = merging.OFFER, side, by.user_id, by.side or ""
    source.offer_name, source.offer_at, source.offer_due_at = by.name, at, None
    source.offer_remind_at, source.offer_expires_at = at + merging.ANSWER / 2, at + merging.ANSWER
    source.packet = {"into": target.pk, "number": target.number, "name": linking.name_of(target, by), "why": text.strip()}
    why = f": {text.strip()}" if text.strip() else ""
    words = f"to be merged into {linking.name_of(target, by)}{why}"
    event = steps.finish(replace(turn, state=State(source.state)), kind=Kind.OFFERED, audience=Audience.SHARED, text=words)
    telling.answerers(source, event, by=by, at=at)


def _one(ticket: Ticket, at: datetime) -> merging.One:
    children = Ticket.objects.for_tenant(ticket.tenant_id).filter(parent=ticket).count()
    into = ticket.merged_into_id or ticket.packet.get("into")
    asked = Approval.objects.for_tenant(ticket.tenant_id).filter(ticket=ticket, state=approving.State.PENDING, answer_by__gt=at).exists()
    return merging.One(ticket.pk, State(ticket.state), ticket.side, ticket.offer_kind, into, children, ticket.parent_id, asked)


def _taken_again(source: Ticket) -> str:
    """Return why the source cannot stand for itself beside a newer ticket of the same trouble, "" if it can."""
    if not source.condition:
        return ""
    newer = Ticket.objects.for_tenant(source.tenant_id).unfinished().filter(condition=source.condition).first()
    return f"The same trouble came again as ticket {newer.number}. Go on there." if newer else ""


def _reference(ticket: Ticket, by: Actor) -> str:
    return saying.reference(by.tenant.name, ticket.number)
