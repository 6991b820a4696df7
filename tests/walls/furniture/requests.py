"""Rows behind the addresses of contacts, and of the requests of one who only asks."""

from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tests.tickets.build import a_file
from tickets.actions import contacts, requests
from tickets.models import Attachment

ASKER = "Asker"


def furnish(cast: Cast) -> dict[str, Any]:
    """Make a contact who asked for something with a file, and return what to fill into addresses."""
    at = timezone.now()
    with cast.as_("Ivo") as ivo:
        row = contacts.add_contact("asker@example.test", ASKER, by=ivo, at=at)
        spare = contacts.add_contact("spare@example.test", "Spare", by=ivo, at=at)
        contacts.bounced(spare.address, "550 no such mailbox", by=ivo, at=at)
    cast.people[ASKER] = row.user
    with cast.as_(ASKER) as asker:
        asked = requests.Asked("No sound", "Since this morning.", "person", "slowed")
        ticket = requests.ask(asked, by=asker, at=at, files=[a_file("sound.log")])
    with cast.scope():
        file = Attachment.objects.for_tenant(cast.harbor).get(ticket=ticket.pk)
    return {"contact": spare.number, "asked": ticket.number, "asked_file": file.public_id}
