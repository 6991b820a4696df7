"""The doorbell to workers, the lease on outstanding rows, and the sweep that needs no broker.

The row is the truth: a ring that is lost costs seconds, because the sweeper finds the row again.
"""

import logging
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from celery import Celery, shared_task
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, connections, models, transaction

from comanaged import tenancy
from comanaged.celery import app

log = logging.getLogger(__name__)

LEASE_SECONDS = 120
TRIES = 5
SILENCE = 5.0  # seconds without ringing after a ring that failed


class LostLease(Exception):
    """Another worker holds this row by now: everything done here is rolled back."""


class Leased(models.Model):
    """The columns of a row that is a job: who works on it, until when, for the how manieth time."""

    lease_until = models.DateTimeField(null=True, editable=False)
    lease_token = models.UUIDField(null=True, editable=False)
    attempts = models.IntegerField(default=0, editable=False)

    class Meta:
        abstract = True


class Body(Protocol):
    """What does one row's work."""

    def __call__(self, *, tenant: int, id: int, token: uuid.UUID) -> None: ...


@dataclass(frozen=True)
class Job:
    """A kind of outstanding row: where it lies, when it is undone, what does it."""

    name: str
    table: str
    undone: str
    body: Body
    poison: Body
    scoped: bool
    tries: int
    each: int = 20  # rows of one tenant that a sweep does before it looks at the next kind of work


JOBS: dict[str, Job] = {}

CLAIM_ONE = """
UPDATE {table} SET lease_until = clock_timestamp() + make_interval(secs => %(seconds)s), lease_token = %(token)s, attempts = attempts + 1
WHERE tenant_id = %(tenant)s AND id = %(id)s AND {undone} AND (lease_until IS NULL OR lease_until < clock_timestamp()) RETURNING attempts"""

# Of a row that was claimed together with others: the lease is renewed and the try is counted now that its work begins. Whoever dies
# in the middle of many has tried one of them, not all.
BEGIN = """
UPDATE {table} SET lease_until = clock_timestamp() + make_interval(secs => %(seconds)s), attempts = attempts + 1
WHERE tenant_id = %(tenant)s AND id = %(id)s AND {undone} AND lease_token = %(token)s RETURNING attempts"""

CLAIM_MANY = """
WITH RECURSIVE waiting(tenant_id) AS (
  (SELECT tenant_id FROM {table} WHERE {undone} ORDER BY tenant_id LIMIT 1)
  UNION ALL
  SELECT (SELECT n.tenant_id FROM {table} n WHERE {undone} AND n.tenant_id > w.tenant_id ORDER BY n.tenant_id LIMIT 1)
  FROM waiting w WHERE w.tenant_id IS NOT NULL),
picked AS (SELECT free.id FROM waiting w CROSS JOIN LATERAL (
  SELECT id FROM {table} WHERE tenant_id = w.tenant_id AND {undone}
  AND (lease_until IS NULL OR lease_until < clock_timestamp()) ORDER BY id LIMIT %(each)s FOR UPDATE SKIP LOCKED) free)
UPDATE {table} SET lease_until = clock_timestamp() + make_interval(secs => %(seconds)s), lease_token = gen_random_uuid()
WHERE id = ANY (ARRAY(SELECT id FROM picked)) RETURNING tenant_id, id, lease_token"""


def job(
    name: str, *, table: str, undone: str, poison: Body, scoped: bool = True, tries: int = TRIES, each: int = 20
) -> Callable[[Body], Body]:
    """Register `body` as the Celery task `name` and its table with the sweeper.

    `undone` is the SQL condition of the table's partial index. The body runs inside one transaction of the row's tenant (with
    scoped=False outside any, for work that leaves the house) and ends with finish(). After `tries` tries `poison` ends the row visibly.
    `each` is low where one row may take long, so that a sweep soon comes to what else waits.
    """

    def register(body: Body) -> Body:
        known = JOBS[name] = Job(name, table, undone, body, poison, scoped, tries, each)

        @shared_task(name=name)
        def run(*, tenant: int, id: int) -> None:  # a message can only make us look at a row, never say that it is claimed
            perform(known, tenant=tenant, row=id)

        return body

    return register


def perform(known: Job, *, tenant: int, row: int, token: str = "") -> None:
    """Do the row's work under the lease that `token` holds, or one taken now; a lost race is silence, an error is left to a later try."""
    statement = BEGIN if token else CLAIM_ONE
    token = token or str(uuid.uuid4())
    attempts = claim(known, tenant=tenant, row=row, token=token, statement=statement)
    if attempts is None:
        return
    body = known.poison if attempts > known.tries else known.body
    try:
        with tenancy.only([tenant]) if known.scoped or body is known.poison else unscoped_work():
            body(tenant=tenant, id=row, token=uuid.UUID(token))
    except LostLease:
        log.info("%s %s: another worker has it", known.name, row)
    except Exception:
        log.exception("%s %s failed, try %s of %s", known.name, row, attempts, known.tries)
        release(known, tenant=tenant, row=row, token=token, seconds=min(2**attempts, 60))


@contextmanager
def unscoped_work() -> Iterator[None]:
    """No transaction around work that talks to others."""
    yield


def claim(known: Job, *, tenant: int, row: int, token: str, statement: str = CLAIM_ONE) -> int | None:
    """Take the lease of one undone, free row, or renew one's own; return which try this is, or None."""
    with tenancy.only([tenant]), connection.cursor() as cursor:
        values: dict[str, int | str] = {"seconds": LEASE_SECONDS, "token": token, "tenant": tenant, "id": row}
        cursor.execute(statement.format(table=known.table, undone=known.undone), values)
        found = cursor.fetchone()
    return found[0] if found else None


def release(known: Job, *, tenant: int, row: int, token: str, seconds: int) -> None:
    """Let the row be tried again after `seconds`, if the lease is still ours."""
    try:
        with tenancy.only([tenant]), connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {known.table} SET lease_until = clock_timestamp() + make_interval(secs => %s) "  # noqa: S608 - our own table names
                "WHERE tenant_id = %s AND id = %s AND lease_token = %s",
                [seconds, tenant, row, token],
            )
    except DatabaseError:
        log.exception("%s %s: the lease runs out by itself", known.name, row)


def finish(model: type[models.Model], id: int, token: uuid.UUID, **columns: Any) -> None:
    """Mark the row done with the effects of its work, in their transaction; raise LostLease where the lease went to another."""
    done = model._default_manager.filter(pk=id, lease_token=token).update(lease_until=None, lease_token=None, attempts=0, **columns)
    if not done:
        raise LostLease


def renew(model: type[models.Model], id: int, token: uuid.UUID, **columns: Any) -> None:
    """Keep the lease of long work, and say how far it is; raise LostLease where another worker has it by now."""
    lease = models.Func(models.Value(LEASE_SECONDS), template="clock_timestamp() + make_interval(secs => %(expressions)s)")
    if not model._default_manager.filter(pk=id, lease_token=token).update(lease_until=lease, **columns):
        raise LostLease


# --- the doorbell

bell = Celery(broker=settings.BROKER_URL, set_as_current=False)
bell.conf.update(
    task_publish_retry=False,
    broker_connection_timeout=0.04,
    broker_transport_options={"socket_connect_timeout": 0.04, "socket_timeout": 0.04, "max_retries": 0},
)
deaf_until = 0.0


def after_commit(name: str, **ids: int) -> None:
    """Ring for the task `name` once the transaction is committed; a broker that is away costs at most 40 ms."""
    transaction.on_commit(lambda: ring(name, ids), robust=True)


def ring(name: str, ids: dict[str, int]) -> None:
    """Send one message, or stay silent for a while after one that failed."""
    global deaf_until  # noqa: PLW0603 - one bell per process
    if time.monotonic() < deaf_until:
        return
    try:
        bell.send_task(name, kwargs=ids, ignore_result=True)
    except Exception as trouble:  # whatever a broker can do, the row waits for the sweeper
        deaf_until = time.monotonic() + SILENCE
        log.warning("No broker (%s); the sweeper takes over.", type(trouble).__name__)


# --- the sweep


def sweep_table(name: str, *, each: int = 20) -> int:
    """Claim undone rows of every tenant, some of each, and do their work here; return how many."""
    known = JOBS[name]
    with connections["system"].cursor() as cursor:
        cursor.execute(CLAIM_MANY.format(table=known.table, undone=known.undone), {"each": each, "seconds": LEASE_SECONDS})
        rows = sorted(cursor.fetchall())  # the oldest of a tenant first; an UPDATE returns them as it comes upon them
    for tenant, row, token in rows:
        perform(known, tenant=tenant, row=row, token=str(token))
    return len(rows)


def sweep(*, each: int = 20) -> int:
    """Do everything outstanding once, table by table; a table in trouble does not stop the next."""
    app.loader.import_default_modules()
    done = 0
    for name, known in JOBS.items():
        close_old_connections()
        try:
            done += sweep_table(name, each=min(each, known.each))
        except DatabaseError:
            log.exception("The sweep of %s failed; the next round tries again.", name)
    return done


def waiting() -> dict[str, int]:
    """Return by job name how many rows wait, counted up to a thousand."""
    app.loader.import_default_modules()
    counts: dict[str, int] = {}
    for known in JOBS.values():
        with connections["system"].cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM (SELECT id FROM {known.table} WHERE {known.undone} LIMIT 1000) capped")  # noqa: S608
            counts[known.name] = cursor.fetchone()[0]
    return counts
