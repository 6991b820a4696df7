"""Words are found in tickets, as far as their reader may read; lists are kept as views."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0006_talk")]
    operations = []
