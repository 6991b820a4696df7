"""Edits of a matrix's cells: what each leaves, and what is refused in which words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities.domain import raci
from responsibilities.domain.raci import CannotEdit, Rules
from tests.responsibilities.build import BACKUP, a, r

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
BEFORE: Rules = (a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER, lead=True))


def cells(rules: Rules) -> dict[Party, str]:
    return {party: raci.written_cell(rules, party) for party in Party if raci.written_cell(rules, party) != "empty"}


def test_accountability_moves_in_one_act() -> None:
    assert cells(raci.set_letter(BEFORE, PROVIDER, Letter.A, Hours.ALWAYS, BACKUP)) == {
        INTERNAL: "R day",
        PROVIDER: "A, R night, answers first",
    }


def test_moving_accountability_settles_two_claims() -> None:
    assert cells(raci.set_letter((*BEFORE, a(PROVIDER)), LEADERSHIP, Letter.A, Hours.ALWAYS, BACKUP))[LEADERSHIP] == "A"


def test_work_is_given_with_its_hours() -> None:
    assert cells(raci.set_letter(BEFORE, VENDOR, Letter.R, Hours.AFTER, BACKUP))[VENDOR] == "R night"


@pytest.mark.parametrize("letter", [Letter.S, Letter.C, Letter.I])
def test_other_letters_have_no_hours(letter: Letter) -> None:
    assert cells(raci.set_letter(BEFORE, VENDOR, letter, Hours.AFTER, BACKUP))[VENDOR] == letter.value


def test_giving_work_ends_a_rule_of_nobody() -> None:
    assert raci.set_letter((r(None),), PROVIDER, Letter.R, Hours.ALWAYS, BACKUP) == (r(PROVIDER),)


def test_a_letter_is_cleared_and_a_cell_emptied() -> None:
    assert cells(raci.clear_letter(BEFORE, INTERNAL, Letter.R)) == {INTERNAL: "A", PROVIDER: "R night, answers first"}
    assert cells(raci.clear_cell(BEFORE, INTERNAL)) == {PROVIDER: "R night, answers first"}


def test_new_hours_keep_who_answers_first() -> None:
    assert cells(raci.set_hours(BEFORE, PROVIDER, Hours.ALWAYS))[PROVIDER] == "R always, answers first"


def test_two_stretches_of_one_party_become_the_one_that_is_chosen() -> None:
    both = (*BEFORE, r(PROVIDER, Hours.BUSINESS))
    assert cells(raci.set_hours(both, PROVIDER, Hours.ALWAYS))[PROVIDER] == "R always, answers first"


def test_one_party_answers_first() -> None:
    assert cells(raci.set_lead(BEFORE, INTERNAL)) == {INTERNAL: "A, R day, answers first", PROVIDER: "R night"}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda: raci.set_letter(BEFORE, INTERNAL, Letter.A, Hours.ALWAYS, BACKUP), "already is accountable"),
        (lambda: raci.set_letter(BEFORE, INTERNAL, Letter.R, Hours.ALWAYS, BACKUP), "already does it"),
        (lambda: raci.clear_letter(BEFORE, VENDOR, Letter.C), "Nothing to clear"),
        (lambda: raci.clear_cell(BEFORE, VENDOR), "already empty"),
        (lambda: raci.set_hours(BEFORE, VENDOR, Hours.AFTER), "Give it the R first"),
        (lambda: raci.set_hours(BEFORE, PROVIDER, Hours.AFTER), "already does this at night"),
        (lambda: raci.set_lead(BEFORE, VENDOR), "Give it the R first"),
        (lambda: raci.set_lead(BEFORE, PROVIDER), "already answers first"),
        (lambda: raci.set_lead((r(INTERNAL),), INTERNAL), "Only one party"),
    ],
)
def test_an_edit_that_says_nothing_is_refused_in_words(edit: object, words: str) -> None:
    with pytest.raises(CannotEdit, match=words):
        edit()  # type: ignore[operator]


edits = st.lists(st.tuples(st.sampled_from(Party), st.sampled_from(Letter), st.sampled_from(Hours), st.booleans()), max_size=12)


@given(edits)
def test_no_series_of_edits_leaves_two_accountable_parties_or_hours_without_work(series: list[tuple[Party, Letter, Hours, bool]]) -> None:
    rules: Rules = ()
    for party, letter, hours, clear in series:
        try:
            rules = raci.clear_letter(rules, party, letter) if clear else raci.set_letter(rules, party, letter, hours, BACKUP)
        except CannotEdit:
            continue
    assert sum(rule.letter is Letter.A for rule in rules) <= 1
    assert all((rule.hours is not None) == (rule.letter is Letter.R) for rule in rules)
    assert len({(rule.letter, rule.party) for rule in rules}) == len(rules)
