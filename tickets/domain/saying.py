"""How tickets are spoken of: sentences for entries, words for states and priorities, spans of time."""

from datetime import timedelta

DONE = {
    "OPENED": "opened this ticket",
    "REPEATED": "saw it happen again",
    "RECURRED": "saw it happen again and reopened this ticket",
    "SOURCE": "commented",
    "SETTLED": "closed this ticket, since no person had acted",
    "TAKEN": "took this",
    "REPLY": "replied",
    "NOTE": "wrote a note",
    "RESOLVED": "resolved this",
    "CLOSED": "closed this",
    "REOPENED": "reopened this",
    "CONFIRMED": "confirmed that this is solved",
    "CANCELLED": "cancelled this",
    "REROUTED": "sent this to another side",
}
PRIORITIES = {"P1": "critical", "P2": "high", "P3": "normal", "P4": "low"}
SIDES = {"INTERNAL": "Internal IT", "PROVIDER": "the provider"}
READERS = {"PUBLIC": "written to the requester and both sides", "SHARED": "written to both sides"}
BARS = {"P1": 4, "P2": 3, "P3": 2, "P4": 1}
MINUTE, HOUR, DAY = 60, 3600, 86400


def did(kind: str, who: str) -> str:
    """Return who did what, as the beginning of a sentence."""
    return f"{who} {DONE[kind]}"


def ago(span: timedelta) -> str:
    """Return a span in the past in words: minutes under two hours, hours under two days, then days."""
    seconds = max(0, int(span.total_seconds()))
    if seconds < MINUTE:
        return f"{seconds} s ago"
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min ago"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR} h ago"
    return f"{seconds // DAY} days ago"


def reference(client: str, number: int) -> str:
    """Return how people name a ticket: the client's initials and its number."""
    initials = "".join(word[0] for word in client.split() if word[0].isalnum())
    return f"{initials[:3].upper() or 'T'}-{number}"
