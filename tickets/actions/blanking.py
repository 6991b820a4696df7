"""Blank a secret that somebody pasted into a message: the words go, who and why stay."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from tickets import queries
from tickets.actions import steps, wiping
from tickets.actions.incidents import blanking as facts
from tickets.domain import lifecycle
from tickets.models import Redaction, Ticket


@transaction.atomic
def blank(ticket_id: int, event_id: int, reason: str, *, by: access.Actor, at: datetime) -> Redaction:
    """Blank the text of one entry that this person may read, everywhere it is kept, and in mails that wait; a second time changes nothing.

    What was sent or copied before stays where it went, so the secret itself has to be changed as well. Raises Event.DoesNotExist.
    """
    access.require(by, "ticket.redact_secret")
    if len(reason.strip()) < lifecycle.REASON:
        raise steps.SayMore(lifecycle.SAY_WHY)
    rows = Ticket.objects.for_tenant(by.tenant).seen_by(by.company_id)
    ticket = rows.select_for_update(of=("self",)).select_related("tenant").get(id=ticket_id)
    event = queries.readable(ticket, by).blankable().get(id=event_id)
    before = Redaction.objects.for_tenant(by.tenant).of(ticket.id).filter(event=event.id).first()
    if before is not None:
        return before
    if not event.text:
        raise steps.NotNow("This entry has no text, so there is nothing to blank.")
    facts.also(ticket, event, reason, by=by, at=at)
    return wiping.entry(ticket, event, reason, by=by, at=at)
