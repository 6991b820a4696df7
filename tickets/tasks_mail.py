"""Mail that waits to be read, as rows; and addresses for answers that ended long ago."""

import logging
import uuid

from celery import shared_task
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts.models import Kind, Organisation
from tickets.actions import answering, mailing

log = logging.getLogger(__name__)


def leave(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A mail that no try could read is kept, and shown as such."""
    mailing.give_up(id, tenant_id=tenant, token=token, at=timezone.now())


@background.job(mailing.JOB, table="tickets_inboundmail", undone="read_at IS NULL", poison=leave, each=5)
def read_mail(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Read one mail, and do what follows."""
    mailing.read(id, tenant_id=tenant, token=token, at=timezone.now())


@shared_task(name="tickets.forget_addresses")
def forget_addresses() -> None:
    """Delete every client's addresses that ended long ago; one client's trouble does not stop the others."""
    for client in Organisation.objects.filter(kind=Kind.CLIENT).order_by("id"):
        try:
            with tenancy.only([client.pk]):
                answering.forget(client.pk, at=timezone.now())
        except Exception:
            log.exception("the old addresses of %s were not deleted", client.slug)
