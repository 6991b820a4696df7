"""Rows behind the addresses of major incidents: one that is open, with a line in its timeline and a request that waits."""

from typing import Any

from django.utils import timezone

from tests.cast import Cast
from tickets.actions import incidents
from tickets.models import IncidentEntry


def furnish(cast: Cast) -> dict[str, Any]:
    """Let Ivo declare an incident of its own and ask for leave to contain something."""
    at = timezone.now()
    with cast.as_("Ivo") as ivo:
        declared = incidents.declare_alone("Files are being encrypted", "Two machines so far.", by=ivo, at=at).incident
        incidents.log(declared.number, "The scanner prints notes.", by=ivo, at=at)
    with cast.scope():
        fact = IncidentEntry.objects.for_tenant(cast.harbor).get(kind="LOG").pk
    with cast.as_("Tariq") as tariq:
        asked = incidents.ask(declared.number, "Cut the clinic off", "It spreads over the network.", by=tariq, at=at)
    return {"incident": declared.number, "containment": asked.pk, "fact": fact}
