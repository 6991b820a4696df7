"""The same act on several tickets of one client: all of them or none, in one transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.audit.models import Entry
from tickets.actions.steps import NotNow, Refused, SayMore
from tickets.domain import saying
from tickets.models import Ticket

MOST = 100  # tickets at once
BATCHES, MINUTE = 20, timedelta(minutes=1)  # of one person at one client

Act = Callable[[int, int], object]  # what is done with a ticket's id and the version that was shown


@transaction.atomic
def on_all(seen: Mapping[int, int], act: Act, word: str, *, by: access.Actor, at: datetime) -> int:
    """Do one act on tickets given as ids with the versions shown; the first that cannot be done refuses all of them, by name.

    The rows are locked together and in order, before anything is written, so two batches never wait for each other in a ring.
    """
    access.require(by, "ticket.bulk_update")
    if not seen:
        raise SayMore("Choose the tickets first.")
    if len(seen) > MOST:
        raise SayMore(f"Choose {MOST} tickets at most at once.")
    recent = Entry.objects.for_tenant(by.tenant).filter(action="ticket.bulk_update", user_id=by.user_id, at__gt=at - MINUTE)
    if recent.count() >= BATCHES:
        raise NotNow(f"You changed {BATCHES} batches within a minute. Wait a moment, then go on.")
    locked = list(
        Ticket.objects.for_tenant(by.tenant).seen_by(by.company_id).select_for_update(of=("self",)).filter(id__in=seen).order_by("id")
    )
    if len(locked) != len(seen):
        raise Ticket.DoesNotExist
    for ticket in locked:
        try:
            act(ticket.pk, seen[ticket.pk])
        except Refused as refusal:
            refusal.words = f"{saying.reference(by.tenant.name, ticket.number)}: {refusal.words}"
            raise
    shared = [one for one in locked if one.hidden_for_id is None]
    if shared:  # of those that one side keeps to itself both sides' trail does not even say how many there were
        trail.record("ticket.bulk_update", shared[0], by=by, at=at, after=f"{word}: {len(shared)} tickets")
    return len(locked)
