"""Drafts, marks of who is there, who follows, canned replies; and the one door by which an entry's text is blanked."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Blind, Kin, Sealed, Sides, Statement, Wall

# The ledger stays sealed. What a redaction names loses its text, and nothing else of it changes. The columns are named one by one: what is
# computed from the text is not yet known when this runs.
LETS_BLANK = """
CREATE OR REPLACE FUNCTION tickets_event_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.text = '' AND EXISTS (SELECT FROM tickets_redaction r WHERE r.tenant_id = OLD.tenant_id AND r.event_id = OLD.id)
       AND (NEW.id, NEW.tenant_id, NEW.ticket_id, NEW.audience, NEW.side_id, NEW.by_user_id, NEW.by_name, NEW.by_side, NEW.hat, NEW.kind,
            NEW.before, NEW.after, NEW.version, NEW.once, NEW.said, NEW.at)
       IS NOT DISTINCT FROM
           (OLD.id, OLD.tenant_id, OLD.ticket_id, OLD.audience, OLD.side_id, OLD.by_user_id, OLD.by_name, OLD.by_side, OLD.hat, OLD.kind,
            OLD.before, OLD.after, OLD.version, OLD.once, OLD.said, OLD.at)
    THEN RETURN NEW; END IF;
  END IF;
  RAISE insufficient_privilege USING MESSAGE = 'tickets_event is only added to';
END $$;
"""
NEVER_BLANKS = """
CREATE OR REPLACE FUNCTION tickets_event_is_sealed() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE insufficient_privilege USING MESSAGE = 'tickets_event is only added to'; END $$;
"""
# The product may not change the ledger; adding a redaction, which its walls judge first, does it with the owner's hand.
BLANKS = """
CREATE FUNCTION tickets_redaction_blanks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE tickets_event e SET text = ''
  WHERE e.tenant_id = NEW.tenant_id AND e.id = NEW.event_id AND e.ticket_id = NEW.ticket_id AND e.audience = NEW.audience
    AND (e.audience IN ('PUBLIC', 'SHARED') OR e.side_id = NEW.side_id);
  IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'there is no such entry to blank'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER blanks AFTER INSERT ON tickets_redaction FOR EACH ROW EXECUTE FUNCTION tickets_redaction_blanks();
"""
NO_BLANKS = "DROP TRIGGER blanks ON tickets_redaction; DROP FUNCTION tickets_redaction_blanks();"

# Canned replies are read by the people of that organisation alone, also where a client's rows are in scope with theirs.
OWN_WORDS = "CREATE POLICY own_words ON tickets_canned AS RESTRICTIVE TO comanaged_web USING (tenant_id = (SELECT side_in_scope()));"


class Migration(migrating.Migration):
    dependencies = [
        ("accounts", "0004_companies_are_asked_in"),
        ("tickets", "0005_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('SHARED', 'SHARED'), ('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('text', models.TextField()),
                ('at', models.DateTimeField()),
                ('side', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_draft_tenant_id'), models.UniqueConstraint(fields=('tenant', 'ticket', 'user', 'audience'), name='one_draft_per_person_and_mode')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('SHARED', 'SHARED'), ('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('name', models.CharField(max_length=200)),
                ('by_side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('seen_at', models.DateTimeField(null=True)),
                ('writing_at', models.DateTimeField(null=True)),
                ('side', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_presence_tenant_id'), models.UniqueConstraint(fields=('tenant', 'ticket', 'user', 'audience'), name='one_presence_per_person_and_mode')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Watcher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('SHARED', 'SHARED'), ('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('at', models.DateTimeField()),
                ('side', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_watcher_tenant_id'), models.UniqueConstraint(fields=('tenant', 'ticket', 'user', 'audience'), name='one_watcher_per_person_and_mode')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Canned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('text', models.TextField()),
                ('by_name', models.CharField(max_length=200)),
                ('changed_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_canned_tenant_id'), models.UniqueConstraint(fields=('tenant', 'number'), name='one_canned_reply_per_number'), models.UniqueConstraint(fields=('tenant', 'title'), name='one_canned_reply_per_title')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Redaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('SHARED', 'SHARED'), ('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('by_name', models.CharField(max_length=200)),
                ('reason', models.CharField(max_length=500)),
                ('at', models.DateTimeField()),
                ('by_user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.event')),
                ('side', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['tenant', 'ticket'], name='tickets_redaction_of_ticket')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_redaction_tenant_id'), models.UniqueConstraint(fields=('tenant', 'event'), name='an_entry_is_blanked_once')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        *[Wall(f"tickets_{name}") for name in ("draft", "presence", "watcher", "canned", "redaction")],
        *[Kin(f"tickets_{name}", "ticket_id", "tickets_ticket") for name in ("draft", "presence", "watcher", "redaction")],
        Kin("tickets_redaction", "event_id", "tickets_event"),
        *[Sides(f"tickets_{name}") for name in ("draft", "presence", "watcher", "redaction")],
        Blind("tickets_draft", "false"),
        Statement(OWN_WORDS, "DROP POLICY own_words ON tickets_canned;"),
        Sealed("tickets_redaction"),
        Statement(LETS_BLANK, NEVER_BLANKS),
        Statement(BLANKS, NO_BLANKS),
    ]
