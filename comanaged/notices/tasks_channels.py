"""Send what waits for webhooks and chats, one channel at a time; those that work come before those that fail."""

import uuid

from django.utils import timezone

from comanaged import background
from comanaged.notices import hooks

LIVE = "due_at <= now() AND ended_at IS NULL AND paused_at IS NULL"


def set_aside(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """No worker survived sending it."""
    hooks.poison(id, tenant=tenant, token=token, at=timezone.now())


@background.job(
    "notices.channel",
    table="notices_channel",
    undone=f"{LIVE} AND failing_since IS NULL",
    poison=set_aside,
    scoped=False,
    each=4,  # one may take a minute
)
def send(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Send what waits for one channel."""
    hooks.deliver(id, tenant=tenant, token=token, at=timezone.now())


@background.job(
    "notices.failing_channel",
    table="notices_channel",
    undone=f"{LIVE} AND failing_since IS NOT NULL",
    poison=set_aside,
    scoped=False,
    each=1,  # it may take its whole deadline again
)
def try_again(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Try a channel that failed."""
    hooks.deliver(id, tenant=tenant, token=token, at=timezone.now())
