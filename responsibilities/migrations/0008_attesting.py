"""Blind answers: behind the wall of their client, and each behind the wall of its person until it opens."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import NO_PERSON, PERSON, Blind, Kin, Sealed, Statement, Swept, Wall

TABLES = ("attestation", "witness", "blindquestion", "blindanswer")
KIN = (
    ("witness", "attestation_id", "responsibilities_attestation"),
    ("blindquestion", "attestation_id", "responsibilities_attestation"),
    ("blindquestion", "duty_id", "responsibilities_duty"),
    ("blindanswer", "question_id", "responsibilities_blindquestion"),
)
OPENED = """EXISTS (SELECT FROM responsibilities_blindquestion q
  WHERE q.id = responsibilities_blindanswer.question_id AND q.opened_at IS NOT NULL)"""

# What was opened was read, what was withdrawn never will be; and no question comes to be about something else.
KEEPS = """
CREATE FUNCTION responsibilities_blindquestion_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.tenant_id, NEW.attestation_id, NEW.duty_id) IS DISTINCT FROM (OLD.tenant_id, OLD.attestation_id, OLD.duty_id)
      OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at)
      OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) THEN
    RAISE insufficient_privilege USING MESSAGE = 'a blind question stays as it was asked, opened or withdrawn';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON responsibilities_blindquestion
FOR EACH ROW EXECUTE FUNCTION responsibilities_blindquestion_keeps();
"""
NO_LONGER_KEEPS = """
DROP TRIGGER keeps ON responsibilities_blindquestion; DROP FUNCTION responsibilities_blindquestion_keeps();
"""


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0003_invitations_end_with_their_senders'),
        ('responsibilities', '0007_uploads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('asked_by', models.CharField(max_length=120)),
                ('asked_side', models.CharField(blank=True, choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=10)),
                ('asked_at', models.DateTimeField()),
                ('opens_at', models.DateTimeField()),
                ('next_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='BlindQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('attestation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='responsibilities.attestation')),
                ('duty', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='responsibilities.duty')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='BlindAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=10)),
                ('day', models.CharField(blank=True, choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER'), ('BOTH', 'BOTH'), ('NOBODY', 'NOBODY'), ('UNSURE', 'UNSURE')], max_length=10)),
                ('night', models.CharField(blank=True, choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER'), ('BOTH', 'BOTH'), ('NOBODY', 'NOBODY'), ('UNSURE', 'UNSURE')], max_length=10)),
                ('said_at', models.DateTimeField()),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='responsibilities.blindquestion')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Witness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=10)),
                ('attestation', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='witnesses', to='responsibilities.attestation')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='attestation',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['tenant', 'id'], name='attestations_running'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='responsibilities_attestation_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='attestation',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('closed_at__isnull', False), _connector='OR'), name='what_is_withdrawn_is_closed'),
        ),
        migrations.AddConstraint(
            model_name='blindquestion',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='responsibilities_blindquestion_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='blindquestion',
            constraint=models.UniqueConstraint(fields=('tenant', 'attestation', 'duty'), name='one_question_per_duty_and_round'),
        ),
        migrations.AddConstraint(
            model_name='blindquestion',
            constraint=models.UniqueConstraint(condition=models.Q(('opened_at', None), ('withdrawn_at', None)), fields=('tenant', 'duty'), name='one_shut_question_per_duty'),
        ),
        migrations.AddConstraint(
            model_name='blindquestion',
            constraint=models.CheckConstraint(condition=models.Q(('opened_at', None), ('withdrawn_at', None), _connector='OR'), name='a_question_opens_or_is_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='blindanswer',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='responsibilities_blindanswer_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='blindanswer',
            constraint=models.UniqueConstraint(fields=('tenant', 'question', 'user'), name='one_answer_per_person_and_question'),
        ),
        migrations.AddConstraint(
            model_name='blindanswer',
            constraint=models.CheckConstraint(condition=models.Q(('day', ''), ('night', ''), _negated=True), name='an_answer_says_something'),
        ),
        migrations.AddConstraint(
            model_name='witness',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='responsibilities_witness_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='witness',
            constraint=models.UniqueConstraint(fields=('tenant', 'attestation', 'user'), name='one_witness_per_person_and_round'),
        ),
        Statement(PERSON, NO_PERSON),
        *[Wall(f"responsibilities_{name}") for name in TABLES],
        *[Kin(f"responsibilities_{name}", column, parent) for name, column, parent in KIN],
        Blind("responsibilities_blindanswer", OPENED),
        Sealed("responsibilities_witness"),
        Statement(KEEPS, NO_LONGER_KEEPS),
        Swept("responsibilities_attestation", read=("closed_at", "next_at")),
    ]
