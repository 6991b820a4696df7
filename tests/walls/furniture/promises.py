"""Rows behind the addresses of promises and disputes."""

from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tickets.actions import disputing
from tickets.domain.disputing import About
from tickets.models import Dispute, Ticket


def furnish(cast: Cast) -> dict[str, Any]:
    """Let the provider dispute whose the first ticket is; nothing is needed behind what is promised."""
    with cast.as_("Tess") as tess:
        ticket = Ticket.objects.for_tenant(cast.harbor).earliest("id")
        disputing.dispute(ticket.pk, About.HOLDER, "", "The matrix says otherwise.", by=tess, at=timezone.now())
    with cast.scope():
        return {"dispute": Dispute.objects.for_tenant(cast.harbor).get().pk}
