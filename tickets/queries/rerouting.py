"""What another version of the matrix would do to the tickets that are open."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from responsibilities.models import Version
from responsibilities.queries.destinations import Destination, Destinations
from responsibilities.signals import Consequence, Thing
from tickets.domain import rerouting, saying
from tickets.domain.rerouting import Fate
from tickets.models import Ticket

SHOWN = 50
LEAVING = (Fate.MOVES, Fate.HELD, Fate.WAITS, Fate.PENDING)


@dataclass(frozen=True)
class Judged:
    """A ticket, where a version would send it, and what becomes of it."""

    ticket: Ticket
    destination: Destination
    fate: Fate


def judged(tickets: Iterable[Ticket], version: Version, at: datetime) -> list[Judged]:
    """Judge tickets, which come with their duty, by a version as if it were in force at `at`; each kind of them is worked out once."""
    destinations = Destinations(version, at)
    found = []
    for ticket in tickets:
        duty = ticket.duty.key if ticket.duty else None
        kind = destinations.kind(duty, ticket.place, rerouting.work_of(ticket.origin_kind), ticket.opened_at)
        there = destinations.of(kind)
        found.append(Judged(ticket, there, rerouting.fate(ticket.facts, there.then, there.route.side, nobody=there.nobody)))
    return found


def consequence(version: Version, at: datetime) -> Consequence:
    """Return which open tickets would change side, were a version in force at `at`; what one side keeps to itself moves nowhere."""
    tickets = (
        Ticket.objects.for_tenant(version.tenant_id).to_do().filter(hidden_for=None).select_related("duty", "assignee").order_by("number")
    )
    found = judged(tickets, version, at)
    other = [one for one in found if one.fate in LEAVING]
    count = Counter(one.fate for one in other)
    if not other:
        return Consequence("No open ticket would change side.")
    number = len(other)
    offered = number - count[Fate.MOVES]
    held = f", {offered} of them when handed over" if offered else ""
    sentence = f"{number} open ticket{'s' if number > 1 else ''} would change side{held}."
    things = [_thing(version, one) for one in other[:SHOWN]]
    return Consequence(sentence, tuple(things))


def _thing(version: Version, one: Judged) -> Thing:
    ticket = one.ticket
    reference = saying.reference(version.tenant.name, ticket.number)
    address = reverse("tickets:ticket", args=[version.tenant.slug, ticket.number])
    there = one.destination.route.subject
    holder = ticket.assignee.name if ticket.assignee else saying.SIDES[ticket.side]
    effects = {
        Fate.MOVES: f"goes to {there} at once",
        Fate.HELD: f"is offered to {there}, and stays with {holder} until they accept",
        Fate.WAITS: f"is offered to {there} when it wakes, and stays with {holder} until they accept",
        Fate.PENDING: f"is offered already, and stays with {holder} until that is answered",
    }
    effect = effects[one.fate]
    return Thing(f"{reference} {ticket.title}", address, effect)
