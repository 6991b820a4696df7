"""Mail that comes in: stored as it came before anything is read of it; then an answer, a new ticket, or something a person decides."""

import hashlib
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import BinaryField
from django.db.models.functions import Substr

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Kind, Membership, Organisation
from tickets import mail
from tickets.actions import calling, contacts, filing, letters, mailed, steps
from tickets.actions.letters import Became, Letter
from tickets.domain import addressing, lifecycle
from tickets.mail import Auto, headers, proof, reading
from tickets.models import Held, InboundMail, Outcome

JOB = "tickets.read_mail"
BIGGEST = 36 * 1024 * 1024  # bytes of one mail: files of 25 MB, as mail spells them
HEAD = 256 * 1024  # bytes in which the Message-ID is looked for
ID_LINE = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]{1,998})", re.IGNORECASE | re.MULTILINE)
FROM_LINE = re.compile(rb"^from:[^\r\n]{0,998}", re.IGNORECASE | re.MULTILINE)
QUOTED = 100_000  # characters of what is folded beside an entry
CAME_BACK = "The mail server there sent mail to this address back."  # not its words: both sides read this, and they name a ticket


class TooLarge(Exception):
    """A mail over the limit."""


@dataclass(frozen=True)
class Received:
    """A mail that is safely stored; `seen` = it was there already."""

    public_id: uuid.UUID
    id: int
    seen: bool


def client_of(recipient: str) -> Organisation | None:
    """Return the client that an address of ours is of; None for any other address."""
    to = addressing.recipient_of(recipient, settings.MAIL_DOMAIN)
    return Organisation.objects.filter(slug=to.slug, kind=Kind.CLIENT).first() if to else None


def receive(
    tenant: Organisation, raw: bytes, recipient: str, envelope_from: str | None, *, at: datetime, by_server: bool = False
) -> Received:
    """Store a mail as it came, once for each recipient, and ring for its reading. Raises TooLarge.

    `by_server` = our own mail server brought it, which takes out what others wrote under its name.
    """
    if len(raw) > BIGGEST:
        raise TooLarge
    key, recipient = key_of(raw), recipient.strip().lower()[:254]
    row = InboundMail(
        tenant=tenant,
        recipient=recipient,
        envelope_from=None if envelope_from is None else _storable(envelope_from)[:254],
        key=key,
        raw=raw,
        size=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        received_at=at,
        by_server=by_server,
    )
    with tenancy.only([tenant.pk]):
        InboundMail.objects.bulk_create([row], ignore_conflicts=True)
        rows = InboundMail.objects.for_tenant(tenant).filter(recipient=recipient, key=key)
        kept = rows.values_list("id", "public_id").first()
        if kept is None:  # known, and an answer to what one side keeps to itself
            return Received(row.public_id, 0, seen=True)
        seen = kept[1] != row.public_id
        if not seen:
            background.after_commit(JOB, tenant=tenant.pk, id=kept[0])
    return Received(kept[1], kept[0], seen)


def key_of(raw: bytes) -> str:
    """Return what tells a second copy of a mail: the hash of its Message-ID, its sender and its body, whatever way it came; else of all of it.

    The Message-ID alone would let anybody who knows one keep another mail of that name from being read.
    """
    head, *body = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)
    head = reading.tidy(head[:HEAD])
    found, sender = ID_LINE.search(head), FROM_LINE.search(head)
    if not found or not found[1].strip():
        return hashlib.sha256(raw).hexdigest()
    words = b"".join(body).replace(b"\r\n", b"\n").rstrip()
    return hashlib.sha256(b"\0".join((found[1].strip(), sender[0] if sender else b"", hashlib.sha256(words).digest()))).hexdigest()


def read(id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Read one stored mail and do what follows from it; called inside the tenant's scope by the worker that holds the lease."""
    row = InboundMail.objects.for_tenant(tenant_id).select_related("tenant").get(pk=id)
    letter = letter_of(row, at)
    _take_turn(letter)
    became = decide(letter)
    with tenancy.only([tenant_id], side=became.side_id):
        background.finish(InboundMail, id, token, read_at=at, **understood(letter), **columns(became))
    if became.outcome == Outcome.HELD:
        calling.mail_waits(row.tenant, became, at=at)


def letter_of(row: InboundMail, at: datetime) -> Letter:
    """Return a stored mail with what is understood of it."""
    path = b"Return-Path: <>\n" if row.envelope_from == "" else b""  # as servers write it that deliver into a box
    found = mail.read(path + reading.tidy(bytes(row.raw)), settings.MAIL_DOMAIN)
    return Letter(row, found, at, letters.Files() if found.automatic else letters.judge_files(found))


def give_up(id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Keep a mail that no try could read, where people find it, and call them."""
    rows = InboundMail.objects.for_tenant(tenant_id).select_related("tenant").defer("raw")
    row = rows.annotate(head=Substr("raw", 1, HEAD, output_field=BinaryField())).get(pk=id)
    became = letters.unread(row, bytes(row.head), at)  # type: ignore[attr-defined]
    with tenancy.only([tenant_id], side=became.side_id):
        background.finish(InboundMail, id, token, read_at=at, **columns(became))
    calling.mail_waits(row.tenant, became, at=at)


def decide(letter: Letter) -> Became:
    """Return what becomes of a mail, after doing it."""
    if letter.found.automatic:
        return _automatic(letter)
    stopped = _stopped(letter)
    if stopped is not None:
        return stopped
    work: Callable[[Letter], Became] = _by_token if letter.token else _by_thread
    try:
        with transaction.atomic():
            return work(letter)
    except filing.TooMany as refusal:
        return letter.hold(Held.TOO_MANY, refusal.words)
    except (steps.Refused, access.Refused) as refusal:
        return letter.hold(Held.NOT_TAKEN, str(refusal))


def _stopped(letter: Letter) -> Became | None:
    """Return what becomes of a mail from somebody who is blocked, from nobody, or from somebody else than it says; None for any other."""
    if letter.contact is not None and letter.contact.blocked:
        return Became(Outcome.DROPPED, "Its sender is a contact that is blocked.")
    if not letter.sender:
        return letter.hold(Held.UNKNOWN_SENDER, "It does not say from one address who wrote it.")
    if proof.forged(letter.found.authentication, settings.MAIL_AUTHSERV):  # whoever brought it: nobody says so of himself in vain
        return letter.hold(
            Held.NOT_YOURS, "The mail server that took it says that it is not from where it says.", ticket=letters.about(letter)
        )
    return None


def _automatic(letter: Letter) -> Became:
    """Answer nothing and move nothing; an address that mail comes back from is marked.

    Where only the words look like a machine's, or it came through a list such as the group behind a client's own address, and somebody
    known here sent it, a person looks: it may be what that one asks for.
    """
    found = letter.found
    if (found.by_words or found.kind is Auto.LIST) and letter.member is not None:
        return letter.hold(Held.MACHINE, f"It looks as if a machine wrote it: {found.why}.", ticket=letters.about(letter))
    if found.kind is Auto.BOUNCE:
        for address in found.bounced:
            contacts.bounced(address, CAME_BACK, by=access.system(letter.tenant), at=letter.at)
    return letter.keep(Outcome.AUTOMATIC, f"A machine wrote it: {found.why}.")


def _by_token(letter: Letter) -> Became:
    """An answer is its person's only if it comes from the address to which we wrote; a token alone, or a sender's name alone, is nobody."""
    address, member = letter.address, letter.member
    if address is None:
        return letter.hold(Held.NOT_YOURS, "It came to an address for answers that nobody was given, or that ended long ago.")
    if letter.sender != address.address.lower():
        other = letter.private and member is not None and member.company_id != address.company_id
        if other:
            return letter.hold(Held.OTHER_SIDE, "Somebody of the other side answers what one side keeps to itself.", ticket=address.ticket)
        return letter.hold(Held.NOT_YOURS, "It came to an address for answers that was given to somebody else.", ticket=address.ticket)
    if address.revoked_at is not None or address.expires_at <= letter.at:
        return letter.hold(Held.NOT_YOURS, "It came to an address for answers that ended.", ticket=address.ticket)
    membership = _standing(letter)
    if membership is None:
        return letter.hold(Held.NOT_YOURS, "Its writer has no part here any more.", ticket=address.ticket)
    kept = letters.kept_from(letter, letters.last_of(address.ticket), membership.company_id)
    return kept or mailed.answered(letter, membership)


def _standing(letter: Letter) -> Membership | None:
    """Return the live membership of the person to whom an address for answers was given; of a private note, on that very side."""
    address = letter.address
    if address is None:
        return None
    rows = Membership.objects.live(letter.at).filter(tenant=letter.tenant, user=address.user_id, user__is_active=True)
    rows = rows.filter(user__email__iexact=address.address)  # an address that was changed meanwhile is nobody's
    found = list(rows.select_related("user", "tenant").order_by("id"))
    own = [row for row in found if row.company_id == address.company_id]
    return next(iter(own if letter.private else own + found), None)


def _by_thread(letter: Letter) -> Became:
    """A mail without a token joins a ticket only where its sender is on it already; else it is a new ticket of a known sender."""
    ticket, member = letters.named_ticket(letter), letter.member
    if ticket is not None and letters.note_answered(letter) is not None:
        words = "It answers what one side keeps to itself, and came to no address for answers."
        return letter.hold(Held.NOT_YOURS, words, ticket=ticket)
    kept = letters.kept_from(letter, ticket, member.company_id if member else None) if ticket is not None else None
    if kept is not None:
        return kept
    if ticket is not None and letter.is_on(ticket):
        held = letters.too_much(letter, ticket)
        if held is not None:
            return held
        over = ticket.state in lifecycle.FINISHED
        return mailed.opened(letter, member, of=ticket) if over and member else mailed.added(letter, ticket)
    if member is None:
        return letter.hold(Held.UNKNOWN_SENDER, "Nobody here has this address.")
    return mailed.opened(letter, member, of=ticket if ticket and ticket.hidden_for_id else None)


def understood(letter: Letter) -> dict[str, object]:
    """Return the columns that say what was understood of a mail."""
    found = letter.found
    folded = addressing.shown("\n\n".join(part for part in (found.quoted, found.signature) if part.strip()))
    return {
        "message_id": found.thread.message_id[:998],
        "from_address": found.sender.address[:254],
        "from_name": found.sender.name[:200],
        "subject": found.subject[:300],
        "quoted": folded[:QUOTED] if found.text.strip() else "",
        "text_sha256": letter.said,
        "verified": letter.verified,
    }


def columns(became: Became) -> dict[str, object]:
    """Return the columns that say what became of a mail."""
    return {
        "outcome": became.outcome,
        "held": became.held,
        "because": became.because[:300],
        "ticket_id": became.ticket_id,
        "event_id": became.event_id,
        "audience": became.audience,
        "side_id": became.side_id,
    }


def _take_turn(letter: Letter) -> None:
    """Let the mails of one sender wait for each other, so that what is counted is counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(872, hashtext(%s))", [f"{letter.tenant.pk} {letter.found.sender.address}"])


def _storable(text: str) -> str:
    return headers.storable(text.strip())
