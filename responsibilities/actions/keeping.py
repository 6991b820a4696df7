"""What writes of places, people and hours share: refusals that know their field, and the findings left right afterwards."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

from comanaged.accounts.access import Actor
from responsibilities.actions import findings


class Refusal(Exception):
    """A change that is not possible, in words for the person who tried; `field` names what they typed, "" for none of it.

    `again` is what to send besides, by someone who insists.
    """

    status = 422
    again: Mapping[str, str] = MappingProxyType({})

    def __init__(self, words: str, field: str = "") -> None:
        self.field = field
        super().__init__(words)


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Return the names of all time zones."""
    return frozenset(available_timezones())


def check_zone(zone: str, field: str = "zone") -> None:
    """Raise Refusal where there is no time zone of this name."""
    if zone not in zones():
        raise Refusal(f"'{zone}' is no time zone. Write it like America/Chicago.", field)


def clock(moment: datetime, zone: str) -> str:
    """Return a moment on the clock of a zone, for history and refusals."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"{here.day} {here:%B %Y %H:%M}"


def stretch(starts_at: datetime, ends_at: datetime | None, zone: str) -> str:
    """Return a stretch of time on the clock of a zone, for history and refusals."""
    return f"from {clock(starts_at, zone)}" + (f" to {clock(ends_at, zone)}" if ends_at else "")


def settle(*, by: Actor, at: datetime) -> None:
    """Leave the findings of this room's client right."""
    findings.recheck_people(by.tenant, by=by, at=at)
