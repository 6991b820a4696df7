"""Add a sender of alerts: its key is shown once and only its hash is kept."""

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings as site
from django.db import transaction

from comanaged import background
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.audit import trail
from monitoring.actions import checks
from monitoring.models import InboundEvent, Outcome, Source
from monitoring.sources import kinds, mapping
from responsibilities import queries as responsibilities

MOST_REPLAYED = 500


class CannotCreate(Exception):
    """A source that cannot be made or read so, in words fit for users."""


@dataclass(frozen=True)
class Made:
    """A new source with its key, readable this once."""

    source: Source
    key: str = field(repr=False)

    @property
    def address(self) -> str:
        """The address its sender posts to."""
        return f"{site.ADDRESS}/api/v1/in/{self.key}/"


def hash_of(key: str) -> str:
    """Return what is kept of a key: enough for 256 random bits."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def create_source(
    tenant: Organisation,
    name: str,
    *,
    kind: str,
    by: access.Actor,
    at: datetime,
    duty_key: str | None = None,
    place: str = "",
    settings: Mapping[str, object] | None = None,
) -> Made:
    """Add a source of a known kind, or of any kind with a mapping in its settings."""
    access.require(by, "source.manage")
    kind, settings = kinds.called(kind), dict(settings or {})
    _check(tenant, name, kind, duty_key, settings)
    key = secrets.token_urlsafe(32)
    source = Source.objects.create(
        tenant=tenant,
        name=name.strip(),
        kind=kind,
        duty=duty_key or "",
        place=place,
        settings=settings,
        key_hash=hash_of(key),
        created_at=at,
    )
    trail.record("source.create", source, by=by, at=at, after={"name": source.name, "kind": kind, "duty": source.duty})
    checks.judge_sources(by=by, at=at)
    return Made(source, key)


@transaction.atomic
def set_mapping(public_id: uuid.UUID, found: Mapping[str, object] | None, *, by: access.Actor, at: datetime) -> Source:
    """Let a source be read by this mapping from now on, or again by its kind's own; what was read before stays as it is."""
    access.require(by, "source.edit_mapping")
    source = Source.objects.for_tenant(by.tenant).select_for_update().get(public_id=public_id)
    before = source.settings.get("mapping")
    settings = {name: value for name, value in source.settings.items() if name != "mapping"}
    if found is not None:
        settings["mapping"] = dict(found)
    _check_reading(source.kind, settings)
    source.settings = settings
    source.save(update_fields=["settings"])
    trail.record("source.edit_mapping", source, by=by, at=at, before=before, after=found)
    return source


@transaction.atomic
def replay(public_id: uuid.UUID, *, by: access.Actor, at: datetime) -> int:
    """Have the messages that were not understood read once more; return how many."""
    access.require(by, "source.replay_quarantine")
    source = Source.objects.for_tenant(by.tenant).get(public_id=public_id)
    waiting = InboundEvent.objects.for_tenant(by.tenant).filter(source=source).not_understood().order_by("id")
    rows = list(waiting.values_list("pk", flat=True)[:MOST_REPLAYED])
    InboundEvent.objects.for_tenant(by.tenant).filter(pk__in=rows).update(done_at=None, outcome=Outcome.WAITING, because="", attempts=0)
    for row in rows:
        background.after_commit("monitoring.digest", tenant=by.tenant_id, id=row)
    trail.record("source.replay_quarantine", source, by=by, at=at, after=f"{len(rows)} messages")
    return len(rows)


@transaction.atomic
def read_raw(public_id: uuid.UUID, *, by: access.Actor, at: datetime) -> bytes:
    """Return a message exactly as it came; it can hold personal data, so the reading is kept in the history."""
    access.require(by, "source.read_raw_body")
    event = InboundEvent.objects.for_tenant(by.tenant).get(public_id=public_id)
    trail.record("source.read_raw_body", event, by=by, at=at)
    return bytes(event.body)


def _check(tenant: Organisation, name: str, kind: str, duty_key: str | None, settings: Mapping[str, object]) -> None:
    if not name.strip():
        raise CannotCreate("Give the source a name that people know it by.")
    _check_reading(kind, settings)
    if duty_key and duty_key not in {duty.key for duty in responsibilities.duties_of(tenant.pk)}:
        raise CannotCreate(f"This client has no duty '{duty_key}'. Choose one of its duties, or none when not sure.")


def _check_reading(kind: str, settings: Mapping[str, object]) -> None:
    """Refuse a source whose messages nothing could read."""
    if "mapping" in settings:
        try:
            mapping.parse(settings["mapping"])
        except mapping.WrongMapping as wrong:
            raise CannotCreate(str(wrong)) from None
    elif kind not in kinds.NAMES:
        raise CannotCreate(f"'{kind}' is none of {', '.join(kinds.NAMES)}. Any other sender needs a mapping.")
