"""Add a provider."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from comanaged.accounts import actions
from comanaged.accounts.models import Kind
from comanaged.management import printing


class Command(printing.PrintsOne):
    """`manage.py create_provider "Northwind MSP" --slug northwind`."""

    help = "Adds a provider and prints its short name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--slug", required=True, help="the short name used in addresses and commands")
        parser.add_argument("--zone", default="UTC", help="its time zone, such as America/Chicago")

    def make(self, options: dict[str, Any], at: datetime) -> dict[str, str]:
        made = actions.create_organisation(Kind.PROVIDER, options["name"], slug=options["slug"], zone=options["zone"], at=at)
        return {"provider": made.slug}
