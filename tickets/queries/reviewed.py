"""The wording of a review: what a signature covers, its hash, and whether a provider is there to sign."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from comanaged.accounts import access
from tickets.domain.incidents import SECTIONS
from tickets.models import Incident, IncidentReview, ReviewAction


def follow_ups(incident: Incident) -> list[ReviewAction]:
    """Return what the review asks for, in order, each with its ticket."""
    rows = ReviewAction.objects.for_tenant(incident.tenant_id).filter(incident=incident)
    return list(rows.select_related("ticket", "ticket__assignee").order_by("id"))


def digest_of(incident: Incident, review: IncidentReview, asked: Sequence[ReviewAction]) -> str:
    """Return the hash of all that a signature covers: the incident, its cause, the sections, the follow-ups."""
    content = {
        "incident": incident.number,
        "title": incident.title,
        "declared": incident.declared_at.isoformat(),
        "ended": incident.ended_at.isoformat() if incident.ended_at else "",
        "stopped": [incident.cause, incident.cause_text, incident.kept],
        "sections": {name: getattr(review, name) for name in SECTIONS},
        "follow_ups": [[one.text, one.side, one.due_on.isoformat(), one.ticket.number] for one in asked],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def mark(digest: str) -> str:
    """Return a hash as people compare it: four groups of four."""
    return " ".join(digest[place : place + 4] for place in range(0, 16, 4))


def provider_left(review: IncidentReview, at: datetime) -> bool:
    """Say whether nobody signs for a provider: the one of the incident serves the client no longer, or there was none."""
    return review.provider_id is None or access.provider_id_of(review.tenant_id, at) != review.provider_id
