"""The outbox: every notice is a row first and leaves by a worker, at least once; and where else a side wants to be told."""

import uuid

from django.db import models
from django.db.models import Q

from comanaged.background import Leased
from comanaged.tenancy import TenantOwned
from comanaged.vocabulary import Side

CAME_BACK = "back:"  # how the key of a notice begins that says of others that they came back


class Via(models.TextChoices):
    """How somebody wants to hear of a kind of thing."""

    NOW = "NOW"
    DIGEST = "DIGEST"
    NEVER = "NEVER"


class Notice(TenantOwned, Leased):
    """One message to one address; `key` makes queueing it twice one row, and tells a receiver that a second copy is the same."""

    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, default="")  # a word of notices.domain.kinds; empty: what nobody can do without
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    to_address = models.EmailField()
    to_name = models.CharField(max_length=200, blank=True)
    from_name = models.CharField(max_length=200, default="")
    from_address = models.CharField(max_length=254, default="")  # empty: the installation's own
    headers = models.JSONField(default=dict)  # Message-ID, In-Reply-To, References, Reply-To, Auto-Submitted …
    subject = models.CharField(max_length=200)
    text = models.TextField()
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()  # later than queued_at in quiet hours, and for what is collected
    collected = models.BooleanField(default=False)  # goes out with all others of this person that are collected and due
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="notices_notice_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key", "to_address"], name="one_notice_per_key_and_address"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], name="notice_unsent", condition=Q(sent_at__isnull=True, failed_at__isnull=True)),
            models.Index(fields=["tenant", "to_address"], name="notice_unreached", condition=Q(failed_at__isnull=False)),
            models.Index(fields=["tenant", "id"], name="notice_of_incidents", condition=Q(kind="INCIDENT")),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to_address}"


class Preference(models.Model):
    """How one person wants to hear of one kind of thing, at every client; outside the wall, since it is about the person."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    via = models.CharField(max_length=6, choices=Via)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_preference_per_person_and_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.via}"


class Rest(models.Model):
    """When a person wants to hear nothing that can wait, and when what was collected comes; times of the person's own zone."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+")
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    collected_at = models.TimeField()
    zone = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"quiet {self.quiet_from}-{self.quiet_until}"


class Channel(TenantOwned, Leased):
    """Where a side is told besides by mail: a signed webhook, or a room of a chat. It is the job: what waits for it goes in order.

    A channel that is down rests by itself (`due_at` moves on) and delays nobody else's.
    """

    number = models.PositiveIntegerField()
    side = models.CharField(max_length=8, choices=[(side.value, side.value) for side in Side])
    company = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in ("WEBHOOK", "SLACK", "TEAMS")])
    name = models.CharField(max_length=120)
    host = models.CharField(max_length=253)  # what may be shown of the address
    address_sealed = models.TextField()
    secret_sealed = models.TextField(default="")
    former_secret_sealed = models.TextField(default="")
    former_until = models.DateTimeField(null=True)  # both secrets sign until then
    kinds = models.JSONField(default=list)  # kinds of notices for a chat; a webhook gets every change of tickets
    own_key = models.ForeignKey(
        "accounts.ApiKey", models.PROTECT, null=True, related_name="+", db_index=False
    )  # its changes are no news there
    made_by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(null=True)  # when something waits, and not before this
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    error = models.CharField(max_length=300, default="")
    told_at = models.DateTimeField(null=True)  # when the side's managers were told that it fails
    last_sent_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # ended by a person, or by the receiver's 410
    ended_because = models.CharField(max_length=200, default="")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="notices_channel_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="one_channel_per_number"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], name="channel_waiting", condition=Q(due_at__isnull=False, ended_at=None, paused_at=None))
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(TenantOwned):
    """One thing that waits for a channel, or went there; `public_id` tells a receiver that a second copy is the same."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)  # the type of the event, such as ticket.created
    subject = models.CharField(max_length=200, default="")  # what it is about, such as a ticket's id
    body = models.JSONField()
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, default="")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="notices_delivery_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_delivery_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "channel", "key"], name="one_delivery_per_channel_and_key"),
        ]
        indexes = [
            models.Index(fields=["tenant", "channel", "id"], name="delivery_waiting", condition=Q(sent_at=None, failed_at=None)),
            models.Index(fields=["tenant", "channel", "-id"], name="delivery_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
