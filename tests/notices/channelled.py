"""Channels as the tests need them, made by the product's own actions, and a worker whose clock the test holds."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from comanaged import tenancy
from comanaged.accounts import channelling
from comanaged.accounts.access import Actor
from comanaged.notices import hooks
from comanaged.notices.models import Channel, Delivery
from tests.cast import Cast
from tests.notices.sinks import Sink

NOON = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def webhook(by: Actor, sink: Sink, settings: Any, *, name: str = "Their system", at: datetime = NOON, own_key: int | None = None) -> Any:
    """Make a webhook to a sink that the operator allows, inside the maker's scope."""
    settings.HOOKS_INSIDE = settings.HOOKS_INSIDE | {sink.place}
    return channelling.make(channelling.Wanted("WEBHOOK", name, sink.address, own_key=own_key), by=by, at=at)


def tell(cast: Cast, *keys: str, at: datetime = NOON) -> None:
    """Let one thing after the other wait for every webhook of both sides."""
    with cast.scope():
        for key in keys:
            hooks.announce(
                tenant=cast.harbor.pk,
                sides=["INTERNAL", "PROVIDER"],
                kind="comanaged.ticket.updated",
                subject="1",
                body={"key": key},
                key=key,
                at=at,
            )


def work(channel: Channel, at: datetime) -> bool:
    """Do what a worker does with a channel at this moment; say whether it was due."""
    tenant, token = channel.tenant_id, uuid.uuid4()
    with tenancy.only([tenant]):
        due = Channel.objects.for_tenant(tenant).filter(pk=channel.pk, due_at__lte=at, ended_at=None, paused_at=None)
        if not due.update(lease_token=token):
            return False
    hooks.deliver(channel.pk, tenant=tenant, token=token, at=at)
    return True


def now(channel: Channel) -> Channel:
    """Return a channel as it is kept now."""
    with tenancy.only([channel.tenant_id]):
        return Channel.objects.for_tenant(channel.tenant_id).get(pk=channel.pk)


def states(channel: Channel) -> list[str]:
    """Return what became of everything that was to go through a channel, in order."""
    with tenancy.only([channel.tenant_id]):
        rows = list(Delivery.objects.for_tenant(channel.tenant_id).filter(channel=channel).order_by("id"))
    return ["sent" if row.sent_at else "failed" if row.failed_at else "waits" for row in rows]


def keys(sink: Sink) -> list[str]:
    """Return what a sink heard of, in order."""
    return [json.loads(body)["key"] for _, body in sink.heard]
