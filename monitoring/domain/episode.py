"""The state machine of one trouble, as a pure function: what a signal changes, given what is known of its fingerprint."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from comanaged.vocabulary import AlertSeverity
from monitoring.sources.signal import Kind

FLAP = timedelta(minutes=15)
ODD_CLOCK = timedelta(hours=24)
HELD_FOR = timedelta(hours=4)  # an acknowledgement runs out, so that nobody forgets what still fires
WEIGHT = {
    AlertSeverity.INFO: 0,
    AlertSeverity.UNKNOWN: 1,
    AlertSeverity.WARNING: 2,
    AlertSeverity.HIGH: 3,
    AlertSeverity.CRITICAL: 4,
}


class State(StrEnum):
    """Where an episode stands."""

    FIRING = "FIRING"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RESOLVED = "RESOLVED"


class Change(StrEnum):
    """What a signal does."""

    OPEN = "OPEN"
    REOPEN = "REOPEN"
    REPEAT = "REPEAT"
    RAISE = "RAISE"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    EXPIRE = "EXPIRE"
    RESOLVE = "RESOLVE"
    LATE = "LATE"
    ORPHAN = "ORPHAN"
    NOTED = "NOTED"


@dataclass(frozen=True)
class Mark:
    """When something happened: by the sender's clock where it names a moment, and by ours."""

    received_at: datetime
    occurred_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """The moment to route and to measure by."""
        return self.occurred_at or self.received_at

    @property
    def odd(self) -> bool:
        """Say whether the two clocks are more than a day apart."""
        return self.occurred_at is not None and abs(self.received_at - self.occurred_at) > ODD_CLOCK

    def is_older_than(self, other: "Mark") -> bool:
        """Compare by the senders' moments where both name one, else by ours: two clocks are never mixed."""
        if self.occurred_at and other.occurred_at:
            return self.occurred_at < other.occurred_at
        return self.received_at < other.received_at

    def later(self, other: "Mark | None") -> "Mark":
        """Return the later of two marks."""
        return other if other and self.is_older_than(other) else self


@dataclass(frozen=True)
class Known:
    """What is known of a fingerprint: its open episode, if any, and the last moment at which it was said to be over."""

    state: State | None = None
    severity: AlertSeverity = AlertSeverity.UNKNOWN
    news: Mark | None = None
    quiet: Mark | None = None
    ended_before: bool = False

    @property
    def is_open(self) -> bool:
        """Say whether an episode is open."""
        return self.state in (State.FIRING, State.ACKNOWLEDGED)


@dataclass(frozen=True)
class Verdict:
    """What changes, the state after it, and why."""

    change: Change
    state: State | None
    severity: AlertSeverity
    because: str


def judge(known: Known, kind: Kind, severity: AlertSeverity, mark: Mark) -> Verdict:
    """Return what a signal changes. A resolve wins over a trigger of the same moment; an old signal undoes nothing."""
    if kind is Kind.TRIGGER:
        return _triggered(known, severity, mark)
    if kind is Kind.RESOLVE:
        return _resolved(known, mark)
    if kind is Kind.ACKNOWLEDGE:
        return _acknowledged(known, mark)
    return Verdict(Change.NOTED, known.state, known.severity, "it is only information")


def _triggered(known: Known, severity: AlertSeverity, mark: Mark) -> Verdict:
    if known.quiet and not known.quiet.is_older_than(mark):
        return Verdict(Change.LATE, known.state, known.severity, "it is not newer than the end that its source reported")
    if not known.is_open:
        if known.ended_before and known.quiet and mark.at - known.quiet.at <= FLAP:
            return Verdict(Change.REOPEN, State.FIRING, severity, "it fires again within 15 minutes")
        return Verdict(Change.OPEN, State.FIRING, severity, "it fires and no alert is open for it")
    if WEIGHT[severity] > WEIGHT[known.severity]:
        return Verdict(Change.RAISE, State.FIRING, severity, f"it is {severity.lower()} now, it was {known.severity.lower()}")
    return Verdict(Change.REPEAT, known.state, known.severity, "it still fires")


def _resolved(known: Known, mark: Mark) -> Verdict:
    if not known.is_open:
        return Verdict(Change.ORPHAN, known.state, known.severity, "it is over, and no alert was open for it")
    if known.news and mark.is_older_than(known.news):
        return Verdict(Change.LATE, known.state, known.severity, "its source reported the trouble again after this")
    return Verdict(Change.RESOLVE, State.RESOLVED, known.severity, "its source says that it is over")


def _acknowledged(known: Known, mark: Mark) -> Verdict:
    if not known.is_open:
        return Verdict(Change.ORPHAN, known.state, known.severity, "it was acknowledged, and no alert was open for it")
    if known.quiet and not known.quiet.is_older_than(mark):
        return Verdict(Change.LATE, known.state, known.severity, "it is older than the alert that is open now")
    return Verdict(Change.ACKNOWLEDGE, State.ACKNOWLEDGED, known.severity, "it was acknowledged in its source")


def after(known: Known, verdict: Verdict, kind: Kind, mark: Mark) -> Known:
    """Return what is known once the verdict is carried out: an end is remembered also where it ended nothing."""
    if kind is Kind.RESOLVE:
        return replace(known, state=verdict.state, quiet=mark.later(known.quiet), ended_before=known.ended_before or known.is_open)
    if kind is Kind.TRIGGER and verdict.change is not Change.LATE:
        news = mark.later(known.news) if known.is_open else mark
        return replace(known, state=verdict.state, severity=verdict.severity, news=news)
    return replace(known, state=verdict.state)
