"""Teams, roles and rotas of the own company: made, described, filled with people, planned in turns, retired."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind, Organisation
from comanaged.audit import trail
from comanaged.vocabulary import Party, TeamKind
from responsibilities.actions import keeping
from responsibilities.actions.keeping import Refusal
from responsibilities.models import Override, Team, TeamMember
from responsibilities.queries import rosters

LONGEST = timedelta(days=92)  # of one stretch that somebody takes
OF_CLIENT = (Party.INTERNAL, Party.LEADERSHIP, Party.END_USER, Party.VENDOR)


class CannotTeam(Refusal):
    """A change of teams that is not possible."""


@dataclass(frozen=True)
class Named:
    """What a new team or role is."""

    key: str
    name: str
    kind: TeamKind
    party: Party
    zone: str


def parties_of(tenant: Organisation) -> tuple[Party, ...]:
    """Return the parties whose teams an organisation keeps."""
    return OF_CLIENT if tenant.kind == Kind.CLIENT else (Party.PROVIDER,)


@transaction.atomic
def make_team(said: Named, *, by: Actor, at: datetime) -> Team:
    """Add a team or role of the own company; raise CannotTeam for a key that is taken."""
    _require(by)
    keeping.check_zone(said.zone)
    if said.party not in parties_of(by.tenant):
        raise CannotTeam("Choose whose team it is from the list.", "party")
    try:
        with transaction.atomic():
            row = Team.objects.create(tenant=by.tenant, key=said.key, name=said.name, kind=said.kind, party=said.party, zone=said.zone)
    except IntegrityError:
        raise CannotTeam(f"There is a team or role with the short name '{said.key}' already. Choose another.", "key") from None
    trail.record("team.made", row, by=by, at=at, after=f"{row.name}, a {said.kind.lower()}")
    return row


@transaction.atomic
def describe_team(team: int, name: str, zone: str, *, by: Actor, at: datetime) -> Team:
    """Rename a team or give it another clock."""
    row = _locked(team, by)
    keeping.check_zone(zone)
    before, after = f"{row.name}; zone {row.zone}", f"{name}; zone {zone}"
    if after != before:
        row.name, row.zone = name, zone
        row.save(update_fields=["name", "zone"])
        _told("team.described", row, by=by, at=at, before=before, after=after)
    return row


@transaction.atomic
def retire_team(team: int, *, by: Actor, at: datetime) -> Team:
    """End a team or role: lines that name it pass it over, and a finding says so."""
    row = _locked(team, by)
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    _told("team.retired", row, by=by, at=at, before=row.name)
    return row


@transaction.atomic
def join(team: int, person: int, starts_at: datetime, ends_at: datetime | None, *, by: Actor, at: datetime) -> TeamMember:
    """Put somebody into a team, last in its turns; a role passes to them, and whoever held it gives it up then."""
    row = _locked(team, by)
    name = _candidate(row, person, by, at)
    _check_order(starts_at, ends_at)
    seats = list(TeamMember.objects.for_tenant(by.tenant).filter(team=row).order_by("position", "id"))
    if any(seat.person_id == person and (seat.ends_at is None or seat.ends_at > starts_at) for seat in seats):
        raise CannotTeam(f"{name} is in {row.name} then already.", "person")
    if row.kind == TeamKind.ROLE:
        for seat in seats:
            if seat.ends_at is None or seat.ends_at > starts_at:
                seat.ends_at = max(starts_at, seat.starts_at)
                seat.save(update_fields=["ends_at"])
    position = max((seat.position for seat in seats), default=-1) + 1
    made = TeamMember.objects.create(tenant=by.tenant, team=row, person_id=person, position=position, starts_at=starts_at, ends_at=ends_at)
    _told("team.joined", row, by=by, at=at, after=f"{name} {keeping.stretch(starts_at, ends_at, row.zone)}")
    return made


@transaction.atomic
def leave(team: int, seat: int, ends_at: datetime, *, by: Actor, at: datetime) -> TeamMember:
    """End somebody's time in a team or role; their turns stay empty until the turns are planned anew."""
    row = _locked(team, by)
    one = _seat(row, seat)
    _check_order(one.starts_at, ends_at)
    one.ends_at = ends_at
    one.save(update_fields=["ends_at"])
    _told("team.left", row, by=by, at=at, before=f"{one.person} {keeping.stretch(one.starts_at, ends_at, row.zone)}")
    return one


@transaction.atomic
def go_earlier(team: int, seat: int, *, by: Actor, at: datetime) -> TeamMember:
    """Let somebody take their turn one place earlier."""
    row = _locked(team, by)
    seats = list(TeamMember.objects.for_tenant(by.tenant).filter(team=row).select_related("person").order_by("position", "id"))
    place = next((number for number, one in enumerate(seats) if one.pk == seat), None)
    if place is None:
        raise CannotTeam("They are not in this team any more.")
    if place == 0:
        raise CannotTeam(f"{seats[0].person} is the first already.")
    seats[place - 1], seats[place] = seats[place], seats[place - 1]
    _number(seats)
    _told("team.ordered", row, by=by, at=at, after=", ".join(str(one.person) for one in seats))
    return seats[place - 1]


@transaction.atomic
def plan_turns(team: int, first: datetime, weeks: int, *, by: Actor, at: datetime) -> Team:
    """Let the members take turns from `first` on, in their order; whoever left takes none any more. Raise CannotTeam for a role."""
    row = _locked(team, by)
    if row.kind == TeamKind.ROLE:
        raise CannotTeam("A role has one holder at a time and no turns. Make a team instead.")
    seats = TeamMember.objects.for_tenant(by.tenant).filter(team=row)
    seats.filter(ends_at__lte=max(at, first)).delete()  # before the first hand-over nobody has a turn, so no answer is lost
    _number(list(seats.order_by("position", "id")))
    before = _turns(row)
    row.rota_from, row.turn_weeks = first, weeks
    row.save(update_fields=["rota_from", "turn_weeks"])
    _told("team.turns", row, by=by, at=at, before=before, after=_turns(row))
    return row


@transaction.atomic
def drop_turns(team: int, *, by: Actor, at: datetime) -> Team:
    """End the rota: whoever is there takes what comes."""
    row = _locked(team, by)
    before = _turns(row)
    row.rota_from = None
    row.save(update_fields=["rota_from"])
    _told("team.turns", row, by=by, at=at, before=before, after=_turns(row))
    return row


@transaction.atomic
def take(team: int, person: int, starts_at: datetime, ends_at: datetime, *, by: Actor, at: datetime) -> Override:
    """Let somebody take a stretch of a team's rota, whoever's turn it is; raise CannotTeam where somebody took it already."""
    row = _locked(team, by)
    name = _candidate(row, person, by, at)
    _check_order(starts_at, ends_at, LONGEST)
    taken = Override.objects.for_tenant(by.tenant).filter(team=row, starts_at__lt=ends_at, ends_at__gt=starts_at)
    other = taken.select_related("person").order_by("starts_at", "id").first()
    if other is not None:
        raise CannotTeam(f"{other.person} takes it {keeping.stretch(other.starts_at, other.ends_at, row.zone)} already. End that first.")
    made = Override.objects.create(tenant=by.tenant, team=row, person_id=person, starts_at=starts_at, ends_at=ends_at)
    _told("team.taken", row, by=by, at=at, after=f"{name} {keeping.stretch(starts_at, ends_at, row.zone)}")
    return made


@transaction.atomic
def give_back(team: int, override: int, *, by: Actor, at: datetime) -> None:
    """End a stretch that somebody took: from now on it is again whoever's turn it is."""
    row = _locked(team, by)
    one = Override.objects.for_tenant(by.tenant).filter(pk=override, team=row, ends_at__gt=at).select_related("person").first()
    if one is None:
        raise CannotTeam("This stretch is over already.")
    said = f"{one.person} {keeping.stretch(one.starts_at, one.ends_at, row.zone)}"
    if one.starts_at >= at:
        one.delete()
    else:
        one.ends_at = at
        one.save(update_fields=["ends_at"])
    _told("team.given_back", row, by=by, at=at, before=said)


def _require(by: Actor) -> None:
    access.require(by, "team.edit")
    if by.company_id not in (None, by.tenant_id):
        raise CannotTeam(f"{by.tenant.name} keeps its own teams and people. Yours are kept in your own company.")


def _locked(team: int, by: Actor) -> Team:
    _require(by)
    row = Team.objects.for_tenant(by.tenant).filter(pk=team, retired_at=None).select_for_update().first()
    if row is None:
        raise CannotTeam("This team was retired. Make a new one, or use another.")
    return row


def _seat(row: Team, seat: int) -> TeamMember:
    one = TeamMember.objects.for_tenant(row.tenant_id).filter(pk=seat, team=row).select_related("person").first()
    if one is None:
        raise CannotTeam("They are not in this team any more.")
    return one


def _candidate(row: Team, person: int, by: Actor, at: datetime) -> str:
    """Return the name of somebody who may be in a team: a live member of its company and party."""
    found = dict(rosters.candidates(by.tenant_id, Party(row.party), at)).get(person)
    if found is None:
        raise CannotTeam("They do not belong to this team's side any more. Choose from the list.", "person")
    return found


def _check_order(starts_at: datetime, ends_at: datetime | None, longest: timedelta | None = None) -> None:
    if ends_at is not None and ends_at <= starts_at:
        raise CannotTeam("Choose an end after the beginning.", "ends_at")
    if longest is not None and ends_at is not None and ends_at - starts_at > longest:
        raise CannotTeam(f"Choose an end within {longest.days} days of the beginning.", "ends_at")


def _number(seats: list[TeamMember]) -> None:
    for position, one in enumerate(seats):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])


def _turns(row: Team) -> str:
    if row.rota_from is None:
        return "no turns"
    return f"turns of {row.turn_weeks} week{'' if row.turn_weeks == 1 else 's'} from {keeping.clock(row.rota_from, row.zone)}"


def _told(action: str, row: Team, *, by: Actor, at: datetime, before: str = "", after: str = "") -> None:
    trail.record(action, row, by=by, at=at, before=before, after=after)
    keeping.settle(by=by, at=at)
