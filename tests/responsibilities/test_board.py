"""The thirteen questions, and that every page and program gives one answer for one moment."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comanaged import tenancy
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import actions, catalogue, queries, tasks
from responsibilities.models import Assignment, Exclusion, Finding, Row, Version
from responsibilities.queries import board, grid
from tests.cast import Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)  # Tuesday 10:00 in Chicago
NIGHT = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def test_every_question_is_answered_in_its_fixed_order(cast: Cast) -> None:
    with cast.scope():
        asked = queries.questions(cast.harbor.pk, AT)
    assert [one.key for one in asked] == [question.key for question in catalogue.questions()]
    assert all(one.duty == one.duties[0].duty for one in asked)


def test_a_duty_that_need_not_be_covered_now_is_answered_for_its_next_covered_moment(cast: Cast) -> None:
    with cast.scope(cast.pine):
        asked = {one.key: one for one in queries.questions(cast.pine.pk, AT)}
    watch = asked["after-hours-alerts"]
    assert watch.answer.subject == "Northwind MSP"
    assert watch.from_at == datetime(2026, 11, 25, 0, 0, tzinfo=UTC), "17:00 in Denver"
    assert not watch.bad
    tickets = asked["tickets"]
    assert tickets.from_at is None
    assert tickets.answer.subject == "Northwind MSP"


def test_a_question_is_as_bad_as_the_worst_of_its_duties(cast: Cast) -> None:
    with cast.scope():
        asked = {one.key: one for one in queries.questions(cast.harbor.pk, AT)}
        assert asked["after-hours-alerts"].bad
        assert asked["after-hours-alerts"].answer.nobody
        assert not asked["tickets"].bad
        night = {one.key: one for one in queries.questions(cast.harbor.pk, NIGHT)}
        assert night["incident-first"].bad, "nobody at night"


def test_what_the_client_decided_to_do_without_is_not_bad(cast: Cast) -> None:
    with cast.scope():
        row = Row.objects.for_tenant(cast.harbor).select_related("duty", "version").get(duty__key="monitoring.after-hours")
        Exclusion.objects.create(
            tenant=cast.harbor,
            version=row.version,
            duty=row.duty,
            reason="alarm only",
            accepted_by="Lena",
            expires_at=AT + timedelta(days=30),
        )
        answer = board.answer_of(queries.compiled_of(cast.harbor.pk, AT), "monitoring.after-hours", AT)
        assert (answer.answer.nobody, answer.bad) == (True, False)


@pytest.mark.parametrize("hours", range(0, 14 * 24, 13))
def test_grid_duty_route_and_program_agree_for_one_moment(cast: Cast, hours: int) -> None:
    at = AT + timedelta(hours=hours)
    with cast.as_("Iris") as iris:
        page, matrix = grid.page(iris, at, "/harbor-dental/matrix/"), queries.compiled_of(cast.harbor.pk, at)
        for line in (line for group in page.groups for line in group.lines if line.key.startswith(("backup.", "people.", "support."))):
            answer = queries.who_answers(cast.harbor.pk, line.key, at)
            route = queries.route(cast.harbor.pk, line.key, at, "ticket")
            shown = board.answer_of(matrix, line.key, at)
            assert line.subject == (shown.answer.subject if answer.nobody else answer.subject)
            assert bool(line.from_text) is (answer.nobody and shown.from_at is not None)
            if answer.party in (Party.INTERNAL, Party.PROVIDER):
                assert (route.side.value, route.subject) == (answer.party, answer.subject)


def test_the_version_in_force_at_a_moment_answers_for_it(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        actions.set_letter("backup.jobs", Party.PROVIDER, Letter.R, seen=1, by=iris, at=AT)
        Version.objects.for_tenant(cast.harbor).update(state="IN_FORCE", in_force_at=AT, content="{}", content_hash="0")
        draft = Version.objects.create(tenant=cast.harbor, number=2, begun_at=AT)
        duty = queries.duties_of(cast.harbor.pk)[0]
        row = Row.objects.create(tenant=cast.harbor, version=draft, duty=duty)
        Assignment.objects.create(tenant=cast.harbor, version=draft, row=row, letter="A", party="PROVIDER")
        before, after = queries.version_at(cast.harbor.pk, AT - timedelta(days=1)), queries.version_at(cast.harbor.pk, NIGHT)
        assert before == after
        assert after is not None
        assert after.number == 1, "from the first version in force on a draft answers nothing"
        answer = queries.who_answers(cast.harbor.pk, "backup.jobs", NIGHT)
        assert (answer.signed, answer.version, answer.subject) == (True, 1, "Northwind MSP")


def test_a_dated_row_holds_whole_days_of_the_client(cast: Cast) -> None:
    with cast.scope():
        row = Row.objects.for_tenant(cast.harbor).select_related("duty", "version").get(duty__key="backup.jobs")
        day = datetime(2026, 11, 26, tzinfo=UTC).date()
        Assignment.objects.create(
            tenant=cast.harbor,
            version=row.version,
            row=row,
            letter="R",
            party="PROVIDER",
            hours=Hours.ALWAYS,
            valid_from=day,
            valid_to=day,
        )
        subjects = [
            queries.who_answers(cast.harbor.pk, "backup.jobs", moment).subject
            for moment in (
                datetime(2026, 11, 26, 5, 59, tzinfo=UTC),
                datetime(2026, 11, 26, 6, 0, tzinfo=UTC),
                datetime(2026, 11, 27, 5, 59, tzinfo=UTC),
                datetime(2026, 11, 27, 6, 0, tzinfo=UTC),
            )
        ]
        assert subjects == ["nobody", "Northwind MSP", "Northwind MSP", "nobody"]


def test_time_alone_opens_what_an_exclusion_kept_quiet(cast: Cast) -> None:
    with cast.scope():
        row = Row.objects.for_tenant(cast.harbor).select_related("duty", "version").get(duty__key="backup.jobs")
        ended = Exclusion.objects.create(
            tenant=cast.harbor,
            version=row.version,
            duty=row.duty,
            reason="tapes",
            accepted_by="Lena",
            expires_at=timezone.now() + timedelta(days=1),
        )
    tasks.review_all()
    with cast.scope():
        gaps = Finding.objects.for_tenant(cast.harbor).filter(duty__key="backup.jobs", state="OPEN")
        assert not gaps.exists(), "excluded: quiet"
        ended.expires_at = timezone.now() - timedelta(seconds=1)
        ended.save(update_fields=["expires_at"])
    tasks.review_all()
    with cast.scope():
        assert {row.code for row in gaps.all()} == {"R_GAP", "SELF_WATCH", "ACCEPTANCE_EXPIRED"}


def test_the_review_says_nothing_twice(cast: Cast) -> None:
    def told() -> list[tuple[int, str]]:
        with tenancy.only([cast.harbor.pk]):
            return list(Finding.objects.for_tenant(cast.harbor).order_by("id").values_list("id", "state"))

    tasks.review_all()
    once = told()
    tasks.review_all()
    assert told() == once
    assert len(once) >= 17


def test_a_duty_has_a_name_and_an_unknown_one_its_key(cast: Cast) -> None:
    with cast.scope():
        assert queries.duty_name(cast.harbor.pk, "backup.jobs") == "Backup job monitoring"
        assert queries.duty_name(cast.harbor.pk, "no.such") == "no.such"
        assert queries.route(cast.harbor.pk, None, AT, "ticket").trace[0].startswith("Nobody said which duty")
        with pytest.raises(KeyError):
            queries.who_answers(cast.harbor.pk, "no.such", AT)
