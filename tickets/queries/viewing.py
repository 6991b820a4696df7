"""The lists that somebody keeps, and those that his company shares."""

from dataclasses import dataclass

from comanaged.accounts import access
from tickets.models import View

MOST = 50  # kept lists shown at once


@dataclass(frozen=True)
class Kept:
    """A kept list; `own` = the reader made it."""

    id: int
    name: str
    line: str
    shared: bool
    own: bool


def views_of(by: access.Actor) -> list[Kept]:
    """Return a person's own lists and his company's, by name; they lie with the company, whose side is in scope at every client."""
    if by.company_id is None or by.user_id is None:
        return []
    found = View.objects.for_tenant(by.company_id).of(by.user_id).order_by("name", "id")[:MOST]
    return [Kept(one.pk, one.name, one.line, one.shared, one.user_id == by.user_id) for one in found]
