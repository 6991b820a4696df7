"""Reading in a child process with limits, so that no file can take more of this machine than a matrix needs."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from responsibilities.importers.reading import CannotRead, Reading


class Told(Protocol):
    """What a child found."""

    def to_json(self) -> dict[str, Any]: ...


MOST_MEMORY = 240 * 1024 * 1024  # of address space, which is more than ever is in memory
MOST_SECONDS = 20
MOST_ANSWER = 16 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[2]
START = "import sys; sys.path.insert(0, sys.argv[1]); "
CHILD = START + "from responsibilities import importers; importers.apart.be_child(importers.read)"
OWN_CHILD = START + "from responsibilities.importers import apart, own; apart.be_child(own.read_file)"

TOO_LONG = "Reading this file took longer than 20 seconds. Keep only the sheets that say who does what, and try again."
UNREADABLE = "This file could not be read. Copy its table into a new sheet, save it as .xlsx or .csv, and try again."
TOO_MUCH = "Reading this file takes more memory than a matrix needs. Keep only the sheets that say who does what, and try again."


def read_apart(name: str, content: bytes) -> Reading:
    """Return what a file says, read by a child process that has 240 MB and 20 seconds; raise CannotRead in words."""
    return Reading.from_json(_apart(CHILD, name, content))


def read_own_apart(name: str, content: bytes) -> dict[str, Any]:
    """Return what a file of ours says, as JSON holds it; raise as read_apart does, also for a file that is not ours."""
    return _apart(OWN_CHILD, name, content)


def _apart(code: str, name: str, content: bytes) -> dict[str, Any]:
    child = subprocess.Popen(  # noqa: S603 - our own interpreter on our own file
        [sys.executable, "-I", "-c", code, str(ROOT), _spelled(name)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        said, _ = child.communicate(content, timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise CannotRead(TOO_LONG) from late
    finally:
        _end(child)
    return _answer(said, child.returncode)


def _spelled(name: str) -> str:
    """Return a file's name as a process can be given it; its end tells the kind."""
    return name[-200:].replace("\0", "").encode(errors="replace").decode()


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Make sure that the child is gone and nothing of it is left."""
    with contextlib.suppress(ProcessLookupError):
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            pipe.close()


def _answer(said: bytes, code: int) -> dict[str, Any]:
    """Return what the child found; raise CannotRead with its reason, or with what became of it."""
    if code:
        raise CannotRead({-signal.SIGXCPU: TOO_LONG, 1: UNREADABLE}.get(code, TOO_MUCH))
    answer: dict[str, Any] = json.loads(said)
    if "refused" in answer:
        raise CannotRead(str(answer["refused"]))
    return answer


def limit() -> None:
    """Take from this process what no reading needs: memory, time, files, processes."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def answer(read: Callable[[str, bytes], Told], name: str, content: bytes) -> bytes:
    """Return the reading as the child says it: JSON, or the reason why there is none."""
    try:
        said = json.dumps(read(name, content).to_json()).encode()
        return said if len(said) <= MOST_ANSWER else _refusal(TOO_MUCH)
    except CannotRead as refusal:
        return _refusal(str(refusal))
    except (MemoryError, RecursionError):
        return _refusal(TOO_MUCH)


def _refusal(reason: str) -> bytes:
    return json.dumps({"refused": reason}).encode()


def be_child(read: Callable[[str, bytes], Told]) -> None:
    """Be the child: limit oneself, read what stands on the input, answer and leave."""
    limit()
    sys.stdout.buffer.write(answer(read, sys.argv[2], sys.stdin.buffer.read()))
