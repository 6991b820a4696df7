"""What a person decides about a mail that waits: a new ticket, an entry of the ticket it names, or nothing."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.audit import trail
from tickets.actions import contacts, filing, letters, mailed, mailing, steps, telling
from tickets.actions.letters import Became, Letter
from tickets.domain import addressing
from tickets.domain import audience as audiences
from tickets.domain.lifecycle import Move
from tickets.models import InboundMail, Kind, Outcome, Ticket

ACTION = "mail.release_held"
SHORT = 10  # characters of a reason


@transaction.atomic
def release_as_new(mail: UUID, *, by: access.Actor, at: datetime) -> Ticket | None:
    """Open a ticket for the sender, who becomes a contact where nobody knew them. Raises InboundMail.DoesNotExist, NotNow, SayMore."""
    letter = _waiting(mail, by, at)
    if letter.private:
        raise steps.NotNow("This answers what one side keeps to itself. Let it into its ticket, where it stays on that side, or drop it.")
    if not letter.sender:
        raise steps.NotNow(
            "This mail does not say from one address who wrote it, so nobody can be asked back. Drop it, or open a ticket by hand."
        )
    if letter.member is None:
        contacts.add_contact(letter.sender, letter.found.sender.name, by=by, at=at)
        letter = mailing.letter_of(letter.row, at)
    if letter.member is None:
        raise steps.NotNow("Its sender may not ask here.")
    became = mailed.opened(letter, letter.member, by=_let_in(letter, by))
    return _decided(letter, became, "ticket", by=by, at=at)


@transaction.atomic
def release_into(mail: UUID, *, by: access.Actor, at: datetime) -> Ticket | None:
    """Add a mail to the ticket it names, in nobody's name; what answers a private note stays with that side."""
    letter = _waiting(mail, by, at)
    ticket = named(letter)
    if ticket is None:
        raise steps.NotNow("This mail names no ticket.")
    if letter.private:
        became = _noted(letter, ticket, by)
    else:
        with tenancy.only([by.tenant_id]):
            became = mailed.added(letter, ticket, by=_let_in(letter, by))
    return _decided(letter, became, "entry", by=by, at=at)


@transaction.atomic
def drop(mail: UUID, reason: str, *, by: access.Actor, at: datetime) -> None:
    """Let nothing happen with a mail; it is kept as it came."""
    letter = _waiting(mail, by, at, failed_too=True)
    if len(reason.strip()) < SHORT:
        raise steps.SayMore("Say why, in ten characters or more.", "reason")
    _decided(letter, Became(Outcome.DROPPED, f"Dropped: {reason.strip()}"), "drop", by=by, at=at)


@transaction.atomic
def read_raw(row: InboundMail, *, by: access.Actor, at: datetime) -> bytes:
    """Return a mail as it came, but for the tokens of others, and keep who read it; of what one side keeps to itself the trail says nothing."""
    access.require(by, ACTION)
    if row.audience in audiences.TO_BOTH:
        trail.record("mail.read_raw", row, by=by, at=at, after=f"mail {row.pk}, as it came")
    return addressing.without_tokens(bytes(row.raw))


def named(letter: Letter) -> Ticket | None:
    """Return the ticket that a mail answers or names."""
    return letters.last_of(letter.address.ticket) if letter.address else letters.named_ticket(letter)


def _waiting(mail: UUID, by: access.Actor, at: datetime, *, failed_too: bool = False) -> Letter:
    """Return a mail that waits, with its row locked; only one that this side may read is there."""
    access.require(by, ACTION)
    rows = InboundMail.objects.for_tenant(by.tenant).visible_to(by.company_id).select_related("tenant")
    row = rows.select_for_update(of=("self",)).get(public_id=mail)
    if row.outcome != Outcome.HELD and not (failed_too and row.outcome == Outcome.FAILED):
        raise steps.NotNow("Somebody decided about this mail already.")
    return mailing.letter_of(row, at)


def _let_in(letter: Letter, by: access.Actor) -> access.Actor:
    """Return the product itself, that writes down what a mail says, and who let it in."""
    own = letters.product(letter)
    return replace(own, name=f"{own.name}, let in by {by.name}"[:200])


def _noted(letter: Letter, ticket: Ticket, by: access.Actor) -> Became:
    if by.side is None:
        raise steps.NotYours("Only people of a side keep its notes.")
    writer = replace(_let_in(letter, by), side=by.side, company_id=by.company_id)
    row = steps.locked(ticket.pk, by=by, at=letter.at)
    turn = replace(steps.by_system(Move.COMMENT, row, by=writer, at=letter.at), via=mailed.VIA)
    event = steps.write(turn, kind=Kind.NOTE, audience=audiences.own(by.side), text=letter.text())
    filing.attach(turn, event, letter.files.taken)
    telling.message(row, event, access.people_of(row.tenant_id, None, letter.at), by=writer, at=letter.at, files=letter.files.names)
    return Became(Outcome.ANSWER, "", ticket_id=row.pk, event_id=event.pk, audience=event.audience, side_id=event.side_id)


def _decided(letter: Letter, became: Became, what: str, *, by: access.Actor, at: datetime) -> Ticket | None:
    """Keep what was decided, and in the trail that it was; of what one side keeps to itself the shared trail says nothing."""
    row = letter.row
    private = row.audience not in audiences.TO_BOTH
    row.outcome, row.because, row.event_id = became.outcome, became.because[:300], became.event_id
    row.ticket_id = became.ticket_id or row.ticket_id
    row.decided_by_name, row.decided_at = by.name, at
    row.save(update_fields=["outcome", "because", "event", "ticket", "decided_by_name", "decided_at"])
    if not private:
        trail.record(f"mail.{what}", row, by=by, at=at, before=f"mail {row.pk}: held", after=f"mail {row.pk}: {became.outcome.lower()}")
    return row.ticket
