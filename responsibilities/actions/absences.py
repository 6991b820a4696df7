"""Who is away: everybody says so of themselves, managers of their own company's people. It is kept with the person's company."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Membership, Organisation
from comanaged.audit import trail
from responsibilities.actions import keeping
from responsibilities.actions.keeping import Refusal
from responsibilities.models import Absence

LONGEST = timedelta(days=366)


class CannotBeAway(Refusal):
    """An absence that cannot be written down."""


@transaction.atomic
def set_own(starts_at: datetime, ends_at: datetime, *, by: Actor, at: datetime) -> Absence:
    """Say that one is away; a provider's person says it once, for every client."""
    access.require(by, "absence.set_own")
    with own_company(by, at) as company:
        row = _set(company, _user(by), starts_at, ends_at, by=by, at=at)
    keeping.settle(by=by, at=at)
    return row


@transaction.atomic
def end_own(absence: int, *, by: Actor, at: datetime) -> None:
    """Say that one is back, or stays after all."""
    access.require(by, "absence.set_own")
    with own_company(by, at) as company:
        row = Absence.objects.for_tenant(company).select_for_update(of=("self",)).filter(pk=absence, person=_user(by)).first()
        _end(row, company, by=by, at=at)
    keeping.settle(by=by, at=at)


@transaction.atomic
def set_for(person: int, starts_at: datetime, ends_at: datetime, *, by: Actor, at: datetime) -> Absence:
    """Say that somebody of the own company is away."""
    _require_keeper(by)
    if not Membership.objects.live(at).filter(user=person, tenant=by.tenant, company=by.tenant).exclude(role=access.ASKS).exists():
        raise CannotBeAway(f"They do not belong to {by.tenant.name} any more. Choose from the list.", "person")
    row = _set(by.tenant, person, starts_at, ends_at, by=by, at=at)
    keeping.settle(by=by, at=at)
    return row


@transaction.atomic
def end_for(absence: int, *, by: Actor, at: datetime) -> None:
    """Say that somebody of the own company is back, or stays after all."""
    _require_keeper(by)
    row = Absence.objects.for_tenant(by.tenant).select_for_update(of=("self",)).filter(pk=absence).first()
    _end(row, by.tenant, by=by, at=at)
    keeping.settle(by=by, at=at)


@contextmanager
def own_company(by: Actor, at: datetime) -> Iterator[Organisation]:
    """Open the scope of a person's own company and nothing else, as long as they belong to it."""
    mine = Membership.objects.live(at).filter(user=_user(by), tenant=by.company_id, company=by.company_id, user__is_active=True)
    held = mine.select_related("tenant").select_for_update(of=("self",), no_key=True).order_by("id").first()
    if held is None:
        raise CannotBeAway("You do not belong to your company's own people any more. Ask its administrator.")
    with tenancy.only([held.tenant_id], side=held.tenant_id):
        yield held.tenant


def _user(by: Actor) -> int:
    if by.user_id is None:
        raise CannotBeAway("Only people are away.")
    return by.user_id


def _require_keeper(by: Actor) -> None:
    access.require(by, "team.edit")
    if by.company_id not in (None, by.tenant_id):
        raise CannotBeAway(f"{by.tenant.name} keeps its own people. Yours are kept in your own company.")


def _set(company: Organisation, person: int, starts_at: datetime, ends_at: datetime, *, by: Actor, at: datetime) -> Absence:
    if ends_at <= starts_at:
        raise CannotBeAway("Choose an end after the beginning.", "ends_at")
    if ends_at <= at:
        raise CannotBeAway("This is over already. Choose an end that lies ahead.", "ends_at")
    if ends_at - starts_at > LONGEST:
        raise CannotBeAway("Choose an end within a year of the beginning.", "ends_at")
    row = Absence.objects.create(tenant=company, person_id=person, starts_at=starts_at, ends_at=ends_at)
    trail.record("absence.set", row, by=by, at=at, after=f"{row.person} {keeping.stretch(starts_at, ends_at, company.zone)}")
    return row


def _end(row: Absence | None, company: Organisation, *, by: Actor, at: datetime) -> None:
    if row is None or row.ends_at <= at:
        raise CannotBeAway("This is over already.")
    said = f"{row.person} {keeping.stretch(row.starts_at, row.ends_at, company.zone)}"
    trail.record("absence.ended", row, by=by, at=at, before=said)
    if row.starts_at >= at:
        row.delete()
    else:
        row.ends_at = at
        row.save(update_fields=["ends_at"])
