"""Follow a ticket: by one's own wish, or because somebody named one in a message."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.vocabulary import Audience
from tickets.actions.entries import SayMore
from tickets.domain import audience as audiences
from tickets.domain import talk as rules
from tickets.models import Event, Ticket, Watcher
from tickets.queries import hiding


@transaction.atomic
def watch(ticket: Ticket, *, by: access.Actor, at: datetime) -> None:
    """Be told of every message that both sides read, and of one's own side's notes."""
    access.require(by, "ticket.work")
    if by.user_id is not None:
        _follow(ticket, [by.user_id], Audience.SHARED, by=by, at=at)


@transaction.atomic
def unwatch(ticket: Ticket, *, by: access.Actor) -> None:
    """Follow no more, whoever made one follow."""
    access.require(by, "ticket.work")
    Watcher.objects.for_tenant(by.tenant).of(ticket.id).of_person(by.user_id).delete()


def name_people(ticket: Ticket, event: Event, people: Sequence[access.Person], *, by: access.Actor, at: datetime) -> list[access.Person]:
    """Let everybody whom a message names follow the ticket, as far as they may read it; return them.

    Who is named in a private note follows in his own side's eyes alone: the other side cannot know that he was named.
    """
    private = event.audience not in audiences.TO_BOTH
    able = access.rules()["ticket.view"].allow
    may_read = {one.user_id: one for one in people if one.role in able and (not private or one.side == by.side)}
    named = [one for one in rules.named(event.text, {key: one.name for key, one in may_read.items()}) if one != by.user_id]
    _refuse_unseen(ticket, [may_read[one] for one in named], at)
    _follow(ticket, named, Audience(event.audience) if private else Audience.SHARED, by=by, at=at)
    return [may_read[one] for one in named]


def _refuse_unseen(ticket: Ticket, named: Sequence[access.Person], at: datetime) -> None:
    """Call nobody to a ticket that is kept from them."""
    seen = {one.user_id for one in hiding.who_sees(ticket, named, at)}
    unseen = next((one for one in named if one.user_id not in seen), None)
    if unseen is not None:
        words = (
            f"{unseen.name} is of the other side and does not see this ticket. Leave the name out, or show the ticket to both sides first."
        )
        raise SayMore(words)


def _follow(ticket: Ticket, people: list[int], audience: Audience, *, by: access.Actor, at: datetime) -> None:
    rows = [Watcher(tenant=by.tenant, ticket=ticket, user_id=one, audience=audience, side_id=by.company_id, at=at) for one in people]
    Watcher.objects.bulk_create(rows, ignore_conflicts=True)
