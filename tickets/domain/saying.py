"""How tickets are spoken of: sentences for entries, words for states and priorities, spans of time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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
    "VERSION": "looked at this with the new version",
    "ASSIGNED": "gave this to a colleague",
    "WAITS": "let this wait",
    "WOKE": "took this up again",
    "OFFERED": "offered this to the other side",
    "ASKED_FOR": "asked to take this over",
    "ACCEPTED": "accepted this",
    "DECLINED": "declined this",
    "WITHDRAWN": "took the offer back",
    "EXPIRED": "let the offer run out",
    "DIRECTED": "moved this to the other side",
    "EMERGENCY": "took this at once in a major incident",
    "MAJOR": "declared a major incident",
    "MAJOR_ENDED": "ended the major incident",
    "MAJOR_LED": "changed who commands the major incident",
    "MAJOR_TOLD": "told the users where the major incident stands",
    "MAJOR_SIGNED": "signed the review of the major incident",
    "HIDDEN": "kept this on one side",
    "SHOWN": "showed this to both sides",
    "DUTY": "changed what this belongs to",
    "PRIORITY": "changed how much this hinders",
    "MERGED": "merged this into another ticket",
    "UNMERGED": "took the merge back",
    "TAKEN_IN": "merged another ticket into this one",
    "LINKED": "linked this",
    "EXTERNAL": "linked this to another system",
    "WORKED": "worked on this",
    "FILE": "attached a file",
    "APPROVAL": "asked for an approval",
    "ANSWERED": "answered a request for approval",
    "UNASKED": "ended a request for approval",
    "DISPUTE": "moved a dispute on",
    "REMINDED": "reminded of the offer",
    "WARNED": "warned",
    "MISSED": "saw a promise missed",
}
PRIORITIES = {"P1": "critical", "P2": "high", "P3": "normal", "P4": "low"}
SIDES = {"INTERNAL": "Internal IT", "PROVIDER": "the provider"}
READERS = {"PUBLIC": "written to the requester and both sides", "SHARED": "written to both sides"}
BARS = {"P1": 4, "P2": 3, "P3": 2, "P4": 1}
CLOCKS = {"answer": "The first answer", "fix": "The fix"}
PARTIES = {
    "internal": "internal IT",
    "provider": "the provider",
    "requester": "the person who asked",
    "vendor": "the vendor",
    "approver": "who approves",
    "scheduled": "the agreed date",
    "change_window": "the change window",
    "parts": "the parts that were awaited",
    "nobody": "nobody",
}
BY_MAIL_ALONE = "By mail alone"  # how the line begins that says to who works on it why a mail moved nothing
MINUTE, HOUR, DAY = 60, 3600, 86400


def did(kind: str, who: str) -> str:
    """Return who did what, as the beginning of a sentence."""
    return f"{who} {DONE[kind]}"


def moment(at: datetime, zone: str) -> str:
    """Return a moment as a client's clock shows it: "24 November 14:30"."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%B} {there:%H:%M}"


def charged(party: str) -> str:
    """Say in whose time a promise was missed."""
    if party == "target_changed":
        return "It became late when its target changed, which is charged to nobody."
    return f"It ran out in the time of {PARTIES.get(party, party)}."


def span(seconds: int) -> str:
    """Return a length of time in words: minutes under two hours, hours under two days, then days."""
    if seconds < 2 * HOUR:
        return f"{seconds // MINUTE} min"
    return f"{seconds // HOUR} h" if seconds < 2 * DAY else f"{seconds // DAY} days"


def hours(seconds: int) -> str:
    """Return working time in words; it has no days, since a working day is no day: "24 h", "2 h 30 min"."""
    whole, rest = divmod(max(0, seconds), HOUR)
    minutes = rest // MINUTE
    if whole:
        return f"{whole} h{f' {minutes} min' if minutes else ''}"
    return f"{minutes} min" if minutes or not seconds else f"{seconds} s"


def length(seconds: int) -> str:
    """Return a length of time with its smaller part: "5 h 52 min", "3 days 4 h"."""
    days, rest = divmod(max(0, seconds), DAY)
    if not days:
        return hours(rest)
    return f"{days} day{'s' if days > 1 else ''}{f' {rest // HOUR} h' if rest >= HOUR else ''}"


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
