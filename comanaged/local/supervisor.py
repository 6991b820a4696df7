"""The processes of one run: started, heard as one, started again when one ends, and stopped in order so that none stays behind."""

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from comanaged.local import process

COLOURS = {"web": 36, "worker": 32, "beat": 35, "sweeper": 33}
TRIES = 5  # endings of one process within a minute
MINUTE = 60.0

KNOWN = "ignore:You're running the worker with superuser privileges"  # `up` says so itself, in one line


@dataclass(frozen=True)
class Part:
    """One process: its name, its command, and how many seconds it may take to end."""

    name: str
    command: Sequence[str]
    patience: float


@dataclass
class Watched:
    """A process under watch: what runs now, and how it is started again."""

    name: str
    child: "subprocess.Popen[bytes]"
    again: "Callable[[], subprocess.Popen[bytes]]"
    endings: list[float] = field(default_factory=list)

    def ends_too_often(self, moment: float) -> bool:
        """Note one more ending; say whether starting it again is no help any more."""
        self.endings = [one for one in self.endings if moment - one < MINUTE] + [moment]
        return len(self.endings) >= TRIES


class Supervisor:
    """Starts parts in order, passes their words on, starts again what ends, and stops them in the order in which they were started."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": KNOWN}
        self.parts: list[tuple[Part, Watched]] = []
        self.servers: list[Watched] = []

    def start(self, part: Part, *, keep: Sequence[int] = ()) -> None:
        """Start one part and watch it; it inherits the files in `keep`."""

        def again() -> "subprocess.Popen[bytes]":
            child = self._spawn(part, keep)
            threading.Thread(target=pump, args=[[(part.name, child.stdout)]], daemon=True).start()
            return child

        self.parts.append((part, Watched(part.name, self._spawn(part, keep), again)))

    def _spawn(self, part: Part, keep: Sequence[int]) -> "subprocess.Popen[bytes]":
        """Start a process in a session of its own, so that Ctrl-C in the terminal reaches us alone."""
        return subprocess.Popen(  # noqa: S603
            part.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=keep,
            preexec_fn=process.armed(signal.SIGTERM),  # noqa: PLW1509 - one line, no lock
        )

    def finish(self, command: Sequence[str]) -> str:
        """Run one command to its end; return what it said when it failed, "" when all went well."""
        with subprocess.Popen(  # noqa: S603
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=process.armed(signal.SIGTERM),  # noqa: PLW1509 - one line, no lock
        ) as child:
            try:
                words, _ = child.communicate()
            finally:
                process.end(child, (signal.SIGTERM, 5))
        return words.decode(errors="replace").strip() or "It said nothing." if child.returncode else ""

    def adopt(self, name: str, start: "Callable[[], subprocess.Popen[bytes]]") -> None:
        """Start and watch a server that somebody else stops."""
        self.servers.append(Watched(name, start(), start))

    def pass_words_on(self) -> None:
        """Print what the parts say, each line with its part's name, from now on."""
        pipes = [(part.name, watched.child.stdout) for part, watched in self.parts]
        threading.Thread(target=pump, args=[pipes], daemon=True).start()

    def everyone(self) -> list[Watched]:
        """Return all that is watched, what the others stand on first."""
        return self.servers + [watched for _, watched in self.parts]

    def ended(self) -> str:
        """Name the first process that has ended, "" while all run."""
        return next((one.name for one in self.everyone() if one.child.poll() is not None), "")

    def tend(self, tell: Callable[[str], None]) -> str:
        """Start again what ends, and tell so; return the name of a process that keeps ending. Call it from the main thread."""
        while True:
            for one in self.everyone():
                if one.child.poll() is None:
                    continue
                if one.ends_too_often(time.monotonic()):
                    return one.name
                tell(f"The {one.name} ended by itself; nothing that was stored is lost. Starting it again ...")
                process.end(one.child)
                one.child = one.again()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask each part to end, in order; one that does not is killed with its session."""
        for part, watched in self.parts:
            process.end(watched.child, (signal.SIGTERM, part.patience))
        self.parts.clear()


def pump(pipes: Sequence[tuple[str, IO[bytes] | None]]) -> None:
    """Pass lines on until every pipe is closed."""
    colourful = sys.stdout.isatty()
    with selectors.DefaultSelector() as selector:
        for name, pipe in pipes:
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, (name, bytearray()))
        while selector.get_map():
            for key, _ in selector.select():
                name, rest = key.data
                chunk = os.read(key.fd, 65536)
                rest += chunk
                lines = rest.split(b"\n")
                rest[:] = b"" if not chunk else lines.pop()
                say(name, [line for line in lines if line.strip()], colourful=colourful)
                if not chunk:
                    selector.unregister(key.fileobj)


def say(name: str, lines: Sequence[bytes], *, colourful: bool) -> None:
    """Print lines of one part; a terminal that went away silences us but stops nothing."""
    label = f"\x1b[{COLOURS.get(name, 37)}m{name:>8}\x1b[0m" if colourful else f"{name:>8}"
    try:
        for line in lines:
            sys.stdout.write(f"{label} | {line.decode(errors='replace')}\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        return
