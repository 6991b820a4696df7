"""What row-level security compares: the tenants and the side in scope."""

from django.db import migrations

from comanaged.walls import NO_SCOPE, SCOPE, Statement


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [Statement(SCOPE, NO_SCOPE)]
