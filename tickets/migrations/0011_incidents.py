"""To be filled, or taken out, by who owns it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_mail_and_other_systems")]
    operations = []
