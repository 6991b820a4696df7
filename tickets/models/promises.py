"""What a client promises for its tickets, and the terms that each ticket keeps from the moment it opened."""

from django.db import models

from comanaged.tenancy import TenantOwned


class Promise(TenantOwned):
    """A client's targets by priority, as its people edit them; a client without a row has the product's own."""

    targets = models.JSONField()  # {"P1": {"answer": 900, "fix": 14400, "hours": "always"}, …} in seconds
    vendor_pauses = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant"], name="one_promise_per_client")]

    def __str__(self) -> str:
        return f"promise {self.version}"


class Terms(TenantOwned):
    """Targets and calendars as they stood when tickets opened; written once for each wording, never changed."""

    digest = models.CharField(max_length=64)
    content = models.JSONField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_terms_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="one_terms_per_wording"),
        ]

    def __str__(self) -> str:
        return self.digest[:8]
