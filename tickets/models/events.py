"""The ledger: one entry for each thing that happened to a ticket, written once and never changed."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Func, Q

from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Audience
from tickets.domain.talk import BLANKABLE
from tickets.models.tickets import Ticket

AUDIENCES = [(audience.value, audience.value) for audience in Audience]


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
    VERSION = "VERSION"
    ASSIGNED = "ASSIGNED"
    WAITS = "WAITS"
    WOKE = "WOKE"
    OFFERED = "OFFERED"
    ASKED_FOR = "ASKED_FOR"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    DIRECTED = "DIRECTED"
    EMERGENCY = "EMERGENCY"
    MAJOR = "MAJOR"
    MAJOR_ENDED = "MAJOR_ENDED"
    MAJOR_LED = "MAJOR_LED"
    MAJOR_TOLD = "MAJOR_TOLD"
    MAJOR_SIGNED = "MAJOR_SIGNED"
    HIDDEN = "HIDDEN"
    SHOWN = "SHOWN"
    DUTY = "DUTY"
    PRIORITY = "PRIORITY"
    MERGED = "MERGED"
    UNMERGED = "UNMERGED"
    TAKEN_IN = "TAKEN_IN"
    LINKED = "LINKED"
    EXTERNAL = "EXTERNAL"
    WORKED = "WORKED"
    FILE = "FILE"
    APPROVAL = "APPROVAL"
    ANSWERED = "ANSWERED"
    UNASKED = "UNASKED"
    DISPUTE = "DISPUTE"
    REMINDED = "REMINDED"
    WARNED = "WARNED"
    MISSED = "MISSED"


# what other systems hear of an incident besides its beginning and its end; the incident's own timeline tells more
OF_INCIDENTS = [Kind.MAJOR_LED, Kind.MAJOR_TOLD, Kind.MAJOR_SIGNED]
# entries that leave the ticket in the version it had
SILENT = [Kind.REPEATED, Kind.SOURCE, Kind.REMINDED, Kind.WARNED, Kind.MISSED, Kind.WORKED, Kind.FILE, *OF_INCIDENTS]


# entries that are about an offer
HANDOVERS = [Kind.OFFERED, Kind.ASKED_FOR, Kind.ACCEPTED, Kind.DECLINED, Kind.WITHDRAWN, Kind.EXPIRED, Kind.DIRECTED, Kind.EMERGENCY]


class EventRows(models.QuerySet["Event"]):
    """Chainable words for entries of the ledger."""

    def of(self, ticket_id: int) -> Self:
        return self.filter(ticket=ticket_id)

    def visible_to(self, company_id: int | None) -> Self:
        """What both sides may read, and the notes of this organisation; None reads no notes at all."""
        shared = Q(audience__in=[Audience.PUBLIC, Audience.SHARED])
        return self.filter(shared if company_id is None else shared | Q(side=company_id))

    def own_notes(self, user_id: int | None) -> Self:
        """The private notes that one person wrote; a key writes in nobody's name."""
        return self.filter(kind=Kind.NOTE, by_user=user_id, by_user__isnull=False, audience__in=[Audience.INTERNAL, Audience.PROVIDER])

    def blankable(self) -> Self:
        """Entries with words that people wrote."""
        return self.filter(kind__in=sorted(BLANKABLE))

    def since(self, version: int) -> Self:
        """What changed the ticket, in sight of both sides, after it was shown in `version`."""
        shared = self.filter(version__gt=version, audience__in=[Audience.PUBLIC, Audience.SHARED])
        return shared.exclude(kind__in=SILENT).order_by("id")


class EventManager(TenantManager["Event", EventRows]):
    rows = EventRows


class Event(TenantOwned):
    """One thing that happened to a ticket; written once, read by its audience."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    by_user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    by_key = models.ForeignKey("accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_index=False)  # which integration wrote it
    by_name = models.CharField(max_length=200)
    by_side = models.CharField(max_length=8, default="")
    hat = models.CharField(max_length=9, default="")  # in what part he acted; a person may wear several
    kind = models.CharField(max_length=12)  # a word of Kind
    text = models.TextField(default="")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    once = models.CharField(max_length=200, default="")
    said = models.CharField(max_length=64, default="")  # of a submission that has a name: the hash of all it said
    via = models.CharField(max_length=8, default="")  # "mail", or the portal and the API
    # The transaction that wrote it: who reads the changes in this order, up to the oldest transaction still open, misses none.
    # Another cluster counts its transactions anew; the numbers go on growing there.
    change = models.BigIntegerField(db_default=Func(function="change_now"))
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
        indexes = [
            models.Index(fields=["tenant", "ticket", "id"], name="tickets_event_story"),
            models.Index(fields=["tenant", "change", "id"], name="tickets_event_changes"),
            models.Index(fields=["tenant", "at"], condition=Q(kind__in=[kind.value for kind in HANDOVERS]), name="tickets_event_handovers"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"
