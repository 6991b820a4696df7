"""Who answers, where work goes, and the reasons: the steps of resolution one by one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.vocabulary import Hours, Letter, Party, Side
from responsibilities import catalogue
from responsibilities.domain import matrix as matrices
from responsibilities.domain import raci, resolution
from responsibilities.domain.matrix import Exclusion
from responsibilities.domain.telling import Mark
from tests.responsibilities.build import BACKUP, DAY, NIGHT, a, local, matrix, of_template, r, site

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
NIGHT_WATCH, NIGHT_DESK = "monitoring.after-hours", "support.after-hours"


def test_the_party_whose_hours_hold_answers() -> None:
    shared = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER))
    by_day, by_night = resolution.who_answers(shared, BACKUP, DAY), resolution.who_answers(shared, BACKUP, NIGHT)
    assert (by_day.subject, by_day.side, by_day.hours) == ("Internal IT", Side.INTERNAL, "business")
    assert (by_night.subject, by_night.side, by_night.hours) == ("Northwind MSP", Side.PROVIDER, "after")
    assert by_night.accountable == "Internal IT"
    assert by_night.letters == {"R": ("provider",), "A": ("internal",), "S": (), "C": (), "I": ()}


def test_an_answer_says_until_when() -> None:
    shared = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER))
    assert resolution.who_answers(shared, BACKUP, DAY).until == local(24, 17)
    assert resolution.who_answers(shared, BACKUP, NIGHT).until == local(25, 8)
    assert resolution.who_answers(shared, BACKUP, local(27, 18)).until == local(30, 8)


def test_who_always_answers_answers_without_end() -> None:
    assert resolution.who_answers(matrix(a(INTERNAL), r(PROVIDER)), BACKUP, DAY).until is None


def test_a_lead_that_comes_in_the_morning_ends_the_nights_answer() -> None:
    leavers = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS, lead=True), r(PROVIDER, Hours.ALWAYS))
    assert resolution.who_answers(leavers, BACKUP, NIGHT).until == local(25, 8)


def test_nobody_is_an_answer_too() -> None:
    answer = resolution.who_answers(matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS)), BACKUP, NIGHT)
    assert (answer.nobody, answer.subject, answer.side) == (True, "nobody", Side.INTERNAL)
    assert answer.letters["R"] == ()
    assert answer.until == local(25, 8), "somebody answers again then"
    assert "no rule's hours hold" in answer.because


def test_a_duty_without_any_r_says_that() -> None:
    assert "gives nobody the R" in resolution.who_answers(matrix(a(INTERNAL)), BACKUP, DAY).because


def test_the_lead_answers_first_where_several_share() -> None:
    answer = resolution.who_answers(matrix(a(INTERNAL), r(INTERNAL), r(PROVIDER, lead=True)), BACKUP, DAY)
    assert (answer.subject, answer.letters["R"]) == ("Northwind MSP", ("provider", "internal"))
    assert "Northwind MSP answers first" in " ".join(answer.trace)


@pytest.mark.parametrize(
    ("accountable", "doers", "first"),
    [
        (PROVIDER, [INTERNAL, PROVIDER], PROVIDER),
        (LEADERSHIP, [INTERNAL, PROVIDER], INTERNAL),
        (LEADERSHIP, [USERS, PROVIDER], PROVIDER),
        (INTERNAL, [VENDOR, PROVIDER], PROVIDER),
    ],
)
def test_without_a_live_lead_the_accountable_side_goes_first_else_internal_else_the_provider(
    accountable: Party, doers: list[Party], first: Party
) -> None:
    answer = resolution.who_answers(matrix(a(accountable), *map(r, doers)), BACKUP, DAY)
    assert answer.party is first
    assert "does not say who answers first" in " ".join(answer.trace)


def test_a_lead_whose_hours_do_not_hold_leads_nothing() -> None:
    rules = matrix(a(INTERNAL), r(VENDOR, Hours.AFTER, lead=True), r(INTERNAL), r(PROVIDER))
    assert resolution.who_answers(rules, BACKUP, DAY).party is INTERNAL


@pytest.mark.parametrize(
    ("work", "stand_in", "other"),
    [("alert", NIGHT_WATCH, NIGHT_DESK), ("check", NIGHT_WATCH, NIGHT_DESK), ("ticket", NIGHT_DESK, NIGHT_WATCH)],
)
def test_work_that_nobody_holds_goes_to_the_stand_in_of_its_kind(work: str, stand_in: str, other: str) -> None:
    rules = matrix(a(INTERNAL), r(PROVIDER, Hours.AFTER, stand_in), r(INTERNAL, Hours.AFTER, other))
    route = resolution.route(rules, BACKUP, NIGHT, work)
    assert (route.side, route.subject, route.unowned) == (Side.PROVIDER, "Northwind MSP", False)
    assert resolution.who_answers(rules, BACKUP, NIGHT).nobody, "the answer still says that nobody holds the duty itself"
    assert any("gives nobody the R" in line for line in route.trace)


def test_no_sentence_begins_with_a_provider_that_has_no_name_yet() -> None:
    rules = matrix(a(INTERNAL), r(PROVIDER, Hours.AFTER, NIGHT_WATCH))
    nameless = replace(rules, names={**rules.names, PROVIDER: "the provider"})
    assert "goes to the provider, because it holds" in resolution.route(nameless, BACKUP, NIGHT, "alert").because
    assert all(line[0].isupper() for line in resolution.route(nameless, BACKUP, NIGHT, "alert").trace)


def test_without_a_stand_in_the_accountable_side_gets_it() -> None:
    assert resolution.route(matrix(a(PROVIDER)), BACKUP, NIGHT, "alert").side is Side.PROVIDER
    assert resolution.route(matrix(a(LEADERSHIP)), BACKUP, NIGHT, "alert").side is Side.INTERNAL


def test_with_nobody_at_all_it_is_unowned_but_never_dropped() -> None:
    route = resolution.route(matrix(), BACKUP, NIGHT, "alert")
    assert (route.side, route.unowned, route.accountable) == (Side.INTERNAL, True, "nobody")


@pytest.mark.parametrize("party", [VENDOR, LEADERSHIP, USERS])
def test_a_party_without_a_desk_is_named_and_its_work_routed_as_if_nobody_did_it(party: Party) -> None:
    rules = matrix(a(INTERNAL), r(party), r(PROVIDER, Hours.AFTER, NIGHT_WATCH))
    answer, route = resolution.who_answers(rules, BACKUP, NIGHT), resolution.route(rules, BACKUP, NIGHT, "alert")
    assert answer.party is party
    assert route.side is Side.PROVIDER
    trace = " ".join(route.trace)
    assert f"{answer.subject} {'does' if party is LEADERSHIP else 'do'} it" in trace
    assert "After-hours alert watch" in trace


def test_a_side_that_shares_with_a_vendor_takes_the_work_before_any_stand_in() -> None:
    rules = matrix(a(LEADERSHIP), r(VENDOR, lead=True), r(PROVIDER), r(INTERNAL, Hours.AFTER, NIGHT_WATCH))
    assert resolution.who_answers(rules, BACKUP, NIGHT).party is VENDOR
    assert resolution.route(rules, BACKUP, NIGHT, "alert").side is Side.PROVIDER


def test_a_stand_in_does_not_stand_in_for_itself() -> None:
    route = resolution.route(matrix(a(PROVIDER, NIGHT_WATCH)), NIGHT_WATCH, NIGHT, "alert")
    assert (route.side, route.unowned) == (Side.PROVIDER, False)


def test_a_stand_in_that_is_excluded_or_a_vendor_holds_no_work() -> None:
    until = {NIGHT_WATCH: Exclusion("not bought", "leadership", local(1, 0, month=12))}
    assert (
        resolution.route(matrix(a(PROVIDER), r(INTERNAL, duty=NIGHT_WATCH), exclusions=until), BACKUP, NIGHT, "alert").side is Side.PROVIDER
    )
    assert resolution.route(matrix(a(PROVIDER), r(VENDOR, duty=NIGHT_WATCH)), BACKUP, NIGHT, "alert").side is Side.PROVIDER


def test_an_excluded_duty_is_internal_with_the_exclusion_as_the_reason() -> None:
    until = {BACKUP: Exclusion("tapes are gone", "Lena", local(1, 0, month=12))}
    rules = matrix(a(PROVIDER), r(PROVIDER), exclusions=until)
    answer, route = resolution.who_answers(rules, BACKUP, DAY), resolution.route(rules, BACKUP, DAY, "ticket")
    assert answer.nobody
    assert "tapes are gone" in answer.because
    assert answer.until == local(1, 0, month=12)
    assert (route.side, route.unowned) == (Side.INTERNAL, False)
    assert resolution.who_answers(rules, BACKUP, local(2, 10, month=12)).party is PROVIDER, "it ends by itself"


@pytest.mark.parametrize("duty", [None, "no.such-duty"])
def test_work_of_no_known_duty_is_sorted_by_intake(duty: str | None) -> None:
    route = resolution.route(matrix(r(PROVIDER, duty="support.intake")), duty, DAY, "ticket")
    assert route.side is Side.PROVIDER
    assert "where requests are sorted" in route.trace[0]


def test_a_client_without_duties_still_gets_its_work() -> None:
    assert resolution.route(matrix(keys=[]), None, DAY, "ticket").unowned


def test_the_nearer_rule_wins_letter_by_letter() -> None:
    rules = matrix(a(INTERNAL, raci.EVERY_DUTY), r(INTERNAL, duty="backup"), r(PROVIDER), a(LEADERSHIP, "backup"))
    answer = resolution.who_answers(rules, BACKUP, DAY)
    assert (answer.party, answer.accountable) == (PROVIDER, "Leadership")
    assert [step.text for step in answer.steps if step.mark is Mark.LOST] != []


def test_a_place_beats_a_duty_and_inherits_what_it_does_not_say() -> None:
    rules = matrix(
        a(INTERNAL),
        r(INTERNAL, Hours.AFTER),
        r(INTERNAL, Hours.BUSINESS),
        r(PROVIDER, Hours.BUSINESS, "backup", place="clinic"),
        places=[site("clinic")],
    )
    assert resolution.who_answers(rules, BACKUP, DAY, "clinic").party is PROVIDER
    assert resolution.who_answers(rules, BACKUP, NIGHT, "clinic").party is INTERNAL, "only rows whose hours hold compete"
    assert resolution.who_answers(rules, BACKUP, DAY, "clinic").accountable == "Internal IT"
    assert resolution.who_answers(rules, BACKUP, DAY).party is INTERNAL


def test_a_rule_of_nobody_wins_like_any_other() -> None:
    rules = matrix(a(INTERNAL), r(INTERNAL), r(PROVIDER, rank=2), r(None, Hours.AFTER, place="clinic"), places=[site("clinic")])
    assert resolution.who_answers(rules, BACKUP, NIGHT, "clinic").nobody
    assert "on purpose" in resolution.who_answers(rules, BACKUP, NIGHT, "clinic").because
    assert resolution.who_answers(rules, BACKUP, DAY, "clinic").party is INTERNAL


def test_a_backup_never_displaces_the_primary() -> None:
    rules = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, rank=2, place="clinic"), places=[site("clinic")])
    assert resolution.who_answers(rules, BACKUP, DAY, "clinic").party is INTERNAL
    assert resolution.who_answers(rules, BACKUP, NIGHT, "clinic").party is PROVIDER


def test_a_dated_rule_holds_between_its_dates() -> None:
    dated = replace(r(PROVIDER, lead=True), starts_at=local(25, 0), ends_at=local(27, 0))
    rules = matrix(a(INTERNAL), r(INTERNAL), dated)
    assert resolution.who_answers(rules, BACKUP, DAY).until == local(25, 0)
    assert resolution.who_answers(rules, BACKUP, local(25, 0)).party is PROVIDER
    assert resolution.who_answers(rules, BACKUP, local(27, 0)).party is INTERNAL


def test_a_draft_says_that_nothing_is_signed() -> None:
    assert "Not signed" in resolution.who_answers(matrix(r(PROVIDER)), BACKUP, DAY).trace[0]
    signed = resolution.who_answers(matrix(r(PROVIDER), signed=True), BACKUP, DAY)
    assert signed.signed
    assert "Version 4 is in force" in signed.trace[0]


@pytest.mark.parametrize("moment", [DAY, NIGHT, local(28, 12)])
@pytest.mark.parametrize("key", catalogue.templates())
def test_every_answer_has_a_trace_with_one_deciding_line(key: str, moment: datetime) -> None:
    whole = of_template(key, DAY)
    for duty in whole.duties:
        answer = resolution.who_answers(whole, duty, moment)
        assert [step.mark for step in answer.steps].count(Mark.WON) == 1
        assert answer.because == next(step.text for step in answer.steps if step.mark is Mark.WON)


rules_of = st.builds(
    r,
    st.sampled_from([*Party, None]),
    st.sampled_from(Hours),
    st.sampled_from([BACKUP, "backup", raci.EVERY_DUTY, NIGHT_WATCH, NIGHT_DESK]),
    lead=st.booleans(),
    place=st.sampled_from(["", "clinic"]),
    rank=st.sampled_from([1, 2]),
)
answerable = st.builds(a, st.sampled_from([*Party, None]), st.sampled_from([BACKUP, "backup"]), st.sampled_from(["", "clinic"]))


@given(
    st.lists(rules_of | answerable, max_size=8),
    st.integers(0, 14 * 24 * 60),
    st.sampled_from(["alert", "check", "ticket"]),
    st.sampled_from(["", "clinic"]),
)
def test_work_always_goes_somewhere_and_the_answer_holds_until_it_says(found: list[raci.Rule], minute: int, work: str, place: str) -> None:
    rules, at = matrix(*found), local(22, 0) + timedelta(minutes=minute)
    answer, route = resolution.who_answers(rules, BACKUP, at, place), resolution.route(rules, BACKUP, at, work, place)
    assert route.side in Side
    assert route.trace
    assert route.unowned <= (answer.nobody or answer.party not in matrices.SIDES)
    if answer.party in matrices.SIDES:
        assert route.side.value == answer.party
    if answer.until:
        assert resolution.who_answers(rules, BACKUP, answer.until, place).party is not answer.party
        assert resolution.who_answers(rules, BACKUP, answer.until - timedelta(seconds=1), place).party is answer.party


@given(st.permutations([a(INTERNAL), r(INTERNAL), r(PROVIDER), r(VENDOR, Hours.AFTER), r(USERS, Hours.BUSINESS, lead=True)]))
def test_the_order_of_rows_changes_no_answer(rows: list[raci.Rule]) -> None:
    for moment in (DAY, NIGHT):
        answer = resolution.who_answers(matrix(*rows), BACKUP, moment)
        assert answer.party is (USERS if moment is DAY else INTERNAL)
        assert Letter.R in answer.letters
