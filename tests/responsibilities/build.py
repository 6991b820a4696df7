"""Small matrices for the pure tests, and a client that has none yet."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from comanaged.accounts import actions as accounts
from comanaged.accounts.models import Kind, Organisation
from comanaged.vocabulary import Hours, Letter, Party, PlaceKind
from responsibilities import catalogue
from responsibilities.domain import coverage
from responsibilities.domain.matrix import Duty, Exclusion, Matrix, Policy
from responsibilities.domain.places import Place, Places
from responsibilities.domain.raci import Rule

NAMES = {
    Party.INTERNAL: "Internal IT",
    Party.PROVIDER: "Northwind MSP",
    Party.LEADERSHIP: "Leadership",
    Party.END_USER: "Users",
    Party.VENDOR: "Vendors",
}
OFFICE = coverage.calendar_of("America/Chicago", coverage.week_of("Mon-Fri 08:00-17:00"))
BACKUP = "backup.jobs"


def local(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in Chicago; 24 November is a Tuesday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("America/Chicago")).astimezone(UTC)


DAY, NIGHT = local(24, 10), local(24, 22)


def newcomer() -> Organisation:
    """A client in New York that has no matrix yet."""
    return accounts.create_organisation(Kind.CLIENT, "Seaside Vets", slug="seaside-vets", zone="America/New_York", at=DAY)


def r(party: Party | None, hours: Hours = Hours.ALWAYS, duty: str = BACKUP, *, lead: bool = False, place: str = "", rank: int = 1) -> Rule:
    return Rule(Letter.R, party, hours, lead=lead, duty=duty, place=place, rank=rank)


def a(party: Party | None, duty: str = BACKUP, place: str = "") -> Rule:
    return Rule(Letter.A, party, duty=duty, place=place)


def site(key: str, **more: Any) -> Place:
    return Place(key, key.capitalize(), PlaceKind.SITE, **more)


def matrix(
    *rules: Rule,
    exclusions: dict[str, Exclusion] | None = None,
    signed: bool = False,
    keys: Iterable[str] | None = None,
    places: Iterable[Place] = (),
    **more: Any,
) -> Matrix:
    """The catalogue's duties, of which only these rules are stated."""
    wanted = set(keys) if keys is not None else set(catalogue.duties())
    by_key: dict[str, list[Rule]] = {}
    for rule in rules:
        by_key.setdefault(rule.duty, []).append(rule)
    return Matrix(
        duties={
            duty.key: Duty(duty.key, duty.name, duty.category, duty.coverage, duty.risk, duty.work, duty.nist_800_171_r2, duty.review)
            for duty in catalogue.duties().values()
            if duty.key in wanted
        },
        rules=by_key,
        calendar=OFFICE,
        names=NAMES,
        exclusions=exclusions or {},
        version=4,
        signed=signed,
        places=Places({place.key: place for place in places}),
        **more,
    )


def of_template(key: str, at: datetime) -> Matrix:
    """A template as it starts at `at`."""
    template = catalogue.template(key)
    whole = matrix(
        *(rule for rule in template.rules if rule.party or rule.place),
        places=[Place(site.key, site.name, PlaceKind.SITE, zone=site.zone) for site in template.sites],
        exclusions={one.duty: Exclusion(one.reason, one.accepted_by, at.replace(year=at.year + 1)) for one in template.exclusions},
    )
    calendar = coverage.calendar_of(template.zone, coverage.week_of(template.business))
    policy = Policy(frozenset(Party(word) for word in template.policy["accountable"]), template.policy["named_people"])
    return replace(whole, calendar=calendar, version=1, policy=policy)
