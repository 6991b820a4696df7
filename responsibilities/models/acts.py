"""What a person did to a draft, kept so that they can take it back."""

from django.db import models

from comanaged.accounts.models import User
from comanaged.tenancy import TenantOwned
from responsibilities.models.matrix import Version


class Act(TenantOwned):
    """One edit of a draft by one person: which lines it changed, what they said before, and the stamp it left on each."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="acts", db_constraint=False, db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    said = models.TextField()
    lines = models.JSONField()  # [{"line": "backup.jobs", "place": "", "stamp": 4, "before": {…} or null}, …]
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_act_tenant_id")]
        indexes = [models.Index(fields=["tenant", "version", "user", "-id"], name="acts_of_person")]

    def __str__(self) -> str:
        return self.said
