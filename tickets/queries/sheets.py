"""One ticket's page for one reader: facts, who does it now, the story as far as he may read it, the moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from comanaged.accounts import access
from comanaged.vocabulary import Side
from responsibilities import queries as responsibilities
from responsibilities.domain import resolution
from responsibilities.domain.resolution import Answer
from tickets.domain import audience, lifecycle, saying, talk
from tickets.domain.lifecycle import Move
from tickets.models import Event, EventRows, Kind, Redaction, Ticket
from tickets.queries import held, rows
from tickets.queries.colleagues import NO_MAJOR, Majors, governs, majors
from tickets.queries.files import File, by_entry
from tickets.queries.rows import Row

USERS = "END_USER"
STORY = 200  # entries shown at once; older ones come by a link
TOLD = frozenset(
    {
        Kind.OFFERED,
        Kind.ASKED_FOR,
        Kind.DECLINED,
        Kind.DIRECTED,
        Kind.EMERGENCY,
        Kind.HIDDEN,
        Kind.SHOWN,
        Kind.MAJOR,
        Kind.MAJOR_ENDED,
        Kind.WAITS,
        Kind.OPENED,
        Kind.REPLY,
        Kind.RESOLVED,
        Kind.CLOSED,
        Kind.REOPENED,
        Kind.CONFIRMED,
        Kind.CANCELLED,
    }
)
# each move's button, and the permission without which there is none
ACTIONS = {
    Move.TAKE: "ticket.take",
    Move.REPLY: "ticket.reply",
    Move.NOTE: "note.write_private",
    Move.RESOLVE: "ticket.resolve",
    Move.CLOSE: "ticket.close",
    Move.REOPEN: "ticket.reopen",
    Move.CONFIRM: "ticket.confirm",
    Move.CANCEL: "ticket.cancel",
    Move.CANCEL_OWN: "ticket.cancel_own",
    Move.ASSIGN: "ticket.assign_colleague",
    Move.WAIT: "ticket.pause_clock",
    Move.WAKE: "ticket.wake",
    Move.OFFER: "ticket.hand_over",
    Move.ASK_FOR: "ticket.ask_for",
    Move.ACCEPT: "ticket.accept_handover",
    Move.DECLINE: "ticket.refuse_handover",
    Move.WITHDRAW: "ticket.withdraw",
    Move.DIRECT: "ticket.direct",
    Move.EMERGENCY_TAKE: "ticket.emergency_take",
    Move.HIDE: "ticket.hide",
    Move.SHOW: "ticket.hide",
    Move.SET_DUTY: "ticket.set_duty",
    Move.SET_PRIORITY: "ticket.set_priority",
}


@dataclass(frozen=True)
class Entry:
    """One entry of a story; `form` is "what" for facts, "said" for words to both sides, "secret" for a side's own note."""

    form: str
    kind: str
    who: str
    side: str
    company: str
    audience: str
    words: str
    text: str
    at: datetime
    id: int = 0
    files: tuple[File, ...] = ()
    blanked: str = ""  # who blanked the text, when and why
    own: bool = False  # the reader wrote it himself
    mail: UUID | None = None  # the mail it came by
    quoted: str = ""  # what that mail quotes, to be folded


@dataclass(frozen=True)
class Button:
    """A move somebody may make; when it is not possible now, `why` says why."""

    move: str
    why: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything one ticket's page says, for one reader."""

    row: Row
    does_it: str
    does_it_side: str
    hours: str
    until: datetime | None
    version_now: int | None
    asked: bool
    own_side: str
    receiver: str
    entries: tuple[Entry, ...]
    earlier: int | None
    buttons: dict[str, Button]
    incident: int | None = None  # the open major incident of this ticket, or of the larger one it is a part of
    commanding: int | None = None  # the open major incident that the reader commands


def sheet(ticket: Ticket, by: access.Actor, at: datetime, *, before: int | None = None) -> Sheet:
    """Return what the ticket's page says to this reader."""
    entries, earlier = story(ticket, by, before=before)
    now = _answer(ticket, at)
    open_majors = majors(by)
    names = rows.names_of([ticket.tenant_id], at)
    return Sheet(
        row=rows.row_of(ticket, names),
        does_it=now.subject if now else ticket.route_subject,
        does_it_side=_side_now(now) if now else ticket.route_side,
        hours=now.hours_text if now else "",
        until=now.until if now else None,
        version_now=now.version if now else ticket.matrix_version,
        asked=ticket.requester_id is not None,
        own_side=ticket.tenant.name if by.side == Side.INTERNAL else names.get((ticket.tenant_id, Side.PROVIDER), by.name),
        receiver=names.get((ticket.tenant_id, other := lifecycle.OTHER_SIDE[ticket.side]), saying.SIDES[other]),
        entries=entries,
        earlier=earlier,
        buttons=buttons(ticket, by, governs=governs(by, at), standing=open_majors),
        incident=open_majors.of(ticket.pk, ticket.parent_id),
        commanding=open_majors.commanded,
    )


def story(ticket: Ticket, by: access.Actor, *, before: int | None = None) -> tuple[tuple[Entry, ...], int | None]:
    """Return the entries this reader may read, oldest first, and the id before which older ones lie.

    Repeats are one line, the latest: a storm of ten thousand leaves the page as short as it was.
    """
    visible = readable(ticket, by).select_related("side").order_by("-id")
    told = visible.exclude(kind=Kind.REPEATED)
    newest = list((told if before is None else told.filter(id__lt=before))[: STORY + 1])
    shown = newest[:STORY]
    latest = visible.filter(kind=Kind.REPEATED).first() if before is None and ticket.repeats else None
    if latest is not None:
        shown.append(latest)
    return entries_of(shown, ticket, by), newest[STORY - 1].id if len(newest) > STORY else None


def entries_of(events: Sequence[Event], ticket: Ticket, by: access.Actor) -> tuple[Entry, ...]:
    """Return entries, oldest first, with their files and with what was blanked of them."""
    reader = reader_of(by)
    attached = by_entry(ticket, reader, [event.id for event in events])
    blanked = _blanked(ticket, reader, events)
    came = held.folded(by, [event.id for event in events if event.via == "mail"])
    return tuple(
        replace(
            _entry(event, ticket, files=event.id in attached or event.id in blanked),
            files=attached.get(event.id, ()),
            blanked=blanked.get(event.id, ""),
            own=event.by_user_id is not None and event.by_user_id == by.user_id,
            mail=came[event.id].mail if event.id in came else None,
            quoted=came[event.id].quoted if event.id in came and event.id not in blanked else "",
        )
        for event in sorted(events, key=lambda event: event.id)
    )


def readable(ticket: Ticket, by: access.Actor) -> EventRows:
    """Return the entries of a ticket that this reader may read; row-level security says the same a second time."""
    reader = reader_of(by)
    return Event.objects.for_tenant(ticket.tenant_id).of(ticket.id).visible_to(reader.company if reader.private else None)


def reader_of(by: access.Actor) -> audience.Reader:
    """Return for whom somebody reads, and whether that includes his side's working notes."""
    return audience.Reader(by.company_id, access.may(by, "note.read_private_own"))


def actor_facts(by: access.Actor, *, governs: bool = False, standing: Majors = NO_MAJOR) -> lifecycle.Actor:
    """Return what the rules of the lifecycle need to know of somebody."""
    return lifecycle.Actor(
        side=by.side,
        user=by.user_id if by.key_id is None else None,
        works=access.may(by, "ticket.take"),
        leads=access.may(by, "ticket.assign_colleague"),
        key=by.key_id is not None,
        system=by.role == "system",
        governs=governs,
        commands=standing.commanded is not None,
        in_major=bool(standing.found),
    )


def asked_for(ticket: Ticket, by: access.Actor) -> bool:
    """Say whether this is the person who asked."""
    return by.user_id is not None and by.user_id == ticket.requester_id


def buttons(ticket: Ticket, by: access.Actor, *, governs: bool = False, standing: Majors = NO_MAJOR) -> dict[str, Button]:
    """Return the moves this person may ever make here, by name; those not possible now carry the reason."""
    facts = ticket.facts
    actor = actor_facts(by, governs=governs, standing=standing.before(ticket.pk, ticket.parent_id))
    found = {}
    merges = ticket.offer_kind == "MERGE"
    for move in (move for move, action in ACTIONS.items() if access.may(by, action)):
        if move is Move.ACCEPT and merges and not access.may(by, "ticket.merge"):
            continue
        able = replace(actor, commands=False) if move is Move.ASSIGN else actor  # who commands gives work on the incident's own page
        verdict = lifecycle.check(move, facts, able, text="x" * lifecycle.REASON)
        if isinstance(verdict, lifecycle.Outcome):
            found[spell(move)] = Button(spell(move))
        elif verdict.why is not lifecycle.Why.HAT:
            found[spell(move)] = Button(spell(move), verdict.words)
    return found


def spell(move: Move) -> str:
    return move.lower()


def _blanked(ticket: Ticket, reader: audience.Reader, events: Sequence[Event]) -> dict[int, str]:
    """Return who blanked which of these entries, when and why; only an entry without a text can be one."""
    empty = [event.id for event in events if not event.text and event.kind in talk.BLANKABLE]
    if not empty:
        return {}
    rows_ = Redaction.objects.for_tenant(ticket.tenant_id).of(ticket.id).visible_to(reader.company if reader.private else None)
    return {row.event_id: talk.blanked(row.by_name, row.at, row.reason, ticket.tenant.zone) for row in rows_.filter(event__in=empty)}


def _entry(event: Event, ticket: Ticket, *, files: bool = False) -> Entry:
    secret = event.audience not in audience.TO_BOTH
    words = saying.did(event.kind, event.by_name)
    if event.kind == Kind.REPEATED:
        words = f"Seen {ticket.repeats + 1} times, one ticket. The last time"
    return Entry(
        form="secret" if secret else "said" if (event.by_side or event.via) and (files or (event.kind in TOLD and event.text)) else "what",
        kind=event.kind,
        who=event.by_name,
        side=event.by_side or (USERS if event.via == "mail" else ""),  # what nobody vouches for is a user's word
        company=event.side.name if event.side else "",
        audience=event.audience,
        words=words,
        text=event.text,
        at=event.at,
        id=event.id,
    )


def _answer(ticket: Ticket, at: datetime) -> Answer | None:
    """Return who answers now: for the ticket's duty, or for calls where nobody was sure; None for a client without a matrix."""
    try:
        return responsibilities.who_answers(ticket.tenant_id, ticket.duty.key if ticket.duty else resolution.INTAKE, at, ticket.place)
    except KeyError:
        return None


def _side_now(answer: Answer) -> str:
    return answer.party or "NOBODY"
