"""A person's words in an incident's timeline can be blanked; a review and its signatures say for which company they are."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Kin, Sealed, Statement, Wall

# The timeline stays sealed. What a redaction names loses the words of a person, and nothing else of it changes.
LETS_BLANK = """
CREATE OR REPLACE FUNCTION tickets_incidententry_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF EXISTS (SELECT FROM tickets_incidentredaction r WHERE r.tenant_id = OLD.tenant_id AND r.entry_id = OLD.id AND r.kept = NEW.text)
       AND (to_jsonb(NEW) - 'text') = (to_jsonb(OLD) - 'text')
    THEN RETURN NEW; END IF;
  END IF;
  RAISE insufficient_privilege USING MESSAGE = 'tickets_incidententry is only added to';
END $$;
"""
NEVER_BLANKS = """
CREATE OR REPLACE FUNCTION tickets_incidententry_is_sealed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE insufficient_privilege USING MESSAGE = 'tickets_incidententry is only added to'; END $$;
"""
# The product may not change the timeline; adding a redaction, which its wall judges first, does it with the owner's hand. What the product
# itself wrote is never blanked: no fact of nobody's, no kind in which it chose the words, and of a mixed text only what follows its own.
BLANKS = """
CREATE FUNCTION tickets_incidentredaction_blanks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE tickets_incidententry e SET text = NEW.kept
  WHERE e.tenant_id = NEW.tenant_id AND e.id = NEW.entry_id AND e.incident_id = NEW.incident_id AND e.by_user_id IS NOT NULL
    AND e.kind IN ('DECLARED', 'HANDED_ON', 'LOG', 'ASKED', 'ANSWERED', 'ENDED')
    AND starts_with(e.text, NEW.kept) AND e.text <> NEW.kept;
  IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'there are no such words to blank'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER blanks AFTER INSERT ON tickets_incidentredaction FOR EACH ROW EXECUTE FUNCTION tickets_incidentredaction_blanks();
"""
NO_BLANKS = "DROP TRIGGER blanks ON tickets_incidentredaction; DROP FUNCTION tickets_incidentredaction_blanks();"

# Reviews that were begun before: the provider that served the client when the incident ended, and whoever signed for it or for the client.
COMPANIES = """
UPDATE tickets_incidentreview r SET provider_id = e.provider_id, provider_name = o.name
FROM tickets_incident i, accounts_engagement e, accounts_organisation o
WHERE i.id = r.incident_id AND e.client_id = r.tenant_id AND o.id = e.provider_id
  AND e.starts_at <= i.ended_at AND (e.ends_at IS NULL OR e.ends_at > i.ended_at);
UPDATE tickets_reviewsignature s SET company_id = o.id, company_name = o.name
FROM tickets_incidentreview r, accounts_organisation o
WHERE r.id = s.review_id AND o.id = CASE WHEN s.side = 'INTERNAL' THEN s.tenant_id ELSE r.provider_id END;
"""


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0005_requesters'),
        ('tickets', '0014_hidden_from_the_other_side'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='incidentreview',
            name='provider',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='incidentreview',
            name='provider_name',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='reviewsignature',
            name='company',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='reviewsignature',
            name='company_name',
            field=models.CharField(default='', max_length=200),
        ),
        Statement(COMPANIES, "SELECT 1;"),
        migrations.CreateModel(
            name='IncidentRedaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kept', models.TextField(default='')),
                ('by_name', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('by_user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.incidententry')),
                ('incident', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.incident')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['tenant', 'incident'], name='redactions_of_an_incident')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_incidentredaction_tenant_id'), models.UniqueConstraint(fields=('tenant', 'entry'), name='a_fact_is_blanked_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        Wall("tickets_incidentredaction"),
        Kin("tickets_incidentredaction", "incident_id", "tickets_incident"),
        Kin("tickets_incidentredaction", "entry_id", "tickets_incidententry"),
        Sealed("tickets_incidentredaction"),
        Statement(LETS_BLANK, NEVER_BLANKS),
        Statement(BLANKS, NO_BLANKS),
    ]
