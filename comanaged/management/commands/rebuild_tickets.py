"""Tell every ticket again from its ledger, and set right what its row says otherwise."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from comanaged.accounts.models import Kind, Organisation
from comanaged.management import printing
from tickets.actions import rebuilding

SHOWN = 20  # tickets that are named


class Command(BaseCommand):
    """`manage.py rebuild_tickets [--client harbor-dental] [--check]`."""

    help = "Reads every ticket through its ledger and sets right what its row says otherwise; prints how many differed, and in what."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", help="the short name of one client; all of them when not given")
        parser.add_argument("--check", action="store_true", help="change nothing; leave with 1 when a ticket differs from its ledger")

    def handle(self, *args: Any, **options: Any) -> None:
        named, check = options["client"], options["check"]
        clients = [printing.organisation(named, Kind.CLIENT)] if named else Organisation.objects.filter(kind=Kind.CLIENT).order_by("slug")
        differ = False
        for client in clients:
            found = rebuilding.rebuild(client, at=timezone.now(), write=not check)
            differ |= bool(found.differ)
            self.stdout.write(said(client.slug, found, check=check))
        if check and differ:
            raise SystemExit(1)


def said(client: str, found: rebuilding.Found, *, check: bool) -> str:
    """Return what was found at one client, as one line."""
    line = f"{client}: {found.tickets} tickets, {len(found.differ)} {'differ' if check else 'were set right'}"
    if not found.differ:
        return f"{line}."
    numbers = ", ".join(str(number) for number in found.differ[:SHOWN])
    more = f" and {len(found.differ) - SHOWN} more" if len(found.differ) > SHOWN else ""
    columns = ", ".join(f"{name} in {count}" for name, count in found.columns.most_common())
    return f"{line} ({numbers}{more}): {columns}."
