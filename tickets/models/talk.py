"""What goes with talking on a ticket: drafts, marks of who is there, who follows it, canned replies, and what was blanked."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Audience
from tickets.models.events import AUDIENCES, Event
from tickets.models.tickets import SIDES, Ticket

TO_BOTH = [Audience.PUBLIC, Audience.SHARED]


Row = TypeVar("Row", bound=models.Model)


class SidedRows(models.QuerySet[Row]):
    """Chainable words for rows that may be one side's own."""

    def of(self, ticket_id: int) -> Self:
        return self.filter(ticket=ticket_id)

    def visible_to(self, company_id: int | None) -> Self:
        """What both sides may see, and what is this organisation's own; None sees nothing of that."""
        shared = Q(audience__in=TO_BOTH)
        return self.filter(shared if company_id is None else shared | Q(side=company_id))


class Draft(TenantOwned):
    """What one person has begun to write on a ticket, in one mode; nobody else ever reads it."""

    # db_constraint=False here and below: the composite keys of 0006 say "of the same client" as well
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_draft_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "ticket", "user", "audience"], name="one_draft_per_person_and_mode"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.user_id}"


class PresenceRows(SidedRows["Presence"]):
    """Chainable words for marks."""

    def others(self, user_id: int | None) -> Self:
        return self.exclude(user=user_id)


class PresenceManager(TenantManager["Presence", PresenceRows]):
    rows = PresenceRows


class Presence(TenantOwned):
    """That somebody has a ticket's page open, or writes there; that a private note is being written is a row of that side alone."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=200)
    by_side = models.CharField(max_length=8, choices=SIDES)
    seen_at = models.DateTimeField(null=True)
    writing_at = models.DateTimeField(null=True)

    objects: ClassVar[PresenceManager] = PresenceManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_presence_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "ticket", "user", "audience"], name="one_presence_per_person_and_mode"),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.ticket_id}"


class WatcherRows(SidedRows["Watcher"]):
    """Chainable words for those who follow tickets."""

    def of_person(self, user_id: int | None) -> Self:
        return self.filter(user=user_id)


class WatcherManager(TenantManager["Watcher", WatcherRows]):
    rows = WatcherRows


class Watcher(TenantOwned):
    """Somebody who is told of a ticket's messages. Whoever was named only in a private note is a watcher in that side's eyes alone."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects: ClassVar[WatcherManager] = WatcherManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_watcher_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "ticket", "user", "audience"], name="one_watcher_per_person_and_mode"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.ticket_id}"


class Canned(TenantOwned):
    """A reply that an organisation's people send often, at any client; its tenant is that organisation."""

    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    by_name = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_canned_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="one_canned_reply_per_number"),
            models.UniqueConstraint(fields=["tenant", "title"], name="one_canned_reply_per_title"),
        ]

    def __str__(self) -> str:
        return self.title


class RedactionRows(SidedRows["Redaction"]):
    """Chainable words for what was blanked."""


class RedactionManager(TenantManager["Redaction", RedactionRows]):
    rows = RedactionRows


class Redaction(TenantOwned):
    """That an entry's text was blanked, by whom and why; adding this row is what blanks it, in the database itself."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    by_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    objects: ClassVar[RedactionManager] = RedactionManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_redaction_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "event"], name="an_entry_is_blanked_once"),
        ]
        indexes = [models.Index(fields=["tenant", "ticket"], name="tickets_redaction_of_ticket")]

    def __str__(self) -> str:
        return f"blanked {self.event_id}"
