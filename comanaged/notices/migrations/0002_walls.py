"""The outbox is walled; the sweeper sees what is unsent."""

from comanaged import migrating
from comanaged.walls import Swept, Wall


class Migration(migrating.Migration):
    dependencies = [("notices", "0001_initial"), ("accounts", "0002_scope")]
    operations = [Wall("notices_notice"), Swept("notices_notice", read=("sent_at", "failed_at"))]
