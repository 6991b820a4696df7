"""What row-level security compares: the tenants and the side in scope."""

from comanaged import migrating
from comanaged.walls import NO_SCOPE, SCOPE, Statement


class Migration(migrating.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [Statement(SCOPE, NO_SCOPE)]
