"""Who sends, and every message exactly as it came."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned


class Source(TenantOwned):
    """One sender of alerts at one client; its key stands in the address it posts to, and only the key's hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    duty = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=120, blank=True)
    settings = models.JSONField(default=dict)
    key_hash = models.CharField(max_length=64)
    silent_after_hours = models.PositiveIntegerField(default=24)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_event_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_source_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_source_per_public_id"),
            models.UniqueConstraint(fields=["key_hash"], name="source_key_hash_is_unique"),  # found before its tenant is known
        ]

    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    """What became of a message."""

    WAITING = "", "waits to be read"
    READ = "READ", "read"
    NOTED = "NOTED", "noted"
    QUARANTINED = "QUARANTINED", "not understood"


DID = {
    "open": "opened an alert",
    "reopen": "brought an alert back",
    "repeat": "repeated an alert",
    "raise": "made an alert worse",
    "acknowledge": "acknowledged an alert",
    "resolve": "ended an alert",
    "late": "is older than what was known",
    "orphan": "is about nothing open",
    "noted": "is information",
}


class EventRows(models.QuerySet["InboundEvent"]):
    """Chainable words for messages."""

    def not_understood(self) -> Self:
        return self.filter(outcome=Outcome.QUARANTINED)

    def noted(self) -> Self:
        return self.filter(outcome=Outcome.NOTED)

    def since(self, at: datetime) -> Self:
        return self.filter(received_at__gte=at)

    def newest(self, count: int) -> Self:
        """Return the newest, without the bytes."""
        return self.defer("body").select_related("source").order_by("-id")[:count]


class EventManager(TenantManager["InboundEvent", EventRows]):
    rows = EventRows


class InboundEvent(TenantOwned, Leased):
    """One message, stored before anything is read of it; written by the function accept_event alone."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    received_at = models.DateTimeField()
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    body_hash = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200, blank=True)
    duplicates = models.PositiveIntegerField(default=0, db_default=0)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, db_default="")
    because = models.TextField(blank=True, db_default="")
    digest = models.JSONField(default=list)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[EventManager] = EventManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_inboundevent_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_event_per_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "source", "idempotency_key"], condition=Q(idempotency_key__gt=""), name="one_event_per_idempotency_key"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=Q(done_at__isnull=True), name="events_undone"),
            models.Index(fields=["tenant", "-id"], condition=Q(outcome__in=["QUARANTINED", "NOTED"]), name="events_to_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} of {self.source_id}"

    @property
    def told(self) -> list[tuple[str, str | None]]:
        """What its statements changed, in words, each with the alert it is about."""
        return [(DID.get(one["change"], one["change"]), one["alert"]) for one in self.digest]
