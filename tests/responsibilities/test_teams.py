"""Teams, roles, rotas and absences: kept by the own company, read by whoever they serve, and whose turn it is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.accounts.models import Organisation
from comanaged.audit.models import Entry
from comanaged.vocabulary import Party, TeamKind
from responsibilities.actions import absences, teams
from responsibilities.actions.teams import CannotTeam, Named
from responsibilities.models import Absence, Team
from responsibilities.queries import rosters
from tests.cast import Cast, add_person

pytestmark = pytest.mark.django_db
HARBOR, NORTHWIND = "/harbor-dental/teams/", "/northwind/teams/"
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # nine in Chicago
WEEK = timedelta(weeks=1)


def made(cast: Cast, who: str = "Iris", tenant: Organisation | None = None, kind: TeamKind = TeamKind.TEAM, name: str = "Desk") -> Team:
    party = Party.INTERNAL if tenant in (None, cast.harbor) else Party.PROVIDER
    with cast.as_(who, tenant) as by:
        return teams.make_team(Named(name.lower().replace(" ", "-"), name, kind, party, "America/Chicago"), by=by, at=MONDAY)


def joined(cast: Cast, team: Team, *names: str, who: str = "Iris", tenant: Organisation | None = None) -> None:
    with cast.as_(who, tenant) as by:
        for name in names:
            teams.join(team.pk, cast.people[name].pk, MONDAY, None, by=by, at=MONDAY)


def seat_of(cast: Cast, team: Team, name: str) -> int:
    with cast.scope():
        return team.members.model.objects.for_tenant(cast.harbor).get(team=team, person=cast.people[name]).pk


def ahead(cast: Cast, team: Team, at: datetime) -> list[tuple[str, str]]:
    with cast.as_("Iris") as iris:
        sheet = rosters.sheet(iris, team.pk, at)
        assert sheet
        return [(turn.who, turn.why) for turn in sheet.turns]


def test_a_team_is_made_by_form_filled_and_takes_weekly_turns(cast: Cast) -> None:
    iris = cast.browser("Iris")
    said = {"kind": "TEAM", "party": "INTERNAL", "name": "Night desk", "zone": "America/Chicago"}
    assert iris.post(HARBOR + "new/", said).status_code == 302
    with cast.scope():
        team = Team.objects.for_tenant(cast.harbor).get(key="night-desk")
    page = f"{HARBOR}{team.pk}/"
    for name in ("Iris", "Ivo"):
        answer = iris.post(page + "members/", {"person": str(cast.people[name].pk), "starts_at": "2026-01-05T09:00"})
        assert (answer.status_code, answer["Location"]) == (302, page)
    assert iris.post(page + "turns/", {"first": "2026-01-05T09:00", "weeks": "1"}).status_code == 302
    shown = iris.get(page).content.decode()
    assert "every week on Monday at 09:00" in shown
    assert "The next 8 weeks" in shown
    assert "nobody" not in shown
    with cast.scope():
        told = [entry.action for entry in Entry.objects.for_tenant(cast.harbor).filter(action__startswith="team.").order_by("number")]
    assert told == ["team.made", "team.joined", "team.joined", "team.turns"]


def test_turns_go_round_in_order_and_a_stretch_is_taken(cast: Cast) -> None:
    team = made(cast)
    joined(cast, team, "Iris", "Ivo")
    with cast.as_("Iris") as iris:
        teams.plan_turns(team.pk, MONDAY, 1, by=iris, at=MONDAY)
        teams.go_earlier(team.pk, seat_of(cast, team, "Ivo"), by=iris, at=MONDAY)
        teams.take(team.pk, cast.people["Iris"].pk, MONDAY, MONDAY + timedelta(days=1), by=iris, at=MONDAY)
        with pytest.raises(CannotTeam, match="Iris takes it from 23 November 2026 09:00"):
            teams.take(team.pk, cast.people["Ivo"].pk, MONDAY, MONDAY + timedelta(days=1), by=iris, at=MONDAY)
    assert ahead(cast, team, MONDAY)[:3] == [("Iris", "instead of Ivo"), ("Ivo", ""), ("Iris", "")]


def test_who_left_or_is_away_leaves_a_hole_that_is_shown_until_the_turns_are_planned_anew(cast: Cast) -> None:
    team = made(cast)
    joined(cast, team, "Iris", "Ivo")
    with cast.as_("Iris") as iris:
        teams.plan_turns(team.pk, MONDAY, 1, by=iris, at=MONDAY)
        absences.set_for(cast.people["Iris"].pk, MONDAY, MONDAY + timedelta(days=2), by=iris, at=MONDAY)
        teams.leave(team.pk, seat_of(cast, team, "Ivo"), MONDAY + WEEK, by=iris, at=MONDAY)
    assert ahead(cast, team, MONDAY)[:3] == [("nobody", "Iris is away"), ("Iris", ""), ("nobody", "whoever had this turn left")]
    with cast.as_("Iris") as iris:
        teams.plan_turns(team.pk, MONDAY + WEEK, 1, by=iris, at=MONDAY + WEEK)
    assert ahead(cast, team, MONDAY + WEEK) == [("Iris", "")]


def test_a_role_passes_from_one_holder_to_the_next(cast: Cast) -> None:
    team = made(cast, kind=TeamKind.ROLE, name="Security lead")
    joined(cast, team, "Iris")
    with cast.as_("Iris") as iris:
        teams.join(team.pk, cast.people["Ivo"].pk, MONDAY + WEEK, None, by=iris, at=MONDAY)
        with pytest.raises(CannotTeam, match="no turns"):
            teams.plan_turns(team.pk, MONDAY, 1, by=iris, at=MONDAY)
        found = [rosters.sheet(iris, team.pk, at) for at in (MONDAY, MONDAY + WEEK)]
    assert [sheet.now for sheet in found if sheet] == ["Iris", "Ivo"]


def test_what_is_not_right_comes_back_in_words(cast: Cast) -> None:
    team = made(cast)
    joined(cast, team, "Ivo")
    iris, page = cast.browser("Iris"), f"{HARBOR}{team.pk}/"
    ivo, tariq = (str(cast.people[name].pk) for name in ("Ivo", "Tariq"))
    dates = {"starts_at": "2026-12-01T09:00", "ends_at": "2026-12-01T08:00"}
    for address, sent, words in (
        (HARBOR + "new/", {"kind": "TEAM", "party": "PROVIDER", "name": "X", "zone": "UTC"}, "Choose whose it is"),
        (HARBOR + "new/", {"kind": "TEAM", "party": "INTERNAL", "name": "Desk", "zone": "UTC"}, "short name &#x27;desk&#x27; already"),
        (HARBOR + "new/", {"kind": "TEAM", "party": "INTERNAL", "name": "Desk 2", "zone": "Mars"}, "is no time zone"),
        (page + "members/", {"person": ivo, "starts_at": "2026-12-01T09:00"}, "Ivo is in Desk then already"),
        (page + "members/", {"person": tariq, "starts_at": "2026-12-01T09:00"}, "They are not there any more"),
        (page + "members/", {"person": ivo, "starts_at": "soon"}, "Write a moment like"),
        (page + "turns/", {"first": "2026-12-01T09:00", "weeks": "0"}, "Enter a number of weeks from 1 to 12"),
        (page + "stretches/", {"person": ivo, **dates}, "Choose an end after the beginning"),
        (HARBOR + "away/", {"person": ivo, **dates}, "Choose an end after the beginning"),
    ):
        answer = iris.post(address, sent)
        assert answer.status_code == 422, (address, sent)
        assert words in answer.content.decode(), (address, sent)


def test_each_company_keeps_its_own_teams(cast: Cast) -> None:
    team = made(cast)
    tess = cast.browser("Tess")
    for address in (f"{HARBOR}new/", f"{HARBOR}{team.pk}/change/", f"{HARBOR}{team.pk}/retire/", f"{HARBOR}away/"):
        answer = tess.post(address, {"name": "Theirs", "zone": "UTC"})
        assert answer.status_code == 422
        assert "Harbor Dental keeps its own teams and people" in answer.content.decode()
        assert NORTHWIND in answer.content.decode()
    with cast.as_("Tess") as by, pytest.raises(CannotTeam, match="keeps its own teams"):
        teams.retire_team(team.pk, by=by, at=MONDAY)


def test_a_client_reads_the_teams_of_its_provider_and_changes_none(cast: Cast) -> None:
    tess = cast.browser("Tess")
    said = {"kind": "TEAM", "name": "Northwind night desk", "zone": "America/Chicago"}
    assert tess.post(NORTHWIND + "new/", said).status_code == 302
    with cast.scope(cast.northwind):
        team = Team.objects.for_tenant(cast.northwind).get()
        assert team.party == Party.PROVIDER
    joined(cast, team, "Tariq", "Tess", who="Tess", tenant=cast.northwind)
    assert tess.post(f"{NORTHWIND}{team.pk}/turns/", {"first": "2026-01-05T09:00", "weeks": "2"}).status_code == 302
    iris = cast.browser("Iris")
    assert "Northwind night desk" in iris.get(HARBOR).content.decode()
    page = iris.get(f"{HARBOR}{team.pk}/").content.decode()
    assert "every 2 weeks on Monday at 09:00" in page
    assert "Tariq" in page
    assert "Add somebody" not in page
    assert iris.get(f"{HARBOR}{team.pk}/change/").status_code == 404
    assert cast.browser("Olga").get(f"/lakeside/teams/{team.pk}/").status_code == 404


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
def test_others_than_managers_only_read(cast: Cast, name: str) -> None:
    team = made(cast)
    reader = cast.browser(name)
    assert "Make a team" not in reader.get(HARBOR).content.decode()
    assert reader.get(f"{HARBOR}{team.pk}/").status_code == 200
    for address in ("new/", f"{team.pk}/retire/", f"{team.pk}/turns/", "away/"):
        answer = reader.post(HARBOR + address)
        assert answer.status_code == 403
        assert "Internal IT manager" in answer.content.decode()


def test_a_stranger_finds_no_team(cast: Cast) -> None:
    team = made(cast)
    for name in ("Olga", "Pine's manager"):
        assert cast.browser(name).get(f"{HARBOR}{team.pk}/").status_code == 404
    assert cast.browser("Pine's manager").get(f"/pine-clinics/teams/{team.pk}/").status_code == 404


@pytest.mark.parametrize(("name", "company"), [("Ivo", "harbor"), ("Tariq", "northwind")])
def test_everybody_says_once_that_they_are_away_and_it_stays_with_their_company(cast: Cast, name: str, company: str) -> None:
    person, tenant = cast.browser(name), getattr(cast, company)
    said = {"starts_at": "2099-07-01T08:00", "ends_at": "2099-07-14T18:00"}
    assert person.post("/harbor-dental/away/", said).status_code == 302
    with cast.scope(tenant):
        row = Absence.objects.for_tenant(tenant).get()
        assert row.starts_at == datetime(2099, 7, 1, 13, 0, tzinfo=UTC)
        assert Entry.objects.for_tenant(tenant).filter(action="absence.set").count() == 1
    assert "1 July" in person.get("/harbor-dental/away/").content.decode()
    assert person.post(f"/harbor-dental/away/{row.pk}/end/").status_code == 302
    assert person.post(f"/harbor-dental/away/{row.pk}/end/").status_code == 422
    with cast.scope(tenant):
        assert not Absence.objects.for_tenant(tenant).exists()


def test_nobody_ends_the_absence_of_somebody_else(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo:
        row = absences.set_own(MONDAY, MONDAY + WEEK, by=ivo, at=MONDAY)
    assert cast.browser("Tariq").post(f"/harbor-dental/away/{row.pk}/end/").status_code == 422
    with cast.scope():
        assert Absence.objects.for_tenant(cast.harbor).get().ends_at == MONDAY + WEEK


def test_an_absence_in_the_past_or_without_end_is_refused(cast: Cast) -> None:
    ivo = cast.browser("Ivo")
    for sent, words in (
        ({"starts_at": "2020-01-01T08:00", "ends_at": "2020-01-02T08:00"}, "This is over already"),
        ({"starts_at": "2098-01-01T08:00", "ends_at": "2099-06-02T08:00"}, "within a year"),
        ({"starts_at": "2098-01-01T08:00", "ends_at": ""}, "Choose when it ends"),
    ):
        answer = ivo.post("/harbor-dental/away/", sent)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert "When you are away" in answer.content.decode()


def test_who_belongs_to_no_company_any_more_is_told_so(cast: Cast) -> None:
    cast.people["Tariq"].memberships.filter(tenant=cast.northwind).update(ends_at=timezone.now())
    answer = cast.browser("Tariq").get("/harbor-dental/away/")
    assert answer.status_code == 422
    assert "Ask its administrator" in answer.content.decode()


def test_more_people_and_teams_cost_no_more_questions(cast: Cast) -> None:
    team = made(cast)
    iris = cast.browser("Iris")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            iris.get(address)
        return len([query for query in queries if "responsibilities_" in query["sql"]])

    joined(cast, team, "Iris")
    few = asked(HARBOR), asked(f"{HARBOR}{team.pk}/")
    for number in range(5):
        add_person(cast, f"More {chr(97 + number)}", "c_tech", cast.harbor)
        joined(cast, made(cast, name=f"Team {number}"), f"More {chr(97 + number)}")
        joined(cast, team, f"More {chr(97 + number)}")
    assert (asked(HARBOR), asked(f"{HARBOR}{team.pk}/")) == few
    assert max(few) <= 8
