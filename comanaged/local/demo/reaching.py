"""People who only ask, by mail: a request in its thread, a mail that somebody has to decide about; and a major incident that one side has to sign."""

import uuid
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings

from comanaged import background, tenancy
from comanaged.accounts.access import Actor
from comanaged.celery import app
from comanaged.local.demo.people import Cast
from comanaged.local.demo.roll import HARBOR, PINE
from comanaged.vocabulary import Audience
from tickets import actions as tickets
from tickets.actions import contacts, incidents, mailing
from tickets.domain import addressing
from tickets.models import Ticket

JO = "Jo Reyes <front-desk@harbor-dental.example>"
SOLD = "Spare Parts Depot <offers@spare-parts.example>"
LABELS = "The label printer prints blank labels since lunch. I changed the roll, and the light is green.\n\n-- \nJo Reyes\nFront desk"
OFFER = "Good morning, your order of two battery packs is ready. Who may sign for it on Thursday?"
AWAY = "I am out of the office until Monday. For anything urgent please call the front desk."
LINE = "The line of the clinic is down since 09:10; phones and the records are not reachable at any desk."
REVIEW = {
    "happened": "The line of the carrier failed at 09:10. Phones and records were away for 74 minutes.",
    "cause": "A digger cut the carrier's cable; the spare line was never switched over by itself.",
    "helped": "The commander was there within four minutes, and users heard of it every half hour.",
    "hindered": "Nobody knew who may call the carrier. The number was in one person's phone.",
}


def play(cast: Cast, now: datetime) -> None:
    """Let people write, be answered and wait in the hours before `now`."""
    Reaching(cast, now).play()


class Reaching:
    """Mail and an incident, hours before now."""

    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now

    def play(self) -> None:
        """Play all of it."""
        app.loader.import_default_modules()  # a job is known once its module is
        iris = self.cast.actor("Iris", HARBOR)
        with self.scope(iris):
            contacts.add_contact("front-desk@harbor-dental.example", "Jo Reyes", by=iris, at=self.ago(300))
        opened = self.mail(JO, "Labels are blank", LABELS, self.ago(205))
        self.answered(opened)
        self.mail(SOLD, "Your order is ready", OFFER, self.ago(70))
        self.mail(JO, "Out of office: Labels are blank", AWAY, self.ago(60), machine=True)
        self.incident()

    def ago(self, minutes: int) -> datetime:
        return self.now - timedelta(minutes=minutes)

    def scope(self, by: Actor) -> AbstractContextManager[None]:
        return tenancy.only([by.tenant_id], side=by.company_id)

    def mail(self, sender: str, subject: str, text: str, at: datetime, *, machine: bool = False) -> Ticket | None:
        """Bring one mail in as a mail server does, and read it as a worker does."""
        client = self.cast.organisations[HARBOR]
        message = EmailMessage()
        message["From"], message["Subject"] = sender, subject
        message["To"] = addressing.client_address(client.slug, settings.MAIL_DOMAIN)
        message["Message-ID"] = f"<{subject.lower().replace(' ', '-').replace(':', '')}@demonstration.example>"
        if machine:
            message["Auto-Submitted"] = "auto-replied"
        message.set_content(text)
        stored = mailing.receive(client, message.as_bytes(), str(message["To"]), None, at=at)
        token = uuid.uuid4()
        if background.claim(background.JOBS[mailing.JOB], tenant=client.pk, row=stored.id, token=str(token)) is None:
            return None
        with tenancy.only([client.pk]):
            mailing.read(stored.id, tenant_id=client.pk, token=token, at=at)
            return Ticket.objects.for_tenant(client).filter(origin_kind="mail").order_by("-id").first()

    def answered(self, ticket: Ticket | None) -> None:
        """Let who holds it take it and write back."""
        if ticket is None:
            return
        by = self.cast.actor("Ivo" if ticket.side == "INTERNAL" else "Tess", HARBOR)
        with self.scope(by):
            tickets.take(ticket.pk, by=by, at=self.ago(190))
            words = "Thank you, Jo. Does the printer itself print its test page? Hold the round button for three seconds."
            tickets.reply(ticket.pk, words, Audience.PUBLIC, by=by, at=self.ago(185))

    def incident(self) -> None:
        """Let both sides of Pine live through a cut line three days ago; the review waits for the client's name."""
        began = self.now - timedelta(days=3)
        tariq, tess, manager = (self.cast.actor(name, PINE) for name in ("Tariq", "Tess", "Pine's manager"))
        with self.scope(tariq):
            declared = incidents.declare_alone("The line of the clinic is down", LINE, by=tariq, at=began).incident
            number, ticket = declared.number, declared.ticket_id
        with self.scope(manager):
            incidents.accept(number, by=manager, at=began + timedelta(minutes=4))
        with self.scope(tess):
            incidents.log(number, "The carrier confirms a cut cable and names 10:30.", by=tess, at=began + timedelta(minutes=20))
        with self.scope(manager):
            words = "Phones and records are away. We work by paper; the carrier repairs its cable until 10:30."
            incidents.update(number, words, by=manager, at=began + timedelta(minutes=24))
            incidents.end(number, "KNOWN", "The carrier spliced its cable; the spare line takes over by itself from now on.",
                          by=manager, at=began + timedelta(minutes=74))  # fmt: skip
        with self.scope(tess):
            tickets.take(ticket, by=tess, at=began + timedelta(minutes=80))
            tickets.resolve(ticket, "The carrier spliced its cable.", by=tess, at=began + timedelta(minutes=81), code="fixed")
            at = began + timedelta(hours=26)
            review = incidents.write_review(number, REVIEW, by=tess, at=at)
            incidents.sign(number, seen=review.content_hash, typed_name=tess.name, by=tess, at=at)
