"""How far a client is on the way to its first signed version."""

from datetime import datetime

from django.db import connection

from comanaged.accounts import access
from comanaged.vocabulary import FindingSeverity
from responsibilities.domain.first_run import Standing

# What somebody accepted until a date does not count, unless it became worse since.
FACTS = """
SELECT opened.number, opened.state,
  EXISTS (SELECT FROM responsibilities_version v WHERE v.tenant_id = %(tenant)s AND v.in_force_at IS NOT NULL),
  (SELECT max(u.number) FROM responsibilities_upload u WHERE u.tenant_id = %(tenant)s AND u.state IN ('WAITING', 'READ')),
  (SELECT count(*) FROM responsibilities_finding f LEFT JOIN responsibilities_duty d ON d.tenant_id = f.tenant_id AND d.id = f.duty_id
    WHERE f.tenant_id = %(tenant)s AND f.state = 'OPEN' AND f.blocks AND NOT EXISTS (
      SELECT FROM responsibilities_acceptance a WHERE a.tenant_id = f.tenant_id AND a.ended_at IS NULL AND a.expires_at > %(at)s
      AND (a.code, a.place, a.duty_key, a.subject) = (f.code, f.place, coalesce(d.key, ''), f.subject)
      AND array_position(%(worst_last)s, f.severity::text) <= array_position(%(worst_last)s, a.severity::text))),
  (SELECT array_agg(s.name ORDER BY s.signed_at) FROM responsibilities_signature s
    WHERE s.tenant_id = %(tenant)s AND s.version_id = opened.id AND s.cleared_at IS NULL),
  EXISTS (SELECT FROM accounts_engagement e WHERE e.client_id = %(tenant)s AND e.starts_at <= %(at)s AND (e.ends_at IS NULL OR e.ends_at > %(at)s))
FROM (SELECT 1) AS always
LEFT JOIN responsibilities_version opened ON opened.tenant_id = %(tenant)s AND opened.state IN ('DRAFT', 'PROPOSED')
"""
WORST_LAST = [severity.value for severity in reversed(FindingSeverity)]


def standing(tenant_id: int, at: datetime) -> Standing | None:
    """Return how far a client is; None where a version is or was in force: then there is nothing to lead through."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS, {"tenant": tenant_id, "at": at, "worst_last": WORST_LAST})
        number, state, ever_in_force, sheet, blocking, signed, served = cursor.fetchone()
    if ever_in_force:
        return None
    asked = "" if served else access.provider_asked(tenant_id, at)
    return Standing(number, state == "PROPOSED", sheet, blocking, served, asked, tuple(signed or ()))
