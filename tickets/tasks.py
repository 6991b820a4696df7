"""The work of tickets that waits as rows."""

import uuid

from django.utils import timezone

from comanaged import background
from tickets.actions import watching


def leave(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A ticket that no try could watch is left to the next person who moves it."""
    watching.give_up(id, tenant_id=tenant, token=token, at=timezone.now())


@background.job("tickets.watch", table="tickets_ticket", undone="watch_at <= now()", poison=leave)
def watch(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Do what is due on one ticket."""
    watching.watch(id, tenant_id=tenant, token=token, at=timezone.now())
