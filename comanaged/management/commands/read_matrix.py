"""Read somebody's matrix and print what is found in it; nothing is stored."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from responsibilities import importers
from responsibilities.importers import report


class Command(BaseCommand):
    """`manage.py read_matrix their-raci.xlsx`."""

    help = "Reads a matrix (.xlsx, .csv, .tsv, .md, .adoc) and prints as JSON who does what in it, and what is missing. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            found = importers.read_apart(path.name, path.read_bytes())
        except OSError as trouble:
            self.refuse(f"{path} cannot be opened: {trouble.strerror}.")
        except importers.CannotRead as refusal:
            self.refuse(str(refusal))
        else:
            self.stdout.write(json.dumps({"file": path.name, **report.report(found)}, ensure_ascii=False, indent=2))

    def refuse(self, why: str) -> None:
        """Say why in one sentence, and leave with 1."""
        self.stderr.write(why)
        raise SystemExit(1)
