"""Let other systems and chats hear of what was written, once for a whole transaction and before it ends."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged import tenancy
from comanaged.notices import hooks
from comanaged.notices.kinds import Kind as About
from comanaged.notices.models import Channel
from tickets.actions import telling
from tickets.domain import audience as audiences
from tickets.domain import changes, saying
from tickets.models import Event, Kind
from tickets.queries import changes as queries


def hand(event: Event) -> None:
    """Remember an entry that was written until its transaction ends."""
    tenancy.at_last(announce, event)


def written() -> list[Event]:
    """Return what was written in this scope so far."""
    return tenancy.handed(announce)


def announce(events: Sequence[Event]) -> None:
    """Let what both sides read wait for the channels there are; where there are none, this costs one question."""
    news: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.audience in audiences.TO_BOTH and event.kind not in changes.SILENT:
            news[event.tenant_id].append(event)
    for tenant, shared in news.items():
        at = max(event.at for event in shared)
        channels = list(hooks.standing(tenant, at).order_by("id"))
        if channels:
            _announce(tenant, [event.pk for event in shared], channels, at)


def _announce(tenant: int, ids: Sequence[int], channels: Sequence[Channel], at: datetime) -> None:
    """Read the entries again, with their files: what was taken back meanwhile is not there."""
    events = list(queries.with_all(Event.objects.for_tenant(tenant).filter(id__in=ids)).order_by("id"))
    pairs: list[tuple[Channel, hooks.News]] = []
    for event, line in zip(events, queries.lines_of(events), strict=True):
        body = changes.envelope(line.ticket, line.change, source=f"{settings.ADDRESS}/{line.ticket['client']}/")
        news = hooks.News(line.change.type, line.ticket["id"], body, telling.key_of(event), event.by_key_id)
        able = [one for one in channels if event.ticket.hidden_for_id in {None, one.company_id}]
        pairs += [(one, news) for one in able if one.kind == hooks.WEBHOOK and not hooks.is_own(one, news)]
        pairs += [(one, _words(one, event)) for one in able if one.kind != hooks.WEBHOOK and _wants(one, event)]
    hooks.queue(pairs, at=at)


def again(event: Event, channels: Sequence[Channel], mark: str, *, at: datetime) -> None:
    """Let one entry wait once more for these webhooks, as a message of its own."""
    (loaded,) = queries.with_all(Event.objects.for_tenant(event.tenant_id).filter(pk=event.pk))
    (line,) = queries.lines_of([loaded])
    body = changes.envelope(line.ticket, line.change, source=f"{settings.ADDRESS}/{line.ticket['client']}/")
    news = hooks.News(line.change.type, line.ticket["id"], body, f"{telling.key_of(event)}#{mark}")
    hooks.announce_all(channels, [news], at=at)


def _wants(channel: Channel, event: Event) -> bool:
    """Say whether a chat wants to hear of an entry: of the kinds chosen for it, by anybody but its own side's people."""
    about = telling.KIND_OF.get(Kind(event.kind), About.MESSAGE)
    return about in channel.kinds and (event.by_side != channel.side or event.by_user_id is None)


def _words(channel: Channel, event: Event) -> hooks.News:
    """Say who did what to which ticket, and where to read it; what was written stays in the portal."""
    ticket = event.ticket
    name = f"{saying.reference(ticket.tenant.name, ticket.number)} {ticket.title}"
    address = settings.ADDRESS + reverse("tickets:ticket", args=[ticket.tenant.slug, ticket.number])
    about = telling.KIND_OF.get(Kind(event.kind), About.MESSAGE)
    return hooks.words(channel, about, f"{name}: {saying.did(event.kind, event.by_name)}.\n{address}", telling.key_of(event))
