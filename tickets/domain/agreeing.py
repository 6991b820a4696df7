"""What a client promises, as its people write and read it: lengths in words, hours, and which of it makes no sense."""

import re
from collections.abc import Mapping

from comanaged.vocabulary import Priority
from tickets.domain import saying

Targets = Mapping[str, Mapping[str, object]]
LENGTH = re.compile(r"(?:(\d{1,4}) ?h(?:ours?)?)? ?(?:(\d{1,5}) ?m(?:in(?:utes?)?)?)?", re.IGNORECASE | re.ASCII)
HOURS = {"always": "At any hour", "office": "In business hours"}
WRITE = "Write a length like 30 min or 4 h."
MOST = 2000 * saying.HOUR  # a working year


def read_length(text: str) -> int | None:
    """Return the seconds that a text like "4 h" or "1 h 30 min" says, None where it says none or far too many."""
    found = LENGTH.fullmatch(" ".join(text.split()))
    if found is None or not any(found.groups()):
        return None
    seconds = int(found[1] or 0) * saying.HOUR + int(found[2] or 0) * saying.MINUTE
    return seconds if 0 < seconds <= MOST else None


def unfit(targets: Targets) -> tuple[str, str] | None:
    """Return the first field of targets that makes no sense, and why."""
    for priority in Priority:
        target = targets[priority]
        if int(str(target["answer"])) > int(str(target["fix"])):
            return f"{priority}_answer", "The first answer comes before the fix. Write a shorter length."
    return None


def in_words(targets: Targets, *, vendor_pauses: bool) -> str:
    """Return a whole promise as the trail shows it."""
    lines = [
        f"{saying.PRIORITIES[priority]}: first answer {saying.hours(int(str(target['answer'])))}, fix {saying.hours(int(str(target['fix'])))}, "
        f"{HOURS[str(target['hours'])].lower()}"
        for priority, target in sorted(targets.items())
    ]
    vendors = "a vendor, a change window or parts stop the clock" if vendor_pauses else "a vendor, a change window or parts do not stop it"
    return f"{'; '.join(lines)}; {vendors}"
