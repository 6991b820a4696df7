"""Every row of the matrix is its tenant's, and hangs on rows of the same tenant."""

from comanaged import migrating
from comanaged.walls import Kin, Wall

NAMES = ("duty", "calendar", "version", "row", "assignment", "exclusion", "finding")
CHILDREN = ("row", "assignment", "exclusion")


class Migration(migrating.Migration):
    dependencies = [("responsibilities", "0001_initial"), ("accounts", "0002_scope")]
    operations = [
        *[Wall(f"responsibilities_{name}") for name in NAMES],
        *[Kin(f"responsibilities_{name}", "version_id", "responsibilities_version") for name in CHILDREN],
        *[Kin(f"responsibilities_{name}", "duty_id", "responsibilities_duty") for name in (*CHILDREN, "finding")],
    ]
