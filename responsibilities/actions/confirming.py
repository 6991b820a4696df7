"""Somebody looked at a duty's line and says that it is still true."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from responsibilities.actions import findings
from responsibilities.models import Confirmation, Duty


@transaction.atomic
def confirm(duty: str, *, by: Actor, at: datetime) -> Confirmation:
    """Say that what is agreed about a duty is still true. Raise Duty.DoesNotExist."""
    access.require(by, "matrix.confirm_duty")
    about = Duty.objects.for_tenant(by.tenant).get(key=duty)
    said = Confirmation.objects.create(tenant=by.tenant, duty=about, name=by.name[:120], side=by.side or "", confirmed_at=at)
    trail.record("duty.confirmed", said, by=by, at=at, after=f"{about.name} is still true.")
    findings.recheck_people(by.tenant, by=by, at=at)
    return said
