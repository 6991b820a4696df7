"""The timeline of a major incident: what was written down there, and what its ticket and the parts of it tell in sight of both sides."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.domain import incidents, saying, talk
from tickets.domain.audience import TO_BOTH
from tickets.domain.incidents import Fact, Source
from tickets.models import Event, Incident, IncidentEntry, IncidentRedaction, Kind, Redaction, Ticket
from tickets.models.events import OF_INCIDENTS
from tickets.queries.listing import BadCursor

MACHINES = frozenset({Kind.SOURCE, Kind.RECURRED, Kind.SETTLED})
# told by the incident itself, or of no use in a timeline
LEFT_OUT = [Kind.MAJOR, Kind.MAJOR_ENDED, *OF_INCIDENTS, Kind.REPEATED, Kind.REMINDED, Kind.WARNED, Kind.VERSION]
SOURCES = {
    Source.ALERT: "alert",
    Source.TICKET: "ticket",
    Source.CHECK: "check",
    Source.HUMAN: "written by a person",
    Source.SYSTEM: "told by itself",
}
FACT, EVENT = 0, 1  # of what happened at one moment, the incident's own facts come first
Spot = tuple[datetime, int, int]


@dataclass(frozen=True)
class Told:
    """One fact of the timeline; `at` is when it happened, `late` when it was written down much later.

    `fact` is its number while a person's words in it can be blanked, `event` that of the ticket's entry whose words it shows.
    """

    spot: Spot
    at: datetime
    written_at: datetime
    kind: str
    who: str
    side: str
    origin: Source
    words: str
    text: str
    blanked: str = ""  # who blanked what a person wrote, when and why
    ticket: int = 0
    reference: str = ""
    late: datetime | None = None
    fact: int = 0
    event: int = 0
    about: int = 0  # the ticket of that entry

    @property
    def source(self) -> str:
        """Where it comes from, as people read it."""
        return SOURCES[self.origin]


def timeline(incident: Incident) -> tuple[Told, ...]:
    """Return what happened, the oldest first."""
    entries = list(IncidentEntry.objects.for_tenant(incident.tenant_id).filter(incident=incident).order_by("id"))
    events = _events(incident)
    updates = {(one.by_user_id, one.at) for one in entries if one.kind == Fact.UPDATE}
    said = {(one.by_user_id, one.at): one for one in events if one.kind == Kind.REPLY}
    facts, gone = _blanked_facts(incident, entries), _blanked_events(incident, events)
    told = [
        _fact(one, facts.get(one.pk, ""), said.get((one.by_user_id, one.at)) if one.kind == Fact.UPDATE else None, gone) for one in entries
    ]
    told += [
        _event(one, incident, gone.get(one.pk, "")) for one in events if one.kind != Kind.REPLY or (one.by_user_id, one.at) not in updates
    ]
    return tuple(sorted(told, key=lambda one: one.spot))


def page_of(incident: Incident, *, cursor: str, limit: int) -> tuple[tuple[Told, ...], str]:
    """Return the facts after a cursor, and the cursor to go on with, "" at the end; raise BadCursor for one that is not ours."""
    after = _read(cursor)
    found = [one for one in timeline(incident) if after is None or one.spot > after]
    return tuple(found[:limit]), _spelt(found[limit - 1].spot) if len(found) > limit else ""


def _spelt(spot: Spot) -> str:
    return base64.urlsafe_b64encode(f"{spot[0].isoformat()}|{spot[1]}|{spot[2]}".encode()).decode().rstrip("=")


def _read(cursor: str) -> Spot | None:
    if not cursor:
        return None
    try:
        at, rank, number = base64.urlsafe_b64decode(cursor.encode("ascii") + b"==").decode("ascii").split("|")
        spot = datetime.fromisoformat(at), int(rank), int(number)
    except (ValueError, binascii.Error):
        raise BadCursor("This cursor is not one of ours. Start again without it.") from None
    if spot[0].tzinfo is None:
        raise BadCursor("This cursor is not one of ours. Start again without it.")
    return spot


def _events(incident: Incident) -> Sequence[Event]:
    """Return what the incident's ticket and its parts told while it was open, the oldest first."""
    family = Ticket.objects.for_tenant(incident.tenant_id).filter(parent=incident.ticket_id).values_list("pk", flat=True)
    found = Event.objects.for_tenant(incident.tenant_id).filter(ticket__in=[incident.ticket_id, *family], audience__in=sorted(TO_BOTH))
    found = found.filter(at__gte=incident.declared_at).exclude(kind__in=LEFT_OUT).select_related("ticket")
    if incident.ended_at is not None:
        found = found.filter(at__lte=incident.ended_at)
    return sorted(found, key=lambda one: one.id)


def _blanked_facts(incident: Incident, entries: Sequence[IncidentEntry]) -> dict[int, str]:
    """Return who blanked which of these facts, when and why."""
    if not any(one.kind in incidents.BLANKABLE for one in entries):
        return {}
    rows = IncidentRedaction.objects.for_tenant(incident.tenant_id).filter(incident=incident)
    return {row.entry_id: talk.blanked(row.by_name, row.at, row.reason, incident.tenant.zone) for row in rows}


def _blanked_events(incident: Incident, events: Sequence[Event]) -> dict[int, str]:
    """Return who blanked which of these entries; only one without a text can be one."""
    empty = [one.pk for one in events if not one.text and one.kind in talk.BLANKABLE]
    if not empty:
        return {}
    rows = Redaction.objects.for_tenant(incident.tenant_id).filter(event__in=empty)
    return {row.event_id: talk.blanked(row.by_name, row.at, row.reason, incident.tenant.zone) for row in rows}


def _fact(entry: IncidentEntry, blanked: str, said: Event | None, gone: dict[int, str]) -> Told:
    """Tell a fact; of an update to users the words are those of the reply."""
    can = entry.kind in incidents.BLANKABLE and entry.by_user_id is not None and bool(entry.text) and not blanked
    return Told(
        spot=(entry.fact_at, FACT, entry.pk),
        at=entry.fact_at,
        written_at=entry.at,
        kind=entry.kind,
        who=entry.by_name,
        side=entry.by_side,
        origin=Source(entry.source),
        words=f"{entry.by_name} {incidents.DONE[Fact(entry.kind)]}",
        text=entry.text or (said.text if said else ""),
        blanked=blanked or (gone.get(said.pk, "") if said else ""),
        late=entry.at if entry.at > entry.fact_at and entry.kind == Fact.LOG else None,
        fact=entry.pk if can else 0,
        event=said.pk if said and said.text else 0,
        about=said.ticket.number if said else 0,
    )


def _event(event: Event, incident: Incident, blanked: str) -> Told:
    machine = Source.CHECK if event.ticket.origin_kind == "check" else Source.ALERT
    return Told(
        spot=(event.at, EVENT, event.pk),
        at=event.at,
        written_at=event.at,
        kind=event.kind,
        who=event.by_name,
        side=event.by_side,
        origin=machine if event.kind in MACHINES else Source.TICKET,
        words=saying.did(event.kind, event.by_name),
        text=event.text,
        blanked=blanked,
        ticket=event.ticket.number,
        about=event.ticket.number,
        reference=saying.reference(incident.tenant.name, event.ticket.number),
        event=event.pk if event.text and event.by_user_id is not None and event.kind in talk.BLANKABLE else 0,
    )
