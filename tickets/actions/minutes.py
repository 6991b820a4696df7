"""Time spent on a ticket, side by side: written down once, taken back by a second row, never changed and never billed."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from comanaged.accounts.access import Actor
from comanaged.vocabulary import Audience
from tickets.actions import steps
from tickets.domain.lifecycle import Move
from tickets.models import Kind, Minutes, Ticket
from tickets.models.work import LONGEST_DAY

BACK = timedelta(days=31)  # how long ago a day may lie that somebody still writes down


@transaction.atomic
def spend(ticket_id: int, minutes: int, text: str = "", *, day: date | None = None, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Write down minutes of one's own side; both sides see the sum."""
    turn = steps.begin(Move.WORK, "ticket.work", ticket_id, by=by, at=at, once=once, said=("minutes", minutes, text, day))
    if turn.again:
        return turn.ticket
    today = at.astimezone(ZoneInfo(by.zone)).date()
    day = day or today
    if not 1 <= minutes <= LONGEST_DAY:
        raise steps.SayMore(f"Write minutes between 1 and {LONGEST_DAY}, which is a day.", "minutes")
    if not today - BACK <= day <= today:
        raise steps.SayMore(f"Choose a day within the last {BACK.days} days.", "day")
    _row(turn, minutes, " ".join(text.split())[:300], day, None)
    steps.write(turn, kind=Kind.WORKED, audience=Audience.SHARED, text=_spent("wrote down", minutes, text))
    return turn.ticket


@transaction.atomic
def take_back(ticket_id: int, row_id: int, *, by: Actor, at: datetime, once: str = "") -> Ticket:
    """Take back minutes that one wrote down oneself; the first row stays."""
    turn = steps.begin(Move.WORK, "ticket.work", ticket_id, by=by, at=at, once=once, said=("take back", row_id))
    if turn.again:
        return turn.ticket
    known = Minutes.objects.for_tenant(by.tenant)
    row = known.filter(pk=row_id, ticket=ticket_id, takes_back=None).first()
    if row is None:
        raise steps.NotNow("These minutes are not on this ticket.")
    if row.company_id != by.company_id or row.by_user_id != by.user_id:
        raise steps.NotYours("Who wrote these minutes down takes them back.")
    if known.filter(takes_back=row).exists():
        raise steps.NotNow("These minutes were taken back already.")
    _row(turn, -row.minutes, row.text, row.day, row)
    steps.write(turn, kind=Kind.WORKED, audience=Audience.SHARED, text=_spent("took back", row.minutes, row.text))
    return turn.ticket


def _row(turn: steps.Turn, minutes: int, text: str, day: date, takes_back: Minutes | None) -> None:
    by = turn.by
    if by.side is None or by.company_id is None:
        raise steps.NotYours("A side writes down its own minutes.")
    Minutes.objects.create(
        tenant=by.tenant,
        ticket=turn.ticket,
        company_id=by.company_id,
        side=by.side,
        by_user_id=by.user_id,
        by_name=by.name,
        minutes=minutes,
        day=day,
        text=text,
        takes_back=takes_back,
        at=turn.at,
    )


def _spent(verb: str, minutes: int, text: str) -> str:
    said = " ".join(text.split())
    return f"{verb} {minutes} min{f': {said}' if said else ''}"
