"""Run every check of the project: style, types, the direction of the arrows, and the tests."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from comanaged import bootstrap

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")  # the lightest first
KEPT = ("COMANAGED_ENV", "COMANAGED_CHROMIUM")
BESIDE = 4  # each process that runs tests has a database and a broker of its own, about half a gigabyte


@dataclass(frozen=True)
class Result:
    """How one tool ended: its name for people, what it said, how long it took."""

    name: str
    failed: bool
    seconds: float
    words: str = ""


class Command(BaseCommand):
    """`manage.py test [what pytest understands]`."""

    help = "Checks style, types and imports, then runs the tests. Everything after 'test' goes to pytest."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Hand every argument on to pytest; ours are none."""
        if {"-h", "--help"} & set(argv[2:]):
            super().run_from_argv(argv)
        sys.exit(run(argv[2:]))

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(run(list(args)))


def run(words: list[str]) -> int:
    """Run all checks, the slow ones beside the tests; return 0 when every one passed."""
    done = [quietly("style", tool("ruff", "check", ".")), quietly("layout", tool("ruff", "format", "--check", "."))]
    with ThreadPoolExecutor() as pool:
        beside = [pool.submit(quietly, "types", tool("mypy")), pool.submit(quietly, "arrows", tool("lint-imports"))]
        tests = aloud("tests", [sys.executable, "-m", "pytest", "-rfEs", *(words or shared_out())])
        done += [one.result() for one in beside]
    for one in done:
        if one.failed:
            tell(f"\n{one.name}:\n{one.words}")
    return verdict([*done, tests], browser=chromium())


def chromium() -> str:
    """Return the path of the Chromium that tries the pages, or ""; COMANAGED_CHROMIUM names another."""
    return os.environ.get("COMANAGED_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), "")


def shared_out() -> list[str]:
    """Return the words that spread the whole of the tests over the processors, a file at a time, in order: long ones are not the last."""
    return ["-n", str(min(os.cpu_count() or 1, BESIDE)), "--dist", "loadfile", "--no-loadscope-reorder"]


def quietly(name: str, command: Sequence[str]) -> Result:
    """Run a tool and keep what it says."""
    began = time.monotonic()
    ended = subprocess.run(command, cwd=bootstrap.ROOT, env=surroundings(), capture_output=True, text=True, check=False)  # noqa: S603
    return Result(name, ended.returncode != 0, time.monotonic() - began, ended.stdout + ended.stderr)


def aloud(name: str, command: Sequence[str]) -> Result:
    """Run a tool that speaks for itself."""
    began = time.monotonic()
    code = subprocess.call(command, cwd=bootstrap.ROOT, env=surroundings())  # noqa: S603
    return Result(name, code != 0, time.monotonic() - began)


def verdict(done: Sequence[Result], *, browser: str) -> int:
    """Print one line for each check and return the exit code; without a browser a build fails and a person is told."""
    tell("")
    for check in done:
        tell(f"{check.name:>8}  {'FAILED' if check.failed else 'passed'}  {check.seconds:5.1f} s")
    failed = any(check.failed for check in done)
    if not browser:
        tell(
            " browser  SKIPPED: there is no Chromium here, so no page was tried in a browser (on Debian: apt install chromium-headless-shell)"
        )
        failed = failed or os.environ.get("CI") == "true"
    return int(failed)


def tool(name: str, *words: str) -> list[str]:
    """Return a tool of this environment as a command."""
    return [str(Path(sys.executable).parent / name), *words]


def surroundings() -> dict[str, str]:
    """Return the environment for the checks: nothing of an installation that runs here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMANAGED_") or name in KEPT}
    return {**kept, "COMANAGED_INSECURE_HTTP": "1"}


def tell(text: str) -> None:
    """Print at once, so that it stays in order with what the tools print themselves."""
    print(text, flush=True)  # noqa: T201
