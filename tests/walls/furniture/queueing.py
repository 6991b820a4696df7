"""What the addresses of tickets need: queueing."""

from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tickets.actions import viewing


def furnish(cast: Cast) -> dict[str, Any]:
    """Keep a shared list at the client and return what to fill into its addresses."""
    with cast.as_("Iris") as iris:
        view = viewing.keep("Late backups", "duty:backup late", shared=True, by=iris, at=timezone.now())
    return {"view": view.pk}
