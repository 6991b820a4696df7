"""What a person decides about a mail that waits: a new ticket, an entry of the ticket it names, or nothing."""

import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Audience, Priority
from tickets.actions import calling, contacts, filing, letters, mailed, mailing, opening, steps, telling
from tickets.actions.letters import Became, Letter
from tickets.domain import addressing, lifecycle
from tickets.domain import audience as audiences
from tickets.domain.files import HEAD, Offered
from tickets.domain.lifecycle import Move
from tickets.models import Event, InboundMail, Kind, Outcome, Ticket

ACTION = "mail.release_held"
SHORT = 10  # characters of a reason
INTEGER = 2**31
WAITING = frozenset({Outcome.HELD, Outcome.FAILED})
UNDECIDED = WAITING | {Outcome.AUTOMATIC}
UNREAD = "A mail came that could not be read."
HANGS = "It hangs here as it came."
STAYS = "It is too large to hang here; the mail is kept as it came."


@transaction.atomic
def release_as_new(mail: UUID, *, by: access.Actor, at: datetime) -> Ticket | None:
    """Open a ticket with what a mail says, for its sender, who becomes a contact where nobody knew them.

    For nobody where a machine wrote it, since it may not be answered, or where nothing could read it: then the mail hangs on the ticket
    as it came. Raises InboundMail.DoesNotExist, NotNow, SayMore.
    """
    row = _waiting(mail, by, UNDECIDED)
    letter = None if row.outcome == Outcome.FAILED else _letter(row, at)
    if row.audience not in audiences.TO_BOTH or (letter and letter.private):
        raise steps.NotNow("This answers what one side keeps to itself. Let it into its ticket, where it stays on that side, or drop it.")
    if row.ticket is not None and row.ticket.hidden_for_id is not None:
        next_step = "Show that one first." if row.ticket.state in lifecycle.FINISHED else "Let it into that ticket, or show that one first."
        raise steps.NotNow(f"This is about a ticket that your side alone sees, and a new one is for both. {next_step}")
    if letter is None:
        return _decided(row, _unread_as_new(row, by, at), "ticket", by=by, at=at)
    if row.outcome == Outcome.AUTOMATIC:
        return _decided(row, _machines_as_new(letter, by), "ticket", by=by, at=at)
    if not letter.sender:
        raise steps.NotNow(
            "This mail does not say from one address who wrote it, so nobody can be asked back. Drop it, or open a ticket by hand."
        )
    if letter.member is None:
        contacts.add_contact(letter.sender, letter.found.sender.name, by=by, at=at)
        letter = _letter(row, at)
    if letter.member is None:
        raise steps.NotNow("Its sender may not ask here.")
    became = mailed.opened(letter, letter.member, by=_let_in(letter, by))
    return _decided(row, became, "ticket", by=by, at=at)


@transaction.atomic
def release_into(mail: UUID, number: int | None = None, *, by: access.Actor, at: datetime) -> Ticket | None:
    """Add a mail to the ticket of this number, or to the one it names, in nobody's name; what answers a private note stays with that side."""
    row = _waiting(mail, by, UNDECIDED)
    letter = None if row.outcome == Outcome.FAILED else _letter(row, at)
    ticket = _numbered(number, by) if number else named(letter) if letter else row.ticket and letters.last_of(row.ticket)
    if ticket is None:
        raise steps.SayMore("This mail names no ticket. Say the number of the one it belongs to.", "number")
    if letter is None:
        became = _unread_into(row, ticket, by, at)
    elif letter.private:
        became = _noted(ticket, letter.text(), letter.files.taken, writer=_let_in(letter, by), by=by, at=at)
    else:
        with tenancy.only([by.tenant_id]):
            became = mailed.added(letter, ticket, by=_let_in(letter, by))
    return _decided(row, became, "entry", by=by, at=at)


@transaction.atomic
def drop(mail: UUID, reason: str, *, by: access.Actor, at: datetime) -> None:
    """Let nothing happen with a mail; it is kept as it came."""
    row = _waiting(mail, by, WAITING)
    if len(reason.strip()) < SHORT:
        raise steps.SayMore("Say why, in ten characters or more.", "reason")
    _decided(row, Became(Outcome.DROPPED, f"Dropped: {reason.strip()}"), "drop", by=by, at=at)


@transaction.atomic
def read_raw(row: InboundMail, *, by: access.Actor, at: datetime) -> bytes:
    """Return a mail as it came, but for the tokens of others, and keep who read it; of what one side keeps to itself the trail says nothing."""
    access.require(by, ACTION)
    if not _kept(row):
        trail.record("mail.read_raw", row, by=by, at=at, after=f"mail {row.pk}, as it came")
    return addressing.without_tokens(bytes(row.raw))


def named(letter: Letter) -> Ticket | None:
    """Return the ticket that a mail answers or names."""
    return letters.last_of(letter.address.ticket) if letter.address else letters.named_ticket(letter)


def _waiting(mail: UUID, by: access.Actor, outcomes: frozenset[str]) -> InboundMail:
    """Return a mail about which nobody decided yet, with its row locked; only one that this side may read is there."""
    access.require(by, ACTION)
    rows = InboundMail.objects.for_tenant(by.tenant).visible_to(by.company_id).select_related("tenant")
    row = rows.select_for_update(of=("self",)).get(public_id=mail)
    if row.outcome not in outcomes:
        raise steps.NotNow("Somebody decided about this mail already.")
    return row


def _letter(row: InboundMail, at: datetime) -> Letter:
    """Return what is understood of a mail, with its files also where a machine wrote it."""
    letter = mailing.letter_of(row, at)
    return replace(letter, files=letters.judge_files(letter.found))


def _numbered(number: int, by: access.Actor) -> Ticket:
    found = Ticket.objects.for_tenant(by.tenant).numbered(number).select_related("tenant").first() if 0 < number < INTEGER else None
    if found is None:
        raise steps.SayMore(f"There is no ticket {number} here.", "number")
    return letters.last_of(found)


def _machines_as_new(letter: Letter, by: access.Actor) -> Became:
    """Open a ticket that asks nobody back."""
    return _open(letter.row, mailed.title_of(letter, None), letter.text(), letter.files.taken, by=_let_in(letter, by), at=letter.at)


def _unread_as_new(row: InboundMail, by: access.Actor, at: datetime) -> Became:
    """Open a ticket on which a mail hangs that nothing could read."""
    files, left = _as_it_came(row)
    return _open(row, "A mail that could not be read", f"{UNREAD} {left}", files, by=_unread(row, by), at=at)


def _open(row: InboundMail, title: str, text: str, files: Sequence[filing.Judged], *, by: access.Actor, at: datetime) -> Became:
    with tenancy.only([row.tenant_id]):
        done = opening.ask(title=title, duty_key=None, text=text, priority=Priority.P3, kind="mail", by=by, at=at, via=mailed.VIA)
        event = Event.objects.for_tenant(row.tenant_id).of(done.ticket.pk).get(kind=Kind.OPENED)
        filing.attach(steps.Turn(done.ticket, Move.COMMENT, by, at), event, files)
    return Became(Outcome.OPENED, "", ticket_id=done.ticket.pk, event_id=event.pk)


def _unread_into(row: InboundMail, ticket: Ticket, by: access.Actor, at: datetime) -> Became:
    """Hang a mail that nothing could read on a ticket."""
    files, left = _as_it_came(row)
    if row.audience not in audiences.TO_BOTH:
        return _noted(ticket, f"{UNREAD} {left}", files, writer=_unread(row, by), by=by, at=at)
    with tenancy.only([row.tenant_id]):
        locked = steps.locked(ticket.pk, by=by, at=at)
        if locked.state in lifecycle.FINISHED:
            raise steps.NotNow(f"This ticket is {locked.state.lower()}.")
        turn = replace(steps.by_system(Move.COMMENT, locked, by=_unread(row, by), at=at), via=mailed.VIA)
        event = steps.finish(turn, kind=Kind.REPLY, audience=Audience.SHARED, text=f"{UNREAD} {left}")
        filing.attach(turn, event, files)
        telling.holder(locked, event, by=by, at=at)
    return Became(Outcome.ANSWER, "", ticket_id=locked.pk, event_id=event.pk)


def _as_it_came(row: InboundMail) -> tuple[tuple[filing.Judged, ...], str]:
    """Return a mail as a file, packed where it is no plain text or large, and where to find it in words."""
    raw, name = addressing.without_tokens(bytes(row.raw)), f"mail-{row.pk}.eml"
    try:
        return (_file(name, raw),), HANGS
    except filing.NotTaken:
        pass
    try:
        return (_file(f"{name}.gz", gzip.compress(raw, mtime=0)),), HANGS
    except filing.NotTaken:
        return (), STAYS


def _file(name: str, content: bytes) -> filing.Judged:
    (judged,) = filing.judged([Offered(name, len(content), content[:HEAD], lambda: iter([content]))])
    return judged


def _unread(row: InboundMail, by: access.Actor) -> access.Actor:
    """Return the product itself, naming who let in a mail of which nobody knows who wrote it."""
    own = access.system(row.tenant)
    return access.Actor(tenant=own.tenant, role=own.role, name=f"a mail that could not be read, let in by {by.name}"[:200])


def _let_in(letter: Letter, by: access.Actor) -> access.Actor:
    """Return the product itself, that writes down what a mail says, and who let it in."""
    own = letters.product(letter)
    return replace(own, name=f"{own.name}, let in by {by.name}"[:200])


def _noted(ticket: Ticket, text: str, files: Sequence[filing.Judged], *, writer: access.Actor, by: access.Actor, at: datetime) -> Became:
    """Keep what a mail says with the side of who lets it in."""
    if by.side is None:
        raise steps.NotYours("Only people of a side keep its notes.")
    writer = replace(writer, side=by.side, company_id=by.company_id)
    row = steps.locked(ticket.pk, by=by, at=at)
    turn = replace(steps.by_system(Move.COMMENT, row, by=writer, at=at), via=mailed.VIA)
    event = steps.write(turn, kind=Kind.NOTE, audience=audiences.own(by.side), text=text)
    filing.attach(turn, event, files)
    names = [file.name for file in files]
    telling.message(row, event, access.people_of(row.tenant_id, None, at), by=writer, at=at, files=names)
    return Became(Outcome.ANSWER, "", ticket_id=row.pk, event_id=event.pk, audience=event.audience, side_id=event.side_id)


def _kept(row: InboundMail) -> bool:
    """Say whether one side keeps a mail to itself: an answer to its own note, or what is about a ticket that it alone sees."""
    return row.audience not in audiences.TO_BOTH or (row.ticket is not None and row.ticket.hidden_for_id is not None)


def _decided(row: InboundMail, became: Became, what: str, *, by: access.Actor, at: datetime) -> Ticket | None:
    """Keep what was decided, and in the trail that it was; of what one side keeps to itself the shared trail says nothing."""
    before = Outcome(row.outcome)
    row.outcome, row.because, row.event_id = became.outcome, became.because[:300], became.event_id
    row.ticket_id = became.ticket_id or row.ticket_id
    row.decided_by_name, row.decided_at = by.name, at
    row.save(update_fields=["outcome", "because", "event", "ticket", "decided_by_name", "decided_at"])
    if not _kept(row):
        words = f"mail {row.pk}: {before.lower()}", f"mail {row.pk}: {became.outcome.lower()}"
        trail.record(f"mail.{what}", row, by=by, at=at, before=words[0], after=words[1])
    if before in WAITING:
        calling.decided(row.tenant, at=at)
    return row.ticket
