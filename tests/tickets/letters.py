"""Mail as the tests need it: written, delivered through the product's own door, and read at once."""

import uuid
from datetime import datetime
from email.message import EmailMessage
from itertools import count

from django.conf import settings

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import NOON
from tickets import tasks_mail
from tickets.actions import answering, mailing
from tickets.models import InboundMail, Ticket

NUMBERS = count(1)
JOB = tasks_mail.mailing.JOB  # a job is known once its module is
SERVER = "mx.desk.example"


def letter(
    sender: str,
    text: str,
    *,
    subject: str = "The printer is on fire",
    vouched: bool = False,
    files: tuple[tuple[str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """Return a mail; `vouched` = our own mail server says that DMARC passed."""
    message = EmailMessage()
    if vouched:
        domain = sender.rpartition("@")[2].strip(">")
        message["Authentication-Results"] = f"{SERVER}; spf=pass smtp.mailfrom={domain}; dmarc=pass (p=NONE) header.from={domain}"
    message["From"], message["Subject"] = sender, subject
    message["Message-ID"] = headers.pop("message_id", f"<{next(NUMBERS)}@elsewhere.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def to(tenant: Organisation, token: str = "") -> str:
    return f"{tenant.slug}{'+' if token else ''}{token}@{settings.MAIL_DOMAIN}"


def deliver(cast: Cast, raw: bytes, recipient: str = "", *, at: datetime = NOON, tenant: Organisation | None = None) -> InboundMail:
    """Store a mail and read it, as the door and a worker do; return its row as nobody's side sees it."""
    client = tenant or cast.harbor
    stored = mailing.receive(client, raw, recipient or to(client), None, at=at, by_server=True)
    read(client, stored.id, at=at)
    return kept(cast, stored.public_id, client)


def read(client: Organisation, id: int, *, at: datetime = NOON) -> None:
    """Do what a worker does with one stored mail."""
    token = uuid.uuid4()
    if background.claim(background.JOBS[JOB], tenant=client.pk, row=id, token=str(token)) is None:
        return
    with tenancy.only([client.pk]):
        mailing.read(id, tenant_id=client.pk, token=token, at=at)


def kept(cast: Cast, public_id: uuid.UUID, client: Organisation | None = None) -> InboundMail:
    """Return a stored mail, whichever side it is for."""
    tenant = client or cast.harbor
    for side in (None, tenant, cast.northwind):
        with tenancy.only([tenant.pk], side=side.pk if side else None):
            found = InboundMail.objects.for_tenant(tenant).filter(public_id=public_id).select_related("ticket", "event").first()
        if found is not None:
            return found
    raise InboundMail.DoesNotExist


def token_for(cast: Cast, ticket: Ticket, name: str, audience: Audience = Audience.PUBLIC, *, at: datetime = NOON) -> str:
    """Return the token of an address to which this person may answer."""
    by = cast.actor(name)
    with tenancy.only([cast.harbor.pk], side=by.company_id):
        person = access.person_of(cast.harbor.pk, by.user_id or 0, at)
        assert person is not None
        address = answering.address_for(ticket, person, audience, by.company_id, at=at)
    return address.partition("+")[2].partition("@")[0]
