"""How a ticket is spoken of to the person who asked and has no part in the work: its state and what comes next, without sides or clocks."""

from dataclasses import dataclass
from datetime import datetime

from tickets.domain import saying
from tickets.domain.lifecycle import State

DESK = "The help desk"
PER_HOUR = 10  # requests of one person
TALKS, WITHIN = 10, 10  # messages of one person on one request, within so many minutes

STATES = {
    State.NEW: "received",
    State.OPEN: "being worked on",
    State.WAITING: "on hold",
    State.RESOLVED: "solved, as far as we know",
    State.CLOSED: "closed",
    State.CANCELLED: "ended",
    State.MERGED: "goes on with another request",
}
NEXT = {
    State.NEW: "Somebody will look at it.",
    State.OPEN: "We work on it and write to you.",
    State.WAITING: "It goes on by itself; you have nothing to do.",
    State.RESOLVED: "Say whether it is solved. If you do nothing, it is closed in some days.",
    State.CLOSED: "Nothing more happens. If it comes back, ask again.",
    State.CANCELLED: "Nothing more happens. If you need it after all, ask again.",
    State.MERGED: "The same was asked before. You hear from us when that is solved.",
}
ASKED_BACK = "requester"  # the reason of a wait for the person who asked
YOURS = "waits for your answer"
# what entries say to the person who asked, as the end of a sentence; kinds that are not here are not told
DONE = {
    "OPENED": "asked",
    "TAKEN": "looks after it",
    "REPLY": "wrote",
    "FILE": "sent a file",
    "WAITS": "asks you",
    "RESOLVED": "says that it is solved",
    "CLOSED": "closed it",
    "REOPENED": "opened it again",
    "CONFIRMED": "said that it is solved",
    "CANCELLED": "ended it",
    "MERGED": "put it together with another request",
    "UNMERGED": "lets it go on for itself again",
}
WORDLESS = frozenset({"TAKEN", "MERGED", "UNMERGED"})  # their texts are for those who work on it
ANSWERS = frozenset({"REPLY", "FILE", "WAITS", "RESOLVED", "CLOSED", "CANCELLED"})


@dataclass(frozen=True)
class Facts:
    """What may be said of a ticket to who asked; `due_at` is when the first answer was promised, none once it was given."""

    state: State
    wait: str = ""
    due_at: datetime | None = None


def state(facts: Facts) -> str:
    """Return where a request stands, in plain words."""
    return YOURS if _asked_back(facts) else STATES[facts.state]


def following(facts: Facts, at: datetime, zone: str) -> str:
    """Return what comes next, and by when where that was promised."""
    if _asked_back(facts):
        return "Answer below, then it goes on."
    if facts.due_at is None or facts.state not in {State.NEW, State.OPEN}:
        return NEXT[facts.state]
    moment = saying.moment(facts.due_at, zone)
    return f"We answer by {moment}." if facts.due_at >= at else f"Our answer is late: you should have had it by {moment}."


def did(kind: str, who: str, *, own: bool) -> str:
    """Return who did what, as a sentence without its end."""
    return f"{'You' if own else who} {_own(DONE[kind]) if own else DONE[kind]}"


def _own(words: str) -> str:
    return {"looks after it": "look after it", "asks you": "asked", "says that it is solved": "said that it is solved"}.get(words, words)


def _asked_back(facts: Facts) -> bool:
    return facts.state is State.WAITING and facts.wait == ASKED_BACK
