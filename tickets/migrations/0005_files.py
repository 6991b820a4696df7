"""Files that hang on tickets: written once, read by whoever may read the entry they came with."""

import uuid

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import comanaged.vocabulary
from comanaged import migrating
from comanaged.walls import Kin, Sealed, Sides, Wall


class Migration(migrating.Migration):
    dependencies = [
        ("accounts", "0004_companies_are_asked_in"),
        ("tickets", "0004_the_ledger_is_the_truth"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('audience', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('SHARED', 'SHARED'), ('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('by_name', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=150)),
                ('kind', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
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
                'indexes': [models.Index(fields=['tenant', 'event'], name='tickets_attachment_of_entry'), models.Index(fields=['tenant', 'ticket', 'id'], name='tickets_attachment_of_ticket'), models.Index(fields=['tenant', 'at'], name='tickets_attachment_lately')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_attachment_tenant_id'), models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_attachment_per_public_id'), models.CheckConstraint(condition=models.Q(('audience__in', [comanaged.vocabulary.Audience['PUBLIC'], comanaged.vocabulary.Audience['SHARED']]), ('side__isnull', False), _connector='OR'), name='a_private_file_has_a_side')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        Wall("tickets_attachment"),
        Kin("tickets_attachment", "ticket_id", "tickets_ticket"),
        Kin("tickets_attachment", "event_id", "tickets_event"),
        Sides("tickets_attachment"),
        Sealed("tickets_attachment"),
    ]
