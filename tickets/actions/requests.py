"""What somebody does who only asks: ask, answer, say that it is solved or not, take it back; with what is his own, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.models import User
from comanaged.vocabulary import Audience
from tickets.actions import filing, opening, steps, talking, working
from tickets.domain import lifecycle, requesting
from tickets.domain.files import Offered
from tickets.domain.priorities import priority_of
from tickets.models import Event, Kind, Ticket

OPEN, REPLY = "request.open", "request.reply"
HOUR = timedelta(hours=1)


class TooMany(steps.Refused):
    """More than anybody asks or writes within so short a time."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks: a line, what they saw, whom it concerns and what they can still do."""

    title: str
    text: str
    impact: str
    urgency: str


@transaction.atomic
def ask(asked: Asked, *, by: access.Actor, at: datetime, files: Sequence[Offered] = (), once: str = "") -> Ticket:
    """Open a ticket for who asks; the matrix says whose it is. Raises TooMany, NotTaken for a file that is not kept."""
    access.require(by, OPEN)
    kept = filing.judged(files)
    _in_turn(by)
    opened = opening.ask(
        title=asked.title,
        duty_key=None,
        text=asked.text,
        priority=priority_of(asked.impact, asked.urgency),
        kind="person",
        by=by,
        at=at,
        impact=asked.impact,
        urgency=asked.urgency,
        once=once,
        action=OPEN,
    )
    if not opened.created:
        return opened.ticket
    lately = Ticket.objects.for_tenant(by.tenant).filter(requester=by.user_id, opened_at__gt=at - HOUR).count()
    if lately > requesting.PER_HOUR:
        raise TooMany("You have asked many times within the hour. Add to what you asked already, or call the help desk.")
    event = Event.objects.for_tenant(by.tenant).of(opened.ticket.pk).get(kind=Kind.OPENED)
    filing.attach(steps.Turn(opened.ticket, lifecycle.Move.REPLY, by, at), event, kept)
    return opened.ticket


@transaction.atomic
def answer(ticket_id: int, text: str, *, by: access.Actor, at: datetime, files: Sequence[Offered] = (), once: str = "") -> Ticket:
    """Write to whoever works on it. Raises Ticket.DoesNotExist for what is not his own, TooMany."""
    _own(ticket_id, by)
    _in_turn(by)
    _rate(ticket_id, by, at)
    return talking.reply(ticket_id, text, Audience.PUBLIC, by=by, at=at, files=files, once=once, action=REPLY)


@transaction.atomic
def confirm(ticket_id: int, *, by: access.Actor, at: datetime, once: str = "") -> Ticket:
    """Say that it is solved. Raises Ticket.DoesNotExist for what is not his own."""
    _own(ticket_id, by)
    return working.confirm(ticket_id, by=by, at=at, once=once, action=REPLY)


@transaction.atomic
def reopen(ticket_id: int, text: str, *, by: access.Actor, at: datetime, files: Sequence[Offered] = (), once: str = "") -> Ticket:
    """Say that it is not solved, what is still wrong, and show it. Raises Ticket.DoesNotExist for what is not his own, TooMany."""
    _own(ticket_id, by)
    _in_turn(by)
    _rate(ticket_id, by, at)
    ticket = working.reopen(ticket_id, text, by=by, at=at, once=once, action=REPLY)
    if not files:
        return ticket
    return talking.reply(ticket_id, "", Audience.PUBLIC, by=by, at=at, files=files, once=once and f"{once}:files", action=REPLY)


@transaction.atomic
def take_back(ticket_id: int, text: str, *, by: access.Actor, at: datetime, once: str = "") -> Ticket:
    """Take back what was asked, and say why. Raises Ticket.DoesNotExist for what is not his own."""
    _own(ticket_id, by)
    return working.cancel_own(ticket_id, text, by=by, at=at, once=once, action=REPLY)


def _own(ticket_id: int, by: access.Actor) -> None:
    access.require(by, REPLY)
    if by.user_id is None:
        raise Ticket.DoesNotExist
    Ticket.objects.for_tenant(by.tenant).get(pk=ticket_id, requester=by.user_id)


def _in_turn(by: access.Actor) -> None:
    """Let one person's acts wait for each other, so that what is counted is counted."""
    User.objects.select_for_update(no_key=True).get(pk=by.user_id or 0)


def _rate(ticket_id: int, by: access.Actor, at: datetime) -> None:
    lately = Event.objects.for_tenant(by.tenant).of(ticket_id).filter(by_user=by.user_id, at__gt=at - timedelta(minutes=requesting.WITHIN))
    if lately.count() >= requesting.TALKS:
        raise TooMany("You have written many times within ten minutes. Wait a little, then write the rest in one message.")
