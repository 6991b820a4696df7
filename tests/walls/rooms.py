"""One row behind every address of Harbor Dental, so that nothing is refused merely because it is not there."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from comanaged.accounts import actions as accounts
from comanaged.accounts.models import Membership
from comanaged.vocabulary import Side
from monitoring.models import Alert
from tests.cast import Cast, add_person
from tests.monitoring.build import sender
from tests.walls.furniture import (
    attesting,
    channels,
    duty,
    exporting,
    findings,
    grid,
    imports,
    incidents,
    mail,
    people,
    promises,
    queueing,
    requests,
    talk,
    versions,
    work,
)
from tests.walls.routes import Address
from tickets.models import Ticket


@dataclass
class Rooms:
    """What to fill into addresses: the word between the angle brackets, and its value."""

    values: dict[str, Any]
    elsewhere: dict[str, dict[str, Any]]  # by the name of an address that needs another row

    def path(self, one: Address) -> str:
        """Return an address with everything filled in."""
        return one.at(self.values | self.elsewhere.get(one.name, {}))


def furnish(cast: Cast) -> Rooms:
    """Make the rows and return their names."""
    harbor = cast.harbor
    event = sender(harbor).says({"title": "Disk full", "asset": "files-1", "severity": "high"})

    with cast.scope():
        alert = Alert.objects.for_tenant(harbor).get()
        ticket = Ticket.objects.for_tenant(harbor).get()
    add_person(cast, "Leaver", "c_tech", harbor)
    add_person(cast, "Provider's leaver", "p_tech", harbor)
    leaver, other = (Membership.objects.get(user=cast.people[name], tenant=harbor) for name in ("Leaver", "Provider's leaver"))
    with cast.scope():
        key = accounts.make_key(harbor, "k_read", side=Side.INTERNAL, days=1, name="", by=cast.actor("Iris"), at=timezone.now()).row
    return Rooms(
        {
            "client": harbor.slug,
            "duty": "monitoring.after-hours",
            "party": "internal",
            "number": ticket.number,
            "ticket": ticket.public_id,
            "alert": alert.public_id,
            "event": event.public_id,
            "source": event.source.public_id,
            "membership": leaver.pk,
            "key": key.pk,
        }
        | {
            word: value
            for part in (
                channels,
                duty,
                findings,
                grid,
                imports,
                incidents,
                people,
                versions,
                attesting,
                talk,
                queueing,
                work,
                promises,
                exporting,
                requests,
                mail,
            )
            for word, value in part.furnish(cast).items()
        },
        {"revoke_access": {"membership": other.pk}},
    )
