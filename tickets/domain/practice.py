"""What practice says against the paper: who really moves first, whose answers come late, what goes to and fro, what is disputed.

Thresholds are those of the catalogue of findings: drift by the lower bound of Wilson's interval at 95 %, from eight tickets on.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

from comanaged.vocabulary import FindingSeverity
from responsibilities.domain.findings import Draft
from tickets.domain import lifecycle, saying

CODES = frozenset({"OBSERVED_DRIFT", "OBSERVED_DISPUTE", "SILENT_OWNER", "BOUNCE"})
DAYS = timedelta(days=30)
Z = 1.96
DRIFT_FROM, SILENT_FROM, BOUNCE_FROM = 8, 5, 10  # tickets, below which nothing is said
DRIFT, GRAVE_DRIFT, SILENT, BOUNCE = 0.25, 0.5, 0.5, 0.1
SHOWN = 20


@dataclass(frozen=True)
class Item:
    """One ticket of the last thirty days, as practice saw it; `first` is the side that acted first, "" while none did."""

    reference: str
    duty: str
    due: str  # the side that the matrix gave it to when it opened
    first: str
    answered: bool | None  # within its target; None while that is open
    crossings: int
    against: bool  # moved by direction, against the matrix


@dataclass(frozen=True)
class Disputed:
    """An open dispute: about which ticket and duty, who raised it, why, who is to answer, for how long."""

    reference: str
    duty: str
    who: str
    answers: str
    reason: str
    days: int


def wilson(hits: int, count: int) -> float:
    """Return the lower bound of the share of `hits` among `count`, at 95 %."""
    share, square = hits / count, Z * Z
    return (share + square / (2 * count) - Z * sqrt(share * (1 - share) / count + square / (4 * count * count))) / (1 + square / count)


def found(items: Iterable[Item], disputes: Iterable[Disputed]) -> list[Draft]:
    """Return everything that practice says."""
    by_duty: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.duty:
            by_duty[item.duty].append(item)
    rules = (_drift, _directed, _silent, _bounce)
    drafts = [draft for duty, of in sorted(by_duty.items()) for rule in rules if (draft := rule(duty, of)) is not None]
    return [*drafts, *map(_disputed, disputes)]


def _drift(duty: str, items: Sequence[Item]) -> Draft | None:
    seen = [item for item in items if item.first]
    other = [item for item in seen if item.first != item.due]
    if len(seen) < DRIFT_FROM or (bound := wilson(len(other), len(seen))) <= DRIFT:
        return None
    severity = FindingSeverity.HIGH if bound > GRAVE_DRIFT else FindingSeverity.MEDIUM
    sentence = f"Of the last {len(seen)} tickets, {len(other)} were first worked on by the side that the matrix does not name."
    return _draft("OBSERVED_DRIFT", duty, severity, sentence, other, subject="practice")


def _directed(duty: str, items: Sequence[Item]) -> Draft | None:
    against = [item for item in items if item.against]
    if not against:
        return None
    count = f"{len(against)} tickets were" if len(against) > 1 else "1 ticket was"
    sentence = f"{count} moved by direction to the side that the matrix does not name."
    return _draft("OBSERVED_DRIFT", duty, FindingSeverity.MEDIUM, sentence, against, subject="directed")


def _silent(duty: str, items: Sequence[Item]) -> Draft | None:
    decided = [item for item in items if item.answered is not None]
    late = [item for item in decided if not item.answered]
    if len(decided) < SILENT_FROM or len(decided) - len(late) >= SILENT * len(decided):
        return None
    side = max({item.due for item in late}, key=lambda side: sum(item.due == side for item in late))
    sentence = f"Of {len(decided)} tickets, {len(late)} had no first answer in time; the matrix gives them to {saying.SIDES[side]}."
    return _draft("SILENT_OWNER", duty, FindingSeverity.HIGH, sentence, late)


def _bounce(duty: str, items: Sequence[Item]) -> Draft | None:
    twice = [item for item in items if item.crossings >= lifecycle.BOUNCED]
    if len(items) < BOUNCE_FROM or len(twice) <= BOUNCE * len(items):
        return None
    sentence = f"Of {len(items)} tickets, {len(twice)} crossed between the sides twice or more."
    return _draft("BOUNCE", duty, FindingSeverity.MEDIUM, sentence, twice)


def _disputed(one: Disputed) -> Draft:
    age = "today" if one.days < 1 else f"{one.days} day{'s' if one.days > 1 else ''} ago"
    sentence = f"{one.who} disputed {one.reference} {age}; {one.answers} answers. {one.reason}"
    return Draft(
        "OBSERVED_DISPUTE", one.duty, "", one.reference, FindingSeverity.MEDIUM, blocks=False, sentence=sentence, items=(one.reference,)
    )


def _draft(code: str, duty: str, severity: FindingSeverity, sentence: str, items: Sequence[Item], *, subject: str = "") -> Draft:
    more = f" The first {SHOWN} are listed." if len(items) > SHOWN else ""
    shown = tuple(item.reference for item in items[:SHOWN])
    return Draft(code, duty, "", subject, severity, blocks=False, sentence=sentence + more, items=shown)
