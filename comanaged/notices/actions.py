"""Queue a notice in the transaction of its cause; deliver it later, outside any."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from comanaged import background, tenancy
from comanaged.notices import mailing
from comanaged.notices.models import Notice


class Addressee(Protocol):
    """Somebody a notice can go to."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


def queue(*, tenant: int, to: Iterable[Addressee], subject: str, text: str, key: str, at: datetime) -> list[Notice]:
    """Add one row per address that has none under `key` yet, and ring for a worker after the commit."""
    people = {person.email: person.name for person in to if person.email}
    known = set(Notice.objects.for_tenant(tenant).filter(key=key, to_address__in=people).values_list("to_address", flat=True))
    one_line = " ".join(subject.split())[:200]
    fresh = [
        Notice(tenant_id=tenant, key=key, to_address=address, to_name=name, subject=one_line, text=text, queued_at=at, due_at=at)
        for address, name in people.items()
        if address not in known
    ]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    for notice in Notice.objects.for_tenant(tenant).filter(key=key, to_address__in=[n.to_address for n in fresh]).order_by("id"):
        background.after_commit("notices.deliver", tenant=tenant, id=notice.pk)
    return fresh


def take_out(*, tenant: int, key: str, text: str, instead: str) -> None:
    """Put other words in place of a text in the notices under `key` that were not sent yet."""
    waiting = Notice.objects.for_tenant(tenant).select_for_update().filter(key=key, sent_at__isnull=True, failed_at__isnull=True)
    for notice in waiting.order_by("id"):
        notice.text = notice.text.replace(text, instead)
        notice.save(update_fields=["text"])


def deliver(notice_id: int, *, tenant: int, token: uuid.UUID, at: datetime) -> None:
    """Send, then mark: a crash between the two sends twice, never not at all."""
    with tenancy.only([tenant]):
        notice = Notice.objects.for_tenant(tenant).get(pk=notice_id)
    mailing.mail(
        notice.to_name,
        notice.to_address,
        notice.subject,
        notice.text,
        key=f"{tenant}:{notice.pk}",
        headers={"Auto-Submitted": "auto-generated"},
    )
    with tenancy.only([tenant]):
        background.finish(Notice, notice_id, token, sent_at=at)


def give_up(notice_id: int, *, token: uuid.UUID, at: datetime) -> None:
    """End a notice that no try could send; it stays visible as failed."""
    background.finish(Notice, notice_id, token, failed_at=at)
