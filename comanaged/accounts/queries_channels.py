"""Reading channels: that one exists is for both sides, what is sent through it for its own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from comanaged.accounts import channelling
from comanaged.accounts.access import Actor
from comanaged.notices import hooks
from comanaged.notices.kinds import KINDS, Kind
from comanaged.notices.models import Channel, Delivery

LATELY = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """One channel, without anything that opens it; `own` says whether its reader's side looks after it."""

    number: int
    name: str
    kind: str
    host: str
    side: str
    state: str
    bad: bool
    own: bool
    made_by: str
    made_at: datetime
    last_sent_at: datetime | None
    ended: bool
    paused: bool
    webhook: bool
    error: str = ""
    ended_because: str = ""
    hears: tuple[str, ...] = ()
    own_key: str = ""
    both_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that went through a channel, or waits for it, or was given up."""

    public_id: UUID
    kind: str
    queued_at: datetime
    state: str
    bad: bool
    over: bool
    tries: int
    error: str


def channels_of(by: Actor, at: datetime) -> list[Shown]:
    """Return the channels of a client, the live ones first, the newest first."""
    rows = Channel.objects.for_tenant(by.tenant).select_related("own_key").order_by("-number")
    return sorted((shown(row, by, at) for row in rows), key=lambda one: one.ended)


def channel_of(number: int, by: Actor, at: datetime) -> Shown | None:
    """Return one channel, None for one that never was."""
    row = Channel.objects.for_tenant(by.tenant).select_related("own_key").filter(number=number).first()
    return shown(row, by, at) if row else None


def shown(row: Channel, by: Actor, at: datetime) -> Shown:
    """Return a channel as this reader may see it."""
    own = (row.side, row.company_id) == (by.side, by.company_id)
    key = row.own_key if own else None
    return Shown(
        number=row.number,
        name=row.name,
        kind=channelling.WORDS[row.kind],
        host=row.host,
        side=row.side,
        state=state_of(row),
        bad=row.ended_at is None and row.failing_since is not None,
        own=own,
        made_by=row.made_by_name,
        made_at=row.made_at,
        last_sent_at=row.last_sent_at,
        ended=row.ended_at is not None,
        paused=row.paused_at is not None,
        webhook=row.kind == hooks.WEBHOOK,
        error=row.error if own else "",
        ended_because=row.ended_because,
        hears=tuple(KINDS[Kind(word)].words for word in row.kinds if word in set(Kind)),
        own_key=(key.name or key.prefix) if key else "",
        both_until=row.former_until if own and row.former_until and row.former_until > at else None,
    )


def state_of(row: Channel) -> str:
    """Return in a word how a channel stands."""
    if row.ended_at:
        return "ended"
    if row.paused_at:
        return "paused"
    return "does not answer" if row.failing_since else "works" if row.last_sent_at else "not used yet"


def sent_lately(number: int, by: Actor) -> list[Sent]:
    """Return what went through a channel of one's own side lately, the newest first; of the other side's, nothing."""
    row = Channel.objects.for_tenant(by.tenant).filter(number=number, side=by.side, company=by.company_id).first()
    if row is None:
        return []
    rows = Delivery.objects.for_tenant(by.tenant).filter(channel=row).defer("body").order_by("-id")[:LATELY]
    return [
        Sent(
            one.public_id,
            one.kind.removeprefix("comanaged."),
            one.queued_at,
            "sent" if one.sent_at else "given up" if one.failed_at else "waits",
            one.failed_at is not None,
            bool(one.sent_at or one.failed_at),
            one.tries,
            one.error,
        )
        for one in rows
    ]
