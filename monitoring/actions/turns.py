"""One client's alerts and evidence are worked on one after the other, so that counts are exact and nothing deadlocks."""

from django.db import connection

from responsibilities.queries import turnstile

TURN = 872  # the first half of the advisory lock's key; the second is the client


def take_turn(tenant_id: int) -> None:
    """Wait until nobody else digests or judges for this client; the turn ends with the transaction.

    What is found goes by one version of the matrix: it is kept from here on, before anything else is locked.
    """
    turnstile.keep(tenant_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, tenant_id % 2**31])
