"""A ticket's other name in another system: what may be said of it, and in which words it is shown."""

import re
from dataclasses import dataclass

SYSTEM = re.compile(r"[a-z0-9_-]{1,60}")
STATES = ("connected", "paused", "broken")
WORDS = {"CONNECTED": "connected", "PAUSED": "paused there", "BROKEN": "broken", "ENDED": "ended"}
NAME, ADDRESS, STATUS, ERROR = 200, 500, 100, 300  # characters


@dataclass(frozen=True)
class Said:
    """What another system says of its side of a link; None is not said, so it stays."""

    external_id: str
    url: str | None = None
    status: str | None = None
    state: str | None = None
    error: str | None = None


def called(system: str) -> str:
    """Return a system's name as it is kept, "" for what is none."""
    name = system.lower()
    return name if SYSTEM.fullmatch(name) else ""


def leads(url: str) -> bool:
    """Say whether an address may be a link on a page."""
    return not url or (url.startswith(("https://", "http://")) and url.isprintable() and " " not in url)
