"""Broken rules, of every app: opened once, closed by themselves, kept with their history."""

from django.db import models
from django.db.models import Q

from comanaged.tenancy import TenantOwned
from comanaged.vocabulary import FindingSeverity
from responsibilities.models.matrix import Duty


class Finding(TenantOwned):
    """One rule broken at one place, duty and subject; at most one open row for each.

    `of_draft` marks what an open version would break while another one is in force; it ends with that version.
    """

    class State(models.TextChoices):
        """Whether the rule is still broken."""

        OPEN = "OPEN"
        CLOSED = "CLOSED"

    code = models.CharField(max_length=40)
    duty = models.ForeignKey(Duty, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    place = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=240, blank=True)
    severity = models.CharField(max_length=10, choices=[(one.value, one.value) for one in FindingSeverity])
    of_draft = models.BooleanField(default=False)
    blocks = models.BooleanField(default=False)
    sentence = models.TextField()
    items = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_finding_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "of_draft", "code", "place", "duty", "subject"],
                condition=Q(state="OPEN"),
                nulls_distinct=False,
                name="one_open_finding_per_key",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "state", "-id"], name="findings_of_client")]

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"
