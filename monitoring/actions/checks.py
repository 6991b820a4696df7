"""The check that falls due by itself: silence is a verdict too."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from comanaged import background
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.vocabulary import FindingSeverity
from monitoring import queries
from monitoring.actions import turns
from monitoring.domain import silence
from monitoring.models import Check, Evidence, Policy, Source
from responsibilities import queries as responsibilities
from responsibilities.actions import findings
from responsibilities.domain import findings as rules
from responsibilities.domain.findings import Draft

EVERY = timedelta(minutes=15)
CODES = frozenset((silence.STALE, silence.MISSING))
SUBJECT = "backup lists"
UNOWNED = "SOURCE_UNOWNED"


@transaction.atomic
def start_checks(tenant: Organisation, *, at: datetime) -> None:
    """Give a client its check, due at once: a list that never came is noticed too."""
    Check.objects.bulk_create([Check(tenant=tenant, next_due_at=at)], ignore_conflicts=True)


@transaction.atomic
def run_now(*, by: access.Actor, at: datetime) -> None:
    """Make the client's check due at this moment."""
    access.require(by, "check.run_now")
    start_checks(by.tenant, at=at)
    check = Check.objects.for_tenant(by.tenant).select_for_update().get(kind="backup")
    if check.next_due_at > at:
        check.next_due_at = at
        check.save(update_fields=["next_due_at"])
    background.after_commit("monitoring.run_check", tenant=by.tenant_id, id=check.pk)


def run_check(check_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime) -> None:
    """Run one due check once, however many slots went by, and say when the next one is due."""
    turns.take_turn(tenant_id)
    check = Check.objects.for_tenant(tenant_id).select_related("tenant").get(pk=check_id)
    by, policy = access.system(check.tenant), queries.policy_of(check.tenant, at)
    known = judge_silence(policy, by=by, at=at, newest=Evidence.objects.for_tenant(tenant_id).newest())
    judge_sources(by=by, at=at)
    missed = max(0, int((at - check.next_due_at) / EVERY)) if check.last_run_at else 0
    background.finish(
        Check, check_id, token, next_due_at=at + EVERY, last_run_at=at, missed=missed, status=known.status, because=known.because
    )


def judge_silence(policy: Policy, *, by: access.Actor, at: datetime, newest: Evidence | None) -> silence.Said:
    """Settle the findings of lists that never came or are too old; return what is known now, and why."""
    known = silence.said(policy.limits, newest.as_of if newest else None, at)
    base = FindingSeverity.HIGH if known.code == silence.MISSING else FindingSeverity.MEDIUM
    severity = severity_of(policy, by, base)
    drafts = [Draft(known.code, known_duty(policy), "", SUBJECT, severity, blocks=False, sentence=known.because)] if known.code else []
    findings.settle(by.tenant, CODES, drafts, by=by, at=at)
    return known


def judge_sources(*, by: access.Actor, at: datetime) -> None:
    """Settle the findings of sources that name no duty, or one that nobody does: their alerts have to be sorted by whoever answers calls."""
    undone = responsibilities.undone(by.tenant_id)
    rows = Source.objects.for_tenant(by.tenant).filter(revoked_at__isnull=True).order_by("id")
    drafts = [
        Draft(
            UNOWNED,
            row.duty,
            row.place,
            row.name,
            FindingSeverity.CRITICAL if row.last_event_at else FindingSeverity.HIGH,
            blocks=False,
            sentence=unowned(row),
        )
        for row in rows
        if not row.duty or undone & {(row.duty, ""), (row.duty, row.place)}
    ]
    findings.settle(by.tenant, {UNOWNED}, drafts, by=by, at=at)


def unowned(source: Source) -> str:
    """Return why nobody has agreed to answer a source."""
    if not source.duty:
        return f"The alert source {source.name} belongs to no duty, so nobody has agreed to answer what it sends."
    return f"Nobody does the duty of the alert source {source.name} at any hour, so nobody has agreed to answer what it sends."


def known_duty(policy: Policy) -> str:
    """Return the policy's duty where the client has it, else none."""
    return policy.duty if any(duty.key == policy.duty for duty in responsibilities.duties_of(policy.tenant_id)) else ""


def severity_of(policy: Policy, by: access.Actor, base: FindingSeverity) -> FindingSeverity:
    """Return `base`, worse or milder by the risk of the policy's duty."""
    risk = next((duty.risk for duty in responsibilities.duties_of(by.tenant_id) if duty.key == policy.duty), None)
    return base if risk is None else rules.severity(base, risk)
