"""The pages of teams, roles, rotas and absences: who is in them, whose turn it is in the weeks ahead, where nobody's is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind, Membership
from comanaged.vocabulary import Party, TeamKind
from responsibilities import models
from responsibilities.domain.people import Crew, Team
from responsibilities.queries import crew, reading, words

AHEAD = timedelta(weeks=8)
NOBODY = "nobody"
KINDS = {TeamKind.TEAM: "team", TeamKind.ROLE: "role"}


@dataclass(frozen=True)
class Line:
    """A team or role in the list."""

    id: int
    name: str
    kind: str
    now: str  # who is on duty or holds it
    shape: str
    people: int
    until: str


@dataclass(frozen=True)
class Block:
    """The teams of one party."""

    name: str
    shape: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Away:
    """A dated stretch with its person: an absence, or a turn that somebody took."""

    id: int
    name: str
    from_text: str
    until_text: str


@dataclass(frozen=True)
class Teams:
    """The teams that a room may name, own ones and those that are read only."""

    blocks: tuple[Block, ...]
    retired: tuple[str, ...]
    away: tuple[Away, ...]  # for who keeps them
    may_edit: bool


@dataclass(frozen=True)
class Seat:
    """Somebody in a team or role."""

    id: int
    name: str
    from_text: str
    until_text: str
    state: str  # "" while they are there, else why not
    first: bool
    over: bool


@dataclass(frozen=True)
class Turn:
    """One stretch of the rota: who has it, or nobody and why."""

    from_text: str
    until_text: str
    who: str
    why: str
    hole: bool
    now: bool


@dataclass(frozen=True)
class Sheet:
    """The page of one team."""

    id: int
    name: str
    kind: str
    role: bool
    party: str
    shape: str
    zone: str
    rota: str  # in words, "" without one
    now: str
    seats: tuple[Seat, ...]
    turns: tuple[Turn, ...]
    holes: int
    taken: tuple[Away, ...]
    away: tuple[Away, ...]
    may_edit: bool


def teams(by: Actor, at: datetime) -> Teams:
    """Return the teams of a room: a client's with its provider's beside them, or a provider's own."""
    everyone = _crew(by, at)
    names = _names(by, at)
    living = [team for team in everyone.teams.values() if not team.retired]
    blocks = []
    for party in Party:
        lines = tuple(_line(everyone, team, at) for team in living if team.party is party)
        if lines:
            blocks.append(Block(names[party], words.SHAPES[party], tuple(sorted(lines, key=lambda line: line.name.lower()))))
    retired = tuple(sorted(team.name for team in everyone.teams.values() if team.retired))
    own = models.Absence.objects.for_tenant(by.tenant)
    away = tuple(_away(everyone, own, at, by.tenant.zone)) if may_keep(by) else ()
    return Teams(tuple(blocks), retired, away, may_keep(by))


def may_keep(by: Actor) -> bool:
    """Say whether somebody keeps the teams of this room: a manager in their own company's."""
    return access.may(by, "team.edit") and by.company_id == by.tenant_id


def own_team(by: Actor, team: int) -> models.Team | None:
    """Return a team of the room's own organisation that stands."""
    return models.Team.objects.for_tenant(by.tenant).filter(pk=team, retired_at=None).first()


def sheet(by: Actor, team: int, at: datetime) -> Sheet | None:
    """Return the page of one team of this room, None for any other."""
    everyone = _crew(by, at)
    known = everyone.teams.get(team)
    if known is None or known.retired:
        return None
    owners = _owners(by, at)
    turns = tuple(turns_ahead(everyone, known, at)) if known.rota_from or known.overrides else ()
    people = {member.person for member in known.members}
    own = may_keep(by) and (known.party is Party.PROVIDER) is (by.tenant.kind == Kind.PROVIDER)
    return Sheet(
        id=team,
        name=known.name,
        kind=KINDS[known.kind],
        role=known.kind is TeamKind.ROLE,
        party=_names(by, at)[known.party],
        shape=words.SHAPES[known.party],
        zone=known.zone,
        rota=_rota(known),
        now=_now(everyone, known, at),
        seats=tuple(_seats(everyone, known, owners, at)),
        turns=turns,
        holes=sum(turn.hole for turn in turns),
        taken=tuple(_away(everyone, models.Override.objects.for_tenants(owners).filter(team=team), at, known.zone)),
        away=tuple(_away(everyone, models.Absence.objects.for_tenants(owners).filter(person__in=people), at, known.zone)),
        may_edit=own,
    )


def candidates(tenant_id: int, party: Party, at: datetime) -> list[tuple[int, str]]:
    """Return the people who may be in a team of a party: live members of its organisation who belong to that party."""
    known = crew.crew_of(tenant_id, None).persons.values()
    there = [one for one in known if one.party is party and not one.gone and (one.leaves_at is None or one.leaves_at > at)]
    return [(one.id, one.name) for one in sorted(there, key=lambda one: (one.name.lower(), one.id))]


def colleagues(tenant_id: int, at: datetime) -> list[tuple[int, str]]:
    """Return an organisation's own live people."""
    rows = Membership.objects.live(at).filter(tenant=tenant_id, company=tenant_id, user__is_active=True).exclude(role=access.ASKS)
    rows = rows.select_related("user")
    return [(row.user_id, str(row.user)) for row in rows.order_by("user__name", "id")]


def absences_of(tenant_id: int, person: int | None, at: datetime, zone: str) -> list[Away]:
    """Return when one person is away, as kept with an organisation."""
    return list(_away(Crew(), models.Absence.objects.for_tenant(tenant_id).filter(person=person), at, zone))


def turns_ahead(everyone: Crew, team: Team, at: datetime) -> Iterator[Turn]:
    """Yield who has which turn from `at` on, as far as the page looks ahead; a stretch without anybody is a hole."""
    end = at + AHEAD
    people = {member.person for member in team.members} | {override.person for override in team.overrides}
    dates = {date for away in everyone.absences if away.person in people for date in (away.starts_at, away.ends_at)}
    leaving = {everyone.persons[one].leaves_at for one in people if one in everyone.persons}
    cuts = sorted({at, *team.edges(at, end), *(date for date in dates | leaving if date and at < date < end)})
    said = [(cut, *_turn(everyone, team, cut)) for cut in cuts if cut < end]
    merged = [one for number, one in enumerate(said) if number == 0 or one[1:] != said[number - 1][1:]]
    for number, (cut, who, why) in enumerate(merged):
        until = merged[number + 1][0] if number + 1 < len(merged) else end
        yield Turn(moment(cut, team.zone), moment(until, team.zone), who, why, who == NOBODY, now=number == 0)


def moment(when: datetime, zone: str) -> str:
    """Return a moment on the clock of a zone: "Mon 30 November 09:00"."""
    here = when.astimezone(ZoneInfo(zone))
    return f"{here:%a} {here.day} {here:%B %H:%M}"


def _turn(everyone: Crew, team: Team, at: datetime) -> tuple[str, str]:
    """Return who is on duty at a moment and what there is to say about it."""
    person = team.turn(at)
    if person is None:
        return NOBODY, "whoever had this turn left" if team.rota_from and at >= team.rota_from else "the first turn has not begun"
    missing = everyone.missing(person, at)
    if missing:
        return NOBODY, f"{everyone.called(person)} {missing}"
    planned = replace(team, overrides=()).turn(at)
    instead = f"instead of {everyone.called(planned)}" if planned is not None and planned != person else ""
    return everyone.called(person), instead


def _crew(by: Actor, at: datetime) -> Crew:
    client = by.tenant.kind == Kind.CLIENT
    return crew.crew_of(by.tenant_id, access.provider_of(by.tenant_id, at) if client else None)


def _owners(by: Actor, at: datetime) -> list[int]:
    provider = access.provider_id_of(by.tenant_id, at) if by.tenant.kind == Kind.CLIENT else None
    return [by.tenant_id, *([provider] if provider else [])]


def _names(by: Actor, at: datetime) -> dict[Party, str]:
    return reading.names_with(access.provider_of(by.tenant_id, at) if by.tenant.kind == Kind.CLIENT else by.tenant)


def _line(everyone: Crew, team: Team, at: datetime) -> Line:
    present = sum(member.holds(at) for member in team.members)
    now = _now(everyone, team, at)
    return Line(team.id, team.name, KINDS[team.kind], now, NOBODY if now == NOBODY else "", present, _rota(team))


def _now(everyone: Crew, team: Team, at: datetime) -> str:
    """Return who is on duty or holds the role; of a team without turns, whoever is there."""
    turned = team.kind is TeamKind.ROLE or team.rota_from is not None or any(one.holds(at) for one in team.overrides)
    if turned:
        return _turn(everyone, team, at)[0]
    there = [everyone.called(one.person) for one in team.members if one.holds(at) and not everyone.missing(one.person, at)]
    return "its queue" if not team.members else ", ".join(there) or NOBODY


def _rota(team: Team) -> str:
    if team.kind is TeamKind.ROLE or team.rota_from is None:
        return ""
    here = team.rota_from.astimezone(ZoneInfo(team.zone))
    every = "every week" if team.turn_weeks == 1 else f"every {team.turn_weeks} weeks"
    return f"{every} on {here:%A} at {here:%H:%M}"


def _seats(everyone: Crew, team: Team, owners: list[int], at: datetime) -> Iterator[Seat]:
    rows = models.TeamMember.objects.for_tenants(owners).filter(team=team.id).order_by("position", "id")
    for number, row in enumerate(rows):
        over = row.ends_at is not None and row.ends_at <= at
        state = "left the team" if over else "not yet" if row.starts_at > at else everyone.missing(row.person_id, at)
        until = moment(row.ends_at, team.zone) if row.ends_at else ""
        yield Seat(row.pk, everyone.called(row.person_id), moment(row.starts_at, team.zone), until, state, number == 0, over)


def _away(everyone: Crew, rows: QuerySet[models.Absence] | QuerySet[models.Override], at: datetime, zone: str) -> Iterator[Away]:
    """Yield stretches that are not over; who is no member here keeps their name to themselves."""
    for row in rows.filter(ends_at__gt=at).order_by("starts_at", "id"):
        yield Away(row.pk, everyone.called(row.person_id), moment(row.starts_at, zone), moment(row.ends_at, zone))
