"""Read a stored message into alerts, and route each to the side that answers: everything in the transaction that marks it done."""

import uuid
from datetime import datetime
from typing import Any

from comanaged import background
from comanaged.accounts import access
from comanaged.vocabulary import AlertSeverity
from monitoring import sources
from monitoring.actions import episodes, turns
from monitoring.models import InboundEvent, Outcome, Source
from monitoring.sources import Kind, Reading, Signal

SHOWN = 100  # results of one message that are kept for whoever asks after it


def digest(event_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Do what one message says; what cannot be read stays, is marked, and its source's owner is told."""
    turns.take_turn(tenant_id)
    event = InboundEvent.objects.for_tenant(tenant_id).select_related("source", "tenant").get(pk=event_id)
    source = event.source
    reading = sources.read(source.kind, bytes(event.body), source.settings, received_at=event.received_at)
    hearing = episodes.Hearing(event, source, access.system(event.tenant), at)
    results = [episodes.hear(signal, hearing) for signal in reading.signals]
    if reading.problems:
        results.append(episodes.hear(_not_understood(source, reading), hearing))
    if source.last_event_at is None or source.last_event_at < event.received_at:
        Source.objects.for_tenant(tenant_id).filter(pk=source.pk).update(last_event_at=event.received_at)
    background.finish(InboundEvent, event_id, token, done_at=at, **_outcome(reading), digest=results[:SHOWN])


def give_up(event_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Set a message aside that could not be worked on in any try, where people see it."""
    because = "Working on this message failed again and again. It is kept as it came; its source can read it again."
    background.finish(InboundEvent, event_id, token, done_at=at, outcome=Outcome.QUARANTINED, because=because)


def _outcome(reading: Reading) -> dict[str, Any]:
    """Return what became of the message, in words."""
    because = " ".join((*reading.notes, *reading.problems))
    if not reading.understood:
        return {"outcome": Outcome.QUARANTINED, "because": because}
    return {"outcome": Outcome.READ if reading.signals else Outcome.NOTED, "because": because}


def _not_understood(source: Source, reading: Reading) -> Signal:
    """Return the warning that a source sends what its mapping cannot read: one trouble per source, however often."""
    return Signal(
        kind=Kind.TRIGGER,
        title=f"{source.name} sent a message that was not understood",
        key_fields=("not understood",),
        asset=source.name,
        check_name="message not understood",
        severity=AlertSeverity.WARNING,
        text=" ".join(reading.problems),
    )
