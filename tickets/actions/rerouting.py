"""What unfinished tickets do when another version of the matrix comes into force: in its transaction, all of them at once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.vocabulary import Audience, Side
from responsibilities.models import Version
from tickets.actions.telling import STAFF
from tickets.domain import rerouting, saying
from tickets.domain.rerouting import Fate
from tickets.models import Event, Kind, Ticket
from tickets.queries import rerouting as queries
from tickets.queries.rerouting import Judged

AT_ONCE = 500  # rows of one statement
WHO = "Comanaged"
NOTED = ("matrix_version", "signed", "trace", "unowned")
MOVED = (*NOTED, "side", "route_side", "route_subject", "because", "accountable", "last_at", "version")


def reroute(version: Version, before: Version | None, *, by: access.Actor, at: datetime) -> Counter[Fate]:
    """Send tickets that nobody acted on where the version sends them, note the version on those of the same side, leave the others.

    Rows are locked first, in their order; history is told last. Return how many had which fate.
    """
    rows = Ticket.objects.for_tenant(by.tenant).unfinished().select_related("duty")
    locked = list(rows.select_for_update(of=("self",)).order_by("id"))
    found = queries.judged(locked, version, at)
    counted = Counter(one.fate for one in found)
    came = rerouting.replaced(version.number, before.number if before else None)
    _note([one for one in found if one.fate is Fate.SAME], version, before)
    moved = [one for one in found if one.fate is Fate.MOVES]
    _move(moved, came, version, by=by, at=at)
    if moved or counted[Fate.HELD] or counted[Fate.NOBODY]:
        trail.record("tickets.rerouted", version, by=by, at=at, after=_in_words(counted, moved, came))
    _tell(moved, came, version, by=by, at=at)
    return counted


def _note(same: Sequence[Judged], version: Version, before: Version | None) -> None:
    """Say on tickets whose side stays that this version says so too; one that nobody owned may have an owner there now."""
    for one in same:
        ticket = one.ticket
        ticket.unowned = ticket.unowned and one.destination.route.unowned
        if before is not None:
            ticket.trace = [*ticket.trace, f"Version {version.number} replaced version {before.number} and leaves it here."]
        ticket.matrix_version, ticket.signed = version.number, True
    Ticket.objects.for_tenant(version.tenant_id).bulk_update([one.ticket for one in same], NOTED, batch_size=AT_ONCE)


def _move(moved: Sequence[Judged], came: str, version: Version, *, by: access.Actor, at: datetime) -> None:
    """Give tickets their new route, each with an entry in its ledger."""
    events = []
    for one in moved:
        ticket, route = one.ticket, one.destination.route
        held_by = ticket.side
        ticket.side = ticket.route_side = route.side
        ticket.route_subject, ticket.because, ticket.accountable = route.subject, f"{came} {route.because}", route.accountable
        ticket.trace = [came, *route.trace]
        ticket.matrix_version, ticket.signed, ticket.unowned = version.number, True, route.unowned
        ticket.last_at, ticket.version = at, ticket.version + 1
        events.append(
            Event(
                tenant=by.tenant,
                ticket=ticket,
                audience=Audience.SHARED,
                side_id=by.company_id,
                by_name=WHO,
                kind=Kind.REROUTED,
                text=f"{came} {route.subject} holds it now. {route.because}",
                before={"side": held_by},
                after={"side": route.side},
                version=ticket.version,
                at=at,
            )
        )
    Ticket.objects.for_tenant(by.tenant).bulk_update([one.ticket for one in moved], MOVED, batch_size=AT_ONCE)
    Event.objects.bulk_create(events, batch_size=AT_ONCE)


def _in_words(counted: Counter[Fate], moved: Sequence[Judged], came: str) -> str:
    numbers = ", ".join(str(one.ticket.number) for one in moved[:20])
    more = f" and {len(moved) - 20} more" if len(moved) > 20 else ""  # noqa: PLR2004 - as many as are named
    said = [f"tickets {numbers}{more} went to the other side" if moved else ""]
    said += [f"{counted[Fate.HELD]} stay with who works on them" if counted[Fate.HELD] else ""]
    said += [f"{counted[Fate.NOBODY]} stay because nobody does their duty now" if counted[Fate.NOBODY] else ""]
    return f"{came} {'; '.join(filter(None, said)).capitalize()}."


def _tell(moved: Sequence[Judged], came: str, version: Version, *, by: access.Actor, at: datetime) -> None:
    """Tell the side that gets tickets, in one message for all of them."""
    by_side: dict[str, list[Ticket]] = defaultdict(list)
    for one in moved:
        by_side[one.ticket.side].append(one.ticket)
    for side, tickets in by_side.items():
        people = [person for person in access.people_of(by.tenant_id, Side(side), at) if person.role in STAFF]
        count = f"{len(tickets)} ticket{'s' if len(tickets) > 1 else ''}"
        listed = [f"{saying.reference(by.tenant.name, one.number)} {one.title}" for one in tickets]
        address = settings.ADDRESS + reverse("tickets:tickets", args=[by.tenant.slug])
        notices.queue(
            tenant=by.tenant_id,
            to=people,
            subject=f"[{by.tenant.name}] {count} came to you with version {version.number}",
            text="\n\n".join((f"{came} Nobody had acted on these, so they are yours now.", "\n".join(listed), address)),
            key=f"rerouted:{version.pk}:{side}",
            at=at,
        )
