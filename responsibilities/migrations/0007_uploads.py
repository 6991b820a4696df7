"""A client's own sheets on their way into the draft, behind the wall; the sweeper finds those that wait to be read."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Statement, Swept, Wall

SMALL = "ALTER TABLE responsibilities_upload ADD CONSTRAINT files_are_small CHECK (octet_length(content) <= 10485760)"


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0003_invitations_end_with_their_senders'),
        ('responsibilities', '0006_acts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('filename', models.CharField(max_length=200)),
                ('content', models.BinaryField()),
                ('content_hash', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=120)),
                ('side', models.CharField(blank=True, choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=10)),
                ('uploaded_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('WAITING', 'Waiting'), ('READ', 'Read'), ('REFUSED', 'Refused'), ('WRITTEN', 'Written'), ('LEFT', 'Left')], default='WAITING', max_length=8)),
                ('reading', models.JSONField(null=True)),
                ('matches', models.JSONField(default=dict)),
                ('refusal', models.TextField(blank=True)),
                ('decisions', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('stamp', models.PositiveIntegerField(default=1)),
                ('done_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['tenant', 'id'], name='uploads_undone'), models.Index(fields=['tenant', '-uploaded_at'], name='uploads_newest')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='responsibilities_upload_tenant_id'), models.UniqueConstraint(fields=('tenant', 'number'), name='uploads_are_numbered'), models.UniqueConstraint(condition=models.Q(('state__in', ['WAITING', 'READ'])), fields=('tenant', 'content_hash'), name='one_undecided_upload_per_file'), models.CheckConstraint(condition=models.Q(('state', 'WAITING'), ('done_at__isnull', False), _connector='OR'), name='only_a_waiting_upload_is_undone')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        Wall("responsibilities_upload"),
        Swept("responsibilities_upload", read=("done_at",)),
        Statement(SMALL, "ALTER TABLE responsibilities_upload DROP CONSTRAINT files_are_small"),
    ]
