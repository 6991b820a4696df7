"""Write, change and remove the canned replies of one's own organisation."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from tickets.actions import steps
from tickets.models import Canned


class Taken(steps.SayMore):
    """Another canned reply bears this title."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.field = "title"


@transaction.atomic
def add_canned(title: str, text: str, *, by: access.Actor, at: datetime) -> None:
    """Add one to those of the writer's organisation. Raise Taken."""
    access.require(by, "ticket.schedule")
    Organisation.objects.select_for_update(no_key=True).get(pk=_company(by))  # one number at a time
    with _own(by), _titled(title):
        last = Canned.objects.for_tenant(_company(by)).aggregate(last=Max("number"))["last"] or 0
        Canned.objects.create(tenant_id=_company(by), number=last + 1, title=title, text=text, by_name=by.name, changed_at=at)


def change_canned(canned: int, title: str, text: str, *, by: access.Actor, at: datetime, seen: int | None = None) -> None:
    """Change title and text. Raise Canned.DoesNotExist, Taken, or Stale when somebody changed it since it was shown."""
    access.require(by, "ticket.schedule")
    with _own(by):
        row = Canned.objects.for_tenant(_company(by)).select_for_update().get(number=canned)
        if seen is not None and seen != row.version:
            raise steps.Stale(f"{row.by_name} changed this reply after you opened it. Look again, then decide.")
        row.title, row.text, row.by_name, row.changed_at, row.version = title, text, by.name, at, row.version + 1
        with _titled(title):
            row.save()


def remove_canned(canned: int, *, by: access.Actor) -> None:
    """Remove one; what was sent with it stays."""
    access.require(by, "ticket.schedule")
    with _own(by):
        Canned.objects.for_tenant(_company(by)).filter(number=canned).delete()


def _company(by: access.Actor) -> int:
    return by.company_id or by.tenant_id


def _own(by: access.Actor) -> AbstractContextManager[None]:
    return tenancy.only([_company(by)], side=by.company_id)


@contextmanager
def _titled(title: str) -> Iterator[None]:
    """Say in words that a title is in use."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Taken(f'There is a reply called "{title}" already. Give this one another title.') from None
