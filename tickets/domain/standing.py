"""What a side takes without being asked: a duty's handovers at some hours, and new tickets once the other side's queue is too long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from comanaged.vocabulary import Side


class Class(StrEnum):
    """At which hours it holds."""

    BUSINESS = "BUSINESS"
    AFTER = "AFTER"
    ALWAYS = "ALWAYS"


WORDS = {Class.BUSINESS: "in business hours", Class.AFTER: "after hours", Class.ALWAYS: "at every hour"}


@dataclass(frozen=True)
class Taken:
    """One thing that a side said it takes; no duty means every duty, a limit makes it a help over that limit."""

    id: int
    side: Side
    duty: str
    hours: Class
    by: str
    over_count: int | None = None
    over_minutes: int | None = None

    @property
    def limited(self) -> bool:
        return self.over_count is not None or self.over_minutes is not None


@dataclass(frozen=True)
class Load:
    """How much waits in a queue: open tickets of a duty, and how long the oldest one has had no answer."""

    waiting: int
    oldest: timedelta | None = None


def standing_for(rows: Iterable[Taken], duty: str, side: Side, hours: frozenset[str]) -> Taken | None:
    """Return by which standing acceptance `side` takes a duty's handover at these hours; what names the duty goes before what names none."""
    return _first((row for row in rows if not row.limited), duty, side, hours)


def limit_for(rows: Iterable[Taken], duty: str, holder: Side, hours: frozenset[str]) -> Taken | None:
    """Return the limit over which the other side helps the holder with a duty at these hours."""
    other = Side.INTERNAL if holder is Side.PROVIDER else Side.PROVIDER
    return _first((row for row in rows if row.limited), duty, other, hours)


def overflow(rule: Taken, load: Load) -> str:
    """Return the trace of a ticket that goes to the side that helps, "" while the queue is within its limit."""
    if rule.over_count is not None and load.waiting > rule.over_count:
        return f"overflow: {load.waiting} waiting, limit {rule.over_count}"
    minutes = int(load.oldest.total_seconds() // 60) if load.oldest is not None else 0
    if rule.over_minutes is not None and minutes > rule.over_minutes:
        return f"overflow: oldest without an answer {minutes} min, limit {rule.over_minutes}"
    return ""


def limit_words(over_count: int | None, over_minutes: int | None) -> str:
    """Return over which limit a side helps, "" where there is none."""
    found = [f"more than {over_count} tickets wait" if over_count is not None else ""]
    found += [f"the oldest one had no answer for more than {over_minutes} min" if over_minutes is not None else ""]
    return " or ".join(filter(None, found))


def _first(rows: Iterable[Taken], duty: str, side: Side, hours: frozenset[str]) -> Taken | None:
    fitting = [row for row in rows if row.side is side and row.duty in {"", duty} and (row.hours is Class.ALWAYS or row.hours in hours)]
    return min(fitting, key=lambda row: (not row.duty, row.hours is Class.ALWAYS, row.id), default=None)
