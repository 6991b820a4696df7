"""Very many rows in seconds: copies of one row, made by the database itself."""

from collections.abc import Mapping
from typing import Any

COLUMNS = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER' AND column_name <> 'id'"


def copies(cursor: Any, table: str, row_id: int, changes: Mapping[str, str], numbers: str) -> None:
    """Copy a row once for each `n` of `numbers`, a query; `changes` are SQL expressions for the columns that differ."""
    cursor.execute(COLUMNS, [table])
    names = [name for (name,) in cursor.fetchall()]
    given = ", ".join(f'"{name}"' for name in names)
    taken = ", ".join(changes.get(name, f'one."{name}"') for name in names)
    cursor.execute(f"INSERT INTO {table} ({given}) SELECT {taken} FROM {table} one, ({numbers}) AS many (n) WHERE one.id = {row_id}")  # noqa: S608 - our own words
