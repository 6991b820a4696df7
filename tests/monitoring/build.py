"""Plain builders for tests of monitoring: a source, a message posted and read, a list handed in and judged."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from monitoring import actions, tasks  # noqa: F401 - tasks register their jobs
from monitoring.domain import backup
from monitoring.models import Alert, InboundEvent, Source


@dataclass
class Sender:
    """A source with its key."""

    source: Source
    key: str

    def posts(self, body: bytes | dict[str, Any] | list[Any], **headers: str) -> Any:
        """Post a message as its sender does and return the answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Client(headers=headers).post(f"/api/v1/in/{self.key}/", content, content_type="application/json")

    def says(self, body: bytes | dict[str, Any] | list[Any], **headers: str) -> InboundEvent:
        """Post a message, have it read as a worker does, and return it."""
        answer = self.posts(body, **headers)
        assert answer.status_code == 202, answer.content
        read_all(self.source.tenant)
        with tenancy.only([self.source.tenant_id]):
            return InboundEvent.objects.for_tenant(self.source.tenant_id).select_related("source").get(public_id=answer.json()["id"])


def sender(tenant: Organisation, kind: str = "generic", *, duty: str = "monitoring.triage", **settings: Any) -> Sender:
    """Add a source."""
    with tenancy.only([tenant.pk]):
        made = actions.create_source(
            tenant, "Watcher", kind=kind, duty_key=duty, settings=settings, by=access.system(tenant), at=timezone.now()
        )
    return Sender(made.source, made.key)


def read_all(tenant: Organisation) -> None:
    """Do the waiting messages' work, by the body a worker runs."""
    with tenancy.only([tenant.pk]):
        waiting = list(InboundEvent.objects.for_tenant(tenant).filter(done_at=None).order_by("id").values_list("pk", flat=True))
    for row in waiting:
        background.perform(background.JOBS["monitoring.digest"], tenant=tenant.pk, row=row)


def alerts(tenant: Organisation) -> list[Alert]:
    """Return a client's alerts, the oldest first."""
    with tenancy.only([tenant.pk]):
        return list(Alert.objects.for_tenant(tenant).select_related("ticket", "tenant").order_by("id"))


def hands_in(tenant: Organisation, content: bytes, as_of: datetime, *, by: access.Actor | None = None, **how: Any) -> actions.HandedIn:
    """Hand a list in and have it judged as a worker does."""
    by = by or access.system(tenant)
    with tenancy.only([tenant.pk]):
        done = actions.hand_in(content, as_of=as_of, how=backup.Profile(**how), by=by, at=timezone.now())
    background.perform(background.JOBS["monitoring.judge"], tenant=tenant.pk, row=done.evidence.pk)
    return done
