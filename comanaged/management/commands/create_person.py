"""Add a person to a client or a provider."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.validators import validate_email

from comanaged.accounts import access, actions
from comanaged.accounts.models import Kind
from comanaged.management import printing


class Command(printing.PrintsOne):
    """`manage.py create_person iris@example.org --name Iris --role c_mgr --client harbor-dental`."""

    help = "Invites a person and prints the link that works once; with --password-stdin the account is there at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        roles = sorted(role for role in access.table()["roles"] if access.side_of(role) and role != access.ASKS)
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="how others see them")
        parser.add_argument("--role", choices=roles, required=True, help="what they are there")
        parser.add_argument("--signatory", action="store_true", help="may sign the matrix for their side")
        parser.add_argument("--password-stdin", action="store_true", help="read a password from standard input and open the account")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--client", help="the short name of the client where they work; a provider's person is named here too")
        where.add_argument("--provider", help="the short name of the provider, for a person who serves no client yet")

    def make(self, options: dict[str, Any], at: datetime) -> dict[str, str]:
        validate_email(options["email"])
        kind = Kind.CLIENT if options["client"] else Kind.PROVIDER
        tenant = printing.organisation(options["client"] or options["provider"], kind)
        facts = {"name": options["name"], "signatory": options["signatory"], "by": access.system(tenant), "at": at}
        if options["password_stdin"]:
            password = sys.stdin.readline().rstrip("\n")
            return {"person": actions.open_account(options["email"], tenant, options["role"], password=password, **facts).email}
        return {"link": actions.invite(options["email"], tenant, options["role"], **facts).link}
