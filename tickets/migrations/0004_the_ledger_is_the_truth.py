"""A ticket keeps its promise, its waits, its offer and its counts; a watcher finds what is due by itself."""

import datetime
import django.db.models.deletion
import django.db.models.manager
import tickets.domain.lifecycle
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Kin, Sealed, Swept, Wall


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0004_companies_are_asked_in'),
        ('responsibilities', '0008_attesting'),
        ('tickets', '0003_events_of_a_new_version'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('targets', models.JSONField()),
                ('vendor_pauses', models.BooleanField(default=False)),
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
            name='Terms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('content', models.JSONField()),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='ticket',
            name='tickets_to_do',
        ),
        migrations.AddField(
            model_name='event',
            name='hat',
            field=models.CharField(default='', max_length=9),
        ),
        migrations.AddField(
            model_name='event',
            name='said',
            field=models.CharField(default='', max_length=64),
        ),
        migrations.AddField(
            model_name='ticket',
            name='answer_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='answer_missed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='attempts',
            field=models.IntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='ticket',
            name='crossings',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='declines',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='expiries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='first_reply_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='fix_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='fix_left',
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='fix_missed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='forced',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='impact',
            field=models.CharField(default='', max_length=10),
        ),
        migrations.AddField(
            model_name='ticket',
            name='lease_token',
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='lease_until',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='merged_into',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='missed_because',
            field=models.CharField(default='', max_length=20),
        ),
        migrations.AddField(
            model_name='ticket',
            name='next_at',
            field=models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
        ),
        migrations.AddField(
            model_name='ticket',
            name='next_what',
            field=models.CharField(default='', max_length=6),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_expires_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_kind',
            field=models.CharField(default='', max_length=9),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_name',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_remind_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_side',
            field=models.CharField(default='', max_length=8),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_when_woken',
            field=models.CharField(default='', max_length=8),
        ),
        migrations.AddField(
            model_name='ticket',
            name='offer_to',
            field=models.CharField(default='', max_length=8),
        ),
        migrations.AddField(
            model_name='ticket',
            name='outcome',
            field=models.CharField(default='', max_length=20),
        ),
        migrations.AddField(
            model_name='ticket',
            name='packet',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='ticket',
            name='parent',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='pauses',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='reopenings',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='targets',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='told',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='urgency',
            field=models.CharField(default='', max_length=10),
        ),
        migrations.AddField(
            model_name='ticket',
            name='wait_for',
            field=models.CharField(default='', max_length=200),
        ),
        migrations.AddField(
            model_name='ticket',
            name='wait_reason',
            field=models.CharField(default='', max_length=14),
        ),
        migrations.AddField(
            model_name='ticket',
            name='wait_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='wait_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='wakes',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='ticket',
            name='watch_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(max_length=12),
        ),
        migrations.AddField(
            model_name='promise',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='terms',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='terms',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.terms'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state__in', [tickets.domain.lifecycle.State['NEW'], tickets.domain.lifecycle.State['OPEN'], tickets.domain.lifecycle.State['WAITING']])), fields=['tenant', 'next_at', 'id'], name='tickets_next_clock'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('offer_kind', ''), _negated=True), fields=['tenant', 'offer_to', 'next_at', 'id'], name='tickets_offered'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('state__in', [tickets.domain.lifecycle.State['NEW'], tickets.domain.lifecycle.State['OPEN'], tickets.domain.lifecycle.State['WAITING']])), fields=['tenant', 'assignee', 'next_at', 'id'], name='tickets_of_a_person'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('watch_at__isnull', False)), fields=['tenant', 'watch_at'], name='tickets_watched'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['tenant', 'parent'], name='tickets_of_a_parent'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(fields=('tenant',), name='one_promise_per_client'),
        ),
        migrations.AddConstraint(
            model_name='terms',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_terms_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='terms',
            constraint=models.UniqueConstraint(fields=('tenant', 'digest'), name='one_terms_per_wording'),
        ),
        Wall("tickets_promise"),
        Wall("tickets_terms"),
        Sealed("tickets_terms"),
        Kin("tickets_ticket", "terms_id", "tickets_terms"),
        Kin("tickets_ticket", "parent_id", "tickets_ticket"),
        Kin("tickets_ticket", "merged_into_id", "tickets_ticket"),
        Swept("tickets_ticket", ("watch_at",)),
    ]
