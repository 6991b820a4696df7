"""Tickets that come again: a side says what and when, the product opens each once."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.urls import reverse

from comanaged import background
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Audience, Priority
from responsibilities import queries as responsibilities
from responsibilities.models import Duty
from tickets.actions import checklist, opening, steps
from tickets.domain.scheduling import WORDS, Every, Rhythm
from tickets.models import Schedule

FIRST, LAST = 2000, 2099  # years in which a rhythm may begin


@dataclass(frozen=True)
class Wanted:
    """What comes again, and when; `steps` are the required lines of the checklist each ticket begins with."""

    title: str
    text: str
    every: Every
    first_on: date
    clock: time
    zone: str
    duty: str = ""
    place: str = ""
    asset: str = ""
    priority: Priority = Priority.P3
    steps: tuple[str, ...] = field(default=())


@transaction.atomic
def add_schedule(wanted: Wanted, *, by: Actor, at: datetime) -> Schedule:
    """Let a ticket come again; the same thing sent twice is one schedule."""
    access.require(by, "ticket.schedule")
    if by.side is None:
        raise steps.NotYours("A side lets its own tickets come again.")
    columns = _columns(wanted, by, at)
    trail.take_turn(by.tenant_id)
    live = Schedule.objects.for_tenant(by.tenant).filter(side=by.side, ended_at=None)
    same = live.filter(
        title=columns["title"], every=wanted.every, first_on=wanted.first_on, clock=wanted.clock, duty=columns["duty"]
    ).first()
    if same is not None:
        return same
    row = Schedule(tenant=by.tenant, side=by.side)
    _keep(row, columns, by)
    trail.record("ticket.schedule", row, by=by, at=at, after=in_words(row))
    return row


@transaction.atomic
def change_schedule(schedule_id: int, wanted: Wanted, *, by: Actor, at: datetime, seen: int | None = None) -> Schedule:
    """Change what comes again from the next time on."""
    row = _own(schedule_id, by)
    if seen is not None and seen != row.version:
        raise steps.Stale(f"{row.by_name} changed this meanwhile. Look again, then decide.")
    before = in_words(row)
    row.version, row.failed_at = row.version + 1, None
    _keep(row, _columns(wanted, by, at), by)
    trail.record("ticket.schedule", row, by=by, at=at, before=before, after=in_words(row))
    return row


@transaction.atomic
def end_schedule(schedule_id: int, *, by: Actor, at: datetime) -> Schedule:
    """Let it come no more; tickets that came stay."""
    access.require(by, "ticket.schedule")
    row = Schedule.objects.for_tenant(by.tenant).select_for_update(of=("self",)).get(pk=schedule_id)
    _check_side(row, by)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        trail.record("ticket.schedule", row, by=by, at=at, before=in_words(row), after="comes no more")
    return row


def open_due(schedule_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Open the ticket of the latest slot, under the row's lease and in one transaction; of slots missed before there comes no other."""
    rows = Schedule.objects.for_tenant(tenant_id).select_for_update(of=("self",)).select_related("duty", "tenant")
    row = rows.get(pk=schedule_id)  # a change of its rhythm waits, and is not written over
    rhythm = rhythm_of(row)
    slot = rhythm.latest(at)
    if slot is not None and slot >= row.next_at:
        _open(row, slot, at)
    background.finish(Schedule, schedule_id, token, next_at=rhythm.after(at), failed_at=None)


def skip(schedule_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Leave out a slot that could not be opened; the page of schedules says so until the next one comes."""
    row = Schedule.objects.for_tenant(tenant_id).get(pk=schedule_id)
    background.finish(Schedule, schedule_id, token, next_at=rhythm_of(row).after(at), failed_at=at)


def rhythm_of(row: Schedule) -> Rhythm:
    """Return when a schedule comes."""
    return Rhythm(Every(row.every), row.first_on, row.clock, row.zone)


def in_words(row: Schedule) -> str:
    """Say what comes when, as the trail shows it."""
    return f"“{row.title}” comes {WORDS[Every(row.every)]} at {row.clock:%H:%M} in {row.zone}, from {row.first_on} on"


def _open(row: Schedule, slot: datetime, at: datetime) -> None:
    duty = row.duty.key if row.duty else None
    name = f"schedule:{row.pk}:{slot:%Y-%m-%dT%H:%MZ}"
    opened = opening.open_ticket(
        title=row.title,
        duty_key=duty,
        place=row.place,
        route=responsibilities.route(row.tenant_id, duty, at, "ticket", row.place),
        origin=opening.Origin("schedule", f"Comes {WORDS[Every(row.every)]}", reverse("tickets:schedules", args=[row.tenant.slug])),
        condition=name,
        priority=Priority(row.priority),
        text=row.text,
        audience=Audience.SHARED,
        by=access.system(row.tenant),
        at=at,
        asset=row.asset,
        once=name,
    )
    if opened.created:
        checklist.append(opened.ticket, row.steps, required=True, side=row.side)


def _own(schedule_id: int, by: Actor) -> Schedule:
    """Return a schedule of one's own side with its row locked."""
    access.require(by, "ticket.schedule")
    row = Schedule.objects.for_tenant(by.tenant).filter(ended_at=None).select_for_update(of=("self",)).get(pk=schedule_id)
    _check_side(row, by)
    return row


def _keep(row: Schedule, columns: dict[str, Any], by: Actor) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.by_name = by.name
    row.save()


def _check_side(row: Schedule, by: Actor) -> None:
    if row.side != by.side:
        raise steps.NotYours("The side that set this up changes it.")


def _columns(wanted: Wanted, by: Actor, at: datetime) -> dict[str, Any]:
    """Return the columns of what is wanted, once it makes sense."""
    title, text = " ".join(wanted.title.split()), wanted.text.strip()
    duty = Duty.objects.for_tenant(by.tenant).filter(key=wanted.duty).first() if wanted.duty else None
    lines = [" ".join(line.split()) for line in wanted.steps]
    lines = [line for line in lines if line]
    refusals = (
        (not title, "title", "Say in a line what is to be done."),
        (not text, "text", "Say how it is done, so that whoever gets it can do it."),
        (bool(wanted.duty) and duty is None, "duty", "There is no such duty. Choose from the list."),
        (not FIRST <= wanted.first_on.year <= LAST, "first_on", f"Choose a day between {FIRST} and {LAST}."),
        (len(lines) > checklist.MOST, "steps", f"A checklist has {checklist.MOST} steps at most."),
        (any(len(line) > checklist.LINE for line in lines), "steps", f"Say each step in {checklist.LINE} characters."),
    )
    for wrong, name, words in refusals:
        if wrong:
            raise steps.SayMore(words, name)
    try:
        ZoneInfo(wanted.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise steps.SayMore("There is no such zone. Write it like America/Chicago.", "zone") from None
    rhythm = Rhythm(wanted.every, wanted.first_on, wanted.clock, wanted.zone)
    return {
        "title": title[:200],
        "text": text,
        "duty": duty,
        "place": wanted.place[:200],
        "asset": wanted.asset.strip()[:200],
        "priority": wanted.priority,
        "every": wanted.every,
        "first_on": wanted.first_on,
        "clock": wanted.clock,
        "zone": wanted.zone,
        "steps": lines,
        "next_at": rhythm.after(at),
    }
