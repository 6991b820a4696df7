"""How people want to hear of things."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from comanaged.notices import models
from comanaged.notices.domain import resting

# Both of what people chose, in one statement, for people who chose nothing too.
WISHES = """
SELECT asked.id, p.via, r.zone, r.quiet_from, r.quiet_until, r.collected_at FROM unnest(%s::bigint[]) AS asked(id)
LEFT JOIN notices_preference p ON p.user_id = asked.id AND p.kind = %s LEFT JOIN notices_rest r ON r.user_id = asked.id"""


@dataclass(frozen=True)
class Wish:
    """How one person wants to hear of one kind of thing."""

    via: str = resting.NOW
    rest: resting.Rest = field(default_factory=resting.Rest)


def wishes(user_ids: Iterable[int], kind: str) -> dict[int, Wish]:
    """Return by person how they want to hear of a kind; one statement, none for nobody."""
    asked = sorted(set(user_ids))
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(WISHES, [asked, kind])
        return {
            user: Wish(via or resting.NOW, resting.Rest(zone, *times) if zone else resting.Rest()) for user, via, zone, *times in cursor
        }


def vias(user_id: int) -> dict[str, str]:
    """Return how a person wants to hear of each kind of thing about which they chose."""
    return dict(models.Preference.objects.filter(user=user_id).values_list("kind", "via"))


def rest_of(user_id: int | None) -> resting.Rest | None:
    """Return when a person rests; None where they never said."""
    row = models.Rest.objects.filter(user=user_id).first() if user_id is not None else None
    return resting.Rest(row.zone, row.quiet_from, row.quiet_until, row.collected_at) if row else None
