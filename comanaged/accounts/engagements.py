"""A client asks a provider in, and a provider's administrator accepts: the link names one address, and whoever opens it brings their company."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify

from comanaged import tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.access import Actor
from comanaged.accounts.actions import CannotChange, Invited
from comanaged.accounts.models import Engagement, Invitation, Kind, Organisation, User
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind as About
from comanaged.vocabulary import Side

LASTS = timedelta(days=14)  # a company answers later than a person does
ROLE = "p_admin"
TOLD = ("c_mgr", "c_lead")


@transaction.atomic
def invite_provider(email: str, company: str, message: str, *, by: Actor, at: datetime) -> Invited:
    """Ask a company to serve this client, by the person who will sign for it; a new link ends the one before. Raise CannotChange."""
    access.require(by, "engagement.invite")
    client = Organisation.objects.select_for_update(no_key=True).get(pk=by.tenant_id)
    if provider := access.provider_of(client.pk, at):
        raise CannotChange(f"{provider.name} serves {client.name} already. End that engagement first.")
    access.asked_in(client.pk, at).update(expires_at=at)
    name, text = " ".join(company.split()), message.strip()
    made = actions.new_link(email, client, ROLE, by=by, at=at, lasts=LASTS, company_name=name, message=text, signatory=True)
    row, link = made.invitation, made.link
    trail.record("engagement.invite", client, by=by, at=at, after=f"{row.company_name}, by {row.email}")
    said = f"{row.message}\n\n" if row.message else ""
    notices.queue(
        tenant=client.pk,
        to=[access.Person(0, row.company_name, row.email, ROLE, Side.PROVIDER)],
        subject=f"{client.name} asks {row.company_name} to agree on who answers for what",
        text=f"{said}{by.name} of {client.name} invites you to read, discuss and sign their responsibility matrix on Comanaged. "
        f"Open this link within 14 days:\n\n{link}\n\nIt works once, for {row.email}.",
        key=f"engagement:{row.pk}",
        at=at,
        kind=About.PEOPLE,
    )
    return made


@transaction.atomic
def accept_newcomer(token: str, *, name: str, password: str, company: str, at: datetime) -> User:
    """Make an account and a company for who was asked, and let the company serve the client. Raise as accept_invitation does."""
    row = actions.locked_invitation(token, at)
    user = actions.new_account(row.email, name=name, password=password)
    _begin(row, _founded(company, row.tenant, at), user, at)
    return user


@transaction.atomic
def accept_with_new_company(token: str, user: User, *, company: str, at: datetime) -> None:
    """Let a signed-in person found the company that was asked; raise CannotChange for any other address."""
    row = actions.locked_invitation(token, at)
    _of(row, user)
    _begin(row, _founded(company, row.tenant, at), user, at)


@transaction.atomic
def accept_for(token: str, *, by: Actor, at: datetime) -> Organisation:
    """Let a provider that is known here serve the client, by its administrator; return the client. Raise CannotChange."""
    access.require(by, "engagement.accept")
    row, user = actions.locked_invitation(token, at), _person(by)
    _of(row, user)
    _begin(row, by.tenant, user, at)
    return row.tenant


@transaction.atomic
def add_client(name: str, zone: str, *, manager: str, email: str, by: Actor, at: datetime) -> tuple[Organisation, Invited]:
    """Add a client that a provider serves, with who adds it as its first person there, and invite the client's first manager.

    Whoever adds it has nobody to ask yet; the client's people see them and can end their access. Raise CannotChange.
    """
    access.require(by, "tenant.create")
    Organisation.objects.select_for_update(no_key=True).get(pk=by.tenant_id)  # a form that is sent twice adds one client
    if Engagement.objects.filter(provider_id=by.tenant_id, ends_at=None, client__name__iexact=name.strip()).exists():
        raise CannotChange(f"You serve {name.strip()} already. Look for it among your clients, or add the new one under a fuller name.")
    client = actions.create_organisation(Kind.CLIENT, name, slug=_free_slug(name, "client"), zone=zone, at=at)
    adding = Actor(tenant=client, role=access.SYSTEM, name=by.name)
    actions.engage(client, by.tenant, at=at, by=adding)
    actions.admit(_person(by), client, by.role, by=adding, at=at, signatory=by.signatory)
    made = actions.invite(email, client, "c_mgr", name=manager, by=adding, at=at, signatory=True)
    with tenancy.only([by.tenant_id]):
        trail.record("tenant.create", by.tenant, by=by, at=at, after=f"{client.name}, managed there by {made.invitation.email}")
    return client, made


def _person(by: Actor) -> User:
    """Return who acts; keys and the product itself are nobody's person."""
    if by.user_id is None:
        raise access.Refused("engagement.accept", by.role)
    return User.objects.get(pk=by.user_id)


def _of(row: Invitation, user: User) -> None:
    if row.email != user.email:
        raise CannotChange(f"This invitation is for {row.email}. Sign in with that address to accept it.")


def _founded(company: str, client: Organisation, at: datetime) -> Organisation:
    """Add a provider, in the zone of who asked it in."""
    return actions.create_organisation(Kind.PROVIDER, company, slug=_free_slug(company, "provider"), zone=client.zone, at=at)


def _free_slug(name: str, otherwise: str) -> str:
    """Return a short name that nobody has."""
    wanted = slugify(name)[:50] or otherwise
    taken = set(Organisation.objects.filter(slug__startswith=wanted).values_list("slug", flat=True)) | actions.TAKEN_WORDS
    return next(one for one in (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))) if one not in taken)


def _begin(row: Invitation, provider: Organisation, user: User, at: datetime) -> None:
    """Use the link up: the engagement begins, and who accepted may sign for the provider."""
    by = Actor(tenant=row.tenant, role=access.SYSTEM, name=row.invited_by)
    actions.engage(row.tenant, provider, at=at, by=by)
    row.used_at, row.company = at, provider
    row.save(update_fields=["used_at", "company"])
    actions.admit(user, row.tenant, row.role, by=by, at=at, signatory=row.signatory)
    with tenancy.only([row.tenant_id]):
        notices.queue(
            tenant=row.tenant_id,
            to=[person for person in access.people_of(row.tenant_id, Side.INTERNAL, at) if person.role in TOLD],
            subject=f"[{row.tenant.name}] {provider.name} serves you from now on",
            text=f"{user} accepted your invitation for {provider.name}, reads your matrix and may sign it for them.\n\n"
            f"{settings.ADDRESS}{reverse('people', args=[row.tenant.slug])}",
            key=f"engaged:{row.pk}",
            at=at,
            kind=About.PEOPLE,
        )
