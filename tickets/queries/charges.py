"""A ticket's clock as both sides see it: what was promised, what is left, who held it or was waited for, and when."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from django.db.models import Q

from comanaged.vocabulary import Side
from responsibilities import queries as responsibilities
from tickets.domain import charging, clocks, ledger, lifecycle, saying, waiting
from tickets.domain.audience import TO_BOTH
from tickets.domain.charging import Answered, Charge, Fact
from tickets.domain.lifecycle import State
from tickets.domain.merging import OFFER as OFFER_TO_MERGE
from tickets.domain.ticking import Face
from tickets.models import Event, Kind, Ticket
from tickets.queries import rows
from tickets.queries.hours import own_hours
from tickets.queries.lines import face_of

QUIET = (Kind.REPEATED, Kind.SOURCE, Kind.FILE, Kind.WORKED, Kind.NOTE, Kind.REMINDED, Kind.WARNED)  # they hand nothing over
HOW = {Kind.DECLINED: charging.DECLINE, Kind.EXPIRED: charging.EXPIRE}
HOURS = {"always": "at any hour", "office": "in business hours"}
SIDES = frozenset(side.lower() for side in Side)
RUNS, PAUSED, OVER, NONE = "runs", "paused", "over", "none"


@dataclass(frozen=True)
class Segment:
    """A stretch of a ticket's life that counts as one party's time: `kind` draws it, `words` say whose it was and why."""

    kind: str
    party: str
    words: str
    start: datetime
    end: datetime
    running: bool
    seconds: int
    own_seconds: int | None

    @property
    def length(self) -> str:
        return saying.length(self.seconds)

    @property
    def own(self) -> str:
        """How much of it lay in that side's own hours, where it is a side."""
        return "" if self.own_seconds is None else saying.hours(self.own_seconds)


@dataclass(frozen=True)
class Part:
    """One party's time altogether."""

    party: str
    called: str
    seconds: int
    own_seconds: int | None
    share: int  # of the whole life, in percent

    @property
    def length(self) -> str:
        return saying.length(self.seconds)


@dataclass(frozen=True)
class Outcome:
    """What became of one promise: "met", "missed", "runs", "paused" or "none", and all of it in a sentence."""

    state: str
    words: str
    due: datetime | None = None
    missed_at: datetime | None = None
    charged: str = ""

    @property
    def missed(self) -> bool:
        return self.state == "missed"


@dataclass(frozen=True)
class Pause:
    """A stretch in which the promise stood still: why, for whom, from when to when."""

    why: str
    whom: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Change:
    """The priority from a moment on, and what that promises."""

    at: datetime
    priority: str
    words: str


@dataclass(frozen=True)
class Clock:
    """Everything one ticket's clock says, the same to every reader."""

    face: Face
    state: str
    target: str
    why: str
    used: int
    left: int
    due: datetime | None
    floor: datetime | None
    answer: Outcome
    fix: Outcome
    segments: tuple[Segment, ...]
    parts: tuple[Part, ...]
    pauses: tuple[Pause, ...]
    wakes: datetime | None
    changes: tuple[Change, ...]
    counts: charging.Counts

    @property
    def used_words(self) -> str:
        return saying.hours(self.used)

    @property
    def left_words(self) -> str:
        return saying.hours(self.left)


@dataclass(frozen=True)
class _Read:
    """A ticket with all that its clock is told from, at a moment."""

    ticket: Ticket
    terms: ledger.Terms | None
    charges: Sequence[Charge]
    names: rows.Names
    at: datetime

    @property
    def ended(self) -> datetime | None:
        """When the work ended, as far as it has: the last resolution, or the end."""
        return self.ticket.resolved_at or self.ticket.closed_at

    def moment(self, at: datetime) -> str:
        """Return a moment as the client's clock shows it."""
        return saying.moment(at, self.ticket.tenant.zone)

    def charged(self, at: datetime) -> str:
        """Return the party whose time an instant is."""
        found = self.charges
        return next((one.to for one in found if one.start <= at < one.end), found[-1].to if found else charging.NOBODY)

    def called(self, party: str) -> str:
        """Return a party's name."""
        side = party.upper()
        return self.names.get((self.ticket.tenant_id, side)) or saying.SIDES.get(side) or saying.PARTIES.get(party, party)

    def late(self, what: str, missed_at: datetime, *, changed: bool) -> str:
        """Say since when a promise is broken, and in whose time."""
        when = f"{what} was due {self.moment(missed_at)}"
        if changed:
            return f"{when}, when its target changed: that is nobody's time."
        return f"{when} and ran out in the time of {self.called(self.charged(missed_at))}."


def clock(ticket: Ticket, at: datetime) -> Clock:
    """Return what a ticket's clock says at a moment, judged from the ledger, also where no worker ran."""
    facts = facts_of(ticket)
    opened, until = _whole(ticket.opened_at), _whole(ticket.closed_at or at)
    read = _Read(
        ticket,
        ledger.terms_of(ticket.terms.content) if ticket.terms else None,
        charging.charges(facts, opened, max(until, opened)),
        rows.names_of([ticket.tenant_id], at),
        at,
    )
    segments, terms = tuple(_segments(read)), read.terms
    answer, fix, spent, left = _judged(read)
    return Clock(
        face=face_of(ticket, at),
        state=_state(ticket, terms),
        target=_target(terms, ticket.priority) if terms else "",
        why=_why(terms, ticket) if terms else "",
        used=spent,
        left=left,
        due=fix.due,
        floor=ticket.due_floor_at,
        answer=answer,
        fix=fix,
        segments=segments,
        parts=_parts(segments, read),
        pauses=tuple(_pauses(ticket)),
        wakes=ticket.wait_until,
        changes=tuple(_changes(ticket, terms)),
        counts=charging.Counts(ticket.crossings, charging.count(facts).returns, ticket.declines, ticket.expiries),
    )


def facts_of(ticket: Ticket) -> list[Fact]:
    """Return what a ticket's ledger says of whose time it is, the oldest first, in whole seconds."""
    idle = Q(kind=Kind.REPLY) & ~Q(after__has_any_keys=["state", "wait_reason"])  # words that moved nothing, however many
    events = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(audience__in=TO_BOTH).exclude(kind__in=QUIET).exclude(idle)
    return list(told(events.order_by("id").values_list("kind", "at", "after"), ticket.opened_at, ticket.side))


def told(entries: Iterable[tuple[str, datetime, dict[str, object]]], opened: datetime, side: str) -> Iterator[Fact]:
    """Yield the facts of entries, each what it changed; `side` held what opened before entries told it."""
    known: ledger.Columns = {**ledger.KEPT, "side": side}
    offered, first = False, True
    for kind, instant, after in entries:
        at = _whole(opened if first else instant)
        was, known = known, {**known, **{name: ledger.read(name, value) for name, value in after.items() if name in ledger.KEPT}}
        if first:
            yield charging.Held(at, known["side"])
        accepted = offered and kind == Kind.ACCEPTED
        if offered and not _is_offer(known["offer_kind"]):
            yield Answered(at, accepted, HOW.get(Kind(kind), charging.WITHDRAW))
            offered = False
        if known["side"] != was["side"] and not first and not accepted:
            yield charging.Held(at, known["side"])
        if _is_offer(known["offer_kind"]) and known["offer_at"] != was["offer_at"]:
            yield charging.Offered(at, known["offer_to"], known["offer_due_at"], known["offer_expires_at"])
            offered = True
        if (known["wait_reason"], known["wait_for"]) != (was["wait_reason"], was["wait_for"]):
            yield charging.Waits(at, known["wait_reason"], known["wait_for"]) if known["wait_reason"] else charging.Wakes(at)
        yield from _of_state(was["state"], known["state"], at)
        first = False
    if known["state"] in lifecycle.FINISHED:
        yield charging.Ended(at)


def _is_offer(kind: str) -> bool:
    """Say whether a pending offer charges its receiver once it is late: not where the other side only asked, or asks to merge."""
    return kind not in {"", lifecycle.ASKED, OFFER_TO_MERGE}


def _of_state(was: str, now: str, at: datetime) -> Iterator[Fact]:
    """Yield what a change of state means; what was merged may come back, so only the end of the ledger is an end."""
    over = lifecycle.FINISHED | {State.RESOLVED}
    if now in over and was not in over:
        yield charging.Resolved(at)
    elif was in over and now not in over:
        yield charging.Reopened(at)


def _whole(at: datetime) -> datetime:
    """Return an instant in whole seconds, so that the charges of a life add up to it."""
    return at.replace(microsecond=0)


def _judged(read: _Read) -> tuple[Outcome, Outcome, int, int]:
    """Return what became of the first answer and of the fix, and what is used and left of the fix."""
    ticket, terms, ended, at = read.ticket, read.terms, read.ended, read.at
    if terms is None or not ticket.targets:
        none = Outcome(NONE, "Nothing was promised when this ticket opened.")
        return none, none, 0, 0
    first, fixed = (
        clocks.judge(terms.office, ticket.opened_at, _targets(ticket, terms, what), pauses, ended=end, now=at)
        for what, pauses, end in (
            ("answer", (), ticket.first_reply_at or ended),
            ("fix", ledger.pauses_of({"pauses": ticket.pauses}), ended),
        )
    )
    late, floor, changed = fixed.missed_at, ticket.due_floor_at, fixed.because_changed
    if floor and ticket.fix_missed_at and (late is None or ticket.fix_missed_at < late):
        late, changed = ticket.fix_missed_at, ticket.missed_because == ledger.TARGET_CHANGED  # what was merged into it was due earlier
    due = min(filter(None, (fixed.due, floor))) if fixed.due else None
    if ticket.state == State.CANCELLED:
        fix = Outcome(OVER, f"Cancelled, so nothing is left to fix; it took {saying.hours(fixed.used)}.")
    elif late:
        fix = Outcome("missed", read.late("The fix", late, changed=changed), due, late, read.charged(late))
    elif ended:
        fix = Outcome("met", f"Fixed in {saying.hours(fixed.used)} of {saying.hours(fixed.used + fixed.left)}.", due)
    else:
        fix = Outcome(PAUSED if ticket.fix_left is not None else RUNS, "", due)
    return _answer(read, first, terms.targets[ticket.priority].answer), fix, fixed.used, fixed.left


def _answer(read: _Read, first: clocks.Verdict, agreed: int) -> Outcome:
    """Return what became of the first answer."""
    ticket, late = read.ticket, first.missed_at
    if late:
        words = read.late("The first answer", late, changed=first.because_changed)
        words += f" It came {read.moment(ticket.first_reply_at)}." if ticket.first_reply_at else ""
        return Outcome("missed", words, first.due, late, read.charged(late))
    if ticket.first_reply_at:
        return Outcome("met", f"First answer took {saying.hours(first.used)} of {saying.hours(agreed)}.", first.due)
    if read.ended:
        return Outcome(OVER, "It was over before a first answer was due.", first.due)
    return Outcome(RUNS, "", first.due)


def _targets(ticket: Ticket, terms: ledger.Terms, what: str) -> list[clocks.Target]:
    """Return the seconds and hours promised from each change of priority on."""
    known = [(datetime.fromisoformat(at), terms.targets[priority]) for at, priority in ticket.targets]
    return [clocks.Target(at, getattr(target, what), target.open) for at, target in known]


def _state(ticket: Ticket, terms: ledger.Terms | None) -> str:
    if terms is None:
        return NONE
    if ticket.state not in lifecycle.TO_DO:
        return OVER
    return PAUSED if ticket.pauses and ticket.pauses[-1][1] is None else RUNS


def _target(terms: ledger.Terms, priority: str) -> str:
    """Return what a priority promises, in words."""
    target = terms.targets[priority]
    hours = HOURS["always"] if isinstance(target.open, clocks.Always) else HOURS["office"]
    return f"{saying.hours(target.answer)} to the first answer and {saying.hours(target.fix)} to the fix, {hours}"


def _why(terms: ledger.Terms, ticket: Ticket) -> str:
    """Name the agreement the clock runs by."""
    vendors = "stop" if terms.vendor_pauses else "do not stop"
    zone = getattr(terms.office, "zone", "")
    where = f" Business hours are those of {ticket.place or ticket.tenant.name}{f' in {zone}' if zone else ''} on that day." if zone else ""
    agreed = f"What {ticket.tenant.name} promises for a {saying.PRIORITIES[ticket.priority]} ticket, as agreed when it opened."
    return f"{agreed}{where} A vendor, a change window or parts {vendors} the clock."


def _segments(read: _Read) -> Iterator[Segment]:
    """Yield the stretches with neighbours of one party joined, each with the length it has in that side's own hours."""
    ticket, found = read.ticket, read.charges
    sides = {one.to for one in found} & SIDES
    matrix = responsibilities.matrix_of(ticket.tenant_id, read.at) if sides else None
    own = {side: own_hours(ticket, side.upper(), read.at, matrix) for side in sides} if matrix else {}
    stretches = [list(some) for _, some in groupby(found, key=lambda one: (one.to, one.whom))]
    for place, some in enumerate(stretches, 1):
        first, last = some[0], some[-1]
        yield Segment(
            kind=_kind(first),
            party=first.to,
            words=_words(some, read),
            start=first.start,
            end=last.end,
            running=ticket.state not in lifecycle.FINISHED and place == len(stretches),
            seconds=sum(one.seconds for one in some),
            own_seconds=sum(charging.own_working(one, own) for one in some) if first.to in own else None,
        )


def _kind(one: Charge) -> str:
    """Return how a stretch is drawn: in a side's colour, hatched where work stood still, plain where nobody is charged."""
    if one.to in SIDES:
        return one.to
    return "over" if one.cause == clocks.RESOLVED else "paused"


def _words(some: Sequence[Charge], read: _Read) -> str:
    """Say whose time it was, and why."""
    first, causes = some[0], {one.cause for one in some}
    if first.cause == clocks.RESOLVED:
        return "resolved, counts as nobody's time"
    if first.to in SIDES:
        late = " did not answer the offer" if causes == {charging.UNANSWERED} else ""
        late = late or (", part of it with an offer unanswered" if charging.UNANSWERED in causes else "")
        return f"{read.called(first.to)}{late}"
    reason = waiting.REASONS.get(first.cause.replace(" ", "_"))
    why = reason.word.lower() if reason else first.cause
    return f"waited for {why}{f', {first.whom}' if first.whom else ''}"


def _parts(segments: Sequence[Segment], read: _Read) -> tuple[Part, ...]:
    """Return each party's time altogether, the longest first."""
    whole = sum(one.seconds for one in segments)
    totals: dict[str, tuple[int, int | None]] = {}
    for one in segments:
        seconds, own = totals.get(one.party, (0, None))
        totals[one.party] = seconds + one.seconds, own if one.own_seconds is None else (own or 0) + one.own_seconds
    ordered = sorted(totals.items(), key=lambda item: -item[1][0])
    return tuple(
        Part(party, read.called(party), seconds, own, round(100 * seconds / whole) if whole else 0) for party, (seconds, own) in ordered
    )


def _pauses(ticket: Ticket) -> Iterator[Pause]:
    for start, end, cause, whom in ticket.pauses:
        reason = waiting.REASONS.get(cause)
        why = "resolved" if cause == clocks.RESOLVED else f"waited for {reason.word.lower()}" if reason else cause
        yield Pause(why, whom, datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)


def _changes(ticket: Ticket, terms: ledger.Terms | None) -> Iterator[Change]:
    """Yield each change of priority after the opening."""
    for (_, was), (at, now) in pairwise(ticket.targets):
        words = f"from {saying.PRIORITIES[was]} to {saying.PRIORITIES[now]}"
        promised = f", which promises {_target(terms, now)}, counted from the opening" if terms else ""
        yield Change(datetime.fromisoformat(at), now, words + promised)
