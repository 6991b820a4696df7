"""What leaves for webhooks and chats: a row for each thing and channel, sent in order by the channel's own job.

A channel that is down rests by itself and delays nobody else's. What is sent and not yet marked when a worker dies is sent again under the
same webhook-id.
"""

import json
import random
import time
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import F, Q, QuerySet

from comanaged import background, sealing, tenancy
from comanaged.notices import channels, signals
from comanaged.notices.domain import retrying, rooms, signing
from comanaged.notices.kinds import Kind
from comanaged.notices.models import Channel, Delivery
from comanaged.vocabulary import Side

WEBHOOK = "WEBHOOK"
EACH = 50  # deliveries of one claim
BOX = timedelta(seconds=60)  # and its time, well under the lease
IDLE = timedelta(minutes=5)  # a channel for which nothing waits is looked at again; a ring that was lost costs no more
KEPT = timedelta(days=30)  # what is over is shown so long
TYPES = {WEBHOOK: "application/cloudevents+json; charset=utf-8"}
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class News:
    """One thing to tell webhooks of; `origin_key` is the key that did it, whose own channel needs no telling."""

    kind: str
    subject: str
    body: dict[str, Any]
    key: str
    origin_key: int | None = None


def listening(tenant: int, sides: Collection[Side], at: datetime) -> list[Channel]:
    """Return the live webhooks of these sides, paused ones too: what happens meanwhile waits for them."""
    return list(standing(tenant, at).filter(kind=WEBHOOK, side__in=sides).order_by("id"))


def standing(tenant: int, at: datetime) -> QuerySet[Channel]:
    """Return the channels that nobody ended, of the client and of who serves it now: a provider that left hears nothing more."""
    serves = Q(company__served__client=tenant, company__served__starts_at__lte=at)
    serving = serves & (Q(company__served__ends_at=None) | Q(company__served__ends_at__gt=at))
    return Channel.objects.for_tenant(tenant).filter(Q(company=tenant) | serving, ended_at=None).distinct()


def announce(
    *,
    tenant: int,
    sides: Collection[Side],
    kind: str,
    subject: str,
    body: dict[str, Any],
    key: str,
    at: datetime,
    origin_key: int | None = None,
) -> None:
    """Let one thing wait for every live webhook of these sides but the one that belongs to the key that did it."""
    announce_all(listening(tenant, sides, at), [News(kind, subject, body, key, origin_key)], at=at)


def announce_all(wanted: Sequence[Channel], news: Iterable[News], *, at: datetime) -> None:
    """Let things wait, in their order, for these channels."""
    queue([(channel, one) for one in news for channel in wanted if not is_own(channel, one)], at=at)


def is_own(channel: Channel, one: News) -> bool:
    """Say whether the system behind a channel did a thing itself, so that it is no news there."""
    return one.origin_key is not None and channel.own_key_id == one.origin_key


def say(*, tenant: int, side: Side, kind: Kind, text: str, key: str, at: datetime) -> None:
    """Let words wait for the chats of a side that want to hear of this kind of thing."""
    chats = [one for one in standing(tenant, at).filter(side=side).exclude(kind=WEBHOOK).order_by("id") if kind in one.kinds]
    queue([(one, words(one, kind, text, key)) for one in chats], at=at)


def words(chat: Channel, kind: Kind, text: str, key: str) -> News:
    """Return words as the chat of this kind takes them."""
    return News(f"comanaged.notice.{kind.lower()}", "", rooms.body_of(chat.kind, text), key)


def queue(pairs: Sequence[tuple[Channel, News]], *, at: datetime) -> None:
    """Add a row for each channel and thing that has none yet, and wake the channels after the commit."""
    rows = [
        Delivery(tenant_id=channel.tenant_id, channel=channel, key=one.key, kind=one.kind, subject=one.subject, body=one.body, queued_at=at)
        for channel, one in pairs
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    for channel in {channel.pk: channel for channel, _ in pairs}.values():
        wake(channel, at=at)


def wake(channel: Channel, *, at: datetime) -> None:
    """Let a channel be looked at once the transaction is committed.

    Not in it: acts on many tickets would wait for each other at the channel's row.
    """
    transaction.on_commit(lambda: _wake(channel.tenant_id, channel.pk, at), robust=True)


def _wake(tenant: int, channel_id: int, at: datetime) -> None:
    with tenancy.only([tenant]):
        resting = Channel.objects.for_tenant(tenant).filter(pk=channel_id, failing_since=None, due_at__gt=at)
        resting.update(due_at=at)
        background.after_commit("notices.channel", tenant=tenant, id=channel_id)


def take_out(*, tenant: int, key: str, text: str, instead: str) -> None:
    """Put other words in place of a text in everything kept under `key`, sent or not, and sent once more."""
    rows = Delivery.objects.for_tenant(tenant).select_for_update().filter(Q(key=key) | Q(key__startswith=f"{key}#"))
    for row in rows.order_by("id"):
        row.body = without(row.body, text, instead)
        row.save(update_fields=["body"])


def take_back(*, tenant: int, about: str, but: int | None) -> None:
    """Forget what never arrived under keys that begin so, except through the channels of one company: it is no news for the others any more.

    What was given up goes too, since its side could send it once more.
    """
    Delivery.objects.for_tenant(tenant).filter(key__startswith=about, sent_at=None).exclude(channel__company=but).delete()


def without(thing: Any, text: str, instead: str) -> Any:
    """Return a body with other words in place of a text, wherever the whole of it stands."""
    if thing == text:
        return instead
    if isinstance(thing, dict):
        return {name: without(value, text, instead) for name, value in thing.items()}
    return [without(value, text, instead) for value in thing] if isinstance(thing, list) else thing


# --- sending


@dataclass
class Round:
    """One claim of a channel: who holds it since when, how the channel fares, and what stops the round."""

    channel: Channel
    token: uuid.UUID
    at: datetime
    began: float = field(default_factory=time.monotonic)
    stopped: bool = False
    changed: bool = False  # by a person, while this round lasts
    rest: timedelta | None = None  # until the next try, after a failure

    @property
    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.began)

    @property
    def over(self) -> bool:
        return self.stopped or self.now - self.at > BOX


def deliver(channel_id: int, *, tenant: int, token: uuid.UUID, at: datetime) -> None:
    """Send what waits for a channel, in order, up to the first failure; each is marked before the next one leaves."""
    with tenancy.only([tenant]):
        channel = Channel.objects.for_tenant(tenant).get(pk=channel_id)
        stands = standing(tenant, at).filter(pk=channel_id).exists()
        waiting = list(waiting_for(channel)[:EACH])
    turn = Round(channel, token, at)
    if not stands:
        _end(turn, "Its company does not serve this client any more.")
        return
    for row in waiting:
        if turn.over:
            break
        if _waits(row):
            _one(turn, row)
    if channel.ended_at is None:
        _rest(turn)


def poison(channel_id: int, *, tenant: int, token: uuid.UUID, at: datetime) -> None:
    """Set aside what no worker survived sending; the next goes on."""
    channel = Channel.objects.for_tenant(tenant).select_for_update().get(pk=channel_id)
    first = waiting_for(channel).first()
    if first is not None:
        _give_up(channel, first, "No worker could send it.", at)
    background.finish(Channel, channel_id, token, due_at=at + timedelta(seconds=retrying.FIRST))


def waiting_for(channel: Channel) -> QuerySet[Delivery]:
    """Return what waits for a channel, in order."""
    return Delivery.objects.for_tenant(channel.tenant_id).filter(channel=channel, sent_at=None, failed_at=None).order_by("id")


def _waits(row: Delivery) -> bool:
    """Say whether it still is to leave: what was taken back since the round began does not."""
    with tenancy.only([row.tenant_id]):
        return Delivery.objects.for_tenant(row.tenant_id).filter(pk=row.pk, sent_at=None, failed_at=None).exists()


def _one(turn: Round, row: Delivery) -> None:
    """Send one thing, or give it up where it has waited too long."""
    since = max(row.queued_at, turn.channel.failing_since or turn.now)  # the time in which it could have gone, not that of a pause
    if turn.now - since > retrying.PATIENCE:
        with _held(turn):
            _give_up(turn.channel, row, row.error or "It waited for five days.", turn.now)
        return
    try:
        answer = channels.post(sealing.unseal(turn.channel.address_sealed), *letter(turn.channel, row, turn.now))
    except InvalidToken:
        _failed(turn, row, "The key that opens its address is not here.")
    except (channels.NoAnswer, channels.NotOutside) as trouble:
        _failed(turn, row, str(trouble))
    else:
        _answered(turn, row, answer)


def letter(channel: Channel, row: Delivery, at: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the body of one thing as it leaves, and its headers."""
    body = json.dumps(row.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = signing.headers_of(f"msg_{row.public_id.hex}", at, body, secrets_of(channel, at))
    return body, headers | {"Content-Type": TYPES.get(channel.kind, JSON)}


def secrets_of(channel: Channel, at: datetime) -> list[str]:
    """Return the secrets that sign now: the channel's own, and the one before it while both hold."""
    former = channel.former_secret_sealed if channel.former_until and channel.former_until > at else ""
    return [sealing.unseal(sealed) for sealed in (channel.secret_sealed, former) if sealed]


def _answered(turn: Round, row: Delivery, answer: channels.Answer) -> None:
    if answer.status == retrying.GONE:
        _end(turn, "The receiver answered that it is gone (410).")
    elif 200 <= answer.status < 300:  # noqa: PLR2004 - what HTTP calls a success
        _sent(turn, row)
    else:
        words = f"It answered {answer.status}."
        _failed(turn, row, words, asked=retrying.wish(answer.status, answer.retry_after, turn.now))


def _sent(turn: Round, row: Delivery) -> None:
    at = turn.now
    with _held(turn):
        Delivery.objects.for_tenant(row.tenant_id).filter(pk=row.pk).update(sent_at=at, tries=F("tries") + 1, error="")
        channel = turn.channel
        recovered = channel.told_at is not None
        channel.last_sent_at, channel.failing_since, channel.failures, channel.error, channel.told_at = at, None, 0, "", None
        channel.attempts = 0  # whoever dies from here on dies of another one
        channel.save(update_fields=["last_sent_at", "failing_since", "failures", "error", "told_at", "attempts"])
        if recovered:
            signals.channel_changed.send(Channel, channel=channel, what="works", at=at)


def _failed(turn: Round, row: Delivery, words: str, *, asked: timedelta | None = None) -> None:
    """Write down that a try failed, and let the channel rest; its people are told once, after some."""
    at, channel, turn.stopped = turn.now, turn.channel, True
    with _held(turn):
        Delivery.objects.for_tenant(row.tenant_id).filter(pk=row.pk).update(tries=F("tries") + 1, error=words[:300])
        if turn.changed:
            return
        channel.failures += 1
        channel.failing_since, channel.error = channel.failing_since or at, words[:300]
        if channel.failures >= retrying.TOLD_AFTER and channel.told_at is None:
            channel.told_at = at
            signals.channel_changed.send(Channel, channel=channel, what="fails", at=at)
        channel.save(update_fields=["failures", "failing_since", "error", "told_at"])
    turn.rest = retrying.pause(channel.failures, channel.failing_since, at, jitter=random.random(), asked=asked)  # noqa: S311 - only spreads


def _give_up(channel: Channel, row: Delivery, words: str, at: datetime) -> None:
    row.failed_at, row.error = at, words[:300]
    row.save(update_fields=["failed_at", "error"])
    signals.delivery_failed.send(Channel, channel=channel, delivery=row, at=at)


def _end(turn: Round, why: str) -> None:
    """End a channel for good, and all that waits for it."""
    at, channel = turn.now, turn.channel
    with _held(turn):
        end(channel, why, at=at)
        background.finish(Channel, channel.pk, turn.token, due_at=None)
        signals.channel_changed.send(Channel, channel=channel, what="ended", at=at)
    turn.stopped = True


def end(channel: Channel, why: str, *, at: datetime) -> None:
    """Write down that a channel is ended; its address and its secrets are forgotten."""
    waiting_for(channel).update(failed_at=at, error="The channel was ended."[:300])
    channel.ended_at, channel.ended_because, channel.due_at = at, why[:200], None
    channel.address_sealed = channel.secret_sealed = channel.former_secret_sealed = ""
    names = ["ended_at", "ended_because", "due_at", "address_sealed", "secret_sealed", "former_secret_sealed"]
    channel.save(update_fields=names)


def _rest(turn: Round) -> None:
    """Put the channel down until it is to be looked at again.

    Its row is locked before what waits is counted: who adds something now wakes it after this, and is not lost.
    """
    at, channel = turn.now, turn.channel
    with tenancy.only([channel.tenant_id]):
        Channel.objects.for_tenant(channel.tenant_id).select_for_update().get(pk=channel.pk)
        more = waiting_for(channel).exists()
        due = at + (turn.rest or (timedelta() if more else IDLE))
        if not more:
            _forget_old(channel, at)
        background.finish(Channel, channel.pk, turn.token, due_at=due)
        if more and turn.rest is None:
            background.after_commit("notices.channel", tenant=channel.tenant_id, id=channel.pk)


def _forget_old(channel: Channel, at: datetime) -> None:
    rows = Delivery.objects.for_tenant(channel.tenant_id).filter(channel=channel).order_by("id")
    old = [row.pk for row in rows.only("id", "queued_at")[:EACH] if row.queued_at < at - KEPT]
    if old:
        rows.filter(pk__in=old).exclude(sent_at=None, failed_at=None).delete()


@contextmanager
def _held(turn: Round) -> Iterator[None]:
    """Inside, the channel's row is locked and still ours; what a person did with it meanwhile stops the round."""
    with tenancy.only([turn.channel.tenant_id]):
        rows = Channel.objects.for_tenant(turn.channel.tenant_id).select_for_update()
        row = rows.filter(pk=turn.channel.pk, lease_token=turn.token).first()
        if row is None:
            raise background.LostLease
        turn.changed = row.paused_at is not None or row.ended_at is not None or row.version != turn.channel.version
        turn.stopped, turn.channel.ended_at = turn.stopped or turn.changed, row.ended_at
        yield
