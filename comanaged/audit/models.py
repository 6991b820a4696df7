"""What was done, by whom, for which side: only added to, numbered and hash-chained per tenant by the database."""

from django.db import models

from comanaged.tenancy import TenantOwned


class Entry(TenantOwned):
    """One act. `number`, `previous` and `hash` are written by the database's trigger."""

    number = models.BigIntegerField(default=0, editable=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    row_type = models.CharField(max_length=80)
    row_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    side = models.CharField(max_length=20, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    previous = models.BinaryField(default=b"", editable=False)
    hash = models.BinaryField(default=b"", editable=False)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="audit_entry_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="entries_are_numbered"),
        ]
        indexes = [models.Index(fields=["tenant", "row_type", "row_id", "-number"], name="entry_of_row")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.action}"
