"""The contacts of a client, in pages by name."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan

from comanaged.accounts import access
from comanaged.accounts.models import Membership
from tickets.models import Contact

SIZE = 50


@dataclass(frozen=True)
class Listed:
    """One page of contacts, and the number of the one after which the next begins; none at the end."""

    rows: tuple[Contact, ...]
    after: int | None


def contacts(tenant_id: int, *, words: str = "", after: int | None = None) -> Listed:
    """Return contacts whose name or address holds all these words, by name, behind the one numbered `after`."""
    found = Contact.objects.for_tenant(tenant_id)
    for word in words.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(address__icontains=word))
    last = Contact.objects.for_tenant(tenant_id).filter(number=after).values_list("name", "id").first() if after else None
    if last is not None:
        found = found.filter(TupleGreaterThan(("name", "id"), last))
    rows = tuple(found.order_by("name", "id")[: SIZE + 1])
    return Listed(rows[:SIZE], rows[SIZE - 1].number if len(rows) > SIZE else None)


def contact(tenant_id: int, number: int) -> Contact:
    """Return one contact; raises Contact.DoesNotExist."""
    return Contact.objects.for_tenant(tenant_id).get(number=number)


def works_here(row: Contact, at: datetime) -> bool:
    """Say whether somebody who was a contact belongs to the client otherwise by now."""
    return Membership.objects.live(at).filter(user=row.user_id, tenant=row.tenant_id).exclude(role=access.ASKS).exists()
