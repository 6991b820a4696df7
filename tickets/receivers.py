"""What tickets do when the matrix speaks: go by the version that came into force, say what one would do."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from comanaged.accounts import access
from comanaged.accounts import signals as accounts
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Organisation
from comanaged.notices import signals as notices
from comanaged.notices.models import Channel, Delivery
from responsibilities import signals
from responsibilities.models import Version
from responsibilities.signals import Consequence
from tickets.actions import answering, contacts, external, rerouting
from tickets.queries import rerouting as queries


@receiver(signals.matrix_changed)
def follow(version: Version, before: Version | None, by: Actor, at: datetime, **_: Any) -> None:
    """Reroute what nobody acted on, in the transaction that brings the version into force."""
    rerouting.reroute(version, before, by=by, at=at)


@receiver(signals.matrix_would_change)
def foretell(version: Version, at: datetime, **_: Any) -> Consequence:
    """Say which open tickets would change side."""
    return queries.consequence(version, at)


@receiver(notices.delivery_failed)
def break_links(channel: Channel, delivery: Delivery, **_: Any) -> None:
    """Show on a ticket, and on the page of broken links, that another system did not take a change of it."""
    external.break_links(channel, delivery)


@receiver(accounts.person_left)
def end_addresses(tenant_id: int, user_id: int, at: datetime, **_: Any) -> None:
    """Let nothing that was mailed to somebody be answered in their name any more, also should they come back."""
    answering.revoke(tenant_id, at=at, user_id=user_id)


@receiver(notices.mail_refused)
def mark_address(tenant_id: int, address: str, at: datetime, **_: Any) -> None:
    """Show on a contact that its address takes no mail."""
    client = Organisation.objects.get(pk=tenant_id)
    contacts.bounced(address, "The mail server there takes nothing for this address.", by=access.system(client), at=at, members_too=False)
