"""Take the words of one entry away, everywhere they are kept, and in what waits to be sent; who, when and why stays."""

from datetime import datetime

from comanaged.accounts import access
from comanaged.notices import actions as notices
from comanaged.notices import hooks
from tickets.actions import entries, telling
from tickets.domain import audience as audiences
from tickets.models import Event, InboundMail, Kind, Redaction, Ticket

PLACE = "[blanked]"
OFFERS = frozenset({Kind.OFFERED, Kind.ASKED_FOR})


def entry(ticket: Ticket, event: Event, reason: str, *, by: access.Actor, at: datetime) -> Redaction:
    """Blank an entry that has a text and was not blanked yet, of a ticket whose row is locked."""
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
        entries.keep(
            ticket, "ticket.redact_secret", ticket, by=by, at=at, after=f"ticket {ticket.number}: a text of {event.by_name} was blanked"
        )
