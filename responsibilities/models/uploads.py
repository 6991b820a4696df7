"""A client's own sheet on its way into the draft: the file as it came, what was read of it, and what people decided."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.accounts.models import User
from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from responsibilities.models.matrix import SIDES

BIGGEST = 10 * 1024 * 1024  # bytes of one file


class UploadRows(models.QuerySet["Upload"]):
    """Chainable words for uploads."""

    def undecided(self) -> Self:
        return self.filter(state__in=Upload.UNDECIDED)

    def light(self) -> Self:
        """Leave the file's bytes where they are."""
        return self.defer("content")


class UploadManager(TenantManager["Upload", UploadRows]):
    rows = UploadRows


class Upload(TenantOwned, Leased):
    """One file, numbered within its client. It is read by a worker, looked at by people, then written into the draft or left."""

    class State(models.TextChoices):
        """What became of it so far."""

        WAITING = "WAITING"
        READ = "READ"
        REFUSED = "REFUSED"
        WRITTEN = "WRITTEN"
        LEFT = "LEFT"

    UNDECIDED = ("WAITING", "READ")

    number = models.PositiveIntegerField()
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    content_hash = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    side = models.CharField(max_length=10, choices=SIDES, blank=True)
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reading = models.JSONField(null=True)  # as importers.Reading gives it
    matches = models.JSONField(default=dict)  # by line: the duty it looks like, how much, and what else is near
    refusal = models.TextField(blank=True)  # why it could not be read, in words
    decisions = models.JSONField(default=dict)  # what people said: columns, lines, tables, the answers
    result = models.JSONField(default=dict)  # by line: the duty it was written to
    stamp = models.PositiveIntegerField(default=1)
    done_at = models.DateTimeField(null=True)  # nothing is left for a worker
    ended_at = models.DateTimeField(null=True)  # written or left

    objects: ClassVar[UploadManager] = UploadManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_upload_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="uploads_are_numbered"),
            models.UniqueConstraint(
                fields=["tenant", "content_hash"], condition=Q(state__in=["WAITING", "READ"]), name="one_undecided_upload_per_file"
            ),
            models.CheckConstraint(condition=Q(state="WAITING") | Q(done_at__isnull=False), name="only_a_waiting_upload_is_undone"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=Q(done_at__isnull=True), name="uploads_undone"),
            models.Index(fields=["tenant", "-uploaded_at"], name="uploads_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.filename}, upload {self.number}"
