"""Notices have a kind, a time to leave and headers of their own; people say how they want to hear; sides have channels."""

import django.db.models.deletion
import django.db.models.manager
import uuid
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Kin, Swept, Wall


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0004_companies_are_asked_in'),
        ('notices', '0002_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='collected',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='notice',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='from_address',
            field=models.CharField(default='', max_length=254),
        ),
        migrations.AddField(
            model_name='notice',
            name='from_name',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='notice',
            name='headers',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='notice',
            name='kind',
            field=models.CharField(default='', max_length=20),
        ),
        migrations.AddField(
            model_name='notice',
            name='user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('kind', models.CharField(choices=[('WEBHOOK', 'WEBHOOK'), ('SLACK', 'SLACK'), ('TEAMS', 'TEAMS')], max_length=8)),
                ('name', models.CharField(max_length=120)),
                ('host', models.CharField(max_length=253)),
                ('address_sealed', models.TextField()),
                ('secret_sealed', models.TextField(default='')),
                ('former_secret_sealed', models.TextField(default='')),
                ('former_until', models.DateTimeField(null=True)),
                ('kinds', models.JSONField(default=list)),
                ('made_by_name', models.CharField(max_length=200)),
                ('made_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('due_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('error', models.CharField(default='', max_length=300)),
                ('told_at', models.DateTimeField(null=True)),
                ('last_sent_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(default='', max_length=200)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('own_key', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey')),
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
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('key', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=60)),
                ('subject', models.CharField(default='', max_length=200)),
                ('body', models.JSONField()),
                ('queued_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('error', models.CharField(default='', max_length=300)),
                ('channel', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.channel')),
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
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('via', models.CharField(choices=[('NOW', 'Now'), ('DIGEST', 'Digest'), ('NEVER', 'Never')], max_length=6)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Rest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quiet_from', models.TimeField(null=True)),
                ('quiet_until', models.TimeField(null=True)),
                ('collected_at', models.TimeField()),
                ('zone', models.CharField(max_length=60)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='channel',
            index=models.Index(condition=models.Q(('due_at__isnull', False), ('ended_at', None), ('paused_at', None)), fields=['tenant', 'id'], name='channel_waiting'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='notices_channel_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='channel',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='one_channel_per_number'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('failed_at', None), ('sent_at', None)), fields=['tenant', 'channel', 'id'], name='delivery_waiting'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['tenant', 'channel', '-id'], name='delivery_lately'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='notices_delivery_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_delivery_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('tenant', 'channel', 'key'), name='one_delivery_per_channel_and_key'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.UniqueConstraint(fields=('user', 'kind'), name='one_preference_per_person_and_kind'),
        ),
        migrations.AddConstraint(
            model_name='rest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_until', None)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='quiet_hours_begin_and_end'),
        ),
        migrations.RunSQL("UPDATE notices_notice SET due_at = queued_at WHERE due_at IS NULL", migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),  # so that the column can be altered in this transaction
        migrations.AlterField(model_name='notice', name='due_at', field=models.DateTimeField()),
        migrations.RunSQL(
            "GRANT SELECT (due_at) ON notices_notice TO comanaged_system", "REVOKE SELECT (due_at) ON notices_notice FROM comanaged_system"
        ),
        Wall("notices_channel"),
        Wall("notices_delivery"),
        Kin("notices_delivery", "channel_id", "notices_channel"),
        Swept("notices_channel", ("due_at", "paused_at", "ended_at")),
    ]
