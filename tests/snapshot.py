"""The cast made once by the product's own actions, and put back as rows for every later test: a tenth of the time, the same rows."""

import json
import pickle
from collections.abc import Callable, Iterator

from django.db import connection

from comanaged import tenancy
from comanaged.accounts.models import Organisation
from tests.cast import Cast

TABLES = """
SELECT c.relname, string_agg(quote_ident(a.attname), ',' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND c.relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission', 'responsibilities_pulse')  -- the database beats it
  AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'SELECT')
GROUP BY c.relname ORDER BY c.relname"""

kept: tuple[bytes, list[int], list[tuple[str, str, str]]] | None = None


def again(make: Callable[[], Cast]) -> Cast:
    """Return the cast, made by `make` the first time and put back from its rows after that."""
    global kept  # noqa: PLW0603 - one snapshot per process
    if kept is None:
        cast = make()
        tenants = list(Organisation.objects.values_list("pk", flat=True))
        kept = pickle.dumps(cast), tenants, list(_rows(tenants))
        return cast
    pickled, tenants, tables = kept
    with tenancy.only(tenants), connection.cursor() as cursor:  # keys are looked at when the test ends
        for table, columns, rows in tables:
            cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)", [rows])  # noqa: S608 - names from the catalogue
    found: Cast = pickle.loads(pickled)  # noqa: S301 - our own, of this very process
    return found


def _rows(tenants: list[int]) -> Iterator[tuple[str, str, str]]:
    with tenancy.only(tenants), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for table, columns in cursor.fetchall():
            cursor.execute(f"SELECT jsonb_agg(to_jsonb(one)) FROM {table} one")  # noqa: S608 - names from the catalogue
            (rows,) = cursor.fetchone()
            if rows:
                yield table, columns, rows if isinstance(rows, str) else json.dumps(rows)
