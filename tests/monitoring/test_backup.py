"""Lists of backup sessions: what is read, what is told, and what it means at an instant."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.domain import backup, compliance
from monitoring.domain.backup import DateOrder, Profile, Result
from monitoring.domain.compliance import Check, Limits, Status
from tests.monitoring.bodies import VEEAM, sample

AS_OF = datetime(2020, 7, 30, 2, tzinfo=UTC)
HEAD = "JobName,Result,Date\n"


def listing(rows: str, **how: object) -> backup.Listing:
    return backup.read((HEAD + rows).encode(), Profile(**how))  # type: ignore[arg-type]


def failing(runs: object, check: Check, as_of: datetime = AS_OF) -> list[str]:
    jobs = compliance.jobs_at(runs, as_of)  # type: ignore[arg-type]
    found = [one for job in jobs for one in compliance.judge(job, Limits(), as_of)]
    return [one.job for one in found if one.check is check and one.status is Status.FAIL]


def test_the_real_list_is_read_whole() -> None:
    found = backup.read(sample(VEEAM), Profile())
    assert found.problems == ()
    assert Counter(run.result for run in found.runs) == {Result.SUCCESS: 1613, Result.WARNING: 356, Result.FAILED: 374}
    assert found.jobs == 7


def test_in_the_real_list_one_job_fails_again_and_again_and_four_are_not_fresh() -> None:
    runs = list(backup.read(sample(VEEAM), Profile()).runs)
    Random(1).shuffle(runs)  # noqa: S311 - any other order will do
    assert failing(runs, Check.STREAK) == ["VMware - Veeam Explorers"]
    assert failing(runs, Check.FRESH) == [
        "VMware - File Server", "VMware - SQL Server", "VMware - Veeam Explorers", "VMware - Win/Linux -> Azure Blob"
    ]  # fmt: skip
    jobs = {job.name: job for job in compliance.jobs_at(runs, AS_OF)}
    explorers, blob = jobs["VMware - Veeam Explorers"], jobs["VMware - Win/Linux -> Azure Blob"]
    assert (explorers.failed_streak, explorers.last_good_at) == (4, datetime(2020, 7, 28, 22, 18, 54, tzinfo=UTC))
    assert (blob.failed_streak, blob.last_at) == (0, datetime(2020, 7, 16, 17, 54, 51, tzinfo=UTC))
    assert jobs["VMware - File Server"].last_good_at == datetime(2020, 7, 27, 14, 29, 11, tzinfo=UTC)
    assert jobs["VMware - SQL Server"].last_good_at == datetime(2020, 6, 30, 8, 27, 15, tzinfo=UTC)


def test_a_warning_is_good_and_ends_a_failed_streak() -> None:
    found = listing("a,Failed,7/1/2020 1:00\na,Failed,7/2/2020 1:00\na,Warning,7/3/2020 1:00\na,Failed,7/4/2020 1:00\n")
    (job,) = compliance.jobs_at(found.runs, AS_OF)
    assert (job.failed_streak, job.last_good_at) == (1, datetime(2020, 7, 3, 1, tzinfo=UTC))


def test_a_run_after_the_instant_does_not_count() -> None:
    found = listing("a,Success,7/29/2020 1:00\na,Success,7/31/2020 1:00\n")
    assert compliance.jobs_at(found.runs, AS_OF)[0].last_at == datetime(2020, 7, 29, 1, tzinfo=UTC)


def test_exactly_at_the_limit_a_backup_is_fresh_and_a_second_later_it_is_not() -> None:
    runs = listing("a,Success,7/29/2020 0:00\n").runs
    assert failing(runs, Check.FRESH, datetime(2020, 7, 30, 2, tzinfo=UTC)) == []
    assert failing(runs, Check.FRESH, datetime(2020, 7, 30, 2, 0, 1, tzinfo=UTC)) == ["a"]


def test_a_job_without_a_good_run_is_unknown_while_young_and_a_breach_when_old() -> None:
    young = compliance.jobs_at(listing("a,Failed,7/30/2020 1:00\n").runs, AS_OF)[0]
    assert compliance.judge(young, Limits(), AS_OF)[0].status is Status.UNKNOWN
    assert failing(listing("a,Failed,7/1/2020 1:00\n").runs, Check.FRESH) == ["a"]


def test_order_and_zone_are_settings() -> None:
    mdy, dmy = listing("a,Success,2/3/2020 1:00\n").runs, listing("a,Success,2/3/2020 1:00\n", order=DateOrder.DMY).runs
    assert (mdy[0].at.month, dmy[0].at.month) == (2, 3)
    chicago = listing("a,Success,7/3/2020 1:00 PM\n", zone="America/Chicago").runs
    assert chicago[0].at == datetime(2020, 7, 3, 18, tzinfo=UTC)
    with pytest.raises(backup.WrongProfile, match="no time zone"):
        backup.profile("mdy", "Nowhere/Town")


def test_a_wrong_order_of_dates_is_noticed() -> None:
    found = listing("a,Success,27/7/2020 1:00\na,Success,28/7/2020 1:00\na,Success,3/7/2020 1:00\n")
    assert found.problems[0].startswith("2 dates cannot be month/day/year")
    assert found.problems[1] == "Line 2: '27/7/2020 1:00' is no date written month/day/year."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"a,b,c\n1,2,3\n", "Line 1: there is no job and no result and no date column. The columns are 'a', 'b', 'c'."),
        (b"JobName,Result,Date\na,Success\n", "Line 2: it has 2 cells"),
        (b"JobName,Result,Date\n,Success,7/1/2020\n", "Line 2: it names no job."),
        (b"JobName,Result,Date\na,Purple,7/1/2020\n", "Line 2: the result 'Purple' is none of"),
        (b"JobName,Result,Date\na,Running,7/1/2020\n", "Line 2: the run of 'a' has not ended"),
        (b"JobName,Result,Date\na,Success,soon\n", "Line 2: 'soon' is no date"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(content: bytes, words: str) -> None:
    found = backup.read(content, Profile())
    assert found.runs == ()
    assert words in found.problems[0]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff" + HEAD + "a,Success,7/1/2020\n",
        '\ufeff"Job Name";"Last Result";"Start Time"\n"a";"Success";"7/1/2020 1:00:00 AM"\n',
        "Status\tName\tEnd time\nOK\ta\t2020-07-01T01:00:00Z\n",
    ],
)
def test_marks_separators_and_other_names_of_columns_are_read(content: str) -> None:
    for encoded in (content.encode(), content.lstrip("\ufeff").encode("utf-16")):
        (run,) = backup.read(encoded, Profile()).runs
        assert (run.job, run.result, run.at.date().isoformat()) == ("a", Result.SUCCESS, "2020-07-01")


def test_lines_are_counted_through_cells_that_hold_line_breaks() -> None:
    assert "Line 4:" in listing('"a\nb",Success,7/1/2020\na,Purple,7/1/2020\n').problems[0]


@given(st.binary(max_size=300))
def test_a10_any_bytes_make_a_listing(content: bytes) -> None:
    found = backup.read(HEAD.encode() + content, Profile())
    assert "\x00" not in "".join(run.job for run in found.runs)


def test_durations_are_said_as_people_say_them() -> None:
    said = [compliance.words(timedelta(hours=hours)) for hours in (1, 2, 47, 48)]
    assert said == ["60 minutes", "2 hours", "47 hours", "2 days"]
