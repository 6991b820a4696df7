"""What every test stands on: the migrated database as the product's own role, emptied fast, and the cast."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis

from responsibilities.queries import reading
from tests import cluster, snapshot
from tests.cast import Cast, make_cast

# A slow machine is no fault; in CI the same examples are tried every time.
hypothesis.register_profile("ours", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.load_profile("ours")

EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE t record; filled boolean; BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public'
           AND tablename NOT IN ('django_migrations', 'django_content_type', 'auth_permission') LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', t.tablename) INTO filled;
    IF filled THEN EXECUTE format('DELETE FROM %I', t.tablename); END IF;
  END LOOP; END $$;
RESET session_replication_role;"""


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Migrate once, as the owner; tests connect as the product's role, so every wall is really there."""
    with django_db_blocker.unblock():
        call_command("migrate", verbosity=0, interactive=False)
        emptier = cluster.superuser().cursor()
        emptier.execute(EMPTY)
        TransactionTestCase._fixture_teardown = lambda case: emptier.execute(EMPTY)  # type: ignore[method-assign,assignment]
    yield
    emptier.connection.close()


@pytest.fixture(autouse=True)
def fast_passwords(settings: Any) -> None:
    """A cast of seven should not cost a second of hashing."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def cast(db: None) -> Cast:
    """Harbor Dental, Pine Clinics, Northwind MSP and their people, with the overflow-helpdesk matrix at Harbor Dental."""
    reading._kept.clear()  # the same version of the same number may say something else in another test
    return snapshot.again(make_cast)
