"""Words around talking: who is named in a text, what a canned reply becomes, who reads what is being written, and for how long marks hold."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from comanaged.vocabulary import Audience
from tickets.domain import saying

HERE = timedelta(seconds=60)  # how long an open page and a line just written hold
MODES = {"public": Audience.PUBLIC, "shared": Audience.SHARED}  # the third, "private", is the writer's own side's
PRIVATE = "private"
NAMING = re.compile(r"(?<![\w@.])@(?=\w)")
MOST_NAMED = 50  # marks of one text that are looked at
PLACEHOLDERS = ("requester", "ticket", "client")
SHOWN = 3  # names in a line before the rest are counted
# kinds of entries that hold what a person wrote, and nowhere else than there
BLANKABLE = frozenset({
    "OPENED", "REPLY", "NOTE", "RESOLVED", "CLOSED", "REOPENED", "CONFIRMED", "CANCELLED",
    "OFFERED", "ASKED_FOR", "DECLINED", "WITHDRAWN", "DIRECTED", "EMERGENCY", "WAITS", "WOKE", "PRIORITY",
    "ASSIGNED", "MAJOR", "MAJOR_ENDED",
})  # fmt: skip


def mode_of(audience: str) -> str:
    """Return how the composer calls an audience."""
    return audience.lower() if audience in MODES.values() else PRIVATE


def named(text: str, people: Mapping[int, str]) -> tuple[int, ...]:
    """Return whom a text names by "@", by id: by the whole name, or by a first name that only one of these people bears."""
    found: dict[int, None] = {}
    for mark in list(NAMING.finditer(text))[:MOST_NAMED]:
        one = _one(text[mark.end() : mark.end() + 200].casefold(), people)
        if one is not None:
            found[one] = None
    return tuple(found)


def _one(rest: str, people: Mapping[int, str]) -> int | None:
    """Return who is meant by the words behind a mark: the longest whole name first."""
    whole = [(len(name), key) for key, name in people.items() if _starts(rest, name.casefold())]
    if whole:
        longest = max(length for length, _ in whole)
        meant = [key for length, key in whole if length == longest]
    else:
        word = re.match(r"\w+", rest)
        meant = [key for key, name in people.items() if word and name.casefold().split()[:1] == [word[0]]]
    return meant[0] if len(meant) == 1 else None


def _starts(rest: str, name: str) -> bool:
    return bool(name) and rest.startswith(name) and not rest[len(name) : len(name) + 1].isalnum()


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Return a canned reply with its placeholders replaced, each once and never again inside what was put in; others stay as they are."""
    known = "|".join(PLACEHOLDERS)
    return re.sub(rf"\{{({known})\}}", lambda found: facts.get(found[1], ""), text)


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence has them: "Iris, Ivo and Pat", and the rest as a number."""
    if len(names) > SHOWN + 1:
        return f"{', '.join(names[:SHOWN])} and {len(names) - SHOWN} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def goes_to(names: Iterable[str]) -> str:
    """Say who is told of what is being written."""
    every = list(dict.fromkeys(names))
    return f"Goes to {listed(every)}." if every else "Nobody is told by e-mail; whoever opens the ticket reads it."


def blanked(by: str, at: datetime, reason: str, zone: str) -> str:
    """Say in place of a text that it was blanked."""
    return f"{by} blanked this on {saying.moment(at, zone)}: {reason}"
