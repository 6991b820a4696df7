"""`manage.py up`: everything one machine needs, from an empty folder to an address to open."""

import contextlib
import errno
import http.client
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from comanaged import bootstrap
from comanaged.local import home, process
from comanaged.local.demo import roll
from comanaged.local.home import Home
from comanaged.local.process import Unstartable
from comanaged.local.supervisor import Part, Supervisor

FIRST_PORT = 8000
MAIL_BESIDE = 1025  # the door for mail lies so far above the web's
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MANAGE = [sys.executable, str(bootstrap.ROOT / "manage.py")]


class Stopped(BaseException):
    """A person or the system asked us to end."""


@dataclass(frozen=True)
class Wish:
    """What the person who starts us asked for."""

    folder: Path
    host: str = "127.0.0.1"
    port: int | None = None
    address: str = ""
    demo: bool = True


def run(wish: Wish) -> None:
    """Run until somebody asks us to stop; raise Unstartable, with words that help, when something is missing or ends."""
    os.environ.pop("COMANAGED_INSECURE_HTTP", None)  # set for this process alone; the address decides for the others
    if wish.host not in LOOPBACK and not wish.address.startswith("https://"):
        raise Unstartable(
            "Passwords must not cross a network unprotected. To serve others, put a proxy with https in front and name its address: "
            f"--host {wish.host} --address https://portal.example.org"
        )
    place = Home(wish.folder)
    try:
        with stoppable(), reserved(wish) as door:
            place.make()
            with place.locked():
                serve(place, wish, door)
    except Stopped:
        tell("Stopped. Everything is stored; start again with the same command.")
    except OSError as error:
        raise Unstartable(process.explained(str(error)) or f"The system refused: {error}") from error


def serve(place: Home, wish: Wish, door: socket.socket) -> None:
    """Start everything in order and stop it in order, whatever happens between."""
    host, port = door.getsockname()[:2]
    address = wish.address.rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    family = Supervisor(bootstrap.ROOT, place.environment(address))
    try:
        start_database(place, family)
        prepare(place, family, wish)
        start_broker(place, family)
        post = mail_door(port)
        for part in parts(place, door):
            family.start(part, keep=[door.fileno()] if part.name == "web" else [])
        if post is not None:
            family.start(Part("mail", [*MANAGE, "receive_mail", "--fd", str(post.fileno())], 5), keep=[post.fileno()])
        family.pass_words_on()
        wait_until_it_answers(host, port, family)
        place.announce(address)
        tell(welcome(place, address, wish, mail=post.getsockname()[1] if post else None))
        raise Unstartable(
            f"The {family.tend(tell)} ended again and again, so everything was stopped. The lines above say why. Start again with the same command."
        )
    finally:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # impatience must not leave half of it running
        tell("Stopping ...")
        family.stop()
        place.broker.stop()
        place.cluster.stop()


def start_database(place: Home, family: Supervisor) -> None:
    """Start the database, unless the operator brought one."""
    if home.own_database():
        tell("Starting the database ...")
        family.adopt("database", place.cluster.start)
        place.cluster.prepare()


def start_broker(place: Home, family: Supervisor) -> None:
    """Start the broker, unless the operator brought one."""
    if home.own_broker():
        family.adopt("broker", place.broker.start)
        tell(f"Started the broker ({place.broker.program}).")


def prepare(place: Home, family: Supervisor, wish: Wish) -> None:
    """Bring the tables up to date; load the demonstration into a new installation."""
    tell("Bringing the tables up to date ...")
    demand(family, "migrate", "--verbosity", "0", "--skip-checks")  # checks are for builders; here they cost a second
    if wish.address:
        demand(family, "collectstatic", "--noinput", "--verbosity", "0")
    seen = place.folder / "demo-was-asked"
    if not seen.exists():
        if wish.demo:
            tell("Loading the demonstration: two clients, their provider, thirty days of work ...")
            demand(family, "demo")
        seen.write_text("yes\n" if wish.demo else "no\n")


def demand(family: Supervisor, *words: str) -> None:
    """Run a command that must succeed."""
    if complaint := family.finish([*MANAGE, *words]):
        raise Unstartable(process.explained(complaint) or f"'{words[0]}' did not succeed:\n{complaint[-3000:]}")


def parts(place: Home, door: socket.socket) -> list[Part]:
    """Return our own processes, in the order in which they are started and stopped."""
    celery = [sys.executable, "-m", "celery", "-A", "comanaged.celery", "-q"]
    gunicorn = [sys.executable, "-m", "gunicorn", "comanaged.wsgi", "--bind", f"fd://{door.fileno()}", "--no-control-socket", "--preload"]
    gunicorn += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "8", "--log-level", "warning"]
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return [
        Part("web", gunicorn, 10),
        Part("beat", [*celery, "beat", "--schedule", str(place.folder / "beat"), "--pidfile", "", "--loglevel", "WARNING"], 5),
        Part("sweeper", [*MANAGE, "sweep"], 10),
        Part("worker", [*celery, *worker], 10),
    ]


def mail_door(web: int) -> socket.socket | None:
    """Hold open a door for mail servers of this machine; None where its port is taken, which stops nothing else."""
    said = os.environ.get("COMANAGED_MAIL_PORT", "")
    port = int(said) if said.isdecimal() else web + MAIL_BESIDE
    door = socket.socket(socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
        door.listen(64)
    except (OSError, OverflowError) as trouble:
        door.close()
        tell(
            f"Mail is not taken: port {port} cannot be opened ({getattr(trouble, 'strerror', '') or trouble}). COMANAGED_MAIL_PORT names another."
        )
        return None
    return door


def wait_until_it_answers(host: str, port: int, family: Supervisor) -> None:
    """Return when the web server says it is well."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if name := family.ended():
            raise Unstartable(f"The {name} ended while it was starting. The lines above say why.")
        line = http.client.HTTPConnection(host, port, timeout=2)
        with contextlib.suppress(OSError, http.client.HTTPException):
            line.request("GET", "/healthz", headers={"Host": "localhost"})
            if line.getresponse().status == http.HTTPStatus.OK:
                return
        line.close()
        time.sleep(0.1)
    raise Unstartable("The web server did not answer within 90 seconds. The lines above may say why.")


@contextlib.contextmanager
def reserved(wish: Wish) -> Iterator[socket.socket]:
    """Hold the door open: the port asked for, or the next free one from 8000 on; a second copy cannot take it any more."""
    host = "127.0.0.1" if wish.host == "localhost" else wish.host
    for port in [wish.port] if wish.port is not None else range(FIRST_PORT, FIRST_PORT + 200):
        door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
            door.listen(128)
        except OSError as error:
            door.close()
            if error.errno != errno.EADDRINUSE:
                raise Unstartable(
                    f"Port {port} of {host} cannot be opened: {error.strerror}. Choose another with --port or --host."
                ) from error
            continue
        with door:
            yield door
        return
    taken = f"Port {wish.port} is" if wish.port is not None else f"All ports from {FIRST_PORT} to {FIRST_PORT + 199} are"
    raise Unstartable(f"{taken} already in use. Stop what runs there, or choose another with --port.")


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into Stopped."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    before = [signal.signal(number, stop) for number in SIGNALS]
    try:
        yield
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)


def welcome(place: Home, address: str, wish: Wish, mail: int | None = None) -> str:
    """Return what a person needs to know now."""
    lines = ["", f"  Comanaged is ready: {address}/", ""]
    if (place.folder / "demo-was-asked").read_text().startswith("yes"):
        lines += [f"  {line}" for line in roll.accounts(place.own_secrets()["demo_password"])] + [""]
    lines += [f"  Data lies in {place.cluster.ground}" if home.own_database() else f"  Small files lie in {place.folder}"]
    if place.cluster.ground != place.folder:
        lines += [f"  Its secrets and mail lie in {place.folder}"]
    if "COMANAGED_SMTP_HOST" not in os.environ:
        lines += [f"  Mail is not sent; it is written to {place.mail}"]
    if mail is not None:
        lines += [f"  Mail for clients is taken at 127.0.0.1:{mail} (SMTP and LMTP)"]
    if shutil.disk_usage(place.folder).free < 1 << 30:
        lines += ["  The disk is nearly full: less than 1 GB is free."]
    if os.geteuid() == 0:
        lines += ["  Started as root: good enough to try it out. To stay, start it as an ordinary user."]
    if urlsplit(address).scheme == "http":
        lines += ["  Only this machine can reach it. README.md says how to serve others."]
    return "\n".join([*lines, "  Stop with Ctrl-C.", ""])


def tell(text: str) -> None:
    """Print for the person at the terminal, if there still is one."""
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)  # noqa: T201
