"""Lists that somebody keeps: a name and the line of filters behind it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.tenancy import TenantManager, TenantOwned


class ViewRows(models.QuerySet["View"]):
    """Chainable words for kept lists."""

    def of(self, user_id: int | None) -> Self:
        """A person's own ones, and what his company shares."""
        return self.filter(Q(user=user_id) | Q(shared=True))

    def own(self, user_id: int | None) -> Self:
        return self.filter(user=user_id)


class ViewManager(TenantManager["View", ViewRows]):
    rows = ViewRows


class View(TenantOwned):
    """One kept list. Its tenant is the company of who made it, so the other side never sees it, not even that it is there."""

    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    line = models.CharField(max_length=400)
    shared = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects: ClassVar[ViewManager] = ViewManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_view_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "user", "name"], name="one_view_per_person_and_name"),
        ]

    def __str__(self) -> str:
        return self.name
