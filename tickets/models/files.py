"""Files that hang on tickets: what each is and who may read it; the bytes lie outside the database, by their hash."""

import uuid
from collections.abc import Collection
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Audience
from tickets.models.events import AUDIENCES, Event
from tickets.models.tickets import Ticket


class AttachmentRows(models.QuerySet["Attachment"]):
    """Chainable words for files."""

    def of(self, ticket_id: int) -> Self:
        return self.filter(ticket=ticket_id)

    def with_entries(self, events: Collection[int]) -> Self:
        return self.filter(event__in=list(events))

    def visible_to(self, company_id: int | None) -> Self:
        """What both sides may read, and what this organisation keeps to itself; None reads nothing of that."""
        shared = Q(audience__in=[Audience.PUBLIC, Audience.SHARED])
        return self.filter(shared if company_id is None else shared | Q(side=company_id))


class AttachmentManager(TenantManager["Attachment", AttachmentRows]):
    rows = AttachmentRows


class Attachment(TenantOwned):
    """One file of one entry, written once; it is read by whoever may read the entry."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # db_constraint=False: the composite keys of 0005 say "of the same client" as well
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    by_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=100)  # by its own bytes, never by what the sender says
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    objects: ClassVar[AttachmentManager] = AttachmentManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_attachment_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_attachment_per_public_id"),
            models.CheckConstraint(
                condition=Q(audience__in=[Audience.PUBLIC, Audience.SHARED]) | Q(side__isnull=False),
                name="a_private_file_has_a_side",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "event"], name="tickets_attachment_of_entry"),
            models.Index(fields=["tenant", "ticket", "id"], name="tickets_attachment_of_ticket"),
            models.Index(fields=["tenant", "at"], name="tickets_attachment_lately"),
        ]

    def __str__(self) -> str:
        return self.name
