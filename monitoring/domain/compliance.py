"""What a check finds: backup freshness and failed streaks of every job at an instant, each with its reason."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitoring.domain.backup import Result, Run

HOUR = timedelta(hours=1)


class Status(StrEnum):
    """What a check finds; unknown is never a pass."""

    PASS = "PASS"  # noqa: S105 - a word, not a secret
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"


class Check(StrEnum):
    """The checks a backup job is held to; the value is the code of the finding that a breach opens."""

    FRESH = "BACKUP_NOT_FRESH"
    STREAK = "BACKUP_FAILED_STREAK"


@dataclass(frozen=True)
class Limits:
    """How old the last good run may be, and how many failed runs in a row are too many."""

    rpo: timedelta = timedelta(hours=24)
    grace: timedelta = timedelta(hours=2)
    streak: int = 2

    @property
    def oldest(self) -> timedelta:
        """The age up to which a backup is fresh."""
        return self.rpo + self.grace


@dataclass(frozen=True)
class Job:
    """What a job's runs up to an instant say."""

    name: str
    runs: int
    first_at: datetime
    last_at: datetime
    last_result: Result
    last_good_at: datetime | None
    failed_streak: int


@dataclass(frozen=True)
class Finding:
    """One job held to one check."""

    job: str
    check: Check
    status: Status
    because: str


def jobs_at(runs: Iterable[Run], as_of: datetime) -> list[Job]:
    """Return every job that has run by `as_of`, by name; the order of the rows does not matter, later runs do not count."""
    by_job: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        if run.at <= as_of:
            by_job[run.job].append(run)
    return [_job(name, sorted(found, key=lambda run: (run.at, run.line))) for name, found in sorted(by_job.items())]


def _job(name: str, runs: Sequence[Run]) -> Job:
    good = [run.at for run in runs if run.result is not Result.FAILED]
    streak = 0
    for run in reversed(runs):
        if run.result is not Result.FAILED:
            break
        streak += 1
    return Job(name, len(runs), runs[0].at, runs[-1].at, runs[-1].result, good[-1] if good else None, streak)


def judge(job: Job, limits: Limits, as_of: datetime) -> tuple[Finding, Finding]:
    """Return what the job's runs say at `as_of` about freshness and about failing again and again."""
    return _fresh(job, limits, as_of), _streak(job, limits)


def _fresh(job: Job, limits: Limits, as_of: datetime) -> Finding:
    limit = f"the limit is {words(limits.rpo)} and {words(limits.grace)} of grace"
    if job.last_good_at is None:
        age = as_of - job.first_at
        status = Status.FAIL if age > limits.oldest else Status.UNKNOWN
        return Finding(job.name, Check.FRESH, status, f"none of its {job.runs} runs in {words(age)} was good; {limit}")
    age = as_of - job.last_good_at
    status = Status.FAIL if age > limits.oldest else Status.PASS
    return Finding(job.name, Check.FRESH, status, f"the last good run was {words(age)} before; {limit}")


def _streak(job: Job, limits: Limits) -> Finding:
    status = Status.FAIL if job.failed_streak >= limits.streak else Status.PASS
    if job.failed_streak == 0:
        return Finding(job.name, Check.STREAK, status, f"the last run ended as {job.last_result.lower()}")
    runs = "run" if job.failed_streak == 1 else f"{job.failed_streak} runs"
    return Finding(job.name, Check.STREAK, status, f"the last {runs} failed; {limits.streak} in a row are too many")


def words(age: timedelta) -> str:
    """Write a duration as people say it: minutes under 2 hours, hours under 2 days, then days."""
    hours = age / HOUR
    if hours < 2:  # noqa: PLR2004 - the wording rule
        return f"{int(age.total_seconds() // 60)} minutes"
    return f"{int(hours)} hours" if hours < 48 else f"{int(hours // 24)} days"  # noqa: PLR2004 - the wording rule
