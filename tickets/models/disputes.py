"""What somebody says is wrong about a ticket: whose it is, or in whose time something counts; kept with its answer for ever."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.tenancy import TenantManager, TenantOwned
from tickets.domain.disputing import About
from tickets.models.work import of_ticket

SUBJECTS = [(about.value, about.value) for about in About]


class DisputeRows(models.QuerySet["Dispute"]):
    """Chainable words for disputes."""

    def of(self, ticket_id: int) -> Self:
        return self.filter(ticket=ticket_id).order_by("id")

    def unsettled(self) -> Self:
        return self.filter(settled_at=None)


class DisputeManager(TenantManager["Dispute", DisputeRows]):
    rows = DisputeRows


class Dispute(TenantOwned):
    """One of them: who raised it, about what and why, and the answer of who answers for the matrix."""

    ticket = of_ticket()
    about = models.CharField(max_length=8, choices=SUBJECTS)
    party = models.CharField(max_length=12, default="")  # whose time is disputed, where it is a charge
    reason = models.TextField()
    by_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    by_side = models.CharField(max_length=8)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    settled_name = models.CharField(max_length=200, default="")
    upheld = models.BooleanField(null=True)  # the answer: it was right, or it stands as it was
    answer = models.TextField(default="")

    objects: ClassVar[DisputeManager] = DisputeManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_dispute_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "ticket", "about", "party"], condition=Q(settled_at=None), name="one_open_dispute_about_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, upheld=None) | Q(settled_at__isnull=False, upheld__isnull=False),
                name="a_settled_dispute_says_how",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "ticket", "id"], name="tickets_dispute_of_ticket"),
            models.Index(fields=["tenant", "at"], condition=Q(settled_at=None), name="tickets_disputes_open"),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.at:%Y-%m-%d}"
