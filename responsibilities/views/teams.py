"""Teams, roles, rotas and absences, in a client's rooms and in a provider's own."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts.access import Actor
from comanaged.accounts.http import EVERY_ROOM, known_actors, member_view
from comanaged.vocabulary import Party, TeamKind
from responsibilities import models
from responsibilities.actions import absences, keeping
from responsibilities.actions import teams as actions
from responsibilities.forms import teams as forms
from responsibilities.forms.stretches import Stretch
from responsibilities.queries import reading, rosters
from responsibilities.views import asking
from responsibilities.views.asking import Page

View = Callable[..., HttpResponse]


@require_safe
@member_view("people.view", rooms=EVERY_ROOM)
def teams(request: HttpRequest, member: Actor) -> HttpResponse:
    """Show the teams and roles that a room's matrix may name."""
    shown = {"page": rosters.teams(member, timezone.now()), "elsewhere": _own_room(request, member), "section": "teams"}
    return render(request, "responsibilities/teams.html", shown)


@require_safe
@member_view("people.view", rooms=EVERY_ROOM)
def team(request: HttpRequest, member: Actor, team: int) -> HttpResponse:
    """Show who is in a team, and whose turn it is in the weeks ahead."""
    sheet = rosters.sheet(member, team, timezone.now())
    if sheet is None:
        raise Http404
    return render(request, "responsibilities/team.html", {"team": sheet, "section": "teams"})


def keeper(view: Callable[..., HttpResponse]) -> View:
    """Let only the room's own managers on; a manager of the other company is led to their own."""

    @require_http_methods(["GET", "POST"])
    @member_view("team.edit", rooms=EVERY_ROOM)
    def kept(request: HttpRequest, member: Actor, /, **words: int) -> HttpResponse:
        if rosters.may_keep(member):
            return view(request, member, **words)
        own = _own_room(request, member)
        page = Page("teams", "Teams and people", "", _list(member), "Teams", link=(own, "To your own teams") if own else None)
        return asking.refused(request, page, f"{member.tenant.name} keeps its own teams and people. Yours are kept in your own company.")

    return kept


def of_team(view: Callable[..., HttpResponse]) -> View:
    """Give a keeper's view the team that its address names."""

    def found(request: HttpRequest, member: Actor, team: int, **words: int) -> HttpResponse:
        row = rosters.own_team(member, team)
        if row is None:
            raise Http404
        return view(request, member, row, **words)

    return keeper(found)


@keeper
def new_team(request: HttpRequest, member: Actor) -> HttpResponse:
    """Make a team or role."""
    names = reading.names_with(member.tenant)
    parties = [(party.value, names[party]) for party in actions.parties_of(member.tenant)]
    form = forms.MakeTeam(asking.sent(request), parties=parties, initial={"zone": member.zone, "party": parties[0][0]})

    def make(said: dict[str, Any]) -> str:
        named = actions.Named(said["key"], said["name"].strip(), TeamKind(said["kind"]), Party(said["party"]), said["zone"].strip())
        return f"{actions.make_team(named, by=member, at=timezone.now()).name} is made. Add who is in it."

    return asking.answer(request, Page("teams", "Make a team or role", "Make it", _list(member), "Teams"), form, make)


@of_team
def change_team(request: HttpRequest, member: Actor, row: models.Team) -> HttpResponse:
    """Rename a team, or give it another clock."""
    form = forms.DescribeTeam(asking.sent(request), initial={"name": row.name, "zone": row.zone})
    retire = (reverse("responsibilities:retire_team", args=[member.tenant.slug, row.pk]), f"Retire {row.name}")

    def describe(said: dict[str, Any]) -> str:
        return f"{actions.describe_team(row.pk, said['name'].strip(), said['zone'].strip(), by=member, at=timezone.now()).name} is changed."

    return asking.answer(request, _page(member, row, f"Change {row.name}", "Keep the change", link=retire), form, describe)


@of_team
def retire_team(request: HttpRequest, member: Actor, row: models.Team) -> HttpResponse:
    """Say what ends with a team, then end it."""
    page = Page(
        "teams",
        f"Retire {row.name}",
        f"Retire {row.name}",
        _list(member),
        "Teams",
        consequences=(
            f"{row.name} can no longer be named in a matrix.",
            "Lines that name it stay as they were agreed. They pass it over, the backup or the side's queue answers, and a finding says so.",
        ),
    )

    def retire(_: dict[str, Any]) -> str:
        return f"{actions.retire_team(row.pk, by=member, at=timezone.now()).name} is retired."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), retire)


@of_team
def join_team(request: HttpRequest, member: Actor, row: models.Team) -> HttpResponse:
    """Put somebody into a team, or hand a role on."""
    people = _people(member, row)
    form = forms.Joins(asking.sent(request), people=people, zone=row.zone, initial={"starts_at": timezone.now()})
    role = row.kind == TeamKind.ROLE
    heading = f"Hand on {row.name}" if role else f"Add somebody to {row.name}"
    lede = f"Times are those of {row.zone}." + (" Whoever holds it gives it up at that moment." if role else "")

    def join(said: dict[str, Any]) -> str:
        one = actions.join(row.pk, int(said["person"]), said["starts_at"], said["ends_at"], by=member, at=timezone.now())
        return f"{dict(people)[str(one.person_id)]} {'holds' if role else 'is in'} {row.name}."

    return asking.answer(request, _page(member, row, heading, "Hand it on" if role else "Add them", lede), form, join)


@of_team
def leave_team(request: HttpRequest, member: Actor, row: models.Team, seat: int) -> HttpResponse:
    """Say until when somebody is in a team."""
    form = forms.Leaves(asking.sent(request), zone=row.zone, initial={"ends_at": timezone.now()})
    page = _page(
        member,
        row,
        f"End a place in {row.name}",
        "End their place",
        f"Times are those of {row.zone}.",
        consequences=("From then on their turns have nobody, until you plan the turns anew or somebody takes them.",)
        if row.rota_from
        else (),
    )

    def leave(said: dict[str, Any]) -> str:
        return f"{actions.leave(row.pk, seat, said['ends_at'], by=member, at=timezone.now()).person} leaves {row.name}."

    return asking.answer(request, page, form, leave)


@of_team
def go_earlier(request: HttpRequest, member: Actor, row: models.Team, seat: int) -> HttpResponse:
    """Let somebody take their turn one place earlier."""

    def move(_: dict[str, Any]) -> str:
        return f"{actions.go_earlier(row.pk, seat, by=member, at=timezone.now()).person} goes one place earlier."

    page = _page(member, row, "Change the order of turns", "Go one place earlier", consequences=("Turns that have begun may change too.",))
    return asking.answer(request, page, django_forms.Form(asking.sent(request)), move)


@of_team
def plan_turns(request: HttpRequest, member: Actor, row: models.Team) -> HttpResponse:
    """Say when the first turn begins and how long each lasts."""
    initial = {"first": row.rota_from or timezone.now().replace(minute=0), "weeks": row.turn_weeks}
    form = forms.Turns(asking.sent(request), zone=row.zone, initial=initial)
    drop = (reverse("responsibilities:drop_turns", args=[member.tenant.slug, row.pk]), "End the rota")
    page = _page(
        member,
        row,
        f"Plan the turns of {row.name}",
        "Plan the turns",
        f"Members take turns in their order. Times are those of {row.zone}: a hand-over at nine stays at nine when clocks change.",
        link=drop if row.rota_from else None,
    )

    def plan(said: dict[str, Any]) -> str:
        actions.plan_turns(row.pk, said["first"], said["weeks"], by=member, at=timezone.now())
        return f"The turns of {row.name} are planned."

    return asking.answer(request, page, form, plan)


@of_team
def drop_turns(request: HttpRequest, member: Actor, row: models.Team) -> HttpResponse:
    """End a rota."""
    page = _page(
        member, row, f"End the rota of {row.name}", "End the rota", consequences=("Whoever is there takes what comes, from now on.",)
    )

    def drop(_: dict[str, Any]) -> str:
        return f"{actions.drop_turns(row.pk, by=member, at=timezone.now()).name} has no turns any more."

    return asking.answer(request, page, django_forms.Form(asking.sent(request)), drop)


@of_team
def take_turn(request: HttpRequest, member: Actor, row: models.Team) -> HttpResponse:
    """Let somebody take a stretch of the rota."""
    people = _people(member, row)
    form = forms.Takes(asking.sent(request), people=people, zone=row.zone)

    def take(said: dict[str, Any]) -> str:
        one = actions.take(row.pk, int(said["person"]), said["starts_at"], said["ends_at"], by=member, at=timezone.now())
        return f"{dict(people)[str(one.person_id)]} takes it {keeping.stretch(one.starts_at, one.ends_at, row.zone)}."

    lede = f"Whoever's turn it is, they are on duty then. Times are those of {row.zone}."
    return asking.answer(request, _page(member, row, f"Take a stretch of {row.name}", "Take the stretch", lede), form, take)


@of_team
def give_back(request: HttpRequest, member: Actor, row: models.Team, override: int) -> HttpResponse:
    """End a stretch that somebody took."""

    def end(_: dict[str, Any]) -> str:
        actions.give_back(row.pk, override, by=member, at=timezone.now())
        return "It is again whoever's turn it is."

    page = _page(member, row, "End a stretch that somebody took", "End the stretch")
    return asking.answer(request, page, django_forms.Form(asking.sent(request)), end)


# --- absences


@require_http_methods(["GET", "POST"])
@member_view("absence.set_own", rooms=EVERY_ROOM)
def away(request: HttpRequest, member: Actor) -> HttpResponse:
    """Say when one is away oneself."""
    at = timezone.now()
    try:
        with absences.own_company(member, at) as company:
            own = rosters.absences_of(company.pk, member.user_id, at, company.zone)
            zone, name = company.zone, company.name
    except keeping.Refusal as refusal:
        return asking.refused(request, Page("teams", "When you are away", "", _list(member), "Teams"), str(refusal))
    form = Stretch(asking.sent(request), zone=zone)
    page = Page("teams", "When you are away", "Say that I am away", reverse("responsibilities:away", args=[member.tenant.slug]), "Teams")

    def be_away(said: dict[str, Any]) -> str:
        absences.set_own(said["starts_at"], said["ends_at"], by=member, at=at)
        return "It is known that you are away then."

    return asking.answer(request, page, form, be_away, "away", own=own, zone=zone, company=name)


@require_http_methods(["GET", "POST"])
@member_view("absence.set_own", rooms=EVERY_ROOM)
def back_again(request: HttpRequest, member: Actor, absence: int) -> HttpResponse:
    """Say that one is back, or stays."""

    def end(_: dict[str, Any]) -> str:
        absences.end_own(absence, by=member, at=timezone.now())
        return "You are there again."

    page = Page("teams", "End your absence", "I am there", reverse("responsibilities:away", args=[member.tenant.slug]), "Away")
    return asking.answer(request, page, django_forms.Form(asking.sent(request)), end)


@keeper
def someone_away(request: HttpRequest, member: Actor) -> HttpResponse:
    """Say that a colleague is away."""
    people = [(str(number), name) for number, name in rosters.colleagues(member.tenant_id, timezone.now())]
    form = forms.Takes(asking.sent(request), people=people, zone=member.zone)

    def be_away(said: dict[str, Any]) -> str:
        row = absences.set_for(int(said["person"]), said["starts_at"], said["ends_at"], by=member, at=timezone.now())
        return f"{dict(people)[str(row.person_id)]} is away {keeping.stretch(row.starts_at, row.ends_at, member.zone)}."

    lede = f"Whoever is away is passed over. Times are those of {member.zone}."
    return asking.answer(request, Page("teams", "Say who is away", "Say that they are away", _list(member), "Teams", lede), form, be_away)


@keeper
def someone_back(request: HttpRequest, member: Actor, absence: int) -> HttpResponse:
    """Say that a colleague is back, or stays."""

    def end(_: dict[str, Any]) -> str:
        absences.end_for(absence, by=member, at=timezone.now())
        return "They are there again."

    page = Page("teams", "End an absence", "They are there", _list(member), "Teams")
    return asking.answer(request, page, django_forms.Form(asking.sent(request)), end)


def _list(member: Actor) -> str:
    return reverse("responsibilities:teams", args=[member.tenant.slug])


def _page(
    member: Actor,
    row: models.Team,
    heading: str,
    verb: str,
    lede: str = "",
    *,
    consequences: tuple[str, ...] = (),
    link: tuple[str, str] | None = None,
) -> Page:
    back = reverse("responsibilities:team", args=[member.tenant.slug, row.pk])
    return Page("teams", heading, verb, back, row.name, lede, consequences, link)


def _people(member: Actor, row: models.Team) -> forms.Choices:
    return [(str(number), name) for number, name in rosters.candidates(member.tenant_id, Party(row.party), timezone.now())]


def _own_room(request: HttpRequest, member: Actor) -> str:
    """Return the address of the teams of a person's own company, "" inside it."""
    actors = known_actors(request, timezone.now())
    own = [one for one in actors if one.tenant_id == member.company_id != member.tenant_id]
    return _list(own[0]) if own else ""
