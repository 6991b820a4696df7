"""Add a client, with a first draft of its matrix unless it begins empty."""

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from comanaged.accounts import actions
from comanaged.accounts.models import Kind
from comanaged.management import printing, public_holidays
from monitoring import actions as monitoring
from responsibilities import actions as responsibilities
from responsibilities import catalogue

YEARS = 10


class Command(printing.PrintsOne):
    """`manage.py create_client "Harbor Dental" --slug harbor-dental --provider northwind`."""

    help = "Adds a client, engages its provider, drafts its matrix from a template and prints its short name and address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--slug", required=True, help="the short name used in addresses and commands")
        parser.add_argument("--template", default="full-co-managed", help="the matrix to begin with")
        parser.add_argument("--empty", action="store_true", help="begin without a matrix: its manager chooses a start or brings a sheet")
        parser.add_argument("--zone", default="UTC", help="its time zone, such as America/Chicago; business hours count there")
        parser.add_argument("--holidays", metavar="PLACE", help="closed on the public holidays of US, US-IL, GB-SCT …, ten years ahead")
        parser.add_argument("--provider", help="the short name of the provider that serves it")

    def make(self, options: dict[str, Any], at: datetime) -> dict[str, str]:
        provider = printing.organisation(options["provider"], Kind.PROVIDER) if options["provider"] else None
        client = actions.create_organisation(Kind.CLIENT, options["name"], slug=options["slug"], zone=options["zone"], at=at)
        if provider:
            actions.engage(client, provider, at=at)
        closed = holidays_of(options["holidays"], at) if options["holidays"] else []
        with printing.inside(client) as by:
            try:
                if not options["empty"]:
                    responsibilities.start_matrix(client, options["template"], by=by, at=at, closed=closed)
            except (responsibilities.CannotStart, catalogue.UnknownTemplate) as refusal:
                raise printing.Refused(refusal) from refusal
            monitoring.start_checks(client, at=at)
        return {"client": client.slug, "address": f"/{client.slug}/"}


def holidays_of(place: str, at: datetime) -> list[date]:
    """Return the public holidays of a place from this year on."""
    try:
        return public_holidays.of(place, range(at.year, at.year + YEARS))
    except public_holidays.UnknownPlace as refusal:
        raise printing.Refused(refusal) from refusal
