"""A client's first matrix, from a starter template."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Organisation
from comanaged.audit import trail
from responsibilities import catalogue
from responsibilities.actions import findings
from responsibilities.catalogue import Template
from responsibilities.domain import coverage
from responsibilities.models import Assignment, Calendar, Duty, Exclusion, Row, Version


class CannotStart(Exception):
    """A matrix cannot begin here, in words for the person who tried."""


@transaction.atomic
def start_matrix(
    tenant: Organisation, template_key: str, *, by: Actor, at: datetime, zone: str = "", closed: Collection[date] = ()
) -> Version:
    """Begin a client's matrix: duties, hours, a draft and its assignments from the template, and the findings it leaves.

    The hours are the template's, read in `zone`, else in the client's own. Raise CannotStart where a matrix exists, UnknownTemplate.
    """
    access.require(by, "template.adopt")
    template = catalogue.template(template_key)
    if Version.objects.for_tenant(tenant).exists():
        raise CannotStart(f"{tenant.name} has a matrix already. Change its draft instead.")
    _hours(tenant, template, zone or tenant.zone, closed)
    duties = _duties(tenant)
    version = Version.objects.create(
        tenant=tenant, number=1, template_key=template.key, template_version=catalogue.templates_version(), begun_at=at
    )
    _rows(version, template, duties)
    _assignments(version, template, duties)
    _exclusions(version, template, duties, at)
    trail.record("matrix.started", version, by=by, at=at, after=template.name)
    findings.recheck(version, by=by, at=at)
    return version


def _hours(tenant: Organisation, template: Template, zone: str, closed: Collection[date]) -> None:
    week = coverage.week_of(template.business)
    coverage.calendar_of(zone, week, closed)  # refuses what cannot be read, before it is stored
    Calendar.objects.create(tenant=tenant, zone=zone, week=week, closed=sorted(day.isoformat() for day in closed))


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
        )
        for position, duty in enumerate(catalogue.duties().values(), start=1)
    )
    return {row.key: row for row in rows}


def _rows(version: Version, template: Template, duties: Mapping[str, Duty]) -> None:
    notes = template.notes
    Row.objects.bulk_create(Row(tenant=version.tenant, version=version, duty=duty, note=notes.get(key, "")) for key, duty in duties.items())


def _assignments(version: Version, template: Template, duties: Mapping[str, Duty]) -> None:
    """Write the template's rules; which half of a shared duty is whose comes from the catalogue."""
    Assignment.objects.bulk_create(
        Assignment(
            tenant=version.tenant,
            version=version,
            duty=duties[rule.duty],
            letter=rule.letter,
            party=rule.party,
            hours=rule.hours or "",
            lead=rule.lead,
            split=catalogue.split_of(rule),
        )
        for rule in template.rules
        if rule.party
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
