"""The wall between tenants: rows that refuse unscoped reads, and the database scope that row-level security compares."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, NoReturn, Self, TypeVar

from django.db import DatabaseError, connection, models, transaction

Row = TypeVar("Row", bound=models.Model)
Rows = TypeVar("Rows", bound=models.QuerySet[Any])

SWAP = """SELECT current_setting('app.tenants', true), current_setting('app.side', true), current_setting('app.person', true),
       set_config('app.tenants', %s, true), set_config('app.side', %s, true), set_config('app.person', %s, true)"""
RESTORE = "SELECT set_config('app.tenants', %s, true), set_config('app.side', %s, true), set_config('app.person', %s, true)"


class Unscoped(Exception):
    """A tenant's rows were asked for without saying whose."""


Last = Callable[[list[Any]], None]  # what is done once, with all that was handed to it, before a scope ends


class Scopes(threading.local):
    """What this thread's open scopes do last, the innermost scope's at the end."""

    def __init__(self) -> None:
        self.open: list[dict[Last, list[Any]]] = []


scopes = Scopes()


@contextmanager
def only(tenants: Iterable[int], *, side: int | None = None, person: int | None = None) -> Iterator[None]:
    """Everything inside is one transaction that sees these tenants and no other, as the organisation `side`.

    `person` opens, besides, what nobody but that person may read yet: an ordinary request has none in scope, and a scope inside
    this one has none either unless it says so again. The settings are local to the transaction, so a pooled or reused connection carries nothing over. A scope inside a scope
    restores the outer one by hand: SET LOCAL outlives a released savepoint.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        ids = ",".join(str(int(tenant)) for tenant in tenants)
        cursor.execute(SWAP, ["{" + ids + "}", *("" if one is None else str(int(one)) for one in (side, person))])
        before = cursor.fetchone()[:3]
        mine: dict[Last, list[Any]] = {}
        scopes.open.append(mine)
        try:
            yield
            for do, things in [] if connection.needs_rollback else list(mine.items()):
                do(things)
        finally:
            scopes.open.pop()
        if nested and not connection.needs_rollback:  # a rolled-back savepoint restores them itself
            cursor.execute(RESTORE, [word or "" for word in before])


def at_last(do: Last, thing: Any) -> None:
    """Let `do` be called once with everything handed to it in this scope, in the scope and its transaction, when all else went well."""
    scopes.open[-1].setdefault(do, []).append(thing)


def handed(do: Last) -> list[Any]:
    """Return what was handed to `do` in this scope so far."""
    return scopes.open[-1].get(do, []) if scopes.open else []


def lost_race(trouble: DatabaseError) -> bool:
    """Say whether the database gave this transaction up for the sake of another one: nothing of it was done, and it may be tried again."""
    return getattr(trouble.__cause__, "pgcode", "") in {"40P01", "40001"}  # deadlock detected, serialization failure


class TenantManager(models.Manager[Row], Generic[Row, Rows]):
    """The ordinary way to a tenant's rows: it answers only when told whose."""

    rows: type[Rows] = models.QuerySet  # type: ignore[assignment]

    def get_queryset(self) -> NoReturn:
        raise Unscoped(f"{self.model.__name__}: say whose rows, by for_tenant() or for_tenants().")

    def for_tenant(self, tenant: Any) -> Rows:
        """Return the rows of one tenant, given as Organisation or id."""
        return self.for_tenants([getattr(tenant, "pk", tenant)])

    def for_tenants(self, tenants: Iterable[int]) -> Rows:
        """Return the rows of these tenants' ids."""
        return self.rows(self.model, using=self._db).filter(tenant__in=list(tenants))

    def create(self, **columns: Any) -> Row:
        """Insert one row; the database wall refuses a tenant out of scope."""
        row: Row = self.rows(self.model, using=self._db).create(**columns)
        return row

    def bulk_create(self, objs: Iterable[Row], *args: Any, **options: Any) -> list[Row]:
        """Insert many rows; the database wall refuses a tenant out of scope."""
        return self.rows(self.model, using=self._db).bulk_create(objs, *args, **options)


class TenantOwned(models.Model):
    """A row that belongs to one organisation."""

    # unique (tenant, id) serves the key; an index of its own misled the sweeper's claim
    tenant = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+", db_index=False)

    unscoped: ClassVar[models.Manager[Self]] = models.Manager()
    objects: ClassVar[TenantManager[Self, models.QuerySet[Self]]] = TenantManager()

    class Meta:
        abstract = True
        default_manager_name = "unscoped"
