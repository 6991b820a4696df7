"""Rows behind the addresses of channels, and of links to other systems."""

from typing import Any

from django.utils import timezone

from comanaged.accounts import channelling
from comanaged.notices import hooks
from comanaged.notices.models import Channel, Delivery
from tests.cast import Cast
from tickets.actions import external
from tickets.domain.external import Said
from tickets.models import Ticket


def furnish(cast: Cast) -> dict[str, Any]:
    """Give the client a webhook through which something went; return what to fill into its addresses."""
    at = timezone.now()
    with cast.as_("Iris") as iris:
        wanted = channelling.Wanted("WEBHOOK", "Northwind's system", "https://hooks.example.com/comanaged")
        made = channelling.make(wanted, by=iris, at=at)
        hooks.queue([(made.row, hooks.News("comanaged.test", "", {"text": "Hello"}, "test:1"))], at=at)
        Delivery.objects.for_tenant(cast.harbor).update(sent_at=at)
        Channel.objects.for_tenant(cast.harbor).update(due_at=None)
        sent = Delivery.objects.for_tenant(cast.harbor).get()
        ticket = Ticket.objects.for_tenant(cast.harbor).earliest("id")
        named = external.connect(ticket.pk, "psa", Said("77", state="broken", error="It was full."), by=iris, at=at)
        Delivery.objects.for_tenant(cast.harbor).update(sent_at=at)
    return {"channel": made.row.number, "delivery": sent.public_id, "linked": named.pk, "system": "psa", "external_id": "77"}
