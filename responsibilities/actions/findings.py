"""Findings open when a rule is broken and close when it holds again; nobody ticks them off."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from comanaged.accounts.access import Actor
from comanaged.accounts.models import Kind, Organisation
from comanaged.audit import trail
from responsibilities.domain import findings as rules
from responsibilities.domain.findings import Draft, Key
from responsibilities.models import Acceptance, Duty, Finding, Version
from responsibilities.queries import facts, reading

STRUCTURAL = frozenset(rules.STRUCTURAL)


@transaction.atomic
def settle(
    tenant: Organisation,
    codes: Collection[str],
    wanted: Iterable[Draft],
    *,
    by: Actor,
    at: datetime,
    duties: Collection[str] | None = None,
    subject_prefix: str = "",
    of_draft: bool = False,
) -> list[Finding]:
    """Make the open findings of `codes` exactly the `wanted` ones: open what is missing, close what no longer holds.

    `duties` ("" for findings of none) and `subject_prefix` narrow what may be closed to those duties', or to subjects that begin so.
    `of_draft` settles what an open version would break while another one is in force. Return the opened ones.
    """
    due = {draft.key: draft for draft in wanted}
    trail.take_turn(tenant.pk)  # one settles at a time
    standing = {key: row for key, row in _standing(tenant, codes, of_draft=of_draft).items() if key[3].startswith(subject_prefix)}
    if duties is not None:
        standing = {key: row for key, row in standing.items() if key[2] in duties}
    for key in standing.keys() & due.keys():
        _keep(standing[key], due[key])
    opened = _open(tenant, [draft for key, draft in due.items() if key not in standing], of_draft=of_draft, by=by, at=at)
    _close([row for key, row in standing.items() if key not in due], by=by, at=at)
    return opened


@transaction.atomic
def recheck(version: Version, *, by: Actor, at: datetime, abouts: Collection[str] | None = None) -> list[Finding]:
    """Settle the structural findings of a version; return the opened ones.

    `abouts` are the lines that were edited, where only lines were: what no edit of them can move is left as it is. The findings of the
    version that answers stand for themselves; those of a draft beside one in force are marked, and end when there is no such draft any more.
    """
    tenant = version.tenant
    trail.take_turn(tenant.pk)  # before reading: an edit that is being made counts
    standing = facts.in_force(tenant.pk)
    of_draft = version.open and standing is not None
    if version.open or version.state == Version.State.IN_FORCE:
        matrix = reading.matrix_in(version, tenant.pk, at)
        known = facts.facts_of(version, at)
        duties: Collection[str] | None = None
        if abouts is None:
            drafts = rules.found(matrix, at, known)
        else:
            stand = _standing(tenant, STRUCTURAL, of_draft=of_draft)
            duties, drafts = rules.found_about(matrix, at, known, abouts, stand)
        opened = settle(tenant, STRUCTURAL, drafts, by=by, at=at, duties=duties, of_draft=of_draft)
    else:
        opened = []
    still_open = version if version.open else reading.open_version(tenant.pk)
    if not of_draft and (still_open is None or standing is None):
        settle(tenant, STRUCTURAL, (), by=by, at=at, of_draft=True)
    if standing is None and still_open is None:
        settle(tenant, STRUCTURAL, (), by=by, at=at)
    return opened


def recheck_people(tenant: Organisation, *, by: Actor, at: datetime) -> None:
    """Settle the findings of all that a client works from and writes, because people, rotas, stand-ins or only the time moved.

    A provider's people move the findings of every client they serve; those are looked at when their clock strikes.
    """
    if tenant.kind != Kind.CLIENT:
        return
    found = [reading.version_at(tenant.pk, at), reading.open_version(tenant.pk)]
    for version in {version.pk: version for version in found if version}.values():
        recheck(version, by=by, at=at)


def key_of(row: Finding) -> Key:
    """Return what makes a finding the same as a rule's draft; `row` comes with its duty."""
    return row.code, row.place, row.duty.key if row.duty else "", row.subject


def _standing(tenant: Organisation, codes: Collection[str], *, of_draft: bool) -> dict[Key, Finding]:
    """Return the open findings of these codes by what makes them the same."""
    rows = Finding.objects.for_tenant(tenant).filter(state=Finding.State.OPEN, of_draft=of_draft, code__in=codes)
    return {key_of(row): row for row in rows.select_related("duty").order_by("id")}


def _keep(row: Finding, draft: Draft) -> None:
    """Let an open finding say what is true now."""
    said = {"severity": draft.severity.value, "blocks": draft.blocks, "sentence": draft.sentence, "items": list(draft.items)}
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, said[name])
        row.save(update_fields=changed)


def _close(rows: list[Finding], *, by: Actor, at: datetime) -> None:
    for row in rows:
        row.state, row.closed_at = Finding.State.CLOSED, max(at, row.opened_at)
        row.save(update_fields=["state", "closed_at"])
        trail.record("finding.closed", row, by=by, at=at, before=row.sentence, after="The rule holds again.")
    if rows:
        _end_acceptances(rows, by=by, at=at)


def _end_acceptances(closed: list[Finding], *, by: Actor, at: datetime) -> None:
    """End the acceptances of findings that are over, of the draft and of what is in force."""
    tenant = closed[0].tenant_id
    live = {(one.code, one.place, one.duty_key, one.subject): one for one in Acceptance.objects.for_tenant(tenant).filter(ended_at=None)}
    over = live.keys() & {key_of(row) for row in closed}
    if not over:
        return
    rows = Finding.objects.for_tenant(tenant).filter(state=Finding.State.OPEN, code__in={key[0] for key in over})
    for key in sorted(over - {key_of(row) for row in rows.select_related("duty")}):
        acceptance = live[key]
        acceptance.ended_at = at
        acceptance.save(update_fields=["ended_at"])
        trail.record("acceptance.ended", acceptance, by=by, at=at, after="Its finding is over.")


def _open(tenant: Organisation, drafts: list[Draft], *, of_draft: bool, by: Actor, at: datetime) -> list[Finding]:
    if not drafts:
        return []
    duties = {duty.key: duty for duty in Duty.objects.for_tenant(tenant).filter(key__in={draft.duty for draft in drafts})}
    return [_opened(tenant, draft, duties.get(draft.duty), of_draft=of_draft, by=by, at=at) for draft in drafts]


def _opened(tenant: Organisation, draft: Draft, duty: Duty | None, *, of_draft: bool, by: Actor, at: datetime) -> Finding:
    row = Finding.objects.create(
        tenant=tenant,
        code=draft.code,
        duty=duty,
        place=draft.place,
        subject=draft.subject,
        of_draft=of_draft,
        severity=draft.severity,
        blocks=draft.blocks,
        sentence=draft.sentence,
        items=list(draft.items),
        opened_at=at,
    )
    trail.record("finding.opened", row, by=by, at=at, after=draft.sentence)
    return row
