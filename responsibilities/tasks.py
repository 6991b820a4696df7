"""What time alone changes: dates of rules, exclusions and acceptances pass, people leave, and findings open or close without anybody's edit."""

import logging
import uuid

from celery import shared_task
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Kind, Organisation
from responsibilities import actions, importers
from responsibilities.actions import attesting, importing
from responsibilities.importers import apart

log = logging.getLogger(__name__)


@shared_task(name="responsibilities.review_all")
def review_all() -> None:
    """Open the blind answers that nobody holds up any more and settle every client's findings; one client's trouble does not stop the others."""
    for client in Organisation.objects.filter(kind=Kind.CLIENT).order_by("id"):
        try:
            with tenancy.only([client.pk]):
                attesting.open_due(client, at=timezone.now())
                actions.findings.recheck_people(client, by=access.system(client), at=timezone.now())
        except Exception:
            log.exception("the findings of %s were not reviewed", client.slug)


def put_off_round(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A round of blind questions that cannot be looked at is looked at again later."""
    attesting.put_off(id, token=token, at=timezone.now())


@background.job(
    "responsibilities.keep_round",
    table="responsibilities_attestation",
    undone="closed_at IS NULL AND next_at <= now()",
    poison=put_off_round,
)
def keep_round(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Remind those who have not answered blind, or open the answers."""
    attesting.keep(id, tenant_id=tenant, token=token, at=timezone.now())


def give_up_reading(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """No try could read the sheet; its page says what to do next."""
    importing.give_up(id, token=token, at=timezone.now())


@background.job(
    "responsibilities.read_upload",
    table="responsibilities_upload",
    undone="done_at IS NULL",
    poison=give_up_reading,
    scoped=False,
    tries=3,
    each=1,
)
def read_upload(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Read one sheet, apart from everything else."""
    importing.read(id, tenant_id=tenant, token=token, at=timezone.now(), reader=importers.read_apart, own_reader=apart.read_own_apart)
