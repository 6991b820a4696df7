"""Files that hang on tickets."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_the_ledger_is_the_truth")]
    operations = []
