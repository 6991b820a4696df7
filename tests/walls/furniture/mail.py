"""Rows behind the addresses of mail that waits."""

from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tests.tickets.letters import deliver, letter


def furnish(cast: Cast) -> dict[str, Any]:
    """Hold a mail of a stranger, and return what to fill into addresses."""
    at = timezone.now()
    row = deliver(cast, letter("stranger@elsewhere.example", "Hello."), at=at)
    return {"letter": row.public_id}
