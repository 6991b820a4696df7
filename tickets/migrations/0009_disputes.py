"""What is said to be wrong about a ticket, and the answer; and an index by which handovers are found."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Kin, Wall


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0004_companies_are_asked_in'),
        ('tickets', '0008_work'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('HOLDER', 'HOLDER'), ('CHARGE', 'CHARGE')], max_length=8)),
                ('party', models.CharField(default='', max_length=12)),
                ('reason', models.TextField()),
                ('by_name', models.CharField(max_length=200)),
                ('by_side', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('settled_name', models.CharField(default='', max_length=200)),
                ('upheld', models.BooleanField(null=True)),
                ('answer', models.TextField(default='')),
                ('by_user', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('settled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('ticket', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['tenant', 'ticket', 'id'], name='tickets_dispute_of_ticket'), models.Index(condition=models.Q(('settled_at', None)), fields=['tenant', 'at'], name='tickets_disputes_open')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='tickets_dispute_tenant_id'), models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('tenant', 'ticket', 'about', 'party'), name='one_open_dispute_about_one_thing'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('upheld', None)), models.Q(('settled_at__isnull', False), ('upheld__isnull', False)), _connector='OR'), name='a_settled_dispute_says_how')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('kind__in', ['OFFERED', 'ASKED_FOR', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED', 'DIRECTED'])), fields=['tenant', 'at'], name='tickets_event_handovers'),
        ),
        Wall("tickets_dispute"),
        Kin("tickets_dispute", "ticket_id", "tickets_ticket"),
    ]
