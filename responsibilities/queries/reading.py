"""One version of a client's matrix as the rules read it, and what they say: who answers, where work goes."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Hours, Letter, Party, PlaceKind
from responsibilities import catalogue, models
from responsibilities.domain import coverage, resolution
from responsibilities.domain.compiled import DAYS, Compiled, at_moment
from responsibilities.domain.coverage import Calendar
from responsibilities.domain.matrix import BUSINESS, Cover, Duty, Exclusion, Matrix, Policy
from responsibilities.domain.people import Subject
from responsibilities.domain.places import CLIENT, Place, Places
from responsibilities.domain.raci import Rule
from responsibilities.domain.resolution import Answer, Route
from responsibilities.queries import crew, turnstile

NO_PROVIDER = "the provider"  # what it is called while nobody is engaged


def who_answers(tenant_id: int, duty_key: str, at: datetime, place: str = "") -> Answer:
    """Return who answers for a duty at `at`, and why; raise KeyError for a duty this client does not have."""
    return answer_in(compiled_of(tenant_id, at), duty_key, at, place)


def answer_in(compiled: Compiled, duty_key: str, at: datetime, place: str = "") -> Answer:
    """Return who answers by what was compiled; raise KeyError for a duty there is none of."""
    reading, holder = at_moment(compiled.find(duty_key, place, at), at, place)
    return resolution.answer(compiled.matrix, reading, holder, compiled.until(duty_key, place, at))


def route(tenant_id: int, duty_key: str | None, at: datetime, work: str, place: str = "") -> Route:
    """Return the side that gets a piece of work ("alert", "check" or "ticket"); None or an unknown duty is sorted by intake.

    It goes by the version in force now, also for work of an earlier moment, and no other one comes into force in this transaction.
    """
    turnstile.keep(tenant_id)
    versions = versions_of(tenant_id)
    standing = next((version for version in versions if version.state == models.Version.State.IN_FORCE), answering(versions, at))
    return resolution.route(matrix_in(standing, tenant_id, at), duty_key, at, work, place)


def duties_of(tenant_id: int) -> list[models.Duty]:
    """Return a client's duties in the order of its matrix."""
    return list(models.Duty.objects.for_tenant(tenant_id).order_by("position", "id"))


def duties_over(tenant_ids: Iterable[int]) -> list[models.Duty]:
    """Return the duties of several clients, one for each key, in the order of their matrices."""
    named = models.Duty.objects.for_tenants(tenant_ids).order_by("key", "id").distinct("key")
    return sorted(named, key=lambda duty: (duty.position, duty.key))


def sites_of(tenant_id: int, at: datetime) -> list[tuple[str, str]]:
    """Return the places where work can be, as key and name, by name."""
    known = matrix_of(tenant_id, at).places.known.values()
    return sorted(((place.key, place.name) for place in known if not place.retired and place.key), key=lambda place: place[1])


def duty_name(tenant_id: int, key: str) -> str:
    """Return what a duty is called; its key where the client has no such duty."""
    return models.Duty.objects.for_tenant(tenant_id).filter(key=key).values_list("name", flat=True).first() or key


def version_at(tenant_id: int, at: datetime) -> models.Version | None:
    """Return the version that answers: in force at `at`, else the first that ever was, else the draft."""
    return answering(versions_of(tenant_id), at)


def versions_of(tenant_id: int) -> list[models.Version]:
    """Return a client's versions that were not withdrawn, the oldest first, without what is signed of them."""
    look = _look.get()
    if look is not None and ("versions", tenant_id) in look:
        known: list[models.Version] = look["versions", tenant_id]
        return known
    rows = models.Version.objects.for_tenant(tenant_id).exclude(state=models.Version.State.WITHDRAWN)
    found = list(rows.order_by("number").defer("content"))
    if look is not None:
        look["versions", tenant_id] = found
    return found


def answering(versions: Sequence[models.Version], at: datetime) -> models.Version | None:
    """Return which of a client's versions answers at `at`."""
    forceful = [version for version in versions if version.in_force_at]
    past = [version for version in forceful if version.in_force_at and version.in_force_at <= at]
    opened = [version for version in versions if version.open]
    return next(iter([*past[-1:], *forceful, *opened]), None)


def open_version(tenant_id: int) -> models.Version | None:
    """Return the version that is being written or waits for signatures, None for none."""
    return models.Version.objects.for_tenant(tenant_id).filter(state__in=models.Version.OPEN).defer("content").first()


def matrix_of(tenant_id: int, at: datetime) -> Matrix:
    """Return the version that answers at `at`, as the rules read it."""
    return matrix_in(version_at(tenant_id, at), tenant_id, at)


def compiled_of(tenant_id: int, at: datetime) -> Compiled:
    """Return the version that answers at `at`, laid out in time."""
    return _loaded(version_at(tenant_id, at), tenant_id, at).compiled(at)


def compiled_in(version: models.Version, tenant_id: int, at: datetime) -> Compiled:
    """Return one version laid out in time."""
    return _loaded(version, tenant_id, at).compiled(at)


def matrix_in(version: models.Version | None, tenant_id: int, at: datetime) -> Matrix:
    """Return one version as the rules read it."""
    return _loaded(version, tenant_id, at).matrix


# --- what was read is kept in the process, and compared with the database's stamp before it is used again

KEPT = 100  # versions
STAMP = """
SELECT (SELECT concat_ws(' ', stamp, state, number) FROM responsibilities_version WHERE id = %(version)s),
       (SELECT max(number) FROM responsibilities_pulse WHERE tenant_id = ANY (%(owners)s)),
       (SELECT string_agg(concat_ws(' ', m.id, m.role, m.ends_at, u.is_active, u.name), ',' ORDER BY m.id)
          FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id WHERE m.tenant_id = %(tenant)s)
"""
Stamp = tuple[object, ...]


@dataclass
class Loaded:
    """A version as it was read, under which stamp, and laid out in time once somebody asks for that."""

    stamp: Stamp
    matrix: Matrix
    laid_out: Compiled | None = None

    def compiled(self, at: datetime) -> Compiled:
        """Return the matrix laid out over days that hold `at`, a month of the past among them."""
        if self.laid_out is None or not self.laid_out.start <= at < self.laid_out.end - AHEAD:
            self.laid_out = Compiled(self.matrix, at.replace(minute=0, second=0, microsecond=0) - PAST, compiled_days())
        return self.laid_out


_look: ContextVar[dict[Any, Any] | None] = ContextVar("look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Inside, a matrix is read once however often it is asked: for showing one page, never for an act."""
    token = _look.set({})
    try:
        yield
    finally:
        _look.reset(token)


PAST, AHEAD = timedelta(days=31), timedelta(days=30)
_kept: OrderedDict[tuple[int, int], Loaded] = OrderedDict()


def compiled_days() -> int:
    """Return how many days are laid out: the past month, and ninety ahead."""
    return PAST.days + DAYS


def _loaded(version: models.Version | None, tenant_id: int, at: datetime) -> Loaded:
    """Return a version as it is now; the database's stamp is asked for first, so what is read later is never older than it says."""
    look, asked_for = _look.get(), ("loaded", tenant_id, version.pk if version else 0)
    if look is not None and asked_for in look:
        known: Loaded = look[asked_for]
        return known
    found = _now(version, tenant_id, at)
    if look is not None:
        look[asked_for] = found
    return found


def _now(version: models.Version | None, tenant_id: int, at: datetime) -> Loaded:
    provider = access.provider_of(tenant_id, at)
    asked = "" if provider else access.provider_asked(tenant_id, at)
    stamp = asked, *_stamp(version, tenant_id, provider)
    key = (tenant_id, version.pk if version else 0)
    known = _kept.get(key)
    if known is None or known.stamp != stamp:
        known = _kept[key] = Loaded(stamp, _read(version, tenant_id, provider, asked))
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return known


def _stamp(version: models.Version | None, tenant_id: int, provider: Organisation | None) -> Stamp:
    owners = [tenant_id, *([provider.pk] if provider else [])]
    with connection.cursor() as cursor:
        cursor.execute(STAMP, {"version": version.pk if version else 0, "owners": owners, "tenant": tenant_id})
        moving = cursor.fetchone()
    return (provider and (provider.pk, provider.name), *moving)


def _read(version: models.Version | None, tenant_id: int, provider: Organisation | None, asked: str) -> Matrix:
    rows = _duties(version, tenant_id)
    places = places_of(tenant_id)
    hours = _calendars(version)
    calendars = _laid_out(hours)
    return Matrix(
        duties={row.key: duty_from(row) for row in rows.values()},
        rules=_rules(version, rows, calendars[BUSINESS, CLIENT].zone),
        calendar=calendars[BUSINESS, CLIENT],
        names=names_with(provider, asked),
        exclusions=_exclusions(version, rows),
        version=version.number if version else None,
        signed=bool(version and version.in_force_at),
        served=provider is not None,
        calendars=calendars,
        places=places,
        crew=crew.crew_of(tenant_id, provider),
        covers=covers_of(tenant_id),
        policy=policy_of(version),
        hour_names={row.key: row.name for row in hours if row.name},
    )


def _duties(version: models.Version | None, tenant_id: int) -> dict[int, models.Duty]:
    """Return the duties of a version: the catalogue's, and those of the client's own that it has a row for."""
    rows = {row.pk: row for row in models.Duty.objects.for_tenant(tenant_id).order_by("position", "id")}
    own = {pk for pk, row in rows.items() if is_own(row.key)}
    if own and version is not None:
        lines = models.Row.objects.for_tenant(tenant_id).filter(version=version, duty__in=own)
        own -= set(lines.values_list("duty_id", flat=True))
    return {pk: row for pk, row in rows.items() if pk not in own}


def is_own(key: str) -> bool:
    """Say whether a duty is the client's own, and not of the catalogue."""
    return key.startswith(f"{catalogue.OWN}.")


def names_at(tenant_id: int, at: datetime) -> dict[Party, str]:
    """Return what the parties of a client are called on screen."""
    provider = access.provider_of(tenant_id, at)
    return names_with(provider, "" if provider else access.provider_asked(tenant_id, at))


def names_with(provider: Organisation | None, asked: str = "") -> dict[Party, str]:
    """Return what the parties of a client are called that this provider serves; `asked` is what one is called that did not accept yet."""
    return {
        Party.INTERNAL: "Internal IT",
        Party.PROVIDER: provider.name if provider else asked or NO_PROVIDER,
        Party.LEADERSHIP: "Leadership",
        Party.END_USER: "Users",
        Party.VENDOR: "Vendors",
    }


def calendars_of(version: models.Version | None) -> dict[tuple[str, str], Calendar]:
    """Return the hours of a version by key and place; business hours of the client are always among them."""
    return _laid_out(_calendars(version))


def _calendars(version: models.Version | None) -> list[models.Calendar]:
    if version is None:
        return []
    rows = models.Calendar.objects.for_tenant(version.tenant_id).filter(version=version)
    return list(rows.select_related("place").order_by("id"))


def _laid_out(rows: Iterable[models.Calendar]) -> dict[tuple[str, str], Calendar]:
    found = {(BUSINESS, CLIENT): Calendar("UTC", ())}
    return found | {(row.key, row.place.key if row.place else CLIENT): calendar_from(row) for row in rows}


def calendar_from(row: models.Calendar) -> Calendar:
    """Return the row of named hours as the rules know it."""
    return coverage.calendar_of(row.zone, row.week, map(date.fromisoformat, row.closed))


def places_of(tenant_id: int) -> Places:
    """Return the places of a client, those that are gone too."""
    rows = models.Place.objects.for_tenant(tenant_id).select_related("parent").order_by("kind", "position", "name", "id")
    return Places({row.key: place_from(row) for row in rows})


def place_from(row: models.Place) -> Place:
    """Return the row of a place as the rules know it; it comes with its parent."""
    parent = row.parent.key if row.parent else CLIENT
    return Place(row.key, row.name, PlaceKind(row.kind), parent, tuple(row.tags), row.position, row.zone, row.retired_at is not None)


def covers_of(tenant_id: int) -> tuple[Cover, ...]:
    """Return the stand-ins that are or were agreed."""
    rows = models.Cover.objects.for_tenant(tenant_id).filter(state=models.Cover.State.AGREED)
    return tuple(
        Cover(
            covered=Subject(Party(row.party), row.team, row.person_id),
            stand_in=Subject(Party(row.by_party), row.by_team, row.by_person_id),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            duty=row.duty.key if row.duty else "",
            place=row.place.key if row.place else CLIENT,
        )
        for row in rows.select_related("duty", "place").order_by("answered_at", "id")
    )


def policy_of(version: models.Version | None) -> Policy:
    """Return what a version's template asks besides the rules."""
    return policy_from(version.policy if version else {})


def policy_from(said: Mapping[str, Any]) -> Policy:
    """Return a policy as a version or a template keeps it."""
    return Policy(frozenset(Party(word) for word in said.get("accountable", ())), bool(said.get("named_people")))


def duty_from(row: models.Duty) -> Duty:
    """Return a duty's row as the rules know it."""
    return Duty(row.key, row.name, row.category, Hours(row.coverage), row.risk, tuple(row.work), tuple(row.regulated), row.review)


def rule_from(row: models.Assignment, zone: str) -> Rule:
    """Return an assignment as a rule; it comes with its row, the row's duty and place. Its dates are whole days in the client's zone."""
    return Rule(
        letter=Letter(row.letter),
        party=Party(row.party) if row.party else None,
        hours=row.hours or None,
        lead=row.lead,
        duty=row.row.rule_key,
        place=row.row.place.key if row.row.place else CLIENT,
        rank=row.rank,
        starts_at=_midnight(row.valid_from, zone),
        ends_at=_midnight(row.valid_to + timedelta(days=1), zone) if row.valid_to else None,
        team=row.team,
        person=row.person_id,
        append=row.append,
        split=row.split,
        qualifier=row.qualifier,
    )


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None


def _rules(version: models.Version | None, duties: dict[int, models.Duty], zone: str) -> dict[str, list[Rule]]:
    """Return the rules of a version by what they are about, in a fixed order; plain columns, because there are hundreds."""
    found: dict[str, list[Rule]] = defaultdict(list)
    if version is None:
        return found
    rows = models.Assignment.objects.for_tenant(version.tenant_id).filter(version=version).order_by("row__duty_id", "letter", "id")
    for duty_id, covers, place, letter, party, hours, lead, rank, start, end, team, person, append, split, qualifier in rows.values_list(
        *("row__duty_id", "row__covers", "row__place__key", "letter", "party", "hours", "lead", "rank", "valid_from", "valid_to"),
        *("team", "person_id", "append", "split", "qualifier"),
    ):
        if duty_id and duty_id not in duties:
            continue  # a duty that was added while we read: the stamp has moved, so this is read again
        key = duties[duty_id].key if duty_id else covers
        found[key].append(
            Rule(
                letter=Letter(letter),
                party=Party(party) if party else None,
                hours=hours or None,
                lead=lead,
                duty=key,
                place=place or CLIENT,
                rank=rank,
                starts_at=_midnight(start, zone),
                ends_at=_midnight(end + timedelta(days=1), zone) if end else None,
                team=team,
                person=person,
                append=append,
                split=split,
                qualifier=qualifier,
            )
        )
    return dict(found)


def assignments_of(version: models.Version | None, duties: Iterable[int]) -> list[models.Assignment]:
    """Return the assignments of these duties' ids in a version, and those of categories and of every duty, in a fixed order."""
    if version is None:
        return []
    rows = models.Assignment.objects.for_tenant(version.tenant_id).filter(version=version)
    rows = rows.filter(Q(row__duty__in=list(duties)) | Q(row__duty__isnull=True)).select_related("row", "row__duty", "row__place")
    return list(rows.order_by("row__duty_id", "letter", "id"))


def _exclusions(version: models.Version | None, duties: dict[int, models.Duty]) -> dict[str, Exclusion]:
    if version is None:
        return {}
    rows = models.Exclusion.objects.for_tenant(version.tenant_id).filter(version=version, duty__in=list(duties))
    return {duties[row.duty_id].key: Exclusion(row.reason, row.accepted_by, row.expires_at) for row in rows}
