"""Tickets that live in another system too, and what a side takes out of the portal as one file."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from tickets.models.tickets import SIDES, Ticket


class External(models.TextChoices):
    """How a link to another system stands."""

    CONNECTED = "CONNECTED"
    PAUSED = "PAUSED"
    BROKEN = "BROKEN"
    ENDED = "ENDED"


class ExternalLinkRows(models.QuerySet["ExternalLink"]):
    """Chainable words for links to other systems."""

    def live(self) -> Self:
        return self.exclude(state=External.ENDED)


class ExternalLinkManager(TenantManager["ExternalLink", ExternalLinkRows]):
    rows = ExternalLinkRows


class ExternalLink(TenantOwned):
    """What a ticket is called in one other system; one name per system and ticket, one ticket per name."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    system = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    url = models.CharField(max_length=500, default="")
    side = models.CharField(max_length=8, choices=SIDES)
    company = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", db_index=False
    )  # whose system: a successor has its own
    state = models.CharField(max_length=9, choices=External, default=External.CONNECTED)
    error = models.CharField(max_length=300, default="")
    their_status = models.CharField(max_length=100, default="")  # kept as they say it; it moves nothing here
    by_name = models.CharField(max_length=200)
    since = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)

    objects: ClassVar[ExternalLinkManager] = ExternalLinkManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_externallink_tenant_id"),
            models.UniqueConstraint(
                fields=["tenant", "company", "system", "external_id"], condition=~Q(state="ENDED"), name="one_ticket_per_external_id"
            ),
            models.UniqueConstraint(
                fields=["tenant", "ticket", "company", "system"], condition=~Q(state="ENDED"), name="one_external_id_per_system_and_ticket"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.external_id}"


class Export(TenantOwned, Leased):
    """A file with all of a client's tickets as one side may read them; written by a worker, fetched by that side, gone after a week."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)  # what the file is called on the disk
    number = models.PositiveIntegerField()  # within its side
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    by_user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    tickets = models.PositiveIntegerField(default=0)  # how many there are
    done = models.PositiveIntegerField(default=0)  # how many are written
    ready_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_export_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_export_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "side", "number"], name="one_export_per_number_of_a_side"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=Q(ready_at=None, failed_at=None), name="export_unwritten"),
            models.Index(fields=["tenant", "side", "-asked_at"], name="exports_of_a_side"),
        ]

    def __str__(self) -> str:
        return f"export of {self.asked_at:%Y-%m-%d}"
