"""Entries are walled, only added to, numbered and chained."""

from comanaged import migrating
from comanaged.walls import Sealed, Statement, Wall

CHAIN = """
CREATE FUNCTION audit_hash(entry audit_entry, link bytea) RETURNS bytea STABLE LANGUAGE sql AS $$
  SELECT sha256(link || convert_to(jsonb_build_array(entry.tenant_id, entry.number, extract(epoch FROM entry.at), entry.action,
    entry.row_type, entry.row_id, entry.who, entry.user_id, entry.key_id, entry.side, entry.before, entry.after, entry.reason)::text, 'UTF8'))
$$;
CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE newest record;
BEGIN
  PERFORM pg_advisory_xact_lock(871, NEW.tenant_id::int);
  SELECT number, hash INTO newest FROM audit_entry WHERE tenant_id = NEW.tenant_id ORDER BY number DESC LIMIT 1;
  NEW.number := coalesce(newest.number, 0) + 1;
  NEW.previous := coalesce(newest.hash, ''::bytea);
  NEW.hash := audit_hash(NEW, NEW.previous);
  RETURN NEW;
END $$;
CREATE TRIGGER chained BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_link();
GRANT EXECUTE ON FUNCTION audit_hash(audit_entry, bytea), audit_link() TO comanaged_web;
"""
UNCHAIN = "DROP TRIGGER chained ON audit_entry; DROP FUNCTION audit_link(); DROP FUNCTION audit_hash(audit_entry, bytea);"


class Migration(migrating.Migration):
    dependencies = [("audit", "0001_initial"), ("accounts", "0002_scope")]
    operations = [Wall("audit_entry"), Statement(CHAIN, UNCHAIN), Sealed("audit_entry")]
