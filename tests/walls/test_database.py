"""The second wall, read from the database itself: every table, key, role and function."""

import pytest
from django.apps import apps
from django.db import connection, models

from comanaged import background
from comanaged.celery import app
from comanaged.tenancy import TenantOwned

app.loader.import_default_modules()

pytestmark = pytest.mark.django_db

OWNED = [model for model in apps.get_models() if issubclass(model, TenantOwned)]
# Outside the wall: they find the scope, or belong to a library and hold no tenant's words.
OUTSIDE = {"accounts_membership", "accounts_invitation", "accounts_apikey", "accounts_signincode"}
# A source is found by its key before its tenant is known.
UNIQUE_WITHOUT_TENANT = {"source_key_hash_is_unique"}


def rows(question: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


def test_there_are_walled_tables_to_speak_of() -> None:
    assert {"audit_entry", "notices_notice"} <= {model._meta.db_table for model in OWNED}


def test_every_table_with_a_tenant_has_its_wall() -> None:
    bare = rows(
        """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
           WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT (c.relrowsecurity
           AND EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname AND p.policyname = 'tenant_wall'))"""
    )
    assert {name for (name,) in bare} == OUTSIDE


def test_every_wall_names_the_product_alone_and_asks_the_scope() -> None:
    for table, holders, text in rows("SELECT tablename, roles::text, qual FROM pg_policies WHERE policyname = 'tenant_wall'"):
        assert holders == "{comanaged_web}", table
        assert "tenants_in_scope()" in text or "EXISTS" in text, table


def test_every_key_to_a_walled_row_stays_within_the_tenant() -> None:
    kept = {table for (table,) in rows("SELECT conname FROM pg_constraint WHERE contype = 'f' AND conname LIKE '%\\_same\\_tenant'")}
    missing = [
        f"{model._meta.db_table}.{field.column}"
        for model in OWNED
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and issubclass(field.related_model, TenantOwned)
        and f"{model._meta.db_table}_{field.column}_same_tenant"[:63] not in kept
    ]
    assert missing == []


def test_every_walled_model_refuses_by_default_and_is_found_by_its_tenant() -> None:
    for model in OWNED:
        assert model._meta.default_manager_name == "unscoped", model
        fields = [tuple(rule.fields) for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
        assert any(names[0] == "tenant" for names in fields), f"{model}: the key to its tenant has no index"


def test_every_unique_rule_of_a_walled_table_begins_with_the_tenant() -> None:
    loose = rows(
        """SELECT i.relname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id'
           WHERE x.indisunique AND NOT x.indisprimary AND t.relnamespace = 'public'::regnamespace AND t.relrowsecurity
           AND (x.indkey::int2[])[0] <> a.attnum"""
    )
    assert {name for (name,) in loose if "public_id" not in name} <= UNIQUE_WITHOUT_TENANT


def test_the_product_owns_nothing_and_bypasses_nothing() -> None:
    assert rows("SELECT current_user") == [("comanaged_web",)]
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname LIKE 'comanaged\\_%' GROUP BY 1, 2, 3, 4"
    ) == [(False, False, False, False)]
    assert rows("SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) IN ('comanaged_web', 'comanaged_system')") == []
    assert (
        rows("SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname IN ('comanaged_web', 'comanaged_system')")
        == []
    )


def test_the_product_may_neither_truncate_nor_add_triggers() -> None:
    assert (
        rows(
            "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = 'comanaged_web' AND privilege_type IN ('TRUNCATE', 'TRIGGER', 'REFERENCES')"
        )
        == []
    )


@pytest.mark.parametrize(
    "table",
    ["audit_entry", "tickets_event", "tickets_attachment", "tickets_redaction", "tickets_incidententry", "tickets_incidentredaction"],
)
def test_what_is_only_added_to_has_no_update_and_no_delete(table: str) -> None:
    found = rows("SELECT privilege_type, table_name FROM information_schema.role_table_grants WHERE grantee = 'comanaged_web'")
    assert {name for name, of in found if of == table} == {"SELECT", "INSERT"}


def test_only_intake_and_what_blanks_a_text_run_with_more_than_the_callers_rights() -> None:
    found = rows("SELECT proname, pg_get_userbyid(proowner) FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert sorted(found) == [
        ("accept_event", "comanaged_intake"),
        ("found_tickets", "comanaged_owner"),
        ("hidden_counts", "comanaged_owner"),
        ("hidden_from_scope", "comanaged_owner"),
        ("tickets_incidentredaction_blanks", "comanaged_owner"),
        ("tickets_redaction_blanks", "comanaged_owner"),
    ]


def test_no_function_of_ours_is_open_to_everyone() -> None:
    found = rows(
        """SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
           AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) a WHERE a.grantee = 0))"""
    )
    assert found == []


SWEEPERS_COLUMNS = """
SELECT c.relname, a.attname, has_column_privilege('comanaged_system', c.oid, a.attnum, %s) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"""


def columns_of_the_sweeper(right: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(SWEEPERS_COLUMNS, [right])
        for table, column, allowed in cursor.fetchall():
            if allowed:
                found.setdefault(table, set()).add(column)
    return found


def test_the_sweeper_reads_and_writes_leases_and_nothing_else() -> None:
    written = columns_of_the_sweeper("UPDATE")
    assert set(written) == {job.table for job in background.JOBS.values()}
    assert all(columns == {"lease_until", "lease_token", "attempts"} for columns in written.values())
    assert set(columns_of_the_sweeper("SELECT")) == set(written)
    assert not set.union(*columns_of_the_sweeper("SELECT").values()) & {"body", "text", "subject", "to_address", "headers", "title"}
    assert columns_of_the_sweeper("INSERT") == {}


def test_views_look_with_the_eyes_of_whoever_asks() -> None:
    assert (
        rows(
            "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)"
        )
        == []
    )
