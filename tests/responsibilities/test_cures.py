"""The decisions offered under a finding: at most three, and each of them closes it."""

from dataclasses import replace

import pytest

from comanaged.vocabulary import Hours, Party
from responsibilities import catalogue
from responsibilities.domain import cures, findings, raci
from responsibilities.domain.cures import Cure
from responsibilities.domain.matrix import Matrix, Policy
from responsibilities.domain.raci import Rule, Rules
from tests.responsibilities.build import BACKUP, DAY, a, matrix, of_template, r, site

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
REGULATED = "patching.servers"


def applied(rules: Rules, cure: Cure, required: Hours) -> Rules:
    if cure.edit == "hours" and cure.hours:
        return raci.set_hours(rules, cure.party, cure.hours)
    if cure.edit == "lead":
        return raci.set_lead(rules, cure.party)
    assert cure.letter
    return raci.set_letter(rules, cure.party, cure.letter, cure.hours or required, BACKUP)


def offered(whole: Matrix, code: str, duty: str = BACKUP, place: str = "") -> list[Cure]:
    return cures.cures_of(whole, code, whole.duties[duty], place)


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


def test_every_blocking_finding_of_every_template_has_decisions_that_close_it() -> None:
    for key in catalogue.templates():
        whole = of_template(key, DAY)
        for draft in (one for one in findings.found(whole, DAY) if one.blocks or one.code == "SELF_WATCH"):
            found = offered(whole, draft.code, draft.duty, draft.place)
            assert found, draft
            for cure in found:
                assert draft.key not in keys_after(whole, draft.duty, cure), cure.words


def keys_after(whole: Matrix, duty: str, cure: Cure) -> set[tuple[str, str, str, str]]:
    """The findings that are left when a decision is made in the line of its place."""
    own = tuple(rule for rule in whole.rules[duty] if rule.place == cure.place)
    left = [rule for rule in whole.rules[duty] if rule.place != cure.place]
    written = [replace(rule, duty=duty, place=cure.place) for rule in applied(own, cure, whole.duties[duty].coverage)]
    after = replace(whole, rules={**whole.rules, duty: [*left, *written]})
    return {draft.key for draft in findings.of_duty(after, after.duties[duty], DAY)}


def test_a_hole_of_one_site_is_closed_in_the_line_of_the_site() -> None:
    rules = [a(INTERNAL), r(INTERNAL), r(USERS, Hours.BUSINESS, place="clinic"), r(None, Hours.AFTER, place="clinic")]
    whole = matrix(*rules, places=[site("clinic")])
    found = offered(whole, "R_GAP", place="clinic")
    assert [(cure.words, cure.place) for cure in found] == [
        ("Give nights to Northwind MSP", "clinic"),
        ("Give nights to Internal IT", "clinic"),
    ]
    for cure in found:
        assert "R_GAP" not in {key[0] for key in keys_after(whole, BACKUP, cure)}


@pytest.mark.parametrize(("code", "rules"), [("A_OUTSIDE_ORG", [a(VENDOR, REGULATED)]), ("SELF_WATCH", [a(INTERNAL, REGULATED)])])
def test_who_is_accountable_is_offered_where_that_heals(code: str, rules: list[Rule]) -> None:
    policy = Policy(frozenset({INTERNAL, LEADERSHIP}))
    whole = matrix(*rules, r(INTERNAL, duty=REGULATED), policy=policy)
    found = offered(whole, code, REGULATED)
    assert found
    for cure in found:
        assert code not in {key[0] for key in keys_after(whole, REGULATED, cure)}, cure.words
