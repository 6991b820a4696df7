"""Tell people of a heap that grows, at most once within a while: what was not sent yet says it in newer words instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from comanaged.notices import actions
from comanaged.notices.actions import Addressee
from comanaged.notices.kinds import Kind
from comanaged.notices.models import Notice

DIGITS = "%Y%m%d%H%M%S"  # of a moment in a key, so that keys sort as moments do
FAR = timedelta(days=3660)  # an upper end for keys that sorts alike in every language


@dataclass(frozen=True)
class Heap:
    """What grows: whose it is, its kind, the word its keys begin with, and how long people are left alone after hearing of it."""

    tenant: int
    kind: Kind
    word: str
    apart: timedelta

    def key(self, moment: datetime) -> str:
        return f"{self.word}:{moment:{DIGITS}}"


def take_turn(heap: Heap) -> None:
    """Let who grows or lessens the heap wait for who did so a moment ago, until that is committed: before it counts, not only before it tells."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(873, %s)", [heap.tenant])


def tell(heap: Heap, people: Sequence[Addressee], *, subject: str, text: str, at: datetime) -> None:
    """Let each of these people hear of the heap as it is now: at once, or when they were left alone for long enough. After take_turn."""
    addresses = {person.email for person in people}
    reworded = set(_unsent(heap).filter(to_address__in=addresses).values_list("to_address", flat=True))
    _unsent(heap).filter(to_address__in=reworded).update(subject=subject, text=text)
    lately = Notice.objects.for_tenant(heap.tenant).filter(to_address__in=addresses - reworded)
    lately = lately.filter(key__gt=heap.key(at - heap.apart), key__lt=heap.key(at + FAR))
    told: dict[str, str] = {}
    for address, key in lately.order_by("key").values_list("to_address", "key"):
        told[address] = key
    for person in people:
        if person.email not in reworded:
            due = max(at, _moment(told[person.email], at) + heap.apart) if person.email in told else at
            actions.queue(
                tenant=heap.tenant,
                to=[person],
                subject=subject,
                text=text,
                key=heap.key(due),
                at=at,
                kind=heap.kind,
                not_before=due,
            )


def retell(heap: Heap, addresses: Sequence[str], *, subject: str, text: str) -> None:
    """Put what waits to be sent into newer words; empty words take it back, since there is nothing to tell any more. After take_turn."""
    rows = _unsent(heap).filter(to_address__in=addresses)
    if text:
        rows.update(subject=subject, text=text)
    else:
        rows.delete()


def _unsent(heap: Heap) -> QuerySet[Notice]:
    """What nobody sends at this moment."""
    rows = Notice.objects.for_tenant(heap.tenant).filter(kind=heap.kind, sent_at=None, failed_at=None)
    return rows.filter(lease_token=None, key__startswith=f"{heap.word}:")


def _moment(key: str, like: datetime) -> datetime:
    return datetime.strptime(key.rpartition(":")[2], DIGITS).replace(tzinfo=like.tzinfo)
