"""Where an installation's data lies, and how every command finds it: `--data DIR`, and from there the environment the settings read."""

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from comanaged import bootstrap
from comanaged.local.broker import Broker
from comanaged.local.postgres import Cluster
from comanaged.local.process import Unstartable

DATABASES = ("COMANAGED_DATABASE_URL", "COMANAGED_SYSTEM_DATABASE_URL", "COMANAGED_OWNER_DATABASE_URL")
BROKER = "COMANAGED_REDIS_URL"
DATA = "COMANAGED_DATA"


class Home:
    """The folder of one embedded installation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.cluster = Cluster(self.folder)
        self.broker = Broker(self.folder)
        self.mail = self.folder / "mail"
        self.static = self.folder / "static"
        self.files = self.folder / "files"
        self._running = self.folder / "running.json"
        self._lock = self.folder / "lock"

    def make(self) -> None:
        """Make the folder, for us alone."""
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700, parents=True)
        for folder in (self.mail, self.static, self.files):
            folder.mkdir(mode=0o700, exist_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one that runs this installation; the lock ends with the process, however it ends."""
        with self._lock.open("a") as file:
            if not _taken(file.fileno(), fcntl.LOCK_EX):
                address = self.address()
                raise Unstartable(
                    f"Comanaged already runs on {self.folder}" + (f", at {address}." if address else ". It is just starting or stopping.")
                )
            self._running.unlink(missing_ok=True)
            try:
                yield
            finally:
                self._running.unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Say whether somebody runs this installation and it is ready."""
        if not self._running.exists():
            return False
        with self._lock.open("r") as file:
            return not _taken(file.fileno(), fcntl.LOCK_SH, patience=0)

    def announce(self, address: str) -> None:
        """Note that the installation is ready, under this address."""
        replace(self._running, json.dumps({"pid": os.getpid(), "address": address}))

    def address(self) -> str:
        """Return the address it runs under, "" when it does not."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            return str(json.loads(self._running.read_text())["address"])
        return ""

    def own_secrets(self) -> dict[str, str]:
        """Return the installation's secrets, made once and readable by us alone."""
        path = self.folder / "secrets.json"
        if not path.exists():
            made = {name: secrets.token_urlsafe(48) for name in ("secret_key", "field_key")}
            digits = secrets.token_hex(8)
            made["demo_password"] = "-".join(digits[start : start + 4] for start in range(0, 16, 4))  # to be read and typed
            replace(path, json.dumps(made))
        found: dict[str, str] = json.loads(path.read_text())
        return found

    def environment(self, address: str) -> dict[str, str]:
        """Return the environment of every process of this installation; what the operator has set stays as it is."""
        known, parts = self.own_secrets(), urlsplit(address)
        found = {
            DATA: str(self.folder),
            "COMANAGED_ENV": "1",
            "COMANAGED_SECRET_KEY": known["secret_key"],
            "COMANAGED_FIELD_KEY": known["field_key"],
            "COMANAGED_ADDRESS": address,
            "COMANAGED_HOSTS": ",".join(dict.fromkeys([parts.hostname or "127.0.0.1", "127.0.0.1", "localhost", "[::1]"])),
            "COMANAGED_STATIC_ROOT": str(self.static),
            "COMANAGED_FILES": str(self.files),
        }
        found |= {"COMANAGED_BEHIND_PROXY": "1"} if parts.scheme == "https" else {"COMANAGED_INSECURE_HTTP": "1"}
        if own_database():
            roles = ("comanaged_web", "comanaged_system", "comanaged_owner")
            found |= {name: self.cluster.url(role) for name, role in zip(DATABASES, roles, strict=True)}
        if own_broker():
            found[BROKER] = self.broker.url()
        if "COMANAGED_SMTP_HOST" not in os.environ:
            found["COMANAGED_MAIL_FOLDER"] = str(self.mail)
        return found | {name: value for name, value in os.environ.items() if name in found and value}


def own_database() -> bool:
    """Say whether we bring the database; refuse half an answer."""
    given = [name for name in DATABASES if os.environ.get(name)]
    if given and len(given) < len(DATABASES):
        missing = ", ".join(name for name in DATABASES if name not in given)
        raise Unstartable(f"A database of your own needs three addresses, one for each role. Set {missing} as well.")
    return not given


def own_broker() -> bool:
    """Say whether we bring the broker."""
    return not os.environ.get(BROKER)


def chosen(arguments: Sequence[str]) -> tuple[list[str], Path]:
    """Return the arguments without `--data DIR`, and the folder: the one named, the environment's, or `.comanaged` beside manage.py."""
    rest: list[str] = []
    folder = os.environ.get(DATA) or str(default())
    words = iter(arguments)
    for word in words:
        if word == "--data":
            folder = next(words, "")
        elif word.startswith("--data="):
            folder = word.removeprefix("--data=")
        else:
            rest.append(word)
    if not folder:
        raise Unstartable("--data needs a folder, such as --data /var/lib/comanaged.")
    return rest, Path(folder).expanduser()


def default() -> Path:
    """Return where data lies when nobody says otherwise: beside manage.py."""
    return bootstrap.ROOT / ".comanaged"


def replace(path: Path, text: str) -> None:
    """Write a file whole or not at all, for us alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _taken(file: int, how: int, *, patience: float = 2) -> bool:
    """Try to take the lock; a look of another command holds it for a moment, so a refusal is tried again."""
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True
