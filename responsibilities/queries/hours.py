"""The page of hours: which there are in a version, who keeps them, and an ordinary week of each as day and night."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Side
from responsibilities import models
from responsibilities.domain import coverage
from responsibilities.domain.coverage import DAY
from responsibilities.domain.matrix import BUSINESS
from responsibilities.queries import reading, sites

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
STEP = 30  # minutes of one column of the strip
ROOM = 4 * 60  # minutes of a stretch in which its times can be read
SIDES = {Side.INTERNAL: "calendar.edit_client", Side.PROVIDER: "calendar.edit_provider"}


@dataclass(frozen=True)
class Stretch:
    """One stretch of a day: how many columns it takes, whether it is inside these hours, and its times."""

    columns: int
    inside: bool
    text: str
    wide: bool


@dataclass(frozen=True)
class Day:
    """One weekday."""

    name: str
    stretches: tuple[Stretch, ...]
    text: str


@dataclass(frozen=True)
class Kept:
    """Hours of one name at one place."""

    id: int
    name: str
    key: str
    place: str
    business: bool
    side: str
    zone: str
    week: str
    days: tuple[Day, ...]
    closed: tuple[str, ...]
    may_edit: bool
    may_remove: bool


@dataclass(frozen=True)
class Page:
    """The hours of one version."""

    hours: tuple[Kept, ...]
    version: int | None
    draft: bool  # what is shown is the open version
    other: bool  # there is the other one too: a draft beside what is in force
    side: str  # whose hours the reader may add, "" for none
    provider: str


def page(by: Actor, at: datetime, *, of_draft: bool) -> Page:
    """Return the hours of what is in force, or of the draft where that is asked for or all there is."""
    standing, opened = reading.version_at(by.tenant_id, at), reading.open_version(by.tenant_id)
    shown = opened if opened and (of_draft or standing is None or standing.pk == opened.pk) else standing
    draft = shown is not None and opened is not None and shown.pk == opened.pk
    side = by.side if draft and by.side and access.may(by, SIDES[by.side]) else None
    provider = access.provider_of(by.tenant_id, at)
    rows = calendars(shown)
    return Page(
        hours=tuple(_kept(row, side, at) for row in rows),
        version=shown.number if shown else None,
        draft=draft,
        other=bool(opened and standing and opened.pk != standing.pk),
        side=side.value if side else "",
        provider=provider.name if provider else "",
    )


def calendars(version: models.Version | None) -> list[models.Calendar]:
    """Return the hours of a version: business hours of the client first, then those of places, then the named ones."""
    if version is None:
        return []
    rows = models.Calendar.objects.for_tenant(version.tenant_id).filter(version=version).select_related("place").order_by("id")
    return sorted(rows, key=lambda row: (row.key != BUSINESS, row.key, row.place is not None, row.place.name if row.place else ""))


def calendar(by: Actor, number: int, side: Side) -> models.Calendar | None:
    """Return hours that a side keeps at this client, None for any other."""
    rows = models.Calendar.objects.for_tenant(by.tenant).filter(pk=number, side=side)
    return rows.select_related("place", "version").first()


def place_choices(by: Actor) -> list[tuple[str, str]]:
    """Return where hours can hold instead of the client's."""
    return [(one.key, one.name) for one in sites.standing(by)]


def called(row: models.Calendar) -> str:
    """Return what hours are called."""
    return row.name or ("Business hours" if row.key == BUSINESS else row.key)


def _kept(row: models.Calendar, side: Side | None, at: datetime) -> Kept:
    known = reading.calendar_from(row)
    mine = side is not None and row.side == side
    base = row.key == BUSINESS and row.place is None
    ahead = (day for day in sorted(map(date.fromisoformat, row.closed)) if day >= at.date())
    return Kept(
        id=row.pk,
        name=called(row),
        key=row.key,
        place=row.place.name if row.place else "",
        business=row.key == BUSINESS,
        side=row.side,
        zone=row.zone,
        week=coverage.written_week(known),
        days=tuple(_days(known)),
        closed=tuple(f"{day.day} {day:%B %Y}" for day in ahead),
        may_edit=mine,
        may_remove=mine and not base,
    )


def _days(known: coverage.Calendar) -> Iterator[Day]:
    """Yield an ordinary week, what runs over midnight on both of its days."""
    week = known.week()
    for number, name in enumerate(NAMES):
        start = number * DAY
        open_spans = [
            (max(begin, start) - start, min(end, start + DAY) - start) for begin, end in week if begin < start + DAY and end > start
        ]
        text = ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in open_spans)
        yield Day(name, tuple(_stretches(open_spans)), text or "closed")


def _stretches(spans: list[tuple[int, int]]) -> Iterator[Stretch]:
    """Yield a day from midnight to midnight, in columns of half an hour."""
    at = 0
    for begin, end in [*spans, (DAY, DAY)]:
        for until, inside in ((begin, False), (end, True)):
            columns = round(until / STEP) - round(at / STEP)
            if columns > 0:
                yield Stretch(columns, inside, f"{_clock(at)}-{_clock(until)}", until - at >= ROOM)
            at = max(at, until)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
