"""Mail that waits to be read, as rows."""

import uuid

from django.utils import timezone

from comanaged import background
from tickets.actions import mailing


def leave(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """A mail that no try could read is kept, and shown as such."""
    mailing.give_up(id, token=token, at=timezone.now())


@background.job(mailing.JOB, table="tickets_inboundmail", undone="read_at IS NULL", poison=leave, each=5)
def read_mail(*, tenant: int, id: int, token: uuid.UUID) -> None:
    """Read one mail, and do what follows."""
    mailing.read(id, tenant_id=tenant, token=token, at=timezone.now())
