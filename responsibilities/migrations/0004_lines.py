"""Assignments hang on the row they stand in, and calendars on the version they are part of."""

import django.db.models.deletion
from django.db import migrations, models

from comanaged import migrating
from comanaged.walls import Statement

FILL = """
UPDATE responsibilities_assignment a SET row_id = r.id FROM responsibilities_row r
 WHERE r.tenant_id = a.tenant_id AND r.version_id = a.version_id AND r.duty_id = a.duty_id;
UPDATE responsibilities_calendar c SET version_id = v.id FROM responsibilities_version v WHERE v.tenant_id = c.tenant_id;
"""
NOTHING = "SELECT 1"


class Migration(migrating.Migration):
    dependencies = [("responsibilities", "0003_depth")]
    operations = [
        Statement(FILL, NOTHING),
        Statement("SET CONSTRAINTS ALL IMMEDIATE", NOTHING),
        migrations.RemoveField("assignment", "duty"),
        migrations.AlterField(
            "assignment",
            "row",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assignments",
                to="responsibilities.row",
            ),
        ),
        migrations.AlterField(
            "calendar",
            "version",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="calendars",
                to="responsibilities.version",
            ),
        ),
    ]
