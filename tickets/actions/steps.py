"""How a move begins: lock the row, do first what was due by itself, know a second press, refuse what is stale or unlawful."""

from datetime import datetime

from comanaged.accounts import access
from tickets import queries
from tickets.actions import watching
from tickets.actions.entries import (
    NotNow,
    NotYours,
    OtherContent,
    Refused,
    SayMore,
    Stale,
    Turn,
    by_system,
    finish,
    hat_of,
    in_words,
    refusal,
    said_of,
    snapshot,
    submission,
    write,
)
from tickets.domain import lifecycle, saying
from tickets.models import Event, Ticket

__all__ = [
    "NotNow",
    "NotYours",
    "OtherContent",
    "Refused",
    "SayMore",
    "Stale",
    "Turn",
    "begin",
    "by_system",
    "finish",
    "locked",
    "submission",
    "turn_on",
    "write",
]


def begin(
    move: lifecycle.Move,
    action: str,
    ticket_id: int,
    *,
    by: access.Actor,
    at: datetime,
    text: str = "",
    seen: int | None = None,
    once: str = "",
    said: tuple[object, ...] = (),
    governs: bool = False,
    standing: queries.Majors = queries.NO_MAJOR,
) -> Turn:
    """Lock the ticket and judge the move.

    `seen` is the version the person was shown, `once` names the submission, `said` is what it says besides the text: the same name with
    other words is refused with OtherContent.
    """
    access.require(by, action)
    row = locked(ticket_id, by=by, at=at)
    return turn_on(row, move, by=by, at=at, text=text, seen=seen, once=once, said=said, governs=governs, standing=standing)


def locked(ticket_id: int, *, by: access.Actor, at: datetime) -> Ticket:
    """Return the ticket with its row locked, after all that was due by itself before now."""
    rows = Ticket.objects.for_tenant(by.tenant).seen_by(by.company_id)
    ticket = rows.select_for_update(of=("self",)).select_related("terms", "tenant").get(id=ticket_id)
    watching.catch_up(ticket, at=at)
    return ticket


def turn_on(
    ticket: Ticket,
    move: lifecycle.Move,
    *,
    by: access.Actor,
    at: datetime,
    text: str = "",
    seen: int | None = None,
    once: str = "",
    said: tuple[object, ...] = (),
    governs: bool = False,
    standing: queries.Majors = queries.NO_MAJOR,
) -> Turn:
    """Judge a move of a locked ticket."""
    mark = submission(by, once, f"{move}:{ticket.pk}")
    content = said_of(text.strip(), *said) if mark else ""
    first = Event.objects.for_tenant(by.tenant).filter(once=mark).first() if mark else None
    if first is not None:
        if first.said not in {"", content}:
            raise OtherContent("This was sent before with other words. Look at what is there, then send it as a new one.")
        return Turn(ticket, move, by, at, again=True)
    if seen is not None and seen != ticket.version:
        raise Stale(what_changed(ticket, seen, at))
    standing = standing.before(ticket.pk, ticket.parent_id)
    verdict = lifecycle.check(move, ticket.facts, queries.actor_facts(by, governs=governs, standing=standing), text=text)
    if isinstance(verdict, lifecycle.Refused):
        raise refusal(verdict)
    hat = hat_of(ticket.facts, move, by)
    return Turn(ticket, move, by, at, mark, content, state=verdict.after, before=snapshot(ticket), words=in_words(ticket), hat=hat)


def what_changed(ticket: Ticket, seen: int, at: datetime) -> str:
    """Tell the second person what the first one did; private notes never count as a change."""
    latest = Event.objects.for_tenant(ticket.tenant_id).of(ticket.id).since(seen).last()
    if latest is None:
        return "This ticket changed after you opened it. Look again, then decide."
    return f"{saying.did(latest.kind, latest.by_name)} {saying.ago(at - latest.at)}. Look again, then decide."
