"""What is known when lists come late or never: silence is a verdict too."""

from dataclasses import dataclass
from datetime import datetime

from monitoring.domain.compliance import Limits, Status, words

STALE, MISSING = "EVIDENCE_STALE", "EVIDENCE_MISSING"


@dataclass(frozen=True)
class Said:
    """How far the newest list can be trusted, why, and the code of the finding, empty where there is none."""

    status: Status
    because: str
    code: str = ""


def said(limits: Limits, newest_as_of: datetime | None, at: datetime) -> Said:
    """Return what the age of the newest list means at `at`."""
    if newest_as_of is None:
        return Said(Status.UNKNOWN, "No backup list was ever handed in, so nothing is known of any backup.", MISSING)
    age = at - newest_as_of
    if age > limits.oldest:
        told = f"The newest backup list is {words(age)} old, the limit is {words(limits.oldest)}. What it says may not hold any more."
        return Said(Status.UNKNOWN, told, STALE)
    return Said(Status.PASS, f"The newest backup list is {words(age)} old.")
