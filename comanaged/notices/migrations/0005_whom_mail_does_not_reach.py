"""What failed is found by the address that it did not reach."""

from django.db import migrations, models

from comanaged import migrating


class Migration(migrating.Migration):
    dependencies = [("notices", "0004_channels")]
    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("failed_at__isnull", False)), fields=["tenant", "to_address"], name="notice_unreached"),
        ),
    ]
