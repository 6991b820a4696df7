"""A side says what it takes without being asked, and takes it: handovers of a duty, or new tickets over the other side's limit."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Audience, Side
from responsibilities.models import Duty
from tickets.actions import entries, steps
from tickets.domain import saying, standing
from tickets.domain.lifecycle import Move, State
from tickets.domain.standing import Class
from tickets.models import Kind, Standing, Ticket
from tickets.queries.standing import overflow

MOST_WAITING, MOST_MINUTES = 10_000, 60 * 24 * 30


@dataclass(frozen=True)
class Wanted:
    """What a side takes: a duty by key or, without one, every duty; at which hours; over which limit, if any."""

    duty: str
    hours: Class
    over_count: int | None = None
    over_minutes: int | None = None


@transaction.atomic
def pre_accept(wanted: Wanted, *, by: Actor, at: datetime) -> Standing:
    """Say for one's own side what it takes from now on; what it takes already stays one row."""
    access.require(by, "ticket.pre_accept")
    if by.side is None:
        raise steps.NotYours("A side takes work for itself.")
    duty = Duty.objects.for_tenant(by.tenant).filter(key=wanted.duty).first() if wanted.duty else None
    if wanted.duty and duty is None:
        raise steps.SayMore("There is no such duty. Choose from the list.", "duty")
    for field, value, most in (("over_count", wanted.over_count, MOST_WAITING), ("over_minutes", wanted.over_minutes, MOST_MINUTES)):
        if value is not None and not 0 <= value <= most:
            raise steps.SayMore(f"Choose a number between 0 and {most}.", field)
    trail.take_turn(by.tenant_id)
    known = Standing.objects.for_tenant(by.tenant).filter(side=by.side, duty=duty, ended_at=None)
    limited = wanted.over_count is not None or wanted.over_minutes is not None
    if limited:
        same = known.exclude(over_count=None, over_minutes=None).first()
    else:
        same = known.filter(hours=wanted.hours, over_count=None, over_minutes=None).first()
    if same is not None:
        if (same.hours, same.over_count, same.over_minutes) != (wanted.hours, wanted.over_count, wanted.over_minutes):
            raise steps.SayMore("Your side helps with this duty over another limit already. End that first.", "duty")
        return same
    row = Standing.objects.create(
        tenant=by.tenant,
        duty=duty,
        side=by.side,
        hours=wanted.hours,
        over_count=wanted.over_count,
        over_minutes=wanted.over_minutes,
        by_name=by.name,
        since=at,
    )
    trail.record("ticket.pre_accept", row, by=by, at=at, after=in_words(row, duty))
    return row


@transaction.atomic
def end(standing_id: int, *, by: Actor, at: datetime) -> Standing:
    """Stop taking it; what was taken stays where it is."""
    access.require(by, "ticket.pre_accept")
    row = Standing.objects.for_tenant(by.tenant).select_for_update(of=("self",)).select_related("duty").get(pk=standing_id)
    if row.side != by.side:
        raise steps.NotYours("The side that said so ends it.")
    if row.ended_at is None:
        row.ended_at, row.ended_by_name = at, by.name
        row.save(update_fields=["ended_at", "ended_by_name"])
        trail.record("ticket.pre_accept", row, by=by, at=at, before=in_words(row, row.duty), after="not taken any more")
    return row


def help_out(ticket: Ticket, duty_key: str, *, at: datetime) -> None:
    """Let the other side take a new ticket when the holder's queue is over its limit and the other side said before that it helps."""
    found = None if ticket.unowned else overflow(ticket.tenant_id, duty_key, ticket.side, at, new=ticket.pk)
    if found is None:
        return
    side, said = found
    with tenancy.only([ticket.tenant_id]):
        by = access.system(ticket.tenant)
        before, words = entries.snapshot(ticket), entries.in_words(ticket)
        turn = steps.Turn(ticket, Move.ACCEPT, by, at, state=State(ticket.state), before=before, words=words)
        ticket.side, ticket.trace = side, [*ticket.trace, said]
        ticket.crossings += 1
        text = f"{said}. {_called(side)} takes it, as agreed before."
        entries.finish(turn, kind=Kind.ACCEPTED, audience=Audience.SHARED, text=text, more={"standing": True})


def in_words(row: Standing, duty: Duty | None) -> str:
    """Say what a side takes, as the trail shows it."""
    limit = standing.limit_words(row.over_count, row.over_minutes)
    what = f"new tickets of {duty.name if duty else 'every duty'}" if limit else f"handovers of {duty.name if duty else 'every duty'}"
    return f"{_called(row.side)} takes {what} {standing.WORDS[Class(row.hours)]}{f', when {limit}' if limit else ''}"


def _called(side: Side | str) -> str:
    return saying.SIDES[side][0].upper() + saying.SIDES[side][1:]
