"""Duties that the client decides not to have: leadership says so, why and until when; it is part of what both sides sign."""

from datetime import date, datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from responsibilities.actions import drafting, findings
from responsibilities.actions.accepting import end_of, reasoned
from responsibilities.actions.keeping import Refusal
from responsibilities.models import Duty, Exclusion, Version


class CannotExclude(Refusal):
    """A duty cannot be left out so, in words for the person who tried."""


@transaction.atomic
def exclude(duty: str, *, reason: str, until: date, by: Actor, at: datetime) -> Exclusion:
    """Leave a duty out of the draft up to and with a day; said again it is decided anew. Raise CannotExclude, CannotAccept."""
    access.require(by, "exclusion.create")
    version, about = _opened(by), _duty(duty, by)
    why, expires = reasoned(reason), end_of(until, by.zone, at)
    row, made = (
        Exclusion.objects.for_tenant(by.tenant)
        .select_for_update()
        .get_or_create(
            version=version,
            duty=about,
            defaults={"tenant": by.tenant, "reason": why, "accepted_by": by.name[:120], "expires_at": expires},
        )
    )
    before = "" if made else f"until {row.expires_at:%-d %B %Y}"
    if not made:
        row.reason, row.accepted_by, row.expires_at = why, by.name[:120], expires
        row.save(update_fields=["reason", "accepted_by", "expires_at"])
    trail.record(
        "exclusion.created", row, by=by, at=at, before=before, after=f"{about.name} is left out until {until:%-d %B %Y}", reason=why
    )
    _left_right(version, by=by, at=at)
    return row


@transaction.atomic
def include(duty: str, *, by: Actor, at: datetime) -> Duty:
    """Take a duty into the draft again. Raise CannotExclude where it is not left out."""
    access.require(by, "matrix.edit_draft")
    version, about = _opened(by), _duty(duty, by)
    row = Exclusion.objects.for_tenant(by.tenant).filter(version=version, duty=about).select_for_update().first()
    if row is None:
        raise CannotExclude(f"{about.name} is not left out of the draft.")
    trail.record("exclusion.lifted", row, by=by, at=at, before=row.reason, after=f"{about.name} is part of the matrix again")
    row.delete()
    _left_right(version, by=by, at=at)
    return about


def _opened(by: Actor) -> Version:
    """Return the open version, locked; say who begins one where there is none."""
    try:
        return drafting.opened(by)
    except drafting.NoDraft:
        who = access.who_may("matrix.edit_draft")
        raise CannotExclude(f"What is signed stays as it is. {who} begins a draft first, then this can be decided in it.") from None


def _duty(key: str, by: Actor) -> Duty:
    about = Duty.objects.for_tenant(by.tenant).filter(key=key).first()
    if about is None:
        raise CannotExclude("There is no such duty. Go back to the matrix and choose one of its rows.")
    return about


def _left_right(version: Version, *, by: Actor, at: datetime) -> None:
    drafting.edited(version, by=by, at=at)
    findings.recheck(version, by=by, at=at)
