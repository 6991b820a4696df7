"""What hangs on a ticket besides its story: steps, minutes, links, merges, approvals; and what is agreed for tickets to come."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Side
from tickets.domain.approving import State
from tickets.domain.linking import Tie
from tickets.domain.scheduling import Every
from tickets.domain.standing import Class
from tickets.models.tickets import PRIORITIES, SIDES, Ticket

LONGEST_DAY = 1440  # minutes


def of_ticket() -> "models.ForeignKey[Ticket, Ticket]":
    """Return the column of a row that hangs on a ticket; the composite key says "of the same client" as well."""
    return models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)


class StepRows(models.QuerySet["Step"]):
    """Chainable words for steps."""

    def of(self, ticket_id: int) -> Self:
        return self.filter(ticket=ticket_id).order_by("position", "id")

    def blocking(self) -> Self:
        """What must be done before its ticket can be resolved."""
        return self.filter(required=True, done_at=None)


class StepManager(TenantManager["Step", StepRows]):
    rows = StepRows


class Step(TenantOwned):
    """One line of a ticket's checklist; both sides see it and either ticks it."""

    ticket = of_ticket()
    text = models.CharField(max_length=300)
    required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=8, default="")  # of who added it; empty: the product
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    done_by_name = models.CharField(max_length=200, default="")
    done_by_side = models.CharField(max_length=8, default="")

    objects: ClassVar[StepManager] = StepManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_step_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "ticket", "position"], name="one_step_per_position"),
        ]

    def __str__(self) -> str:
        return self.text


class Minutes(TenantOwned):
    """Time that somebody spent on a ticket; written once. What was wrong is taken back by a second row, never changed."""

    ticket = of_ticket()
    company = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=8, choices=SIDES)
    by_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    minutes = models.SmallIntegerField()
    day = models.DateField()
    text = models.CharField(max_length=300, default="")
    takes_back = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_minutes_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "takes_back"], name="minutes_are_taken_back_once"),
            models.CheckConstraint(
                condition=Q(takes_back=None, minutes__range=(1, LONGEST_DAY))
                | Q(takes_back__isnull=False, minutes__range=(-LONGEST_DAY, -1)),
                name="minutes_fit_in_a_day",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "ticket"], name="tickets_minutes_spent")]

    def __str__(self) -> str:
        return f"{self.minutes} min, {self.by_name}"


class Link(TenantOwned):
    """Two tickets of a client that have to do with each other; `one` is the duplicate, or what was caused."""

    one = of_ticket()
    other = of_ticket()
    kind = models.CharField(max_length=9, choices=[(tie.value, tie.value) for tie in Tie])
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_link_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "one", "other"], name="two_tickets_are_linked_once"),
            models.CheckConstraint(condition=~Q(one=F("other")), name="a_ticket_is_not_linked_to_itself"),
        ]
        indexes = [models.Index(fields=["tenant", "other"], name="tickets_linked_from")]

    def __str__(self) -> str:
        return f"{self.one_id} {self.kind} {self.other_id}"


class Merge(TenantOwned):
    """A ticket that was taken into another one, and what is needed to take it out again."""

    source = of_ticket()
    target = of_ticket()
    state = models.CharField(max_length=9)  # of the source before
    due_at = models.DateTimeField(null=True)  # when the source was to be solved; the target is to be solved by then
    watchers = models.JSONField(default=list)  # ids of people who watch the target because of it
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_merge_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "source"], condition=Q(undone_at=None), name="a_ticket_is_merged_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="a_ticket_is_not_merged_into_itself"),
        ]
        indexes = [models.Index(fields=["tenant", "target"], condition=Q(undone_at=None), name="tickets_taken_in")]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"


class Approval(TenantOwned, Leased):
    """A question that one named person answers with yes or no before work goes on."""

    ticket = of_ticket()
    what = models.CharField(max_length=300)
    why = models.TextField()
    cost = models.CharField(max_length=200, default="")
    risk = models.CharField(max_length=500, default="")
    approver = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    stand_in = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=9, choices=[(state.value, state.value) for state in State], default=State.PENDING)
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    asked_by_name = models.CharField(max_length=200)
    asked_side = models.CharField(max_length=8, choices=SIDES)
    asked_at = models.DateTimeField()
    own = models.BooleanField(default=False)  # the one who asked is the only one listed, and it is shown
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    answered_by_name = models.CharField(max_length=200, default="")
    answered_at = models.DateTimeField(null=True)
    text = models.TextField(default="")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_approval_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "ticket"], condition=Q(state=State.PENDING), name="one_pending_approval_per_ticket"),
            models.CheckConstraint(
                condition=Q(state=State.PENDING, answered_at=None) | (~Q(state=State.PENDING) & Q(answered_at__isnull=False)),
                name="an_answer_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "ticket"], name="tickets_approvals"),
            models.Index(fields=["tenant", "answer_by"], condition=Q(state=State.PENDING), name="tickets_approvals_due"),
        ]

    def __str__(self) -> str:
        return self.what


class Standing(TenantOwned):
    """What a side takes without being asked each time: handovers of a duty, or, over a limit, new tickets of the other side's queue."""

    duty = models.ForeignKey("responsibilities.Duty", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    side = models.CharField(max_length=8, choices=SIDES)  # the one that receives, and that said so
    hours = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Class])
    over_count = models.PositiveSmallIntegerField(null=True)  # open tickets of the duty in the other side's queue
    over_minutes = models.PositiveIntegerField(null=True)  # age of the oldest one that nobody answered
    by_name = models.CharField(max_length=200)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=200, default="")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_standing_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "side", "duty", "hours"],
                condition=Q(ended_at=None, over_count=None, over_minutes=None),
                nulls_distinct=False,
                name="one_standing_acceptance_per_duty_and_hours",
            ),
            models.UniqueConstraint(
                fields=["tenant", "side", "duty"],
                condition=Q(ended_at=None) & (Q(over_count__isnull=False) | Q(over_minutes__isnull=False)),
                nulls_distinct=False,
                name="one_limit_per_duty",
            ),
            models.CheckConstraint(condition=Q(side__in=[side.value for side in Side]), name="a_side_takes_for_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.side} takes {self.hours}"


class Schedule(TenantOwned, Leased):
    """A ticket that comes again and again, opened by the product at its time of day in its zone."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    duty = models.ForeignKey("responsibilities.Duty", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    place = models.CharField(max_length=200, default="")
    asset = models.CharField(max_length=200, default="")
    priority = models.CharField(max_length=2, choices=PRIORITIES)
    every = models.CharField(max_length=9, choices=[(every.value, every.value) for every in Every])
    first_on = models.DateField()  # the day of the month or week is its
    clock = models.TimeField()
    zone = models.CharField(max_length=64)
    steps = models.JSONField(default=list)  # texts of the checklist that each ticket begins with, all of them required
    next_at = models.DateTimeField()
    side = models.CharField(max_length=8, choices=SIDES)
    by_name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    failed_at = models.DateTimeField(null=True)  # the last slot that could not be opened
    ended_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="tickets_schedule_tenant_id")]
        indexes = [models.Index(fields=["tenant", "next_at"], condition=Q(ended_at=None), name="tickets_schedule_due")]

    def __str__(self) -> str:
        return self.title
