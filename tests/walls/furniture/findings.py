"""Rows behind the addresses of findings, acceptances and exclusions."""

from typing import Any

from responsibilities.models import Finding
from tests.cast import Cast


def furnish(cast: Cast) -> dict[str, Any]:
    """Make the rows at Harbor Dental and return what to fill into addresses, by the word between the angle brackets."""
    with cast.scope():
        gap = Finding.objects.for_tenant(cast.harbor).get(code="R_GAP", duty__key="cloud.workloads", state=Finding.State.OPEN)
    return {"finding": gap.pk}
