"""How people want to hear of things, and whom mail does not reach."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet

from comanaged.notices import models
from comanaged.notices.domain import resting

LATELY = timedelta(days=30)
RETURNS = timedelta(days=1)  # after which a mail that was taken hardly comes back

# Both of what people chose, in one statement, for people who chose nothing too.
WISHES = """
SELECT asked.id, p.via, r.zone, r.quiet_from, r.quiet_until, r.collected_at FROM unnest(%s::bigint[]) AS asked(id)
LEFT JOIN notices_preference p ON p.user_id = asked.id AND p.kind = %s LEFT JOIN notices_rest r ON r.user_id = asked.id"""


@dataclass(frozen=True)
class Wish:
    """How one person wants to hear of one kind of thing."""

    via: str = resting.NOW
    rest: resting.Rest = field(default_factory=resting.Rest)


@dataclass(frozen=True)
class Unreached:
    """That mail to an address was refused for good, or came back: how much, since when, and when last."""

    count: int
    first: datetime
    last: datetime


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


def unreached(tenants: Iterable[int], addresses: Iterable[str], at: datetime) -> dict[str, Unreached]:
    """Return by address, in lower case, what did not reach it lately and was followed by nothing that did.

    One statement where everything arrives, two else, within a scope of these tenants.
    """
    notices = models.Notice.objects.for_tenants(tenants).order_by()
    rows = notices.filter(to_address__in=list(addresses), failed_at__gt=at - LATELY)
    rows = rows.exclude(text="")  # what was taken back, or let somebody in
    back = Max("failed_at", filter=Q(key__startswith=models.CAME_BACK))
    found = list(rows.values_list("to_address").annotate(Count("id"), Min("failed_at"), Max("failed_at"), back=back))
    arrived = _arrived(notices, [address for address, *_ in found], at) if found else {}
    kept = {}
    for address, count, first, last, returned in found:
        taken, stayed = arrived.get(address, (None, None))
        sent = stayed if returned == last else taken
        if sent is None or sent <= last:
            kept[address.lower()] = Unreached(count, first, last)
    return kept


def _arrived(notices: QuerySet[models.Notice], addresses: list[str], at: datetime) -> dict[str, tuple[datetime | None, datetime | None]]:
    """Return by address when a mail server last took a mail to it, and when it last took one that had the time to come back and did not."""
    sent = notices.filter(to_address__in=addresses, sent_at__gt=at - LATELY).values_list("to_address")
    stayed = Max("sent_at", filter=Q(sent_at__lt=at - RETURNS))
    return {address: (taken, kept) for address, taken, kept in sent.annotate(Max("sent_at"), stayed=stayed)}
