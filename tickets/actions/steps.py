"""What all moves share: lock the row, know a second press, refuse what is stale or unlawful, write one entry."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from comanaged.accounts import access
from comanaged.accounts.models import User
from comanaged.audit import trail
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.domain import lifecycle, saying
from tickets.models import Event, Kind, Ticket

KEPT = ("state", "assignee_id")  # what an entry shows as before and after


class Refused(Exception):
    """A move that is not made, in words for the one who tried."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class NotYours(Refused):
    """The role may, but this ticket is another side's or another person's to move."""


class NotNow(Refused):
    """The ticket's state does not allow it."""


class SayMore(Refused):
    """The text is missing or says too little."""


class Stale(Refused):
    """The ticket changed after the person saw it."""


@dataclass(frozen=True)
class Turn:
    """A move that was found lawful, with the ticket's row locked; `again` = this very submission was made before."""

    ticket: Ticket
    move: lifecycle.Move
    by: access.Actor
    at: datetime
    once: str = ""
    again: bool = False
    state: lifecycle.State = lifecycle.State.NEW
    before: dict[str, Any] = field(default_factory=dict)
    words: str = ""


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
) -> Turn:
    """Lock the ticket and judge the move; `seen` is the version the person was shown, `once` names the submission."""
    access.require(by, action)
    ticket = Ticket.objects.for_tenant(by.tenant).select_for_update().get(id=ticket_id)
    mark = submission(by, once, f"{move}:{ticket_id}")
    if mark and Event.objects.for_tenant(by.tenant).filter(once=mark).exists():
        return Turn(ticket, move, by, at, again=True)
    if seen is not None and seen != ticket.version:
        raise Stale(_what_changed(ticket, seen, at))
    verdict = lifecycle.check(move, ticket.facts, queries.actor_facts(by), text=text)
    if isinstance(verdict, lifecycle.Refused):
        raise _refusal(verdict)
    return Turn(ticket, move, by, at, once=mark, state=verdict.after, before=_snapshot(ticket), words=_in_words(ticket))


def by_system(move: lifecycle.Move, ticket: Ticket, *, by: access.Actor, at: datetime) -> Turn:
    """A move that follows from facts, not from somebody's wish, on a ticket whose row is locked."""
    verdict = lifecycle.check(move, ticket.facts, lifecycle.Actor(side=None, system=True))
    if isinstance(verdict, lifecycle.Refused):
        raise NotNow(verdict.words)
    return Turn(ticket, move, by, at, state=verdict.after, before=_snapshot(ticket), words=_in_words(ticket))


def finish(turn: Turn, *columns: str, kind: Kind, audience: Audience, text: str = "") -> Event:
    """Save the ticket in its new state, write the entry, keep the trail; the trail never quotes a text."""
    ticket = turn.ticket
    ticket.state, ticket.last_at, ticket.version = turn.state, turn.at, ticket.version + 1
    if ticket.acted_at is None and turn.by.role != "system":
        ticket.acted_at = turn.at
    ticket.save(update_fields=["state", "last_at", "version", "acted_at", *columns])
    event = write(turn, kind=kind, audience=audience, text=text)
    now = _in_words(ticket)
    before, after = (turn.words, now) if turn.words != now else ("", f"ticket {ticket.number}: {saying.READERS[audience]}")
    trail.record(f"ticket.{turn.move.lower()}", ticket, by=turn.by, at=turn.at, before=before, after=after)
    return event


def write(turn: Turn, *, kind: Kind, audience: Audience, text: str = "") -> Event:
    """Add one entry to the ledger, with what it changed."""
    now = _snapshot(turn.ticket)
    changed = [name for name in now if turn.before and now[name] != turn.before[name]]
    return Event.objects.create(
        tenant=turn.by.tenant,
        ticket=turn.ticket,
        audience=audience,
        side_id=turn.by.company_id,
        by_user_id=turn.by.user_id,
        by_name=turn.by.name,
        by_side=turn.by.side or "",
        kind=kind,
        text=text.strip(),
        before={name: turn.before[name] for name in changed},
        after={name: now[name] for name in changed},
        version=turn.ticket.version,
        once=turn.once,
        at=turn.at,
    )


def submission(by: access.Actor, once: str, about: str) -> str:
    """Name one submission of one person or key, so that pressing twice is pressing once; empty when the sender named none."""
    if not once:
        return ""
    return hashlib.sha256(f"{by.user_id}|{by.key_id}|{by.company_id}|{about}|{once}".encode()).hexdigest()


def _snapshot(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in KEPT}


def _in_words(ticket: Ticket) -> str:
    """Say how a ticket stands, as the trail shows it."""
    person = User.objects.get(id=ticket.assignee_id).name if ticket.assignee_id else "nobody"
    return f"ticket {ticket.number}: {ticket.state.lower()}, with {person}"


def _refusal(verdict: lifecycle.Refused) -> Refused:
    kinds = {lifecycle.Why.HAT: NotYours, lifecycle.Why.TEXT: SayMore, lifecycle.Why.STATE: NotNow}
    return kinds[verdict.why](verdict.words)


def _what_changed(ticket: Ticket, seen: int, at: datetime) -> str:
    """Tell the second person what the first one did; private notes never count as a change."""
    latest = Event.objects.for_tenant(ticket.tenant_id).of(ticket.id).since(seen).last()
    if latest is None:
        return "This ticket changed after you opened it. Look again, then decide."
    return f"{saying.did(latest.kind, latest.by_name)} {saying.ago(at - latest.at)}. Look again, then decide."
