"""Stand-ins: of the own side at once, of the other side once it says yes; then they answer, by day and by night, and it ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Party, TeamKind
from responsibilities import queries
from responsibilities.actions import covering, teams
from responsibilities.actions.covering import CannotCover, Wanted
from responsibilities.domain.people import Subject
from responsibilities.models import Assignment, Cover
from tests.cast import Cast

pytestmark = pytest.mark.django_db
COVERS = "/harbor-dental/covers/"
NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # a Monday morning in Chicago
DAY, NIGHT = NOW + timedelta(hours=4), NOW + timedelta(hours=18)
LATER = NOW + timedelta(days=9)
DUTY = "backup.jobs"


def wanted(cast: Cast, covered: Subject, stand_in: Subject, **more: Any) -> Wanted:
    return Wanted(covered, stand_in, NOW, LATER, **more)


def person(cast: Cast, name: str, party: Party = Party.INTERNAL) -> Subject:
    return Subject(party, person=cast.people[name].pk)


def on_a_rota(cast: Cast, name: str) -> None:
    """Let a duty be done at every hour by a team whose turn is this person's."""
    with cast.as_("Iris") as iris:
        team = teams.make_team(teams.Named("desk", "Desk", TeamKind.TEAM, Party.INTERNAL, "America/Chicago"), by=iris, at=NOW)
        teams.join(team.pk, cast.people[name].pk, NOW, None, by=iris, at=NOW)
        teams.plan_turns(team.pk, NOW - timedelta(days=1), 1, by=iris, at=NOW)
        rows = Assignment.objects.for_tenant(cast.harbor).filter(row__duty__key=DUTY, row__place=None, letter="R", party="INTERNAL")
        assert rows.update(team=team.pk, hours="ALWAYS") == 1


def answers(cast: Cast, at: datetime, place: str = "") -> tuple[str, str]:
    """Return who answers at a moment, and the trace in one text."""
    with cast.scope():
        found = queries.who_answers(cast.harbor.pk, DUTY, at, place)
        return found.person, " ".join(found.trace)


def form(cast: Cast, covered: str, stand_in: str, **more: str) -> dict[str, str]:
    names = {"Iris", "Ivo", "Lena", "Tariq", "Tess"}
    party = {"Tariq": "PROVIDER", "Tess": "PROVIDER", "Lena": "LEADERSHIP"}

    def value(name: str) -> str:
        return f"{party.get(name, 'INTERNAL')}:person:{cast.people[name].pk}" if name in names else name

    dates = {"starts_at": "2098-12-01T09:00", "ends_at": "2098-12-05T09:00"}
    return {"covered": value(covered), "by": value(stand_in), **dates, **more}


@pytest.mark.parametrize("at", [DAY, NIGHT])
def test_a_stand_in_answers_for_a_person_on_a_rota_by_day_and_by_night_and_the_trace_says_why(cast: Cast, at: datetime) -> None:
    on_a_rota(cast, "Iris")
    assert answers(cast, at)[0] == "Iris"
    with cast.as_("Iris") as iris:
        covering.cover(wanted(cast, person(cast, "Iris"), person(cast, "Ivo")), by=iris, at=NOW)
    who, trace = answers(cast, at)
    assert who == "Ivo"
    assert "Ivo (Internal IT) stands in for Iris" in trace
    assert answers(cast, LATER)[0] == "Iris", "it ends by itself"


def test_a_stand_in_ends_early_and_what_it_did_stays_true(cast: Cast) -> None:
    on_a_rota(cast, "Iris")
    with cast.as_("Iris") as iris:
        row = covering.cover(wanted(cast, person(cast, "Iris"), person(cast, "Ivo")), by=iris, at=NOW)
        covering.end_cover(row.pk, by=iris, at=NIGHT)
        with pytest.raises(CannotCover, match="over already"):
            covering.end_cover(row.pk, by=iris, at=NIGHT)
    assert answers(cast, DAY)[0] == "Ivo"
    assert answers(cast, NIGHT)[0] == "Iris"


def test_the_other_side_stands_in_only_once_it_says_yes(cast: Cast) -> None:
    on_a_rota(cast, "Iris")
    with cast.as_("Iris") as iris:
        row = covering.ask_cover(wanted(cast, person(cast, "Iris"), person(cast, "Tariq", Party.PROVIDER)), by=iris, at=NOW)
        assert answers(cast, DAY)[0] == "Iris"
        with pytest.raises(CannotCover, match="Only the provider can answer"):
            covering.accept_cover(row.pk, by=iris, at=NOW)
    with cast.scope():
        asked = Notice.objects.for_tenant(cast.harbor).filter(key=f"cover:{row.pk}:ASKED")
        assert {one.to_address for one in asked} == {"tess@example.test", "provideradministrator@example.test"}
        assert "Tariq (Northwind MSP) stands in for Iris (Internal IT), every duty" in asked[0].text
    with cast.as_("Tess") as tess:
        covering.accept_cover(row.pk, by=tess, at=NOW)
        with pytest.raises(CannotCover, match="Nobody waits"):
            covering.decline_cover(row.pk, by=tess, at=NOW)
    assert answers(cast, DAY)[0] == "Tariq"
    with cast.scope():
        told = Notice.objects.for_tenant(cast.harbor).filter(key=f"cover:{row.pk}:AGREED")
        assert [one.to_address for one in told] == ["iris@example.test"]
        acts = Entry.objects.for_tenant(cast.harbor).filter(action__startswith="cover.").order_by("number")
        assert [one.action for one in acts] == ["cover.asked", "cover.agreed"]


def test_a_no_changes_nothing(cast: Cast) -> None:
    on_a_rota(cast, "Iris")
    with cast.as_("Tess") as tess:
        row = covering.ask_cover(wanted(cast, person(cast, "Tess", Party.PROVIDER), person(cast, "Iris")), by=tess, at=NOW)
    with cast.as_("Iris") as iris:
        covering.decline_cover(row.pk, by=iris, at=NOW)
    with cast.scope():
        assert Cover.objects.for_tenant(cast.harbor).get().state == "DECLINED"
        assert queries.matrix_of(cast.harbor.pk, NOW).covers == ()


def test_a_stand_in_for_one_duty_leaves_the_others_alone(cast: Cast) -> None:
    on_a_rota(cast, "Iris")
    with cast.as_("Iris") as iris:
        covering.cover(wanted(cast, person(cast, "Iris"), person(cast, "Ivo"), duty="support.intake"), by=iris, at=NOW)
    assert answers(cast, DAY)[0] == "Iris"


def test_somebody_is_covered_from_the_page(cast: Cast) -> None:
    iris = cast.browser("Iris")
    assert f'href="{COVERS}new/?duty=backup.jobs"' in iris.get(f"{COVERS}?duty=backup.jobs").content.decode()
    assert '<option value="backup.jobs" selected' in iris.get(f"{COVERS}new/?duty=backup.jobs").content.decode()
    answer = iris.post(COVERS + "new/", form(cast, "Iris", "Ivo", reason="On leave"))
    assert (answer.status_code, answer["Location"]) == (302, COVERS)
    page = iris.get(COVERS).content.decode()
    assert "On leave" in page
    assert "agreed" in page
    with cast.scope():
        row = Cover.objects.for_tenant(cast.harbor).get()
    assert iris.post(f"{COVERS}{row.pk}/end/").status_code == 302
    assert "taken back" in iris.get(COVERS).content.decode()


def test_a_question_is_asked_and_answered_on_the_page(cast: Cast) -> None:
    assert cast.browser("Iris").post(COVERS + "ask/", form(cast, "INTERNAL", "PROVIDER")).status_code == 302
    with cast.scope():
        row = Cover.objects.for_tenant(cast.harbor).get()
    assert "Say yes" not in cast.browser("Iris").get(COVERS).content.decode()
    tess = cast.browser("Tess")
    assert "Say yes" in tess.get(COVERS).content.decode()
    assert "Northwind MSP stands in for Internal IT" in tess.get(f"{COVERS}{row.pk}/accept/").content.decode()
    assert tess.post(f"{COVERS}{row.pk}/accept/").status_code == 302
    with cast.scope():
        assert Cover.objects.for_tenant(cast.harbor).get().answered_by == "Tess"


def test_what_is_not_right_comes_back_in_words(cast: Cast) -> None:
    iris = cast.browser("Iris")
    gone = "They are not there any more"
    for address, sent, words in (
        ("new/", form(cast, "Iris", "Ivo", ends_at="2099-01-05T09:00"), "within 30 days"),
        ("new/", form(cast, "Iris", "Ivo", ends_at="2098-11-01T09:00"), "after the beginning"),
        ("new/", form(cast, "Iris", "Ivo", starts_at="2020-11-01T09:00", ends_at="2020-11-02T09:00"), "over already"),
        ("new/", form(cast, "Iris", "Iris"), "Choose somebody else"),
        ("new/", form(cast, "Iris", "Tariq"), gone),
        ("new/", form(cast, "Tariq", "Iris"), gone),
        ("ask/", form(cast, "Iris", "Ivo"), gone),
        ("new/", form(cast, "Iris", "Ivo", duty="backup.nothing"), "There is no such duty"),
        ("new/", form(cast, "", ""), "Choose who stands in"),
    ):
        answer = iris.post(COVERS + address, sent)
        assert answer.status_code == 422, sent
        assert words in answer.content.decode(), sent


def test_a_side_never_covers_or_is_covered_by_the_other_one_alone(cast: Cast) -> None:
    inside, outside = person(cast, "Ivo"), person(cast, "Tariq", Party.PROVIDER)
    with cast.as_("Iris") as iris:
        for act, covered, stand_in in (
            (covering.cover, inside, outside),
            (covering.cover, outside, inside),
            (covering.ask_cover, outside, inside),
            (covering.ask_cover, inside, inside),
        ):
            with pytest.raises(CannotCover):
                act(wanted(cast, covered, stand_in), by=iris, at=NOW)


@pytest.mark.parametrize("name", ["Ivo", "Lena", "Auditor", "Tariq"])
def test_others_than_managers_read_who_stands_in(cast: Cast, name: str) -> None:
    reader = cast.browser(name)
    assert "Cover someone" not in reader.get(COVERS).content.decode()
    for address in ("new/", "ask/"):
        answer = reader.post(COVERS + address, form(cast, "Iris", "Ivo"))
        assert answer.status_code == 403
        assert "Internal IT manager" in answer.content.decode()


def test_a_stranger_finds_no_stand_in(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        row = covering.cover(wanted(cast, person(cast, "Iris"), person(cast, "Ivo")), by=iris, at=NOW)
    assert cast.browser("Pine's manager").get(f"{COVERS}{row.pk}/end/").status_code == 404
    assert cast.browser("Pine's manager").get(f"/pine-clinics/covers/{row.pk}/end/").status_code == 404


def test_more_stand_ins_cost_no_more_questions(cast: Cast) -> None:
    iris = cast.browser("Iris")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_asked:
            iris.get(COVERS)
        return len([query for query in queries_asked if "responsibilities_" in query["sql"]])

    def cover() -> None:
        with cast.as_("Iris") as by:
            at = timezone.now()
            said = Wanted(person(cast, "Iris"), person(cast, "Ivo"), at, at + timedelta(days=2))
            covering.cover(said, by=by, at=at)

    cover()
    few = asked()
    for _ in range(6):
        cover()
    assert asked() == few <= 7
