"""Sources with how long they have been silent, and the messages a person should look at."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError

from monitoring.models import InboundEvent, Source
from monitoring.sources import Reading, functions, kinds, mapping, read
from responsibilities import queries as responsibilities

LOOKED_AT = 50
SHOWN = 20
SAMPLES = 5


@dataclass(frozen=True)
class SourceRow:
    """One sender as its list shows it."""

    source: Source
    kind: str
    duty_name: str
    silent: bool

    @property
    def ever_spoke(self) -> bool:
        """Say whether anything ever came from it."""
        return self.source.last_event_at is not None


def sources_of(tenant_id: int, at: datetime) -> list[SourceRow]:
    """Return the live sources, silent ones first; one that never spoke is silent from its limit on."""
    names = {duty.key: duty.name for duty in responsibilities.duties_of(tenant_id)}
    rows = Source.objects.for_tenant(tenant_id).filter(revoked_at__isnull=True).order_by("name", "id")
    found = [SourceRow(row, _kind(row), names.get(row.duty, ""), _silent(row, at)) for row in rows]
    return sorted(found, key=lambda row: not row.silent)


def source_of(tenant_id: int, public_id: uuid.UUID, at: datetime) -> SourceRow | None:
    """Return one live sender."""
    row = Source.objects.for_tenant(tenant_id).filter(public_id=public_id, revoked_at__isnull=True).first()
    return (
        SourceRow(row, _kind(row), responsibilities.duty_name(tenant_id, row.duty) if row.duty else "", _silent(row, at)) if row else None
    )


def messages_of(source: Source) -> list[InboundEvent]:
    """Return a source's newest messages, without their bytes."""
    return list(InboundEvent.objects.for_tenant(source.tenant_id).filter(source=source).newest(SHOWN))


@dataclass(frozen=True)
class Tried:
    """What a mapping would make of one message."""

    event: InboundEvent
    reading: Reading


def tried(source: Source, wanted: Mapping[str, object] | None) -> list[Tried]:
    """Read the newest messages by a mapping that is not in use yet; nothing is written and nobody is told."""
    settings = {name: value for name, value in source.settings.items() if name != "mapping"} | ({"mapping": wanted} if wanted else {})
    events = InboundEvent.objects.for_tenant(source.tenant_id).filter(source=source).order_by("-id")[:SAMPLES]
    return [Tried(event, read(source.kind, bytes(event.body), settings, received_at=event.received_at)) for event in events]


def mapping_words() -> dict[str, list[str]]:
    """Return the words a mapping may use, for the page that explains them."""
    return {"functions": list(functions.BY_NAME), "fields": sorted(mapping.FIELDS)}


def looked_at(tenant_id: int) -> list[InboundEvent]:
    """Return the newest messages that were not understood or ask for something."""
    rows = InboundEvent.objects.for_tenant(tenant_id)
    return list((rows.not_understood() | rows.noted()).newest(LOOKED_AT))


def event_of(tenant_id: int, public_id: uuid.UUID) -> InboundEvent | None:
    """Return one message without its bytes."""
    try:
        return InboundEvent.objects.for_tenant(tenant_id).filter(public_id=public_id).select_related("source").defer("body").first()
    except ValidationError:
        return None


def _kind(source: Source) -> str:
    return "own mapping" if "mapping" in source.settings else kinds.NAMES.get(source.kind, source.kind)


def _silent(source: Source, at: datetime) -> bool:
    return at - (source.last_event_at or source.created_at) > timedelta(hours=source.silent_after_hours)
