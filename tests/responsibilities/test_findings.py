"""Structural findings on paper: what a matrix breaks, how badly, where, and that a template reports exactly what it says it does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from comanaged.vocabulary import FindingSeverity, Hours, Letter, Party, PlaceKind, TeamKind
from responsibilities import catalogue
from responsibilities.domain import coverage, findings, resolution
from responsibilities.domain.findings import Draft, Facts
from responsibilities.domain.matrix import Exclusion, Policy
from responsibilities.domain.people import Crew, Member, Person, Team
from responsibilities.domain.places import Place
from responsibilities.domain.raci import Rule
from tests.responsibilities.build import BACKUP, DAY, OFFICE, a, local, matrix, of_template, r, site

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
BY_DAY, AFTER_HOURS, WATCHED = "backup.verification", "support.after-hours", "security.provider-access"
PAPER = {"A_MISSING", "A_MULTIPLE", "A_OUTSIDE_ORG", "R_MISSING", "R_GAP", "R_NO_LEAD"}
HEALTH = "multi-site-healthcare"
NOTHING, KNOWN = Facts(), Facts(prerequisites=catalogue.prerequisites())


def of(duty: str, *rules: Rule, facts: Facts = NOTHING, **more: Any) -> list[Draft]:
    return [draft for draft in findings.found(matrix(*rules, **more), DAY, facts) if draft.duty == duty]


def codes(duty: str, *rules: Rule, **more: Any) -> list[str]:
    return [draft.code for draft in of(duty, *rules, **more) if draft.code in PAPER]


def told(code: str, *rules: Rule, duty: str = BACKUP, **more: Any) -> list[tuple[str, str]]:
    """The place and subject of each finding of one code."""
    return [(draft.place, draft.subject) for draft in of(duty, *rules, **more) if draft.code == code]


def of_templates(code: str, key: str) -> list[tuple[str, str]]:
    return [(draft.duty, draft.place) for draft in findings.found(of_template(key, DAY), DAY, KNOWN) if draft.code == code]


# --- templates


def test_the_template_with_expectations_has_exactly_these_findings_on_paper() -> None:
    template = catalogue.template("overflow-helpdesk")
    drafts = findings.found(of_template(template.key, DAY), DAY)
    assert sorted((one.code, one.duty) for one in drafts if one.code in PAPER) == sorted(template.expected_findings or ())
    assert {one.place for one in drafts} == {""}


@pytest.mark.parametrize("key", ["after-hours-monitoring-security", "full-co-managed", "cmmc-manufacturer"])
def test_other_templates_leave_nothing_on_paper_that_blocks(key: str) -> None:
    assert [one for one in findings.found(of_template(key, DAY), DAY) if one.blocks] == []


def test_one_site_of_the_healthcare_template_has_the_hole_it_was_left_with() -> None:
    (draft,) = [one for one in findings.found(of_template(HEALTH, DAY), DAY) if one.blocks]
    assert (draft.code, draft.duty, draft.place) == ("R_GAP", "security.physical", "imaging-centre")
    assert draft.sentence == "At Imaging centre, nobody does Physical security of IT rooms at night: 108 hours a week."


def test_a_policy_on_names_is_asked_of_every_regulated_duty() -> None:
    regulated = sorted(duty.key for duty in catalogue.duties().values() if duty.nist_800_171_r2)
    assert sorted(duty for duty, _ in of_templates("PERSON_MISSING", "cmmc-manufacturer")) == regulated
    assert of_templates("PERSON_MISSING", HEALTH) == []


def test_what_rests_on_the_other_sides_work_is_said_of_who_does_it() -> None:
    assert ("security.endpoint", "") in of_templates("DEPENDENCY_SPLIT", "after-hours-monitoring-security")
    assert of_templates("DEPENDENCY_SPLIT", "full-co-managed") == []


@pytest.mark.parametrize("key", catalogue.templates())
def test_no_template_has_rows_that_cannot_win_ties_or_people(key: str) -> None:
    quiet = {"PLACE_UNREACHABLE", "TIE", "OWNER_INACTIVE", "BACKUP_MISSING", "KEY_PERSON", "ROTA_HOLE"}
    assert not {one.code for one in findings.found(of_template(key, DAY), DAY, KNOWN)} & quiet


def test_who_answers_nobody_in_required_hours_is_who_has_a_gap() -> None:
    whole = of_template("overflow-helpdesk", DAY)
    moments = [local(24, 10), local(24, 22), local(28, 12)]
    holes = {draft.duty for draft in findings.found(whole, DAY) if draft.code in {"R_GAP", "R_MISSING"}}
    for duty in whole.duties.values():
        needed = [at for at in moments if not whole.calendar.standing(at).isdisjoint({duty.coverage})]
        assert any(resolution.who_answers(whole, duty.key, at).nobody for at in needed) == (duty.key in holes)


# --- accountable


def test_a_duty_needs_one_accountable_party() -> None:
    assert codes(BY_DAY, r(INTERNAL, duty=BY_DAY)) == ["A_MISSING"]
    assert codes(BY_DAY, a(INTERNAL, BY_DAY), a(PROVIDER, BY_DAY), r(INTERNAL, duty=BY_DAY)) == ["A_MULTIPLE"]
    assert codes(BY_DAY, a(INTERNAL, BY_DAY), r(INTERNAL, duty=BY_DAY)) == []


def test_two_people_of_one_party_are_two_who_are_accountable() -> None:
    one, two = (replace(a(INTERNAL, BY_DAY), person=number) for number in (1, 2))
    assert codes(BY_DAY, one, two, r(INTERNAL, duty=BY_DAY)) == ["A_MULTIPLE"]
    assert codes(BY_DAY, one, replace(two, rank=2), r(INTERNAL, duty=BY_DAY)) == []


def test_a_site_that_says_nobody_is_accountable_breaks_what_the_client_keeps() -> None:
    rules = [a(INTERNAL), a(None, place="clinic"), r(INTERNAL)]
    assert told("A_MISSING", *rules, places=[site("clinic"), site("plant")]) == [("clinic", "")]


@pytest.mark.parametrize(("party", "found"), [(PROVIDER, 1), (VENDOR, 1), (INTERNAL, 0), (LEADERSHIP, 0)])
def test_where_the_policy_is_on_the_client_itself_answers_for_regulated_duties(party: Party, found: int) -> None:
    policy = Policy(frozenset({INTERNAL, LEADERSHIP}))
    regulated, free = "patching.servers", "support.first-line"
    assert len(told("A_OUTSIDE_ORG", a(party, regulated), duty=regulated, policy=policy)) == found
    assert told("A_OUTSIDE_ORG", a(party, free), duty=free, policy=policy) == []
    assert told("A_OUTSIDE_ORG", a(party, regulated), duty=regulated) == [], "no policy, no finding"


# --- who does it, and when


def test_a_duty_needs_somebody_who_does_it() -> None:
    assert codes(BY_DAY, a(INTERNAL, BY_DAY)) == ["R_MISSING"]


def test_somebody_at_the_wrong_hours_is_a_gap_and_not_a_missing_r() -> None:
    assert codes(AFTER_HOURS, a(INTERNAL, AFTER_HOURS), r(INTERNAL, Hours.BUSINESS, AFTER_HOURS)) == ["R_GAP"]


def test_a_gap_says_how_many_hours_a_week_and_when_the_first_begins() -> None:
    rules = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS))
    (draft,) = [one for one in findings.found(rules, DAY) if one.code == "R_GAP"]
    assert draft.sentence == "Nobody does Backup job monitoring at night: 123 hours a week."
    assert findings.gap_ahead(rules, rules.duties[BACKUP], DAY) == (local(24, 17), local(25, 8))


def test_the_gap_ahead_knows_holidays_and_the_dates_of_rules() -> None:
    closed = replace(OFFICE, closed=frozenset({local(26, 12).date()}))
    by_day = replace(matrix(a(INTERNAL, BY_DAY), r(INTERNAL, Hours.ALWAYS, BY_DAY)), calendar=closed)
    assert findings.gap_ahead(by_day, by_day.duties[BY_DAY], DAY) is None
    ending = replace(r(INTERNAL, Hours.ALWAYS, BY_DAY), ends_at=local(25, 12))
    soon = replace(matrix(a(INTERNAL, BY_DAY), ending), calendar=closed)
    assert findings.gap_ahead(soon, soon.duties[BY_DAY], DAY) == (local(25, 12), local(25, 17))
    nights = replace(matrix(r(INTERNAL, Hours.BUSINESS)), calendar=closed)
    assert findings.gap_ahead(nights, nights.duties[BACKUP], local(26, 9)) == (local(26, 9), local(27, 8))


def test_a_gap_that_is_filled_at_a_date_ends_there() -> None:
    later = replace(r(INTERNAL), starts_at=local(24, 20))
    whole = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS), later)
    assert findings.gap_ahead(whole, whole.duties[BACKUP], DAY) == (local(24, 17), local(24, 20))


def test_hours_of_a_name_cover_their_part_of_the_night_only() -> None:
    desk = coverage.calendar_of("America/Chicago", coverage.week_of("Mon-Fri 17:00-22:00"))
    whole = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS), replace(r(PROVIDER), hours="desk"), calendars={("desk", ""): desk})
    (draft,) = [one for one in findings.found(whole, DAY) if one.code == "R_GAP"]
    assert draft.sentence == "Nobody does Backup job monitoring for part of the night: 98 hours a week."
    assert findings.gap_ahead(whole, whole.duties[BACKUP], DAY) == (local(24, 22), local(25, 8))


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
        ([r(INTERNAL), r(PROVIDER, rank=2)], []),
        ([r(INTERNAL, rank=2), r(PROVIDER, rank=2), r(INTERNAL)], []),
        ([replace(r(INTERNAL), person=1), replace(r(INTERNAL), person=2)], ["R_NO_LEAD"]),
    ],
)
def test_subjects_that_share_an_hour_need_exactly_one_lead_among_them(rules: list[Rule], expected: list[str]) -> None:
    assert codes(BACKUP, a(INTERNAL), *rules) == expected


def test_the_rules_of_a_category_count_for_its_duties() -> None:
    assert codes(BACKUP, a(INTERNAL, "backup"), r(INTERNAL, Hours.ALWAYS, "backup")) == []
    assert codes(BACKUP, a(INTERNAL, "backup"), r(INTERNAL, Hours.ALWAYS, "backup"), r(PROVIDER, Hours.AFTER)) == []
    assert codes(BACKUP, a(INTERNAL, "*"), r(INTERNAL, Hours.BUSINESS, "*")) == ["R_GAP"]


# --- places


def test_a_place_that_merely_inherits_repeats_nothing() -> None:
    hole = [a(INTERNAL), r(INTERNAL, Hours.BUSINESS)]
    scanner = Place("scanner", "Scanner", PlaceKind.ASSET, parent="clinic")
    assert told("R_GAP", *hole, places=[site("clinic"), site("far", zone="America/Phoenix"), scanner]) == [("", "")]
    own_c = Rule(Letter.C, USERS, duty=BACKUP, place="clinic")
    assert told("R_GAP", *hole, own_c, places=[site("clinic")]) == [("", "")], "another letter of its own is no other hole"


def test_a_place_with_rows_of_its_own_has_findings_of_its_own() -> None:
    rules = [a(INTERNAL), r(INTERNAL), r(None, Hours.AFTER, place="clinic")]
    (draft,) = [one for one in of(BACKUP, *rules, places=[site("clinic")]) if one.code == "R_GAP"]
    assert (draft.place, draft.sentence) == ("clinic", "At Clinic, nobody does Backup job monitoring at night: 123 hours a week.")
    assert draft.key == ("R_GAP", "clinic", BACKUP, "")


def test_other_hours_at_a_site_make_another_hole() -> None:
    longer = coverage.calendar_of("America/Chicago", coverage.week_of("Mon-Sat 07:00-19:00"))
    rules = [a(INTERNAL), r(INTERNAL, Hours.BUSINESS)]
    found = [one for one in of(BACKUP, *rules, places=[site("clinic")], calendars={("business", "clinic"): longer}) if one.code == "R_GAP"]
    assert [(one.place, one.sentence.rpartition(": ")[2]) for one in found] == [("", "123 hours a week."), ("clinic", "96 hours a week.")]


def test_what_a_tag_says_is_said_once_for_the_tag_and_not_for_each_of_its_sites() -> None:
    tag = Place("lab", "Lab", PlaceKind.TAG)
    rules = [a(INTERNAL), r(INTERNAL), r(None, Hours.AFTER, place="lab")]
    assert told("R_GAP", *rules, places=[tag, site("one", tags=("lab",)), site("two", tags=("lab",))]) == [("lab", "")]


def test_two_tags_of_the_same_order_that_disagree_are_a_tie() -> None:
    tags = [Place(key, key.title(), PlaceKind.TAG, position=1) for key in ("blue", "red")]
    rules = [a(INTERNAL), r(INTERNAL), r(PROVIDER, place="blue"), r(VENDOR, place="red")]
    assert told("TIE", *rules, places=[*tags, site("clinic", tags=("blue", "red"))]) == [("clinic", "R")]
    assert told("TIE", *rules, places=[tags[0], replace(tags[1], position=2), site("clinic", tags=("blue", "red"))]) == []
    agreeing = [a(INTERNAL), r(INTERNAL), r(PROVIDER, place="blue"), r(PROVIDER, place="red")]
    assert told("TIE", *agreeing, places=[*tags, site("clinic", tags=("blue", "red"))]) == []


def test_rows_of_a_place_that_is_gone_reach_nobody() -> None:
    rules = [a(INTERNAL), r(INTERNAL), r(PROVIDER, Hours.AFTER, place="clinic")]
    assert told("PLACE_UNREACHABLE", *rules, places=[site("clinic", retired=True)]) == [("clinic", "")]
    assert told("PLACE_UNREACHABLE", *rules, places=[site("clinic")]) == []


def test_a_row_that_nearer_rows_beat_in_every_hour_can_never_win() -> None:
    everywhere = [a(INTERNAL, duty.key) for duty in catalogue.duties().values() if duty.category == "backup"]
    whole = matrix(a(PROVIDER, "backup"), *everywhere)
    (draft,) = [one for one in findings.found(whole, DAY) if one.code == "PLACE_UNREACHABLE"]
    assert (draft.duty, draft.place, draft.subject, draft.blocks) == ("", "", "backup", False)
    assert draft.items == ("Northwind MSP is accountable",)
    whole = matrix(a(PROVIDER, "backup"), *everywhere[1:])
    assert [one for one in findings.found(whole, DAY) if one.code == "PLACE_UNREACHABLE"] == [], "one duty is left to it"


def test_hours_that_never_come_are_never_won() -> None:
    rules = [a(INTERNAL), r(INTERNAL), replace(r(PROVIDER), hours="desk")]
    assert told("PLACE_UNREACHABLE", *rules) == [("", "")]
    ended = replace(r(PROVIDER, Hours.AFTER), hours="desk", ends_at=DAY - timedelta(days=1))
    assert told("PLACE_UNREACHABLE", a(INTERNAL), r(INTERNAL), ended) == [], "what is past is no fault"


# --- halves, names, dependencies, watching oneself


def test_a_shared_duty_says_whose_half_is_which() -> None:
    shared = [a(INTERNAL), r(INTERNAL, lead=True), r(PROVIDER)]
    assert told("SPLIT_MISSING", *shared) == [("", "")]
    assert told("SPLIT_MISSING", shared[0], *(replace(rule, split="the half") for rule in shared[1:])) == []
    assert told("SPLIT_MISSING", a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER)) == [], "never in the same hour"


REGULATED = "patching.servers"
NAMES = Policy(named_people=True)
DESK = Team(
    7, "Night desk", PROVIDER, members=(Member(1, DAY - timedelta(days=9)),), rota_from=DAY - timedelta(days=7), zone="America/Chicago"
)
CREW = Crew({1: Person(1, "Tess", PROVIDER)}, {7: DESK, 8: replace(DESK, id=8, rota_from=None), 9: replace(DESK, id=9, kind=TeamKind.ROLE)})


@pytest.mark.parametrize(
    ("named", "found"), [({}, 1), ({"person": 1}, 0), ({"team": 7}, 0), ({"team": 8}, 1), ({"team": 9}, 0), ({"team": 99}, 1)]
)
def test_a_named_person_is_a_person_a_role_that_is_held_or_a_rota(named: dict[str, int], found: int) -> None:
    rules = [replace(a(INTERNAL, REGULATED), person=1), replace(r(PROVIDER, duty=REGULATED), **named)]
    assert len(told("PERSON_MISSING", *rules, duty=REGULATED, policy=NAMES, crew=CREW)) == found
    assert told("PERSON_MISSING", *rules, duty=REGULATED, crew=CREW) == []


def test_a_side_needs_a_part_in_what_its_work_rests_on() -> None:
    facts = Facts(prerequisites={BACKUP: ("backup.scope", "monitoring.coverage")})
    apart = [a(INTERNAL), r(PROVIDER), r(INTERNAL, duty="backup.scope"), r(INTERNAL, duty="monitoring.coverage")]
    assert told("DEPENDENCY_SPLIT", *apart, facts=facts) == [("", "PROVIDER")]
    informed = [Rule(Letter.I, PROVIDER, duty=key) for key in ("backup.scope", "monitoring.coverage")]
    assert told("DEPENDENCY_SPLIT", *apart, *informed, facts=facts) == []
    assert told("DEPENDENCY_SPLIT", *apart[:2], facts=facts) == [], "what nobody does is another finding"
    without = {key: Exclusion("no", "Lena", DAY + timedelta(days=9)) for key in ("backup.scope", "monitoring.coverage")}
    assert told("DEPENDENCY_SPLIT", *apart, facts=facts, exclusions=without) == []


def test_the_table_of_what_rests_on_what_names_duties_there_are() -> None:
    table = catalogue.prerequisites()
    assert table.keys() == catalogue.duties().keys()
    for duty, rests_on in table.items():
        assert duty not in rests_on
        assert set(rests_on) <= catalogue.duties().keys()


def test_a_watched_party_is_not_the_only_watcher() -> None:
    assert told("SELF_WATCH", a(LEADERSHIP, WATCHED), r(PROVIDER, duty=WATCHED), duty=WATCHED) == [("", "PROVIDER")]
    assert told("SELF_WATCH", a(LEADERSHIP, WATCHED), r(PROVIDER, duty=WATCHED), r(INTERNAL, duty=WATCHED), duty=WATCHED) == []


def test_who_does_a_grave_check_does_not_alone_accept_the_proof() -> None:
    assert told("SELF_WATCH", a(INTERNAL), r(INTERNAL)) == [("", "INTERNAL")]
    assert told("SELF_WATCH", a(INTERNAL), r(PROVIDER)) == []
    assert told("SELF_WATCH", a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER)) == []
    slight = "cloud.licences"
    assert told("SELF_WATCH", a(INTERNAL, slight), r(INTERNAL, duty=slight), duty=slight) == []


# --- exclusions, severity, keys


def test_an_exclusion_silences_its_duty_until_it_ends() -> None:
    until = {BACKUP: Exclusion("not needed", "Lena", local(1, 0, month=12))}
    assert of(BACKUP, exclusions=until) == []
    late = findings.found(matrix(exclusions=until), local(2, 0, month=12))
    assert [draft.code for draft in late if draft.duty == BACKUP] == ["A_MISSING", "R_MISSING", "ACCEPTANCE_EXPIRED"]


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


def test_every_finding_has_a_key_of_its_own_and_only_those_on_paper_block() -> None:
    for key in catalogue.templates():
        drafts = findings.found(of_template(key, DAY), DAY, KNOWN)
        assert len({draft.key for draft in drafts}) == len(drafts)
        assert {draft.code for draft in drafts if draft.blocks} == {draft.code for draft in drafts} & PAPER
    assert len([draft for draft in findings.found(matrix(), DAY) if draft.blocks]) == 140


def test_one_duty_is_judged_as_all_are() -> None:
    whole = of_template("overflow-helpdesk", DAY)
    everything = [draft for draft in findings.found(whole, DAY, KNOWN) if draft.duty]
    assert [draft for duty in whole.duties.values() for draft in findings.of_duty(whole, duty, DAY, KNOWN)] == everything
