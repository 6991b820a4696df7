"""Backup evidence, the runs it tells of, the limits agreed, and what each check found."""

import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from monitoring.domain.backup import DateOrder, Profile, Result
from monitoring.domain.compliance import Limits, Status

RESULTS = [(result.value, result.value) for result in Result]
STATUSES = [(status.value, status.value) for status in Status]
ORDERS = [(order.value, order.value) for order in DateOrder]


class Policy(TenantOwned):
    """How old a client's last good backup may be, how its lists are written, and which duty answers."""

    duty = models.CharField(max_length=80, default="backup.jobs")
    rpo_hours = models.PositiveIntegerField(default=24)
    grace_hours = models.PositiveIntegerField(default=2)
    streak = models.PositiveIntegerField(default=2)
    date_order = models.CharField(max_length=3, choices=ORDERS, default=DateOrder.MDY)
    zone = models.CharField(max_length=60, default="UTC")
    changed_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_policy_tenant_id"),
            models.UniqueConstraint(fields=["tenant"], name="one_backup_policy_per_client"),
            models.CheckConstraint(condition=Q(rpo_hours__gte=1) & Q(streak__gte=1), name="a_limit_can_be_kept_and_broken"),
        ]

    def __str__(self) -> str:
        return f"{self.rpo_hours} h + {self.grace_hours} h"

    @property
    def limits(self) -> Limits:
        """The limits as the rules know them."""
        return Limits(timedelta(hours=self.rpo_hours), timedelta(hours=self.grace_hours), self.streak)

    @property
    def profile(self) -> Profile:
        """How the lists are written."""
        return Profile(DateOrder(self.date_order), self.zone)


class EvidenceRows(models.QuerySet["Evidence"]):
    """Chainable words for evidence."""

    def counted(self) -> Self:
        """Leave out what was read again in another way, and what could not be read."""
        return self.filter(superseded=False, runs__gt=0)

    def newest(self) -> "Evidence | None":
        """Return the list that was true last, without its bytes."""
        return self.counted().filter(done_at__isnull=False).defer("content").order_by("-as_of", "-id").first()


class EvidenceManager(TenantManager["Evidence", EvidenceRows]):
    rows = EvidenceRows


class Evidence(TenantOwned, Leased):
    """One list as it was handed in, true at `as_of`; superseded where the same bytes were read anew, never deleted."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    as_of = models.DateTimeField()
    received_at = models.DateTimeField()
    content = models.BinaryField()
    content_hash = models.CharField(max_length=64)
    filename = models.CharField(max_length=200, blank=True)
    date_order = models.CharField(max_length=3, choices=ORDERS)
    zone = models.CharField(max_length=60)
    handed_in_by = models.CharField(max_length=200)
    handed_in_side = models.CharField(max_length=8, blank=True)
    runs = models.PositiveIntegerField(default=0)
    jobs = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    superseded = models.BooleanField(default=False)
    outcome = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[EvidenceManager] = EvidenceManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_evidence_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_evidence_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "content_hash", "as_of", "date_order", "zone"], name="one_evidence_per_reading"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=Q(done_at__isnull=True), name="evidence_undone"),
            models.Index(fields=["tenant", "-as_of", "-id"], name="evidence_newest"),
        ]

    def __str__(self) -> str:
        return f"backup list of {self.as_of:%Y-%m-%d %H:%M}"

    @property
    def profile(self) -> Profile:
        """How its dates were read."""
        return Profile(DateOrder(self.date_order), self.zone)


class BackupRun(TenantOwned):
    """One run of one job, kept once however many lists name it."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    job = models.CharField(max_length=200)
    result = models.CharField(max_length=8, choices=RESULTS)
    at = models.DateTimeField()
    line = models.PositiveIntegerField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_backuprun_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "job", "at", "result"], name="one_run_per_job_and_moment"),
        ]
        indexes = [models.Index(fields=["tenant", "evidence"], name="runs_of_a_list")]

    def __str__(self) -> str:
        return f"{self.job} {self.result} {self.at}"


class Check(TenantOwned, Leased):
    """A check that falls due by itself: are there lists at all, and is the newest young enough."""

    kind = models.CharField(max_length=20, default="backup")
    next_due_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    missed = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, choices=STATUSES, default=Status.UNKNOWN)
    because = models.TextField(blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_check_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "kind"], name="one_check_per_kind"),
        ]
        indexes = [models.Index(fields=["tenant", "next_due_at"], name="checks_due")]

    def __str__(self) -> str:
        return f"{self.kind} due {self.next_due_at}"


class VerdictRows(models.QuerySet["Verdict"]):
    """Chainable words for verdicts."""

    def current(self) -> Self:
        return self.filter(current=True)

    def failing(self) -> Self:
        return self.filter(status=Status.FAIL)


class VerdictManager(TenantManager["Verdict", VerdictRows]):
    rows = VerdictRows


class Verdict(TenantOwned):
    """What one check found of one job at the instant of one list; the current one is the newest instant's."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    job = models.CharField(max_length=200)
    code = models.CharField(max_length=40)
    status = models.CharField(max_length=8, choices=STATUSES)
    because = models.TextField()
    as_of = models.DateTimeField()
    judged_at = models.DateTimeField()
    runs = models.PositiveIntegerField()
    last_at = models.DateTimeField()
    last_result = models.CharField(max_length=8, choices=RESULTS)
    last_good_at = models.DateTimeField(null=True)
    failed_streak = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)

    objects: ClassVar[VerdictManager] = VerdictManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="monitoring_verdict_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "job", "code"], condition=Q(current=True), name="one_current_verdict_per_job_and_check"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "evidence"], name="verdicts_of_a_list")]

    def __str__(self) -> str:
        return f"{self.job}: {self.code} {self.status}"
