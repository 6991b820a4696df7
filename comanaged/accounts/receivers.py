"""What people hear of their channels: that one does not answer, that it works again, that it ended."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse

from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.notices import actions as notices
from comanaged.notices import signals
from comanaged.notices.models import Channel
from comanaged.vocabulary import Side

SUBJECTS = {"fails": "does not answer", "works": "works again", "ended": "has ended"}
TEXTS = {
    "fails": "{error} That was {failures} tries in a row. What is to be told waits, and is sent in order once it answers.",
    "works": "What waited is being sent now, in order.",
    "ended": "{ended_because} Nothing more is sent there. Make a new channel if somebody still needs it.",
}


@receiver(signals.channel_changed)
def tell(channel: Channel, what: str, at: datetime, **_: Any) -> None:
    """Tell the managers of a channel's side by mail, as long as their company is the one that stands there."""
    if channel.side == Side.PROVIDER and access.provider_id_of(channel.tenant_id, at) != channel.company_id:
        return
    client = Organisation.objects.get(pk=channel.tenant_id)
    allowed = access.rules()["channel.test"].allow
    people = [one for one in access.people_of(channel.tenant_id, Side(channel.side), at) if one.role in allowed]
    text = TEXTS[what].format(error=channel.error, failures=channel.failures, ended_because=channel.ended_because)
    address = settings.ADDRESS + reverse("channel", args=[client.slug, channel.number])
    notices.queue(
        tenant=channel.tenant_id,
        to=people,
        subject=f"[{client.name}] The channel {channel.name} {SUBJECTS[what]}",
        text=f"{text}\n\n{address}",
        key=f"channel:{channel.pk}:{what}:{at.isoformat()}",
        at=at,
    )
