"""The rules of a major incident, as rules: always exactly one commander, always a deputy of the other side, silence that nobody can hide."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.build import NOON, later
from tickets.domain import clocks, incidents, lifecycle
from tickets.domain.incidents import Command, Post, Role, Seat, State, Who
from tickets.domain.lifecycle import OTHER_SIDE, Hat, Move

SIDES = ["INTERNAL", "PROVIDER"]
PEOPLE = {1: "INTERNAL", 2: "INTERNAL", 3: "PROVIDER", 4: "PROVIDER"}
whos = st.builds(
    lambda user, works, leads: Who(user, PEOPLE[user], works, leads), st.sampled_from(sorted(PEOPLE)), st.booleans(), st.booleans()
)
acts = st.lists(st.tuples(st.sampled_from(["accept", "hand_on", "update", "silence"]), whos, st.integers(0, 40)), max_size=30)


def post(side: str = "INTERNAL", named: int | None = None) -> Post:
    return Post(State.DECLARED, side, named, later(10), update_due_at=later(30), deputy_side=OTHER_SIDE[side])


def under(standing: Post, found: Command, at: int) -> Post:
    return replace(
        standing,
        state=State.COMMANDED,
        commander=found.commander,
        commander_side=found.side,
        heard_at=later(at),
        deputy=found.deputy,
        deputy_side=found.deputy_side,
    )


@given(st.sampled_from(SIDES), st.sampled_from([None, 1, 3]), acts)
def test_whatever_is_tried_one_commands_and_the_deputy_is_of_the_other_side(
    side: str, named: int | None, tried: list[tuple[str, Who, int]]
) -> None:
    standing, minute = post(side, named if named and PEOPLE[named] == side else None), 0
    for act, who, passed in tried:
        minute += passed
        if act == "accept" and not incidents.why_not_accept(standing, who, later(minute)):
            standing = under(standing, incidents.accept(standing, who), minute)
        elif act == "hand_on" and standing.commander is not None:
            found = incidents.hand_on(standing, who)
            standing = standing if isinstance(found, str) else under(standing, found, minute)
        elif act == "update":
            standing = replace(standing, update_due_at=later(minute + 30))
        assert (standing.commander is None) == (standing.state is State.DECLARED)
        if standing.commander is not None:
            assert PEOPLE[standing.commander] == standing.commander_side
            assert standing.deputy_side == OTHER_SIDE[standing.commander_side]
            assert standing.deputy is None or PEOPLE[standing.deputy] == standing.deputy_side
            assert standing.deputy != standing.commander


@given(st.sampled_from(SIDES), whos, st.integers(0, 9))
def test_before_ten_minutes_only_whom_the_matrix_names_takes_command(side: str, who: Who, minute: int) -> None:
    may = not incidents.why_not_accept(post(side), who, later(minute))
    assert may == (who.works and who.side == side)
    first = 1 if side == "INTERNAL" else 3
    named = not incidents.why_not_accept(post(side, first), who, later(minute))
    assert named == (who.works and who.user == first)


@given(st.sampled_from(SIDES), whos, st.integers(10, 600))
def test_after_ten_minutes_the_other_side_may_as_well(side: str, who: Who, minute: int) -> None:
    assert (not incidents.why_not_accept(post(side), who, later(minute))) == who.works


@given(whos, st.integers(0, 120), st.integers(0, 120), st.integers(0, 240))
def test_command_is_taken_from_nobody_who_was_heard_and_then_by_the_deputy_or_a_manager(
    who: Who, heard: int, due: int, minute: int
) -> None:
    standing = replace(under(post(), Command(1, "INTERNAL", None, "PROVIDER"), heard), update_due_at=later(due))
    may = not incidents.why_not_accept(standing, who, later(minute))
    follows = who.side == "PROVIDER" or (who.leads and who.user != 1)
    assert may == (who.works and follows and minute >= heard + 10)
    gone = replace(standing, gone=True)
    assert (not incidents.why_not_accept(gone, who, later(heard))) == (who.works and follows)


@given(whos, st.integers(0, 30))
def test_with_nobody_on_the_other_side_a_manager_need_not_wait_and_then_anybody_may(who: Who, minute: int) -> None:
    standing = replace(under(post(), Command(1, "INTERNAL", None, "PROVIDER"), 0), alone=True)
    may = not incidents.why_not_accept(standing, who, later(minute))
    need_not_wait = who.side == "INTERNAL" and who.leads
    assert may == (who.works and who.user != 1 and (need_not_wait or minute >= 10))


def test_a_named_deputy_or_his_manager_takes_over_and_no_colleague() -> None:
    standing = under(post(), Command(1, "INTERNAL", 3, "PROVIDER"), 0)
    for who, may in ((Who(3, "PROVIDER"), True), (Who(4, "PROVIDER"), False), (Who(4, "PROVIDER", leads=True), True)):
        assert (not incidents.why_not_accept(standing, who, later(60))) == may


def test_what_comes_by_itself_comes_once_and_in_order() -> None:
    standing = under(post(), Command(1, "INTERNAL", None, "PROVIDER"), 25)
    ahead = incidents.happenings(standing, [], None)
    assert [(one.what.partition(":")[0], one.at) for one in ahead] == [("update", later(30)), ("silent", later(35))]
    once = incidents.happenings(standing, [one.what for one in ahead], None)
    assert [(one.what.rpartition(":")[2], one.at) for one in once] == [("1", later(45))], "called again while nobody follows"
    many = [ahead[1].what, *(f"{ahead[1].what}:again:{number}" for number in range(1, 8))]
    assert [one.at for one in incidents.happenings(standing, [ahead[0].what, *many], None)] == [later(35 + 60 + 120)]
    calm = replace(standing, update_due_at=later(240))
    assert incidents.happenings(calm, [], None)[0].at == later(55), "in half an hour at the latest"
    heard = replace(standing, heard_at=later(50))
    again = incidents.happenings(heard, [one.what for one in ahead], None)
    assert [(one.what.partition(":")[0], one.at) for one in again] == [("silent", later(60))], "who is silent again is told again"
    over = replace(standing, state=State.ENDED)
    assert [one.what for one in incidents.happenings(over, [], later(900))] == ["review"]


def test_a_shorter_rhythm_is_due_now_at_the_earliest() -> None:
    assert incidents.next_update(NOON, 30, later(3)) == later(30)
    assert incidents.next_update(NOON, 5, later(20)) == later(20)
    assert incidents.unfit_rhythm(4)
    assert incidents.unfit_rhythm(241)
    assert not incidents.unfit_rhythm(30)


@given(st.sampled_from(list(Role)), st.sampled_from(SIDES), st.sampled_from(SIDES))
def test_parts_are_of_their_side(role: Role, commander: str, side: str) -> None:
    fits = not incidents.unfit_role(role, commander, side)
    wanted = {Role.DEPUTY: OTHER_SIDE[commander], Role.LEAD_INTERNAL: "INTERNAL", Role.LEAD_PROVIDER: "PROVIDER"}
    assert fits == (wanted.get(role, side) == side)


def test_a_review_is_due_at_the_end_of_the_fifth_working_day() -> None:
    days = {day: ["07:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
    week = clocks.from_words({"zone": "America/Chicago", "week": days, "closed": ["2026-11-26"]})
    tuesday_noon = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    assert incidents.review_due(week, tuesday_noon, "America/Chicago") == datetime(2026, 12, 2, 23, 30, tzinfo=UTC)
    sunday_night = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
    assert incidents.review_due(week, sunday_night, "America/Chicago") == datetime(2026, 12, 4, 23, 30, tzinfo=UTC)
    assert incidents.review_due(clocks.Always(), tuesday_noon, "UTC") == datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


def test_whoever_holds_the_authority_is_asked_first_although_named_again() -> None:
    desk, help_desk, lena = Seat("INTERNAL", None, "IT"), Seat("PROVIDER", None, "Northwind"), Seat("LEADERSHIP", None, "Leadership")
    assert incidents.each_once([desk, desk, help_desk, desk, lena]) == (desk, help_desk, lena)
    assert incidents.each_once([lena, desk, lena]) == (lena, desk)


def test_who_is_asked_to_contain_is_never_the_one_who_asks() -> None:
    desk, lena, iris = Seat("INTERNAL", None, "Harbor Dental IT"), Seat("LEADERSHIP", None, "Leadership"), Seat("INTERNAL", 1, "Iris")
    there = [(1, "INTERNAL", "c_mgr"), (2, "INTERNAL", "c_tech"), (3, "PROVIDER", "p_tech"), (5, "INTERNAL", "c_lead")]
    assert incidents.first_seats([desk, lena, iris], there, 3) == (desk, lena)
    assert incidents.first_seats([desk, lena], there, 2) == (desk, lena), "somebody else sits at his desk"
    assert incidents.first_seats([desk, lena], [there[1], there[3]], 2) == (lena,)
    assert incidents.first_seats([lena], there, 5) == ()
    assert incidents.first_seats([iris, lena], there, 1) == (lena,)
    assert incidents.first_seats([desk, lena, iris], there[:1], 3) == (desk, iris), "a seat in which nobody sits is passed over"


@pytest.mark.parametrize(
    ("cause", "text", "kept", "children", "field"),
    [
        ("", "It came with a mail.", "", (), "cause"),
        ("GUESSED", "It came with a mail.", "", (), "cause"),
        ("KNOWN", "mail", "", (), "text"),
        ("MITIGATED", "We cut it off.", "later", ("HD-3",), "kept"),
        ("MITIGATED", "We cut it off.", "One is left.", ("HD-3",), ""),
        ("KNOWN", "It came with a mail.", "", (), ""),
    ],
)
def test_the_end_says_enough(cause: str, text: str, kept: str, children: tuple[str, ...], field: str) -> None:
    lack = incidents.lacks_at_the_end(cause, text, kept, children)
    assert (lack[0] if lack else "") == field


def test_one_person_signs_once_and_one_side_once() -> None:
    assert incidents.why_not_sign({}, "INTERNAL", 1) == ""
    assert incidents.why_not_sign({"INTERNAL": 1}, "PROVIDER", 3) == ""
    assert "already" in incidents.why_not_sign({"INTERNAL": 1}, "INTERNAL", 2)
    assert "somebody else" in incidents.why_not_sign({"INTERNAL": 1}, "PROVIDER", 1)
    assert incidents.why_not_sign({"INTERNAL": 1}, "INTERNAL", 2, left=True) == ""


def test_what_the_product_said_stays_when_words_are_blanked_that_it_said_too() -> None:
    answered = incidents.Fact.ANSWERED
    assert incidents.own_words(answered, "Allowed. This is it: is", ["is"]) == "Allowed. This is it:"
    assert incidents.own_words(incidents.Fact.ENDED, "Cause known: is. Kept open: this is why", ["is", "this is why"]) == "Cause known:"
    assert incidents.own_words(answered, "Allowed.", ["a secret"]) == ""


@given(st.sampled_from(list(lifecycle.State)), st.sampled_from(SIDES), st.booleans(), st.booleans())
def test_who_commands_moves_what_is_to_do_and_whoever_rescues_is_a_manager_of_the_other_side(
    state: lifecycle.State, side: str, leads: bool, in_major: bool
) -> None:
    ticket = lifecycle.Ticket(state, "INTERNAL")
    leader = lifecycle.Actor(side, 7, works=True, commands=True)
    directed = lifecycle.check(Move.DIRECT, ticket, leader, text="x" * 10)
    assert isinstance(directed, lifecycle.Outcome) == (state in lifecycle.TO_DO)
    rescuer = lifecycle.Actor(side, 8, works=True, leads=leads, in_major=in_major)
    assert (Hat.RESCUER in lifecycle.hats(ticket, rescuer)) == (side == "PROVIDER" and leads and in_major)


@given(st.sampled_from(sorted(lifecycle.IN_A_MAJOR)), st.sampled_from(sorted(lifecycle.TO_DO)))
def test_an_open_major_is_neither_ended_nor_let_wait_by_an_ordinary_move(move: Move, state: lifecycle.State) -> None:
    ticket = lifecycle.Ticket(state, "INTERNAL", assignee=1, requester=1, major=True)
    verdict = lifecycle.check(move, ticket, lifecycle.Actor("INTERNAL", 1, works=True, leads=True), text="x" * 10)
    assert isinstance(verdict, lifecycle.Refused)


def test_time_is_left_for_an_answer_and_for_command() -> None:
    assert (
        timedelta(minutes=10),
        timedelta(minutes=10),
        timedelta(minutes=15),
    ) == (incidents.ACCEPT, incidents.SILENCE, incidents.ANSWER)
