"""Add a sender of alerts: its key is shown once and only its hash is kept."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings as site
from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.audit import trail
from monitoring.models import Source
from monitoring.sources import kinds, mapping
from responsibilities import queries as responsibilities

CUSTOM = "custom"


class CannotCreate(Exception):
    """A source that cannot be made so, in words fit for users."""


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
    settings = dict(settings or {})
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
    return Made(source, key)


def _check(tenant: Organisation, name: str, kind: str, duty_key: str | None, settings: Mapping[str, object]) -> None:
    if not name.strip():
        raise CannotCreate("Give the source a name that people know it by.")
    if "mapping" in settings:
        try:
            mapping.parse(settings["mapping"])
        except mapping.WrongMapping as wrong:
            raise CannotCreate(str(wrong)) from None
    elif kind not in kinds.NAMES:
        raise CannotCreate(f"'{kind}' is none of {', '.join(kinds.NAMES)}. Any other sender needs a mapping.")
    if duty_key and duty_key not in {duty.key for duty in responsibilities.duties_of(tenant.pk)}:
        raise CannotCreate(f"This client has no duty '{duty_key}'. Choose one of its duties, or none when not sure.")
