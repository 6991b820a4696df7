"""The people and organisations every test speaks of, made by the product's own actions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.test import Client
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind, Organisation, User
from comanaged.vocabulary import Side

PASSWORD = "a harbour full of boats"  # noqa: S105 - of people who do not exist
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Cast:
    """Organisations and people by name; `actor` and `browser` turn a name into somebody who acts."""

    harbor: Organisation
    pine: Organisation
    northwind: Organisation
    elsewhere: Organisation
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str, tenant: Organisation | None = None) -> Actor:
        """Return a person's standing, at Harbor Dental unless said otherwise."""
        wanted = tenant or self.harbor
        return next(one for one in access.actors_of(self.people[name], timezone.now()) if one.tenant == wanted)

    def browser(self, name: str) -> Client:
        """Return a client in which this person has just signed in with their password."""
        return signed_in(self.people[name])

    @contextmanager
    def scope(self, *tenants: Organisation, side: Organisation | None = None) -> Iterator[None]:
        """Open the database's scope, of Harbor Dental unless said otherwise."""
        with tenancy.only([one.pk for one in tenants or (self.harbor,)], side=side.pk if side else None):
            yield

    @contextmanager
    def as_(self, name: str, tenant: Organisation | None = None) -> Iterator[Actor]:
        """Open the scope a person acts in and give their standing."""
        actor = self.actor(name, tenant)
        with tenancy.only([actor.tenant_id], side=actor.company_id):
            yield actor

    def key(self, tenant: Organisation, kind: str, side: Side | None = None) -> str:
        """Return the secret of a new key."""
        by = access.system(tenant)
        return actions.make_key(tenant, kind, side=side, days=30, name="", by=by, at=timezone.now()).secret

    def api(self, secret: str) -> Client:
        """Return a client that sends this key."""
        return Client(headers={"Authorization": f"Bearer {secret}"})


def signed_in(user: User) -> Client:
    """Return a client with a session of `user`, whose password was given just now."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": timezone.now().timestamp()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def add_person(cast: Cast, name: str, role: str, *tenants: Organisation, signatory: bool = False) -> User:
    """Add somebody with a password and make them a member of each tenant."""
    user = cast.people.get(name) or User.objects.create_user(
        "".join(letter for letter in name.lower() if letter.isalpha()) + "@example.test", PASSWORD, name=name
    )
    cast.people[name] = user
    for tenant in tenants:
        actions.admit(user, tenant, role, by=access.system(tenant), at=BEGAN, signatory=signatory)
    return user


def make_cast() -> Cast:
    """Make everyone, and the matrices of both clients."""
    from responsibilities.actions import start_matrix  # noqa: PLC0415 - the apps are ready only when tests run

    org = actions.create_organisation
    cast = Cast(
        northwind=org(Kind.PROVIDER, "Northwind MSP", slug="northwind", zone="America/Chicago", at=BEGAN),
        elsewhere=org(Kind.PROVIDER, "Lakeside IT", slug="lakeside", zone="America/Chicago", at=BEGAN),
        harbor=org(Kind.CLIENT, "Harbor Dental", slug="harbor-dental", zone="America/Chicago", at=BEGAN),
        pine=org(Kind.CLIENT, "Pine Clinics", slug="pine-clinics", zone="America/Denver", at=BEGAN),
    )
    for client in (cast.harbor, cast.pine):
        actions.engage(client, cast.northwind, at=BEGAN)
    add_person(cast, "Iris", "c_mgr", cast.harbor, signatory=True)
    add_person(cast, "Ivo", "c_tech", cast.harbor)
    add_person(cast, "Lena", "c_lead", cast.harbor, signatory=True)
    add_person(cast, "Auditor", "c_audit", cast.harbor)
    add_person(cast, "Tariq", "p_tech", cast.harbor, cast.pine)
    add_person(cast, "Tess", "p_lead", cast.harbor, cast.pine, signatory=True)
    add_person(cast, "Provider administrator", "p_admin", cast.harbor, cast.pine)
    add_person(cast, "Olga", "p_admin", cast.elsewhere)
    add_person(cast, "Pine's manager", "c_mgr", cast.pine, signatory=True)
    for client, template in ((cast.harbor, "overflow-helpdesk"), (cast.pine, "full-co-managed")):
        with tenancy.only([client.pk]):
            start_matrix(client, template, by=access.system(client), at=BEGAN)
    return cast
