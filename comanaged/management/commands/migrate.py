"""Django's migrate, as the owner of the tables; the running product owns nothing."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection

from comanaged import walls


class Command(migrate.Command):
    """Prepares the grants, migrates, makes the cache table, and takes the bookkeeping tables out of the product's hands."""

    def handle(self, *args: Any, **options: Any) -> None:
        with walls.as_owner():
            execute(walls.GRANTS)
            super().handle(*args, **options)
            call_command("createcachetable", verbosity=0)
            execute(walls.BOOKKEEPING)


def execute(statements: str) -> None:
    """Run SQL as whoever the connection is."""
    with connection.cursor() as cursor:
        cursor.execute(statements)
