"""What people write at an incident: facts into its timeline, and what users are told."""

from datetime import datetime, timedelta

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets.actions import steps, talking
from tickets.actions.incidents import due, facts
from tickets.domain.incidents import Fact
from tickets.models import Incident, Kind

ACTION = "incident.log"
BEFORE = timedelta(days=30)  # how long before its declaration a fact of an incident can have happened


@transaction.atomic
def log(number: int, text: str, *, by: access.Actor, at: datetime, fact_at: datetime | None = None, once: str = "") -> Incident:
    """Write one fact down; `fact_at` is when it happened, if that was before now."""
    turn = _turn(number, "log", by=by, at=at, once=once, said=(text, fact_at))
    if turn.again:
        return turn.incident
    incident = facts.still_open(turn)
    if not text.strip():
        raise steps.SayMore("Write what happened, or what was found.")
    if fact_at is not None and fact_at > at:
        raise steps.SayMore("Choose a time that has come already.", "fact_at")
    if fact_at is not None and fact_at < incident.declared_at - BEFORE:
        raise steps.SayMore("Choose a time within the 30 days before it was declared. What is older belongs into the words.", "fact_at")
    facts.finish(turn, Fact.LOG, text, fact_at=fact_at)
    return incident


@transaction.atomic
def update(number: int, text: str, *, by: access.Actor, at: datetime, once: str = "") -> Incident:
    """Tell the users where it stands: a public reply on its ticket, after which the next update is due in the agreed rhythm."""
    turn = _turn(number, "update", by=by, at=at, once=once, said=(text,))
    if turn.again:
        return turn.incident
    incident = facts.still_open(turn)
    if not text.strip():
        raise steps.SayMore("Write what users should know.")
    if incident.voice_users_id is not None and by.user_id not in {incident.voice_users_id, incident.commander_id}:
        raise steps.NotYours(f"{incident.voice_users} speaks to the users. Ask them, or log what you know.")
    ticket = talking.reply(incident.ticket_id, text, Audience.PUBLIC, by=by, at=at)
    incident.updated_at = at
    incident.update_due_at = at + timedelta(minutes=incident.rhythm)
    incident.told = [word for word in incident.told if not word.startswith("update:")]
    facts.finish(turn, Fact.UPDATE)  # its words are the reply's, where a secret in them can be blanked
    facts.announce(turn, Kind.MAJOR_TOLD, ticket=ticket)
    return incident


def _turn(number: int, act: str, *, by: access.Actor, at: datetime, once: str, said: tuple[object, ...]) -> facts.Turn:
    access.require(by, ACTION)
    return facts.turn_on(due.locked(number, by=by, at=at), act, by=by, at=at, once=once, said=said)
