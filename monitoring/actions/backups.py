"""Take in lists of backup runs, and judge every job at the instant the list was true."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from comanaged import background
from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import Audience, FindingSeverity
from monitoring import queries
from monitoring.actions import checks, turns
from monitoring.domain import backup, compliance, urgency
from monitoring.domain.compliance import Check, Finding, Job, Status
from monitoring.models import BackupRun, Evidence, Policy, Verdict
from responsibilities import queries as responsibilities
from responsibilities.actions import findings
from responsibilities.domain.findings import Draft
from responsibilities.domain.resolution import Route
from tickets import actions as tickets
from tickets.models import Ticket

BATCH = 2_000
KEPT_PROBLEMS = 50
AHEAD = timedelta(hours=26)  # no zone is further ahead
CODES = frozenset(check.value for check in Check)


class CannotHandIn(Exception):
    """A list that cannot be taken, with every reason in words fit for users."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True)
class HandedIn:
    """A list that was taken in; `again` = the very same was here before."""

    evidence: Evidence
    again: bool = False


@transaction.atomic
def hand_in(
    content: bytes, *, as_of: datetime, how: backup.Profile, by: access.Actor, at: datetime, filename: str = "", note: str = ""
) -> HandedIn:
    """Keep a list exactly as it came, with the runs it tells of, and have it judged. The same list read the same way counts once."""
    access.require(by, "evidence.upload")
    listing = backup.read(content, how)
    if not listing.runs:
        raise CannotHandIn(*(listing.problems or ("The list names no run of any job.",)))
    if as_of > at + AHEAD:
        raise CannotHandIn("The list cannot be of a moment in the future. Say when it was true.")
    turns.take_turn(by.tenant_id)
    digest = hashlib.sha256(content).hexdigest()
    same = Evidence.objects.for_tenant(by.tenant).filter(content_hash=digest).defer("content")
    known = same.filter(as_of=as_of, date_order=how.order, zone=how.zone, superseded=False).first()
    if known is not None:
        return HandedIn(known, again=True)
    _supersede(list(same.filter(superseded=False)), by=by, at=at)
    evidence = Evidence.objects.create(
        tenant=by.tenant,
        as_of=as_of,
        received_at=at,
        content=content,
        content_hash=digest,
        filename=filename[:200],
        date_order=how.order,
        zone=how.zone,
        handed_in_by=by.name,
        handed_in_side=by.side or "",
        runs=len(listing.runs),
        jobs=listing.jobs,
        problems=[note, *_problems(listing, as_of)] if note else _problems(listing, as_of),
    )
    rows = (
        BackupRun(tenant=by.tenant, evidence=evidence, job=run.job, result=run.result, at=run.at, line=run.line) for run in listing.runs
    )
    BackupRun.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    trail.record("evidence.upload", evidence, by=by, at=at, after={"as_of": as_of, "runs": evidence.runs, "jobs": evidence.jobs})
    background.after_commit("monitoring.judge", tenant=by.tenant_id, id=evidence.pk)
    return HandedIn(evidence)


def _problems(listing: backup.Listing, as_of: datetime) -> list[str]:
    """Return what the person should know: rows not read, and runs that lie after the instant."""
    later = backup.later(listing.runs, as_of)
    told = [f"Runs later than the moment the list is of do not count: {later} here. Check the zone and the order of dates."]
    more = [f"{listing.more_problems} more rows could not be read."] if listing.more_problems else []
    return [*(told if later else []), *listing.problems, *more][:KEPT_PROBLEMS]


def _supersede(older: Sequence[Evidence], *, by: access.Actor, at: datetime) -> None:
    """The same bytes are read in another way now: what the first reading told is withdrawn, the list itself is kept."""
    for row in older:
        BackupRun.objects.for_tenant(by.tenant).filter(evidence=row).delete()
        row.superseded = True
        row.save(update_fields=["superseded"])
        trail.record("evidence.supersede", row, by=by, at=at, before=str(row), reason="The same list was read in another way.")


def judge(evidence_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Judge every job at the list's instant. A job already judged at a later one keeps that verdict; this one is kept beside it."""
    turns.take_turn(tenant_id)
    evidence = Evidence.objects.for_tenant(tenant_id).select_related("tenant").defer("content").get(pk=evidence_id)
    by, policy = access.system(evidence.tenant), queries.policy_of(evidence.tenant, at)
    jobs = compliance.jobs_at(_runs_until(evidence), evidence.as_of)
    found = [(job, one) for job in jobs for one in compliance.judge(job, policy.limits, evidence.as_of)]
    verdicts = _verdicts(evidence, found, at=at)
    _tickets([row for row in verdicts if row.current], evidence, policy, by=by, at=at)
    _findings(policy, by=by, at=at)
    checks.judge_silence(policy, by=by, at=at, newest=_newest(evidence))
    background.finish(Evidence, evidence_id, token, done_at=at, outcome=_outcome(verdicts))


def _newest(evidence: Evidence) -> Evidence:
    """Return the list that was true last, this one included, which is not marked done yet."""
    known = Evidence.objects.for_tenant(evidence.tenant_id).newest()
    return known if known is not None and known.as_of > evidence.as_of else evidence


def _runs_until(evidence: Evidence) -> list[backup.Run]:
    """Return every known run up to the list's instant, whichever list named it."""
    rows = BackupRun.objects.for_tenant(evidence.tenant_id).filter(at__lte=evidence.as_of)
    return [backup.Run(job, backup.Result(result), at, line) for job, result, at, line in rows.values_list("job", "result", "at", "line")]


def _verdicts(evidence: Evidence, found: Sequence[tuple[Job, Finding]], *, at: datetime) -> list[Verdict]:
    """Write a verdict per job and check; they become the current ones of every job not judged at a later instant."""
    rows = Verdict.objects.for_tenant(evidence.tenant_id)
    tickets_of = dict(rows.current().filter(ticket__isnull=False).values_list("job", "ticket_id"))
    rows.current().filter(evidence__superseded=True).update(current=False)  # what a withdrawn reading told
    judged = {job.name for job, _ in found}
    later = set(rows.current().filter(as_of__gt=evidence.as_of).values_list("job", flat=True))
    decided = set() if evidence.superseded else judged - later
    rows.current().filter(job__in=decided).update(current=False)
    rows.filter(evidence=evidence, current=False).delete()
    verdicts = [
        Verdict(
            tenant=evidence.tenant,
            evidence=evidence,
            job=job.name,
            code=one.check,
            status=one.status,
            because=one.because,
            as_of=evidence.as_of,
            judged_at=at,
            runs=job.runs,
            last_at=job.last_at,
            last_result=job.last_result,
            last_good_at=job.last_good_at,
            failed_streak=job.failed_streak,
            current=job.name in decided,
            ticket_id=tickets_of.get(job.name) if job.name in decided else None,
        )
        for job, one in found
    ]
    return Verdict.objects.bulk_create(verdicts)


def _failing(verdicts: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    """Return the broken checks of each failing job."""
    broken: dict[str, list[Verdict]] = {}
    for row in verdicts:
        if row.status == Status.FAIL:
            broken.setdefault(row.job, []).append(row)
    return broken


def _tickets(verdicts: Sequence[Verdict], evidence: Evidence, policy: Policy, *, by: access.Actor, at: datetime) -> None:
    """Keep one ticket per failing job, whatever it fails; a passing one leaves its ticket to people."""
    broken = _failing(verdicts)
    if not broken:
        return
    route = responsibilities.route(by.tenant_id, policy.duty, evidence.as_of, work="check")
    severity = _severity(policy, by)
    for job, rows in broken.items():
        ticket = _ticket(job, rows, route, severity, policy, by=by, at=at)
        Verdict.objects.for_tenant(by.tenant).current().filter(job=job).update(ticket=ticket)


def _ticket(
    job: str, rows: Sequence[Verdict], route: Route, severity: FindingSeverity, policy: Policy, *, by: access.Actor, at: datetime
) -> Ticket:
    fresh = any(row.code == Check.FRESH for row in rows)
    title = f"The backup of {job} is not fresh" if fresh else f"The backup of {job} keeps failing"
    opened = tickets.open_ticket(
        title=title[:200],
        duty_key=policy.duty,
        place="",
        route=route,
        origin=tickets.Origin("check", title[:300], reverse("monitoring:backups", args=[by.tenant.slug])),
        condition=urgency.condition_of_job(job),
        priority=urgency.of_finding(severity),
        text="\n".join(sentence(row) for row in rows),
        audience=Audience.SHARED,
        by=by,
        at=at,
        asset=job[:200],
    )
    return opened.ticket


def _findings(policy: Policy, *, by: access.Actor, at: datetime) -> None:
    """Open a finding per broken check of the current verdicts and close those whose check passes now."""
    verdicts = Verdict.objects.for_tenant(by.tenant).current().failing().order_by("job", "code")
    severity, duty = _severity(policy, by), checks.known_duty(policy)
    drafts = [
        Draft(row.code, duty, "", row.job, severity, blocks=False, sentence=sentence(row), items=(f"{row.runs} runs are known",))
        for row in verdicts
    ]
    findings.settle(by.tenant, CODES, drafts, by=by, at=at)


def sentence(row: Verdict) -> str:
    """Return a verdict as one sentence that stands alone."""
    what = {Check.FRESH.value: f"{row.job} is not fresh", Check.STREAK.value: f"{row.job} fails again and again"}[row.code]
    return f"{what}, as of {row.as_of:%Y-%m-%d %H:%M} UTC: {row.because}."


def _severity(policy: Policy, by: access.Actor) -> FindingSeverity:
    """A breach is high, and worse or milder by the risk of the duty."""
    return checks.severity_of(policy, by, FindingSeverity.HIGH)


def _outcome(verdicts: Sequence[Verdict]) -> str:
    jobs = len({row.job for row in verdicts})
    stale = sum(row.code == Check.FRESH and row.status == Status.FAIL for row in verdicts)
    failing = sum(row.code == Check.STREAK and row.status == Status.FAIL for row in verdicts)
    return f"{jobs} jobs, {stale} not fresh, {failing} failing again and again"
