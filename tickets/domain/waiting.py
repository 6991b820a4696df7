"""Why a ticket waits, whom that is charged to, and for how long it may."""

from dataclasses import dataclass

from comanaged.vocabulary import Priority

DAYS = 3  # working days that one wait may last; then the ticket wakes by itself
WAKES = 3  # of them without an answer: then it is resolved with a notice


@dataclass(frozen=True)
class Reason:
    """One reason: what it is called, what to say of whom, whether the promise stands still, and which party is charged."""

    word: str
    whom: str
    pauses: bool
    charged: str


REASONS = {
    "requester": Reason("The person who asked", "What you need from them", pauses=True, charged="requester"),
    "scheduled": Reason("An agreed date", "What was agreed for that date, and with whom", pauses=True, charged="scheduled"),
    "approval": Reason("An approval", "Who approves", pauses=True, charged="approver"),
    "vendor": Reason("A vendor", "Which vendor, and who asked them", pauses=False, charged="vendor"),
    "change_window": Reason("A change window", "Which window", pauses=False, charged="vendor"),
    "parts": Reason("Parts", "Which parts, from whom", pauses=False, charged="vendor"),
}


def pauses(reason: str, *, vendor: bool) -> bool:
    """Say whether the promise stands still for this reason; for a vendor, a window or parts only where the client agreed so."""
    known = REASONS.get(reason)
    return known is not None and (known.pauses or vendor)


def refuses(reason: str, priority: str) -> str:
    """Return why a ticket may not wait so, "" when it may: a critical one waits for nobody but the person who confirms."""
    if reason not in REASONS:
        return "Choose what this ticket waits for."
    if priority == Priority.P1 and pauses(reason, vendor=True) and reason != "requester":
        return "A critical ticket does not wait. Only asking the person who asked to confirm stops its clock."
    return ""
