"""Backup lists from the upload to verdicts, findings and tickets, and what silence means."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from comanaged import background
from comanaged.accounts import access
from monitoring import actions, queries, tasks
from monitoring.domain.compliance import Status
from monitoring.models import BackupRun, Check, Evidence, Verdict
from responsibilities import queries as responsibilities
from responsibilities.models import Finding
from tests.cast import Cast
from tests.monitoring.bodies import VEEAM, sample
from tests.monitoring.build import hands_in, sender
from tickets import actions as tickets
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])

AS_OF = datetime(2020, 7, 30, 2, tzinfo=UTC)
HEAD = b"JobName,Result,Date\n"
STALE = ["VMware - File Server", "VMware - SQL Server", "VMware - Veeam Explorers", "VMware - Win/Linux -> Azure Blob"]
CODES = ("BACKUP_NOT_FRESH", "BACKUP_FAILED_STREAK")


def open_findings(cast: Cast, *codes: str) -> list[tuple[str, str]]:
    with cast.scope():
        rows = Finding.objects.for_tenant(cast.harbor).filter(state="OPEN", code__in=codes or CODES)
        return sorted((row.code, row.subject) for row in rows)


def tickets_of(cast: Cast) -> list[Ticket]:
    with cast.scope():
        return list(Ticket.objects.for_tenant(cast.harbor).order_by("asset"))


def board(cast: Cast, at: datetime) -> queries.Board:
    with cast.scope():
        return queries.board_of(cast.harbor, at)


def run(cast: Cast, at: datetime) -> Check:
    with cast.scope():
        check = Check.objects.for_tenant(cast.harbor).get()
        Check.objects.for_tenant(cast.harbor).update(lease_token=(token := uuid4()))
        actions.run_check(check.pk, tenant_id=cast.harbor.pk, token=token, at=at)
        return Check.objects.for_tenant(cast.harbor).get()


def test_the_real_list_opens_the_right_findings_and_one_ticket_per_failing_job(cast: Cast) -> None:
    done = hands_in(cast.harbor, sample(VEEAM), AS_OF)
    assert (done.evidence.runs, done.evidence.jobs) == (2343, 7)
    assert open_findings(cast) == [
        ("BACKUP_FAILED_STREAK", "VMware - Veeam Explorers"), *(("BACKUP_NOT_FRESH", job) for job in STALE)
    ]  # fmt: skip
    assert [ticket.asset for ticket in tickets_of(cast)] == STALE
    assert {ticket.origin_kind for ticket in tickets_of(cast)} == {"check"}
    shown = board(cast, AS_OF)
    assert (shown.failing, shown.passing, shown.unknown) == (4, 3, 0)
    explorers = next(row for row in shown.rows if row.job == "VMware - Veeam Explorers")
    assert (explorers.one.failed_streak, explorers.one.last_good_at) == (4, datetime(2020, 7, 28, 22, 18, 54, tzinfo=UTC))


def test_the_ticket_goes_where_the_matrix_sends_the_lists_own_moment(cast: Cast) -> None:
    hands_in(cast.harbor, HEAD + b"a,Failed,7/1/2020\n", AS_OF)
    (ticket,) = tickets_of(cast)
    with cast.scope():
        asked = responsibilities.route(cast.harbor.pk, "backup.jobs", AS_OF, work="check")
    assert (ticket.side, ticket.because) == (asked.side, asked.because)


def test_the_same_list_again_changes_nothing(cast: Cast) -> None:
    hands_in(cast.harbor, sample(VEEAM), AS_OF)
    assert hands_in(cast.harbor, sample(VEEAM), AS_OF).again
    with cast.scope():
        assert Evidence.objects.for_tenant(cast.harbor).count() == 1
        assert BackupRun.objects.for_tenant(cast.harbor).count() == 2343
    assert {ticket.repeats for ticket in tickets_of(cast)} == {0}


def test_a_good_run_closes_the_finding_and_leaves_the_ticket_to_people(cast: Cast) -> None:
    hands_in(cast.harbor, HEAD + b"a,Success,7/1/2020\nb,Success,7/29/2020 12:00\n", AS_OF)
    assert open_findings(cast) == [("BACKUP_NOT_FRESH", "a")]
    hands_in(cast.harbor, HEAD + b"a,Warning,7/30/2020 1:00\n", AS_OF + timedelta(hours=1))
    assert open_findings(cast) == []
    assert [ticket.state for ticket in tickets_of(cast)] == ["NEW"]


def test_a_job_missing_from_a_newer_list_is_still_judged_by_what_is_known(cast: Cast) -> None:
    hands_in(cast.harbor, HEAD + b"a,Failed,7/1/2020\nb,Success,7/29/2020 12:00\n", AS_OF)
    hands_in(cast.harbor, HEAD + b"b,Success,7/31/2020 1:00\n", datetime(2020, 7, 31, 2, tzinfo=UTC))
    assert open_findings(cast) == [("BACKUP_NOT_FRESH", "a")]


def test_an_older_list_never_overrides_a_newer_one(cast: Cast) -> None:
    hands_in(cast.harbor, HEAD + b"a,Success,7/30/2020 1:00\n", AS_OF)
    hands_in(cast.harbor, HEAD + b"a,Failed,7/1/2020\nz,Failed,7/1/2020\n", AS_OF - timedelta(days=20))
    with cast.scope():
        current = {(row.job, row.code, row.status) for row in Verdict.objects.for_tenant(cast.harbor).current().filter(job="a")}
    assert {status for _, _, status in current} == {"PASS"}
    assert not any(subject == "a" for _, subject in open_findings(cast))


def test_an_older_list_still_tells_of_jobs_that_no_newer_one_names(cast: Cast) -> None:
    hands_in(cast.harbor, HEAD + b"a,Success,7/30/2020 1:00\n", AS_OF)
    hands_in(cast.harbor, HEAD + b"z,Success,7/1/2020\n", AS_OF - timedelta(days=20))
    assert open_findings(cast) == [("BACKUP_NOT_FRESH", "z")]
    assert [ticket.asset for ticket in tickets_of(cast)] == ["z"]
    with cast.scope():
        assert {row.as_of for row in Verdict.objects.for_tenant(cast.harbor).current().filter(job="a")} == {AS_OF}


def test_a_list_read_in_another_way_takes_back_what_the_first_reading_said(cast: Cast) -> None:
    content = HEAD + b"a,Success,1/7/2020\n"
    hands_in(cast.harbor, content, AS_OF)
    assert open_findings(cast) == [("BACKUP_NOT_FRESH", "a")]
    with cast.scope():
        assert BackupRun.objects.for_tenant(cast.harbor).get().at.month == 1
    hands_in(cast.harbor, content, datetime(2020, 7, 1, 2, tzinfo=UTC), order="DMY")
    with cast.scope():
        assert BackupRun.objects.for_tenant(cast.harbor).get().at.month == 7
        assert sorted(row.superseded for row in Evidence.objects.for_tenant(cast.harbor)) == [False, True]
    assert open_findings(cast) == []


def test_a_closed_ticket_does_not_close_its_finding_and_a_new_list_opens_another(cast: Cast) -> None:
    hands_in(cast.harbor, HEAD + b"a,Success,7/1/2020\n", AS_OF)
    (ticket,) = tickets_of(cast)
    taker = "Tariq" if ticket.side == "PROVIDER" else "Ivo"
    with cast.as_(taker) as by:
        tickets.take(ticket.pk, by=by, at=timezone.now())
        tickets.resolve(ticket.pk, "Looked fine to me.", by=by, at=timezone.now())
        tickets.close(ticket.pk, "", by=by, at=timezone.now())
    assert open_findings(cast) == [("BACKUP_NOT_FRESH", "a")]
    hands_in(cast.harbor, HEAD + b"a,Failed,7/30/2020 1:00\n", AS_OF + timedelta(hours=1))
    assert sorted(one.state for one in tickets_of(cast)) == ["CLOSED", "NEW"]


def test_without_any_list_every_client_is_told_that_nothing_is_known(cast: Cast) -> None:
    tasks.run_due()
    assert open_findings(cast, "EVIDENCE_MISSING") == [("EVIDENCE_MISSING", "backup lists")]
    hands_in(cast.harbor, HEAD + b"a,Success,1/1/2026\n", timezone.now())
    assert open_findings(cast, "EVIDENCE_MISSING", "EVIDENCE_STALE") == []


def test_silence_turns_what_passed_into_unknown_and_keeps_what_failed(cast: Cast) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    hands_in(cast.harbor, HEAD + b"good,Success,2/28/2026 23:00\nbad,Success,2/1/2026\n", at)
    tasks.run_due()
    assert [row.status for row in board(cast, at).rows] == [Status.FAIL, Status.PASS]
    run(cast, at + timedelta(hours=26))
    assert open_findings(cast, "EVIDENCE_STALE") == []
    check = run(cast, at + timedelta(hours=26, seconds=1))
    assert check.status == Status.UNKNOWN
    assert open_findings(cast, "EVIDENCE_STALE") == [("EVIDENCE_STALE", "backup lists")]
    assert [row.status for row in board(cast, at + timedelta(hours=27)).rows] == [Status.FAIL, Status.UNKNOWN]
    assert open_findings(cast) == [("BACKUP_NOT_FRESH", "bad")]


def test_b2_a_check_that_missed_many_slots_runs_once_and_says_so(cast: Cast) -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    with cast.scope():
        actions.start_checks(cast.harbor, at=at)
    run(cast, at)
    check = run(cast, at + timedelta(hours=6))
    assert (check.next_due_at, check.missed) == (at + timedelta(hours=6, minutes=15), 23)


def test_b1_a_check_due_once_runs_once_however_many_ask(cast: Cast) -> None:
    tasks.run_due()
    with cast.scope():
        before = Check.objects.for_tenant(cast.harbor).get().last_run_at
    tasks.run_due()
    assert background.sweep_table("monitoring.run_check") == 0
    with cast.scope():
        assert Check.objects.for_tenant(cast.harbor).get().last_run_at == before


@pytest.mark.parametrize("content", [b"", b"nothing,of,ours\n", HEAD, HEAD + b"a,Running,7/1/2020\n"])
def test_a_list_that_tells_of_no_run_is_refused_with_the_reason(cast: Cast, content: bytes) -> None:
    with pytest.raises(actions.CannotHandIn, match=r"[a-z]"):
        hands_in(cast.harbor, content, AS_OF)
    with cast.scope():
        assert Evidence.objects.for_tenant(cast.harbor).count() == 0


def test_a_list_of_the_future_is_refused(cast: Cast) -> None:
    with pytest.raises(actions.CannotHandIn, match="future"):
        hands_in(cast.harbor, HEAD + b"a,Success,7/1/2020\n", timezone.now() + timedelta(days=3))


def test_runs_after_the_lists_moment_are_told(cast: Cast) -> None:
    done = hands_in(cast.harbor, HEAD + b"a,Success,7/29/2020 12:00\na,Success,8/1/2020\n", AS_OF)
    assert done.evidence.problems[0].startswith("Runs later than the moment the list is of do not count: 1 here.")


def limits(**wanted: object) -> actions.Limits:
    said = {"rpo_hours": 24, "grace_hours": 2, "streak": 2, "date_order": "MDY", "zone": "UTC", "duty": "backup.jobs"} | wanted
    return actions.Limits(**said)  # type: ignore[arg-type]


def test_a_stricter_limit_judges_the_newest_list_again(cast: Cast) -> None:
    hands_in(cast.harbor, HEAD + b"a,Success,7/29/2020 12:00\n", AS_OF)
    assert open_findings(cast) == []
    with cast.as_("Tess") as by:
        actions.tighten_limits(limits(rpo_hours=4, grace_hours=0), by=by, at=timezone.now())
    assert background.sweep_table("monitoring.judge") == 1
    assert open_findings(cast) == [("BACKUP_NOT_FRESH", "a")]


def test_the_measured_side_never_widens_its_measure(cast: Cast) -> None:
    with cast.as_("Tess") as by:
        with pytest.raises(actions.CannotChange, match=r"makes a limit wider\. Internal IT manager can do that"):
            actions.tighten_limits(limits(rpo_hours=25), by=by, at=timezone.now())
        with pytest.raises(access.Refused):
            actions.loosen_limits(limits(rpo_hours=48), "because it is easier", by=by, at=timezone.now())
    with cast.as_("Iris") as by:
        with pytest.raises(actions.CannotChange, match="Say why"):
            actions.loosen_limits(limits(rpo_hours=48), "short", by=by, at=timezone.now())
        assert actions.loosen_limits(limits(rpo_hours=48), "Weekly tapes only.", by=by, at=timezone.now()).rpo_hours == 48


def test_a_source_without_a_duty_is_a_finding_and_worse_once_it_spoke(cast: Cast) -> None:
    watcher = sender(cast.harbor, duty="")
    assert open_findings(cast, "SOURCE_UNOWNED") == [("SOURCE_UNOWNED", "Watcher")]
    watcher.says({"title": "x"})
    tasks.run_due()
    with cast.scope():
        assert Finding.objects.for_tenant(cast.harbor).get(code="SOURCE_UNOWNED").severity == "CRITICAL"
    with cast.scope():
        watcher.source.__class__.objects.for_tenant(cast.harbor).update(duty="monitoring.triage")
        actions.checks.judge_sources(by=access.system(cast.harbor), at=timezone.now())
    assert open_findings(cast, "SOURCE_UNOWNED") == []


def test_a_source_of_a_duty_that_nobody_does_is_a_finding_until_somebody_does(cast: Cast) -> None:
    sender(cast.harbor, duty="monitoring.after-hours")
    with cast.scope():
        actions.checks.judge_sources(by=access.system(cast.harbor), at=timezone.now())
        row = Finding.objects.for_tenant(cast.harbor).get(code="SOURCE_UNOWNED")
        assert row.duty is not None
        assert (row.duty.key, row.severity, row.blocks) == ("monitoring.after-hours", "HIGH", False)
        Finding.objects.for_tenant(cast.harbor).filter(code="R_MISSING").update(state="CLOSED", closed_at=timezone.now())
        actions.checks.judge_sources(by=access.system(cast.harbor), at=timezone.now())
    assert open_findings(cast, "SOURCE_UNOWNED") == []
