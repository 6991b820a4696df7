"""Send what waits for webhooks and chats, one channel at a time."""

import uuid

from django.utils import timezone

from comanaged import background
from comanaged.notices import hooks


def set_aside(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """No worker survived sending it."""
    hooks.poison(id, tenant=tenant, token=token, at=timezone.now())


@background.job(
    "notices.channel",
    table="notices_channel",
    undone="due_at <= now() AND ended_at IS NULL AND paused_at IS NULL",
    poison=set_aside,
    scoped=False,
    each=4,  # one may take a minute
)
def send(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Send what waits for one channel."""
    hooks.deliver(id, tenant=tenant, token=token, at=timezone.now())
