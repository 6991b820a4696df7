"""Tickets shared by two organisations, and the ledger of what happened to each."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Audience, Priority, Side
from tickets.domain import lifecycle

STATES = [(state.value, state.value) for state in lifecycle.State]
SIDES = [(side.value, side.value) for side in Side]
PRIORITIES = [(priority.value, priority.value) for priority in Priority]
AUDIENCES = [(audience.value, audience.value) for audience in Audience]
TO_DO = sorted(lifecycle.TO_DO)
UNFINISHED = sorted(lifecycle.UNFINISHED)

Place = tuple[str, datetime, int]  # where a reader of the list stands: priority, opened_at, id


class TicketRows(models.QuerySet["Ticket"]):
    """Chainable words for tickets."""

    def to_do(self) -> Self:
        return self.filter(state__in=TO_DO)

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)

    def in_states(self, states: Collection[str]) -> Self:
        return self.filter(state__in=sorted(states))

    def held_by(self, side: str) -> Self:
        return self.filter(side=side)

    def about(self, duty_key: str) -> Self:
        return self.filter(duty__key=duty_key)

    def with_person(self, user_id: int) -> Self:
        return self.filter(assignee=user_id)

    def numbered(self, number: int) -> Self:
        return self.filter(number=number)

    def with_nobody(self) -> Self:
        return self.filter(assignee=None)

    def next_first(self, after: Place | None) -> Self:
        """The most pressing first, and among equals the oldest."""
        rows = self if after is None else self.filter(TupleGreaterThan(("priority", "opened_at", "id"), after))
        return rows.order_by("priority", "opened_at", "id")

    def newest_first(self, after: Place | None) -> Self:
        rows = self if after is None else self.filter(TupleLessThan(("opened_at", "id"), after[1:]))
        return rows.order_by("-opened_at", "-id")


class TicketManager(TenantManager["Ticket", TicketRows]):
    rows = TicketRows


class Ticket(TenantOwned):
    """One piece of work: its holder, its state, and the route that was frozen when it opened."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    # db_constraint=False here and below: the composite key of 0002 says "of the same client" as well
    duty = models.ForeignKey("responsibilities.Duty", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    place = models.CharField(max_length=200, default="")
    asset = models.CharField(max_length=200, default="")

    state = models.CharField(max_length=9, choices=STATES, default=lifecycle.State.NEW)
    side = models.CharField(max_length=8, choices=SIDES)
    assignee = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    requester = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    priority = models.CharField(max_length=2, choices=PRIORITIES, default=Priority.P3)

    origin_kind = models.CharField(max_length=10)
    origin_summary = models.CharField(max_length=300, default="")
    origin_link = models.CharField(max_length=300, default="")
    condition = models.CharField(max_length=200, default="")
    repeats = models.PositiveIntegerField(default=0)

    route_side = models.CharField(max_length=8, choices=SIDES)
    route_subject = models.CharField(max_length=200)
    because = models.TextField()
    trace = models.JSONField(default=list)
    accountable = models.CharField(max_length=200, default="")
    matrix_version = models.PositiveIntegerField(null=True)
    signed = models.BooleanField(default=False)
    unowned = models.BooleanField(default=False)

    opened_at = models.DateTimeField()
    last_at = models.DateTimeField()
    acted_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[TicketManager] = TicketManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_ticket_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="one_ticket_per_number_of_a_client"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_ticket_per_public_id"),
            models.UniqueConstraint(
                fields=["tenant", "condition"],
                condition=Q(state__in=UNFINISHED) & ~Q(condition=""),
                name="one_unfinished_ticket_per_condition",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(lifecycle.FINISHED), closed_at__isnull=False)
                | Q(state__in=UNFINISHED, closed_at__isnull=True),
                name="a_finished_ticket_says_since_when",
            ),
            models.CheckConstraint(condition=Q(side__in=[side.value for side in Side]), name="a_ticket_is_held_by_a_side"),
        ]
        indexes = [
            models.Index(fields=["tenant", "priority", "opened_at", "id"], condition=Q(state__in=TO_DO), name="tickets_to_do"),
            models.Index(fields=["tenant", "-opened_at", "-id"], name="tickets_newest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def facts(self) -> lifecycle.Ticket:
        """What the rules of the lifecycle need to know."""
        return lifecycle.Ticket(
            state=lifecycle.State(self.state),
            side=self.side,
            assignee=self.assignee_id,
            requester=self.requester_id,
            asked=self.requester_id is not None,
            acted=self.acted_at is not None,
        )


class Kind(models.TextChoices):
    """What an entry of the ledger tells."""

    OPENED = "OPENED"
    REPEATED = "REPEATED"
    RECURRED = "RECURRED"
    SOURCE = "SOURCE"
    SETTLED = "SETTLED"
    TAKEN = "TAKEN"
    REPLY = "REPLY"
    NOTE = "NOTE"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"
    REROUTED = "REROUTED"


class EventRows(models.QuerySet["Event"]):
    """Chainable words for entries of the ledger."""

    def of(self, ticket_id: int) -> Self:
        return self.filter(ticket=ticket_id)

    def visible_to(self, company_id: int | None) -> Self:
        """What both sides may read, and the notes of this organisation; None reads no notes at all."""
        shared = Q(audience__in=[Audience.PUBLIC, Audience.SHARED])
        return self.filter(shared if company_id is None else shared | Q(side=company_id))

    def since(self, version: int) -> Self:
        """What changed the ticket after it was shown in `version`."""
        return self.filter(version__gt=version).order_by("id")


class EventManager(TenantManager["Event", EventRows]):
    rows = EventRows


class Event(TenantOwned):
    """One thing that happened to a ticket; written once, read by its audience."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    by_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    by_side = models.CharField(max_length=8, default="")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField(default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    once = models.CharField(max_length=200, default="")
    at = models.DateTimeField()

    objects: ClassVar[EventManager] = EventManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_event_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "once"], condition=~Q(once=""), name="one_event_per_submission"),
            models.CheckConstraint(
                condition=Q(audience__in=[Audience.PUBLIC, Audience.SHARED]) | Q(side__isnull=False),
                name="a_private_note_has_a_side",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "ticket", "id"], name="tickets_event_story")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Counter(TenantOwned):
    """The last ticket number a client gave; its row lock is the queue at which new tickets wait."""

    last = models.PositiveIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_counter_per_client")]

    def __str__(self) -> str:
        return f"{self.last}"
