"""Make the environment the project runs in: `.venv`, filled from the lock with every hash checked; the standard library alone."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENV = ROOT / ".venv"
PYTHON = ENV / "bin" / "python"
LOCK = ROOT / "comanaged" / "requirements.lock"
STAMP = ENV / "installed-from"
OLDEST = (3, 11)
NO_NETWORK = (
    "resolution",
    "resolve",
    "dns error",
    "NewConnectionError",
    "Connection refused",
    "unreachable",
    "timed out",
    "Could not connect",
)


def run(module: str) -> None:
    """Go on in `module.main`, inside an environment that holds what the lock names."""
    if "COMANAGED_ENV" not in os.environ:  # set where somebody else made the environment: an image, a build server
        try:
            prepare()
        except KeyboardInterrupt:
            sys.exit("Stopped before everything was installed. Start again to go on.")
        if Path(sys.prefix).resolve() != ENV.resolve():
            os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - our own interpreter
    importlib.import_module(module).main()


def prepare() -> None:
    """Install what the lock names, unless that was done."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Comanaged needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}. Install a newer one and start again with it."
        )
    if ready():
        return
    with alone():
        if ready():  # another copy did it while we waited
            return
        print("Installing what Comanaged needs into .venv. This happens once and takes a minute or two ...", flush=True)  # noqa: T201
        try:
            complaint = install()
        except OSError as error:
            complaint = str(error)
    if complaint:
        sys.exit(explained(complaint))


def ready() -> bool:
    """Say whether the environment was filled from the lock as it is now."""
    try:
        return PYTHON.exists() and STAMP.read_text() == fingerprint()
    except OSError:
        return False


def fingerprint() -> str:
    """Return what changes whenever the lock does."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one copy install at a time; the folder itself is the lock, so nothing stale stays behind."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def install() -> str:
    """Fill `.venv`, with uv where it works and pip where not; return the complaint, "" when all went well."""
    STAMP.unlink(missing_ok=True)
    complaint = attempt(uv_steps()) if shutil.which("uv") else "no uv"
    if complaint:
        complaint = attempt(pip_steps())
    if not complaint:
        STAMP.write_text(fingerprint())
    return complaint


def uv_steps() -> list[list[str]]:
    """Return the fast way."""
    make = [] if PYTHON.exists() else [["uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(ENV)]]
    return [*make, ["uv", "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(LOCK)]]


def pip_steps() -> list[list[str]]:
    """Return the way that needs nothing but Python."""
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("This Python cannot make environments. On Debian or Ubuntu: sudo apt install python3-venv. Then start again.")
    if not (ENV / "bin" / "pip").exists():
        venv.create(ENV, clear=True, with_pip=True, symlinks=True)
    return [[str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]]


def attempt(steps: list[list[str]]) -> str:
    """Run the steps; return the words of the first that fails."""
    surroundings = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    surroundings.pop("VIRTUAL_ENV", None)
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True, errors="replace", env=surroundings, check=False)  # noqa: S603
        if done.returncode:
            return done.stderr.strip() or done.stdout.strip() or f"{step[0]} ended with {done.returncode}"
    return ""


def explained(complaint: str) -> str:
    """Return a complaint of an installer as a sentence that says what to do."""
    if "No space left" in complaint:
        return f"The disk is full. Comanaged needs about 600 MB under {ENV}. Free some space and start again."
    if "Permission denied" in complaint or "Read-only file system" in complaint:
        return f"{ENV} cannot be written by this user. Give the folder to whoever starts Comanaged, and start again."
    if "do not match the hashes" in complaint or "Hash mismatch" in complaint:
        return f"A package is not the one the lock names, so nothing was installed from it:\n{complaint}"
    if any(word in complaint for word in NO_NETWORK):
        return "The packages could not be fetched: there is no way to the package registry. Connect to the network and start again."
    return f"The packages could not be installed:\n{complaint[-1500:]}"
