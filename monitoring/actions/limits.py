"""How old a backup may be: making a limit stricter is easy, making it wider needs the client's own manager and a reason."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged import background
from comanaged.accounts import access
from comanaged.audit import trail
from monitoring import queries
from monitoring.domain import backup
from monitoring.models import Evidence, Policy
from responsibilities import queries as responsibilities

ENOUGH = 10
KEPT = ("rpo_hours", "grace_hours", "streak", "date_order", "zone", "duty")


class CannotChange(Exception):
    """A change of limits that is not made, in words fit for users."""


@dataclass(frozen=True)
class Limits:
    """The limits a person asks for, and how the lists are written."""

    rpo_hours: int
    grace_hours: int
    streak: int
    date_order: str
    zone: str
    duty: str


@transaction.atomic
def tighten_limits(wanted: Limits, *, by: access.Actor, at: datetime) -> Policy:
    """Make limits stricter, or change how lists are read; refuse what makes any limit wider."""
    access.require(by, "policy.tighten")
    policy = _locked(by, at)
    if is_wider(policy, wanted):
        raise CannotChange(f"This makes a limit wider. {access.who_may('policy.loosen')} can do that, with a reason.")
    return _changed(policy, wanted, "policy.tighten", by=by, at=at)


@transaction.atomic
def loosen_limits(wanted: Limits, reason: str, *, by: access.Actor, at: datetime) -> Policy:
    """Make limits wider, with the reason kept."""
    access.require(by, "policy.loosen")
    if len(reason.strip()) < ENOUGH:
        raise CannotChange("Say why the limit may be wider, in at least 10 characters. The reason is kept.")
    return _changed(_locked(by, at), wanted, "policy.loosen", by=by, at=at, reason=reason.strip())


def is_wider(policy: Policy, wanted: Limits) -> bool:
    """Say whether anything would pass under the wanted limits that does not pass now."""
    return wanted.rpo_hours + wanted.grace_hours > policy.rpo_hours + policy.grace_hours or wanted.streak > policy.streak


def _locked(by: access.Actor, at: datetime) -> Policy:
    """Return the limits with their row locked, written down with the defaults the first time."""
    Policy.objects.bulk_create([queries.policy_of(by.tenant, at)], ignore_conflicts=True)
    return Policy.objects.for_tenant(by.tenant).select_for_update().get()


def _changed(policy: Policy, wanted: Limits, action: str, *, by: access.Actor, at: datetime, reason: str = "") -> Policy:
    """Save the limits and have the newest list judged again by them."""
    try:
        backup.profile(wanted.date_order, wanted.zone)
    except backup.WrongProfile as wrong:
        raise CannotChange(str(wrong)) from None
    if wanted.duty not in {duty.key for duty in responsibilities.duties_of(by.tenant_id)}:
        raise CannotChange("Choose one of this client's duties.")
    before = {name: getattr(policy, name) for name in KEPT}
    for name in KEPT:
        setattr(policy, name, getattr(wanted, name))
    policy.changed_at = at
    policy.save(update_fields=[*KEPT, "changed_at"])
    trail.record(action, policy, by=by, at=at, before=before, after={name: getattr(policy, name) for name in KEPT}, reason=reason)
    newest = Evidence.objects.for_tenant(by.tenant).newest()
    if newest is not None:
        Evidence.objects.for_tenant(by.tenant).filter(pk=newest.pk).update(done_at=None)
        background.after_commit("monitoring.judge", tenant=by.tenant_id, id=newest.pk)
    return policy
