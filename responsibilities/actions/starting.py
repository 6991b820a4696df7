"""A client's first matrix, from a starter template."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Organisation
from comanaged.audit import trail
from comanaged.vocabulary import PlaceKind
from responsibilities import catalogue
from responsibilities.actions import findings
from responsibilities.catalogue import Template
from responsibilities.domain import coverage
from responsibilities.models import Assignment, Calendar, Duty, Exclusion, Place, Row, Version
from responsibilities.queries.beginning import Edition

TURN = 874  # the first half of the advisory lock's key; the second is the client
USUAL = "Mon-Fri 08:00-17:00"  # business hours until somebody says others


class CannotStart(Exception):
    """A matrix cannot begin here, in words for the person who tried."""


def start_matrix(
    tenant: Organisation, template_key: str, *, by: Actor, at: datetime, zone: str = "", closed: Collection[date] = ()
) -> Version:
    """Begin a client's matrix from a template that came with the product. Raise as start_from does, and UnknownTemplate."""
    chosen = Edition(catalogue.template(template_key), catalogue.templates_version())
    return start_from(tenant, chosen, by=by, at=at, zone=zone, closed=closed)


@transaction.atomic
def start_from(tenant: Organisation, chosen: Edition, *, by: Actor, at: datetime, zone: str = "", closed: Collection[date] = ()) -> Version:
    """Begin a client's matrix: duties, hours, a draft and its assignments from the edition, which it keeps, and the findings it leaves.

    The hours are the template's, read in `zone`, else in the client's own. Raise CannotStart where a matrix exists.
    """
    access.require(by, "template.adopt")
    template = chosen.template
    take_turn(tenant.pk)
    if Version.objects.for_tenant(tenant).exists():
        raise CannotStart(f"{tenant.name} has a matrix already. Change its draft instead.")
    hours = _hours(tenant, template, zone or tenant.zone, closed)
    duties = _duties(tenant)
    version = Version.objects.create(
        tenant=tenant,
        number=1,
        template_key=template.key,
        template_version=chosen.number,
        template_owner_id=chosen.owner_id,
        policy=template.policy,
        begun_at=at,
    )
    hours.version = version
    hours.save()
    places = _places(tenant, template)
    rows = _rows(version, template, duties, places)
    _assignments(version, template, rows)
    _exclusions(version, template, duties, at)
    trail.record("matrix.started", version, by=by, at=at, after=template.name)
    findings.recheck(version, by=by, at=at)
    return version


@transaction.atomic
def start_bare(tenant: Organisation, because: str, *, by: Actor, at: datetime) -> Version:
    """Begin a client's matrix with every duty of the catalogue and nobody in it, for what is written into it in the same act.

    Its findings are left to whoever writes that. Raise CannotStart where a matrix exists.
    """
    access.require(by, "template.adopt")
    take_turn(tenant.pk)
    if Version.objects.for_tenant(tenant).exists():
        raise CannotStart(f"{tenant.name} has a matrix already. Change its draft instead.")
    version = Version.objects.create(tenant=tenant, number=1, begun_at=at)
    Calendar.objects.create(tenant=tenant, version=version, zone=tenant.zone, week=coverage.week_of(USUAL), closed=[])
    Row.objects.bulk_create(Row(tenant=tenant, version=version, duty=duty) for duty in _duties(tenant).values())
    trail.record("matrix.started", version, by=by, at=at, after=because)
    return version


def take_turn(tenant_id: int) -> None:
    """Wait until nobody else begins this client's matrix or brings a sheet for it; the turn ends with the transaction.

    It is taken before anything else is locked.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TURN, tenant_id % 2**31])


def _hours(tenant: Organisation, template: Template, zone: str, closed: Collection[date]) -> Calendar:
    week = coverage.week_of(template.business)
    coverage.calendar_of(zone, week, closed)  # refuses what cannot be read, before it is stored
    return Calendar(tenant=tenant, zone=zone, week=week, closed=sorted(day.isoformat() for day in closed))


def _places(tenant: Organisation, template: Template) -> dict[str, Place]:
    """Write the template's sites."""
    return {
        site.key: Place.objects.create(tenant=tenant, key=site.key, name=site.name, kind=PlaceKind.SITE, zone=site.zone)
        for site in template.sites
    }


def _duties(tenant: Organisation) -> dict[str, Duty]:
    rows = Duty.objects.bulk_create(
        Duty(
            tenant=tenant,
            key=duty.key,
            name=duty.name,
            category=duty.category,
            position=position,
            description=duty.description,
            coverage=duty.coverage,
            risk=duty.risk,
            work=list(duty.work),
            asks=list(duty.asks),
            regulated=list(duty.nist_800_171_r2),
            review=duty.review,
        )
        for position, duty in enumerate(catalogue.duties().values(), start=1)
    )
    return {row.key: row for row in rows}


def _rows(version: Version, template: Template, duties: Mapping[str, Duty], places: Mapping[str, Place]) -> dict[tuple[str, str], Row]:
    """Write a row for every duty, and one for each duty that a site sees otherwise; return them by duty and site."""
    keys = [(key, "") for key in duties] + list(dict.fromkeys((rule.duty, rule.place) for rule in template.rules if rule.place))
    notes = template.notes
    rows = Row.objects.bulk_create(
        Row(tenant=version.tenant, version=version, duty=duties[duty], place=places.get(site), note=notes.get((duty, site), ""))
        for duty, site in keys
    )
    return dict(zip(keys, rows, strict=True))


def _assignments(version: Version, template: Template, rows: Mapping[tuple[str, str], Row]) -> None:
    """Write the template's rules; which half of a shared duty is whose comes from the catalogue."""
    Assignment.objects.bulk_create(
        Assignment(
            tenant=version.tenant,
            version=version,
            row=rows[rule.duty, rule.place],
            letter=rule.letter,
            party=rule.party or "",
            hours=rule.hours or "",
            lead=rule.lead,
            split=catalogue.split_of(rule),
        )
        for rule in template.rules
        if rule.party or rule.place  # that nobody does a duty of the whole client is said by leaving it out
    )


def _exclusions(version: Version, template: Template, duties: Mapping[str, Duty], at: datetime) -> None:
    Exclusion.objects.bulk_create(
        Exclusion(
            tenant=version.tenant,
            version=version,
            duty=duties[one.duty],
            reason=one.reason,
            accepted_by=one.accepted_by,
            expires_at=at + timedelta(days=one.expires_days),
        )
        for one in template.exclusions
    )
