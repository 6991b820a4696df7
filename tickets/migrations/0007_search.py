"""Words are found in tickets, as far as their reader may read; lists are kept as views."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Readable, Statement, Wall

# Each text is kept beside itself as the words it holds, and with words that no text can give, since they begin with "=": whose ticket it is,
# who asked and who has it. So the index of words finds one client's rows, and a person by the name he has today.
WORDS = """
ALTER TABLE tickets_ticket ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (
  to_tsvector('simple'::regconfig, title || ' ' || asset || ' ' || place || ' ' || origin_summary || ' ' || number::text)
  || array_to_tsvector(ARRAY['=t' || tenant_id::text, '=p' || coalesce(assignee_id::text, ''), '=p' || coalesce(requester_id::text, '')])
) STORED;
CREATE INDEX tickets_words ON tickets_ticket USING gin (words);
ALTER TABLE tickets_event ADD COLUMN words tsvector NOT NULL GENERATED ALWAYS AS (
  CASE WHEN text = '' THEN ''::tsvector ELSE
    to_tsvector('simple'::regconfig, text)
    || array_to_tsvector(ARRAY['=t' || tenant_id::text])
  END
) STORED;
CREATE INDEX tickets_event_words ON tickets_event USING gin (words);
CREATE INDEX tickets_nobodys ON tickets_ticket (tenant_id, next_at, id)
  WHERE state IN ('NEW', 'OPEN', 'WAITING') AND (unowned OR crossings >= 2 OR declines >= 2);
CREATE INDEX tickets_closed ON tickets_ticket (tenant_id, closed_at DESC, id DESC) WHERE closed_at IS NOT NULL;
"""
NO_WORDS = """
DROP INDEX tickets_closed; DROP INDEX tickets_nobodys;
ALTER TABLE tickets_event DROP COLUMN words; ALTER TABLE tickets_ticket DROP COLUMN words;
"""

# Row-level security lets no operator of text search near an index, since it might tell of rows it refuses. So the search is the owner's, and
# builds the same two walls itself: tenants in scope, and the side in scope for what is one side's. It returns ids and nothing of the rows.
# A word that many tickets hold is found among the newest, a rare one by its index; an estimate never decides which.
SEARCH = """
CREATE FUNCTION found_tickets(given text[], begun boolean, notes boolean, within bigint[], given_states text[], most integer)
RETURNS TABLE (ticket bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
DECLARE
  tenants bigint[] := ARRAY(SELECT unnest(tenants_in_scope()) INTERSECT SELECT unnest(within));
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
    SELECT t.id FROM tickets_ticket t WHERE t.id > last - newest AND t.tenant_id = ANY (tenants) AND t.words @@ in_ticket
    AND (every OR t.state = ANY (given_states)) ORDER BY t.id DESC LIMIT most);
  IF cardinality(hits) < most THEN
    hits := ARRAY(WITH hit AS MATERIALIZED (
      SELECT t.id FROM tickets_ticket t
      WHERE t.words @@ (ours && in_ticket) AND t.tenant_id = ANY (tenants) AND (every OR t.state = ANY (given_states))
    ) SELECT id FROM hit ORDER BY id DESC LIMIT most);
  END IF;
  RETURN QUERY SELECT unnest(hits);
  SELECT max(id) INTO last FROM tickets_event;
  hits := ARRAY(
    SELECT e.ticket_id FROM tickets_event e WHERE e.id > last - newest AND e.tenant_id = ANY (tenants) AND e.words @@ in_message
    AND (e.audience IN ('PUBLIC', 'SHARED') OR e.side_id = own)
    AND (every OR EXISTS (SELECT FROM tickets_ticket t WHERE t.id = e.ticket_id AND t.state = ANY (given_states)))
    ORDER BY e.id DESC LIMIT most);
  IF cardinality(hits) < most THEN
    hits := ARRAY(WITH hit AS MATERIALIZED (
      SELECT e.id, e.ticket_id FROM tickets_event e
      WHERE e.words @@ (ours && in_message) AND e.tenant_id = ANY (tenants)
      AND (e.audience IN ('PUBLIC', 'SHARED') OR e.side_id = own)
      AND (every OR EXISTS (SELECT FROM tickets_ticket t WHERE t.id = e.ticket_id AND t.state = ANY (given_states)))
    ) SELECT ticket_id FROM hit ORDER BY id DESC LIMIT most);
  END IF;
  RETURN QUERY SELECT unnest(hits);
END $$;
"""
NO_SEARCH = "DROP FUNCTION found_tickets(text[], boolean, boolean, bigint[], text[], integer);"


class Migration(migrating.Migration):
    dependencies = [("tickets", "0006_talk"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="View",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("line", models.CharField(max_length=400)),
                ("shared", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "abstract": False,
                "default_manager_name": "unscoped",
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "id"), name="tickets_view_tenant_id"),
                    models.UniqueConstraint(fields=("tenant", "user", "name"), name="one_view_per_person_and_name"),
                ],
            },
            managers=[("unscoped", django.db.models.manager.Manager())],
        ),
        Wall("tickets_view"),
        Readable("tickets_view", "tenant_id = (SELECT side_in_scope())"),  # at every client one stands for one's company
        Statement(WORDS, NO_WORDS),
        Statement(SEARCH, NO_SEARCH),
    ]
