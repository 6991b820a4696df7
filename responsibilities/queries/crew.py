"""Everybody a client's matrix may name: the people of both sides, their teams and rotas, who is away."""

from collections import defaultdict

from comanaged.accounts import access
from comanaged.accounts.models import Membership, Organisation
from comanaged.vocabulary import Party, Side, TeamKind
from responsibilities import models
from responsibilities.domain.people import Crew, Member, Person, Stretch, Team

PARTIES = {"c_lead": Party.LEADERSHIP}  # of roles that are not their side's own team


def crew_of(tenant_id: int, provider: Organisation | None) -> Crew:
    """Return the people, teams and absences as far as this client may read them, those that ended too."""
    owners = [tenant_id, *([provider.pk] if provider else [])]
    persons = _persons(tenant_id)
    return Crew(
        persons=persons,
        teams={row.pk: team for row, team in _teams(owners)},
        absences=tuple(
            Stretch(row.person_id, row.starts_at, row.ends_at)
            for row in models.Absence.objects.for_tenants(owners).order_by("starts_at", "id")
            if row.person_id in persons
        ),
    )


def party_of(role: str, side: str) -> Party:
    """Return the party that somebody of this role and side belongs to."""
    return PARTIES.get(role, Party.INTERNAL if side == Side.INTERNAL else Party.PROVIDER)


def _persons(tenant_id: int) -> dict[int, Person]:
    """Return everyone who is or was a member; the last membership of each counts. Of users there are many, and no line names one of them."""
    return {
        row.user_id: Person(
            id=row.user_id,
            name=str(row.user),
            party=party_of(row.role, row.side),
            gone="" if row.user.is_active else "has no account any more",
            leaves_at=row.ends_at,
            seen_at=row.user.last_login,
        )
        for row in Membership.objects.filter(tenant_id=tenant_id)
        .exclude(role=access.ASKS)
        .select_related("user")
        .order_by("starts_at", "id")
    }


def _teams(owners: list[int]) -> list[tuple[models.Team, Team]]:
    members: dict[int, list[Member]] = defaultdict(list)
    for one in models.TeamMember.objects.for_tenants(owners).order_by("position", "id"):
        members[one.team_id].append(Member(one.person_id, one.starts_at, one.ends_at))
    overrides: dict[int, list[Stretch]] = defaultdict(list)
    for each in models.Override.objects.for_tenants(owners).order_by("starts_at", "id"):
        overrides[each.team_id].append(Stretch(each.person_id, each.starts_at, each.ends_at))
    return [
        (
            row,
            Team(
                id=row.pk,
                name=row.name,
                party=Party(row.party),
                kind=TeamKind(row.kind),
                zone=row.zone,
                members=tuple(members[row.pk]),
                rota_from=row.rota_from,
                turn_weeks=row.turn_weeks,
                overrides=tuple(overrides[row.pk]),
                retired=row.retired_at is not None,
            ),
        )
        for row in models.Team.objects.for_tenants(owners).order_by("id")
    ]
