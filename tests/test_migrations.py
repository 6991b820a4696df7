"""The migrations lead to the models as they are, and draw them as rarely as can be."""

import pytest
from django.core.management import call_command
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from comanaged import migrating
from comanaged.walls import Statement

OURS = {"accounts", "audit", "notices", "responsibilities", "tickets", "monitoring"}


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_of_the_product_is_one_of_its_own_kind() -> None:
    found = {key: type(one) for key, one in MigrationLoader(None).disk_migrations.items() if key[0] in OURS}
    assert {app for app, _ in found} == OURS
    assert not [key for key, kind in found.items() if not issubclass(kind, migrating.Migration)], "let it be a migrating.Migration"


def test_neighbours_of_one_kind_go_together_and_nothing_changes_places() -> None:
    table, other = (migrations.CreateModel(name, [("id", models.BigAutoField(primary_key=True))]) for name in ("Table", "Other"))
    field, last = (migrations.AddField(name, "note", models.TextField(default="")) for name in ("table", "other"))
    index, wall = migrations.AddIndex("table", models.Index(fields=["note"], name="notes")), Statement("SELECT 1", "")
    found = migrating.together([table, other, field, index, wall, last])
    assert [one.operations if isinstance(one, migrating.Together) else one for one in found] == [
        (table, other),
        (field, index),
        wall,
        (last,),
    ]
