"""Findings of any app: opened once, kept true, closed by themselves, with their history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.vocabulary import FindingSeverity
from responsibilities import actions
from responsibilities.domain.findings import Draft
from responsibilities.models import Finding
from tests.cast import Cast

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
CODES = {"EVIDENCE_STALE"}
STALE = Draft(
    "EVIDENCE_STALE", "backup.jobs", "", "job:files", FindingSeverity.MEDIUM, blocks=False, sentence="94 of 90 days", items=("a",)
)


def settle(cast: Cast, *wanted: Draft, at: datetime = AT, duties: set[str] | None = None, prefix: str = "") -> list[Finding]:
    by = access.system(cast.harbor)
    return actions.findings.settle(cast.harbor, CODES, wanted, by=by, at=at, duties=duties, subject_prefix=prefix)


def stale(cast: Cast, state: str = "OPEN") -> list[Finding]:
    return list(Finding.objects.for_tenant(cast.harbor).filter(code="EVIDENCE_STALE", state=state).order_by("id"))


def test_a_finding_opens_once_and_keeps_its_age_while_its_words_stay_true(cast: Cast) -> None:
    with cast.scope():
        assert len(settle(cast, STALE)) == 1
        worse = replace(STALE, sentence="95 of 90 days", severity=FindingSeverity.HIGH)
        assert settle(cast, worse, at=LATER) == []
        (row,) = stale(cast)
        assert (row.sentence, row.severity, row.opened_at, row.items) == ("95 of 90 days", "HIGH", AT, ["a"])


def test_it_closes_itself_and_opens_again_as_a_new_row(cast: Cast) -> None:
    with cast.scope():
        settle(cast, STALE)
        settle(cast, at=LATER)
        (closed,) = stale(cast, "CLOSED")
        assert closed.closed_at == LATER
        assert [entry.action for entry in trail.history_of(closed)] == ["finding.closed", "finding.opened"]
        assert len(settle(cast, STALE, at=LATER)) == 1


def test_findings_of_other_codes_duties_and_subjects_are_left_alone(cast: Cast) -> None:
    with cast.scope():
        gaps = Finding.objects.for_tenant(cast.harbor).filter(code="R_GAP", state="OPEN").count()
        other = replace(STALE, subject="plan:dr")
        settle(cast, STALE, other)
        settle(cast, prefix="job:", at=LATER)
        assert [row.subject for row in stale(cast)] == ["plan:dr"]
        settle(cast, duties={"backup.saas"}, at=LATER)
        assert [row.subject for row in stale(cast)] == ["plan:dr"]
        assert Finding.objects.for_tenant(cast.harbor).filter(code="R_GAP", state="OPEN").count() == gaps


def test_a_finding_may_belong_to_no_duty(cast: Cast) -> None:
    with cast.scope():
        (row,) = settle(cast, replace(STALE, duty=""))
        assert row.duty is None
        assert settle(cast, replace(STALE, duty=""), at=LATER) == []


def test_one_clients_findings_are_not_anothers(cast: Cast) -> None:
    with cast.scope():
        settle(cast, STALE)
    with cast.scope(cast.pine):
        actions.findings.settle(cast.pine, CODES, [], by=access.system(cast.pine), at=LATER)
    with cast.scope():
        assert len(stale(cast)) == 1
