"""The moves of a ticket: who makes them, from where, and what is said when they are refused."""

from dataclasses import replace

import pytest

from tickets.domain import lifecycle
from tickets.domain.lifecycle import Actor, Hat, Move, Outcome, Refused, State, Ticket, Why

TICKET = Ticket(state=State.OPEN, side="PROVIDER", assignee=7, requester=3, asked=True)
TARIQ = Actor(side="PROVIDER", user=7, works=True)
COLLEAGUE = Actor(side="PROVIDER", user=8, works=True)
TESS = Actor(side="PROVIDER", user=9, works=True, leads=True)
IVO = Actor(side="INTERNAL", user=2, works=True)
IRIS = Actor(side="INTERNAL", user=1, works=True, leads=True)
LENA = Actor(side="INTERNAL", user=3)
KEY = Actor(side="PROVIDER", works=True, key=True)
SYSTEM = Actor(side=None, system=True)
EVERYBODY = [TARIQ, COLLEAGUE, TESS, IVO, IRIS, LENA, KEY, SYSTEM]
LONG = "They said by phone that it works."


def at(state: State) -> Ticket:
    return replace(TICKET, state=state)


def after(verdict: Outcome | Refused) -> State:
    assert isinstance(verdict, Outcome), verdict
    return verdict.after


def words(verdict: Outcome | Refused) -> str:
    assert isinstance(verdict, Refused), verdict
    return verdict.words


def why(verdict: Outcome | Refused) -> Why:
    assert isinstance(verdict, Refused), verdict
    return verdict.why


def test_every_move_has_its_row() -> None:
    assert set(lifecycle.RULES) == set(Move)


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("actor", EVERYBODY)
def test_a_move_is_lawful_exactly_where_its_row_says(move: Move, state: State, actor: Actor) -> None:
    rule = lifecycle.RULES[move]
    waits = replace(at(state), offer="OFFER", offer_to="INTERNAL", offer_by=8, offer_side="PROVIDER")
    ticket = waits if move in lifecycle.PENDING else replace(at(state), hidden=move is Move.SHOW)
    lawful = state in rule.starts and bool(rule.hats & lifecycle.hats(ticket, actor))
    assert isinstance(lifecycle.check(move, ticket, actor, text=LONG), Outcome) is lawful


@pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED, State.MERGED])
def test_nothing_leaves_a_final_state(state: State) -> None:
    for move in set(Move) - {Move.UNMERGE}:
        for actor in EVERYBODY:
            verdict = lifecycle.check(move, at(state), actor, text=LONG)
            assert isinstance(verdict, Refused) or verdict.after is state


@pytest.mark.parametrize("state", [State.NEW, State.OPEN])
def test_an_agent_of_the_holding_side_takes_and_the_ticket_is_open(state: State) -> None:
    assert after(lifecycle.check(Move.TAKE, at(state), COLLEAGUE)) is State.OPEN


@pytest.mark.parametrize("actor", [IVO, IRIS])
def test_the_other_side_never_takes_not_even_its_manager(actor: Actor) -> None:
    verdict = lifecycle.check(Move.TAKE, at(State.NEW), actor)
    assert why(verdict) is Why.HAT
    assert words(verdict) == "The other side holds this ticket. Write to them in a reply."


def test_leadership_works_no_ticket() -> None:
    for move in (Move.TAKE, Move.RESOLVE, Move.CLOSE):
        assert why(lifecycle.check(move, replace(TICKET, side="INTERNAL"), LENA, text=LONG)) is Why.HAT


def test_leadership_replies_reopens_and_confirms_what_it_asked_for() -> None:
    assert after(lifecycle.check(Move.REPLY, TICKET, LENA, text="How long?")) is State.OPEN
    assert after(lifecycle.check(Move.REOPEN, at(State.RESOLVED), LENA)) is State.OPEN
    assert after(lifecycle.check(Move.CONFIRM, at(State.RESOLVED), LENA)) is State.CLOSED


def test_who_holds_a_ticket_is_its_assignee_a_manager_or_a_key_of_that_side() -> None:
    assert [Hat.HOLDER in lifecycle.hats(TICKET, actor) for actor in EVERYBODY] == [True, False, True, False, False, False, True, False]


def test_a_colleague_takes_first_and_is_told_so() -> None:
    verdict = lifecycle.check(Move.RESOLVE, TICKET, COLLEAGUE, text="New disk.")
    assert why(verdict) is Why.STATE
    assert words(verdict) == "Take this ticket first; then it is yours to finish."


def test_a_new_ticket_is_taken_before_it_is_resolved() -> None:
    assert words(lifecycle.check(Move.RESOLVE, at(State.NEW), TESS, text="New disk.")) == "Take this ticket first; then it can be resolved."


def test_resolving_needs_a_line_that_says_what_solved_it() -> None:
    assert after(lifecycle.check(Move.RESOLVE, TICKET, TARIQ, text="New disk.")) is State.RESOLVED
    verdict = lifecycle.check(Move.RESOLVE, TICKET, TARIQ, text="   ")
    assert why(verdict) is Why.TEXT
    assert words(verdict) == "Say in a line what solved it."


def test_what_a_person_asked_for_is_closed_by_others_only_with_how_the_person_agreed() -> None:
    assert words(lifecycle.check(Move.CLOSE, at(State.RESOLVED), TARIQ)) == "Say how the person who asked agreed."
    assert after(lifecycle.check(Move.CLOSE, at(State.RESOLVED), TARIQ, text=LONG)) is State.CLOSED


def test_what_no_person_asked_for_is_closed_without_a_word() -> None:
    assert after(lifecycle.check(Move.CLOSE, replace(at(State.RESOLVED), asked=False), TARIQ)) is State.CLOSED


def test_only_the_person_who_asked_confirms() -> None:
    verdict = lifecycle.check(Move.CONFIRM, at(State.RESOLVED), TESS)
    assert why(verdict) is Why.HAT
    assert words(verdict) == "Only the person who asked can do this."


def test_the_requester_cancels_his_own_ticket_with_a_reason() -> None:
    assert after(lifecycle.check(Move.CANCEL_OWN, at(State.NEW), LENA, text="We found it ourselves.")) is State.CANCELLED
    assert why(lifecycle.check(Move.CANCEL_OWN, at(State.NEW), LENA, text="no")) is Why.TEXT


def test_the_other_side_cancels_nothing() -> None:
    assert why(lifecycle.check(Move.CANCEL, at(State.NEW), IRIS, text=LONG)) is Why.HAT


def test_a_reply_to_a_closed_ticket_is_refused_with_the_next_step() -> None:
    verdict = lifecycle.check(Move.REPLY, at(State.CLOSED), TARIQ, text="Hello")
    assert words(verdict) == "This ticket is closed. Open a new one, and name this one in it."


def test_a_note_may_follow_a_closed_ticket() -> None:
    assert after(lifecycle.check(Move.NOTE, at(State.CLOSED), TARIQ, text="Check again in May.")) is State.CLOSED


def test_a_reply_changes_no_state_not_even_of_a_resolved_ticket() -> None:
    assert after(lifecycle.check(Move.REPLY, at(State.RESOLVED), LENA, text="Thank you")) is State.RESOLVED


def test_people_make_no_move_of_the_system() -> None:
    for move in (Move.REPEAT, Move.RECUR, Move.COMMENT, Move.SETTLE):
        for actor in EVERYBODY[:-1]:
            assert why(lifecycle.check(move, at(State.RESOLVED), actor)) is Why.HAT


def test_a_repeat_adds_to_an_open_ticket_and_reopens_a_resolved_one() -> None:
    assert lifecycle.when_repeated(TICKET) is Move.REPEAT
    assert lifecycle.when_repeated(at(State.RESOLVED)) is Move.RECUR
    assert after(lifecycle.check(Move.RECUR, at(State.RESOLVED), SYSTEM)) is State.OPEN


def test_a_source_closes_only_what_no_person_has_touched() -> None:
    untouched = replace(at(State.NEW), asked=False)
    assert lifecycle.when_source_resolves(untouched) is Move.SETTLE
    assert lifecycle.when_source_resolves(replace(untouched, acted=True)) is Move.COMMENT
    assert lifecycle.when_source_resolves(replace(untouched, state=State.RESOLVED)) is Move.COMMENT


def test_a_nobody_is_not_the_requester_of_a_ticket_that_nobody_asked_for() -> None:
    assert Hat.REQUESTER not in lifecycle.hats(replace(TICKET, requester=None), KEY)
