"""What is known of every backup job now: the newest list's verdicts, and whether that list still counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from comanaged.accounts.models import Organisation
from monitoring.domain import silence
from monitoring.domain.backup import Result
from monitoring.domain.compliance import Check as Rule
from monitoring.domain.compliance import Status
from monitoring.models import BackupRun, Check, Evidence, Policy, Verdict
from tickets.models import Ticket

LISTS = 10
BARS = 14
AGEING = 0.75  # of its limit


@dataclass(frozen=True)
class JobRow:
    """One job as the page shows it."""

    job: str
    verdicts: tuple[Verdict, ...]
    stale: bool
    limit: timedelta
    lately: tuple[Result, ...]

    @property
    def one(self) -> Verdict:
        """Any of its verdicts: they share what they say of the job's runs."""
        return self.verdicts[0]

    @property
    def status(self) -> Status:
        """A known breach stays one; a pass that rests on a list too old is unknown."""
        found = {Status(row.status) for row in self.verdicts}
        if Status.FAIL in found:
            return Status.FAIL
        return Status.UNKNOWN if self.stale or Status.UNKNOWN in found else Status.PASS

    @property
    def age(self) -> timedelta | None:
        """How old the last good run was at the list's instant."""
        return self.one.as_of - self.one.last_good_at if self.one.last_good_at else None

    @property
    def part(self) -> int:
        """How much of its limit the age has used, in hundredths, at most 100."""
        return 100 if self.age is None else min(100, max(0, round(self.age / self.limit * 100)))

    @property
    def freshness(self) -> str:
        """Fresh, ageing or stale, in words."""
        if self.age is None:
            return "never good"
        share = self.age / self.limit
        return "fresh" if share < AGEING else "ageing" if share <= 1 else "stale"

    @property
    def bars(self) -> list[tuple[int, Result]]:
        """Its latest runs, the oldest first, each with its place from the left."""
        return [(8 * number, result) for number, result in enumerate(self.lately)]

    @property
    def lately_words(self) -> str:
        """The same in words."""
        failed = self.lately.count(Result.FAILED)
        warned = self.lately.count(Result.WARNING)
        return f"Last {len(self.lately)} runs: {len(self.lately) - failed - warned} good, {warned} with a warning, {failed} failed"

    @property
    def ticket(self) -> Ticket | None:
        """The ticket that follows this job."""
        return next((row.ticket for row in self.verdicts if row.ticket), None)

    @property
    def reasons(self) -> list[str]:
        """Why it stands as it does: of a failing job the broken checks alone."""
        if self.status is Status.FAIL:
            return [row.because for row in self.verdicts if row.status == Status.FAIL]
        told = [row.because for row in self.verdicts]
        if self.status is Status.UNKNOWN and self.stale:
            return ["the newest list is too old to say", f"then {told[0]}", *told[1:]]
        return told


@dataclass(frozen=True)
class Board:
    """Everything the page of backups shows."""

    policy: Policy
    rows: tuple[JobRow, ...]
    newest: Evidence | None
    lists: tuple[Evidence, ...]
    stale: bool
    check: Check | None

    def count(self, status: Status) -> int:
        """Count the jobs that stand so."""
        return sum(row.status is status for row in self.rows)

    @property
    def failing(self) -> int:
        """How many jobs break a limit."""
        return self.count(Status.FAIL)

    @property
    def passing(self) -> int:
        """How many jobs keep every limit."""
        return self.count(Status.PASS)

    @property
    def unknown(self) -> int:
        """How many jobs nobody can say anything about."""
        return self.count(Status.UNKNOWN)


def policy_of(tenant: Organisation, at: datetime) -> Policy:
    """Return a client's limits; the defaults, not yet saved, while nobody has set any."""
    return Policy.objects.for_tenant(tenant).order_by("id").first() or Policy(tenant=tenant, zone=tenant.zone, changed_at=at)


def board_of(tenant: Organisation, at: datetime) -> Board:
    """Return what is known of every backup job of a client at `at`; failing jobs first."""
    policy = policy_of(tenant, at)
    newest = Evidence.objects.for_tenant(tenant).newest()
    stale = newest is None or at - newest.as_of > policy.limits.oldest
    verdicts = Verdict.objects.for_tenant(tenant).current().select_related("ticket").order_by("job", "code")
    lately = _lately(tenant, newest)
    rows = sorted(_jobs(list(verdicts), policy, lately, stale=stale), key=lambda row: (_place(row.status), row.job))
    lists = Evidence.objects.for_tenant(tenant).defer("content").order_by("-received_at", "-id")[:LISTS]
    return Board(policy, tuple(rows), newest, tuple(lists), stale, Check.objects.for_tenant(tenant).order_by("id").first())


def said_of(board: Board, at: datetime) -> str:
    """Return in one sentence how far the newest list can be trusted at `at`."""
    return silence.said(board.policy.limits, board.newest.as_of if board.newest else None, at).because


def _lately(tenant: Organisation, newest: Evidence | None) -> dict[str, tuple[Result, ...]]:
    """Return the latest results of every job, the oldest first."""
    if newest is None:
        return {}
    place = Window(RowNumber(), partition_by="job", order_by=F("at").desc())
    runs = BackupRun.objects.for_tenant(tenant).filter(at__lte=newest.as_of).annotate(place=place).filter(place__lte=BARS)
    found: dict[str, list[Result]] = {}
    for job, result in runs.order_by("job", "at", "id").values_list("job", "result"):
        found.setdefault(job, []).append(Result(result))
    return {job: tuple(results) for job, results in found.items()}


def _jobs(verdicts: Sequence[Verdict], policy: Policy, lately: Mapping[str, tuple[Result, ...]], *, stale: bool) -> list[JobRow]:
    by_job: dict[str, list[Verdict]] = {}
    for row in verdicts:
        by_job.setdefault(row.job, []).append(row)
    return [
        JobRow(job, tuple(sorted(rows, key=lambda row: row.code != Rule.FRESH)), stale, policy.limits.oldest, lately.get(job, ()))
        for job, rows in by_job.items()
    ]


def _place(status: Status) -> int:
    return (Status.FAIL, Status.UNKNOWN, Status.PASS).index(status)
