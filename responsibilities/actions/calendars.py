"""Hours of the open version: business hours of the client and of places, and hours of other names, each kept by one side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.management import public_holidays
from comanaged.vocabulary import Hours, Side
from responsibilities.actions import drafting, keeping
from responsibilities.actions.keeping import Refusal
from responsibilities.domain import coverage
from responsibilities.domain.matrix import BUSINESS
from responsibilities.models import Assignment, Calendar, Place, Version

TAKEN = frozenset(word.lower() for word in Hours) | {"day", "night", "new"}
ACTIONS = {Side.INTERNAL: "calendar.edit_client", Side.PROVIDER: "calendar.edit_provider"}
WORDS = {Side.INTERNAL: "internal IT", Side.PROVIDER: "the provider"}
MOST_CLOSED = 400


class CannotKeepHours(Refusal):
    """A change of hours that is not possible."""


class StaleHours(CannotKeepHours):
    """The hours changed since they were shown; `seen` is their stamp now."""

    status = 409

    def __init__(self, theirs: str, yours: str, seen: int) -> None:
        super().__init__(f"Somebody changed these hours since you saw them. They now say: {theirs}. You wanted: {yours}.")
        self.again = {"seen": str(seen)}


@dataclass(frozen=True)
class Kept:
    """What hours say: a zone, each weekday's intervals, the dates that are closed, and a country whose holidays are closed too."""

    zone: str
    week: Mapping[str, Sequence[str]]
    closed: tuple[date, ...] = ()
    holidays_of: str = ""


@transaction.atomic
def add_hours(key: str, name: str, place: str, said: Kept, *, by: Actor, at: datetime) -> Calendar:
    """Add hours to the open version: of a new name, or of one place instead of the client's. The side that adds them keeps them."""
    side = _require(by)
    version = _opened(by)
    where = Place.objects.for_tenant(by.tenant).filter(key=place, retired_at=None).first() if place else None
    if place and where is None:
        raise CannotKeepHours("There is no such place any more. Choose from the list.", "place")
    if key == BUSINESS and side is not Side.INTERNAL:
        raise CannotKeepHours("Business hours are kept by internal IT. Give yours a name of their own.", "key")
    if key != BUSINESS and key in TAKEN:
        raise CannotKeepHours(f"'{key}' is a word for hours already. Choose another short name.", "key")
    _check_keeper(version, key, side)
    closed = _checked(said, at)
    try:
        with transaction.atomic():
            row = Calendar.objects.create(
                tenant=by.tenant,
                version=version,
                key=key,
                name=name,
                place=where,
                side=side,
                zone=said.zone,
                week=_stored(said.week),
                closed=[day.isoformat() for day in closed],
            )
    except IntegrityError:
        raise CannotKeepHours("There are such hours already. Change those.", "place" if place else "key") from None
    trail.record("hours.added", row, by=by, at=at, after=written(row))
    _edited(version, by=by, at=at)
    return row


@transaction.atomic
def change_hours(calendar: int, said: Kept, *, seen: int, by: Actor, at: datetime) -> Calendar:
    """Let hours of the open version say something else; `seen` is their stamp as it was shown. Raise StaleHours, CannotKeepHours."""
    side = _require(by)
    version = _opened(by)
    row = _locked(calendar, version, side)
    closed = _checked(said, at)
    before, was = written(row), row.stamp
    row.zone, row.week, row.closed = said.zone, _stored(said.week), [day.isoformat() for day in closed]
    after = written(row)
    if was != seen:
        raise StaleHours(before, after, was)
    if after != before:
        row.stamp += 1
        row.save(update_fields=["zone", "week", "closed", "stamp"])
        trail.record("hours.changed", row, by=by, at=at, before=before, after=after)
        _edited(version, by=by, at=at)
    return row


@transaction.atomic
def remove_hours(calendar: int, *, by: Actor, at: datetime) -> Calendar:
    """Take hours out of the open version. Raise CannotKeepHours for the client's business hours, and for those that lines still use."""
    side = _require(by)
    version = _opened(by)
    row = _locked(calendar, version, side)
    if row.key == BUSINESS and row.place is None:
        raise CannotKeepHours("Day and night hang on these hours. Change them instead.")
    others = Calendar.objects.for_tenant(by.tenant).filter(version=version, key=row.key).exclude(pk=row.pk)
    used = Assignment.objects.for_tenant(by.tenant).filter(version=version, hours=row.key).count()
    if used and not others.exists():
        lines = f"{used} line{'' if used == 1 else 's'}"
        raise CannotKeepHours(f"{lines} of the draft use these hours. Give {'it' if used == 1 else 'them'} other hours first.")
    trail.record("hours.removed", row, by=by, at=at, before=written(row))
    row.delete()
    _edited(version, by=by, at=at)
    return row


def written(row: Calendar) -> str:
    """Return hours in one line: "Business hours: Mon-Fri 08:00-17:00 in America/Chicago; closed 2026-12-25"."""
    known = coverage.calendar_of(row.zone, row.week)
    name = row.name or ("Business hours" if row.key == BUSINESS else row.key)
    where = f" at {row.place.name}" if row.place else ""
    closed = f"; closed {', '.join(row.closed)}" if row.closed else ""
    return f"{name}{where}: {coverage.written_week(known)} in {row.zone}{closed}"


def _require(by: Actor) -> Side:
    side = by.side or Side.INTERNAL
    access.require(by, ACTIONS[side])
    return side


def _opened(by: Actor) -> Version:
    try:
        return drafting.opened(by)
    except drafting.NoDraft as why:
        raise CannotKeepHours(str(why)) from None


def _locked(calendar: int, version: Version, side: Side) -> Calendar:
    rows = Calendar.objects.for_tenant(version.tenant_id).filter(pk=calendar, version=version)
    row = rows.select_related("place").select_for_update(of=("self",)).first()
    if row is None:
        raise CannotKeepHours("These hours are not in the draft. What was signed is never edited; look at the draft's hours.")
    if row.side != side:
        raise CannotKeepHours(f"These hours are kept by {WORDS[Side(row.side)]}. Ask that side to change them.")
    return row


def _check_keeper(version: Version, key: str, side: Side) -> None:
    """Hours of one name are kept by one side, at every place."""
    sides = set(Calendar.objects.for_tenant(version.tenant_id).filter(version=version, key=key).values_list("side", flat=True))
    if sides - {side}:
        raise CannotKeepHours("Hours of this name are kept by the other side. Choose another short name.", "key")


def _checked(said: Kept, at: datetime) -> list[date]:
    """Refuse hours that cannot be read, at the field that says them; return every closed date, holidays among them."""
    keeping.check_zone(said.zone)
    for day, intervals in said.week.items():
        try:
            coverage.calendar_of(said.zone, {day: intervals})
        except coverage.BadHours as why:
            raise CannotKeepHours(str(why), day) from None
    closed = set(said.closed)
    if said.holidays_of:
        try:
            closed.update(public_holidays.of(said.holidays_of, [at.year, at.year + 1]))
        except public_holidays.UnknownPlace as why:
            raise CannotKeepHours(str(why), "holidays_of") from None
    if len(closed) > MOST_CLOSED:
        raise CannotKeepHours(f"Name at most {MOST_CLOSED} closed dates. Leave out those that are over.", "closed")
    return sorted(closed)


def _stored(week: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {day: list(week[day]) for day in coverage.DAYS if week.get(day)}


def _edited(version: Version, *, by: Actor, at: datetime) -> None:
    drafting.edited(version, by=by, at=at)
    keeping.settle(by=by, at=at)
