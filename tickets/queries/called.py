"""Who was called to a major incident: when, by what, whether it went out, and what they did afterwards."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from comanaged.accounts import access
from comanaged.notices.kinds import Kind as About
from comanaged.notices.models import Delivery, Notice
from tickets.domain import incidents
from tickets.domain.incidents import Fact
from tickets.models import Event, Incident, IncidentEntry, Kind

MAIL = "e-mail"
CHANNELS = {"WEBHOOK": "webhook", "SLACK": "Slack", "TEAMS": "Teams"}
# what each of the incident's notices was for, by the word in its key; others tell, and call nobody
FOR = {
    "declared": "a major incident was declared",
    "nobody": "nobody commanded",
    "command": "nobody commanded",
    "silent": "the commander was silent",
    "update": "an update to users was due",
    "ask": "somebody asked to contain something",
    "role": "a part was given",
}
ANSWERS = [Fact.COMMANDED, Fact.TAKEN_OVER, Fact.ANSWERED]  # say more than whatever else somebody did


@dataclass(frozen=True)
class Call:
    """All calls of one person, or of one channel, by one means."""

    name: str
    side: str
    by: str
    why: str
    first_at: datetime
    last_at: datetime
    times: int
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    answer: str = ""  # what they did afterwards
    answered_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Say whether the last call did not leave yet."""
        return self.sent_at is None and self.failed_at is None


def calls(incident: Incident, by: access.Actor, at: datetime) -> tuple[Call, ...]:
    """Return who was called, in the order in which they were first; channels for those who see how these fare."""
    found = [*_people(incident, at), *(_channels(incident, by) if access.may(by, "channel.view") else ())]
    return tuple(sorted(found, key=lambda one: (one.first_at, one.by != MAIL, one.name)))


def _people(incident: Incident, at: datetime) -> Iterator[Call]:
    notices = Notice.objects.for_tenant(incident.tenant_id).filter(kind=About.INCIDENT, key__startswith=f"incident:{incident.pk}:")
    by_person: dict[int | None, list[Notice]] = {}
    for notice in notices.defer("text", "headers").order_by("queued_at", "id"):
        if _word(notice) in FOR:
            by_person.setdefault(notice.user_id, []).append(notice)
    sides = {one.user_id: one.side for one in access.people_of(incident.tenant_id, None, at)}
    done = _done(incident)
    for person, rows in by_person.items():
        last, words = rows[-1], dict.fromkeys(FOR[_word(row)] for row in rows)
        call = Call(
            name=last.to_name,
            side=sides.get(person or 0, ""),
            by=MAIL,
            why=", ".join(words),
            first_at=rows[0].queued_at,
            last_at=last.queued_at,
            times=len(rows),
            sent_at=last.sent_at,
            failed_at=last.failed_at,
        )
        yield _answered(call, done.get(person, ()))


def _answered(call: Call, done: Iterable[tuple[datetime, str, str]]) -> Call:
    """Say what somebody did after the first call: took command or answered a request, else whatever came first."""
    later = [one for one in done if one[0] >= call.first_at]
    best = next((one for one in later if one[2] in ANSWERS), later[0] if later else None)
    return replace(call, answer=best[1], answered_at=best[0]) if best else call


def _done(incident: Incident) -> dict[int | None, list[tuple[datetime, str, str]]]:
    """Return what each person did there or on its ticket, in order: when, in words, and as which kind of fact."""
    found: dict[int | None, list[tuple[datetime, str, str]]] = {}
    facts = IncidentEntry.objects.for_tenant(incident.tenant_id).filter(incident=incident, by_user__isnull=False)
    for person, kind, when in facts.order_by("at", "id").values_list("by_user", "kind", "at"):
        found.setdefault(person, []).append((when, incidents.DONE[Fact(kind)], kind))
    rows = Event.objects.for_tenant(incident.tenant_id).of(incident.ticket_id).visible_to(None)  # a private note is no sign to the others
    rows = rows.filter(at__gte=incident.declared_at, by_user__isnull=False)
    for person, when in rows.order_by("id").values_list("by_user", "at"):
        found.setdefault(person, []).append((when, "worked on its ticket", ""))
    return {person: sorted(acts, key=lambda one: one[0]) for person, acts in found.items()}


def _channels(incident: Incident, by: access.Actor) -> Iterator[Call]:
    """Yield the channels that heard of the declaration; what the other side's are called is its own."""
    events = Event.objects.for_tenant(incident.tenant_id).of(incident.ticket_id).filter(kind=Kind.MAJOR, at=incident.declared_at)
    keys = [f"ticket:{incident.ticket_id}:{event}" for event in events.values_list("pk", flat=True)]
    rows = Delivery.objects.for_tenant(incident.tenant_id).filter(key__in=keys).select_related("channel").defer("body")
    for row in rows.order_by("id"):
        kind = CHANNELS[row.channel.kind]
        name = row.channel.name if row.channel.side == by.side else "A channel of the other side"
        yield Call(
            name, row.channel.side, kind, FOR["declared"], row.queued_at, row.queued_at, 1, sent_at=row.sent_at, failed_at=row.failed_at
        )


def _word(notice: Notice) -> str:
    """Return for what a notice was, as its key says it: "incident:<id>:<word>…"."""
    return notice.key.split(":")[2]
