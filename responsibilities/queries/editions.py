"""A provider's own templates with all their editions, and whether a client has begun."""

from itertools import groupby

from responsibilities.models import Template, Version


def of(owner: int) -> list[tuple[Template, list[Template]]]:
    """Return each template of a provider: its newest edition, and all of them, the newest first."""
    rows = Template.objects.for_tenant(owner).defer("content").order_by("key", "-number")
    grouped = [list(group) for _, group in groupby(rows, key=lambda row: row.key)]
    return [(group[0], group) for group in grouped]


def begun(tenant_id: int) -> bool:
    """Say whether a client has a matrix already."""
    return Version.objects.for_tenant(tenant_id).exists()
