"""Open and close the findings that practice makes: thirty days of tickets held against the paper."""

from datetime import datetime

from comanaged.accounts.access import Actor
from responsibilities.actions import findings
from responsibilities.models import Finding
from tickets import queries
from tickets.domain import practice


def review(by: Actor, at: datetime) -> list[Finding]:
    """Settle what practice says of one client; return what was opened now."""
    wanted = practice.found(queries.practice_of(by.tenant, at), queries.disputed_of(by.tenant, at))
    return findings.settle(by.tenant, practice.CODES, wanted, by=by, at=at)
