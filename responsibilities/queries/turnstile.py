"""Where work that is being routed and a version that comes into force pass one another, so that no work is left on the old route."""

from django.db import connection

MATRIX = 873  # the first half of the advisory lock's key; the second is the client


def keep(tenant_id: int) -> None:
    """Let no other version come into force before this transaction ends; any number of transactions may keep it at once.

    Who also adds to the trail in the same transaction keeps it before, as a signer takes its turn in the trail last.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [MATRIX, tenant_id % 2**31])


def change(tenant_id: int) -> None:
    """Wait until nobody routes by the version in force, and let nobody before this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [MATRIX, tenant_id % 2**31])
