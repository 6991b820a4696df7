"""A ticket may be one organisation's alone: its row, and all that hangs on it, are not there for the other side."""

import re

import django.db.models.deletion
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Behind, Hidden, Statement

# Both are the owner's, since the rows they speak of are not there for who asks; they keep to the tenants in scope themselves. The first
# returns ids, the second counts and nothing else: leadership of both sides knows how many tickets each side keeps to itself.
FUNCTIONS = """
CREATE FUNCTION hidden_from_scope() RETURNS bigint[] LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  own bigint := side_in_scope();
BEGIN
  IF own IS NULL THEN RETURN '{}'; END IF;
  RETURN ARRAY(
    SELECT t.id FROM tickets_ticket t
    WHERE t.tenant_id = ANY (tenants_in_scope()) AND t.hidden_for_id IS NOT NULL AND t.hidden_for_id <> own);
END $$;
CREATE FUNCTION hidden_counts(of_tenant bigint) RETURNS TABLE (company bigint, number bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT t.hidden_for_id, count(*) FROM tickets_ticket t
    WHERE t.tenant_id = of_tenant AND of_tenant = ANY (tenants_in_scope()) AND t.hidden_for_id IS NOT NULL GROUP BY 1;
END $$;
GRANT EXECUTE ON FUNCTION hidden_from_scope(), hidden_counts(bigint) TO comanaged_web;
"""
NO_FUNCTIONS = "DROP FUNCTION hidden_counts(bigint); DROP FUNCTION hidden_from_scope();"

# The search of 0007, which looks with its owner's eyes, past the same wall.
SEARCH = """
CREATE OR REPLACE FUNCTION found_tickets(given text[], begun boolean, notes boolean, within bigint[], given_states text[], most integer)
RETURNS TABLE (ticket bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  tenants bigint[] := ARRAY(SELECT unnest(tenants_in_scope()) INTERSECT SELECT unnest(within));
  unseen bigint[] := hidden_from_scope();
  own bigint := CASE WHEN notes THEN side_in_scope() END;
  newest constant bigint := 10000;
  every boolean := cardinality(given_states) = 0;
  ours tsquery; one tsquery; people tsquery; in_ticket tsquery; in_message tsquery;
  hits bigint[]; last bigint;
BEGIN
  ours := CASE cardinality(tenants) WHEN 1 THEN quote_literal('=t' || tenants[1]) ELSE '' END::tsquery; -- of several it would find half the table
  FOR place IN 1 .. cardinality(given) LOOP
    one := phraseto_tsquery('simple', given[place]);
    CONTINUE WHEN numnode(one) = 0;
    IF begun AND place = cardinality(given) THEN one := (one::text || ':*')::tsquery; END IF;
    SELECT string_agg(quote_literal('=p' || person.id), ' | ')::tsquery INTO people FROM accounts_user person
      WHERE to_tsvector('simple', person.name) @@ one
      AND EXISTS (SELECT FROM accounts_membership m WHERE m.user_id = person.id AND m.tenant_id = ANY (tenants));
    in_message := coalesce(in_message && one, one);
    IF people IS NOT NULL THEN one := one || people; END IF;
    in_ticket := coalesce(in_ticket && one, one);
  END LOOP;
  IF in_ticket IS NULL OR tenants = '{}' THEN RETURN; END IF;
  SELECT max(id) INTO last FROM tickets_ticket;
  hits := ARRAY(
    SELECT t.id FROM tickets_ticket t WHERE t.id > last - newest AND t.tenant_id = ANY (tenants) AND t.id <> ALL (unseen) AND t.words @@ in_ticket
    AND (every OR t.state = ANY (given_states)) ORDER BY t.id DESC LIMIT most);
  IF cardinality(hits) < most THEN
    hits := ARRAY(WITH hit AS MATERIALIZED (
      SELECT t.id FROM tickets_ticket t
      WHERE t.words @@ (ours && in_ticket) AND t.tenant_id = ANY (tenants) AND t.id <> ALL (unseen) AND (every OR t.state = ANY (given_states))
    ) SELECT id FROM hit ORDER BY id DESC LIMIT most);
  END IF;
  RETURN QUERY SELECT unnest(hits);
  SELECT max(id) INTO last FROM tickets_event;
  hits := ARRAY(
    SELECT e.ticket_id FROM tickets_event e WHERE e.id > last - newest AND e.tenant_id = ANY (tenants) AND e.ticket_id <> ALL (unseen) AND e.words @@ in_message
    AND (e.audience IN ('PUBLIC', 'SHARED') OR e.side_id = own)
    AND (every OR EXISTS (SELECT FROM tickets_ticket t WHERE t.id = e.ticket_id AND t.state = ANY (given_states)))
    ORDER BY e.id DESC LIMIT most);
  IF cardinality(hits) < most THEN
    hits := ARRAY(WITH hit AS MATERIALIZED (
      SELECT e.id, e.ticket_id FROM tickets_event e
      WHERE e.words @@ (ours && in_message) AND e.tenant_id = ANY (tenants) AND e.ticket_id <> ALL (unseen)
      AND (e.audience IN ('PUBLIC', 'SHARED') OR e.side_id = own)
      AND (every OR EXISTS (SELECT FROM tickets_ticket t WHERE t.id = e.ticket_id AND t.state = ANY (given_states)))
    ) SELECT ticket_id FROM hit ORDER BY id DESC LIMIT most);
  END IF;
  RETURN QUERY SELECT unnest(hits);
END $$;
"""
FORMER_SEARCH = re.sub(r"  unseen bigint.*\n| AND [\w.]+ <> ALL \(unseen\)", "", SEARCH)

# what hangs on a ticket, and by which columns
HANG = {
    "tickets_event": ["ticket_id"],
    "tickets_attachment": ["ticket_id"],
    "tickets_draft": ["ticket_id"],
    "tickets_presence": ["ticket_id"],
    "tickets_watcher": ["ticket_id"],
    "tickets_redaction": ["ticket_id"],
    "tickets_step": ["ticket_id"],
    "tickets_minutes": ["ticket_id"],
    "tickets_link": ["one_id", "other_id"],
    "tickets_merge": ["source_id", "target_id"],
    "tickets_approval": ["ticket_id"],
    "tickets_dispute": ["ticket_id"],
    "tickets_externallink": ["ticket_id"],
    "tickets_inboundmail": ["ticket_id"],
    "tickets_replyaddress": ["ticket_id"],
    "tickets_incident": ["ticket_id"],
    "tickets_reviewaction": ["ticket_id"],
}


class Migration(migrating.Migration):
    dependencies = [("accounts", "0005_requesters"), ("tickets", "0013_requests")]
    operations = [
        migrations.AddField(
            model_name="ticket",
            name="hidden_for",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("hidden_for", None),
                    models.Q(("condition", ""), ("major", False), ("merged_into", None), ("offer_kind", "")),
                    _connector="OR",
                ),
                name="nothing_of_a_hidden_ticket_is_between_two_sides",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["tenant", "hidden_for"], condition=models.Q(hidden_for__isnull=False), name="tickets_hidden"),
        ),
        Statement(FUNCTIONS, NO_FUNCTIONS),
        Hidden("tickets_ticket", "hidden_for_id"),
        *(Behind(table, *columns, hidden="hidden_from_scope") for table, columns in HANG.items()),
        Statement(SEARCH, FORMER_SEARCH),
    ]
