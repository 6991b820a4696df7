"""Steps, minutes, links, merges, approvals, standing acceptance and what comes again."""

import django.db.models.deletion
import django.db.models.manager
import tickets.domain.approving
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Kin, Sealed, Swept, Wall


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0004_companies_are_asked_in'),
        ('responsibilities', '0008_attesting'),
        ('tickets', '0007_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='due_floor_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('what', models.CharField(max_length=300)),
                ('why', models.TextField()),
                ('cost', models.CharField(default='', max_length=200)),
                ('risk', models.CharField(default='', max_length=500)),
                ('answer_by', models.DateTimeField()),
                ('state', models.CharField(choices=[('PENDING', 'PENDING'), ('APPROVED', 'APPROVED'), ('REJECTED', 'REJECTED'), ('EXPIRED', 'EXPIRED'), ('WITHDRAWN', 'WITHDRAWN')], default=tickets.domain.approving.State['PENDING'], max_length=9)),
                ('asked_by_name', models.CharField(max_length=200)),
                ('asked_side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('own', models.BooleanField(default=False)),
                ('answered_by_name', models.CharField(default='', max_length=200)),
                ('answered_at', models.DateTimeField(null=True)),
                ('text', models.TextField(default='')),
                ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approver', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stand_in', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['tenant', 'ticket'], name='tickets_approvals'), models.Index(condition=models.Q(('state', tickets.domain.approving.State['PENDING'])), fields=['tenant', 'answer_by'], name='tickets_approvals_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_approval_tenant_id'), models.UniqueConstraint(condition=models.Q(('state', tickets.domain.approving.State['PENDING'])), fields=('tenant', 'ticket'), name='one_pending_approval_per_ticket'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', tickets.domain.approving.State['PENDING'])), models.Q(models.Q(('state', tickets.domain.approving.State['PENDING']), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_answer_says_when')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('RELATED', 'RELATED'), ('DUPLICATE', 'DUPLICATE'), ('CAUSED_BY', 'CAUSED_BY')], max_length=9)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('one', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('other', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['tenant', 'other'], name='tickets_linked_from')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_link_tenant_id'), models.UniqueConstraint(fields=('tenant', 'one', 'other'), name='two_tickets_are_linked_once'), models.CheckConstraint(condition=models.Q(('one', models.F('other')), _negated=True), name='a_ticket_is_not_linked_to_itself')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=9)),
                ('due_at', models.DateTimeField(null=True)),
                ('watchers', models.JSONField(default=list)),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('target', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(condition=models.Q(('undone_at', None)), fields=['tenant', 'target'], name='tickets_taken_in')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_merge_tenant_id'), models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('tenant', 'source'), name='a_ticket_is_merged_once'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='a_ticket_is_not_merged_into_itself')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('by_name', models.CharField(max_length=200)),
                ('minutes', models.SmallIntegerField()),
                ('day', models.DateField()),
                ('text', models.CharField(default='', max_length=300)),
                ('at', models.DateTimeField()),
                ('by_user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('takes_back', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.minutes')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['tenant', 'ticket'], name='tickets_minutes_spent')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_minutes_tenant_id'), models.UniqueConstraint(fields=('tenant', 'takes_back'), name='minutes_are_taken_back_once'), models.CheckConstraint(condition=models.Q(models.Q(('minutes__range', (1, 1440)), ('takes_back', None)), models.Q(('minutes__range', (-1440, -1)), ('takes_back__isnull', False)), _connector='OR'), name='minutes_fit_in_a_day')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Schedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('place', models.CharField(default='', max_length=200)),
                ('asset', models.CharField(default='', max_length=200)),
                ('priority', models.CharField(choices=[('P1', 'P1'), ('P2', 'P2'), ('P3', 'P3'), ('P4', 'P4')], max_length=2)),
                ('every', models.CharField(choices=[('DAILY', 'DAILY'), ('WEEKLY', 'WEEKLY'), ('MONTHLY', 'MONTHLY'), ('QUARTERLY', 'QUARTERLY'), ('YEARLY', 'YEARLY')], max_length=9)),
                ('first_on', models.DateField()),
                ('clock', models.TimeField()),
                ('zone', models.CharField(max_length=64)),
                ('steps', models.JSONField(default=list)),
                ('next_at', models.DateTimeField()),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('by_name', models.CharField(max_length=200)),
                ('version', models.PositiveIntegerField(default=1)),
                ('failed_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('duty', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='responsibilities.duty')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(condition=models.Q(('ended_at', None)), fields=['tenant', 'next_at'], name='tickets_schedule_due')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_schedule_tenant_id')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('hours', models.CharField(choices=[('BUSINESS', 'BUSINESS'), ('AFTER', 'AFTER'), ('ALWAYS', 'ALWAYS')], max_length=8)),
                ('over_count', models.PositiveSmallIntegerField(null=True)),
                ('over_minutes', models.PositiveIntegerField(null=True)),
                ('by_name', models.CharField(max_length=200)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_by_name', models.CharField(default='', max_length=200)),
                ('duty', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='responsibilities.duty')),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_standing_tenant_id'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('over_count', None), ('over_minutes', None)), fields=('tenant', 'side', 'duty', 'hours'), name='one_standing_acceptance_per_duty_and_hours', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('ended_at', None), models.Q(('over_count__isnull', False), ('over_minutes__isnull', False), _connector='OR')), fields=('tenant', 'side', 'duty'), name='one_limit_per_duty', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('side__in', ['INTERNAL', 'PROVIDER'])), name='a_side_takes_for_itself')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=300)),
                ('required', models.BooleanField(default=False)),
                ('position', models.PositiveSmallIntegerField()),
                ('side', models.CharField(default='', max_length=8)),
                ('done_at', models.DateTimeField(null=True)),
                ('done_by_name', models.CharField(default='', max_length=200)),
                ('done_by_side', models.CharField(default='', max_length=8)),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_step_tenant_id'), models.UniqueConstraint(fields=('tenant', 'ticket', 'position'), name='one_step_per_position')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('asset', ''), _negated=True), fields=['tenant', 'asset', '-opened_at', '-id'], name='tickets_of_an_asset'),
        ),
        Wall("tickets_step"),
        Wall("tickets_minutes"),
        Wall("tickets_link"),
        Wall("tickets_merge"),
        Wall("tickets_approval"),
        Wall("tickets_standing"),
        Wall("tickets_schedule"),
        Kin("tickets_step", "ticket_id", "tickets_ticket"),
        Kin("tickets_minutes", "ticket_id", "tickets_ticket"),
        Kin("tickets_minutes", "takes_back_id", "tickets_minutes"),
        Kin("tickets_link", "one_id", "tickets_ticket"),
        Kin("tickets_link", "other_id", "tickets_ticket"),
        Kin("tickets_merge", "source_id", "tickets_ticket"),
        Kin("tickets_merge", "target_id", "tickets_ticket"),
        Kin("tickets_approval", "ticket_id", "tickets_ticket"),
        Kin("tickets_standing", "duty_id", "responsibilities_duty"),
        Kin("tickets_schedule", "duty_id", "responsibilities_duty"),
        Sealed("tickets_minutes"),
        Swept("tickets_approval", ("state", "answer_by")),
        Swept("tickets_schedule", ("next_at", "ended_at")),
    ]
