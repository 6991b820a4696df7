"""Whether a signal needs a person, how soon, and which signals share one ticket."""

import hashlib
from collections.abc import Mapping

from comanaged.vocabulary import AlertSeverity, FindingSeverity, Priority

OF_ALERT = {
    AlertSeverity.CRITICAL: Priority.P1,
    AlertSeverity.HIGH: Priority.P2,
    AlertSeverity.WARNING: Priority.P3,
    AlertSeverity.UNKNOWN: Priority.P3,
    AlertSeverity.INFO: Priority.P4,
}


def needs_person(severity: AlertSeverity, settings: Mapping[str, object]) -> bool:
    """Say whether a trigger opens a ticket: always from warning up and where unknown, for information only by the source's rule."""
    return severity is not AlertSeverity.INFO or settings.get("tickets_for_info") is True


def of_alert(severity: AlertSeverity) -> Priority:
    """Return the priority of a ticket for an alert."""
    return OF_ALERT[severity]


def of_finding(severity: FindingSeverity) -> Priority:
    """Return the priority of a ticket for a finding."""
    return {FindingSeverity.CRITICAL: Priority.P2, FindingSeverity.HIGH: Priority.P3}.get(severity, Priority.P4)


def condition_of(asset: str, check_name: str, *, title: str, fingerprint: str) -> str:
    """Return the name of the condition that has at most one open ticket: asset and check; without an asset the fingerprint itself."""
    if not asset:
        return f"alert:{fingerprint[:40]}"
    return f"alert:{_short(asset.casefold(), (check_name or title).casefold())}"


def condition_of_job(job: str) -> str:
    """Return the name of the condition that a backup job breaks, whatever it breaks."""
    return f"backup:{_short(job)}"


def _short(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]
