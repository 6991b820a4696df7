"""A throw-away PostgreSQL and broker for the tests, one of each per process that runs tests.

Loaded with `-p` before pytest-django reads the settings: the addresses are in the environment as soon as this is imported, the
servers start in pytest_configure.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from comanaged.local.broker import Broker
from comanaged.local.postgres import Cluster

DATABASE = "comanaged_test"
HOME = Path(tempfile.mkdtemp(prefix="comanaged-test-", dir="/tmp"))  # not the user's own: root's server runs as another user
HOME.chmod(0o755)
CLUSTER = Cluster(HOME / "postgres", fast=True)
BROKER = Broker(HOME / "broker")

os.environ.update(
    {
        "COMANAGED_INSECURE_HTTP": "1",
        "COMANAGED_TESTING": "1",
        "COMANAGED_DATABASE_URL": CLUSTER.url("comanaged_web", DATABASE),
        "COMANAGED_SYSTEM_DATABASE_URL": CLUSTER.url("comanaged_system", DATABASE),
        "COMANAGED_OWNER_DATABASE_URL": CLUSTER.url("comanaged_owner", DATABASE),
        "COMANAGED_REDIS_URL": BROKER.url(),
        "COMANAGED_ADDRESS": "http://testserver",
        "COMANAGED_FILES": str(HOME / "files"),
        "COMANAGED_HOSTS": "testserver,127.0.0.1,localhost",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # the browser's driver runs an event loop beside the tests
    }
)


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers; who only hands tests out needs none."""
    if hands_out(config):
        return
    CLUSTER.start()
    CLUSTER.prepare(DATABASE)
    BROKER.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop them and leave nothing behind."""
    if not hands_out(config):
        BROKER.stop()
        CLUSTER.stop()
    shutil.rmtree(HOME, ignore_errors=True)


def hands_out(config: pytest.Config) -> bool:
    """Say whether this process gives the tests to others."""
    return bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")


def superuser() -> Any:
    """Return a new connection of the superuser to the tests' database, committing by itself."""
    connection = psycopg2.connect(CLUSTER.superuser_dsn(DATABASE))
    connection.autocommit = True
    return connection
