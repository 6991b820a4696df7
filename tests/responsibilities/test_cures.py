"""The decisions offered under a finding: at most three, and each of them closes it."""

import pytest

from comanaged.vocabulary import Hours, Party
from responsibilities import catalogue
from responsibilities.domain import cures, findings, raci
from responsibilities.domain.cures import Cure
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.raci import Rule, Rules
from tests.responsibilities.build import BACKUP, DAY, a, matrix, of_template, r

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party


def applied(rules: Rules, cure: Cure, required: Hours) -> Rules:
    if cure.edit == "hours" and cure.hours:
        return raci.set_hours(rules, cure.party, cure.hours)
    if cure.edit == "lead":
        return raci.set_lead(rules, cure.party)
    assert cure.letter
    return raci.set_letter(rules, cure.party, cure.letter, cure.hours or required, BACKUP)


def offered(whole: Matrix, code: str, duty: str = BACKUP) -> list[Cure]:
    return cures.cures_of(whole, code, whole.duties[duty])


BROKEN = {
    "A_MISSING": [r(INTERNAL)],
    "A_MULTIPLE": [a(INTERNAL), a(PROVIDER), a(LEADERSHIP), a(VENDOR), r(INTERNAL)],
    "R_MISSING": [a(INTERNAL)],
    "R_GAP": [a(INTERNAL), r(INTERNAL, Hours.BUSINESS)],
    "R_NO_LEAD": [a(INTERNAL), r(INTERNAL), r(PROVIDER), r(VENDOR, Hours.AFTER), r(USERS)],
}


@pytest.mark.parametrize(("code", "rules"), BROKEN.items())
def test_each_decision_closes_its_finding(code: str, rules: list[Rule]) -> None:
    whole = matrix(*rules)
    found = offered(whole, code)
    assert 2 <= len(found) <= 3
    for cure in found:
        after = matrix(*applied(tuple(rules), cure, whole.duties[BACKUP].coverage))
        assert code not in [draft.code for draft in findings.found(after, DAY) if draft.duty == BACKUP], cure.words


def test_nights_are_offered_to_who_does_nothing_yet_and_day_and_night_to_who_does() -> None:
    words = [cure.words for cure in offered(matrix(*BROKEN["R_GAP"]), "R_GAP")]
    assert words == ["Give nights to Northwind MSP", "Let Internal IT do it day and night"]


def test_without_a_provider_nothing_is_given_to_one() -> None:
    alone = matrix(a(INTERNAL))
    unserved = Matrix(alone.duties, alone.rules, alone.calendar, alone.names, served=False)
    assert {cure.party for cure in offered(unserved, "R_MISSING")} == {INTERNAL}


def test_a_finding_of_another_app_has_no_decision_here() -> None:
    assert offered(matrix(), "EVIDENCE_STALE") == []


def test_every_finding_of_every_template_has_a_decision() -> None:
    for key in catalogue.templates():
        whole = of_template(key, DAY)
        for draft in findings.found(whole, DAY):
            assert offered(whole, draft.code, draft.duty), draft
