"""Moments as people and programs write them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

BAD_MOMENT = "Write a moment like 2026-11-24T14:00, between the years 2000 and 2099."
YEARS = range(2000, 2100)


class BadMoment(ValueError):
    """A moment that cannot be read, in words."""


def moment_of(text: str, zone: str) -> datetime:
    """Return the moment written as ISO 8601, in `zone` where it names no offset; raise BadMoment."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise BadMoment(BAD_MOMENT)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
