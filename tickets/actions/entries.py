"""How a move is written down: the ticket's columns, what follows from them, one entry of the ledger, the trail."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from comanaged.accounts import access
from comanaged.accounts.models import User
from comanaged.audit import trail
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import announcing
from tickets.domain import clocks, ledger, lifecycle, saying
from tickets.models import Event, Kind, Ticket

ANSWERS = frozenset({Kind.REPLY, Kind.WAITS, Kind.RESOLVED})  # that say something to the person who asked, when they are public
HATS = (
    *(lifecycle.Hat.HOLDER, lifecycle.Hat.AGENT, lifecycle.Hat.ANSWERER, lifecycle.Hat.OFFERER),
    *(lifecycle.Hat.LEAD, lifecycle.Hat.RESCUER, lifecycle.Hat.OTHER, lifecycle.Hat.REQUESTER),
)
SAVED = [name.removesuffix("_id") for name in (*ledger.KEPT, *ledger.DERIVED, "packet")]


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
    """Something is missing or says too little; `field` names what."""

    def __init__(self, words: str, field: str = "text") -> None:
        super().__init__(words)
        self.field = field


class Stale(Refused):
    """The ticket changed after the person saw it."""


class OtherContent(Refused):
    """The same submission was made before, with other words."""


@dataclass(frozen=True)
class Turn:
    """A move that was found lawful, with the ticket's row locked; `again` = this very submission was made before."""

    ticket: Ticket
    move: lifecycle.Move
    by: access.Actor
    at: datetime
    once: str = ""
    said: str = ""
    again: bool = False
    state: lifecycle.State = lifecycle.State.NEW
    before: dict[str, Any] = field(default_factory=dict)
    words: str = ""
    hat: str = ""  # in what part somebody acts, as it was before the move
    via: str = ""  # "mail" for what came by mail


def by_system(move: lifecycle.Move, ticket: Ticket, *, by: access.Actor, at: datetime) -> Turn:
    """A move that follows from facts, not from somebody's wish, on a ticket whose row is locked."""
    verdict = lifecycle.check(move, ticket.facts, lifecycle.Actor(side=None, system=True))
    if isinstance(verdict, lifecycle.Refused):
        raise NotNow(verdict.words)
    return Turn(ticket, move, by, at, state=verdict.after, before=snapshot(ticket), words=in_words(ticket))


def finish(turn: Turn, *, kind: Kind, audience: Audience, text: str = "", hat: str = "", more: Mapping[str, Any] | None = None) -> Event:
    """Save the ticket with all that changed and what follows from it, write the entry, keep the trail; the trail never quotes a text."""
    ticket = turn.ticket
    ticket.state = turn.state
    ticket.version += 1
    ticket.last_at = max(ticket.last_at, turn.at)
    human = turn.by.role != "system"
    if ticket.acted_at is None and human:
        ticket.acted_at = turn.at
    asked = queries.asked_for(ticket, turn.by)
    works = human and queries.actor_facts(turn.by).works
    if ticket.first_reply_at is None and clocks.counts_as_answer(audience=audience, human=works, requester=asked, reply=kind in ANSWERS):
        ticket.first_reply_at = turn.at
    settle(ticket, turn.at)
    ticket.save(update_fields=SAVED)
    event = write(turn, kind=kind, audience=audience, text=text, hat=hat, more=more)
    now = in_words(ticket)
    before, after = (turn.words, now) if turn.words != now else ("", f"ticket {ticket.number}: {saying.READERS[audience]}")
    keep(ticket, f"ticket.{turn.move.lower()}", ticket, by=turn.by, at=turn.at, before=before, after=after)
    return event


def keep(ticket: Ticket, action: str, row: models.Model, *, by: access.Actor, at: datetime, after: str, before: str = "") -> None:
    """Tell the trail, which both sides read, what was done about a ticket; of one that one side alone sees the ledger is the only record."""
    if ticket.hidden_for_id is None:
        trail.record(action, row, by=by, at=at, before=before, after=after)


def settle(ticket: Ticket, at: datetime) -> None:
    """Work out what follows from the ticket's columns: targets, pauses, due times, the next clock, the next look."""
    terms = ledger.terms_of(ticket.terms.content) if ticket.terms else None
    for name, value in ledger.derive(columns_of(ticket), terms, at).items():
        setattr(ticket, name, value)


def write(turn: Turn, *, kind: Kind, audience: Audience, text: str = "", hat: str = "", more: Mapping[str, Any] | None = None) -> Event:
    """Add one entry to the ledger, with what it changed; `more` is told besides and changes no column."""
    event = entry(turn, kind=kind, audience=audience, text=text, hat=hat, more=more)
    event.save(force_insert=True)
    announcing.hand(event)
    return event


def entry(turn: Turn, *, kind: Kind, audience: Audience, text: str = "", hat: str = "", more: Mapping[str, Any] | None = None) -> Event:
    """Return an entry that is not added yet, for those that are added many at once."""
    now = snapshot(turn.ticket)
    changed = [name for name in now if now[name] != turn.before.get(name, now[name])]
    return Event(
        tenant=turn.by.tenant,
        ticket=turn.ticket,
        audience=audience,
        side_id=turn.by.company_id,
        by_user_id=turn.by.user_id,
        by_key_id=turn.by.key_id,
        by_name=turn.by.name,
        by_side=turn.by.side or "",
        hat=hat or turn.hat or hat_of(turn.ticket.facts, turn.move, turn.by),
        kind=kind,
        text=text.strip(),
        before={name: ledger.spell(turn.before[name]) for name in changed},
        after={name: ledger.spell(now[name]) for name in changed} | dict(more or {}),
        version=turn.ticket.version,
        once=turn.once,
        said=turn.said,
        via=turn.via,
        at=turn.at,
    )


def submission(by: access.Actor, once: str, about: str) -> str:
    """Name one submission of one person or key, so that pressing twice is pressing once; empty when the sender named none."""
    if not once:
        return ""
    return hashlib.sha256(f"{by.user_id}|{by.key_id}|{by.company_id}|{about}|{once}".encode()).hexdigest()


def said_of(*words: object) -> str:
    """Return the hash of all that a submission says."""
    return hashlib.sha256(repr(words).encode()).hexdigest()


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """Return what entries keep of a ticket, as it stands; lists are copied, so that a later change of them shows."""
    return {name: list(value) if isinstance(value := getattr(ticket, name), list) else value for name in ledger.KEPT}


def columns_of(ticket: Ticket) -> ledger.Columns:
    """Return what the rules of the ledger read."""
    return {name: getattr(ticket, name) for name in (*ledger.KEPT, *ledger.DERIVED, "opened_at")}


def in_words(ticket: Ticket) -> str:
    """Say how a ticket stands, as the trail shows it."""
    person = User.objects.get(id=ticket.assignee_id).name if ticket.assignee_id else "nobody"
    kept = ", kept on one side" if ticket.hidden_for_id is not None else ""
    return f"ticket {ticket.number}: {ticket.state.lower()}, with {person}{kept}"


def refusal(verdict: lifecycle.Refused) -> Refused:
    """Translate a refusal of the rules."""
    kinds: dict[lifecycle.Why, type[Refused]] = {lifecycle.Why.HAT: NotYours, lifecycle.Why.TEXT: SayMore, lifecycle.Why.STATE: NotNow}
    return kinds[verdict.why](verdict.words)


def hat_of(facts: lifecycle.Ticket, move: lifecycle.Move, by: access.Actor) -> str:
    """Say in what part somebody makes a move: for the holding side, as the one who answers an offer, as the one who asked, for the other side."""
    if by.role == "system":
        return lifecycle.Hat.SYSTEM
    worn = lifecycle.hats(facts, queries.actor_facts(by)) & lifecycle.RULES[move].hats
    return next((hat for hat in HATS if hat in worn), lifecycle.Hat.READER)
