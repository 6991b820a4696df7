"""Run every check of the project: style, types, the direction of the arrows, and the tests."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from django.core.management.base import BaseCommand

from comanaged import bootstrap

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Check:
    """One tool: its name for people, its command, what it said and how it ended."""

    name: str
    command: Sequence[str]
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    failed: bool = False


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
    """Run all checks; the slow ones beside the tests. Return 0 when every one passed."""
    style = [Check("style", tool("ruff", "check", ".")), Check("layout", tool("ruff", "format", "--check", "."))]
    done = [quietly(check) for check in style]
    with Beside(Check("types", tool("mypy"))) as types, Beside(Check("arrows", tool("lint-imports"))) as arrows:
        tests = Check("tests", [sys.executable, "-m", "pytest", "-rs", *words])
        ended(tests, subprocess.call(tests.command, cwd=bootstrap.ROOT, env=surroundings()))  # noqa: S603
        done += [types.result(), arrows.result(), tests]
    return verdict(done, browser=next(filter(None, map(shutil.which, BROWSERS)), ""))


class Beside:
    """A check that runs beside the tests and keeps its words until asked."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.words = TemporaryFile()  # noqa: SIM115 - closed with us
        self.child = subprocess.Popen(check.command, cwd=bootstrap.ROOT, env=surroundings(), stdout=self.words, stderr=self.words)  # noqa: S603

    def __enter__(self) -> "Beside":
        return self

    def __exit__(self, *trouble: object) -> None:
        self.child.terminate()
        self.child.wait()
        self.words.close()

    def result(self) -> Check:
        """Wait for its end; print its words when it failed."""
        ended(self.check, self.child.wait())
        if self.check.failed:
            self.words.seek(0)
            tell(self.words.read().decode(errors="replace"))
        return self.check


def quietly(check: Check) -> Check:
    """Run a quick check; print its words when it failed."""
    outcome = subprocess.run(check.command, cwd=bootstrap.ROOT, env=surroundings(), capture_output=True, text=True, check=False)  # noqa: S603
    ended(check, outcome.returncode)
    if check.failed:
        tell(outcome.stdout + outcome.stderr)
    return check


def ended(check: Check, code: int) -> None:
    """Note how long a check took and whether it failed."""
    check.seconds, check.failed = time.monotonic() - check.began, code != 0


def verdict(done: Sequence[Check], *, browser: str) -> int:
    """Print one line for each check and return the exit code; without a browser a build fails and a person is told."""
    tell("")
    for check in done:
        tell(f"{check.name:>8}  {'FAILED' if check.failed else 'passed'}  {check.seconds:5.1f} s")
    failed = any(check.failed for check in done)
    if not browser:
        tell(" browser  SKIPPED: there is no Chromium here, so no page was tried in a browser (on Debian: apt install chromium)")
        failed = failed or os.environ.get("CI") == "true"
    return int(failed)


def tool(name: str, *words: str) -> list[str]:
    """Return a tool of this environment as a command."""
    return [str(Path(sys.executable).parent / name), *words]


def surroundings() -> dict[str, str]:
    """Return the environment for the checks: nothing of an installation that runs here."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COMANAGED_") or name == "COMANAGED_ENV"}
    return {**kept, "COMANAGED_INSECURE_HTTP": "1"}


def tell(text: str) -> None:
    """Print at once, so that it stays in order with what the tools print themselves."""
    print(text, flush=True)  # noqa: T201
