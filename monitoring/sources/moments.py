"""Reads the many ways in which senders write a moment; what cannot be a moment stays text and is told, never guessed."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
LONGEST = 64
UNIT_OF_DIGITS = {9: 1, 10: 1, 12: 1_000, 13: 1_000, 15: 1_000_000, 16: 1_000_000, 18: 1_000_000_000, 19: 1_000_000_000}
FORMATS = ("%Y.%m.%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M:%S")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NUMERIC = re.compile(r"-?\d{1,25}(\.\d{1,12})?")


@dataclass(frozen=True)
class Moment:
    """A moment in UTC, or None; `flag` says what was odd about the text."""

    at: datetime | None
    flag: str = ""


NOTHING = Moment(None)
UNREADABLE = Moment(None, "unreadable time")


def zone_named(name: str) -> tzinfo | None:
    """Return the zone of that name, or None where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def read(text: str | None, *, zone: tzinfo = UTC, formats: Sequence[str] = ()) -> Moment:
    """Return the moment that `text` names: ISO, mail dates, epoch seconds to nanoseconds, or one of `formats`."""
    if text is None or not text.strip():
        return NOTHING
    text = text.strip()
    if len(text) > LONGEST:
        return UNREADABLE
    if text.startswith("0001-01-01"):
        return NOTHING
    if NUMERIC.fullmatch(text):
        return _of_epoch(text)
    found = _of_iso(text) or _of_formats(text, (*formats, *FORMATS)) or _of_mail(text)
    return UNREADABLE if found is None else _bounded(found, zone)


def _of_epoch(text: str) -> Moment:
    """Guess the unit by the digits and believe it only where it names a plausible year."""
    whole, _, fraction = text.partition(".")
    unit = UNIT_OF_DIGITS.get(len(whole))
    if unit is None:
        return UNREADABLE
    seconds, rest = divmod(int(whole), unit)
    part = rest / unit + (float(f"0.{fraction}") / unit if fraction else 0.0)
    if not math.isfinite(part):
        return UNREADABLE
    return _bounded(EPOCH + timedelta(seconds=seconds, microseconds=int(part * 1_000_000)), UTC)


def _of_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _of_formats(text: str, formats: Sequence[str]) -> datetime | None:
    for words in formats:
        try:
            return datetime.strptime(text, words)  # noqa: DTZ007 - the zone is the mapping's, added in _bounded
        except (ValueError, OverflowError, re.error):
            continue
    return None


def _of_mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _bounded(found: datetime, zone: tzinfo) -> Moment:
    """Return the moment in UTC where it lies within years a sender can mean."""
    try:
        at = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        return UNREADABLE
    return Moment(at) if EARLIEST <= at < LATEST else UNREADABLE
