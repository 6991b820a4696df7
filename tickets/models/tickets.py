"""Tickets shared by two organisations: how each stands now. All of it can be told again from the ledger of events."""

import uuid
from collections.abc import Collection
from datetime import UTC, datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Priority, Side
from tickets.domain import lifecycle

STATES = [(state.value, state.value) for state in lifecycle.State]
SIDES = [(side.value, side.value) for side in Side]
PRIORITIES = [(priority.value, priority.value) for priority in Priority]
TO_DO = sorted(lifecycle.TO_DO)
UNFINISHED = sorted(lifecycle.UNFINISHED)

FAR = datetime(9999, 1, 1, tzinfo=UTC)  # the next clock of what has none

Place = tuple[datetime, int]  # where a reader of the list stands: next_at or opened_at, id


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

    def seen_by(self, company_id: int | None) -> Self:
        """What both sides see, and what this organisation alone does; None is the product itself, which sees all.

        Row-level security says the same again. In a statement that locks rows this is judged anew for what changed while it waited.
        """
        return self if company_id is None else self.filter(Q(hidden_for=None) | Q(hidden_for=company_id))

    def next_first(self, after: Place | None) -> Self:
        """The next clock first."""
        rows = self if after is None else self.filter(TupleGreaterThan(("next_at", "id"), after))
        return rows.order_by("next_at", "id")

    def newest_first(self, after: Place | None) -> Self:
        rows = self if after is None else self.filter(TupleLessThan(("opened_at", "id"), after))
        return rows.order_by("-opened_at", "-id")


class TicketManager(TenantManager["Ticket", TicketRows]):
    rows = TicketRows


class Ticket(TenantOwned, Leased):
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

    # the promise: what was agreed when the ticket opened, and what its two clocks say by the ledger
    terms = models.ForeignKey("tickets.Terms", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    targets = models.JSONField(default=list)  # [[instant, priority], …] in order of change, the first one of the opening
    pauses = models.JSONField(default=list)  # [[from, until or null, cause, whom], …]
    first_reply_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)  # none: answered, or its hours never open
    fix_due_at = models.DateTimeField(null=True)  # none: paused or over
    fix_left = models.IntegerField(null=True)  # seconds not used yet, while paused
    due_floor_at = models.DateTimeField(null=True)  # a ticket was merged into this one: it is to be solved by then at the latest
    answer_missed_at = models.DateTimeField(null=True)
    fix_missed_at = models.DateTimeField(null=True)
    missed_because = models.CharField(max_length=20, default="")  # the party charged at that instant, or that the target changed
    next_at = models.DateTimeField(default=FAR)  # the order of the queue
    next_what = models.CharField(max_length=6, default="")  # "answer", "fix" or "wake"

    wait_reason = models.CharField(max_length=14, default="")
    wait_for = models.CharField(max_length=200, default="")
    wait_since = models.DateTimeField(null=True)
    wait_until = models.DateTimeField(null=True)
    offer_when_woken = models.CharField(max_length=8, default="")  # the side it is offered to once it wakes, since a new version names it
    wakes = models.PositiveSmallIntegerField(default=0)  # how often a wait ended without the answer it was for

    # the one offer that may be pending
    offer_kind = models.CharField(max_length=9, default="")
    offer_to = models.CharField(max_length=8, default="")  # the side that would hold the ticket
    offer_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    offer_side = models.CharField(max_length=8, default="")  # of who offered; empty: the product itself
    offer_name = models.CharField(max_length=200, default="")
    offer_at = models.DateTimeField(null=True)
    offer_remind_at = models.DateTimeField(null=True)
    offer_due_at = models.DateTimeField(null=True)
    offer_expires_at = models.DateTimeField(null=True)
    packet = models.JSONField(default=dict)

    crossings = models.PositiveSmallIntegerField(default=0)
    forced = models.PositiveSmallIntegerField(default=0)
    declines = models.PositiveSmallIntegerField(default=0)
    expiries = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=20, default="")  # how it was resolved or why cancelled, as a code
    impact = models.CharField(max_length=10, default="")
    urgency = models.CharField(max_length=10, default="")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)

    major = models.BooleanField(default=False)  # a major incident of it is open
    # the organisation that alone sees it; a side is an organisation, so that no successor sees what was hidden before
    hidden_for = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)

    watch_at = models.DateTimeField(
        null=True
    )  # when something happens by itself: a warning, a miss, a reminder, a wake-up, the end of a window
    told = models.JSONField(default=list)  # which of those were told already

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
            models.CheckConstraint(
                condition=Q(hidden_for=None) | Q(offer_kind="", condition="", major=False, merged_into=None),
                name="nothing_of_a_hidden_ticket_is_between_two_sides",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "next_at", "id"], condition=Q(state__in=TO_DO), name="tickets_next_clock"),
            models.Index(fields=["tenant", "offer_to", "next_at", "id"], condition=~Q(offer_kind=""), name="tickets_offered"),
            models.Index(
                fields=["tenant", "requester", "-opened_at", "-id"], condition=Q(requester__isnull=False), name="tickets_of_a_requester"
            ),
            models.Index(fields=["tenant", "assignee", "next_at", "id"], condition=Q(state__in=TO_DO), name="tickets_of_a_person"),
            models.Index(fields=["tenant", "watch_at"], condition=Q(watch_at__isnull=False), name="tickets_watched"),
            models.Index(fields=["tenant", "parent"], condition=Q(parent__isnull=False), name="tickets_of_a_parent"),
            models.Index(fields=["tenant", "-opened_at", "-id"], name="tickets_newest_first"),
            models.Index(fields=["tenant", "asset", "-opened_at", "-id"], condition=~Q(asset=""), name="tickets_of_an_asset"),
            models.Index(fields=["tenant", "hidden_for"], condition=Q(hidden_for__isnull=False), name="tickets_hidden"),
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
            offer=self.offer_kind,
            offer_to=self.offer_to,
            offer_by=self.offer_by_id,
            offer_side=self.offer_side,
            crossings=self.crossings,
            declines=self.declines,
            major=self.major,
            hidden=self.hidden_for_id is not None,
        )


class Counter(TenantOwned):
    """The last ticket number a client gave; its row lock is the queue at which new tickets wait."""

    last = models.PositiveIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_counter_per_client")]

    def __str__(self) -> str:
        return f"{self.last}"
