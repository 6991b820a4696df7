"""Every row is its tenant's and hangs on rows of the same tenant; history is only added to; intake has one door, accept_event."""

from comanaged import migrating
from comanaged.walls import Kin, Sealed, Statement, Swept, Wall

NAMES = ("source", "inboundevent", "alert", "transition", "policy", "evidence", "backuprun", "check", "verdict")
KIN = (
    ("inboundevent", "source_id", "monitoring_source"),
    ("alert", "source_id", "monitoring_source"),
    ("alert", "ticket_id", "tickets_ticket"),
    ("transition", "alert_id", "monitoring_alert"),
    ("transition", "event_id", "monitoring_inboundevent"),
    ("backuprun", "evidence_id", "monitoring_evidence"),
    ("verdict", "evidence_id", "monitoring_evidence"),
    ("verdict", "ticket_id", "tickets_ticket"),
)

# One statement stores a message and says whose it is; a key nobody knows returns no row. The names are bound when the function
# is made, so no search path can be turned against it. A second message under one idempotency key only raises the counter.
ACCEPT = """
GRANT SELECT (id, tenant_id, key_hash, revoked_at) ON monitoring_source TO comanaged_intake;
GRANT SELECT (id, tenant_id, source_id, public_id, idempotency_key, duplicates) ON monitoring_inboundevent TO comanaged_intake;
GRANT INSERT ON monitoring_inboundevent TO comanaged_intake;
GRANT UPDATE (duplicates) ON monitoring_inboundevent TO comanaged_intake;
CREATE POLICY intake ON monitoring_source FOR SELECT TO comanaged_intake USING (true);
CREATE POLICY intake ON monitoring_inboundevent TO comanaged_intake USING (true) WITH CHECK (true);
CREATE FUNCTION accept_event(given_hash text, given_id uuid, given_body bytea, given_headers jsonb, given_key text)
RETURNS TABLE (tenant bigint, event bigint, event_public_id uuid, seen boolean)
LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC
  INSERT INTO monitoring_inboundevent AS e
    (tenant_id, source_id, public_id, received_at, body, headers, body_hash, idempotency_key, digest, attempts)
  SELECT s.tenant_id, s.id, given_id, clock_timestamp(), given_body, given_headers, encode(sha256(given_body), 'hex'), given_key, '[]', 0
  FROM monitoring_source s WHERE s.key_hash = given_hash AND s.revoked_at IS NULL
  ON CONFLICT (tenant_id, source_id, idempotency_key) WHERE idempotency_key > ''
  DO UPDATE SET duplicates = e.duplicates + 1
  RETURNING e.tenant_id, e.id, e.public_id, e.public_id <> given_id;
END;
REVOKE ALL ON FUNCTION accept_event(text, uuid, bytea, jsonb, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accept_event(text, uuid, bytea, jsonb, text) TO comanaged_web;
GRANT CREATE ON SCHEMA public TO comanaged_intake;
ALTER FUNCTION accept_event(text, uuid, bytea, jsonb, text) OWNER TO comanaged_intake;
REVOKE CREATE ON SCHEMA public FROM comanaged_intake;
"""
NO_DOOR = """
SET LOCAL ROLE comanaged_intake;
DROP FUNCTION accept_event(text, uuid, bytea, jsonb, text);
RESET ROLE;
DROP POLICY intake ON monitoring_inboundevent;
DROP POLICY intake ON monitoring_source;
REVOKE ALL ON monitoring_inboundevent, monitoring_source FROM comanaged_intake;
"""


class Migration(migrating.Migration):
    dependencies = [("monitoring", "0001_initial"), ("accounts", "0002_scope"), ("tickets", "0001_initial")]
    operations = [
        *[Wall(f"monitoring_{name}") for name in NAMES],
        *[Kin(f"monitoring_{name}", column, parent) for name, column, parent in KIN],
        Swept("monitoring_inboundevent", read=("done_at",)),
        Swept("monitoring_evidence", read=("done_at",)),
        Swept("monitoring_check", read=("next_due_at",)),
        Sealed("monitoring_transition"),
        Statement(ACCEPT, NO_DOOR),
    ]
