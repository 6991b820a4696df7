"""Measure the product against a baseline in the same run, on a throw-away installation with every safety on."""

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from comanaged import bootstrap
from comanaged.local import up
from comanaged.local.home import Home
from comanaged.local.process import Unstartable
from comanaged.local.supervisor import Supervisor

BENCHES = bootstrap.ROOT / "tests" / "bench"


class Command(BaseCommand):
    """`manage.py bench [NAME]`."""

    help = "Measures one thing, or everything there is a benchmark for. Nothing of an installation is touched."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = sorted(path.stem.removeprefix("bench_") for path in BENCHES.glob("bench_*.py"))
        parser.add_argument("name", nargs="?", choices=names, help="what to measure; everything when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        names = sorted(path.stem for path in BENCHES.glob(f"bench_{options['name'] or '*'}.py"))
        folder = Path(tempfile.mkdtemp(prefix="comanaged-bench-"))
        place = Home(folder)
        for name in [name for name in os.environ if name.startswith("COMANAGED_")]:
            del os.environ[name]  # a database that somebody else set is not ours to fill
        try:
            place.make()
            sys.exit(measured(place, names))
        except Unstartable as refusal:
            sys.exit(str(refusal))
        finally:
            place.broker.stop()
            place.cluster.stop()
            shutil.rmtree(folder, ignore_errors=True)


def measured(place: Home, names: list[str]) -> int:
    """Run benchmarks one after the other, each in a process of its own; return how many failed."""
    place.cluster.start()
    place.cluster.prepare()
    place.broker.start()
    family = Supervisor(bootstrap.ROOT, place.environment("http://127.0.0.1:8000"))
    up.demand(family, "migrate", "--verbosity", "0")
    runs = [[sys.executable, "-m", f"tests.bench.{name}"] for name in names]
    return sum(subprocess.call(run, cwd=bootstrap.ROOT, env=family.environment) != 0 for run in runs)  # noqa: S603
