"""Lines of Harbor Dental's matrix written straight into the database: a team that does a duty, a site with rules of its own."""

from datetime import UTC, datetime
from typing import Any

from responsibilities import queries
from responsibilities.models import Assignment, Duty, Place, Row, Team, TeamMember, Version
from tests.cast import BEGAN, Cast


def named(cast: Cast, *people: str, rota: bool = True, duty: str = "backup.jobs") -> Team:
    """Let a team of the provider do a duty day and night, and nobody else."""
    with cast.scope(cast.harbor, cast.northwind):
        team = Team.objects.create(
            tenant=cast.northwind,
            key="night-desk",
            name="Night desk",
            party="PROVIDER",
            zone="America/Chicago",
            rota_from=datetime(2026, 11, 2, 15, tzinfo=UTC) if rota else None,
        )
        for position, name in enumerate(people):
            TeamMember.objects.create(tenant=cast.northwind, team=team, person=cast.people[name], position=position, starts_at=BEGAN)
    with cast.scope():
        row = Row.objects.for_tenant(cast.harbor).get(duty__key=duty, place=None)
        Assignment.objects.for_tenant(cast.harbor).filter(row=row, letter="R").delete()
        give(cast, row, team=team.pk)
    return team


def give(cast: Cast, row: Row, **more: Any) -> Assignment:
    """Write one R of the provider into a line."""
    values = {"letter": "R", "party": "PROVIDER", "hours": "ALWAYS"} | more
    return Assignment.objects.create(tenant=cast.harbor, version_id=row.version_id, row=row, **values)


def clinic(cast: Cast, duty: str = "backup.jobs", **more: Any) -> Row:
    """Give the client a site in another zone, with a line of its own."""
    with cast.scope():
        site = Place.objects.create(tenant=cast.harbor, key="eastside", name="Eastside clinic", kind="SITE", zone="America/Denver")
        version = queries.open_version(cast.harbor.pk)
        about = Duty.objects.for_tenant(cast.harbor).get(key=duty)
        return Row.objects.create(tenant=cast.harbor, version=version, duty=about, place=site, **more)


def in_force(cast: Cast) -> None:
    """Let the draft stand as if both sides had signed it long ago."""
    with cast.scope():
        Version.objects.for_tenant(cast.harbor).update(state="IN_FORCE", content="{}", content_hash="0" * 64, in_force_at=BEGAN)
