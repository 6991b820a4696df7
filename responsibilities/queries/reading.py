"""One version of a client's matrix as the rules read it, and what they say: who answers, where work goes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from comanaged.accounts import access
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import models
from responsibilities.domain import coverage, resolution
from responsibilities.domain.coverage import Calendar
from responsibilities.domain.matrix import Duty, Exclusion, Matrix
from responsibilities.domain.raci import Rule
from responsibilities.domain.resolution import Answer, Route

NEEDED = frozenset({resolution.INTAKE, *resolution.STAND_IN.values()})  # duties that take what another leaves
NO_PROVIDER = "the provider"  # what it is called while nobody is engaged


def who_answers(tenant_id: int, duty_key: str, at: datetime, place: str = "") -> Answer:
    """Return who answers for a duty at `at`, and why; raise KeyError for a duty this client does not have."""
    return resolution.who_answers(matrix_of(tenant_id, at, {duty_key}), duty_key, at, place)


def route(tenant_id: int, duty_key: str | None, at: datetime, work: str, place: str = "") -> Route:
    """Return the side that gets a piece of work ("alert", "check" or "ticket"); None or an unknown duty is sorted by intake."""
    return resolution.route(matrix_of(tenant_id, at, {duty_key} if duty_key else ()), duty_key, at, work, place)


def duties_of(tenant_id: int) -> list[models.Duty]:
    """Return a client's duties in the order of its matrix."""
    return list(models.Duty.objects.for_tenant(tenant_id).order_by("position", "id"))


def duties_over(tenant_ids: Iterable[int]) -> list[models.Duty]:
    """Return the duties of several clients, one for each key, in the order of their matrices."""
    named = models.Duty.objects.for_tenants(tenant_ids).order_by("key", "id").distinct("key")
    return sorted(named, key=lambda duty: (duty.position, duty.key))


def duty_name(tenant_id: int, key: str) -> str:
    """Return what a duty is called; its key where the client has no such duty."""
    return models.Duty.objects.for_tenant(tenant_id).filter(key=key).values_list("name", flat=True).first() or key


def version_at(tenant_id: int, at: datetime) -> models.Version | None:
    """Return the version that answers: in force at `at`, else the first that ever was, else the draft."""
    versions = models.Version.objects.for_tenant(tenant_id).exclude(state=models.Version.State.WITHDRAWN).order_by("number")
    forceful = [version for version in versions if version.in_force_at]
    past = [version for version in forceful if version.in_force_at and version.in_force_at <= at]
    drafts = [version for version in versions if version.state == models.Version.State.DRAFT]
    return next(iter([*past[-1:], *forceful, *drafts]), None)


def matrix_of(tenant_id: int, at: datetime, keys: Collection[str] | None = None) -> Matrix:
    """Return the version that answers at `at`; with `keys` no more of it than those duties need."""
    return matrix_in(version_at(tenant_id, at), tenant_id, at, keys)


def matrix_in(version: models.Version | None, tenant_id: int, at: datetime, keys: Collection[str] | None = None) -> Matrix:
    """Return one version as the rules read it."""
    calendar = calendar_of(tenant_id)
    duties = models.Duty.objects.for_tenant(tenant_id).order_by("position", "id")
    if keys is not None:
        duties = duties.filter(key__in=NEEDED.union(keys))
    rows = {row.pk: row for row in duties}
    names = names_at(tenant_id, at)
    return Matrix(
        duties={row.key: duty_from(row) for row in rows.values()},
        rules=_rules(version, rows, calendar),
        calendar=calendar,
        names=names,
        exclusions=_exclusions(version, rows),
        version=version.number if version else None,
        signed=bool(version and version.in_force_at),
        served=names[Party.PROVIDER] != NO_PROVIDER,
    )


def names_at(tenant_id: int, at: datetime) -> dict[Party, str]:
    """Return what the parties of a client are called on screen."""
    provider = access.provider_of(tenant_id, at)
    return {
        Party.INTERNAL: "Internal IT",
        Party.PROVIDER: provider.name if provider else NO_PROVIDER,
        Party.LEADERSHIP: "Leadership",
        Party.END_USER: "Users",
        Party.VENDOR: "Vendors",
    }


def calendar_of(tenant_id: int) -> Calendar:
    """Return a client's hours; without any, no hour is a business hour."""
    row = models.Calendar.objects.for_tenant(tenant_id).order_by("id").first()
    if row is None:
        return Calendar("UTC", ())
    return coverage.calendar_of(row.zone, row.week, map(date.fromisoformat, row.closed))


def duty_from(row: models.Duty) -> Duty:
    """Return a duty's row as the rules know it."""
    return Duty(row.key, row.name, row.category, Hours(row.coverage), row.risk, tuple(row.work))


def rule_from(row: models.Assignment, duty: str, zone: str) -> Rule:
    """Return an assignment's row as a rule; its dates are whole days in the client's zone."""
    return Rule(
        letter=Letter(row.letter),
        party=Party(row.party),
        hours=Hours(row.hours) if row.hours else None,
        lead=row.lead,
        duty=duty,
        rank=row.rank,
        starts_at=_midnight(row.valid_from, zone),
        ends_at=_midnight(row.valid_to + timedelta(days=1), zone) if row.valid_to else None,
    )


def _midnight(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)) if day else None


def _rules(version: models.Version | None, duties: dict[int, models.Duty], calendar: Calendar) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for row in assignments_of(version, duties):
        key = duties[row.duty_id].key
        found[key].append(rule_from(row, key, calendar.zone))
    return dict(found)


def assignments_of(version: models.Version | None, duties: Iterable[int]) -> list[models.Assignment]:
    """Return the assignments of these duties' ids in a version, in a fixed order."""
    if version is None:
        return []
    rows = models.Assignment.objects.for_tenant(version.tenant_id).filter(version=version, duty__in=list(duties))
    return list(rows.order_by("duty_id", "letter", "id"))


def _exclusions(version: models.Version | None, duties: dict[int, models.Duty]) -> dict[str, Exclusion]:
    if version is None:
        return {}
    rows = models.Exclusion.objects.for_tenant(version.tenant_id).filter(version=version, duty__in=list(duties))
    return {duties[row.duty_id].key: Exclusion(row.reason, row.accepted_by, row.expires_at) for row in rows}
