"""Contacts of a client: add somebody who asks for help, correct how they are reached, block them, try an address again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max

from comanaged.accounts import access, asking
from comanaged.accounts.actions import CannotChange
from comanaged.accounts.models import Membership, Organisation
from comanaged.audit import trail
from comanaged.notices import actions as notices
from tickets.actions import answering, steps
from tickets.models import Contact

ACTION = "contact.edit"


class NoAddress(steps.SayMore):
    """An address that cannot be this contact's."""

    def __init__(self, words: str) -> None:
        super().__init__(words, "address")


@transaction.atomic
def add_contact(address: str, name: str, *, by: access.Actor, at: datetime) -> Contact:
    """Add somebody who asks for help, and let them sign in by codes mailed to this address.

    A contact whose access ended, such as somebody who worked here for a while, is taken up again. Raises NoAddress.
    """
    access.require(by, ACTION)
    address, name = _clean(address), _line(name)
    tenant = Organisation.objects.select_for_update(no_key=True).get(pk=by.tenant_id)  # one number at a time
    known = Contact.objects.for_tenant(tenant).at_address(address).select_for_update(of=("self",)).first()
    if known is not None and (known.blocked or _lives(known, at)):
        raise NoAddress(f"{known} is a contact already, number {known.number}.")
    with _refusing():
        user = asking.let_ask(address, name, tenant, by=by, at=at)
    if known is None:
        last = Contact.objects.for_tenant(tenant).aggregate(last=Max("number"))["last"] or 0
        known = Contact(tenant=tenant, number=last + 1, address=address, added_by_name=by.name, added_at=at)
    known.user, known.name = user, name or known.name or address.partition("@")[0]
    known.save()
    trail.record("contact.add", known, by=by, at=at, after=_said(known))
    return known


@transaction.atomic
def change_contact(number: int, address: str, name: str, *, by: access.Actor, at: datetime, seen: int | None = None) -> Contact:
    """Correct name and address; who signs in by the old address no longer does. Raises Contact.DoesNotExist, NoAddress, Stale."""
    access.require(by, ACTION)
    address, name = _clean(address), _line(name)
    tenant = Organisation.objects.select_for_update(no_key=True).get(pk=by.tenant_id)
    row = _locked(number, by)
    if seen is not None and seen != row.version:
        raise steps.Stale("Somebody changed this contact after you opened it. Look again, then decide.")
    before = _said(row)
    if address != row.address:
        _readdress(row, address, tenant)
        answering.revoke(tenant.pk, at=at, user_id=row.user_id)  # what was mailed to the old address is nobody's to answer
    if name != row.name:
        asking.rename(row.user_id, name, tenant)
    row.name, row.version = name, row.version + 1
    row.save(update_fields=["name", "address", "bounced_at", "bounced_because", "version"])
    trail.record("contact.change", row, by=by, at=at, before=before, after=_said(row))
    return row


@transaction.atomic
def block_contact(number: int, *, by: access.Actor, at: datetime) -> Contact:
    """Keep what comes from a contact without doing anything with it, and let them sign in no more."""
    access.require(by, ACTION)
    row = _locked(number, by)
    if row.blocked:
        return row
    with _refusing():
        asking.stop_asking(row.user_id, by.tenant, by=by, at=at)
    return _turn(row, "contact.block", by=by, at=at, blocked=True)


@transaction.atomic
def unblock_contact(number: int, *, by: access.Actor, at: datetime) -> Contact:
    """Let a contact ask and sign in again."""
    access.require(by, ACTION)
    row = _locked(number, by)
    if not row.blocked:
        return row
    if not _lives(row, at):
        with _refusing():
            asking.let_ask(row.user.email, row.name, by.tenant, by=by, at=at)
    return _turn(row, "contact.unblock", by=by, at=at, blocked=False)


@transaction.atomic
def try_again(number: int, *, by: access.Actor, at: datetime) -> Contact:
    """Write to an address again that mail came back from."""
    access.require(by, ACTION)
    row = _locked(number, by)
    return _turn(row, "contact.try_again", by=by, at=at, bounced_at=None, bounced_because="") if row.bounced_at else row


@transaction.atomic
def bounced(address: str, because: str, *, by: access.Actor, at: datetime, members_too: bool = True) -> None:
    """Keep that mail to an address comes back, since when and why; an address that is nobody's here changes nothing.

    `members_too` = also where it is not a contact's, but of somebody who works here.
    """
    row = Contact.objects.for_tenant(by.tenant).at_address(address).select_for_update(of=("self",)).first()
    if row is not None and row.bounced_at is None:
        _turn(row, "contact.bounced", by=by, at=at, bounced_at=at, bounced_because=_line(because)[:300])
    if row is None and members_too:
        live = Membership.objects.live(at).filter(tenant=by.tenant, user__email__iexact=address, user__is_active=True).first()
        person = access.person_of(by.tenant_id, live.user_id, at) if live else None
        if person is not None:
            notices.came_back(tenant=by.tenant_id, to=person, because=because, at=at)


def _turn(row: Contact, action: str, *, by: access.Actor, at: datetime, **columns: object) -> Contact:
    """Save some columns of a locked contact, and keep the trail."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*columns, "version"])
    trail.record(action, row, by=by, at=at, after=_said(row))
    return row


def _readdress(row: Contact, address: str, tenant: Organisation) -> None:
    if Contact.objects.for_tenant(tenant).at_address(address).exists():
        raise NoAddress("Another contact has this address.")
    with _refusing():
        asking.move(row.user_id, address, tenant)
    row.address, row.bounced_at, row.bounced_because = address, None, ""


def _locked(number: int, by: access.Actor) -> Contact:
    return Contact.objects.for_tenant(by.tenant).select_for_update(of=("self",)).select_related("user").get(number=number)


def _lives(row: Contact, at: datetime) -> bool:
    return Membership.objects.live(at).filter(user=row.user_id, tenant=row.tenant_id).exists()


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn a refusal about accounts into one about the address."""
    try:
        yield
    except CannotChange as refusal:
        raise NoAddress(str(refusal)) from None


def _clean(address: str) -> str:
    found = address.strip().lower()
    try:
        validate_email(found)
    except ValidationError:
        raise NoAddress("Enter an address such as name@example.com.") from None
    return found


def _line(text: str) -> str:
    return " ".join(text.split())[:200]


def _said(row: Contact) -> str:
    """Say how a contact stands, as the trail shows it."""
    state = ", blocked" if row.blocked else ""
    return f"contact {row.number}: {row.name} <{row.address}>{state}"
