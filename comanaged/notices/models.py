"""The outbox: every notice is a row first and leaves by a worker, at least once."""

from django.db import models

from comanaged.background import Leased
from comanaged.tenancy import TenantOwned


class Notice(TenantOwned, Leased):
    """One message to one address; `key` makes queueing it twice one row, and tells a receiver that a second copy is the same."""

    key = models.CharField(max_length=200)
    to_address = models.EmailField()
    to_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="notices_notice_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key", "to_address"], name="one_notice_per_key_and_address"),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], name="notice_unsent", condition=models.Q(sent_at__isnull=True, failed_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to_address}"
