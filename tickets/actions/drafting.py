"""Keep what somebody has begun to write until it is sent, and mark that he is there; none of it is part of the ticket's story."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.db import transaction

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import steps
from tickets.domain import audience as audiences
from tickets.domain import lifecycle, saying
from tickets.domain import talk as rules
from tickets.models import Draft, Event, Presence, Ticket

OLD = timedelta(days=1)
MARKS = ["tenant", "ticket", "user", "audience"]


def audience_of(mode: str, by: access.Actor) -> Audience:
    """Return who reads what is written in a mode."""
    if by.side is None:
        raise steps.NotYours("Only people of one of the two sides write here.")
    return rules.MODES.get(mode) or audiences.own(by.side)


@transaction.atomic
def keep_draft(ticket: Ticket, mode: str, text: str, *, by: access.Actor, at: datetime, was: str = "", once: str = "") -> None:
    """Keep what is being written in one mode; an empty text ends the draft. `was` is the mode the text was moved from.

    A draft that arrives after its message was sent, which `once` tells, is kept no more.
    """
    access.require(by, "ticket.work")
    audience = audience_of(mode, by)
    if _sent(ticket, by, once):
        return
    if was and was != mode:
        _end(ticket, audience_of(was, by), by)
    if not text.strip():
        _end(ticket, audience, by)
        return
    with _mine(by):
        row = Draft(
            tenant=by.tenant, ticket=ticket, user_id=by.user_id or 0, audience=audience, side_id=by.company_id, text=text.strip(), at=at
        )
        Draft.objects.bulk_create([row], update_conflicts=True, unique_fields=MARKS, update_fields=["text", "at"])
    _mark(ticket, audience, by, writing_at=at, seen_at=None if audience not in audiences.TO_BOTH else at)


@transaction.atomic
def mark_here(ticket: Ticket, *, by: access.Actor, at: datetime) -> None:
    """Mark that somebody has the ticket's page open."""
    access.require(by, "ticket.work")
    old = Presence.objects.for_tenant(by.tenant).of(ticket.id).filter(side=by.company_id, seen_at__lt=at - OLD)
    old.delete()
    _mark(ticket, Audience.SHARED, by, seen_at=at)


@transaction.atomic
def insert_canned(ticket: Ticket, canned: int, mode: str, text: str, *, by: access.Actor, at: datetime, was: str = "") -> None:
    """Put a canned reply at the end of what is being written. Raises Canned.DoesNotExist."""
    access.require(by, "ticket.work")
    row = queries.canned_numbered(by, canned)
    facts = {
        "requester": ticket.requester.name if ticket.requester else "",
        "ticket": saying.reference(by.tenant.name, ticket.number),
        "client": by.tenant.name,
    }
    whole = "\n\n".join(filter(None, [text.strip(), rules.filled(row.text, facts)]))
    keep_draft(ticket, mode, whole, by=by, at=at, was=was)


def sent(turn: steps.Turn, audience: Audience) -> None:
    """End the draft of what was just sent, and the mark that it is being written."""
    if turn.by.user_id is not None and access.may(turn.by, "ticket.work"):
        _end(turn.ticket, audience, turn.by)


def _end(ticket: Ticket, audience: Audience, by: access.Actor) -> None:
    with _mine(by):
        Draft.objects.for_tenant(by.tenant).filter(ticket=ticket.id, user=by.user_id, audience=audience).delete()
    marks = Presence.objects.for_tenant(by.tenant).of(ticket.id).filter(user=by.user_id, audience=_where(audience))
    marks.update(writing_at=None)


def _mine(by: access.Actor) -> AbstractContextManager[None]:
    """Open what is this person's alone."""
    return tenancy.only([by.tenant_id], side=by.company_id, person=by.user_id)


def _mark(ticket: Ticket, audience: Audience, by: access.Actor, **moments: datetime | None) -> None:
    """Add or renew one mark."""
    told = {name: moment for name, moment in moments.items() if moment is not None}
    row = Presence(
        tenant=by.tenant,
        ticket=ticket,
        user_id=by.user_id or 0,
        audience=_where(audience),
        side_id=by.company_id,
        name=by.name,
        by_side=by.side or "",
        **told,
    )
    Presence.objects.bulk_create([row], update_conflicts=True, unique_fields=MARKS, update_fields=[*told, "name"])


def _where(audience: Audience) -> Audience:
    """Both modes that both sides read share one mark."""
    return Audience.SHARED if audience in audiences.TO_BOTH else audience


def _sent(ticket: Ticket, by: access.Actor, once: str) -> bool:
    """Say whether the submission this draft belongs to was made already."""
    moves = (lifecycle.Move.REPLY, lifecycle.Move.NOTE)
    marks = [mark for move in moves if (mark := steps.submission(by, once, f"{move}:{ticket.pk}"))]
    return bool(marks) and Event.objects.for_tenant(by.tenant).filter(once__in=marks).exists()
