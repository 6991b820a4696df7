"""Record an act in the transaction that does it, read a row's history, prove that the chain is whole."""

import json
from datetime import datetime
from typing import Protocol

from django.db import connection, models

from comanaged.audit.models import Entry

Value = object


class Author(Protocol):
    """Who acts: a person's membership, a key, or the product itself."""

    @property
    def tenant_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def side(self) -> str | None: ...
    @property
    def user_id(self) -> int | None: ...
    @property
    def key_id(self) -> int | None: ...


def record(
    action: str, row: models.Model, *, by: Author, at: datetime, before: Value = None, after: Value = None, reason: str = ""
) -> Entry:
    """Add one entry. Never quote private text: an entry is read by both sides."""
    return Entry.objects.create(
        tenant_id=getattr(row, "tenant_id", None) or by.tenant_id,
        at=at,
        action=action,
        row_type=row._meta.label_lower,
        row_id=row.pk,
        who=by.name[:200],
        user_id=by.user_id,
        key_id=by.key_id,
        side=by.side or "",
        before=plain(before),
        after=plain(after),
        reason=reason,
    )


def take_turn(tenant: int) -> None:
    """Wait for the tenant's turn to add entries, and keep it to the end of the transaction.

    The chain takes it by itself; who also locks rows that others lock after adding an entry takes it first, else the two block each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(871, %s)", [tenant])


def plain(value: Value) -> str:
    """Return a value as the text that history shows."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)


def history_of(*rows: models.Model, limit: int = 50) -> list[Entry]:
    """Return the newest entries about these rows (of one tenant), newest first."""
    if not rows:
        return []
    about = models.Q()
    for row in rows:
        about |= models.Q(row_type=row._meta.label_lower, row_id=row.pk)
    tenant = rows[0].tenant_id  # type: ignore[attr-defined]
    return list(Entry.objects.for_tenant(tenant).filter(about).order_by("-number")[:limit])


BROKEN = """
SELECT number FROM (
  SELECT number, hash, previous,
         lag(hash, 1, ''::bytea) OVER chain AS expected, row_number() OVER chain AS place,
         audit_hash(e.*, previous) AS computed
  FROM audit_entry e WHERE tenant_id = %s WINDOW chain AS (ORDER BY number)) links
WHERE previous <> expected OR hash <> computed OR number <> place ORDER BY number LIMIT 1"""


def first_break(tenant: int) -> int | None:
    """Return the number of the first entry that was changed, moved or follows a removed one; None for a whole chain.

    A cut tail cannot be seen from inside: keep head() outside.
    """
    with connection.cursor() as cursor:
        cursor.execute(BROKEN, [tenant])
        found = cursor.fetchone()
    return found[0] if found else None


def head(tenant: int) -> tuple[int, str]:
    """Return number and hash of the newest entry, (0, "") for none."""
    newest = Entry.objects.for_tenant(tenant).order_by("-number").values_list("number", "hash").first()
    return (newest[0], bytes(newest[1]).hex()) if newest else (0, "")
