"""Where a side is told besides by mail: webhooks and rooms of chats, made and ended by its managers."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from comanaged import sealing
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.actions import CannotChange
from comanaged.accounts.models import ApiKey, Organisation
from comanaged.audit import trail
from comanaged.notices import channels, hooks
from comanaged.notices.domain import rooms, signing
from comanaged.notices.domain.outside import NotOutside, Target
from comanaged.notices.models import Channel, Delivery
from comanaged.vocabulary import Side

MANAGE = {Side.INTERNAL: "channel.manage_client", Side.PROVIDER: "channel.manage_provider"}
TEST = "comanaged.test"
MOST = 20  # live channels of one side at a client
TESTS, HOUR = 12, timedelta(hours=1)  # tests of one side
OVERLAP = timedelta(days=1)  # in which the old secret signs besides the new one
THEIRS = "This channel is the other side's. They look after it themselves."
WORDS = {"WEBHOOK": "webhook", "SLACK": "Slack room", "TEAMS": "Teams room"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a channel is to be; a webhook hears of every change of tickets, a chat of these kinds of things."""

    kind: str
    name: str
    address: str  # empty at a change: as it was
    kinds: tuple[str, ...] = ()
    own_key: int | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A channel, and the secret of a webhook that is shown this once."""

    row: Channel
    secret: str = field(default="", repr=False)


@transaction.atomic
def make(wanted: Wanted, *, by: Actor, at: datetime) -> Made:
    """Add a channel of the maker's side; raise CannotChange for an address that our server does not call."""
    access.require(by, _manage(by))
    if by.side is None or by.company_id is None:
        raise CannotChange("A channel belongs to one of the two sides.")
    side = by.side
    Organisation.objects.select_for_update(no_key=True).get(pk=by.tenant_id)
    rows = Channel.objects.for_tenant(by.tenant)
    if rows.filter(side=side, company=by.company_id, ended_at=None).count() >= MOST:
        raise CannotChange(f"Your side has {MOST} channels here already. End one that nobody needs.")
    target = _target(wanted.address)
    secret = signing.secret_of(secrets.token_bytes(signing.BITS // 8)) if wanted.kind == hooks.WEBHOOK else ""
    row = Channel.objects.create(
        tenant=by.tenant,
        number=(rows.aggregate(last=Max("number"))["last"] or 0) + 1,
        side=side,
        company_id=by.company_id,
        kind=wanted.kind,
        name=wanted.name.strip(),
        host=target.place,
        address_sealed=sealing.seal(wanted.address),
        secret_sealed=sealing.seal(secret) if secret else "",
        kinds=list(wanted.kinds),
        own_key=_own_key(wanted, by, at),
        made_by_name=by.name,
        made_at=at,
        due_at=at,
    )
    trail.record("channel.make", row, by=by, at=at, after=_said(row))
    return Made(row, secret)


@transaction.atomic
def change(number: int, wanted: Wanted, *, by: Actor, at: datetime) -> Channel:
    """Change what a channel is called, where it leads and what it hears of; another address is tried at once."""
    row = _own(number, by)
    before = _said(row)
    if wanted.address:
        row.host, row.address_sealed = _target(wanted.address).place, sealing.seal(wanted.address)
    row.name, row.kinds, row.own_key = wanted.name.strip(), list(wanted.kinds), _own_key(wanted, by, at)
    _try_now(row, at)
    row.save(update_fields=["host", "address_sealed", "name", "kinds", "own_key", "version", "failing_since", "failures", "due_at"])
    trail.record("channel.change", row, by=by, at=at, before=before, after=_said(row))
    return row


@transaction.atomic
def pause(number: int, *, by: Actor, at: datetime) -> None:
    """Let what is to be told wait; doing it twice is doing it once."""
    row = _own(number, by)
    if row.paused_at is None:
        row.paused_at = at
        row.save(update_fields=["paused_at"])
        trail.record("channel.pause", row, by=by, at=at, after=_said(row))


@transaction.atomic
def resume(number: int, *, by: Actor, at: datetime) -> None:
    """Send what waits, from now on; on one that is not paused, try again at once."""
    row = _own(number, by)
    was, row.paused_at = row.paused_at, None
    _try_now(row, at)
    row.save(update_fields=["paused_at", "version", "failing_since", "failures", "due_at"])
    if was is not None:
        trail.record("channel.resume", row, by=by, at=at, after=_said(row))


@transaction.atomic
def rotate(number: int, *, by: Actor, at: datetime) -> Made:
    """Give a webhook a new secret; the old one signs too for a day, so that no call is refused meanwhile."""
    row = _own(number, by)
    if row.kind != hooks.WEBHOOK:
        raise CannotChange("A room of a chat has no secret besides its address. Change the address instead.")
    secret = signing.secret_of(secrets.token_bytes(signing.BITS // 8))
    row.former_secret_sealed, row.former_until, row.secret_sealed = row.secret_sealed, at + OVERLAP, sealing.seal(secret)
    row.version += 1
    row.save(update_fields=["former_secret_sealed", "former_until", "secret_sealed", "version"])
    trail.record("channel.rotate", row, by=by, at=at, after=_said(row))
    return Made(row, secret)


@transaction.atomic
def end(number: int, *, by: Actor, at: datetime) -> None:
    """End a channel for good; its address and its secrets are forgotten."""
    row = _own(number, by)
    before = _said(row)
    hooks.end(row, f"Ended by {by.name}.", at=at)
    trail.record("channel.end", row, by=by, at=at, before=before)


@transaction.atomic
def test(number: int, *, by: Actor, at: datetime) -> None:
    """Let a message that is only a test wait for a channel of one's own side, behind what waits already."""
    access.require(by, "channel.test")
    row = _found(number, by)
    mine = Channel.objects.for_tenant(by.tenant).filter(side=by.side, company=by.company_id)
    lately = Delivery.objects.for_tenant(by.tenant).filter(kind=TEST, channel__in=mine, queued_at__gt=at - HOUR)
    if lately.count() >= TESTS:
        raise CannotChange(f"Your side sent {TESTS} tests within the hour. Wait a while, then try again.")
    text = f"This is a test of the channel {row.name} of {by.tenant.name} on Comanaged, sent by {by.name}."
    named = uuid.uuid4().hex
    body = _event(named, text, at) if row.kind == hooks.WEBHOOK else rooms.body_of(row.kind, text)
    hooks.queue([(row, hooks.News(TEST, "", body, f"test:{named}"))], at=at)


@transaction.atomic
def replay(number: int, delivery: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Send once more what was given up or sent before, as a new message behind what waits. Raises Delivery.DoesNotExist."""
    row = _own(number, by)
    gone = Delivery.objects.for_tenant(by.tenant).filter(channel=row).exclude(sent_at=None, failed_at=None).get(public_id=delivery)
    again = f"{gone.key.partition('#')[0]}#{uuid.uuid4().hex[:12]}"
    hooks.queue([(row, hooks.News(gone.kind, gone.subject, gone.body, again))], at=at)
    trail.record("channel.replay", row, by=by, at=at, after=f"{_said(row)}: {gone.kind}")


def desk_keys(by: Actor, at: datetime) -> QuerySet[ApiKey]:
    """Return the live keys with which the systems of somebody's side work tickets here."""
    own = Q(tenant=by.tenant_id, side=by.side) | Q(tenant=by.company_id, kind="k_desk", side=by.side)
    return ApiKey.objects.filter(own, kind="k_desk", revoked_at=None, expires_at__gt=at).order_by("name", "id")


def _manage(by: Actor) -> str:
    return MANAGE[by.side or Side.INTERNAL]


def _found(number: int, by: Actor) -> Channel:
    """Return a live channel of somebody's own side with its row locked. Raises Channel.DoesNotExist for one that never was."""
    row = Channel.objects.for_tenant(by.tenant).select_for_update().get(number=number)
    if (row.side, row.company_id) != (by.side, by.company_id):
        raise CannotChange(THEIRS)
    if row.ended_at is not None:
        raise CannotChange("This channel has ended. Make a new one.")
    return row


def _own(number: int, by: Actor) -> Channel:
    access.require(by, _manage(by))
    return _found(number, by)


def _target(address: str) -> Target:
    try:
        return channels.target_of(address)
    except NotOutside as why:
        raise CannotChange(str(why)) from None


def _own_key(wanted: Wanted, by: Actor, at: datetime) -> ApiKey | None:
    if wanted.own_key is None:
        return None
    row = desk_keys(by, at).filter(pk=wanted.own_key).first()
    if row is None:
        raise CannotChange("This key is not one with which your side works tickets here. Choose another.")
    return row


def _try_now(row: Channel, at: datetime) -> None:
    """Forget how often it failed, so that it is tried at once; that its people were told stays, they hear when it works."""
    row.failing_since, row.failures, row.due_at = None, 0, at
    row.version += 1


def _said(row: Channel) -> str:
    """Say what a channel is, as both sides may know it."""
    return f"{WORDS[row.kind]} {row.name} at {row.host}"


def _event(named: str, text: str, at: datetime) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": named,
        "source": "/comanaged",
        "type": TEST,
        "time": at.isoformat(),
        "datacontenttype": "application/json",
        "data": {"text": text},
    }
