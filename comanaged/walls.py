"""The walls as migration operations, the grants of the database's roles, and the owner's connection for migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

CREDENTIALS = ("NAME", "HOST", "PORT", "USER", "PASSWORD", "OPTIONS")

GRANTS = """
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO comanaged_web, comanaged_system, comanaged_intake;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO comanaged_web;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO comanaged_web;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO comanaged_web;
"""
BOOKKEEPING = "REVOKE INSERT, UPDATE, DELETE ON django_migrations, django_content_type, auth_permission FROM comanaged_web"

READABLE_BY_SIDE = "audience IN ('PUBLIC', 'SHARED') OR side_id = (SELECT side_in_scope())"

SCOPE = """
CREATE FUNCTION tenants_in_scope() RETURNS bigint[] STABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
DECLARE ids text := current_setting('app.tenants', true);
BEGIN
  IF ids IS NULL OR ids = '' THEN RAISE insufficient_privilege USING MESSAGE = 'no tenant in scope'; END IF;
  RETURN ids::bigint[];
END $$;
CREATE FUNCTION side_in_scope() RETURNS bigint STABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT nullif(current_setting('app.side', true), '')::bigint $$;
GRANT EXECUTE ON FUNCTION tenants_in_scope(), side_in_scope() TO comanaged_web;
"""
PERSON = """
CREATE FUNCTION person_in_scope() RETURNS bigint STABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT nullif(current_setting('app.person', true), '')::bigint $$;
GRANT EXECUTE ON FUNCTION person_in_scope() TO comanaged_web;
"""
NO_PERSON = "DROP FUNCTION person_in_scope();"
NO_SCOPE = "DROP FUNCTION side_in_scope(); DROP FUNCTION tenants_in_scope();"


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside, this thread's default connection is the owner's: for migrations and nothing else."""
    connection = connections[DEFAULT_DB_ALIAS]
    web = connection.settings_dict
    connection.close()
    owner = {key: settings.OWNER[key] for key in CREDENTIALS if key in settings.OWNER}
    connection.settings_dict = web | owner | {"NAME": web["NAME"]}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = web


class Statement(Operation):
    """A pair of SQL texts; `up` builds a wall, `down` takes it away."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, up: str, down: str) -> None:
        self.up, self.down = up, down

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Walls are no part of the models' state."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(self.up, params=None)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(self.down, params=None)

    def describe(self) -> str:
        return self.up.strip().splitlines()[0]


class Wall(Statement):
    """Only rows of a tenant in scope can be read or written by the product."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY tenant_wall ON {table} TO comanaged_web USING (tenant_id = ANY ((SELECT tenants_in_scope())::bigint[]));",
            f"DROP POLICY tenant_wall ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )


class WallThrough(Statement):
    """A table without a tenant of its own is seen as far as the row it hangs on."""

    def __init__(self, table: str, column: str, parent: str) -> None:
        super().__init__(
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"CREATE POLICY tenant_wall ON {table} TO comanaged_web "
            f"USING (EXISTS (SELECT FROM {parent} WHERE {parent}.id = {table}.{column}));",
            f"DROP POLICY tenant_wall ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
        )


class Sides(Statement):
    """One side's rows stay with the organisation that wrote them, and nobody writes in the other side's name.

    Restrictive, so no later policy can widen it; for the product only, so that data migrations see private rows.
    """

    def __init__(self, table: str) -> None:
        super().__init__(
            f"CREATE POLICY side_wall ON {table} AS RESTRICTIVE TO comanaged_web USING ({READABLE_BY_SIDE});"
            f"CREATE POLICY own_hand ON {table} AS RESTRICTIVE FOR INSERT TO comanaged_web "
            f"WITH CHECK (side_id IS NOT DISTINCT FROM (SELECT side_in_scope()));",
            f"DROP POLICY own_hand ON {table}; DROP POLICY side_wall ON {table};",
        )


class Blind(Statement):
    """A row is its person's alone, to read, write and take back, until `opened` holds; then everybody of the tenant reads it and nobody changes it.

    Restrictive, so no later policy can widen it.
    """

    def __init__(self, table: str, opened: str) -> None:
        own = "user_id = (SELECT person_in_scope())"
        shut = f"{own} AND NOT ({opened})"
        super().__init__(
            f"CREATE POLICY blind_wall ON {table} AS RESTRICTIVE TO comanaged_web USING ({own} OR {opened}) WITH CHECK ({shut});"
            f"CREATE POLICY open_stays ON {table} AS RESTRICTIVE FOR UPDATE TO comanaged_web USING ({shut}) WITH CHECK ({shut});"
            f"CREATE POLICY open_remains ON {table} AS RESTRICTIVE FOR DELETE TO comanaged_web USING ({shut});",
            f"DROP POLICY open_remains ON {table}; DROP POLICY open_stays ON {table}; DROP POLICY blind_wall ON {table};",
        )


class Hidden(Statement):
    """A row that names an organisation in `column` is that one's alone, and nobody hides a row in another's name.

    Judged by the row itself, so it also holds for a row that changed while somebody waited for its lock. Where no side is in scope, as for
    the product's own workers, every row is there. Restrictive, so no later policy can widen it.
    """

    def __init__(self, table: str, column: str) -> None:
        own = f"{column} IS NULL OR {column} = (SELECT side_in_scope()) OR (SELECT side_in_scope()) IS NULL"
        super().__init__(
            f"CREATE POLICY hidden_wall ON {table} AS RESTRICTIVE TO comanaged_web USING ({own});",
            f"DROP POLICY hidden_wall ON {table};",
        )


class Behind(Statement):
    """What hangs on a row that `hidden` names, a function that returns ids, is hidden with it; it is asked once in a statement."""

    def __init__(self, table: str, *columns: str, hidden: str) -> None:
        seen = " AND ".join(f"({column} IS NULL OR {column} <> ALL ((SELECT {hidden}())::bigint[]))" for column in columns)
        super().__init__(
            f"CREATE POLICY hidden_wall ON {table} AS RESTRICTIVE TO comanaged_web USING ({seen});",
            f"DROP POLICY hidden_wall ON {table};",
        )


class Readable(Statement):
    """A second, read-only way in for rows that another tenant may see under `condition`."""

    def __init__(self, table: str, condition: str) -> None:
        super().__init__(
            f"CREATE POLICY engaged ON {table} FOR SELECT TO comanaged_web USING ({condition});",
            f"DROP POLICY engaged ON {table};",
        )


class Kin(Statement):
    """A child's parent is of the same tenant. Django's own key has db_constraint=False: it cannot say so."""

    def __init__(self, table: str, column: str, parent: str) -> None:
        name = f"{table}_{column}_same_tenant"[:63]
        super().__init__(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column}) "
            f"REFERENCES {parent} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED;",
            f"ALTER TABLE {table} DROP CONSTRAINT {name};",
        )


class Swept(Statement):
    """The sweeper's role sees these columns of every tenant's rows and may write their lease, nothing else."""

    def __init__(self, table: str, read: tuple[str, ...]) -> None:
        columns = ", ".join(dict.fromkeys(("id", "tenant_id", "lease_until", "lease_token", "attempts", *read)))
        super().__init__(
            f"GRANT SELECT ({columns}), UPDATE (lease_until, lease_token, attempts) ON {table} TO comanaged_system;"
            f"CREATE POLICY sweep ON {table} TO comanaged_system USING (true);",
            f"DROP POLICY sweep ON {table}; REVOKE ALL ON {table} FROM comanaged_system;",
        )


class Sealed(Statement):
    """Rows are added and never changed, by grant and by trigger."""

    def __init__(self, table: str) -> None:
        super().__init__(
            f"REVOKE UPDATE, DELETE ON {table} FROM comanaged_web;"
            f"CREATE FUNCTION {table}_is_sealed() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE insufficient_privilege USING MESSAGE = '{table} is only added to'; END $$;"
            f"CREATE TRIGGER sealed BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_is_sealed();"
            f"CREATE TRIGGER sealed_whole BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_sealed();",
            f"DROP TRIGGER sealed_whole ON {table}; DROP TRIGGER sealed ON {table}; DROP FUNCTION {table}_is_sealed();"
            f"GRANT UPDATE, DELETE ON {table} TO comanaged_web;",
        )
