"""What the pages of people, keys and history show."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from comanaged.accounts import access
from comanaged.accounts.models import ApiKey, Invitation, Membership, User
from comanaged.audit.models import Entry
from comanaged.notices.queries import Unreached
from comanaged.vocabulary import Side

KINDS = {"k_read": "reads", "k_desk": "works tickets", "k_evidence": "sends evidence", "k_ingest": "sends mail"}
HISTORY_PAGE = 50
# not by a policy of the table: whoever adds an entry has to read the newest one, whatever it is about
SEEN = RawSQL("row_type <> 'tickets.ticket' OR row_id <> ALL ((SELECT hidden_from_scope())::bigint[])", [], output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a client, as its people page shows them."""

    membership_id: int
    user_id: int
    name: str
    email: str
    title: str
    side: Side
    signatory: bool
    since: datetime
    unreached: Unreached | None = None  # what mail did not reach them, for who can act on it


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it does, for which side, and whether it still opens anything."""

    id: int
    name: str
    prefix: str
    does: str
    side: str
    made_by: str
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None
    ended: str


@dataclass(frozen=True, slots=True)
class History:
    """A page of what was done, newest first, and the number the next page begins below."""

    entries: list[Entry]
    before: int | None

    @property
    def next(self) -> str:
        """Return the address of older entries, empty at the beginning of history."""
        return f"?before={self.before}" if self.before else ""


def members_of(tenant_id: int, at: datetime) -> list[Member]:
    """Return the live members of both sides by name; those who only ask are contacts, and stand on a page of their own."""
    rows = Membership.objects.live(at).filter(tenant_id=tenant_id, user__is_active=True).exclude(role=access.ASKS).select_related("user")
    return [
        Member(row.pk, row.user_id, str(row.user), row.user.email, access.titles()[row.role], Side(row.side), row.signatory, row.starts_at)
        for row in rows.order_by("user__name", "id")
    ]


def member_of(tenant_id: int, membership_id: int, at: datetime) -> Member | None:
    """Return one live member of this tenant, None for anyone else's."""
    return next((member for member in members_of(tenant_id, at) if member.membership_id == membership_id), None)


def open_invitations(tenant_id: int, at: datetime) -> list[Invitation]:
    """Return the links that still open, newest first."""
    return list(Invitation.objects.filter(tenant_id=tenant_id, used_at__isnull=True, expires_at__gt=at).order_by("-created_at", "-id"))


def has_account(email: str) -> bool:
    """Say whether an address already belongs to somebody."""
    return User.objects.filter(email=email.lower()).exists()


def keys_of(tenant_id: int, at: datetime) -> list[Key]:
    """Return a tenant's keys, the newest first, ended ones included."""
    return [key_as_shown(row, at) for row in ApiKey.objects.filter(tenant_id=tenant_id).order_by("-created_at", "-id")]


def key_of(tenant_id: int, key_id: int, at: datetime) -> Key | None:
    """Return one key of this tenant, None for anyone else's."""
    row = ApiKey.objects.filter(tenant_id=tenant_id, pk=key_id).order_by("id").first()
    return key_as_shown(row, at) if row else None


def key_as_shown(row: ApiKey, at: datetime) -> Key:
    """Return a key without anything that opens it."""
    ended = "revoked" if row.revoked_at else "ended" if row.expires_at <= at else ""
    does = KINDS.get(row.kind, row.kind)
    return Key(row.pk, row.name, row.prefix, does, row.side, row.made_by, row.created_at, row.expires_at, row.last_used_at, ended)


def history_page(tenant_id: int, before: int | None) -> History:
    """Return one page of a tenant's history, the entries numbered below `before`; nothing of tickets that the other side keeps to itself."""
    rows = Entry.objects.for_tenant(tenant_id).filter(SEEN)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows.order_by("-number")[: HISTORY_PAGE + 1])
    shown = found[:HISTORY_PAGE]
    return History(shown, shown[-1].number if len(found) > HISTORY_PAGE else None)
