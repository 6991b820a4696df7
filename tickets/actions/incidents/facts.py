"""How an act at an incident is made: lock its row, do first what was due by itself, know a second press, refuse what is stale; then one fact."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Audience
from tickets import queries
from tickets.actions import steps
from tickets.actions.entries import said_of, snapshot
from tickets.domain import incidents, saying
from tickets.domain.incidents import Fact, Source, Who
from tickets.domain.lifecycle import Hat, Move
from tickets.models import Incident, IncidentEntry, Kind, Ticket

SAVED = (
    *("state", "commander", "commander_side", "commanded_at", "heard_at", "deputy", "scribe", "voice_users", "voice_vendor"),
    *("deputy_side", "lead_internal", "lead_provider", "rhythm", "updated_at", "update_due_at", "cause", "cause_text", "kept"),
    *("ended_at", "ended_by", "ended_name", "review_due_at", "reviewed_at", "told", "watch_at", "version"),
)
# what makes a decision stale that was taken before it; a line in the timeline does not
CHANGES = frozenset({Fact.COMMANDED, Fact.TAKEN_OVER, Fact.HANDED_ON, Fact.ROLE, Fact.RHYTHM, Fact.ENDED})


@dataclass(frozen=True)
class Turn:
    """An act that may be made, with the incident's row locked; `again` = this very submission was made before."""

    incident: Incident
    by: access.Actor
    at: datetime
    once: str = ""
    said: str = ""
    again: bool = False


def turn_on(
    incident: Incident, act: str, *, by: access.Actor, at: datetime, seen: int | None = None, once: str = "", said: tuple[object, ...] = ()
) -> Turn:
    """Return the turn of an act at a locked incident; `seen` is the version that the person was shown."""
    mark = steps.submission(by, once, f"incident:{incident.pk}:{act}")
    content = said_of(*said) if mark else ""
    first = IncidentEntry.objects.for_tenant(by.tenant).filter(once=mark).first() if mark else None
    if first is not None:
        if first.said != content:
            raise steps.OtherContent("This was sent before with other words. Look at what is there, then send it as a new one.")
        return Turn(incident, by, at, again=True)
    still_as_seen(incident, seen, at)
    return Turn(incident, by, at, mark, content)


def still_as_seen(incident: Incident, seen: int | None, at: datetime) -> None:
    """Refuse what was decided before command, a part, the rhythm or the state changed."""
    if seen is not None and seen != incident.version:
        raise steps.Stale(_what_changed(incident, at))


def tell(turn: Turn, kind: Fact, text: str = "", *, fact_at: datetime | None = None, source: Source = Source.HUMAN) -> IncidentEntry:
    """Add one fact to the timeline, and to the trail, which never quotes it."""
    by, incident = turn.by, turn.incident
    entry = IncidentEntry.objects.create(
        tenant=by.tenant,
        incident=incident,
        kind=kind,
        source=source if by.user_id is not None else Source.SYSTEM if source is Source.HUMAN else source,
        by_user_id=by.user_id,
        by_name=by.name,
        by_side=by.side or "",
        text=text.strip(),
        fact_at=fact_at or turn.at,
        at=turn.at,
        once=turn.once,
        said=turn.said,
    )
    trail.record(f"incident.{kind.lower()}", incident, by=by, at=turn.at, after=f"incident {incident.number}: {incidents.DONE[kind]}")
    return entry


def finish(turn: Turn, kind: Fact, text: str = "", *, fact_at: datetime | None = None) -> IncidentEntry:
    """Save the incident with what follows from the act, and add its fact; whoever commands is heard by it."""
    incident = turn.incident
    if incident.commander_id is not None and incident.commander_id == turn.by.user_id:
        incident.heard_at = turn.at
    incident.version += kind in CHANGES
    keep(incident)
    return tell(turn, kind, text, fact_at=fact_at)


def announce(turn: Turn, kind: Kind, text: str = "", *, ticket: Ticket | None = None) -> None:
    """Let other systems, and the ticket's own story, hear of it; it changes nothing of the ticket.

    `ticket` is its row as it stands, where the incident's own copy of it is older.
    """
    row = ticket or turn.incident.ticket
    entry = steps.Turn(row, Move.END_MAJOR, turn.by, turn.at, before=snapshot(row))
    leads = turn.by.user_id is not None and turn.by.user_id == turn.incident.commander_id
    steps.write(entry, kind=kind, audience=Audience.SHARED, text=text, hat=Hat.COMMANDER if leads else Hat.AGENT)


def keep(incident: Incident) -> None:
    """Save what may change, with the moment at which something comes by itself next."""
    due = incident.review_due_at if incident.reviewed_at is None else None
    silence = f"silent:{incident.heard_at.isoformat()}" if incident.heard_at else "silent:now"
    incident.told = [word for word in incident.told if not word.startswith("silent:") or word.startswith(silence)]
    ahead = incidents.happenings(incident.post, incident.told, due)
    incident.watch_at = ahead[0].at if ahead else None
    incident.save(update_fields=SAVED)


def who(by: access.Actor) -> Who:
    """Return what the rules of command need to know of somebody."""
    return Who(by.user_id, by.side or "", access.may(by, "incident.command"), queries.actor_facts(by).leads)


def led(turn: Turn) -> Incident:
    """Return the incident if this is who commands it, else refuse."""
    refused = incidents.why_not_lead(turn.incident.post, who(turn.by))
    if refused:
        wrong_person = turn.incident.state == incidents.State.COMMANDED
        raise steps.NotYours(refused) if wrong_person else steps.NotNow(refused)
    return turn.incident


def still_open(turn: Turn) -> Incident:
    """Return the incident while it is not over."""
    if turn.incident.ended_at is not None:
        raise steps.NotNow("This incident is over. What is left to say belongs in its review.")
    return turn.incident


def _what_changed(incident: Incident, at: datetime) -> str:
    rows = IncidentEntry.objects.for_tenant(incident.tenant_id).filter(incident=incident, kind__in=CHANGES)
    latest = rows.order_by("-id").first()
    if latest is None:
        return "This incident changed after you opened it. Look again, then decide."
    return f"{latest.by_name} {incidents.DONE[Fact(latest.kind)]} {saying.ago(at - latest.at)}. Look again, then decide."
