"""Make an API key."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from comanaged import vocabulary
from comanaged.accounts import access, actions
from comanaged.management import printing
from comanaged.vocabulary import Side


class Command(printing.PrintsOne):
    """`manage.py create_key harbor-dental --kind k_read`."""

    help = "Makes an API key for a client or a provider and prints its secret; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="the short name of a client or a provider")
        parser.add_argument("--kind", choices=actions.KEY_KINDS, default="k_read", help="reads, works tickets, or posts evidence")
        parser.add_argument("--side", choices=[vocabulary.spoken(side) for side in Side], help="the side it stands on")
        parser.add_argument("--days", type=int, default=90, help="how long it lasts; 90 days when not given")
        parser.add_argument("--name", default="", help="what people call it")

    def make(self, options: dict[str, Any], at: datetime) -> dict[str, str]:
        tenant = printing.organisation(options["organisation"])
        side = vocabulary.written(options["side"], Side) if options["side"] else None
        by = access.system(tenant)
        made = actions.make_key(tenant, options["kind"], side=side, days=options["days"], name=options["name"], by=by, at=at)
        return {"key": made.secret}
