"""What is written but not sent, who is looking, answers kept ready."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_files")]
    operations = []
