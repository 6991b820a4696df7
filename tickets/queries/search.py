"""Finding tickets by words: of the ticket itself, of its people, and of the messages that the reader may read."""

from collections.abc import Collection, Sequence

from django.db import connection

from tickets.domain import lifecycle

MOST = 500  # tickets, of the newest, that one search finds by their own words, and as many by those of messages
FIND = "SELECT DISTINCT ticket FROM found_tickets(%s, %s, %s, %s::bigint[], %s, %s)"


def found(tenant_ids: Collection[int], words: Sequence[str], *, notes: bool, states: Collection[str] = (), begun: bool = True) -> list[int]:
    """Return the ids of the newest tickets of these clients in which all the words are found.

    `notes` = the reader reads the working notes of his side; `states` empty means any; the last word may be the beginning of one.
    The database does this with its owner's eyes and keeps to the tenants and the side in scope itself.
    """
    wanted = [] if set(states) == set(lifecycle.State) else sorted(states)
    with connection.cursor() as cursor:
        cursor.execute(FIND, [list(words), begun, notes, list(tenant_ids), wanted, MOST])
        return [ticket for (ticket,) in cursor.fetchall()]
