"""Add a source of alerts to a client."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from comanaged.accounts.models import Kind
from comanaged.management import printing
from monitoring import actions as monitoring


class Command(printing.PrintsOne):
    """`manage.py create_source harbor-dental "Server monitoring" --kind generic --duty monitoring.servers`."""

    help = "Adds a source of alerts and prints the address it posts to; the address holds its key and is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("client", help="the client's short name")
        parser.add_argument("name", help="what people call it")
        parser.add_argument("--kind", default="generic", help="the product that sends, or generic")
        parser.add_argument("--mapping", type=Path, help="a JSON or YAML file that says how its messages are read, for any other sender")
        parser.add_argument("--duty", help="the duty its alerts belong to when they do not say")

    def make(self, options: dict[str, Any], at: datetime) -> dict[str, str]:
        client = printing.organisation(options["client"], Kind.CLIENT)
        with printing.inside(client) as by:
            try:
                settings = {"mapping": yaml.safe_load(options["mapping"].read_text())} if options["mapping"] else {}
                made = monitoring.create_source(
                    client, options["name"], kind=options["kind"], duty_key=options["duty"], settings=settings, by=by, at=at
                )
            except (OSError, UnicodeDecodeError, yaml.YAMLError) as unread:
                raise printing.Refused(f"The mapping cannot be read: {unread}") from unread
            except monitoring.CannotCreate as refusal:
                raise printing.Refused(refusal) from refusal
        return {"address": urlsplit(made.address).path}
