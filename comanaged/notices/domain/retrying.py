"""When a channel that does not answer is tried again, when a delivery is given up, and when people are told."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST = 5.0  # seconds after the first failure; each next one doubles them
SOON = timedelta(minutes=4)  # within half a day of the first failure: what comes back is noticed within five minutes
HALF_DAY = timedelta(hours=12)
LONGEST = timedelta(hours=1)
PATIENCE = timedelta(days=5)  # then a delivery is given up
TOLD_AFTER = 5  # failures in a row
BUSY = frozenset({429, 503})  # who says so may say how long
GONE = 410


def pause(failures: int, since: datetime, at: datetime, *, jitter: float, asked: timedelta | None = None) -> timedelta:
    """Return how long a channel rests after so many failures in a row since then; `jitter` is between 0 and 1, `asked` the receiver's wish."""
    longest = SOON if at - since < HALF_DAY else LONGEST
    grown = min(timedelta(seconds=FIRST * 2 ** min(failures - 1, 20)), longest)
    ours = grown * (0.75 + jitter / 4)
    return max(ours, min(asked, LONGEST)) if asked else ours


def wish(status: int, header: str, at: datetime) -> timedelta | None:
    """Return how long a receiver asks to be left alone, None when it does not ask in words that we know."""
    if status not in BUSY or not header:
        return None
    if header.isascii() and header.isdecimal():
        return timedelta(seconds=min(int(header[:9]), LONGEST.total_seconds()))
    try:
        return max(parsedate_to_datetime(header) - at, timedelta())
    except (ValueError, TypeError):
        return None
