"""Mail as it came, the contacts who send it, addresses for answers, links to other systems, files to take out, changes in order."""

import comanaged.vocabulary
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.manager
import uuid
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Kin, Sides, Swept, Wall


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0004_companies_are_asked_in'),
        ('tickets', '0009_disputes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('name', models.CharField(default='', max_length=200)),
                ('address', models.EmailField(max_length=254)),
                ('blocked', models.BooleanField(default=False)),
                ('bounced_at', models.DateTimeField(null=True)),
                ('bounced_because', models.CharField(default='', max_length=300)),
                ('added_by_name', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
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
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('by_name', models.CharField(max_length=200)),
                ('asked_at', models.DateTimeField()),
                ('tickets', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('ready_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('gone_at', models.DateTimeField(null=True)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(default='', max_length=64)),
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
            name='ExternalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=60)),
                ('external_id', models.CharField(max_length=200)),
                ('url', models.CharField(default='', max_length=500)),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('state', models.CharField(choices=[('CONNECTED', 'Connected'), ('PAUSED', 'Paused'), ('BROKEN', 'Broken'), ('ENDED', 'Ended')], default='CONNECTED', max_length=9)),
                ('error', models.CharField(default='', max_length=300)),
                ('their_status', models.CharField(default='', max_length=100)),
                ('by_name', models.CharField(max_length=200)),
                ('since', models.DateTimeField()),
                ('heard_at', models.DateTimeField(null=True)),
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
            name='InboundMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('recipient', models.CharField(max_length=254)),
                ('envelope_from', models.CharField(max_length=254, null=True)),
                ('key', models.CharField(max_length=64)),
                ('raw', models.BinaryField()),
                ('size', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('message_id', models.CharField(default='', max_length=998)),
                ('from_address', models.CharField(default='', max_length=254)),
                ('from_name', models.CharField(default='', max_length=200)),
                ('subject', models.CharField(default='', max_length=300)),
                ('text_sha256', models.CharField(default='', max_length=64)),
                ('verified', models.BooleanField(default=False)),
                ('outcome', models.CharField(choices=[('AUTOMATIC', 'Automatic'), ('ANSWER', 'Answer'), ('OPENED', 'Opened'), ('HELD', 'Held'), ('DROPPED', 'Dropped'), ('FAILED', 'Failed')], default='', max_length=9)),
                ('held', models.CharField(choices=[('UNKNOWN_SENDER', 'Unknown Sender'), ('NOT_YOURS', 'Not Yours'), ('OTHER_SIDE', 'Other Side'), ('TOO_MANY', 'Too Many'), ('SAME_AGAIN', 'Same Again'), ('MACHINE', 'Machine'), ('NOT_TAKEN', 'Not Taken')], default='', max_length=14)),
                ('because', models.CharField(default='', max_length=300)),
                ('audience', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('SHARED', 'SHARED'), ('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], default=comanaged.vocabulary.Audience['SHARED'], max_length=8)),
                ('decided_by_name', models.CharField(default='', max_length=200)),
                ('decided_at', models.DateTimeField(null=True)),
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
            name='ReplyAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64)),
                ('audience', models.CharField(choices=[('PUBLIC', 'PUBLIC'), ('SHARED', 'SHARED'), ('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('address', models.EmailField(max_length=254)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='event',
            name='by_key',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.apikey'),
        ),
        migrations.AddField(
            model_name='event',
            name='change',
            field=models.BigIntegerField(db_default=django.db.models.functions.comparison.Cast(django.db.models.functions.comparison.Cast(models.Func(function='pg_current_xact_id'), models.TextField()), models.BigIntegerField())),
        ),
        migrations.AddField(
            model_name='event',
            name='via',
            field=models.CharField(default='', max_length=8),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['tenant', 'change', 'id'], name='tickets_event_changes'),
        ),
        migrations.AddField(
            model_name='contact',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='contact',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='export',
            name='by_user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='export',
            name='side',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='export',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='externallink',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='externallink',
            name='company',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='externallink',
            name='ticket',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='inboundmail',
            name='contact',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.contact'),
        ),
        migrations.AddField(
            model_name='inboundmail',
            name='event',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.event'),
        ),
        migrations.AddField(
            model_name='inboundmail',
            name='side',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='inboundmail',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='inboundmail',
            name='ticket',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='replyaddress',
            name='company',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='replyaddress',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='replyaddress',
            name='ticket',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='replyaddress',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_contact_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='one_contact_per_number'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('tenant', 'address'), name='one_contact_per_address'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.UniqueConstraint(fields=('tenant', 'user'), name='one_contact_per_person'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(condition=models.Q(('failed_at', None), ('ready_at', None)), fields=['tenant', 'id'], name='export_unwritten'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['tenant', 'side', '-asked_at'], name='exports_of_a_side'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_export_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_export_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.UniqueConstraint(fields=('tenant', 'side', 'number'), name='one_export_per_number_of_a_side'),
        ),
        migrations.AddConstraint(
            model_name='externallink',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_externallink_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='externallink',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ENDED'), _negated=True), fields=('tenant', 'company', 'system', 'external_id'), name='one_ticket_per_external_id'),
        ),
        migrations.AddConstraint(
            model_name='externallink',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ENDED'), _negated=True), fields=('tenant', 'ticket', 'company', 'system'), name='one_external_id_per_system_and_ticket'),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['tenant', 'id'], name='inbound_mail_unread'),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(condition=models.Q(('outcome', 'HELD')), fields=['tenant', 'id'], name='inbound_mail_held'),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(condition=models.Q(('message_id', ''), _negated=True), fields=['tenant', 'message_id'], name='inbound_mail_by_message_id'),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(fields=['tenant', 'from_address', 'received_at'], name='inbound_mail_of_a_sender'),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(condition=models.Q(('ticket__isnull', False)), fields=['tenant', 'ticket'], name='inbound_mail_of_a_ticket'),
        ),
        migrations.AddConstraint(
            model_name='inboundmail',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_inboundmail_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='inboundmail',
            constraint=models.UniqueConstraint(fields=('tenant', 'public_id'), name='one_inbound_mail_per_public_id'),
        ),
        migrations.AddConstraint(
            model_name='inboundmail',
            constraint=models.UniqueConstraint(fields=('tenant', 'recipient', 'key'), name='one_inbound_mail_per_message_and_recipient'),
        ),
        migrations.AddConstraint(
            model_name='inboundmail',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', [comanaged.vocabulary.Audience['PUBLIC'], comanaged.vocabulary.Audience['SHARED']]), ('side__isnull', False), _connector='OR'), name='a_private_mail_has_a_side'),
        ),
        migrations.AddIndex(
            model_name='replyaddress',
            index=models.Index(fields=['tenant', 'ticket'], name='reply_addresses_of_a_ticket'),
        ),
        migrations.AddConstraint(
            model_name='replyaddress',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_replyaddress_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='replyaddress',
            constraint=models.UniqueConstraint(fields=('tenant', 'token_hash'), name='one_reply_address_per_token'),
        ),
        Wall("tickets_contact"),
        Wall("tickets_inboundmail"),
        Wall("tickets_replyaddress"),
        Wall("tickets_externallink"),
        Wall("tickets_export"),
        Sides("tickets_inboundmail"),
        Kin("tickets_inboundmail", "contact_id", "tickets_contact"),
        Kin("tickets_inboundmail", "ticket_id", "tickets_ticket"),
        Kin("tickets_inboundmail", "event_id", "tickets_event"),
        Kin("tickets_replyaddress", "ticket_id", "tickets_ticket"),
        Kin("tickets_externallink", "ticket_id", "tickets_ticket"),
        Swept("tickets_inboundmail", ("read_at", "received_at")),
        Swept("tickets_export", ("ready_at", "failed_at", "gone_at")),
    ]
