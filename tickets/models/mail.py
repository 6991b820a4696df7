"""Mail and the people who send it: contacts of a client, what came in as it came, and the addresses that answers may go to."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from comanaged.vocabulary import Audience
from tickets.models.events import AUDIENCES, Event
from tickets.models.tickets import Ticket


class ContactRows(models.QuerySet["Contact"]):
    """Chainable words for contacts."""

    def at_address(self, address: str) -> Self:
        return self.filter(address=address.strip().lower())


class ContactManager(TenantManager["Contact", ContactRows]):
    rows = ContactRows


class Contact(TenantOwned):
    """Somebody at a client who asks for help: by mail, or on the page of requests. An address is no proof of who writes."""

    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200, default="")
    address = models.EmailField()  # in lower case
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)  # who signs in by a code sent to it
    blocked = models.BooleanField(default=False)  # mail from here is kept, and nothing else happens
    bounced_at = models.DateTimeField(null=True)  # since when mail to it comes back
    bounced_because = models.CharField(max_length=300, default="")
    added_by_name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ContactManager] = ContactManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_contact_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "number"], name="one_contact_per_number"),
            models.UniqueConstraint(fields=["tenant", "address"], name="one_contact_per_address"),
            models.UniqueConstraint(fields=["tenant", "user"], name="one_contact_per_person"),
        ]
        indexes = [models.Index(fields=["tenant", "name", "id"], name="contacts_by_name")]

    def __str__(self) -> str:
        return self.name or self.address


class Outcome(models.TextChoices):
    """What became of a mail."""

    AUTOMATIC = "AUTOMATIC"  # stored, and nothing else
    ANSWER = "ANSWER"  # an entry of a ticket
    OPENED = "OPENED"  # a new ticket
    HELD = "HELD"  # a person decides
    DROPPED = "DROPPED"  # a person, or a contact that is blocked, decided that nothing happens
    FAILED = "FAILED"  # no try could read it; it is kept


class Held(models.TextChoices):
    """Why a mail waits for a person."""

    UNKNOWN_SENDER = "UNKNOWN_SENDER"
    NOT_YOURS = "NOT_YOURS"  # an answer to an address that was given to somebody else, or that ended
    OTHER_SIDE = "OTHER_SIDE"  # the other side writes to what one side keeps to itself
    TOO_MANY = "TOO_MANY"
    SAME_AGAIN = "SAME_AGAIN"
    MACHINE = "MACHINE"  # worded like a machine's, by somebody known here
    NOT_TAKEN = "NOT_TAKEN"  # the ticket does not take it, such as one that was merged


class InboundMailRows(models.QuerySet["InboundMail"]):
    """Chainable words for mail that came in."""

    def visible_to(self, company_id: int | None) -> Self:
        """What both sides may read, and what answers this organisation's own notes."""
        shared = Q(audience__in=[Audience.PUBLIC, Audience.SHARED])
        return self.filter(shared if company_id is None else shared | Q(side=company_id))

    def waiting(self) -> Self:
        """What a person has to decide about: held, or what nothing could read."""
        return self.filter(outcome__in=[Outcome.HELD, Outcome.FAILED])


class InboundMailManager(TenantManager["InboundMail", InboundMailRows]):
    rows = InboundMailRows


class InboundMail(TenantOwned, Leased):
    """One mail to one of our addresses, stored as it came before anything is read of it."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False)
    recipient = models.CharField(max_length=254)  # the address of ours that it came to
    envelope_from = models.CharField(max_length=254, null=True)  # empty: the null path of bounces; none: not said
    key = models.CharField(max_length=64)  # the hash of its Message-ID, or of itself where it has none
    raw = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    by_server = models.BooleanField(default=False)  # by our own mail server, whose word on the sender counts; a hook's does not
    read_at = models.DateTimeField(null=True)

    # what was understood
    message_id = models.CharField(max_length=998, default="")
    from_address = models.CharField(max_length=254, default="")
    from_name = models.CharField(max_length=200, default="")
    subject = models.CharField(max_length=300, default="")
    quoted = models.TextField(default="")  # what the writer's program quoted, and the signature; folded beside the entry
    text_sha256 = models.CharField(max_length=64, default="")  # of what the person wrote, to know the same again
    verified = models.BooleanField(default=False)  # the receiving mail server says that DMARC passed

    # what became of it
    outcome = models.CharField(max_length=9, choices=Outcome, default="")
    held = models.CharField(max_length=14, choices=Held, default="")
    because = models.CharField(max_length=300, default="")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES, default=Audience.SHARED)  # of an answer to a private note: that side's
    side = models.ForeignKey("accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False)
    decided_by_name = models.CharField(max_length=200, default="")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar[InboundMailManager] = InboundMailManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_inboundmail_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "public_id"], name="one_inbound_mail_per_public_id"),
            models.UniqueConstraint(fields=["tenant", "recipient", "key"], name="one_inbound_mail_per_message_and_recipient"),
            models.CheckConstraint(
                condition=Q(audience__in=[Audience.PUBLIC, Audience.SHARED]) | Q(side__isnull=False), name="a_private_mail_has_a_side"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "id"], condition=Q(read_at=None), name="inbound_mail_unread"),
            models.Index(fields=["tenant", "id"], condition=Q(outcome__in=["HELD", "FAILED"]), name="inbound_mail_waiting"),
            models.Index(fields=["tenant", "-id"], condition=Q(outcome="AUTOMATIC"), name="inbound_mail_automatic"),
            models.Index(fields=["tenant", "message_id"], condition=~Q(message_id=""), name="inbound_mail_by_message_id"),
            models.Index(fields=["tenant", "from_address", "received_at"], name="inbound_mail_of_a_sender"),
            models.Index(fields=["tenant", "ticket"], condition=Q(ticket__isnull=False), name="inbound_mail_of_a_ticket"),
            models.Index(fields=["tenant", "event"], condition=Q(event__isnull=False), name="inbound_mail_of_an_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} from {self.from_address}"


class ReplyAddress(TenantOwned):
    """That an answer to one mail of ours belongs to one ticket, one person and one audience; only the hash of its token is stored."""

    token_hash = models.CharField(max_length=64)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    audience = models.CharField(max_length=8, choices=AUDIENCES)
    company = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, related_name="+", db_index=False
    )  # of the person it is for
    address = models.EmailField()
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="tickets_replyaddress_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "token_hash"], name="one_reply_address_per_token"),
        ]
        indexes = [
            models.Index(fields=["tenant", "ticket"], name="reply_addresses_of_a_ticket"),
            models.Index(fields=["tenant", "expires_at"], name="reply_addresses_by_their_end"),
        ]

    def __str__(self) -> str:
        return f"answers of {self.address}"
