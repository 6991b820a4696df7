"""Major incidents, their timeline, requests to contain, reviews and signatures; and the word of it on the ticket."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

import tickets.domain.incidents
from comanaged import migrating
from comanaged.walls import Kin, Sealed, Swept, Wall


class Migration(migrating.Migration):

    dependencies = [
        ('tickets', '0010_mail_and_other_systems'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('DECLARED', 'DECLARED'), ('COMMANDED', 'COMMANDED'), ('ENDED', 'ENDED')], default=tickets.domain.incidents.State['DECLARED'], max_length=9)),
                ('declared_at', models.DateTimeField()),
                ('declared_name', models.CharField(max_length=200)),
                ('declared_side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('expected_side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('because', models.TextField(default='')),
                ('command_due_at', models.DateTimeField()),
                ('commander_side', models.CharField(default='', max_length=8)),
                ('commanded_at', models.DateTimeField(null=True)),
                ('heard_at', models.DateTimeField(null=True)),
                ('deputy_side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('rhythm', models.PositiveSmallIntegerField(default=30)),
                ('updated_at', models.DateTimeField()),
                ('update_due_at', models.DateTimeField(null=True)),
                ('cause', models.CharField(choices=[('KNOWN', 'KNOWN'), ('MITIGATED', 'MITIGATED')], default='', max_length=9)),
                ('cause_text', models.TextField(default='')),
                ('kept', models.TextField(default='')),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_name', models.CharField(default='', max_length=200)),
                ('review_due_at', models.DateTimeField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('told', models.JSONField(default=list)),
                ('watch_at', models.DateTimeField(null=True)),
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
            name='IncidentAsk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lease_until', models.DateTimeField(editable=False, null=True)),
                ('lease_token', models.UUIDField(editable=False, null=True)),
                ('attempts', models.IntegerField(default=0, editable=False)),
                ('what', models.CharField(max_length=300)),
                ('why', models.TextField()),
                ('asked_by_name', models.CharField(max_length=200)),
                ('asked_side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('asked_at', models.DateTimeField()),
                ('holder_party', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER'), ('LEADERSHIP', 'LEADERSHIP'), ('END_USER', 'END_USER'), ('VENDOR', 'VENDOR')], max_length=10)),
                ('holder_name', models.CharField(max_length=200)),
                ('because', models.TextField(default='')),
                ('next_party', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER'), ('LEADERSHIP', 'LEADERSHIP'), ('END_USER', 'END_USER'), ('VENDOR', 'VENDOR')], default='', max_length=10)),
                ('next_name', models.CharField(default='', max_length=200)),
                ('passed_at', models.DateTimeField(null=True)),
                ('answer_by', models.DateTimeField()),
                ('state', models.CharField(choices=[('PENDING', 'PENDING'), ('ALLOWED', 'ALLOWED'), ('REFUSED', 'REFUSED'), ('UNANSWERED', 'UNANSWERED'), ('WITHDRAWN', 'WITHDRAWN')], default=tickets.domain.incidents.Asked['PENDING'], max_length=10)),
                ('answered_by_name', models.CharField(default='', max_length=200)),
                ('answered_at', models.DateTimeField(null=True)),
                ('text', models.TextField(default='')),
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
            name='IncidentEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('ORIGIN', 'ORIGIN'), ('DECLARED', 'DECLARED'), ('COMMANDED', 'COMMANDED'), ('TAKEN_OVER', 'TAKEN_OVER'), ('HANDED_ON', 'HANDED_ON'), ('ROLE', 'ROLE'), ('RHYTHM', 'RHYTHM'), ('ASSIGNED', 'ASSIGNED'), ('UPDATE', 'UPDATE'), ('LOG', 'LOG'), ('ASKED', 'ASKED'), ('PASSED', 'PASSED'), ('ANSWERED', 'ANSWERED'), ('UNANSWERED', 'UNANSWERED'), ('NOBODY', 'NOBODY'), ('OVERDUE', 'OVERDUE'), ('SILENT', 'SILENT'), ('ENDED', 'ENDED'), ('REVIEW', 'REVIEW'), ('FOLLOW_UP', 'FOLLOW_UP'), ('SIGNED', 'SIGNED'), ('LATE_REVIEW', 'LATE_REVIEW')], max_length=11)),
                ('source', models.CharField(choices=[('ALERT', 'ALERT'), ('TICKET', 'TICKET'), ('CHECK', 'CHECK'), ('HUMAN', 'HUMAN'), ('SYSTEM', 'SYSTEM')], max_length=6)),
                ('by_name', models.CharField(max_length=200)),
                ('by_side', models.CharField(default='', max_length=8)),
                ('text', models.TextField(default='')),
                ('fact_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('once', models.CharField(default='', max_length=64)),
                ('said', models.CharField(default='', max_length=64)),
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
            name='IncidentReview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('happened', models.TextField(default='')),
                ('cause', models.TextField(default='')),
                ('helped', models.TextField(default='')),
                ('hindered', models.TextField(default='')),
                ('content_hash', models.CharField(max_length=64)),
                ('version', models.PositiveIntegerField(default=1)),
                ('edited_by_name', models.CharField(default='', max_length=200)),
                ('edited_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(null=True)),
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
            name='ReviewAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200)),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('due_on', models.DateField()),
                ('by_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
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
            name='ReviewSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('INTERNAL', 'INTERNAL'), ('PROVIDER', 'PROVIDER')], max_length=8)),
                ('name', models.CharField(max_length=200)),
                ('typed_name', models.CharField(max_length=200)),
                ('content_hash', models.CharField(max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('cleared_at', models.DateTimeField(null=True)),
                ('cleared_because', models.CharField(default='', max_length=200)),
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
            model_name='event',
            name='tickets_event_handovers',
        ),
        migrations.AddField(
            model_name='ticket',
            name='major',
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('kind__in', ['OFFERED', 'ASKED_FOR', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED', 'DIRECTED', 'EMERGENCY'])), fields=['tenant', 'at'], name='tickets_event_handovers'),
        ),
        migrations.AddField(
            model_name='incident',
            name='commander',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='declared_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='deputy',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='ended_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='lead_internal',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='lead_provider',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='named',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='scribe',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='incident',
            name='ticket',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='incident',
            name='voice_users',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incident',
            name='voice_vendor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidentask',
            name='answered_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidentask',
            name='asked_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidentask',
            name='holder',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidentask',
            name='incident',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.incident'),
        ),
        migrations.AddField(
            model_name='incidentask',
            name='next',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidentask',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='incidententry',
            name='by_user',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='incidententry',
            name='incident',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.incident'),
        ),
        migrations.AddField(
            model_name='incidententry',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='incidentreview',
            name='incident',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.incident'),
        ),
        migrations.AddField(
            model_name='incidentreview',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='reviewaction',
            name='incident',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.incident'),
        ),
        migrations.AddField(
            model_name='reviewaction',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='reviewaction',
            name='ticket',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket'),
        ),
        migrations.AddField(
            model_name='reviewsignature',
            name='review',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.incidentreview'),
        ),
        migrations.AddField(
            model_name='reviewsignature',
            name='tenant',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='reviewsignature',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('watch_at__isnull', False)), fields=['tenant', 'watch_at'], name='incidents_watched'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['tenant', 'ticket'], name='incidents_of_a_ticket'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_incident_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(fields=('tenant', 'number'), name='one_incident_per_number'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('tenant', 'ticket'), name='one_open_incident_per_ticket'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('commander', None), ('state', tickets.domain.incidents.State['DECLARED'])), models.Q(models.Q(('state', tickets.domain.incidents.State['DECLARED']), _negated=True), ('commander__isnull', False)), _connector='OR'), name='a_commanded_incident_has_one_commander'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(('deputy_side', models.F('commander_side')), _negated=True), name='the_deputy_is_of_the_other_side'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state', tickets.domain.incidents.State['ENDED'])), models.Q(models.Q(('state', tickets.domain.incidents.State['ENDED']), _negated=True), ('ended_at', None)), _connector='OR'), name='an_ended_incident_says_since_when'),
        ),
        migrations.AddIndex(
            model_name='incidentask',
            index=models.Index(fields=['tenant', 'incident'], name='incident_asks'),
        ),
        migrations.AddIndex(
            model_name='incidentask',
            index=models.Index(condition=models.Q(('state', tickets.domain.incidents.Asked['PENDING'])), fields=['tenant', 'answer_by'], name='incident_asks_due'),
        ),
        migrations.AddConstraint(
            model_name='incidentask',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_incidentask_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='incidentask',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', tickets.domain.incidents.Asked['PENDING'])), models.Q(models.Q(('state', tickets.domain.incidents.Asked['PENDING']), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='an_answer_to_contain_says_when'),
        ),
        migrations.AddIndex(
            model_name='incidententry',
            index=models.Index(fields=['tenant', 'incident', 'id'], name='incident_timeline'),
        ),
        migrations.AddConstraint(
            model_name='incidententry',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_incidententry_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='incidententry',
            constraint=models.UniqueConstraint(condition=models.Q(('once', ''), _negated=True), fields=('tenant', 'once'), name='one_fact_per_submission'),
        ),
        migrations.AddConstraint(
            model_name='incidentreview',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_incidentreview_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='incidentreview',
            constraint=models.UniqueConstraint(fields=('tenant', 'incident'), name='one_review_per_incident'),
        ),
        migrations.AddIndex(
            model_name='reviewaction',
            index=models.Index(fields=['tenant', 'incident'], name='review_actions'),
        ),
        migrations.AddConstraint(
            model_name='reviewaction',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_reviewaction_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='reviewsignature',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_reviewsignature_tenant_id'),
        ),
        migrations.AddConstraint(
            model_name='reviewsignature',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at', None)), fields=('tenant', 'review', 'side'), name='one_signature_per_side_of_a_review'),
        ),
        migrations.AddConstraint(
            model_name='reviewsignature',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at', None)), fields=('tenant', 'review', 'user'), name='one_person_signs_a_review_once'),
        ),
        Wall("tickets_incident"),
        Wall("tickets_incidententry"),
        Wall("tickets_incidentask"),
        Wall("tickets_incidentreview"),
        Wall("tickets_reviewaction"),
        Wall("tickets_reviewsignature"),
        Kin("tickets_incident", "ticket_id", "tickets_ticket"),
        Kin("tickets_incidententry", "incident_id", "tickets_incident"),
        Kin("tickets_incidentask", "incident_id", "tickets_incident"),
        Kin("tickets_incidentreview", "incident_id", "tickets_incident"),
        Kin("tickets_reviewaction", "incident_id", "tickets_incident"),
        Kin("tickets_reviewaction", "ticket_id", "tickets_ticket"),
        Kin("tickets_reviewsignature", "review_id", "tickets_incidentreview"),
        Sealed("tickets_incidententry"),
        Sealed("tickets_reviewaction"),
        Swept("tickets_incident", ("watch_at",)),
        Swept("tickets_incidentask", ("state", "answer_by")),
    ]
