"""What unfinished tickets do when another version of the matrix comes into force: in its transaction, all of them at once."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind as About
from comanaged.vocabulary import Audience, Side
from responsibilities.domain.matrix import Matrix
from responsibilities.models import Version
from responsibilities.queries import reading as responsibilities
from tickets.actions import announcing, entries, offers, watching
from tickets.actions.telling import STAFF
from tickets.domain import rerouting, saying
from tickets.domain.lifecycle import Hat, Move
from tickets.domain.rerouting import Fate
from tickets.models import Event, Kind, Ticket
from tickets.queries import rerouting as queries
from tickets.queries.rerouting import Judged

AT_ONCE = 500  # rows of one statement
NOTED = ("matrix_version", "signed", "unowned", "last_at")  # all that changes on a ticket that stays


def reroute(version: Version, before: Version | None, *, by: access.Actor, at: datetime) -> Counter[Fate]:
    """Send tickets that nobody acted on where the version sends them, offer those that somebody works on, note the version on the rest.

    Rows are locked first, in their order; history is told last. Return how many had which fate. What one side keeps to itself stays there,
    and follows the matrix once a person shows it: its holder reads on its page whose it is by now.
    """
    rows = Ticket.objects.for_tenant(by.tenant).unfinished().filter(hidden_for=None).select_related("duty", "terms", "tenant")
    locked = list(rows.select_for_update(of=("self",)).order_by("id"))
    for ticket in locked:
        watching.catch_up(ticket, at=at)
    came = rerouting.replaced(version.number, before.number if before else None)
    change = Change(version, before, came, by, at, responsibilities.matrix_in(version, by.tenant_id, at))
    found = queries.judged(locked, version, at)
    events = [event for one in found if (event := _follow(one, change)) is not None]
    _save([one.ticket for one in found if one.fate in (Fate.SAME, Fate.NOBODY, Fate.PENDING, Fate.MAJOR)], NOTED)
    _save([one.ticket for one in found if one.fate in (Fate.MOVES, Fate.HELD, Fate.WAITS)], entries.SAVED)
    for event in Event.objects.bulk_create(events, batch_size=AT_ONCE):
        announcing.hand(event)
    counted = Counter(one.fate for one in found)
    moved, offered = ([one for one in found if one.fate is fate] for fate in (Fate.MOVES, Fate.HELD))
    if any(counted[fate] for fate in set(Fate) - {Fate.SAME, Fate.RESOLVED}):
        trail.record("tickets.rerouted", version, by=by, at=at, after=_in_words(counted, moved, came))
    _tell(moved, change, "Nobody had acted on these, so they are yours now.", "came to you")
    _tell(offered, change, "Somebody works on these, so they stay there until you accept them.", "are offered to you")
    return counted


def _save(tickets: Sequence[Ticket], columns: Sequence[str]) -> None:
    if tickets:
        Ticket.objects.for_tenant(tickets[0].tenant_id).bulk_update(tickets, columns, batch_size=AT_ONCE)


@dataclass(frozen=True)
class Change:
    """A version that came into force: which, after which, in a sentence, by whom, when, and what it says."""

    version: Version
    before: Version | None
    came: str
    by: access.Actor
    at: datetime
    matrix: Matrix


def _follow(one: Judged, change: Change) -> Event | None:
    """Let one ticket follow the version, and return what there is to tell of it; what is resolved is left as it is."""
    turn = entries.Turn(one.ticket, Move.REROUTE, change.by, change.at, before=entries.snapshot(one.ticket))
    if one.fate not in DOES:
        return None
    kind, text = DOES[one.fate](one, change)
    if kind is not Kind.VERSION:
        one.ticket.version += 1
    if kind is Kind.VERSION and change.before is None:
        return None if entries.snapshot(one.ticket) == turn.before else _entry(turn, kind, f"{change.came} It stays here.")
    return _entry(turn, kind, text)


def _entry(turn: entries.Turn, kind: Kind, text: str) -> Event:
    turn.ticket.last_at = max(turn.ticket.last_at, turn.at)
    entries.settle(turn.ticket, turn.at)
    event = entries.entry(turn, kind=kind, audience=Audience.SHARED, text=text, hat=Hat.SYSTEM)
    event.by_user_id, event.by_name, event.by_side = None, WHO, ""
    return event


def _stays(one: Judged, change: Change) -> tuple[Kind, str]:
    """Say that this version says so too; one that nobody owned may have an owner there now."""
    ticket, version = one.ticket, change.version
    ticket.unowned = ticket.unowned and one.destination.route.unowned
    ticket.matrix_version, ticket.signed = version.number, True
    return Kind.VERSION, f"{change.came} It stays here."


def _moves(one: Judged, change: Change) -> tuple[Kind, str]:
    ticket, route = one.ticket, one.destination.route
    ticket.side = ticket.route_side = route.side
    ticket.route_subject, ticket.because, ticket.accountable = route.subject, f"{change.came} {route.because}", route.accountable
    ticket.trace = [change.came, *route.trace]
    ticket.matrix_version, ticket.signed, ticket.unowned = change.version.number, True, route.unowned
    return Kind.REROUTED, f"{change.came} {route.subject} holds it now. {route.because}"


def _offered(one: Judged, change: Change) -> tuple[Kind, str]:
    """Offer it with a packet that says why; whoever works on it keeps it until they accept."""
    ticket, route = one.ticket, one.destination.route
    packet = {"why": f"{change.came} {route.because}", "known": "See its story.", "next": "Take it over, or say why not."}
    offers.place(ticket, "VERSION", route.side, by=access.system(change.by.tenant), at=change.at, packet=packet, matrix=change.matrix)
    return Kind.OFFERED, packet["why"]


def _when_woken(one: Judged, change: Change) -> tuple[Kind, str]:
    one.ticket.offer_when_woken = one.destination.route.side
    return Kind.VERSION, f"{change.came} {one.destination.route.subject} does its duty now; it is offered to them when it wakes."


def _nobody(one: Judged, change: Change) -> tuple[Kind, str]:
    return Kind.VERSION, f"{change.came} Nobody does its duty there, so it stays where it is."


def _pending(one: Judged, change: Change) -> tuple[Kind, str]:
    return Kind.VERSION, f"{change.came} {one.destination.route.subject} does its duty now; the offer that waits is answered first."


def _major(one: Judged, change: Change) -> tuple[Kind, str]:
    return Kind.VERSION, f"{change.came} A major incident of it is open, so it stays where it is."


DOES: dict[Fate, Callable[[Judged, Change], tuple[Kind, str]]] = {
    Fate.SAME: _stays,
    Fate.MOVES: _moves,
    Fate.HELD: _offered,
    Fate.WAITS: _when_woken,
    Fate.NOBODY: _nobody,
    Fate.PENDING: _pending,
    Fate.MAJOR: _major,
}
WHO = "Comanaged"


def _in_words(counted: Counter[Fate], moved: Sequence[Judged], came: str) -> str:
    numbers = ", ".join(str(one.ticket.number) for one in moved[:20])
    more = f" and {len(moved) - 20} more" if len(moved) > 20 else ""  # noqa: PLR2004 - as many as are named
    said = [f"tickets {numbers}{more} went to the other side" if moved else ""]
    said += [f"{counted[Fate.HELD]} are offered, and stay with who works on them" if counted[Fate.HELD] else ""]
    said += [f"{counted[Fate.WAITS]} are offered when they wake" if counted[Fate.WAITS] else ""]
    said += [f"{counted[Fate.PENDING]} were offered already" if counted[Fate.PENDING] else ""]
    said += [f"{counted[Fate.NOBODY]} stay because nobody does their duty now" if counted[Fate.NOBODY] else ""]
    said += [f"{counted[Fate.MAJOR]} stay because a major incident is open" if counted[Fate.MAJOR] else ""]
    return f"{came} {'; '.join(filter(None, said)).capitalize()}."


def _tell(found: Sequence[Judged], change: Change, why: str, subject: str) -> None:
    """Tell the side that gets or is offered tickets, in one message for all of them."""
    by_side: dict[str, list[Ticket]] = defaultdict(list)
    for one in found:
        by_side[one.destination.route.side].append(one.ticket)
    by, version = change.by, change.version
    for side, tickets in by_side.items():
        people = [person for person in access.people_of(by.tenant_id, Side(side), change.at) if person.role in STAFF]
        count = f"{len(tickets)} ticket{'s' if len(tickets) > 1 else ''}"
        listed = [f"{saying.reference(by.tenant.name, one.number)} {one.title}" for one in tickets]
        address = settings.ADDRESS + reverse("tickets:moving", args=[by.tenant.slug])
        notices.queue(
            tenant=by.tenant_id,
            to=people,
            subject=f"[{by.tenant.name}] {count} {subject} with version {version.number}",
            text="\n\n".join((f"{change.came} {why}", "\n".join(listed), address)),
            key=f"rerouted:{version.pk}:{side}:{subject}",
            at=change.at,
            kind=About.WORK,
        )
