"""Migrations that draw the models once for many changes; Django draws each model's whole neighbourhood again after every single one."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

KINDS = ((migrations.CreateModel,), (migrations.AddField, migrations.AddIndex, migrations.AddConstraint))


class Together(Operation):
    """Changes none of which needs to see the models as they were between the others: only new tables, or only what is added to tables."""

    reduces_to_sql = True

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = tuple(operations)

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # the drawn models; whoever asks for them next draws them anew
        for one in self.operations:
            one.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        for one in self.operations:
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(one.describe() for one in self.operations)


def together(operations: Sequence[Operation]) -> list[Operation]:
    """Return the operations in their order, neighbours of one kind as one."""

    def kind(one: Operation) -> object:
        return next((kinds for kinds in KINDS if isinstance(one, kinds)), one)

    return [Together(group) if key in KINDS else next(group) for key, group in groupby(operations, kind)]


class Migration(migrations.Migration):
    """A migration of the product's own."""

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's own
        """Apply as Django does, with fewer drawings of the models in between."""
        each = self.operations  # of this migration: Django gives each its own
        self.operations = together(each)  # type: ignore[misc]
        try:
            return super().apply(project_state, schema_editor, collect_sql)
        finally:
            self.operations = each  # type: ignore[misc]
