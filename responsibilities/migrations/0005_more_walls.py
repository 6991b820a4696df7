"""Walls around places, people and signatures; what is signed stands; two of the same never overlap in time."""

from django.contrib.postgres.operations import BtreeGistExtension

from comanaged import migrating
from comanaged.walls import Kin, Readable, Statement, Wall

NEW = (
    *("place", "team", "teammember", "override", "absence", "cover", "template"),
    *("signature", "acceptance", "comment", "confirmation", "pulse"),
)
KIN = {
    "version": ("calendar", "signature"),
    "row": ("assignment",),
    "duty": ("cover", "comment", "confirmation"),
    "place": ("calendar", "row", "cover", "comment"),
    "team": ("teammember", "override"),
}

# A provider's teams are read by the clients it serves, with every slot of their rotas: a slot of somebody who is no member there is
# skipped and found, never closed up. Who is away is read of members alone.
SERVED = """EXISTS (SELECT FROM accounts_engagement e WHERE e.provider_id = {table}.tenant_id
  AND e.client_id = ANY ((SELECT tenants_in_scope())::bigint[]) AND e.starts_at <= now() AND (e.ends_at IS NULL OR e.ends_at > now()))"""
KNOWN = """ AND EXISTS (SELECT FROM accounts_membership m WHERE m.user_id = {table}.person_id
  AND m.tenant_id = ANY ((SELECT tenants_in_scope())::bigint[]) AND m.starts_at <= now() AND (m.ends_at IS NULL OR m.ends_at > now()))"""

# Once a version is in force, or was, or was withdrawn, nothing of it changes.
STANDS = """
CREATE FUNCTION responsibilities_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line record; standing text;
BEGIN
  IF TG_OP = 'DELETE' THEN line := OLD; ELSE line := NEW; END IF;
  SELECT state INTO standing FROM responsibilities_version WHERE id = line.version_id;
  IF standing IN ('IN_FORCE', 'SUPERSEDED', 'WITHDRAWN') OR (TG_OP = 'UPDATE' AND OLD.version_id <> NEW.version_id) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a version that is not open stands as it is';
  END IF;
  RETURN line;
END $$;
CREATE FUNCTION responsibilities_version_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'DRAFT' THEN RAISE insufficient_privilege USING MESSAGE = 'a version that was proposed stays'; END IF;
    RETURN OLD;
  END IF;
  IF OLD.state IN ('IN_FORCE', 'SUPERSEDED', 'WITHDRAWN') AND (
      (NEW.content, NEW.content_hash, NEW.number, NEW.template_key, NEW.template_version, NEW.policy::text, NEW.in_force_at)
      IS DISTINCT FROM
      (OLD.content, OLD.content_hash, OLD.number, OLD.template_key, OLD.template_version, OLD.policy::text, OLD.in_force_at)
      OR NEW.state NOT IN (OLD.state, 'SUPERSEDED') OR (OLD.state <> 'IN_FORCE' AND NEW.state <> OLD.state)) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a version that is not open stands as it is';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON responsibilities_version FOR EACH ROW EXECUTE FUNCTION responsibilities_version_keeps();
CREATE FUNCTION responsibilities_signature_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.cleared_at IS NOT NULL OR
      (NEW.version_id, NEW.side, NEW.user_id, NEW.name, NEW.typed_name, NEW.content_hash, NEW.signed_at)
      IS DISTINCT FROM (OLD.version_id, OLD.side, OLD.user_id, OLD.name, OLD.typed_name, OLD.content_hash, OLD.signed_at)
      OR EXISTS (SELECT FROM responsibilities_version WHERE id = OLD.version_id AND state NOT IN ('DRAFT', 'PROPOSED')) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a signature stands; only an edit of an open version clears it';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON responsibilities_signature
FOR EACH ROW EXECUTE FUNCTION responsibilities_signature_keeps();
"""
NO_LONGER_STANDS = """
DROP TRIGGER keeps ON responsibilities_signature; DROP FUNCTION responsibilities_signature_keeps();
DROP TRIGGER keeps ON responsibilities_version; DROP FUNCTION responsibilities_version_keeps();
DROP FUNCTION responsibilities_version_stands();
"""
ALIKE = """
ALTER TABLE responsibilities_assignment ADD CONSTRAINT no_two_alike_at_once EXCLUDE USING gist (
  tenant_id WITH =, row_id WITH =, letter WITH =, party WITH =, coalesce(team, 0) WITH =, coalesce(person_id, 0) WITH =,
  hours WITH =, rank WITH =, daterange(valid_from, valid_to, '[]') WITH &&) DEFERRABLE INITIALLY IMMEDIATE
"""
OVERRIDES = """
ALTER TABLE responsibilities_override ADD CONSTRAINT one_override_at_a_time EXCLUDE USING gist (
  tenant_id WITH =, team_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
"""

# What changes who answers moves a number, so that nobody reads by a table that is no longer true. It comes from a sequence: an act
# that is rolled back never leaves its number to another one.
NUMBERS = "CREATE SEQUENCE responsibilities_pulse_number"
MOVES = {
    "pulse": """INSERT INTO responsibilities_pulse (tenant_id, number)
      SELECT tenant_id, nextval('responsibilities_pulse_number') FROM (SELECT DISTINCT tenant_id FROM changed ORDER BY 1) whose
      ON CONFLICT (tenant_id) DO UPDATE SET number = EXCLUDED.number""",
    "stamp": """UPDATE responsibilities_version SET stamp = nextval('responsibilities_pulse_number')
      WHERE id IN (SELECT DISTINCT version_id FROM changed)""",
}
CHANGED = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def moves(table: str, what: str) -> Statement:
    """Return the triggers that move a number whenever rows of a table change."""
    name = f"responsibilities_{table}"
    up = [
        f"CREATE TRIGGER moves_{act.lower()} AFTER {act} ON {name} REFERENCING {rows} TABLE AS changed "
        f"FOR EACH STATEMENT EXECUTE FUNCTION responsibilities_move_{what}();"
        for act, rows in CHANGED.items()
    ]
    return Statement(" ".join(up), " ".join(f"DROP TRIGGER moves_{act.lower()} ON {name};" for act in CHANGED))


def mover(what: str) -> Statement:
    """Return the function of those triggers."""
    body = f"BEGIN {MOVES[what]}; RETURN NULL; END"
    return Statement(
        f"CREATE FUNCTION responsibilities_move_{what}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$;",
        f"DROP FUNCTION responsibilities_move_{what}();",
    )


def stands(table: str) -> Statement:
    """Return the trigger that keeps the lines of a version that is not open."""
    return Statement(
        f"CREATE TRIGGER stands BEFORE INSERT OR UPDATE OR DELETE ON responsibilities_{table} "
        "FOR EACH ROW EXECUTE FUNCTION responsibilities_version_stands();",
        f"DROP TRIGGER stands ON responsibilities_{table};",
    )


def readable(table: str, condition: str) -> Readable:
    """Return the way in for those a provider serves."""
    return Readable(f"responsibilities_{table}", condition.format(table=f"responsibilities_{table}"))


class Migration(migrating.Migration):
    dependencies = [("responsibilities", "0004_lines")]
    operations = [
        BtreeGistExtension(),
        *[Wall(f"responsibilities_{name}") for name in NEW],
        *[Kin(f"responsibilities_{child}", f"{parent}_id", f"responsibilities_{parent}") for parent in KIN for child in KIN[parent]],
        Kin("responsibilities_place", "parent_id", "responsibilities_place"),
        *[readable(name, SERVED) for name in ("team", "teammember", "override", "template", "pulse")],
        readable("absence", SERVED + KNOWN),
        Statement(STANDS, NO_LONGER_STANDS),
        *[stands(name) for name in ("row", "assignment", "calendar", "exclusion")],
        Statement(NUMBERS, "DROP SEQUENCE responsibilities_pulse_number"),
        mover("pulse"),
        mover("stamp"),
        *[moves(name, "pulse") for name in ("place", "team", "teammember", "override", "absence", "cover", "duty")],
        *[moves(name, "stamp") for name in ("row", "assignment", "calendar", "exclusion")],
        Statement(ALIKE, "ALTER TABLE responsibilities_assignment DROP CONSTRAINT no_two_alike_at_once"),
        Statement(OVERRIDES, "ALTER TABLE responsibilities_override DROP CONSTRAINT one_override_at_a_time"),
    ]
