"""What every command that makes one thing shares: it prints one JSON object, and refuses in one sentence with exit code 2."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, transaction
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access, actions
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind, Organisation


class Refused(CommandError):
    """The command cannot do this; the text says why and what to do."""

    def __init__(self, text: object) -> None:
        super().__init__(str(text), returncode=2)


class PrintsOne(BaseCommand):
    """A command that makes one thing and prints it."""

    requires_system_checks = ()

    def make(self, options: dict[str, Any], at: datetime) -> dict[str, str]:
        """Make it and return what to print."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                made = self.make(options, timezone.now())
        except actions.CannotChange as refusal:
            raise Refused(refusal) from refusal
        except ValidationError as wrong:
            raise Refused(" ".join(wrong.messages)) from wrong
        except OperationalError as trouble:
            raise Refused(f"The database does not answer: {trouble}") from trouble
        self.stdout.write(json.dumps(made, ensure_ascii=False))


def organisation(slug: str, kind: Kind | None = None) -> Organisation:
    """Return the organisation with this short name."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None or (kind is not None and found.kind != kind):
        known = Organisation.objects.filter(**({"kind": kind} if kind else {})).order_by("slug").values_list("slug", flat=True)
        what = kind.label if kind else "organisation"
        raise Refused(f"There is no {what} '{slug}'. Known: {', '.join(known) or 'none yet'}.")
    return found


@contextmanager
def inside(tenant: Organisation) -> Iterator[Actor]:
    """Open one organisation's rooms and act there as the system."""
    with tenancy.only([tenant.pk]):
        yield access.system(tenant)
