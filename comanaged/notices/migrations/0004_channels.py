"""To be filled, or taken out, by who owns it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_who_is_told_how")]
    operations = []
