"""How mail is worded around what it tells: the line above which one answers, the foot, and one mail out of several notices."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

ANSWER_ABOVE = "--- Write your answer above this line ---"  # whoever reads an answer cuts it off here
LONGEST = 200  # letters of one line in a mail of several notices


@dataclass(frozen=True)
class Told:
    """One notice as a mail of several tells it."""

    at: datetime
    subject: str
    text: str


def body(text: str, *, answers: bool, choose: str) -> str:
    """Return a mail's text; `answers` = an answer to it is read, `choose` = where its reader decides what he is told, or empty."""
    above = [ANSWER_ABOVE] if answers else []
    foot = [f"-- \nChoose what you are told: {choose}"] if choose else []
    return "\n\n".join([*above, text, *foot])


def digest(told: Sequence[Told], zone: str) -> tuple[str, str]:
    """Return subject and text of one mail for several notices, in the order of their time, each with its line and its link."""
    lines = [_line(one, zone) for one in sorted(told, key=lambda one: one.at)]
    count = len(lines)
    return f"{count} thing{'s' if count != 1 else ''} you asked to hear of together", "\n\n".join(lines)


def _line(one: Told, zone: str) -> str:
    there = one.at.astimezone(ZoneInfo(zone))
    parts = [part.strip() for part in one.text.split("\n\n") if part.strip()]
    link = _last(part for part in parts if part.startswith(("http://", "https://")) and len(part.split()) == 1)
    said = next((" ".join(part.split()) for part in parts if part != link), "")
    if len(said) > LONGEST:
        said = f"{said[:LONGEST].rstrip()} …"
    head = f"{there.day} {there:%B} {there:%H:%M}  {one.subject}"
    return "\n".join(filter(None, (head, said, link)))


def _last(parts: Iterable[str]) -> str:
    return next(reversed(list(parts)), "")
