"""Everything that changes who may enter: organisations, engagements, people, invitations, keys."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from comanaged import tenancy
from comanaged.accounts import access, api_auth, signals
from comanaged.accounts.access import Actor
from comanaged.accounts.models import ApiKey, Engagement, Invitation, Kind, Membership, Organisation, User
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind as About
from comanaged.vocabulary import Side

INVITATION_LASTS = timedelta(hours=72)
KEY_KINDS = ("k_read", "k_desk", "k_evidence", "k_ingest")
TAKEN_WORDS = {"api", "static", "desk", "account", "sign-in", "invite", "healthz", "readyz", "csp-report", "health", "ready"}


class CannotChange(Exception):
    """A change of people, organisations or keys that is not possible; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and the link that is shown this once."""

    invitation: Invitation
    link: str


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key's row and the secret that is shown this once."""

    row: ApiKey
    secret: str


@transaction.atomic
def create_organisation(kind: Kind, name: str, *, slug: str, zone: str, at: datetime) -> Organisation:
    """Add a client or a provider; raise CannotChange for a taken or unfit slug or an unknown zone."""
    if slug in TAKEN_WORDS or "." in slug:
        raise CannotChange(f"'{slug}' cannot be the short name of an organisation. Choose another.")
    if Organisation.objects.filter(slug=slug).exists():
        raise CannotChange(f"There is already an organisation with the short name '{slug}'. Choose another.")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise CannotChange(f"'{zone}' is not a time zone. Use a name such as America/Chicago.") from None
    organisation = Organisation(kind=kind, name=name.strip(), slug=slug, zone=zone, created_at=at)
    try:
        organisation.full_clean(exclude=["created_at"])
    except ValidationError as wrong:
        raise CannotChange("; ".join(wrong.messages)) from None
    organisation.save()
    with tenancy.only([organisation.pk]):
        trail.record("tenant.create", organisation, by=access.system(organisation), at=at, after=f"{organisation.name} ({slug})")
    return organisation


@transaction.atomic
def engage(client: Organisation, provider: Organisation, *, at: datetime, by: Actor | None = None) -> Engagement:
    """Let a provider serve a client from `at` on; one live engagement at a time."""
    if client.kind != Kind.CLIENT or provider.kind != Kind.PROVIDER:
        raise CannotChange("A provider serves a client, never the other way round.")
    Organisation.objects.select_for_update(no_key=True).get(pk=client.pk)  # two that begin at once begin one after the other
    if access.provider_of(client.pk, at):
        raise CannotChange(f"{client.name} already has a provider. End that engagement first.")
    row = Engagement.objects.create(client=client, provider=provider, starts_at=at)
    with tenancy.only([client.pk]):
        trail.record("engagement.begin", client, by=by or access.system(client), at=at, after=provider.name)
    return row


def company_for(role: str, tenant: Organisation, at: datetime) -> Organisation:
    """Return the company a role at `tenant` stands for; raise CannotChange for a role that nobody can hold there."""
    side = access.side_of(role) if role in access.table()["roles"] else None
    if side is None or (side is Side.INTERNAL and tenant.kind == Kind.PROVIDER):
        raise CannotChange(f"'{role}' is not a role of people at {tenant.name}.")
    if side is Side.INTERNAL or tenant.kind == Kind.PROVIDER:
        return tenant
    provider = access.provider_of(tenant.pk, at)
    if provider is None:
        raise CannotChange(f"{tenant.name} has no provider yet, so nobody of a provider can be added.")
    return provider


@transaction.atomic
def admit(user: User, tenant: Organisation, role: str, *, by: Actor, at: datetime, signatory: bool = False) -> Membership:
    """Make a person a member; a provider's person at a client becomes a member of the provider too."""
    company = company_for(role, tenant, at)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two links of one person are used one after the other
    if company != tenant and not Membership.objects.live(at).filter(user=user, tenant=company).exists():
        add_membership(user, company, company, role, by=by, at=at, signatory=False)
    here = Membership.objects.live(at).filter(user=user, tenant=tenant, side=access.side_of(role))
    if here.exclude(role=access.ASKS).exists():
        raise CannotChange(f"{user} is already a member of {tenant.name} on this side.")
    return add_membership(user, tenant, company, role, by=by, at=at, signatory=signatory)


def add_membership(
    user: User, tenant: Organisation, company: Organisation, role: str, *, by: Actor, at: datetime, signatory: bool
) -> Membership:
    """Write membership, grant and history of one admission; whoever only asked at this client stops doing so with it."""
    side = access.side_of(role) or Side.INTERNAL
    for asking in Membership.objects.live(at).filter(user=user, tenant=tenant, role=access.ASKS).select_related("user", "tenant"):
        finish_membership(asking, by=by, at=at)
    row = Membership.objects.create(user=user, tenant=tenant, company=company, role=role, side=side, signatory=signatory, starts_at=at)
    access.admit(user, tenant, role)
    with tenancy.only([tenant.pk]):
        trail.record("people.admit", tenant, by=replace(by, tenant=tenant), at=at, after=f"{user} as {access.titles()[role]}")
    return row


@transaction.atomic
def end_membership(membership_id: int, *, by: Actor, at: datetime) -> None:
    """End a person's access to this client, and with it the invitations they sent from here.

    Raises CannotChange for oneself and for the last manager of a client (a lock on the tenant keeps two removals apart).
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=by.tenant_id)
    row = Membership.objects.live(at).filter(pk=membership_id, tenant_id=by.tenant_id).select_related("user", "tenant").first()
    if row is None:
        raise CannotChange("This person's access has already ended.")
    access.require(by, "people.remove_client" if row.side == Side.INTERNAL else "provider_access.revoke")
    if row.user_id == by.user_id:
        raise CannotChange("You cannot end your own access. Ask a colleague.")
    others = Membership.objects.live(at).filter(tenant_id=by.tenant_id, role="c_mgr", user__is_active=True).exclude(pk=row.pk)
    if row.role == "c_mgr" and not others.exists():
        raise CannotChange(f"{row.user} is the last internal IT manager of {row.tenant}. Add another one first.")
    finish_membership(row, by=by, at=at)


def finish_membership(row: Membership, *, by: Actor, at: datetime) -> None:
    """Write end, grant and history of one membership; `row` comes with user and tenant."""
    row.ends_at = at
    row.save(update_fields=["ends_at"])
    access.dismiss(row.user, row.tenant, row.role)
    stays = Membership.objects.live(at).filter(user=row.user_id, tenant=row.tenant_id).exists()  # for the other side
    with tenancy.only([row.tenant_id]):
        if not stays:
            notices.take_back(tenant=row.tenant_id, address=row.user.email, at=at)
            signals.person_left.send(None, tenant_id=row.tenant_id, user_id=row.user_id, at=at)
        trail.record(
            "people.remove", row.tenant, by=replace(by, tenant=row.tenant), at=at, before=f"{row.user} as {access.titles()[row.role]}"
        )


@transaction.atomic
def invite(email: str, tenant: Organisation, role: str, *, name: str, by: Actor, at: datetime, signatory: bool = False) -> Invited:
    """Make a one-time link that lasts 72 hours, and mail it; it ends with the access of who made it."""
    company = company_for(role, tenant, at)
    if by.role != access.SYSTEM:
        access.require(by, "people.invite_client" if access.side_of(role) is Side.INTERNAL else "provider_access.grant")
        if signatory:
            access.require(by, "people.set_signatory")
    made = new_link(email, tenant, role, by=by, at=at, lasts=INVITATION_LASTS, name=name, company=company, signatory=signatory)
    row, link = made.invitation, made.link
    with tenancy.only([tenant.pk]):
        trail.record("people.invite", tenant, by=by, at=at, after=f"{row.email} as {access.titles()[role]}")
        notices.queue(
            tenant=tenant.pk,
            to=[access.Person(0, name or row.email, row.email, role, access.side_of(role) or Side.INTERNAL)],
            subject=f"{by.name} invites you to {tenant.name} on Comanaged",
            text=f"Open this link within 72 hours to set your password:\n\n{link}\n\nIt works once, for {row.email}.",
            key=f"invitation:{row.pk}",
            at=at,
            kind=About.PEOPLE,
        )
    return made


def new_link(email: str, tenant: Organisation, role: str, *, by: Actor, at: datetime, lasts: timedelta, **more: Any) -> Invited:
    """Write an invitation with its other columns, and return its link; who may is the caller's to ask."""
    token = secrets.token_urlsafe(32)
    row = Invitation.objects.create(
        email=email.strip().lower(),
        tenant=tenant,
        role=role,
        token_hash=api_auth.hash_of(token),
        invited_by=by.name,
        inviter_id=by.membership_id,
        created_at=at,
        expires_at=at + lasts,
        **more,
    )
    return Invited(row, settings.ADDRESS + reverse("invitation", args=[token]))


def find_invitation(token: str, at: datetime) -> Invitation | None:
    """Return the invitation a link still opens, None for a used, ended or unknown one."""
    rows = Invitation.objects.filter(token_hash=api_auth.hash_of(token), used_at__isnull=True, expires_at__gt=at)
    row = rows.select_related("tenant", "company").first()
    return row if row and still_stands(row, at) else None


def still_stands(row: Invitation, at: datetime) -> bool:
    """Say whether who invited may still do so here, and whether the company the person was to stand for is still the one."""
    if row.inviter_id and not Membership.objects.live(at).filter(pk=row.inviter_id, user__is_active=True).exists():
        return False
    provider = access.provider_id_of(row.tenant_id, at)
    if row.company_id is None:
        return provider is None
    return access.side_of(row.role) is Side.INTERNAL or row.company_id in {row.tenant_id, provider}


@transaction.atomic
def accept_invitation(token: str, *, name: str, password: str, at: datetime) -> User:
    """Make an account for the invited person and let it in, once.

    Raises CannotChange for a link that is used up or whose address has an account by now, ValidationError for a weak password.
    """
    row = locked_invitation(token, at)
    user = new_account(row.email, name=name, password=password)
    use(row, user, at)
    return user


@transaction.atomic
def join(token: str, user: User, *, at: datetime) -> None:
    """Let a signed-in person in by a link that was sent to the address they sign in with; raise CannotChange for any other."""
    row = locked_invitation(token, at)
    if row.email != user.email:
        raise CannotChange(f"This invitation is for {row.email}. Sign in with that address to join.")
    use(row, user, at)


def locked_invitation(token: str, at: datetime) -> Invitation:
    """Return the invitation a link still opens, locked; raise CannotChange where it opens none."""
    row = Invitation.objects.select_for_update().filter(token_hash=api_auth.hash_of(token)).first()
    if row is None or row.used_at is not None or row.expires_at <= at or not still_stands(row, at):
        raise CannotChange("This link has been used or has ended. Ask the person who invited you for a new one.")
    return row


def use(row: Invitation, user: User, at: datetime) -> None:
    """Use an invitation of one person up; one that asks a company in is accepted for a company."""
    if row.company_id is None:
        raise CannotChange("This link asks a company in. Open it again and say which one.")
    row.used_at = at
    row.save(update_fields=["used_at"])
    by = Actor(tenant=row.tenant, role=access.SYSTEM, name=row.invited_by)
    admit(user, row.tenant, row.role, by=by, at=at, signatory=row.signatory)


@transaction.atomic
def open_account(
    email: str, tenant: Organisation, role: str, *, name: str, password: str, by: Actor, at: datetime, signatory: bool = False
) -> User:
    """Make somebody a member at once, without an invitation: for whoever runs the installation."""
    user = account_of(email.strip().lower(), name=name, password=password)
    admit(user, tenant, role, by=by, at=at, signatory=signatory)
    return user


def account_of(email: str, *, name: str, password: str) -> User:
    """Return the account of an address, made with this password when there is none; raise ValidationError for a weak one."""
    user = User.objects.filter(email=email).first()
    if user is None:
        return new_account(email, name=name, password=password)
    if not user.is_active:
        raise CannotChange("This account is closed, so it cannot be given a new place.")
    if not user.has_usable_password():  # somebody who only asked until now
        validate_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def new_account(email: str, *, name: str, password: str) -> User:
    """Make an account; raise CannotChange where there is one by now, however lately: a link alone opens nobody's account."""
    user = User(email=email, name=name.strip() or email.partition("@")[0])
    user.clean_fields(exclude=["password", "date_joined"])
    validate_password(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # another link of the same address was faster
        raise CannotChange("This address has an account by now. Open the link once more to join with it.") from None
    return user


@transaction.atomic
def make_key(tenant: Organisation, kind: str, *, side: Side | None, days: int, name: str, by: Actor, at: datetime) -> MadeKey:
    """Make a key that ends after `days` (1 to 366) and return its secret this once.

    A client's key reads for the client or works for a named side of it; a provider's works at the clients it serves, for its side.
    """
    if kind not in KEY_KINDS:
        raise CannotChange(f"'{kind}' is not a kind of key. Choose one of {', '.join(KEY_KINDS)}.")
    if not 1 <= days <= 366:  # noqa: PLR2004 - a year and a leap day
        raise CannotChange("A key lasts between 1 and 366 days.")
    if tenant.kind == Kind.PROVIDER and kind != "k_desk":
        raise CannotChange("A provider's own key works tickets (k_desk). Reading and evidence keys belong to one client.")
    if tenant.kind == Kind.PROVIDER and side is Side.INTERNAL:
        raise CannotChange("A provider's key acts for the provider's side.")
    if by.role != access.SYSTEM:
        access.require(by, kind.replace("k_", "key.create_"))
        side = by.side if kind == "k_desk" else side
    side = side or (Side.PROVIDER if tenant.kind == Kind.PROVIDER else Side.INTERNAL)
    for _ in range(5):
        prefix = "ck_" + secrets.token_hex(4)
        secret = f"{prefix}_{secrets.token_urlsafe(32)}"
        try:
            with transaction.atomic():
                row = ApiKey.objects.create(
                    tenant=tenant,
                    kind=kind,
                    side=side,
                    name=name,
                    prefix=prefix,
                    secret_hash=api_auth.hash_of(secret),
                    made_by=by.name,
                    created_at=at,
                    expires_at=at + timedelta(days=days),
                )
            break
        except IntegrityError:  # two keys drew the same four bytes
            continue
    else:
        raise CannotChange("No free key was found. Try again.")
    with tenancy.only([tenant.pk]):
        trail.record("key.create", row, by=by, at=at, after=f"{kind} {prefix}… for {days} days")
    return MadeKey(row, secret)


@transaction.atomic
def revoke_key(key_id: int, *, by: Actor, at: datetime) -> ApiKey:
    """End a key at once; doing it twice is doing it once. Raises ApiKey.DoesNotExist for another tenant's."""
    access.require(by, "key.revoke")
    row = ApiKey.objects.select_for_update().get(pk=key_id, tenant_id=by.tenant_id)
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        trail.record("key.revoke", row, by=by, at=at, before=f"{row.kind} {row.prefix}…")
    return row
