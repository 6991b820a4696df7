"""The open version: how a draft begins, how it is held while it is edited, and what any edit does to signatures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Side
from responsibilities.actions import announcing, findings
from responsibilities.domain.raci import CannotEdit
from responsibilities.models import Assignment, Calendar, Exclusion, Row, Signature, Version
from responsibilities.queries import turnstile

COPIED = (Row, Calendar, Exclusion)


class NoDraft(CannotEdit):
    """There is no open version: what is signed is never edited."""


class CannotDraft(Exception):
    """A draft cannot begin, in words for the person who tried."""


class ServesNoLonger(access.Refused):
    """A provider's person writes for a client that their company does not serve now."""

    def __init__(self, by: Actor) -> None:
        super().__init__("matrix.edit_draft", by.role)
        self.args = (f"Your company does not serve {by.tenant.name} now, so it has no part in this matrix.",)


def serving(by: Actor, at: datetime) -> None:
    """Raise ServesNoLonger for a provider's person whose company another one has replaced, or whose engagement ended."""
    if by.side is Side.PROVIDER and access.provider_id_of(by.tenant_id, at) != by.company_id:
        raise ServesNoLonger(by)


def opened(by: Actor) -> Version:
    """Return the client's open version with its row locked, so that nobody signs what is being edited; raise NoDraft.

    Every edit takes this lock first, then its own row's.
    """
    version = Version.objects.for_tenant(by.tenant).filter(state__in=Version.OPEN).select_for_update().first()
    if version is None:
        raise NoDraft("There is no draft to change. What both sides signed stays as it is; a change begins a new draft.")
    return version


def edited(version: Version, *, by: Actor, at: datetime) -> list[Signature]:
    """Say that an open version, locked, says something else now: a proposed one is a draft again, and its signatures are cleared.

    Return the signatures that were cleared; raise ServesNoLonger, which undoes the edit.
    """
    serving(by, at)
    if version.state == Version.State.DRAFT:
        return []
    cleared = clear_signatures(version, f"edited by {by.name}", by=by, at=at)
    version.state, version.content, version.content_hash = Version.State.DRAFT, "", ""
    version.proposed_at, version.proposed_side = None, ""
    version.save(update_fields=["state", "content", "content_hash", "proposed_at", "proposed_side"])
    trail.record("matrix.reopened", version, by=by, at=at, after=f"An edit made it a draft again.{no_longer(cleared)}")
    return cleared


def clear_signatures(version: Version, because: str, *, by: Actor, at: datetime) -> list[Signature]:
    """End the signatures under an open version, locked, and tell those whose they are; return them."""
    cleared = list(Signature.objects.for_tenant(version.tenant_id).filter(version=version, cleared_at=None).order_by("id"))
    for one in cleared:
        one.cleared_at, one.cleared_because = at, because[:200]
        one.save(update_fields=["cleared_at", "cleared_because"])
    announcing.cleared(version, cleared, because, by=by, at=at)
    return cleared


def no_longer(cleared: Sequence[Signature]) -> str:
    """Return in words, for history, whose signatures no longer stand; nothing where nobody had signed."""
    names = " and ".join(one.name for one in cleared)
    return f" No longer signed by {names}." if names else ""


@transaction.atomic
def begin_draft(*, by: Actor, at: datetime) -> Version:
    """Begin the next version as a copy of the one in force, whose row lets one begin at a time.

    Raise CannotDraft where one is open already or none is in force.
    """
    access.require(by, "matrix.edit_draft")
    serving(by, at)
    turnstile.keep(by.tenant_id)  # what is coming into force at this moment is what it begins from
    versions = Version.objects.for_tenant(by.tenant)
    standing = versions.filter(state=Version.State.IN_FORCE).select_for_update().first()
    if versions.filter(state__in=Version.OPEN).exists():
        raise CannotDraft("There is a draft already. Change that one.")
    if standing is None:
        raise CannotDraft("Nothing is in force yet, so there is nothing to begin a new version from. Choose a template first.")
    draft = Version.objects.create(
        tenant=by.tenant,
        number=max(versions.values_list("number", flat=True)) + 1,
        template_key=standing.template_key,
        template_version=standing.template_version,
        template_owner_id=standing.template_owner_id,
        policy=standing.policy,
        begun_at=at,
    )
    copy(standing, draft)
    trail.record("matrix.drafted", draft, by=by, at=at, after=f"Draft of version {draft.number}, from version {standing.number}")
    findings.recheck(draft, by=by, at=at)
    return draft


def copy(source: Version, draft: Version) -> None:
    """Write every line of one version into another one."""
    rows: dict[int, Row] = {}
    for model in COPIED:
        lines: list[Any] = list(model.objects.for_tenant(source.tenant_id).filter(version=source).order_by("id"))
        old = [line.pk for line in lines]
        for line in lines:
            line.pk, line.version, line._state.adding = None, draft, True
        model.objects.bulk_create(lines)
        if model is Row:
            rows = dict(zip(old, lines, strict=True))
    assignments = list(Assignment.objects.for_tenant(source.tenant_id).filter(version=source).order_by("id"))
    for one in assignments:
        one.pk, one.version, one.row = None, draft, rows[one.row_id]
        one._state.adding = True
    Assignment.objects.bulk_create(assignments)
