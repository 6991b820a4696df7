"""The embedded database: who may come in, and what a crash leaves."""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from comanaged.local import postgres
from comanaged.local.postgres import Cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users can pass through, unlike pytest's own."""
    made = Path(tempfile.mkdtemp(prefix="comanaged-test-", dir="/tmp"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder, fast=True)
    made.start()
    yield made
    made.stop()


def asked(address: str, question: str) -> object:
    """Return the one value a question answers."""
    connection = psycopg2.connect(address)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_each_role_enters_as_itself_and_none_is_more_than_it_should_be(cluster: Cluster) -> None:
    cluster.prepare()
    cluster.prepare()  # as often as you like
    for role in postgres.ROLES:
        assert asked(cluster.url(role), "SELECT current_user") == role
    rights = "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'comanaged%' AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole)"
    assert asked(cluster.superuser_dsn(), rights) == 0
    assert asked(cluster.superuser_dsn(), "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'comanaged_intake'") is False


def test_nothing_listens_on_a_port_and_the_socket_is_for_one_user(cluster: Cluster) -> None:
    assert asked(cluster.superuser_dsn(), "SHOW listen_addresses") == ""
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
    assert asked(cluster.superuser_dsn(), "SHOW unix_socket_permissions") == "0700"


def test_a_killed_server_starts_again_with_everything_it_confirmed(folder: Path) -> None:
    cluster = Cluster(folder)  # as in a real run, not as in tests
    cluster.start()
    try:
        assert [asked(cluster.superuser_dsn(), f"SHOW {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
            "on"
        ] * 3
        asked(cluster.superuser_dsn(), "CREATE TABLE kept AS SELECT 7 AS number")
        assert cluster.server is not None
        os.kill(cluster.server.pid, signal.SIGKILL)
        cluster.server.wait()
        cluster.start()
        assert asked(cluster.superuser_dsn(), "SELECT number FROM kept") == 7
    finally:
        cluster.stop()


def test_a_note_of_a_server_whose_number_went_to_another_program_is_no_hindrance(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n0\n5432\n\n\n\nready   \n")
    cluster.start()
    assert asked(cluster.superuser_dsn(), "SELECT 1") == 1


def test_a_crash_while_the_files_were_made_is_made_good(folder: Path) -> None:
    (folder / "database-in-the-making").mkdir()
    (folder / "database-in-the-making" / "half").write_text("half")
    cluster = Cluster(folder, fast=True)
    cluster.start()
    cluster.stop()
    assert not (folder / "database-in-the-making").exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path) -> None:
    cluster = Cluster(folder / ("long" * 25), fast=True)
    cluster.start()
    try:
        assert len(str(cluster.sockets)) < postgres.LONGEST_SOCKET_FOLDER
        assert asked(cluster.superuser_dsn(), "SELECT 1") == 1
    finally:
        cluster.stop()
        shutil.rmtree(cluster.sockets, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_root_keeps_the_server_where_its_user_can_reach_it(folder: Path) -> None:
    folder.chmod(0o700)
    cluster = Cluster(folder / "private", fast=True)
    cluster.start()
    try:
        assert not cluster.ground.is_relative_to(folder)
        assert Cluster(folder / "private").ground == cluster.ground  # found again by the next run
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700  # and nobody's folder was opened for it
        assert asked(cluster.superuser_dsn(), "SELECT 1") == 1
    finally:
        cluster.stop()
        shutil.rmtree(cluster.ground, ignore_errors=True)


def test_a_folder_of_somebody_else_is_refused(folder: Path) -> None:
    (folder / "run").symlink_to(folder.parent)
    with pytest.raises(postgres.process.Unstartable, match="belongs to somebody else"):
        postgres.owned_folder(folder / "run", postgres.server_account())
