"""The work of tickets that waits as rows."""

import logging
import uuid

from celery import shared_task
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Kind, Organisation
from tickets.actions import approving, exporting, practice, scheduling, watching
from tickets.actions.incidents import due as incidents_due

log = logging.getLogger(__name__)


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


def leave_unwritten(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A file that no try could write; whoever asked sees it."""
    exporting.give_up(id, tenant=tenant, token=token, at=timezone.now())


@background.job(
    "tickets.export",
    table="tickets_export",
    undone="(ready_at IS NULL AND failed_at IS NULL OR gone_at IS NULL AND ready_at < now() - interval '7 days')",
    poison=leave_unwritten,
    scoped=False,
    each=1,
)
def export(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Write a client's tickets into a file, or take a file away whose week is over."""
    exporting.write(id, tenant=tenant, token=token, at=timezone.now())


def leave_incident(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """An incident that no try could watch is left to the next person who acts."""
    incidents_due.give_up(id, tenant_id=tenant, token=token, at=timezone.now())


@background.job("tickets.incident", table="tickets_incident", undone="watch_at <= now()", poison=leave_incident)
def watch_incident(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Do what is due at one major incident."""
    incidents_due.watch(id, tenant_id=tenant, token=token, at=timezone.now())


def end_ask_quietly(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A request to contain that no try could end with its fact ends without one."""
    incidents_due.give_up_ask(id, tenant_id=tenant, token=token, at=timezone.now())


@background.job(
    "tickets.containment", table="tickets_incidentask", undone="state = 'PENDING' AND answer_by <= now()", poison=end_ask_quietly
)
def watch_ask(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Pass on, or end, a request to contain whose time is over."""
    incidents_due.watch_ask(id, tenant_id=tenant, token=token, at=timezone.now())


@shared_task(name="tickets.review_practice")
def review_practice() -> None:
    """Hold thirty days of every client's tickets against its paper; one client's trouble does not stop the others."""
    for client in Organisation.objects.filter(kind=Kind.CLIENT).order_by("id"):
        try:
            with tenancy.only([client.pk]):
                practice.review(access.system(client), timezone.now())
        except Exception:
            log.exception("the practice of %s was not reviewed", client.slug)
