"""What a handover must say, and when it is answered."""

from collections.abc import Mapping
from datetime import datetime

from comanaged.vocabulary import Priority
from tickets.domain import clocks

# fields of a packet that a person fills in, and what each is called; "why" and "asset" are filled in by the product
FIELDS = {
    "known": "What is known",
    "tried": "What was done",
    "next": "Next step for them",
    "must_not": "What they must not do",
    "access": "What access or change they need",
    "told": "Whether the person who asked knows",
}
WORDS = FIELDS | {"by": "Answer wanted by"}
WANTED = {
    "known": "Say what is known, in a line or more.",
    "tried": "Say what was done so far; “nothing yet” is only for a ticket nobody touched.",
}
MINUTE, HOUR = 60, 3600
ANSWER = {Priority.P1: 10 * MINUTE, Priority.P2: 30 * MINUTE, Priority.P3: 4 * HOUR, Priority.P4: 8 * HOUR}  # in the hours of who answers
LONG = 4000  # characters of one field

Times = tuple[datetime | None, datetime | None, datetime | None]


def lacks(packet: Mapping[str, str], receiver: str, *, first_touch: bool) -> tuple[str, str] | None:
    """Return the first field that says too little, and what to say there; "tried" may be empty while nobody touched the ticket."""
    for name in ("known", "tried", "next"):
        if packet.get(name, "").strip() or (name == "tried" and first_touch):
            continue
        return name, WANTED.get(name, f"Say what {receiver} should do first.")
    return None


def kept(packet: Mapping[str, str]) -> dict[str, str]:
    """Return the fields that say something."""
    return {name: packet[name].strip()[:LONG] for name in FIELDS if packet.get(name, "").strip()}


def in_words(packet: Mapping[str, str]) -> str:
    """Return a packet as the entry shows it, a line for each field."""
    return "\n".join(f"{WORDS[name]}: {packet[name]}" for name in WORDS if packet.get(name))


def times(hours: clocks.Open, at: datetime, priority: str) -> Times:
    """Return when an offer is called to mind, due and over: as agreed, whatever the offerer wishes. Hours that never open count as any hour."""
    agreed = clocks.answer_times(hours, at, ANSWER[Priority(priority)])
    if agreed.expires_at is None:
        agreed = clocks.answer_times(clocks.Always(), at, ANSWER[Priority(priority)])
    return agreed.remind_at, agreed.due_at, agreed.expires_at
