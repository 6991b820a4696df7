"""The processes of one run: started, watched and heard as one, and stopped in order so that none stays behind."""

import os
import selectors
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from comanaged.local import process

COLOURS = {"web": 36, "worker": 32, "beat": 35, "sweeper": 33}

KNOWN = "ignore:You're running the worker with superuser privileges"  # `up` says so itself, in one line


@dataclass(frozen=True)
class Part:
    """One process: its name, its command, and how many seconds it may take to end."""

    name: str
    command: Sequence[str]
    patience: float


class Supervisor:
    """Starts parts in order, passes their words on, and stops them in the order given: first started, first stopped."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": KNOWN}
        self.parts: list[tuple[Part, subprocess.Popen[bytes]]] = []
        self.others: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, part: Part, *, keep: Sequence[int] = ()) -> None:
        """Start one part in a session of its own, so that Ctrl-C in the terminal reaches us alone; it inherits the files in `keep`."""
        child = subprocess.Popen(  # noqa: S603
            part.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=keep,
            preexec_fn=process.armed(signal.SIGTERM),  # noqa: PLW1509 - one line, no lock; the only thread starts afterwards
        )
        self.parts.append((part, child))

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

    def adopt(self, name: str, child: "subprocess.Popen[bytes] | None") -> None:
        """Watch a process that somebody else starts and stops."""
        if child is not None:
            self.others.append((name, child))

    def pass_words_on(self) -> None:
        """Print what the parts say, each line with its part's name, from now on."""
        threading.Thread(target=pump, args=[[(part.name, child.stdout) for part, child in self.parts]], daemon=True).start()

    def ended(self) -> str:
        """Name the first process that has ended, "" while all run."""
        everyone = [(part.name, child) for part, child in self.parts] + self.others
        return next((name for name, child in everyone if child.poll() is not None), "")

    def stop(self) -> None:
        """Ask each part to end, in order; one that does not is killed with its session."""
        for part, child in self.parts:
            process.end(child, (signal.SIGTERM, part.patience))
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
