"""It does not start with a setting that opens a door."""

import os
import secrets
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from comanaged import guard, walls

GOOD = {
    "LOCAL": False,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["portal.example.test"],
    "ADDRESS": "https://portal.example.test",
    "SECRET_KEY": "k" * 50,
    "FIELD_KEY": "f" * 50,
    "BROKER_URL": "redis://:secret@broker:6379/0",
}


@pytest.fixture
def production(settings: Any) -> Any:
    for name, value in GOOD.items():
        setattr(settings, name, value)
    return settings


@pytest.mark.django_db
def test_i1_safe_settings_start(production: Any) -> None:
    guard.refuse_unsafe()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", True),
        ("ALLOWED_HOSTS", ["*"]),
        ("ADDRESS", "http://portal.example.test"),
        ("SECRET_KEY", "short"),
        ("FIELD_KEY", "short"),
        ("BROKER_URL", "redis://broker:6379/0"),
    ],
)
def test_i1_one_unsafe_setting_refuses(production: Any, name: str, value: object) -> None:
    setattr(production, name, value)
    with pytest.raises(ImproperlyConfigured, match="does not start"):
        guard.refuse_unsafe()


@pytest.mark.django_db(transaction=True)
def test_i1_the_owner_of_the_tables_is_refused() -> None:
    with walls.as_owner():
        assert "owns tables" in " ".join(guard.database_faults())


@pytest.mark.django_db
def test_i1_a_database_that_forgets_is_refused(settings: Any) -> None:
    settings.TESTING = False  # the tests' own database runs without fsync
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        assert cursor.fetchone() == ("off",)
    assert "fsync" in " ".join(guard.database_faults())


def test_i1_the_frameworks_own_checks_find_nothing_to_warn_of() -> None:
    production = {
        "PATH": os.environ["PATH"],
        "COMANAGED_ENV": "1",
        "COMANAGED_SECRET_KEY": secrets.token_urlsafe(50),
        "COMANAGED_FIELD_KEY": secrets.token_urlsafe(50),
        "COMANAGED_ADDRESS": "https://portal.example.org",
        "COMANAGED_HOSTS": "portal.example.org",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=production, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
