"""What a process keeps of a matrix is never older than the database: every change of who answers is seen at once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from comanaged import tenancy
from comanaged.accounts.models import Membership
from comanaged.vocabulary import Hours, Letter, Party, PlaceKind, TeamKind
from responsibilities import actions, models, queries
from responsibilities.models import Absence, Assignment, Calendar, Cover, Override, Place, Row, Team, TeamMember, Version
from tests.cast import Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
DUTY = "support.after-hours"  # Northwind does it at night
LONG_AGO = AT - timedelta(days=30)


def names(cast: Cast, at: datetime = NIGHT, place: str = "") -> str:
    return queries.who_answers(cast.harbor.pk, DUTY, at, place).subject


@pytest.fixture
def desk(cast: Cast) -> Team:
    """Northwind's night desk, which Harbor Dental's draft names: Tariq and Tess by turns."""
    with cast.scope(cast.northwind):
        team = Team.objects.create(
            tenant=cast.northwind, key="night-desk", name="Night desk", party=Party.PROVIDER, zone="America/Chicago", rota_from=LONG_AGO
        )
        for position, name in enumerate(("Tariq", "Tess")):
            TeamMember.objects.create(
                tenant=cast.northwind, team=team, person=cast.people[name], position=position, starts_at=LONG_AGO - timedelta(days=1)
            )
    with cast.scope():
        Assignment.objects.for_tenant(cast.harbor).filter(row__duty__key=DUTY, letter=Letter.R).update(team=team.pk)
    return team


def test_a_client_reads_the_rota_of_the_provider_that_serves_it(cast: Cast, desk: Team) -> None:
    with cast.scope():
        assert names(cast) == "Tariq"
        assert names(cast, NIGHT + timedelta(days=7)) == "Tess"


def test_a_provider_that_does_not_serve_a_client_shows_it_nothing(cast: Cast, desk: Team) -> None:
    with cast.scope(cast.elsewhere):
        TeamMember.objects.for_tenant(cast.elsewhere)
        assert not Team.objects.for_tenant(cast.northwind).exists()
        assert not TeamMember.objects.for_tenant(cast.northwind).exists()
    with cast.scope():
        assert Team.objects.for_tenant(cast.northwind).update(name="Ours now") == 0, "a client reads it and writes nothing"


def absent(cast: Cast, desk: Team) -> None:
    with tenancy.only([cast.northwind.pk]):
        Absence.objects.create(
            tenant=cast.northwind, person=cast.people["Tariq"], starts_at=NIGHT - timedelta(hours=1), ends_at=NIGHT + timedelta(hours=1)
        )


def overridden(cast: Cast, desk: Team) -> None:
    with tenancy.only([cast.northwind.pk]):
        Override.objects.create(
            tenant=cast.northwind, team=desk, person=cast.people["Tess"], starts_at=NIGHT - timedelta(hours=1), ends_at=NIGHT
        )
        Override.objects.for_tenant(cast.northwind).update(ends_at=NIGHT + timedelta(hours=1))


def reordered(cast: Cast, desk: Team) -> None:
    with tenancy.only([cast.northwind.pk]):
        TeamMember.objects.for_tenant(cast.northwind).filter(person=cast.people["Tariq"]).update(position=9)


def left(cast: Cast, desk: Team) -> None:
    Membership.objects.filter(user=cast.people["Tariq"], tenant=cast.harbor).update(ends_at=AT)


def disabled(cast: Cast, desk: Team) -> None:
    cast.people["Tariq"].is_active = False
    cast.people["Tariq"].save()


def stood_in_for(cast: Cast, desk: Team) -> None:
    with tenancy.only([cast.harbor.pk]):
        Cover.objects.create(
            tenant=cast.harbor,
            party=Party.PROVIDER,
            person=cast.people["Tariq"],
            by_party=Party.PROVIDER,
            by_person=cast.people["Tess"],
            starts_at=AT,
            ends_at=NIGHT + timedelta(hours=1),
            state=Cover.State.AGREED,
            asked_by="Tess",
            asked_side="PROVIDER",
            asked_at=AT,
        )


def retired(cast: Cast, desk: Team) -> None:
    with tenancy.only([cast.northwind.pk]):
        Team.objects.for_tenant(cast.northwind).update(retired_at=AT)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (absent, "Night desk"),
        (overridden, "Tess"),
        (reordered, "Tess"),
        (left, "Night desk"),
        (disabled, "Night desk"),
        (stood_in_for, "Tess"),
        (retired, "Northwind MSP"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_change_among_people_is_seen_at_once(cast: Cast, desk: Team, change: Callable[[Cast, Team], None], expected: str) -> None:
    with cast.scope():
        assert names(cast) == "Tariq"
    change(cast, desk)
    with cast.scope():
        assert names(cast) == expected


def test_hours_places_and_rows_of_the_draft_are_seen_at_once(cast: Cast) -> None:
    evening = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)  # 18:00 in Chicago
    with cast.scope():
        version = Version.objects.for_tenant(cast.harbor).get()
        assert names(cast, evening) == "Northwind MSP"
        Calendar.objects.for_tenant(cast.harbor).update(week={"tue": ["07:30-19:00"]})
        assert queries.who_answers(cast.harbor.pk, DUTY, evening).nobody
        clinic = Place.objects.create(tenant=cast.harbor, key="clinic", name="Clinic", kind=PlaceKind.SITE)
        duty = models.Duty.objects.for_tenant(cast.harbor).get(key=DUTY)
        row = Row.objects.create(tenant=cast.harbor, version=version, duty=duty, place=clinic)
        Assignment.objects.create(tenant=cast.harbor, version=version, row=row, letter=Letter.R, party=Party.VENDOR, hours=Hours.ALWAYS)
        assert names(cast, evening, "clinic") == "Vendors"
        clinic.retired_at = AT
        clinic.save()
        assert queries.who_answers(cast.harbor.pk, DUTY, evening, "clinic").nobody


def test_what_is_rolled_back_is_never_remembered(cast: Cast) -> None:
    with cast.as_("Iris") as iris:

        def edit(party: Party, *, keep: bool) -> str:
            try:
                with transaction.atomic():
                    actions.set_letter("backup.jobs", party, Letter.R, seen=1, hours=Hours.AFTER, by=iris, at=AT)
                    said = queries.who_answers(cast.harbor.pk, "backup.jobs", NIGHT).subject
                    if not keep:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
            return said

        assert edit(Party.VENDOR, keep=False) == "Vendors"
        assert queries.who_answers(cast.harbor.pk, "backup.jobs", NIGHT).nobody
        assert edit(Party.PROVIDER, keep=True) == "Northwind MSP", "a stamp that was rolled back is not given to another edit"
        assert queries.who_answers(cast.harbor.pk, "backup.jobs", NIGHT).subject == "Northwind MSP"


def test_asking_again_costs_three_small_questions(cast: Cast) -> None:
    with cast.scope():
        names(cast)
        with CaptureQueriesContext(connection) as caught:
            for duty in queries.duties_of(cast.harbor.pk)[:1]:
                queries.who_answers(cast.harbor.pk, duty.key, NIGHT)
        assert len(caught) == 4, "the duties, the versions, who serves, the stamp"


def test_a_role_and_a_team_are_never_confused(cast: Cast) -> None:
    with cast.scope():
        officer = Team.objects.create(
            tenant=cast.harbor, key="officer", name="Privacy officer", kind=TeamKind.ROLE, party=Party.LEADERSHIP, zone="America/Chicago"
        )
        TeamMember.objects.create(tenant=cast.harbor, team=officer, person=cast.people["Lena"], starts_at=LONG_AGO)
        rows = Assignment.objects.for_tenant(cast.harbor).filter(row__duty__key=DUTY, letter=Letter.R)
        rows.update(team=officer.pk, party=Party.LEADERSHIP)
        answer = queries.who_answers(cast.harbor.pk, DUTY, NIGHT)
        assert (answer.person, answer.team, answer.party) == ("Lena", "Privacy officer", Party.LEADERSHIP)
        assert answer.side == "INTERNAL", "leadership has no desk"
