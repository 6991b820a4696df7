"""The places of a client: groups of sites, sites, services or tags, assets."""

from django.db import models
from django.db.models import Q

from comanaged.tenancy import TenantOwned
from comanaged.vocabulary import PlaceKind


class Place(TenantOwned):
    """One place in the client's tree; what is nearest to it decides. A place that is gone stays as a name."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in PlaceKind])
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_constraint=False, db_index=False)
    tags = models.JSONField(default=list)  # of a site or an asset: keys of its tags
    position = models.PositiveSmallIntegerField(default=0)  # of a tag: a higher one is nearer
    zone = models.CharField(max_length=60, blank=True)  # blank: as the place around it
    retired_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_place_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "key"], name="one_place_per_key"),
            models.CheckConstraint(condition=~Q(kind="GROUP") | Q(parent__isnull=True), name="groups_of_sites_lie_under_the_client"),
        ]

    def __str__(self) -> str:
        return self.name
