"""Approvals: who may answer, and who may not although he could."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST = timedelta(days=30)
OWN = "The one who asks is the only one listed to approve it, so the request is his own."


class State(StrEnum):
    """Where a request for approval stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


WORDS = {
    State.PENDING: "waits for an answer",
    State.APPROVED: "approved",
    State.REJECTED: "not approved",
    State.EXPIRED: "ran out without an answer",
    State.WITHDRAWN: "taken back",
}


@dataclass(frozen=True)
class Listed:
    """Who a request names, and who asked."""

    approver: int
    stand_in: int | None
    asked_by: int

    @property
    def own(self) -> bool:
        """The one who asked is the only one listed."""
        return self.asked_by == self.approver and self.stand_in in {None, self.approver}


def why_not(listed: Listed, user: int | None) -> str:
    """Return why somebody may not answer a request, "" if he may: only who is named does, and not his own unless he is the only one."""
    if user is None or user not in {listed.approver, listed.stand_in}:
        return "Only the person who was asked, or the stand-in named with the request, answers it."
    if user == listed.asked_by and not listed.own:
        return "You asked for this yourself, so the other person named answers it."
    return ""


def unfit(answer_by: datetime, at: datetime) -> str:
    """Return why a moment to answer by will not do, "" if it will."""
    if answer_by <= at:
        return "Choose a moment that lies ahead."
    if answer_by - at > LONGEST:
        return f"Choose a moment within {LONGEST.days} days."
    return ""
