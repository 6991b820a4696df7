"""The lists that somebody keeps, and those that his company shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from comanaged.accounts import access
from tickets.domain import wanted
from tickets.models import View
from tickets.queries import wishing

MOST = 50  # kept lists shown at once


@dataclass(frozen=True)
class Kept:
    """A kept list; `own` = the reader made it."""

    id: int
    name: str
    line: str
    shared: bool
    own: bool


def views_of(by: access.Actor, standings: Sequence[access.Actor] = ()) -> list[Kept]:
    """Return a person's own lists and his company's, by name; they lie with the company, whose side is in scope at every client.

    What a colleague shares of a client that this person does not serve names that client, so it is left out; `standings` are all of his.
    """
    if by.company_id is None or by.user_id is None:
        return []
    found = View.objects.for_tenant(by.company_id).of(by.user_id).order_by("name", "id")[:MOST]
    served = [by, *standings]
    return [Kept(one.pk, one.name, one.line, one.shared, one.user_id == by.user_id) for one in found if _his(one, by, served)]


def _his(view: View, by: access.Actor, served: Sequence[access.Actor]) -> bool:
    """Say whether a list is this person's own, or speaks of no client but those he serves."""
    client = wanted.read(view.line).wanted.client
    return view.user_id == by.user_id or not client or any(wishing.meant(actor, client) for actor in served)
