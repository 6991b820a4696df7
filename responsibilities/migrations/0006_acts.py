"""What a person did to a draft, behind the wall."""

import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Kin, Wall


class Migration(migrating.Migration):

    dependencies = [
        ('accounts', '0003_invitations_end_with_their_senders'),
        ('responsibilities', '0005_more_walls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said', models.TextField()),
                ('lines', models.JSONField()),
                ('done_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('tenant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='acts', to='responsibilities.version')),
            ],
            options={
                'abstract': False,
                'default_manager_name': 'unscoped',
                'indexes': [models.Index(fields=['tenant', 'version', 'user', '-id'], name='acts_of_person')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'id'), name='responsibilities_act_tenant_id')],
            },
            managers=[
                ('unscoped', django.db.models.manager.Manager()),
            ],
        ),
        Wall("responsibilities_act"),
        Kin("responsibilities_act", "version_id", "responsibilities_version"),
    ]
