"""The outbox is walled; the sweeper sees what is unsent."""

from django.db import migrations

from comanaged.walls import Swept, Wall


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("accounts", "0002_scope")]
    operations = [Wall("notices_notice"), Swept("notices_notice", read=("sent_at", "failed_at"))]
