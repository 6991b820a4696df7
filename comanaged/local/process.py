"""How a child process is started so that it never outlives us, and how it is asked to stop."""

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Unstartable(Exception):
    """Something we need cannot be started; the text says what to do about it."""


def armed(death: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before its program: when the thread that started it ends, even by kill -9, it gets `death`."""
    return lambda: LIBC.prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0)


def end(child: "subprocess.Popen[bytes]", *steps: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn and wait its seconds; whatever is left of the child's session then is killed."""
    for number, seconds in steps:
        if child.poll() is None:
            child.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(seconds)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of a log, for a message to a person."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def explained(log: str) -> str:
    """Return what a server's last words mean for the person at the keyboard, "" when we do not know them."""
    if "No space left on device" in log:
        return "The disk is full. Free some space and start again; nothing that was stored is lost."
    if "error while loading shared libraries" in log:
        return f"A system library is missing: {log.split('error while loading shared libraries:')[1].splitlines()[0].strip()}. Install it and start again."
    if "Permission denied" in log:
        return "The folder with the data may not be written. Give it to the user who starts Comanaged, or choose another with --data."
    return ""
