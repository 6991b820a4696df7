"""One mail as it is worked on: what was understood, who may have written it, which ticket it is about, what becomes of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Q, QuerySet

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Membership, Organisation
from comanaged.vocabulary import Audience
from tickets.actions import filing
from tickets.domain import addressing
from tickets.domain import audience as audiences
from tickets.domain.files import HEAD, Offered, is_text
from tickets.mail import Understood, proof
from tickets.mail.understood import Attachment
from tickets.models import Contact, Event, Held, InboundMail, Outcome, ReplyAddress, Ticket, Watcher

AUDITOR = "c_audit"
LONGEST = 50_000  # characters of an entry; all of it is in the mail as it came
REFUSALS = 2_000  # characters of what is said about files that are not taken
PER_TICKET, SHORTLY = 5, timedelta(minutes=10)  # messages of one sender on one ticket
NEW_TICKETS, HOUR = 10, timedelta(hours=1)  # of one sender
DAY = timedelta(days=1)  # within which the same text on a ticket is the same again
WRITTEN = (".eml", ".txt", ".htm", ".html", ".mht", ".mhtml", ".mbox")  # what a file's name says of text, whatever its type says
CHAIN = 10  # merges that are followed
LAST = 50  # messages of a thread that are looked at


@dataclass(frozen=True)
class Became:
    """What became of a mail, and why in words that name nobody's text."""

    outcome: Outcome
    because: str
    held: str = ""
    ticket_id: int | None = None
    event_id: int | None = None
    audience: str = Audience.SHARED
    side_id: int | None = None


@dataclass(frozen=True)
class Files:
    """The files of a mail that are taken, and a sentence for each that is not."""

    taken: tuple[filing.Judged, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [file.name for file in self.taken]


@dataclass
class Letter:
    """A stored mail, and what was understood of it; what is asked of the database is asked once."""

    row: InboundMail
    found: Understood
    at: datetime
    files: Files = field(default_factory=Files)

    @property
    def tenant(self) -> Organisation:
        return self.row.tenant

    @property
    def sender(self) -> str:
        """The address that the mail says it is from, and that is all it is."""
        return self.found.sender.address if self.found.senders == 1 else ""

    @cached_property
    def verified(self) -> bool:
        """Whether our own mail server vouches for the domain of the sender."""
        known = settings.MAIL_AUTHSERV if self.row.by_server else ""  # a hook passes on whatever its sender wrote under that name
        return proof.passed(self.found.authentication, known, self.sender.rpartition("@")[2])

    @cached_property
    def contact(self) -> Contact | None:
        return Contact.objects.for_tenant(self.tenant).at_address(self.sender).first() if self.sender else None

    @cached_property
    def member(self) -> Membership | None:
        """The live membership of whoever has this address; the auditor writes nothing."""
        return self._members().exclude(role=AUDITOR).first() if self.sender else None

    def _members(self) -> QuerySet[Membership]:
        rows = Membership.objects.live(self.at).filter(tenant=self.tenant, user__is_active=True).select_related("user", "tenant", "company")
        return rows.filter(user__email__iexact=self.sender).order_by("id")

    @property
    def user_id(self) -> int | None:
        return self.member.user_id if self.member else None

    @property
    def token(self) -> str:
        """The token of the address that it came to."""
        own = addressing.recipient_of(self.row.recipient, settings.MAIL_DOMAIN)
        if own and own.token:
            return own.token
        to = [addressing.recipient_of(one, settings.MAIL_DOMAIN) for one in self.found.recipients]
        return next((one.token for one in to if one and one.token and one.slug == self.tenant.slug), "")

    @cached_property
    def address(self) -> ReplyAddress | None:
        """The address for answers that its token is of, also one that ended."""
        if not self.token:
            return None
        rows = ReplyAddress.objects.for_tenant(self.tenant).filter(token_hash=addressing.hash_of(self.token))
        return rows.select_related("ticket").first()

    @property
    def private(self) -> bool:
        """Whether it answers what one side keeps to itself."""
        kept = self.row.audience not in audiences.TO_BOTH
        return kept or (self.address is not None and self.address.audience not in audiences.TO_BOTH)

    @property
    def said(self) -> str:
        """The hash of its whole body, words and files: two short answers to two questions quote different mails, two copies do not."""
        words = " ".join(f"{self.found.text} {self.found.quoted} {self.found.signature}".split()).casefold()
        return hashlib.sha256(repr((words, sorted(one.sha256 for one in self.found.attachments))).encode()).hexdigest()

    def hold(self, why: Held, because: str, *, ticket: Ticket | None = None) -> Became:
        """Let a person decide."""
        return self.keep(Outcome.HELD, because, held=why, ticket=ticket)

    def keep(self, outcome: Outcome, because: str, *, held: str = "", ticket: Ticket | None = None) -> Became:
        """Keep it beside the tickets, for that side alone where it answers a private note or is about a ticket that one side keeps to itself.

        It answers a note by the address it came to, or by its thread; a machine's also by bringing back what was mailed about one.
        """
        address = self.address if self.private else None
        of = None if self.private else note_answered(self)
        if ticket is None and not self.private:
            named = about(self) or named_ticket(self)
            ticket = named if named and named.hidden_for_id else None
        side = of.side_id if of else address.company_id if address else None
        audience = of.audience if of else address.audience if address else Audience.SHARED
        return Became(outcome, because, held=held, ticket_id=_seen(ticket, side), audience=audience, side_id=side)

    def text(self) -> str:
        """Return the words of an entry: what is new, and what of its files is not taken."""
        words = addressing.shown(self.found.text.strip() or self.found.quoted.strip() or self.found.signature.strip())
        if len(words) > LONGEST:
            words = f"{words[:LONGEST]}\n\n(Cut here. All of it is in the mail as it came.)"
        if not words:
            words = "(This mail has files and no words.)" if self.files.taken else "(This mail has no words.)"
        left = " ".join(self.files.refused)
        if len(left) > REFUSALS:
            left = f"{left[:REFUSALS]} … {len(self.files.refused)} files are not taken."
        return f"{words}\n\n({left} What is not taken stays in the mail as it came.)" if left else words

    def is_on(self, ticket: Ticket) -> bool:
        """Say whether the sender asked for this ticket, has it, follows it, or wrote there in sight of both sides."""
        user = self.user_id
        if user is None:
            return False
        rows = Watcher.objects.for_tenant(self.tenant).of(ticket.pk).of_person(user)
        wrote = Event.objects.for_tenant(self.tenant).of(ticket.pk).visible_to(None).filter(by_user=user)
        return user in {ticket.requester_id, ticket.assignee_id} or rows.visible_to(None).exists() or wrote.exists()


def judge_files(found: Understood) -> Files:
    """Judge the files of a mail one by one; the first ones that fit are taken."""
    taken: list[filing.Judged] = []
    refused: list[str] = []
    for one in map(_shown, found.attachments):
        offered = Offered(one.name, one.size, one.content[:HEAD], lambda content=one.content: iter([content]))  # type: ignore[misc]
        try:
            (judged,) = filing.judged([offered])
            filing.judged([*(file.offered for file in taken), offered])
        except filing.NotTaken as refusal:
            refused.append(refusal.words if one.name in refusal.words else f"{one.name}: {refusal.words}")
        else:
            taken.append(judged)
    return Files(tuple(taken), tuple(refused))


def _shown(file: Attachment) -> Attachment:
    """Return a file without the tokens of others: a mail of ours that is passed on holds the addresses for answers that it was sent with."""
    written = file.type.startswith(("message/", "text/")) or file.name.lower().endswith(WRITTEN)
    if not written and not is_text(file.content[:HEAD]):
        return file
    content = addressing.without_tokens(file.content)
    return replace(file, content=content, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def lately(letter: Letter, within: timedelta) -> QuerySet[InboundMail]:
    """Return what else came from this sender within so long before."""
    row = letter.row
    rows = InboundMail.objects.for_tenant(row.tenant_id).filter(from_address=letter.sender, received_at__gt=row.received_at - within)
    return rows.filter(received_at__lte=row.received_at, outcome__in=[Outcome.ANSWER, Outcome.OPENED]).exclude(pk=row.pk)


def too_much(letter: Letter, ticket: Ticket | None) -> Became | None:
    """Hold what comes too often, or says the same again: no header is needed to stop a loop."""
    of_it = Q(ticket=ticket) if ticket else Q(outcome=Outcome.OPENED)
    if lately(letter, DAY).filter(of_it, text_sha256=letter.said).exists():
        return letter.hold(Held.SAME_AGAIN, "The same words came from this sender within a day.", ticket=ticket)
    if ticket is not None and lately(letter, SHORTLY).filter(ticket=ticket).count() >= PER_TICKET:
        words = f"{PER_TICKET} messages came from this sender to this ticket within ten minutes."
        return letter.hold(Held.TOO_MANY, words, ticket=ticket)
    if ticket is None and lately(letter, HOUR).filter(outcome=Outcome.OPENED).count() >= NEW_TICKETS:
        return letter.hold(Held.TOO_MANY, f"{NEW_TICKETS} new tickets came from this sender within an hour.")
    return None


def named_ticket(letter: Letter) -> Ticket | None:
    """Return the ticket that a mail names by its thread, or else by the number in its subject; whoever wrote it."""
    thread = letter.found.thread
    ids = [*thread.in_reply_to, *reversed(thread.references)]
    rows = Ticket.objects.for_tenant(letter.tenant).select_related("tenant")
    ours = [public for one in ids if (public := addressing.ticket_of(one, settings.MAIL_DOMAIN))]
    found = {ticket.public_id: ticket for ticket in rows.filter(public_id__in=ours[:50])}
    for one in ours:
        if one in found:
            return last_of(found[one])
    came = InboundMail.objects.for_tenant(letter.tenant).filter(message_id__in=ids[:50], ticket__isnull=False)
    known = came.order_by("-id").values_list("ticket", flat=True).first() if ids else None
    if known is not None:
        return last_of(rows.get(pk=known))
    by_number = rows.numbered(thread.number).first() if thread.number and thread.number < 2**31 else None
    return last_of(by_number) if by_number else None


def about(letter: Letter) -> Ticket | None:
    """Return the ticket to which the address belongs that a mail came to."""
    return last_of(letter.address.ticket) if letter.address else None


def kept_from(letter: Letter, ticket: Ticket, company: int | None) -> Became | None:
    """Hold what somebody writes, for this organisation or for none, to a ticket that another one keeps to itself.

    It waits where that one's people read it; an answer to a note of the writer's own side waits with that side.
    """
    if ticket.hidden_for_id in {None, company}:
        return None
    if letter.private:
        return letter.hold(Held.NOT_TAKEN, "Its ticket is not there any more for the side whose note it answers.")
    return letter.hold(Held.OTHER_SIDE, "Somebody else writes to a ticket that one side keeps to itself.", ticket=ticket)


def note_answered(letter: Letter) -> Event | None:
    """Return the private entry that a mail answers by its thread, or that a machine brings back, whichever side's; None for any other mail."""
    found, thread = letter.found, letter.found.thread
    ids = [*thread.in_reply_to, *thread.references, *(found.returned if found.automatic else ())]
    return note_among(letter.tenant, ids, letter.at)


def note_among(tenant: Organisation, message_ids: Sequence[str], at: datetime) -> Event | None:
    """Return the last private entry, whichever side's it is, that one of these messages was about."""
    ids = {event for one in message_ids if (event := addressing.event_of(one, settings.MAIL_DOMAIN))}
    ids = set(sorted(ids)[-LAST:])
    ids -= set(Event.objects.for_tenant(tenant).visible_to(None).filter(pk__in=ids).values_list("pk", flat=True))
    for company in (tenant.pk, access.provider_id_of(tenant.pk, at)) if ids else ():
        with tenancy.only([tenant.pk], side=company):
            found = Event.objects.for_tenant(tenant).visible_to(company).filter(pk__in=ids).order_by("-id").first()
        if found is not None:
            return found
    return None


def unread(row: InboundMail, head: bytes, at: datetime) -> Became:
    """Return what becomes of a mail that no try could read: it waits at the ticket, and with the side, that the address or its head names."""
    tokens = addressing.tokens_in(b"%s %s" % (row.recipient.encode(), head))
    rows = ReplyAddress.objects.for_tenant(row.tenant_id).select_related("ticket")
    found = list(rows.filter(token_hash__in=[addressing.hash_of(one) for one in tokens[:LAST]]).order_by("id"))
    private: ReplyAddress | Event | None = next((one for one in found if one.audience not in audiences.TO_BOTH), None)
    private = private or note_among(row.tenant, addressing.ids_in(head), at)
    side = private.company_id if isinstance(private, ReplyAddress) else private.side_id if private else None
    named = private or next(iter(found), None)
    ticket, audience = last_of(named.ticket) if named else None, private.audience if private else Audience.SHARED
    because = "No try could read this mail. It is kept as it came."
    return Became(Outcome.FAILED, because, ticket_id=_seen(ticket, side), audience=audience, side_id=side)


def _seen(ticket: Ticket | None, side: int | None) -> int | None:
    """Return a ticket's id, but for what is one side's of a ticket that the other keeps to itself: nobody who reads it would find the ticket."""
    return ticket.pk if ticket and (side is None or ticket.hidden_for_id in {None, side}) else None


def last_of(ticket: Ticket) -> Ticket:
    """Return the ticket into which this one was merged in the end, or itself."""
    for _ in range(CHAIN):
        if ticket.merged_into_id is None:
            break
        ticket = Ticket.objects.for_tenant(ticket.tenant_id).select_related("tenant").get(pk=ticket.merged_into_id)
    return ticket


def can_write(by: access.Actor, ticket: Ticket) -> bool:
    """Say whether somebody may write on a ticket: who only asks, on his own."""
    if by.role == access.ASKS:
        return ticket.requester_id == by.user_id
    return access.may(by, "ticket.reply")


def product(letter: Letter, *, vouched: bool = False) -> access.Actor:
    """Return the product itself, which writes down what a mail says, named by nothing but the mail's own sender."""
    own = access.system(letter.tenant)
    said = "by mail" if vouched or letter.verified else "by mail, not verified"
    return access.Actor(tenant=own.tenant, role=own.role, name=f"{letter.sender[:170]}, {said}")
