"""Queue a notice in the transaction of its cause; deliver it later, outside any; keep how people want to hear."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.urls import reverse

from comanaged import background, tenancy
from comanaged.notices import kinds, mailing, queries, signals
from comanaged.notices.domain import naming, resting, wording
from comanaged.notices.kinds import Kind
from comanaged.notices.models import CAME_BACK, Notice, Preference, Rest

AUTOMATIC = {"Auto-Submitted": "auto-generated"}
BULK = {**AUTOMATIC, "Precedence": "bulk"}  # what people may do without
PAUSE = timedelta(minutes=1)  # until a notice is looked at again that somebody else sends, or that found the mail server away
REPLY_TO = "Reply-To"
# what is kept of a text that was sent, or that nobody sends any more: of one that lets somebody in, nothing
KEPT = Case(When(key__startswith="code:", then=Value("")), default=F("text"), output_field=TextField())


class Addressee(Protocol):
    """Somebody a notice can go to; `user_id` is 0 for who has no account yet."""

    @property
    def user_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...


def queue(
    *,
    tenant: int,
    to: Iterable[Addressee],
    subject: str,
    text: str,
    key: str,
    at: datetime,
    kind: Kind | None = None,
    urgent: bool = False,
    on_duty: Collection[int] | Callable[[], Collection[int]] = (),
    headers: Mapping[str, str] | None = None,
    each: Mapping[str, Mapping[str, str]] | None = None,
    from_name: str = "",
    from_address: str = "",
    not_before: datetime | None = None,
) -> list[Notice]:
    """Add one row per address that has none under `key` yet, and ring for a worker after the commit.

    Each person is told of the `kind` as they wish; without one, for a kind without a choice and when it is `urgent`, at once. `on_duty`
    names whom the matrix has at work now, so that their quiet hours do not hold; it is asked only when somebody's would. `headers` go
    into every mail of it and `each` has more by address, "" to leave one out; what is collected has neither. It leaves `not_before` then.
    """
    people = {person.email: person for person in to if person.email}
    known = set(Notice.objects.for_tenant(tenant).filter(key=key, to_address__in=people).values_list("to_address", flat=True))
    fresh = [person for address, person in people.items() if address not in known]
    times = _times(fresh, kind, not_before or at, urgent=urgent, on_duty=on_duty)
    own = dict(headers) if headers is not None else BULK if kinds.chosen(kind or "") else AUTOMATIC
    rows = [
        Notice(
            tenant_id=tenant,
            key=key,
            kind=kind or "",
            user_id=person.user_id or None if kind else None,
            to_address=person.email,
            to_name=naming.one_line(person.name)[:200],
            from_name=naming.one_line(from_name)[:200],
            from_address=from_address,
            headers={} if times[person.email][1] else _headers(own, (each or {}).get(person.email, {})),
            subject=naming.one_line(subject)[:200],
            text=text,
            queued_at=at,
            due_at=times[person.email][0],
            collected=times[person.email][1],
        )
        for person in fresh
        if person.email in times
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    due = [row.to_address for row in rows if row.due_at <= at]
    for notice in Notice.objects.for_tenant(tenant).filter(key=key, to_address__in=due).order_by("id"):
        background.after_commit("notices.deliver", tenant=tenant, id=notice.pk)
    return rows


def _headers(common: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    return {word: value for word, value in {**common, **own}.items() if value}


def _times(
    people: Sequence[Addressee],
    kind: Kind | None,
    at: datetime,
    *,
    urgent: bool,
    on_duty: Collection[int] | Callable[[], Collection[int]],
) -> dict[str, tuple[datetime, bool]]:
    """Return by address when each is told and whether it is collected; who wants to hear nothing of it is left out."""
    if urgent or kind is None or not kinds.chosen(kind):
        return {person.email: (at, False) for person in people}
    wishes = queries.wishes((person.user_id for person in people), kind)
    asleep = any(wish.via == resting.NOW and wish.rest.quiet(at) for wish in wishes.values())
    there: Collection[int] = ()
    if asleep and kind in kinds.ON_DUTY:
        there = on_duty() if callable(on_duty) else on_duty
    found = {
        person.email: resting.when(wish.via, wish.rest, at, wakes=person.user_id in there)
        for person in people
        for wish in [wishes[person.user_id]]
    }
    return {address: when for address, when in found.items() if when is not None}


def take_back(*, tenant: int, address: str, at: datetime, about: str = "") -> None:
    """Send nothing of what still waits for somebody who has no part here any more: what is collected, rests, or was not taken yet.

    `about` = only what is kept under keys that begin so, since that person has no part in it any more.
    """
    waiting = Notice.objects.for_tenant(tenant).filter(to_address=address, sent_at=None, failed_at=None, key__startswith=about)
    waiting.update(failed_at=at, text="")


def take_out(*, tenant: int, key: str, text: str, instead: str) -> None:
    """Put other words in place of a text in the notices under `key` that were not sent yet."""
    waiting = Notice.objects.for_tenant(tenant).select_for_update().filter(key=key, sent_at__isnull=True, failed_at__isnull=True)
    for notice in waiting.order_by("id"):
        notice.text = notice.text.replace(text, instead)
        notice.save(update_fields=["text"])


# --- delivery


def deliver(notice_id: int, *, tenant: int, token: uuid.UUID, at: datetime) -> None:
    """Send, then mark: a crash between the two sends twice, never not at all, and both copies have one Message-ID."""
    with tenancy.only([tenant]):
        notice = Notice.objects.for_tenant(tenant).get(pk=notice_id)
    try:
        if notice.collected:
            _deliver_together(notice, token, at)
        else:
            _deliver_alone(notice, token, at)
    except mailing.Away:
        _later(notice, token, at)
    except (mailing.NeverTaken, naming.NoAddress):
        with tenancy.only([tenant]):
            give_up(notice_id, token=token, at=at)
            signals.mail_refused.send(None, tenant_id=tenant, address=notice.to_address, at=at)


def give_up(notice_id: int, *, token: uuid.UUID, at: datetime) -> None:
    """End a notice that no try could send; it stays visible as failed."""
    background.finish(Notice, notice_id, token, failed_at=at, text=KEPT)


def came_back(*, tenant: int, to: Addressee, because: str, at: datetime) -> None:
    """Keep that mail to somebody came back after it was sent, once a day: a row that failed, as if it had been refused at once."""
    row = Notice(
        tenant_id=tenant,
        key=f"{CAME_BACK}{at:%Y%m%d}",
        user_id=to.user_id or None,
        to_address=to.email,
        to_name=naming.one_line(to.name)[:200],
        subject=naming.one_line(because)[:200],
        text="It came back.",
        queued_at=at,
        due_at=at,
        failed_at=at,
    )
    Notice.objects.bulk_create([row], ignore_conflicts=True)


def _deliver_alone(notice: Notice, token: uuid.UUID, at: datetime) -> None:
    mailing.mail(
        notice.to_name,
        notice.to_address,
        notice.subject,
        wording.body(notice.text, answers=REPLY_TO in notice.headers, choose=_choose(notice.kind)),
        key=f"{notice.tenant_id}:{notice.pk}",
        headers=notice.headers,
        from_name=notice.from_name,
        sender=notice.from_address,
    )
    kept = {word: value for word, value in notice.headers.items() if word != REPLY_TO}  # a token is nowhere once its mail is gone
    with tenancy.only([notice.tenant_id]):
        background.finish(Notice, notice.pk, token, sent_at=at, headers=kept, text=KEPT)


def _deliver_together(notice: Notice, token: uuid.UUID, at: datetime) -> None:
    """Send everything that was collected for this person at this client as one mail, by whoever has its first row."""
    with tenancy.only([notice.tenant_id]):
        batch = _batch(notice, token, at)
        rest = queries.rest_of(notice.user_id) or resting.Rest()
        client = notice.tenant.name
    if not batch:
        return _later(notice, token, at)
    subject, text = wording.digest([wording.Told(one.queued_at, one.subject, one.text) for one in batch], rest.zone)
    mailing.mail(
        notice.to_name,
        notice.to_address,
        f"[{client}] {subject}",
        wording.body(text, answers=False, choose=_choose(notice.kind)),
        key=_together(notice),
        headers=BULK,
    )
    with tenancy.only([notice.tenant_id]):
        others = Notice.objects.for_tenant(notice.tenant_id).filter(pk__in=[one.pk for one in batch[1:]])
        others.update(sent_at=at, lease_until=None, lease_token=None, attempts=0)
        background.finish(Notice, notice.pk, token, sent_at=at)


def _batch(notice: Notice, token: uuid.UUID, at: datetime) -> list[Notice]:
    """Return what goes out with this row, itself first; nothing where another row of the person leads, whose worker sends it.

    What belongs together is written down before it is sent, so that a second copy after a crash holds the same and has the same name.
    """
    rows = _waiting(notice).filter(due_at__lte=at).select_for_update().order_by("id")
    found = list(rows)
    mine = next((one for one in found if one.pk == notice.pk), None)
    if mine is None or mine.lease_token != token:
        raise background.LostLease
    batch = [one for one in found if one.headers == mine.headers]
    if batch[0].pk != mine.pk:
        return []
    _waiting(notice).filter(pk__in=[one.pk for one in batch]).update(headers={"Message-ID": mailing.message_id(_together(mine))})
    return batch


def _waiting(notice: Notice) -> QuerySet[Notice]:
    rows = Notice.objects.for_tenant(notice.tenant_id).filter(collected=True, sent_at=None, failed_at=None)
    return rows.filter(user=notice.user_id, to_address=notice.to_address)


def _together(notice: Notice) -> str:
    return f"together:{notice.tenant_id}:{notice.pk}"


def _later(notice: Notice, token: uuid.UUID, at: datetime) -> None:
    """Let a row be looked at again in a while; nothing was tried, so it counts as no try."""
    with tenancy.only([notice.tenant_id]):
        held = Notice.objects.for_tenant(notice.tenant_id).filter(pk=notice.pk, lease_token=token)
        held.update(lease_until=at + PAUSE, lease_token=None, attempts=F("attempts") - 1)


def _choose(kind: str) -> str:
    """Return where its reader decides whether he hears of such things; nothing where he does not."""
    return settings.ADDRESS + reverse("own_notices") if kinds.chosen(kind) else ""


# --- how people want to hear


@transaction.atomic
def prefer(
    user_id: int,
    vias: Mapping[Kind, str],
    *,
    zone: str,
    quiet: tuple[time, time] | None,
    collected_at: time,
) -> None:
    """Keep how somebody wants to hear of each kind, when they rest, and when what was collected comes."""
    for kind, via in vias.items():
        if kinds.chosen(kind):
            Preference.objects.update_or_create(user_id=user_id, kind=kind, defaults={"via": via})
    begins, ends = quiet or (None, None)
    times = {"quiet_from": begins, "quiet_until": ends, "collected_at": collected_at, "zone": zone}
    Rest.objects.update_or_create(user_id=user_id, defaults=times)
