"""What open blind answers say against each other and against the paper: pure rules, by half of the day."""

from typing import Any

import pytest

from comanaged.vocabulary import FindingSeverity, Hours, Party, Side
from responsibilities.domain import attesting, findings
from responsibilities.domain.attesting import Agreement, Heard, Says, Verdict, Voice
from responsibilities.domain.findings import Draft, Facts
from responsibilities.domain.matrix import Exclusion
from responsibilities.domain.raci import Rule
from tests.responsibilities.build import BACKUP, DAY, a, local, matrix, r

INTERNAL, PROVIDER, VENDOR = Party.INTERNAL, Party.PROVIDER, Party.VENDOR
WORDS = {"i": Says.INTERNAL, "p": Says.PROVIDER, "b": Says.BOTH, "n": Says.NOBODY, "?": Says.UNSURE}
OFFICE = "backup.verification"  # covered by day alone


def voice(side: Side, said: str) -> Voice:
    """Return one person's answer: "ip" says internal by day, the provider at night; a dash is no answer."""
    return Voice(side, {half: WORDS[word] for half, word in zip(attesting.HALVES, said, strict=False) if word != "-"})


def voices(internal: str, provider: str) -> tuple[Voice, ...]:
    """Return both sides' people, several divided by a comma."""
    sides = ((Side.INTERNAL, internal), (Side.PROVIDER, provider))
    return tuple(voice(side, said) for side, all_of in sides for said in filter(None, all_of.split(",")))


def blind(internal: str, provider: str, *rules: Rule, duty: str = BACKUP, **more: Any) -> list[Draft]:
    facts = Facts(voices={duty: voices(internal, provider)})
    return [draft for draft in findings.found(matrix(*rules, **more), DAY, facts) if draft.code.startswith("BLIND_")]


def codes(*args: Any, **more: Any) -> list[tuple[str, str]]:
    return [(draft.code, draft.subject) for draft in blind(*args, **more)]


DOES = (a(INTERNAL), r(INTERNAL))


def test_each_names_the_other_and_so_nobody_may_do_it() -> None:
    (draft,) = blind("pp", "pi", *DOES)
    assert (draft.code, draft.subject, draft.blocks, draft.severity) == ("BLIND_ORPHAN", "night", True, FindingSeverity.CRITICAL)
    assert draft.sentence.startswith("Asked apart, Internal IT says Northwind MSP does")
    assert draft.sentence.endswith(" at night, and Northwind MSP says Internal IT does.")
    assert draft.items == ("Internal IT says: Northwind MSP", "Northwind MSP says: Internal IT")


@pytest.mark.parametrize(("internal", "provider"), [("ii", "ii"), ("pp", "pp"), ("ii", "bb"), ("nn", "ii"), ("pp", "nn")])
def test_nothing_else_is_an_orphan(internal: str, provider: str) -> None:
    assert "BLIND_ORPHAN" not in [code for code, _ in codes(internal, provider, *DOES)]


def test_a_slight_duty_weighs_less_and_still_blocks() -> None:
    slight = next(duty for duty in matrix().duties.values() if duty.risk <= 2 and duty.coverage is Hours.BUSINESS)
    (draft,) = blind("p", "i", a(INTERNAL, slight.key), r(INTERNAL, duty=slight.key), duty=slight.key)
    assert (draft.severity, draft.blocks, draft.subject) == (FindingSeverity.HIGH, True, "day")
    assert "by day" not in draft.sentence, "a duty of one half names none"


def test_each_names_itself_unless_the_paper_says_whose_half_is_which() -> None:
    def half(party: Party, split: str) -> Rule:
        return Rule(**{**vars(r(party, lead=party is INTERNAL)), "split": split})

    assert codes("ii", "pp", *DOES) == [("BLIND_DOUBLE", "day"), ("BLIND_DOUBLE", "night")]
    assert codes("ii", "pp", half(INTERNAL, "servers"), half(PROVIDER, "workstations")) == []
    assert len(codes("ii", "pp", half(INTERNAL, "servers"), half(PROVIDER, ""))) == 2
    (day, _) = blind("ii", "pp", *DOES)
    assert (day.severity, day.blocks) == (FindingSeverity.HIGH, False), "medium, one step worse by risk"


def test_both_agree_against_what_they_signed() -> None:
    signed = matrix(*DOES).signed
    assert not signed
    assert codes("pp", "pp", *DOES) == [], "nobody signed anything yet"
    (day, night) = blind("pp", "pp", *DOES, signed=True)
    assert (day.code, day.severity, day.blocks) == ("BLIND_PAPER", FindingSeverity.CRITICAL, False), "high, one step worse by risk"
    assert day.sentence.endswith("by day. What they signed says Internal IT.")
    assert night.sentence.endswith("at night. What they signed says Internal IT.")


@pytest.mark.parametrize(
    ("said", "rules", "against"),
    [
        ("ii", (r(INTERNAL),), []),
        ("ip", (r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER)), []),
        ("ii", (r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER)), ["night"]),
        ("bb", (r(INTERNAL, lead=True), r(PROVIDER)), []),
        ("ii", (r(INTERNAL, lead=True), r(PROVIDER)), ["day", "night"]),
        ("in", (r(INTERNAL, Hours.BUSINESS),), []),
        ("nn", (r(INTERNAL, Hours.BUSINESS),), ["day"]),
        ("nn", (r(VENDOR),), []),  # neither of the two: what else could they say
        ("ii", (r(VENDOR),), ["day", "night"]),
        ("bi", (r(VENDOR), r(INTERNAL)), ["day"]),
        ("ii", (r(INTERNAL), r(PROVIDER, rank=2)), []),  # a backup does it only then
        ("ii", (r(INTERNAL), r(PROVIDER, place="north")), []),  # people are asked about the whole client
    ],
)
def test_the_paper_says_it_by_half_of_the_day(said: str, rules: tuple[Rule, ...], against: list[str]) -> None:
    assert [subject for code, subject in codes(said, said, *rules, signed=True) if code == "BLIND_PAPER"] == against


def test_somebody_who_does_not_know_and_people_of_one_side_who_disagree() -> None:
    (day, night) = blind("ii,pi", "i?", *DOES)
    assert (day.code, day.subject, day.severity, day.blocks) == ("BLIND_UNSURE", "day", FindingSeverity.HIGH, False)
    assert "people of Internal IT do not agree among themselves" in day.sentence
    assert "somebody of Northwind MSP is not sure" in night.sentence
    assert day.items[0] == "Internal IT says: Internal IT or Northwind MSP"


def test_who_is_not_sure_is_heard_though_the_other_side_is_silent() -> None:
    assert codes("??", "", *DOES) == [("BLIND_UNSURE", "day"), ("BLIND_UNSURE", "night")]


@pytest.mark.parametrize(("internal", "provider"), [("ii", ""), ("", "pp"), ("", ""), ("p-", "-i")])
def test_silence_is_no_finding(internal: str, provider: str) -> None:
    assert codes(internal, provider, *DOES, signed=True) == []


def test_a_duty_left_out_on_purpose_is_asked_nothing() -> None:
    gone = {BACKUP: Exclusion("No servers.", "Lena", local(30, 0))}
    assert codes("pp", "ii", *DOES, exclusions=gone) == []


def test_only_the_halves_that_are_covered_count() -> None:
    rules = (a(INTERNAL, OFFICE), r(INTERNAL, duty=OFFICE))
    assert codes("pp", "ii", *rules, duty=OFFICE) == [("BLIND_ORPHAN", "day")]


# --- words, rounds, time


@pytest.mark.parametrize("side", list(Side))
def test_us_and_them_are_kept_as_sides_and_read_back(side: Side) -> None:
    assert {attesting.relative(attesting.absolute(word, side), side) for word in attesting.WORDS} == set(attesting.WORDS)
    assert attesting.absolute("us", side).value == side.value


def heard(number: int, internal: str, provider: str) -> Heard:
    return Heard(BACKUP, number, DAY, voices(internal, provider))


def test_a_newer_round_stands_instead_unless_a_side_was_silent_in_it() -> None:
    old, new, silent, half = heard(1, "pp", "ii"), heard(2, "ii", "ii"), heard(3, "", ""), heard(4, "ii", "")
    assert attesting.standing([new, old])[BACKUP] is new
    assert attesting.standing([old, silent, half])[BACKUP] is old, "a question nobody answers closes no finding"
    assert attesting.standing([silent, half])[BACKUP] is half


def test_the_measure_counts_duties_whose_halves_all_agree() -> None:
    same, other = Verdict.SAME, Verdict.DIFFER
    assert attesting.agreement([[same, same], [same, other], [same], []]) == Agreement(2, 4)
    assert Agreement(0, 0).share is None
    assert Agreement(1, 4).share == 0.25


def test_time_asks_for_reminders_and_at_last_for_the_opening() -> None:
    def after(days: float) -> Any:
        return DAY + attesting.LIMIT * (days / 14)

    assert [attesting.reminder(DAY, after(days)) for days in (2.9, 3, 6.9, 7, 12, 13.9)] == [None, 3, 3, 7, 12, 12]
    assert [attesting.next_look(DAY, after(days)) for days in (0, 3, 7, 12, 14, 20)] == [after(days) for days in (3, 7, 12, 14, 14, 14)]


@pytest.mark.parametrize(
    ("late", "asked", "answered", "due"),
    [
        (False, {1, 2}, {1}, False),
        (False, {1, 2}, {1, 2}, True),
        (False, {1}, {1, 2}, True),
        (True, {1, 2}, set(), True),
        (False, set(), set(), True),
    ],
)
def test_answers_open_with_the_last_one_or_when_time_is_up(late: bool, asked: set[int], answered: set[int], due: bool) -> None:
    at = DAY + attesting.LIMIT if late else DAY
    assert attesting.is_due(at, DAY + attesting.LIMIT, asked, answered) is due
