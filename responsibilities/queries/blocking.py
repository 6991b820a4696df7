"""What stands between a version and its signatures: blocking findings, and which of them the client accepted."""

from dataclasses import dataclass
from datetime import datetime

from responsibilities.domain import findings as rules
from responsibilities.domain.findings import Draft, Facts, Key
from responsibilities.models import Acceptance, Version
from responsibilities.queries import attested, reading


@dataclass(frozen=True)
class Blocked:
    """A finding that blocks signing, and the live acceptance that lets it pass, if there is one."""

    finding: Draft
    acceptance: Acceptance | None


def blocking(version: Version, at: datetime) -> tuple[Blocked, ...]:
    """Return every blocking finding of a version as its lines and open blind answers stand now, those that are accepted too."""
    matrix, facts = reading.matrix_in(version, version.tenant_id, at), Facts(voices=attested.voices_of(version.tenant_id))
    found = [draft for draft in rules.found(matrix, at, facts) if draft.blocks]
    accepted = acceptances_of(version.tenant_id, at) if found else {}
    return tuple(Blocked(draft, covering(accepted, draft.key, draft.severity)) for draft in found)


def acceptances_of(tenant_id: int, at: datetime) -> dict[Key, Acceptance]:
    """Return the acceptances of a client that hold at `at`, by the stable key of their finding."""
    rows = Acceptance.objects.for_tenant(tenant_id).filter(ended_at=None, expires_at__gt=at)
    return {(row.code, row.place, row.duty_key, row.subject): row for row in rows}


def covering(accepted: dict[Key, Acceptance], key: Key, severity: str) -> Acceptance | None:
    """Return the acceptance of a finding; what became worse since was not accepted."""
    found = accepted.get(key)
    return found if found and not rules.worse(severity, found.severity) else None
