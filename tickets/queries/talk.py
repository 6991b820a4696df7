"""What the page of a ticket shows around talking: who hears of a message, who is there, what was begun, what is new since one looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.vocabulary import Audience, Side
from tickets.domain import audience as audiences
from tickets.domain import saying
from tickets.domain import talk as rules
from tickets.models import Canned, Draft, Kind, Presence, Ticket, Watcher
from tickets.queries import hiding, sheets
from tickets.queries.sheets import Entry

STAFF = "ticket.work"
Follow = dict[int, set[str]]  # person -> in whose eyes he follows
NEW = 50  # entries that a poll brings at once; more is a page to be loaded anew


@dataclass(frozen=True)
class Begun:
    """A draft: in which mode, what, and since when."""

    mode: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Here:
    """Somebody else on this ticket; `doing` is the end of a sentence."""

    name: str
    side: str
    doing: str
    writes: bool


@dataclass(frozen=True)
class Choice:
    """A canned reply to choose."""

    number: int
    title: str


@dataclass(frozen=True)
class Talk:
    """Everything the composer needs for one reader."""

    mode: str
    text: str
    drafts: tuple[Begun, ...]
    canned: tuple[Choice, ...]
    here: tuple[Here, ...]
    goes_public: str
    goes_shared: str
    watchers: str
    several: bool
    watching: bool
    works: bool
    blanks: bool
    names: tuple[tuple[str, str], ...]  # whom one may name, with the side
    newest: int


@dataclass(frozen=True)
class News:
    """What is new on a ticket since somebody looked."""

    entries: tuple[Entry, ...]
    here: tuple[Here, ...]
    changed: str  # who did what that the page does not show yet; a message is no change of that kind
    changed_by: int  # the entry that says so
    version: int  # of the ticket as the page now shows it
    newest: int


def talk(ticket: Ticket, by: access.Actor, at: datetime, entries: Sequence[Entry], *, wanted: str = "", may_reply: bool = True) -> Talk:
    """Return what goes with the composer; `wanted` is the mode asked for. What was begun is shown in the mode it was begun in."""
    works = access.may(by, STAFF)
    drafts, canned = _own(ticket, by) if works else ((), ())
    shown = next((one for one in drafts if one.mode == wanted), None) if wanted else next(iter(drafts), None)
    fallback = "public" if may_reply else rules.PRIVATE
    people = hiding.who_sees(ticket, access.people_of(ticket.tenant_id, None, at), at)
    follow = watchers(ticket, by)
    return Talk(
        mode=shown.mode if shown else wanted if wanted in {*rules.MODES, rules.PRIVATE} and may_reply else fallback,
        text=shown.text if shown else "",
        drafts=tuple(one for one in drafts if one is not shown),
        canned=canned,
        here=here(ticket, by, at) if by.user_id is not None else (),
        goes_public=_goes(ticket, Audience.PUBLIC, by, people, follow, at=at),
        goes_shared=_goes(ticket, Audience.SHARED, by, people, follow, at=at),
        watchers=rules.listed([one.name for one in people if one.user_id in follow]),
        several=len(follow) > 1,
        watching=by.user_id in follow,
        works=works,
        blanks=access.may(by, "ticket.redact_secret"),
        names=tuple((one.name, one.side) for one in people if one.user_id != by.user_id),
        newest=max((one.id for one in entries), default=0),
    )


def goes_to(ticket: Ticket, audience: Audience, by: access.Actor, at: datetime) -> str:
    """Say who is told of a message for these readers."""
    people = hiding.who_sees(ticket, access.people_of(ticket.tenant_id, None, at), at)
    return _goes(ticket, audience, by, people, watchers(ticket, by), at=at)


def hearers(ticket: Ticket, audience: str, by: access.Actor, people: Sequence[access.Person], follow: Follow) -> list[access.Person]:
    """Return who is told of a message, of these people: the desk of the other side, who asked where it is public, and who follows.

    What somebody writes who only asks is told to the desk that holds the ticket.

    What stays on a side is told to that side's desk and to whoever of it follows, and to nobody else. Whoever came with a ticket that was
    merged into this one follows what is public alone.
    """
    own = by.side
    following = {user for user, eyes in follow.items() if audience == Audience.PUBLIC or eyes != {Audience.PUBLIC}}
    if audience not in audiences.TO_BOTH:
        ours = [one for one in people if one.side == own]
        told = {*(one.user_id for one in desk(ticket, ours)), *following}
        return [one for one in ours if one.user_id in told and one.user_id != by.user_id]
    sides = [side for side in Side if side != own]
    if by.role == access.ASKS:  # who asks stands on a side and works on none: whoever holds the ticket is told
        sides = list(Side) if ticket.unowned else [Side(ticket.side)]
    told = {one.user_id for side in sides for one in desk(ticket, [person for person in people if person.side == side])}
    told |= following | ({ticket.requester_id} if audience == Audience.PUBLIC and ticket.requester_id else set())
    return [one for one in people if one.user_id in told and one.user_id != by.user_id]


def desk(ticket: Ticket, people: Sequence[access.Person]) -> list[access.Person]:
    """Return who works this ticket of the people of one side: the one who has it, or everyone who could take it."""
    able = [one for one in people if one.role in access.rules()[STAFF].allow]
    return [one for one in able if one.side == ticket.side and one.user_id == ticket.assignee_id] or able


def watchers(ticket: Ticket, by: access.Actor) -> Follow:
    """Return who follows a ticket, by id, as far as this reader may know it, and of which messages each is told."""
    reader = sheets.reader_of(by)
    rows = Watcher.objects.for_tenant(ticket.tenant_id).of(ticket.id).visible_to(reader.company if reader.private else None)
    found: Follow = {}
    for user, audience in rows.values_list("user", "audience"):
        found.setdefault(user, set()).add(audience)
    return found


def here(ticket: Ticket, by: access.Actor, at: datetime) -> tuple[Here, ...]:
    """Return who else has this ticket open or writes there; that a private note is written shows to its own side alone."""
    reader = sheets.reader_of(by)
    rows = Presence.objects.for_tenant(ticket.tenant_id).of(ticket.id).visible_to(reader.company if reader.private else None)
    lately = at - rules.HERE
    found: dict[int, Here] = {}
    for row in rows.others(by.user_id).order_by("name", "id"):
        writes = row.writing_at is not None and row.writing_at > lately
        if not writes and (row.seen_at is None or row.seen_at <= lately):
            continue
        secret = row.audience not in audiences.TO_BOTH
        doing = "writes a private note" if secret else "is writing" if writes else "is here"
        known = found.get(row.user_id)
        if known is None or (writes and not known.writes):
            found[row.user_id] = Here(row.name, row.by_side, doing, writes)
    return tuple(found.values())


def news(ticket: Ticket, by: access.Actor, at: datetime, *, since: int, seen: int) -> News:
    """Return what came since the entry `since`, and what changed the ticket after version `seen` besides messages."""
    readable = sheets.readable(ticket, by)
    fresh = list(readable.select_related("side").filter(id__gt=since).order_by("id")[:NEW])
    moves = readable.since(seen).exclude(kind=Kind.REPLY) if ticket.version > seen else None
    moved = moves.last() if moves is not None else None
    who = "You" if moved is not None and moved.by_user_id is not None and moved.by_user_id == by.user_id else moved.by_name if moved else ""
    return News(
        entries=sheets.entries_of(fresh, ticket, by) if fresh else (),
        here=here(ticket, by, at),
        changed=f"{saying.did(moved.kind, who)} {saying.ago(at - moved.at)}." if moved else "",
        changed_by=moved.id if moved else 0,
        version=seen if moved else ticket.version,
        newest=max([since, *(event.id for event in fresh)]),
    )


def drafts(ticket: Ticket, by: access.Actor) -> tuple[Begun, ...]:
    """Return what this person has begun here, the latest first."""
    return _own(ticket, by)[0] if by.user_id is not None else ()


def _own(ticket: Ticket, by: access.Actor) -> tuple[tuple[Begun, ...], tuple[Choice, ...]]:
    """Return somebody's drafts here, and the canned replies of his organisation, each from behind its own wall."""
    if by.user_id is None or by.company_id is None:
        return (), ()
    with tenancy.only({by.tenant_id, by.company_id}, side=by.company_id, person=by.user_id):
        begun = Draft.objects.for_tenant(by.tenant).filter(ticket=ticket.id, user=by.user_id).order_by("-at", "-id")
        found = tuple(Begun(rules.mode_of(row.audience), row.text, row.at) for row in begun)
        ready = Canned.objects.for_tenant(by.company_id).order_by("title", "id").values_list("number", "title")
        return found, tuple(Choice(*one) for one in ready)


def _goes(ticket: Ticket, audience: str, by: access.Actor, people: Sequence[access.Person], follow: Follow, *, at: datetime) -> str:
    told = hearers(ticket, audience, by, people, follow)
    asked = ticket.requester_id if audience == Audience.PUBLIC else None
    if asked is not None and asked not in {by.user_id, *(one.user_id for one in people)}:  # who only asks is nobody's colleague
        person = access.person_of(ticket.tenant_id, asked, at)
        told = [person, *told] if person is not None else told
    return rules.goes_to(one.name for one in told)
