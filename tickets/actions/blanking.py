"""Blank a secret that somebody pasted into a message: the words go, who and why stay."""

from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices import hooks
from tickets import queries
from tickets.actions import steps, telling
from tickets.domain import audience as audiences
from tickets.domain import lifecycle
from tickets.models import Event, InboundMail, Kind, Redaction, Ticket

PLACE = "[blanked]"
OFFERS = frozenset({Kind.OFFERED, Kind.ASKED_FOR})


@transaction.atomic
def blank(ticket_id: int, event_id: int, reason: str, *, by: access.Actor, at: datetime) -> Redaction:
    """Blank the text of one entry that this person may read, everywhere it is kept, and in mails that wait; a second time changes nothing.

    What was sent or copied before stays where it went, so the secret itself has to be changed as well. Raises Event.DoesNotExist.
    """
    access.require(by, "ticket.redact_secret")
    if len(reason.strip()) < lifecycle.REASON:
        raise steps.SayMore(lifecycle.SAY_WHY)
    ticket = Ticket.objects.for_tenant(by.tenant).select_for_update(of=("self",)).select_related("tenant").get(id=ticket_id)
    event = queries.readable(ticket, by).blankable().get(id=event_id)
    before = Redaction.objects.for_tenant(by.tenant).of(ticket.id).filter(event=event.id).first()
    if before is not None:
        return before
    if not event.text:
        raise steps.NotNow("This entry has no text, so there is nothing to blank.")
    for out in (notices, hooks):
        out.take_out(tenant=by.tenant_id, key=telling.key_of(event), text=event.text, instead=PLACE)
    row = Redaction.objects.create(
        tenant=by.tenant,
        ticket=ticket,
        event=event,
        audience=event.audience,
        side_id=by.company_id,
        by_user_id=by.user_id,
        by_name=by.name,
        reason=reason.strip(),
        at=at,
    )
    mails = InboundMail.objects.for_tenant(by.tenant)
    said = mails.filter(event=event.id).exclude(text_sha256="").values("text_sha256")
    again = mails.filter(ticket=ticket.id, text_sha256__in=said)  # the same words, which wait for a person
    for one in (again, mails.filter(event=event.id)):
        one.update(raw=b"", quoted="")  # the mail it came by says it too
    if event.kind in OFFERS and ticket.packet:
        ticket.packet = {}  # what is said in it is said in the entry
        ticket.save(update_fields=["packet"])
    _kept(ticket, event, by=by, at=at)
    return row


def _kept(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Write into the shared trail that a text was blanked; what one side keeps to itself is not told there."""
    if event.audience in audiences.TO_BOTH:
        trail.record("ticket.redact_secret", ticket, by=by, at=at, after=f"ticket {ticket.number}: a text of {event.by_name} was blanked")
