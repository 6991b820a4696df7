"""What a client promises for its tickets, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.audit.models import Entry
from responsibilities import queries as responsibilities
from tickets.domain import agreeing, clocks, ledger, saying
from tickets.models import Promise

SHOWN = 5  # changes


@dataclass(frozen=True)
class Line:
    """What is promised for one priority."""

    priority: str
    word: str
    answer: str
    fix: str
    hours: str


@dataclass(frozen=True)
class Agreed:
    """What is promised now, under which version, where it can never be due, and how it came to be."""

    version: int
    lines: tuple[Line, ...]
    vendor_pauses: bool
    shut: tuple[str, ...]
    changes: tuple[Entry, ...]


def promise_of(by: Actor) -> Promise | None:
    """Return what a client's people set; None for the product's own."""
    return Promise.objects.for_tenant(by.tenant).first()


def agreed(by: Actor, at: datetime) -> Agreed:
    """Return what a client promises."""
    row = promise_of(by)
    targets = row.targets if row else ledger.DEFAULTS
    lines = tuple(
        Line(key, saying.PRIORITIES[key], saying.hours(one["answer"]), saying.hours(one["fix"]), agreeing.HOURS[one["hours"]])
        for key, one in sorted(targets.items())
    )
    office = any(one["hours"] == "office" for one in targets.values())
    return Agreed(
        version=row.version if row else 0,
        lines=lines,
        vendor_pauses=row.vendor_pauses if row else False,
        shut=_shut(by, at) if office else (),
        changes=tuple(trail.history_of(row, limit=SHOWN)) if row else (),
    )


def _shut(by: Actor, at: datetime) -> tuple[str, ...]:
    """Return the places whose business hours never open."""
    matrix = responsibilities.matrix_of(by.tenant_id, at)
    places = [("", by.tenant.name), *((one.key, one.name) for one in matrix.places.known.values() if one.key and not one.retired)]
    return tuple(name for key, name in places if clocks.due(matrix.hours_at(key).business, at, 1) is None)
