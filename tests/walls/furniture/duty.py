"""Rows behind the addresses of the page of a duty."""

from typing import Any

from django.utils import timezone

from responsibilities import actions
from tests.cast import Cast


def furnish(cast: Cast) -> dict[str, Any]:
    """Let somebody say something about the duty; its addresses name nothing else."""
    with cast.as_("Tess") as tess:
        actions.comments.say("monitoring.after-hours", "Who is called first?", by=tess, at=timezone.now())
    return {}
