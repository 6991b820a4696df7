"""What the addresses of tickets need: an entry with words, a private note, a file, a canned reply."""

from typing import Any

from django.utils import timezone

from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import a_file
from tickets import actions
from tickets.models import Attachment, Event, Ticket


def furnish(cast: Cast) -> dict[str, Any]:
    """Make the rows and return what to fill into their addresses."""
    at = timezone.now()
    with cast.as_("Iris") as iris:
        ticket = Ticket.objects.for_tenant(cast.harbor).earliest("id")
        actions.reply(ticket.pk, "It began this morning.", Audience.SHARED, by=iris, at=at, files=[a_file()])
        actions.add_canned("Thanks", "Thank you, {requester}.", by=iris, at=at)
    with cast.as_("Tess") as tess:
        actions.add_canned("Thanks", "Thank you, {requester}.", by=tess, at=at)
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).of(ticket.pk).latest("id")
        file = Attachment.objects.for_tenant(cast.harbor).get()
    return {"entry": event.pk, "file": file.public_id, "canned": 1}
