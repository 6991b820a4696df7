"""Find the notices of major incidents, so that an incident's page can say who was called."""

from django.db import migrations, models

from comanaged import migrating


class Migration(migrating.Migration):
    dependencies = [("notices", "0005_whom_mail_does_not_reach")]
    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["tenant", "id"], condition=models.Q(kind="INCIDENT"), name="notice_of_incidents"),
        ),
    ]
