"""`manage.py up` as a person meets it: real processes, started, asked, killed and stopped."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comanaged import bootstrap

MANAGE = [sys.executable, str(bootstrap.ROOT / "manage.py")]


class Installation:
    """One folder and the run on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.run: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def start(self) -> None:
        """Start it and return when it says it is ready."""
        self.run = subprocess.Popen(  # noqa: S603
            [*MANAGE, "up", "--data", str(self.folder), "--port", str(self.port), "--no-demo"],
            env=clean(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.run.stdout is not None
        for line in self.run.stdout:
            self.said.append(line)
            if "Comanaged is ready" in line:
                return
        raise AssertionError("".join(self.said[-30:]))

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same folder."""
        return subprocess.run(  # noqa: S603
            [*MANAGE, *words, "--data", str(self.folder)], env=clean(), capture_output=True, text=True, timeout=60, check=False
        )

    def processes(self) -> list[str]:
        """Return every living process of this installation, by its command."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words, surroundings = (place / "cmdline").read_bytes(), (place / "environ").read_bytes()
                if str(self.folder).encode() in words + surroundings:
                    found.append(words.replace(b"\0", b" ").decode())
        return found

    def end(self, number: signal.Signals) -> int:
        """Send a signal to the run and return how it ended."""
        assert self.run is not None
        assert self.run.stdout is not None
        self.run.send_signal(number)
        self.run.stdout.read()
        return self.run.wait(60)


def clean() -> dict[str, str]:
    """Return the environment without the tests' own installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COMANAGED_")}


def free_port() -> int:
    """Return a port nobody uses just now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait for other processes; say whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def the_one(folder: Path, words: bytes) -> int:
    """Return the number of the installation's process whose command has these words, 0 when there is none."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (place / "cmdline").read_bytes()
            if words in command and str(folder).encode() in command + (place / "environ").read_bytes():
                return int(place.name)
    return 0


def healthy(port: int) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
        return answer.status == 200
    return False


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="comanaged-test-", dir="/tmp"))
    installation = Installation(folder)
    installation.start()
    yield installation
    if installation.run is not None and installation.run.poll() is None:
        installation.end(signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)


def test_it_answers_and_says_where_everything_lies(running: Installation) -> None:
    assert healthy(running.port)
    assert f"http://127.0.0.1:{running.port}/" in "".join(running.said)
    assert {word for line in running.processes() for word in ("gunicorn", "celery", "sweep", "postgres") if word in line} == {
        "gunicorn",
        "celery",
        "sweep",
        "postgres",
    }


def test_it_listens_to_this_machine_alone(running: Installation) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.2", running.port))  # would be refused if it listened on every interface


def test_a_second_copy_on_the_same_folder_is_refused_in_words(running: Installation) -> None:
    refused = running.command("up")
    assert refused.returncode == 1
    assert f"already runs on {running.folder}, at http://127.0.0.1:{running.port}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert healthy(running.port)


def test_a_taken_port_is_refused_in_words(running: Installation, tmp_path: Path) -> None:
    refused = Installation(tmp_path).command("up", "--port", str(running.port))
    assert refused.returncode == 1
    assert f"Port {running.port} is already in use" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_other_interfaces_are_refused_without_https(tmp_path: Path) -> None:
    refused = Installation(tmp_path).command("up", "--host", "0.0.0.0")  # noqa: S104
    assert refused.returncode == 1
    assert "Passwords must not cross a network unprotected" in refused.stderr


def test_commands_find_the_installation_by_its_folder(running: Installation) -> None:
    made = running.command("create_provider", "Northwind MSP", "--slug", "northwind")
    assert json.loads(made.stdout) == {"provider": "northwind"}
    again = running.command("create_provider", "Northwind MSP", "--slug", "northwind")
    assert (again.returncode, again.stdout) == (2, "")
    assert "already an organisation with the short name 'northwind'" in again.stderr


@pytest.mark.parametrize("words", [b"broker.sock", b"\0sweep\0", b"gunicorn", b"\0beat\0", b"\0worker\0", b"/bin/postgres\0"])
def test_a_killed_process_is_started_again_and_stops_nothing(running: Installation, words: bytes) -> None:
    before = the_one(running.folder, words)
    assert before
    os.kill(os.getpgid(before), signal.SIGKILL)  # each has a session of its own: its first process is the one we watch
    assert until(lambda: the_one(running.folder, words) not in (before, 0))
    assert until(lambda: healthy(running.port))
    assert running.run is not None
    assert running.run.poll() is None


def test_after_kill_9_nothing_stays_behind_and_the_next_start_finds_everything(running: Installation) -> None:
    assert running.run is not None
    running.end(signal.SIGKILL)
    assert until(lambda: not running.processes()), running.processes()
    running.start()
    assert healthy(running.port)
    assert running.command("create_provider", "Northwind MSP", "--slug", "northwind").returncode == 2


def test_a_process_that_keeps_ending_stops_the_run_and_is_named(running: Installation) -> None:
    assert running.run is not None
    assert running.run.stdout is not None
    while running.run.poll() is None:
        if sweeper := the_one(running.folder, b"\0sweep\0"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(sweeper, signal.SIGKILL)
    assert "The sweeper ended again and again, so everything was stopped" in running.run.stdout.read()
    assert running.run.returncode == 1
    assert until(lambda: not running.processes()), running.processes()
    running.start()


def test_it_stops_cleanly_when_asked(running: Installation) -> None:
    assert running.end(signal.SIGINT) == 0
    assert running.processes() == []
    assert not (running.folder / "running.json").exists()
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", running.port))
    told = running.command("create_provider", "Another", "--slug", "another")
    assert (told.returncode, "Start it with: python3 manage.py up --data" in told.stderr) == (2, True)
