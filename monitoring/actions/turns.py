"""One client's alerts and evidence are worked on one after the other, so that counts are exact and nothing deadlocks."""

from django.db import connection

TURN = 872  # the first half of the advisory lock's key; the second is the client


def take_turn(tenant_id: int) -> None:
    """Wait until nobody else digests or judges for this client; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, tenant_id % 2**31])
