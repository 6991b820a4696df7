"""Structural findings: what a matrix breaks, how badly, and that a template reports exactly what it says it does."""

import pytest

from comanaged.vocabulary import FindingSeverity, Hours, Party
from responsibilities import catalogue
from responsibilities.domain import findings, resolution
from responsibilities.domain.findings import Draft
from responsibilities.domain.matrix import Exclusion
from responsibilities.domain.raci import Rule
from tests.responsibilities.build import BACKUP, DAY, a, local, matrix, of_template, r

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
ALWAYS_COVERED, BY_DAY, AFTER_HOURS = BACKUP, "backup.verification", "support.after-hours"


def of(duty: str, *rules: Rule, **more: object) -> list[Draft]:
    whole = matrix(*rules, **more)  # type: ignore[arg-type]
    return [draft for draft in findings.found(whole, DAY) if draft.duty == duty]


def codes(duty: str, *rules: Rule) -> list[str]:
    return [draft.code for draft in of(duty, *rules)]


@pytest.mark.parametrize(
    "template", [one for one in catalogue.templates().values() if one.expected_findings is not None], ids=lambda one: one.key
)
def test_a_template_reports_exactly_the_findings_it_expects(template: catalogue.Template) -> None:
    drafts = findings.found(of_template(template.key, DAY), DAY)
    told = {"A_MISSING", "R_MISSING", "R_GAP", "R_NO_LEAD"}
    assert sorted((one.code, one.duty) for one in drafts if one.code in told) == sorted(template.expected_findings or ())
    assert {one.code for one in drafts} <= told, "a template names one accountable party everywhere"


@pytest.mark.parametrize("key", [key for key, one in catalogue.templates().items() if one.expected_findings is None])
def test_the_other_templates_leave_nothing_open_for_the_whole_client(key: str) -> None:
    assert findings.found(of_template(key, DAY), DAY) == []


def test_a_duty_needs_one_accountable_party() -> None:
    assert codes(BY_DAY, r(INTERNAL, duty=BY_DAY)) == ["A_MISSING"]
    assert codes(BY_DAY, a(INTERNAL, BY_DAY), a(PROVIDER, BY_DAY), r(INTERNAL, duty=BY_DAY)) == ["A_MULTIPLE"]


def test_a_duty_needs_somebody_who_does_it() -> None:
    assert codes(BY_DAY, a(INTERNAL, BY_DAY)) == ["R_MISSING"]


def test_somebody_at_the_wrong_hours_is_a_gap_and_not_a_missing_r() -> None:
    assert codes(AFTER_HOURS, a(INTERNAL, AFTER_HOURS), r(INTERNAL, Hours.BUSINESS, AFTER_HOURS)) == ["R_GAP"]


def test_a_gap_says_how_many_hours_a_week_and_when_the_first_begins() -> None:
    rules = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS))
    (draft,) = [one for one in findings.found(rules, DAY) if one.duty == BACKUP]
    assert "at night: 123 hours a week" in draft.sentence
    assert findings.gap_ahead(rules, rules.duties[BACKUP], DAY) == (local(24, 17), local(25, 8))


def test_more_hours_than_required_are_no_finding() -> None:
    assert codes(BY_DAY, a(INTERNAL, BY_DAY), r(INTERNAL, Hours.ALWAYS, BY_DAY)) == []


def test_two_halves_by_two_parties_need_no_lead() -> None:
    assert codes(BACKUP, a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER)) == []


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([r(INTERNAL), r(PROVIDER)], ["R_NO_LEAD"]),
        ([r(INTERNAL, lead=True), r(PROVIDER)], []),
        ([r(INTERNAL, lead=True), r(PROVIDER, lead=True)], ["R_NO_LEAD"]),
        ([r(INTERNAL, Hours.BUSINESS, lead=True), r(PROVIDER), r(VENDOR)], ["R_NO_LEAD"]),
        ([r(INTERNAL, Hours.BUSINESS), r(PROVIDER, lead=True)], []),
    ],
)
def test_parties_that_share_an_hour_need_exactly_one_lead_among_them(rules: list[Rule], expected: list[str]) -> None:
    assert codes(BACKUP, a(INTERNAL), *rules) == expected


def test_an_exclusion_silences_its_duty_until_it_ends() -> None:
    until = {BACKUP: Exclusion("not needed", "Lena", local(1, 0, month=12))}
    assert of(BACKUP, exclusions=until) == []
    late = findings.found(matrix(exclusions=until), local(2, 0, month=12))
    assert [draft.code for draft in late if draft.duty == BACKUP] == ["A_MISSING", "R_MISSING"]


@pytest.mark.parametrize(
    ("base", "risk", "expected"),
    [
        (FindingSeverity.HIGH, 5, FindingSeverity.CRITICAL),
        (FindingSeverity.HIGH, 4, FindingSeverity.HIGH),
        (FindingSeverity.HIGH, 2, FindingSeverity.MEDIUM),
        (FindingSeverity.MEDIUM, 1, FindingSeverity.LOW),
        (FindingSeverity.CRITICAL, 5, FindingSeverity.CRITICAL),
        (FindingSeverity.LOW, 1, FindingSeverity.LOW),
    ],
)
def test_risk_moves_a_severity_one_step(base: FindingSeverity, risk: int, expected: FindingSeverity) -> None:
    assert findings.severity(base, risk) is expected


def test_every_structural_finding_blocks_signing_and_has_a_key_of_its_own() -> None:
    drafts = findings.found(matrix(), DAY)
    assert all(draft.blocks for draft in drafts)
    assert len({draft.key for draft in drafts}) == len(drafts) == 140


def test_the_rules_of_a_category_count_for_its_duties() -> None:
    assert codes(BACKUP, a(INTERNAL, "backup"), r(INTERNAL, Hours.ALWAYS, "backup")) == []
    assert codes(BACKUP, a(INTERNAL, "backup"), r(INTERNAL, Hours.ALWAYS, "backup"), r(PROVIDER, Hours.AFTER)) == []


def test_what_answers_nobody_in_required_hours_is_what_has_a_gap() -> None:
    whole = of_template("overflow-helpdesk", DAY)
    moments = [local(24, 10), local(24, 22), local(28, 12)]
    for duty in whole.duties.values():
        silent = any(
            resolution.who_answers(whole, duty.key, at).nobody
            for at in moments
            if not whole.calendar.standing(at).isdisjoint({duty.coverage})
        )
        assert silent == bool({draft.duty for draft in findings.found(whole, DAY)} & {duty.key})
