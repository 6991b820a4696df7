"""Deliver what lies in the outbox."""

import uuid

from django.utils import timezone

from comanaged import background
from comanaged.notices import actions


def give_up(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """No try could send it."""
    actions.give_up(id, token=token, at=timezone.now())


@background.job(
    "notices.deliver",
    table="notices_notice",
    undone="sent_at IS NULL AND failed_at IS NULL AND due_at <= now()",
    poison=give_up,
    scoped=False,
    tries=10_000,  # a mail server may be away for days; the pause between tries ends at a minute
)
def deliver(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Send one notice."""
    actions.deliver(id, tenant=tenant, token=token, at=timezone.now())
