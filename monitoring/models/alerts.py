"""Alerts, each one episode of one trouble, and everything that happened to them."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.fields.tuple_lookups import TupleLessThan

from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import AlertSeverity, Side
from monitoring.domain.episode import Mark, State
from monitoring.models.intake import InboundEvent, Source

OPEN = [State.FIRING, State.ACKNOWLEDGED]
STATES = [(state.value, state.value) for state in State]
WORDS = {
    "OPEN": "began",
    "REOPEN": "came back",
    "RAISE": "got worse",
    "ACKNOWLEDGE": "was seen",
    "EXPIRE": "was seen too long ago",
    "RESOLVE": "is over",
    "LATE": "old news",
    "ORPHAN": "news of nothing open",
    "NOTED": "information",
}
SEVERITIES = [(severity.value, severity.value) for severity in AlertSeverity]


class AlertRows(models.QuerySet["Alert"]):
    """Chainable words for alerts."""

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def of(self, fingerprint: str) -> Self:
        return self.filter(fingerprint=fingerprint)

    def matching(self, wanted: Mapping[str, str]) -> Self:
        """Keep what the filters say; state "open" is everything that is not over."""
        found = self
        if wanted.get("state") == "open":
            found = found.open()
        elif wanted.get("state"):
            found = found.filter(state=wanted["state"].upper())
        if wanted.get("severity"):
            found = found.filter(severity=wanted["severity"].upper())
        if wanted.get("duty"):
            found = found.filter(duty=wanted["duty"])
        if wanted.get("ticket"):
            found = found.filter(ticket__number=int(wanted["ticket"]))
        return found

    def newest_first(self, after: tuple[datetime, int] | None = None) -> Self:
        """Order by the last news; `after` continues behind a row."""
        rows = self if after is None else self.filter(TupleLessThan(("last_at", "id"), after))
        return rows.order_by("-last_at", "-id")


class AlertManager(TenantManager["Alert", AlertRows]):
    rows = AlertRows


class Alert(TenantOwned, Leased):
    """One episode of one trouble, from its first trigger to its end, with the route that was frozen when it opened."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # db_constraint=False: the composite keys of 0002 say "of the same client" as well
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=STATES, default=State.FIRING)
    severity = models.CharField(max_length=8, choices=SEVERITIES)
    severity_raw = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=300)
    asset = models.CharField(max_length=200, blank=True)
    check_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    value = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    labels = models.JSONField(default=dict)
    flags = models.JSONField(default=list)
    count = models.PositiveIntegerField(default=1)
    flaps = models.PositiveIntegerField(default=0)

    opened_at = models.DateTimeField()  # by our clock
    occurred_at = models.DateTimeField()  # the moment it was routed by
    last_at = models.DateTimeField()
    news_occurred_at = models.DateTimeField(null=True)
    news_received_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_until = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=200, blank=True)
    acknowledged_side = models.CharField(max_length=8, blank=True)

    duty = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=120, blank=True)
    side = models.CharField(max_length=8, choices=[(side.value, side.value) for side in Side])
    subject = models.CharField(max_length=200)
    because = models.TextField()
    trace = models.JSONField(default=list)
    accountable = models.CharField(max_length=200, blank=True)
    matrix_version = models.PositiveIntegerField(null=True)
    signed = models.BooleanField(default=False)
    unowned = models.BooleanField(default=False)
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)

    objects: ClassVar[AlertManager] = AlertManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_alert_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_alert_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "fingerprint"], condition=Q(state__in=OPEN), name="one_open_alert_per_fingerprint"),
        ]
        indexes = [
            models.Index(fields=["tenant", "fingerprint", "-id"], name="episodes_of_a_trouble"),
            models.Index(fields=["tenant", "-last_at", "-id"], name="alerts_newest_first"),
            models.Index(fields=["tenant", "-last_at"], condition=Q(state__in=OPEN), name="alerts_open"),
            models.Index(fields=["tenant", "ticket"], name="alerts_of_a_ticket"),
            models.Index(fields=["tenant", "acknowledged_until"], condition=Q(state="ACKNOWLEDGED"), name="alerts_held"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Say whether the trouble lasts."""
        return self.state in OPEN

    @property
    def news(self) -> Mark:
        """The newest moment at which its source reported it."""
        return Mark(self.news_received_at, self.news_occurred_at)


class TransitionRows(models.QuerySet["Transition"]):
    """Chainable words for what happened."""

    def ends_of(self, fingerprint: str) -> Self:
        """Return the moments at which a source said that a trouble is over, the last first."""
        return self.filter(fingerprint=fingerprint, kind="RESOLVE").order_by("-at", "-id")

    def of(self, alert_id: int) -> Self:
        return self.filter(alert=alert_id).order_by("-id")


class TransitionManager(TenantManager["Transition", TransitionRows]):
    rows = TransitionRows


class Transition(TenantOwned):
    """One thing that happened to a trouble, with its cause; only added to. Repeats are counted on the alert, not listed."""

    alert = models.ForeignKey(Alert, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    event = models.ForeignKey(InboundEvent, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    change = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, blank=True)
    severity = models.CharField(max_length=8, blank=True)
    who = models.CharField(max_length=200)
    side = models.CharField(max_length=8, blank=True)
    because = models.TextField()
    at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    objects: ClassVar[TransitionManager] = TransitionManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_transition_tenant_id")]
        indexes = [
            models.Index(fields=["tenant", "fingerprint", "-at", "-id"], condition=Q(kind="RESOLVE"), name="ends_of_a_trouble"),
            models.Index(fields=["tenant", "alert", "-id"], name="history_of_an_alert"),
        ]

    def __str__(self) -> str:
        return f"{self.change} of {self.alert_id}"

    @property
    def words(self) -> str:
        """What happened, as people say it."""
        return WORDS.get(self.change, self.change.lower())

    @property
    def mark(self) -> Mark:
        """When it happened, by both clocks."""
        return Mark(self.received_at, self.occurred_at)
