"""Who may do what: the table of actions and roles, people's standing at a client, and the only door to object permissions."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from guardian.shortcuts import assign_perm, get_objects_for_user

from comanaged.accounts.models import ApiKey, Engagement, Invitation, Kind, Membership, Organisation, User
from comanaged.vocabulary import Side

TABLE = Path(__file__).with_name("permissions.yaml")
SYSTEM = "system"
ASKS = "c_user"  # the role of a client's people who ask for help and see their own requests alone
ENTER = "enter_organisation"


class Refused(Exception):
    """The role may not do this; the text says who may."""

    def __init__(self, action: str, role: str) -> None:
        self.action, self.role = action, role
        super().__init__(f"{who_may(action)} can do this.")


@dataclass(frozen=True, slots=True)
class Rule:
    """One action of the table: the roles that may, the conditions that must hold besides."""

    allow: frozenset[str]
    when: frozenset[str]
    scope: str
    never: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts at one tenant, for which company's side, in which role."""

    tenant: Organisation
    role: str
    name: str
    side: Side | None = None
    company_id: int | None = None
    user_id: int | None = None
    key_id: int | None = None
    membership_id: int | None = None
    signatory: bool = False

    @property
    def tenant_id(self) -> int:
        return self.tenant.pk

    @property
    def zone(self) -> str:
        return self.tenant.zone

    @property
    def title(self) -> str:
        return titles()[self.role] if self.role != SYSTEM else "Comanaged"


@dataclass(frozen=True, slots=True)
class Person:
    """A member as others see them."""

    user_id: int
    name: str
    email: str
    role: str
    side: Side


# --- the table


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """Return permissions.yaml as it was read."""
    loaded: dict[str, Any] = yaml.safe_load(TABLE.read_text())
    return loaded


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Return every action's rule, groups spelt out as roles."""
    groups = table()["groups"]
    spelt = {
        name: Rule(
            allow=frozenset(role for word in entry["allow"] for role in groups.get(word, [word])),
            when=frozenset(entry.get("when", ())),
            scope=entry["scope"],
            never=entry.get("never", False),
        )
        for name, entry in table()["actions"].items()
    }
    return spelt


@lru_cache(maxsize=1)
def titles() -> dict[str, str]:
    """Return each role's title in words; what follows a colon in the table explains it and is no part of it."""
    return {role: entry["title"].partition(":")[0] for role, entry in table()["roles"].items()}


def side_of(role: str) -> Side | None:
    """Return the side a role stands on, None for keys and the platform."""
    return {"client": Side.INTERNAL, "provider": Side.PROVIDER}.get(table()["roles"][role]["side"])


def who_may(action: str) -> str:
    """Return in words the people who may do `action`."""
    people = [titles()[role] for role in table()["roles"] if role in rules()[action].allow and not role.startswith("k_")]
    if not people:
        return "Nobody"
    return people[0] if len(people) == 1 else f"{', '.join(people[:-1])} or {people[-1]}"


def may(by: Actor, action: str) -> bool:
    """Say whether the table lets this role do `action`."""
    return by.role == SYSTEM or by.role in rules()[action].allow


def require(by: Actor, action: str) -> None:
    """Raise Refused unless the table lets this role do `action`."""
    if not may(by, action):
        raise Refused(action, by.role)


# --- standing


def system(tenant: Organisation) -> Actor:
    """Return the product itself, acting at a tenant."""
    return Actor(tenant=tenant, role=SYSTEM, name="Comanaged")


def of_membership(row: Membership) -> Actor:
    """Return the actor a membership makes; `row` comes with user and tenant."""
    return Actor(
        tenant=row.tenant,
        role=row.role,
        name=str(row.user),
        side=Side(row.side),
        company_id=row.company_id,
        user_id=row.user_id,
        membership_id=row.pk,
        signatory=row.signatory,
    )


def actors_of(user: Any, at: datetime) -> list[Actor]:
    """Return what an active person is at every tenant now, by name of the tenant; object permissions decide together with the membership."""
    if not getattr(user, "is_active", False):
        return []
    entered = get_objects_for_user(user, ENTER, klass=Organisation, use_groups=True, with_superuser=False, accept_global_perms=False)
    rows = Membership.objects.live(at).filter(user=user, tenant__in=entered).select_related("user", "tenant")
    return [of_membership(row) for row in rows.order_by("tenant__name", "id")]


def tenants_visible_to(user: Any, at: datetime) -> list[int]:
    """Return the ids of the tenants this person may enter now."""
    return [actor.tenant_id for actor in actors_of(user, at)]


def still_holds(by: Actor, at: datetime) -> None:
    """Raise Refused when the membership or key behind `by` ended meanwhile; the lock keeps it until the act is committed."""
    if by.key_id is not None:
        keys = ApiKey.objects.select_for_update(no_key=True).filter(pk=by.key_id, revoked_at__isnull=True, expires_at__gt=at)
        if not keys.exists():
            raise Refused("account.manage_own", by.role)
    if by.membership_id is None:
        return
    live = Membership.objects.live(at).select_for_update(of=("self",), no_key=True).filter(pk=by.membership_id, user__is_active=True)
    if not live.exists():
        raise Refused("account.manage_own", by.role)


def of_key(key: ApiKey, client: Organisation, at: datetime) -> Actor | None:
    """Return the actor a key makes at `client`: its own tenant, or a client that its provider serves now; None for any other."""
    own = key.tenant_id == client.pk and client.kind == Kind.CLIENT
    serving = Engagement.objects.live(at).filter(client=client)
    if not own and not serving.filter(provider_id=key.tenant_id).exists():
        return None
    side = Side(key.side) if key.side else (Side.INTERNAL if own else Side.PROVIDER)
    company: int | None = client.pk if side is Side.INTERNAL else key.tenant_id
    if own and side is Side.PROVIDER:  # made at the client for who served it then: it does not pass to the next provider
        company = serving.filter(starts_at__lte=key.created_at).values_list("provider_id", flat=True).first()
    if company is None:
        return None
    return Actor(tenant=client, role=key.kind, name=f"Key {key.name or key.prefix}", side=side, company_id=company, key_id=key.pk)


def provider_id_of(client_id: int, at: datetime) -> int | None:
    """Return the id of the provider that serves a client at `at`."""
    row = Engagement.objects.live(at).filter(client_id=client_id).order_by("-starts_at", "-id").first()
    return row.provider_id if row else None


def provider_of(client_id: int, at: datetime) -> Organisation | None:
    """Return the provider that serves a client at `at`."""
    row = Engagement.objects.live(at).filter(client_id=client_id).select_related("provider").order_by("-starts_at", "-id").first()
    return row.provider if row else None


def asked_in(client_id: int, at: datetime) -> QuerySet[Invitation]:
    """Return the open links by which a client asks a provider in."""
    return Invitation.objects.filter(tenant_id=client_id, company__isnull=True, used_at__isnull=True, expires_at__gt=at).order_by("-id")


def provider_asked(client_id: int, at: datetime) -> str:
    """Return what the provider is called that a client asked in and that has not accepted yet, "" for none."""
    return asked_in(client_id, at).values_list("company_name", flat=True).first() or ""


def people_of(client_id: int, side: Side | None, at: datetime) -> list[Person]:
    """Return the live, active members of a client who work, lead or look after it, of one side or of both, by name; not those who only ask."""
    rows = Membership.objects.live(at).filter(tenant_id=client_id, user__is_active=True).exclude(role=ASKS).select_related("user")
    if side is not None:
        rows = rows.filter(side=side)
    return [Person(row.user_id, str(row.user), row.user.email, row.role, Side(row.side)) for row in rows.order_by("user__name", "id")]


def person_of(client_id: int, user_id: int, at: datetime) -> Person | None:
    """Return one live, active member of a client, also one who only asks; None for anybody else."""
    rows = Membership.objects.live(at).filter(tenant_id=client_id, user_id=user_id, user__is_active=True).select_related("user")
    row = rows.order_by("id").first()
    return Person(row.user_id, str(row.user), row.user.email, row.role, Side(row.side)) if row else None


# --- object permissions: one group per tenant and role holds the grant, so that ending a membership ends it


def group_of(tenant: Organisation, role: str) -> Group:
    """Return the group of one role at one tenant, with its grant."""
    group, made = Group.objects.get_or_create(name=f"{tenant.pk}:{role}")
    if made:
        assign_perm(f"accounts.{ENTER}", group, tenant)
    return group


def admit(user: User, tenant: Organisation, role: str) -> None:
    """Put a person under the grant of their role; called with the membership's change and in its transaction."""
    user.groups.add(group_of(tenant, role))


def dismiss(user: User, tenant: Organisation, role: str) -> None:
    """Take the grant of a role from a person."""
    user.groups.remove(*Group.objects.filter(name=f"{tenant.pk}:{role}"))


def differences(at: datetime) -> list[str]:
    """Return in words where grants and live memberships do not agree; an empty list is the promise."""
    due = {(row.user_id, f"{row.tenant_id}:{row.role}") for row in Membership.objects.live(at)}
    held = set(User.groups.through.objects.values_list("user_id", "group__name"))
    return [f"person {user}: {group} is missing" for user, group in due - held] + [
        f"person {user}: {group} is too much" for user, group in held - due
    ]


def model_permissions() -> int:
    """Count grants over whole models; there is never one, because it would open every tenant's rows."""
    return Permission.objects.filter(group__isnull=False).count() + Permission.objects.filter(user__isnull=False).count()
