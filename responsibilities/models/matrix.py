"""Duties of a client, its hours, and the versions of who does what."""

from django.db import models
from django.db.models import Q

from comanaged.tenancy import TenantOwned
from comanaged.vocabulary import Hours, Letter, Party

Assignable = [letter.value for letter in Letter]


class Duty(TenantOwned):
    """One thing somebody must answer for; a copy of the catalogue's, or the client's own."""

    key = models.CharField(max_length=80)
    name = models.CharField(max_length=160)
    category = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    description = models.TextField(blank=True)
    coverage = models.CharField(max_length=10, choices=[(hours.value, hours.value) for hours in Hours])
    risk = models.PositiveSmallIntegerField()
    work = models.JSONField(default=list)  # of "ticket", "alert", "check"
    asks = models.JSONField(default=list)  # keys of the questions it answers

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_duty_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key"], name="one_duty_per_key"),
        ]

    def __str__(self) -> str:
        return self.name


class Calendar(TenantOwned):
    """A client's named hours: weekly local intervals in a zone, and the dates on which it is closed."""

    key = models.CharField(max_length=40, default="business")
    zone = models.CharField(max_length=60)
    week = models.JSONField()  # {"mon": ["08:00-17:00"], …}
    closed = models.JSONField(default=list)  # ["2026-12-25", …], local dates

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_calendar_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key"], name="one_calendar_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.key} in {self.zone}"


class Version(TenantOwned):
    """One state of the whole matrix; only a draft changes."""

    class State(models.TextChoices):
        """Where a version stands."""

        DRAFT = "DRAFT"
        PROPOSED = "PROPOSED"
        IN_FORCE = "IN_FORCE"
        SUPERSEDED = "SUPERSEDED"
        WITHDRAWN = "WITHDRAWN"

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    template_key = models.CharField(max_length=60, blank=True)
    template_version = models.PositiveIntegerField(null=True)
    begun_at = models.DateTimeField()
    in_force_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_version_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="versions_are_numbered"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(state="DRAFT"), name="one_draft_per_client"),
            models.UniqueConstraint(fields=["tenant"], condition=Q(state="IN_FORCE"), name="one_version_in_force_per_client"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Row(TenantOwned):
    """A duty's line in one version: what is locked while it is edited, and a stamp that tells a stale form."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="rows", db_constraint=False)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    note = models.TextField(blank=True)
    stamp = models.PositiveIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_row_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "version", "duty"], name="one_row_per_duty_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} in {self.version_id}"


class Assignment(TenantOwned):
    """One letter of one party for a duty; an R also has its hours and may be the lead."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="assignments", db_constraint=False, db_index=False)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    letter = models.CharField(max_length=4, choices=[(one, one) for one in Assignable])
    party = models.CharField(max_length=12, choices=[(party.value, party.value) for party in Party])
    hours = models.CharField(max_length=10, blank=True)  # of an R: BUSINESS, AFTER or ALWAYS
    lead = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    split = models.TextField(blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_assignment_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "version", "duty", "letter", "party", "hours", "rank", "valid_from"],
                nulls_distinct=False,
                name="one_assignment_per_cell_and_hours",
            ),
            models.CheckConstraint(
                condition=Q(letter="R", hours__in=["BUSINESS", "AFTER", "ALWAYS"]) | (~Q(letter="R") & Q(hours="", lead=False)),
                name="only_work_has_hours_and_a_lead",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="assignments_end_after_they_begin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.letter}"


class Exclusion(TenantOwned):
    """A duty the client decided not to have, who accepted that, until when."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="exclusions", db_constraint=False, db_index=False)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    reason = models.TextField()
    accepted_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_exclusion_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "version", "duty"], name="one_exclusion_per_duty_and_version"),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} excluded"
