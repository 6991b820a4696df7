"""People of a client who only ask: how they come, get another name or address, and go."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from comanaged.accounts import access, actions
from comanaged.accounts.access import Actor
from comanaged.accounts.actions import CannotChange
from comanaged.accounts.models import Membership, Organisation, SignInCode, User

BELONGS = "This person belongs to {tenant} already, and asks as who they are there."
ELSEWHERE = "This address cannot take the old one's place, since one of the two is used elsewhere too. Add it as another contact."


@transaction.atomic
def let_ask(address: str, name: str, tenant: Organisation, *, by: Actor, at: datetime) -> User:
    """Let the person at an address ask at a client; where the address is nobody's yet, an account without a password is made.

    Nothing tells whether there was one: that somebody is known elsewhere is nobody's business here. Raises CannotChange for a member.
    """
    user = _at(address, name)
    if Membership.objects.live(at).filter(user=user, tenant=tenant).exists():
        raise CannotChange(BELONGS.format(tenant=tenant))
    actions.add_membership(user, tenant, tenant, access.ASKS, by=by, at=at, signatory=False)
    return user


@transaction.atomic
def stop_asking(user_id: int, tenant: Organisation, *, by: Actor, at: datetime) -> None:
    """End that somebody asks at a client, with every session they have there; raise CannotChange for who belongs there otherwise."""
    rows = Membership.objects.live(at).filter(user=user_id, tenant=tenant).select_for_update(of=("self",), no_key=True)
    for row in rows.select_related("user", "tenant").order_by("id"):
        if row.role != access.ASKS:
            raise CannotChange(BELONGS.format(tenant=tenant))
        actions.finish_membership(row, by=by, at=at)


@transaction.atomic
def rename(user_id: int, name: str, tenant: Organisation) -> None:
    """Call somebody otherwise, as long as nobody else knows them under a name."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if only_asks_at(user, tenant) and name:
        user.name = name[:120]
        user.save(update_fields=["name"])


@transaction.atomic
def move(user_id: int, address: str, tenant: Organisation) -> None:
    """Let somebody who asks here and is nothing elsewhere sign in by another address; whoever is signed in by the old one no longer is.

    Raises CannotChange for who has, or ever had, another standing: this client must not carry away what opens other doors.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if not only_asks_at(user, tenant):
        raise CannotChange(ELSEWHERE)
    user.email = address
    user.set_unusable_password()  # another one than before: sessions hang on it
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "password"])
    except IntegrityError:
        raise CannotChange(ELSEWHERE) from None
    EmailAddress.objects.filter(user=user).delete()
    SignInCode.objects.filter(user=user).delete()  # mailed to the old address


def only_asks_at(user: User, tenant: Organisation) -> bool:
    """Say whether an account is nothing, and never was anything, but somebody who asks at this client."""
    others = Membership.objects.filter(user=user).exclude(tenant=tenant, role=access.ASKS)
    return not user.has_usable_password() and not user.is_superuser and not others.exists()


def _at(address: str, name: str) -> User:
    """Return the account of an address, locked, made where there is none."""
    try:
        with transaction.atomic():
            if not User.objects.filter(email=address).exists():
                User.objects.create_user(address, name=(name or address.partition("@")[0])[:120])
    except IntegrityError:  # the same address was added a moment ago
        pass
    return User.objects.select_for_update(no_key=True).get(email=address)
