"""Findings open when a rule is broken and close when it holds again; nobody ticks them off."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from comanaged.accounts.access import Actor
from comanaged.accounts.models import Organisation
from comanaged.audit import trail
from responsibilities.domain import findings as rules
from responsibilities.domain.findings import Draft
from responsibilities.models import Duty, Finding, Version
from responsibilities.queries import reading

Key = tuple[str, str, str, str]


@transaction.atomic
def settle(
    tenant: Organisation,
    codes: Collection[str],
    wanted: Iterable[Draft],
    *,
    by: Actor,
    at: datetime,
    duty: str | None = None,
    subject_prefix: str = "",
) -> list[Finding]:
    """Make the open findings of `codes` exactly the `wanted` ones: open what is missing, close what no longer holds.

    `duty` and `subject_prefix` narrow what may be closed to one duty's, or to subjects that begin so. Return the opened ones.
    """
    due = {draft.key: draft for draft in wanted}
    trail.take_turn(tenant.pk)  # one settles at a time
    open_rows = Finding.objects.for_tenant(tenant).filter(state=Finding.State.OPEN, code__in=codes, subject__startswith=subject_prefix)
    if duty is not None:
        open_rows = open_rows.filter(duty__key=duty)
    standing = {key_of(row): row for row in open_rows.select_related("duty").order_by("id")}
    for key, row in standing.items():
        if key in due:
            _keep(row, due[key])
        else:
            _close(row, by=by, at=at)
    return [_open(tenant, draft, by=by, at=at) for key, draft in due.items() if key not in standing]


@transaction.atomic
def recheck(version: Version, *, by: Actor, at: datetime, duty: str | None = None) -> list[Finding]:
    """Settle the structural findings of a version, of one duty or of all."""
    trail.take_turn(version.tenant_id)  # before reading: an edit that is being made counts
    matrix = reading.matrix_in(version, version.tenant_id, at)
    drafts = [draft for draft in rules.found(matrix, at) if duty in (None, draft.duty)]
    return settle(version.tenant, frozenset(rules.STRUCTURAL), drafts, by=by, at=at, duty=duty)


def key_of(row: Finding) -> Key:
    """Return what makes a finding the same as a rule's draft; `row` comes with its duty."""
    return row.code, row.place, row.duty.key if row.duty else "", row.subject


def _keep(row: Finding, draft: Draft) -> None:
    """Let an open finding say what is true now."""
    said = {"severity": draft.severity.value, "blocks": draft.blocks, "sentence": draft.sentence, "items": list(draft.items)}
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, said[name])
        row.save(update_fields=changed)


def _close(row: Finding, *, by: Actor, at: datetime) -> None:
    row.state, row.closed_at = Finding.State.CLOSED, max(at, row.opened_at)
    row.save(update_fields=["state", "closed_at"])
    trail.record("finding.closed", row, by=by, at=at, before=row.sentence, after="The rule holds again.")


def _open(tenant: Organisation, draft: Draft, *, by: Actor, at: datetime) -> Finding:
    row = Finding.objects.create(
        tenant=tenant,
        code=draft.code,
        duty=Duty.objects.for_tenant(tenant).filter(key=draft.duty).first() if draft.duty else None,
        place=draft.place,
        subject=draft.subject,
        severity=draft.severity,
        blocks=draft.blocks,
        sentence=draft.sentence,
        items=list(draft.items),
        opened_at=at,
    )
    trail.record("finding.opened", row, by=by, at=at, after=draft.sentence)
    return row
