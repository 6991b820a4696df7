"""Read one mail and print what is understood of it; nothing is stored."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tickets import mail
from tickets.mail.report import report


class Command(BaseCommand):
    """`manage.py read_mail message.eml`."""

    help = "Reads a mail (.eml) and prints as JSON who wrote it, what is new in it, what is quoted, and whether a machine wrote it. Needs no database."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            raw = path.read_bytes()
        except OSError as trouble:
            self.stderr.write(f"{path} cannot be opened: {trouble.strerror}.")
            raise SystemExit(2) from None
        self.stdout.write(json.dumps({"file": path.name, **report(mail.read(raw))}, ensure_ascii=False, indent=2))
