"""Rows behind the addresses of blind answers."""

from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tests.responsibilities.attesting import ask, say

SHUT, OPEN = "backup.jobs", "monitoring.after-hours"


def furnish(cast: Cast) -> dict[str, Any]:
    """Let Iris ask about two duties, one of which both sides answer, and return what to fill into addresses."""
    at = timezone.now()
    row = ask(cast, SHUT, OPEN, people=("Iris", "Ivo", "Tess"), at=at)
    for name in ("Iris", "Ivo", "Tess"):
        say(cast, name, "us", duty=OPEN, at=at)

    return {"attestation": row.pk}
