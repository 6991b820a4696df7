"""Handovers of the last thirty days: who offered what to whom, and how it was answered."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median

from tickets.domain import lifecycle, saying
from tickets.domain.merging import OFFER as OFFER_TO_MERGE
from tickets.domain.outcomes import DECLINES
from tickets.models import Event, Kind, Ticket
from tickets.models.events import HANDOVERS

DAYS = 30
NO_HANDOVER = {"", OFFER_TO_MERGE}
WAITING, ACCEPTED, AGREED, DECLINED, EXPIRED, WITHDRAWN, FORCED = (
    "waiting",
    "accepted",
    "agreed",
    "declined",
    "expired",
    "withdrawn",
    "forced",
)
ENDS = {Kind.DECLINED: DECLINED, Kind.EXPIRED: EXPIRED, Kind.WITHDRAWN: WITHDRAWN, Kind.DIRECTED: FORCED, Kind.EMERGENCY: FORCED}
WORDS = {
    WAITING: "waits for an answer",
    ACCEPTED: "accepted",
    AGREED: "taken at once, as agreed before",
    DECLINED: "declined",
    EXPIRED: "ran out without an answer",
    WITHDRAWN: "taken back",
    FORCED: "moved without an answer",
}


@dataclass(frozen=True)
class Handed:
    """One offer and how it ended; `code` is why it was declined."""

    number: int
    title: str
    at: datetime
    who: str
    side: str
    to: str
    answer: str = WAITING
    code: str = ""
    answered_at: datetime | None = None
    answered_by: str = ""

    @property
    def words(self) -> str:
        return WORDS[self.answer] + (f": {DECLINES[self.code].lower()}" if self.code in DECLINES else "")

    @property
    def took(self) -> str:
        """How long the answer took, in real time."""
        return saying.length(int((self.answered_at - self.at).total_seconds())) if self.answered_at else ""


@dataclass(frozen=True)
class Figure:
    """A count, and what of the list it counts."""

    number: int
    words: str
    pick: str


@dataclass(frozen=True)
class Figures:
    """What leadership asks about handovers."""

    shown: tuple[Figure, ...]
    median: str
    crossed: int


def handovers(tenant_id: int, at: datetime) -> tuple[Handed, ...]:
    """Return the offers of the last thirty days with their answers, the newest first; in one statement."""
    rows = Event.objects.for_tenant(tenant_id).filter(kind__in=HANDOVERS, at__gt=at - timedelta(days=DAYS), at__lte=at).order_by("id")
    columns = ("kind", "at", "by_name", "by_side", "after", "ticket_id", "ticket__number", "ticket__title")
    pending: dict[int, Handed | None] = {}
    found: list[Handed] = []
    for kind, when, who, side, after, ticket, number, title in rows.values_list(*columns):
        if kind in {Kind.OFFERED, Kind.ASKED_FOR}:
            ours = kind == Kind.OFFERED and after.get("offer_kind", "") not in NO_HANDOVER
            to = after.get("offer_to", "")
            pending[ticket] = Handed(number, title, when, who, side or lifecycle.OTHER_SIDE.get(to, ""), to) if ours else None
            continue
        offer = pending.pop(ticket, None)
        if offer is not None:
            answer = ENDS.get(kind) or (AGREED if after.get("standing") else ACCEPTED)
            found.append(replace(offer, answer=answer, code=after.get("code", ""), answered_at=when, answered_by=who))
    found += [offer for offer in pending.values() if offer is not None]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def picked(found: Sequence[Handed], pick: str) -> list[Handed]:
    """Return what a figure counts: "all", an answer, or an answer with a code such as "declined:missing"."""
    answer, _, code = pick.partition(":")
    return [one for one in found if answer in {"", "all", one.answer} and code in {"", one.code}]


def figures(tenant_id: int, at: datetime) -> Figures:
    """Return how many handovers there were and how they ended, with the list each number opens; in two statements."""
    found = handovers(tenant_id, at)
    ends = Counter(one.answer for one in found)
    codes = Counter(one.code for one in found if one.answer == DECLINED)
    shown = [Figure(len(found), "hand-overs offered", "all"), Figure(ends[ACCEPTED], "accepted", ACCEPTED)]
    shown += [Figure(ends[AGREED], WORDS[AGREED], AGREED)] if ends[AGREED] else []
    shown += [Figure(ends[DECLINED], "declined", DECLINED)]
    shown += [
        Figure(count, f"declined: {DECLINES[code].lower()}", f"{DECLINED}:{code}")
        for code, count in sorted(codes.items())
        if code in DECLINES
    ]
    shown += [Figure(ends[EXPIRED], WORDS[EXPIRED], EXPIRED)]
    shown += [Figure(ends[end], WORDS[end], end) for end in (WITHDRAWN, FORCED, WAITING) if ends[end]]
    answered = [(one.answered_at - one.at).total_seconds() for one in found if one.answered_at and one.answer in {ACCEPTED, DECLINED}]
    crossed = Ticket.objects.for_tenant(tenant_id).to_do().filter(crossings__gte=lifecycle.BOUNCED).count()
    return Figures(tuple(shown), saying.length(int(median(answered))) if answered else "", crossed)
