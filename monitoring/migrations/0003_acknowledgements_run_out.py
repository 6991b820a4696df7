"""An acknowledgement ends after a while, as a job of the sweeper."""

from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Swept


class Migration(migrating.Migration):
    dependencies = [("monitoring", "0002_walls")]
    operations = [
        migrations.AddField("alert", "acknowledged_until", models.DateTimeField(null=True)),
        migrations.AddField("alert", "attempts", models.IntegerField(default=0, editable=False)),
        migrations.AddField("alert", "lease_token", models.UUIDField(editable=False, null=True)),
        migrations.AddField("alert", "lease_until", models.DateTimeField(editable=False, null=True)),
        migrations.AddIndex(
            "alert",
            models.Index(condition=models.Q(("state", "ACKNOWLEDGED")), fields=["tenant", "acknowledged_until"], name="alerts_held"),
        ),
        Swept("monitoring_alert", read=("state", "acknowledged_until")),
    ]
