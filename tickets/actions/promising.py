"""The promise a ticket keeps from the moment it opens."""

from datetime import datetime

from comanaged.accounts import access
from responsibilities import queries as responsibilities
from tickets.domain import clocks, ledger
from tickets.models import Promise, Terms


def terms_now(by: access.Actor, place: str, at: datetime) -> Terms:
    """Return the terms of a ticket that opens now: the client's targets, and its business hours at this place."""
    policy = Promise.objects.for_tenant(by.tenant).first()
    office = responsibilities.matrix_of(by.tenant_id, at).hours_at(place).business
    content = ledger.terms_content(
        policy.targets if policy else ledger.DEFAULTS, clocks.words_of(office), vendor_pauses=policy.vendor_pauses if policy else False
    )
    named = ledger.digest(content)
    known = Terms.objects.for_tenant(by.tenant).filter(digest=named)
    found = known.first()
    if found is None:
        Terms.objects.bulk_create([Terms(tenant=by.tenant, digest=named, content=content)], ignore_conflicts=True)
        found = known.get()
    return found
