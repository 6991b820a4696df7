"""The work that waits as rows: messages to read, evidence to judge, checks that fall due."""

import uuid

from celery import shared_task
from django.db import connections
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts.models import Kind, Organisation
from monitoring import actions
from monitoring.actions import checks
from monitoring.models import Alert, Check, Evidence


def give_up(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """No try could read the message."""
    actions.give_up(id, tenant_id=tenant, token=token, at=timezone.now())


@background.job("monitoring.digest", table="monitoring_inboundevent", undone="done_at IS NULL", poison=give_up)
def digest(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Read one message into alerts."""
    actions.digest(id, tenant_id=tenant, token=token, at=timezone.now())


def give_up_judging(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """No try could judge the list; it says so where it is listed."""
    outcome = "Judging this list failed again and again. Hand it in once more, or ask the people who run this installation."
    background.finish(Evidence, id, token, done_at=timezone.now(), outcome=outcome, runs=0)


@background.job("monitoring.judge", table="monitoring_evidence", undone="done_at IS NULL", poison=give_up_judging)
def judge(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Judge one list."""
    actions.judge(id, tenant_id=tenant, token=token, at=timezone.now())


def put_off(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A check that cannot run is tried again at its next slot and shown as unknown until then."""
    at = timezone.now()
    background.finish(Check, id, token, next_due_at=at + checks.EVERY, status="UNKNOWN", because="The check itself failed.")


@background.job("monitoring.run_check", table="monitoring_check", undone="next_due_at <= now()", poison=put_off)
def run_check(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Run one due check."""
    actions.run_check(id, tenant_id=tenant, token=token, at=timezone.now())


def hold_on(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """An alert that cannot be woken is tried again in a while; it stays in the list of what is open."""
    background.finish(Alert, id, token, acknowledged_until=timezone.now() + checks.EVERY)


@background.job(
    "monitoring.wake",
    table="monitoring_alert",
    undone="state = 'ACKNOWLEDGED' AND acknowledged_until <= now()",
    poison=hold_on,
)
def wake(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Let one acknowledgement run out."""
    actions.wake(id, tenant_id=tenant, token=token, at=timezone.now())


@shared_task(name="monitoring.run_due")
def run_due() -> None:
    """Give every client its check, then run what is due, of all clients."""
    with connections["system"].cursor() as cursor:
        cursor.execute("SELECT tenant_id FROM monitoring_check")
        checked = {tenant for (tenant,) in cursor.fetchall()}
    for client in Organisation.objects.filter(kind=Kind.CLIENT).exclude(pk__in=checked):
        with tenancy.only([client.pk]):
            actions.start_checks(client, at=timezone.now())
    background.sweep_table("monitoring.run_check", each=200)
