"""Rows behind the addresses of versions and signatures."""

from typing import Any

from django.utils import timezone

from responsibilities.actions import drafting
from tests.cast import Cast
from tests.responsibilities import agreeing


def furnish(cast: Cast) -> dict[str, Any]:
    """Bring the first version of Harbor Dental into force, begin the next, and return what to fill into addresses."""
    at = timezone.now()
    agreeing.in_force(cast, at)
    with cast.as_("Iris") as iris:
        draft = drafting.begin_draft(by=iris, at=at)
    return {"version": draft.number, "span": f"{draft.number - 1}..{draft.number}"}
