"""Findings about whether what was agreed still stands: signatures, reviews, templates, exceptions that ran out."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from comanaged.vocabulary import FindingSeverity
from responsibilities.domain import findings
from responsibilities.domain.findings import Draft, Facts, Lapsed, News
from responsibilities.domain.matrix import Exclusion
from tests.responsibilities.build import BACKUP, DAY, matrix

MONTHLY, QUARTERLY, YEARLY = BACKUP, "backup.scope", "incident.command"  # all of the gravest risk
ORDINARY = "cloud.licences"


def found(code: str, facts: Facts, at: datetime = DAY, **more: Any) -> list[Draft]:
    return [draft for draft in findings.found(matrix(**more), at, facts) if draft.code == code]


def days(number: float) -> datetime:
    return DAY - timedelta(days=number)


def test_work_that_follows_what_nobody_signed_is_a_finding() -> None:
    (draft,) = found("UNSIGNED", Facts(version=1, nothing_in_force=True))
    assert (draft.duty, draft.severity, draft.blocks) == ("", FindingSeverity.MEDIUM, False)
    assert found("UNSIGNED", Facts(version=1)) == []


def test_a_proposed_version_waits_a_fortnight() -> None:
    (draft,) = found("UNSIGNED", Facts(version=2, proposed_at=days(15)))
    assert draft.sentence == "Version 2 has waited for signatures for 15 days."
    assert found("UNSIGNED", Facts(version=2, proposed_at=days(14))) == []
    assert len(found("UNSIGNED", Facts(version=1, nothing_in_force=True, proposed_at=days(15)))) == 1, "one version, one finding"


@pytest.mark.parametrize(
    ("duty", "due"), [(MONTHLY, 31), (QUARTERLY, 92), ("people.leavers", 31), ("incident.notification", 183), (YEARLY, 366)]
)
def test_a_signed_line_is_looked_at_again_in_its_own_time(duty: str, due: int) -> None:
    in_time, late = (Facts(in_force_at=days(past)) for past in (due, due + 1))
    assert duty not in [draft.duty for draft in found("REVIEW_OVERDUE", in_time)]
    assert duty in [draft.duty for draft in found("REVIEW_OVERDUE", late)]


def test_a_confirmation_begins_the_time_anew_and_twice_too_late_is_worse() -> None:
    def severity(facts: Facts) -> list[FindingSeverity]:
        return [draft.severity for draft in found("REVIEW_OVERDUE", facts) if draft.duty == ORDINARY]

    assert severity(Facts(in_force_at=days(93))) == [FindingSeverity.LOW]
    assert severity(Facts(in_force_at=days(93), confirmed={ORDINARY: days(3)})) == []
    assert severity(Facts(in_force_at=days(93), confirmed={BACKUP: days(3)})) == [FindingSeverity.LOW]
    assert severity(Facts(in_force_at=days(3), confirmed={ORDINARY: days(300)})) == [], "what came into force later counts"
    grave = [
        draft.severity for facts in (32, 63) for draft in found("REVIEW_OVERDUE", Facts(in_force_at=days(facts))) if draft.duty == BACKUP
    ]
    assert grave == [FindingSeverity.MEDIUM, FindingSeverity.HIGH], "low and medium, one step worse by risk"


def test_what_is_not_in_force_has_no_review() -> None:
    assert found("REVIEW_OVERDUE", Facts(version=1, nothing_in_force=True)) == []


def test_a_newer_template_is_told_with_the_lines_it_touches() -> None:
    (draft,) = found("TEMPLATE_BEHIND", Facts(news=News("full", "Full co-managed service", 1, 2, ("Leavers", "Joiners and movers"))))
    assert (draft.subject, draft.items) == ("full", ("Leavers", "Joiners and movers"))
    assert "2 lines you did not change" in draft.sentence
    assert found("TEMPLATE_BEHIND", Facts(news=News("full", "Full", 1, 2, ()))) == []


def test_an_exclusion_past_its_date_is_said() -> None:
    until = {BACKUP: Exclusion("no", "Lena", DAY)}
    (draft,) = found("ACCEPTANCE_EXPIRED", Facts(), exclusions=until)
    assert (draft.duty, draft.subject, draft.severity) == (BACKUP, "exclusion", FindingSeverity.CRITICAL)
    assert found("ACCEPTANCE_EXPIRED", Facts(), at=days(1), exclusions=until) == []


def test_an_acceptance_past_its_date_is_said_while_its_finding_is_still_there() -> None:
    lapsed = Lapsed(("A_MISSING", "", BACKUP, ""), days(2), "Lena")
    (draft,) = found("ACCEPTANCE_EXPIRED", Facts(lapsed=(lapsed,)))
    assert (draft.duty, draft.subject) == (BACKUP, "A_MISSING")
    assert draft.sentence == "Lena accepted a gap in Backup job monitoring until 22 November 2026. It is still there."
    cured = Lapsed(("R_GAP", "", BACKUP, ""), days(2), "Lena")
    assert found("ACCEPTANCE_EXPIRED", Facts(lapsed=(cured,))) == []
    other = Lapsed(("SOURCE_UNOWNED", "", "", "Watcher"), days(2), "Lena")
    assert [draft.subject for draft in found("ACCEPTANCE_EXPIRED", Facts(lapsed=(other,)))] == ["SOURCE_UNOWNED Watcher"]
