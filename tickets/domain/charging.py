"""Who is charged for a ticket's time: every instant belongs to exactly one party, and hand-overs are counted.

A wait is charged to whoever is waited for; an offer nobody answered to its receiver, from the answer's due time on; all else to
the holder. Parties are lower-case words: internal, provider, requester, vendor, approver, scheduled, nobody.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from tickets.domain.clocks import NEVER, RESOLVED, Open, utc, working

NOBODY = "nobody"
HOLDS = "holds"
UNANSWERED = "offer unanswered"
DECLINE, WITHDRAW, EXPIRE = "decline", "withdraw", "expire"
WAITED_FOR = {"approval": "approver", "change window": "vendor", "parts": "vendor"}  # other causes are the party's own word
BOUNCED = 2


@dataclass(frozen=True)
class Held:
    """A side holds the ticket from here on: at its creation, or because it was moved without an offer."""

    at: datetime
    side: str


@dataclass(frozen=True)
class Offered:
    """One side offers the ticket to the other; it ends by itself at `expires_at`, also when nothing wrote that down."""

    at: datetime
    to_side: str
    answer_due: datetime | None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Answered:
    """A pending offer ends: accepted, or declined, withdrawn or expired as `how` says. A wait goes on until a Wakes says otherwise."""

    at: datetime
    accepted: bool
    how: str = DECLINE


@dataclass(frozen=True)
class Waits:
    """Work stops for a cause; `whom` names who is waited for."""

    at: datetime
    cause: str
    whom: str = ""


@dataclass(frozen=True)
class Wakes:
    """A wait ends."""

    at: datetime


@dataclass(frozen=True)
class Resolved:
    """An answer is given, which ends a wait; until it is reopened nobody is charged."""

    at: datetime


@dataclass(frozen=True)
class Reopened:
    """The answer did not hold; the holder is charged again."""

    at: datetime


@dataclass(frozen=True)
class Ended:
    """The ticket is closed, cancelled or merged; its life is over."""

    at: datetime


Fact = Held | Offered | Answered | Waits | Wakes | Resolved | Reopened | Ended


@dataclass(frozen=True)
class Charge:
    """A stretch of a ticket's life, the party it is charged to, whom by name where somebody is waited for, and why."""

    to: str
    whom: str
    start: datetime
    end: datetime
    cause: str

    @property
    def seconds(self) -> int:
        """Return how long it lasted in real seconds."""
        return int((self.end - self.start).total_seconds())


@dataclass(frozen=True)
class Counts:
    """How often a ticket changed sides, came back, and was refused or left unanswered."""

    crossings: int = 0
    returns: int = 0
    declines: int = 0
    expiries: int = 0

    @property
    def bounced(self) -> bool:
        """Say whether it changed sides twice or more."""
        return self.crossings >= BOUNCED


@dataclass
class _Standing:
    """What holds of a ticket after the facts so far."""

    holders: list[str] = field(default_factory=list)
    offer: Offered | None = None
    wait: Waits | None = None
    resolved: bool = False

    def take(self, fact: Fact) -> None:
        """Go on by one fact."""
        match fact:
            case Held():
                self._hold(fact.side)
            case Offered():
                self.offer = fact
            case Answered():
                if fact.accepted and self.offer:
                    self._hold(self.offer.to_side)
                self.offer = None
            case Waits():
                self.wait = fact
            case Wakes():
                self.wait = None
            case Resolved():
                self.resolved, self.wait = True, None
            case Reopened():
                self.resolved = False

    def charged(self, at: datetime) -> tuple[str, str, str]:
        """Return to whom this instant is charged, whom by name, and why."""
        if self.resolved:
            return NOBODY, "", RESOLVED
        if self.wait:
            cause = self.wait.cause.lower().replace("_", " ")
            return WAITED_FOR.get(cause, cause), self.wait.whom, cause
        if self.offer and _late(self.offer, at):
            return self.offer.to_side.lower(), "", UNANSWERED
        return self.holders[-1] if self.holders else NOBODY, "", HOLDS

    def _hold(self, side: str) -> None:
        if self.holders[-1:] != [side.lower()]:
            self.holders.append(side.lower())


def charges(facts: Iterable[Fact], created: datetime, until: datetime) -> tuple[Charge, ...]:
    """Return a ticket's life up to `until`, or to its end, cut into stretches that are charged to one party each."""
    known = sorted(facts, key=lambda fact: utc(fact.at))  # facts of one instant keep the order of the ledger
    start, end = utc(created), min(utc(at) for at in (until, *(fact.at for fact in known if isinstance(fact, Ended))))
    edges = sorted({at for at in _turns(known) if start < at < end} | {start, max(start, end)})
    standing, found = _Standing(), list[Charge]()
    for begins, ends in pairwise(edges):
        while known and utc(known[0].at) <= begins:
            standing.take(known.pop(0))
        to, whom, cause = standing.charged(begins)
        goes_on = found and (found[-1].to, found[-1].whom, found[-1].cause) == (to, whom, cause)
        found.append(Charge(to, whom, found.pop().start if goes_on else begins, ends, cause))
    return tuple(found)


def own_working(charge: Charge, calendars: Mapping[str, Open]) -> int:
    """Return the working seconds of a charge in the charged party's own hours; 0 for a party whose hours are not known."""
    own = calendars.get(charge.to)
    return working(own, charge.start, charge.end) if own else 0


def holders(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the sides that held the ticket, in order; a change of person inside one side is none."""
    standing = _Standing()
    for fact in sorted(facts, key=lambda fact: utc(fact.at)):
        standing.take(fact)
    return tuple(standing.holders)


def count(facts: Collection[Fact]) -> Counts:
    """Return how often the holding side changed, how often that was a way back, and how many offers were refused or expired."""
    held = holders(facts)
    returns = sum(side in held[:place] for place, side in enumerate(held))
    ends = [fact.how.lower() for fact in facts if isinstance(fact, Answered) and not fact.accepted]
    return Counts(max(0, len(held) - 1), returns, ends.count(DECLINE), ends.count(EXPIRE))


def _late(offer: Offered, at: datetime) -> bool:
    """Say whether an offer's receiver owes its answer at this instant; never where his hours do not make it due."""
    return offer.answer_due is not None and utc(offer.answer_due) <= at < utc(offer.expires_at or NEVER)


def _turns(facts: Iterable[Fact]) -> Iterator[datetime]:
    """Yield every instant at which the charge may change."""
    for fact in facts:
        yield utc(fact.at)
        if isinstance(fact, Offered):
            yield from (utc(at) for at in (fact.answer_due, fact.expires_at) if at)
