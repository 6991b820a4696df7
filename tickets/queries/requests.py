"""What somebody who only asks may know of a ticket: that it is his own, what is public of it, where it stands and what comes next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models.fields.tuple_lookups import TupleLessThan

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets.domain import lifecycle, requesting, saying
from tickets.domain import talk as rules
from tickets.domain.lifecycle import Move
from tickets.models import Attachment, Event, EventRows, Redaction, Ticket, TicketRows
from tickets.queries import sheets
from tickets.queries.files import File, file_of

SIZE = 20
STORY = 100  # entries shown; who asks and has more than this calls somebody
MAIL = "mail"  # how an entry says that it came by mail
MOVES = (Move.REPLY, Move.CONFIRM, Move.REOPEN, Move.CANCEL_OWN)


@dataclass(frozen=True)
class Line:
    """A request in the list of one's own."""

    number: int
    reference: str
    title: str
    state: str
    following: str
    yours: bool  # it is on the person who asked to do something
    asked_at: datetime
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Lines:
    """A page of one's own requests, the newest first, and the number below which the next begins; none at the end."""

    rows: tuple[Line, ...]
    before: int | None


@dataclass(frozen=True)
class Told:
    """One public entry, as the person who asked reads it."""

    who: str
    words: str
    text: str
    at: datetime
    own: bool
    files: tuple[File, ...]


@dataclass(frozen=True)
class Request:
    """One request's page: `may` holds what can be done now."""

    id: int
    line: Line
    entries: tuple[Told, ...]
    may: frozenset[str]


def requests_of(by: access.Actor, at: datetime, *, before: int | None = None) -> Lines:
    """Return what this person asked, in pages."""
    found = own(by)
    last = own(by).filter(number=before).values_list("opened_at", "id").first() if before else None
    if last is not None:
        found = found.filter(TupleLessThan(("opened_at", "id"), last))
    rows = list(found.order_by("-opened_at", "-id")[: SIZE + 1])
    shown = rows[:SIZE]
    answers = _latest([row.pk for row in shown], by)
    return Lines(tuple(_line(row, answers.get(row.pk), by, at) for row in shown), shown[-1].number if len(rows) > SIZE else None)


def own(by: access.Actor) -> TicketRows:
    """Return the tickets that this person asked for; nothing else is his own."""
    rows = Ticket.objects.for_tenant(by.tenant_id).seen_by(by.company_id).select_related("tenant", "requester")
    return rows.filter(requester=by.user_id) if by.user_id is not None else rows.none()


def numbered(by: access.Actor, number: int) -> Ticket:
    """Return one of them; raises Ticket.DoesNotExist."""
    return own(by).get(number=number)


def request(ticket: Ticket, by: access.Actor, at: datetime) -> Request:
    """Return what the page of a request says."""
    events = list(public(ticket).order_by("-id")[:STORY])[::-1]
    files = _files(ticket, [event.pk for event in events])
    address = ticket.requester.email if ticket.requester else ""
    blanked = _blanked(ticket, [event.pk for event in events if not event.text and event.kind in rules.BLANKABLE])
    return Request(
        id=ticket.pk,
        line=_line(ticket, next((event for event in reversed(events) if _answers(event, by)), None), by, at),
        entries=tuple(_told(event, by, files.get(event.pk, ()), blanked=event.pk in blanked, address=address) for event in events),
        may=frozenset(move.lower() for move in MOVES if _possible(move, ticket, by)),
    )


def public(ticket: Ticket) -> EventRows:
    """Return the entries that the person who asked may read: of the public ones, those that are said in words for him."""
    rows = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk)
    return rows.filter(audience=Audience.PUBLIC, kind__in=sorted(requesting.DONE))


def file(ticket: Ticket, public_id: UUID) -> Attachment:
    """Return a file of a public entry; raises Attachment.DoesNotExist."""
    return Attachment.objects.for_tenant(ticket.tenant_id).of(ticket.pk).get(public_id=public_id, audience=Audience.PUBLIC)


def _line(ticket: Ticket, answer: Event | None, by: access.Actor, at: datetime) -> Line:
    due = ticket.answer_due_at if ticket.first_reply_at is None else None
    facts = requesting.Facts(lifecycle.State(ticket.state), ticket.wait_reason, due)
    state = requesting.state(facts)
    return Line(
        number=ticket.number,
        reference=saying.reference(ticket.tenant.name, ticket.number),
        title=ticket.title,
        state=state,
        following=requesting.following(facts, at, by.zone),
        yours=state == requesting.YOURS or ticket.state == lifecycle.State.RESOLVED,
        asked_at=ticket.opened_at,
        answered_by=_writer(answer) if answer else "",
        answered_at=answer.at if answer else None,
    )


def _latest(tickets: Collection[int], by: access.Actor) -> dict[int, Event]:
    """Return by ticket the last thing that somebody else said to who asked."""
    rows = Event.objects.for_tenant(by.tenant_id).filter(ticket__in=tickets, audience=Audience.PUBLIC, kind__in=sorted(requesting.ANSWERS))
    spoken = rows.exclude(by_user=by.user_id).exclude(by_user=None, via=MAIL)
    latest = spoken.order_by("ticket", "-id").distinct("ticket")
    return {event.ticket_id: event for event in latest}


def _answers(event: Event, by: access.Actor) -> bool:
    unproven = event.by_user_id is None and event.via == MAIL  # whoever wrote it, it is no answer of the help desk
    return event.kind in requesting.ANSWERS and event.by_user_id != by.user_id and not unproven


def _files(ticket: Ticket, events: Collection[int]) -> dict[int, tuple[File, ...]]:
    found: dict[int, tuple[File, ...]] = {}
    rows = Attachment.objects.for_tenant(ticket.tenant_id).of(ticket.pk).with_entries(events).filter(audience=Audience.PUBLIC)
    for row in rows.order_by("id"):
        found[row.event_id] = (*found.get(row.event_id, ()), file_of(row))
    return found


def _blanked(ticket: Ticket, events: Collection[int]) -> set[int]:
    """Return which of these entries were blanked; who did it and why is for those who work on it."""
    if not events:
        return set()
    rows = Redaction.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(event__in=events, audience=Audience.PUBLIC)
    return set(rows.values_list("event", flat=True))


def _told(event: Event, by: access.Actor, files: tuple[File, ...], *, blanked: bool, address: str) -> Told:
    own_ = event.by_user_id is not None and event.by_user_id == by.user_id
    mailed = event.by_user_id is None and event.via == MAIL and event.by_name.partition(",")[0].casefold() == address.casefold()
    text = "" if event.kind in requesting.WORDLESS else event.text.partition(f"\n\n({saying.BY_MAIL_ALONE}")[0]
    return Told(
        who=_writer(event),
        words="By mail from your address" if mailed else requesting.did(event.kind, _writer(event), own=own_),
        text="This text was taken out." if blanked else text,
        at=event.at,
        own=own_ or mailed,
        files=files,
    )


def _writer(event: Event) -> str:
    """Return who wrote, to the person who asked: a person by name, and whatever came by mail under the name it bore; else the help desk."""
    return event.by_name if event.by_user_id is not None or event.via == MAIL else requesting.DESK


def _possible(move: Move, ticket: Ticket, by: access.Actor) -> bool:
    verdict = lifecycle.check(move, ticket.facts, sheets.actor_facts(by), text="x" * lifecycle.REASON)
    return isinstance(verdict, lifecycle.Outcome)
