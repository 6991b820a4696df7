"""The work of tickets that waits as rows."""

import uuid

from django.utils import timezone

from comanaged import background
from tickets.actions import approving, scheduling, watching


def leave(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A ticket that no try could watch is left to the next person who moves it."""
    watching.give_up(id, tenant_id=tenant, token=token, at=timezone.now())


@background.job("tickets.watch", table="tickets_ticket", undone="watch_at <= now()", poison=leave)
def watch(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Do what is due on one ticket."""
    watching.watch(id, tenant_id=tenant, token=token, at=timezone.now())


def leave_out(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A slot that no try could open is left out; the page of recurring tickets says so."""
    scheduling.skip(id, tenant_id=tenant, token=token, at=timezone.now())


@background.job("tickets.schedule", table="tickets_schedule", undone="ended_at IS NULL AND next_at <= now()", poison=leave_out)
def open_due(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Open what comes again."""
    scheduling.open_due(id, tenant_id=tenant, token=token, at=timezone.now())


def end_quietly(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A request for approval that no try could end with its entry ends without one."""
    approving.give_up(id, token=token, at=timezone.now())


@background.job("tickets.approval", table="tickets_approval", undone="state = 'PENDING' AND answer_by <= now()", poison=end_quietly)
def end_approval(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """End a request for approval whose time is over."""
    approving.expire(id, tenant_id=tenant, token=token, at=timezone.now())
