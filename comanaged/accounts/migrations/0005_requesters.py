"""To be filled, or taken out, by who owns it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_companies_are_asked_in")]
    operations = []
