"""The sweeper sees which channels fail: those that work are looked at first."""

from django.db import migrations

from comanaged import migrating


class Migration(migrating.Migration):
    dependencies = [("notices", "0003_who_is_told_how")]
    operations = [
        migrations.RunSQL(
            "GRANT SELECT (failing_since) ON notices_channel TO comanaged_system",
            "REVOKE SELECT (failing_since) ON notices_channel FROM comanaged_system",
        ),
    ]
