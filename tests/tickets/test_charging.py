"""Charged time: every second of a ticket's life belongs to one party, whatever happened, and hand-overs are counted."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.test_clocks import hours, moments, targets
from tickets.domain import charging, clocks
from tickets.domain.charging import Answered, Ended, Fact, Held, Offered, Reopened, Resolved, Waits, Wakes
from tickets.domain.clocks import Always, Open, Pause

START = datetime(2026, 6, 1, 13, tzinfo=UTC)
PARTIES = {"internal", "provider", "requester", "vendor", "approver", "scheduled", "nobody"}
PAUSING = {"requester", "approval", "scheduled", clocks.RESOLVED}


def at(minutes: float) -> datetime:
    """An instant so many minutes after the start."""
    return START + timedelta(minutes=minutes)


def charged(*facts: Fact, until: float = 100) -> list[tuple[str, float, float]]:
    """To whom, from which minute, to which; a ticket the internal side holds at first."""
    found = charging.charges([Held(START, "internal"), *facts], START, at(until))
    return [(charge.to, (charge.start - START).total_seconds() / 60, (charge.end - START).total_seconds() / 60) for charge in found]


def offer(minute: float, due: float | None, expires: float | None = None, to: str = "provider") -> Offered:
    """An offer with an answer due at a minute."""
    return Offered(at(minute), to, None if due is None else at(due), None if expires is None else at(expires))


# one thing after the other


def test_the_holder_is_charged() -> None:
    assert charged() == [("internal", 0, 100)]


def test_nobody_is_charged_where_nobody_holds() -> None:
    assert charging.charges([Held(at(10), "provider")], START, at(20))[0].to == charging.NOBODY


def test_an_offer_answered_in_time_changes_the_charge_at_the_answer() -> None:
    assert charged(offer(10, 40), Answered(at(30), accepted=True)) == [("internal", 0, 30), ("provider", 30, 100)]
    assert charged(offer(10, 40), Answered(at(30), accepted=False)) == [("internal", 0, 100)]


def test_a_late_receiver_is_charged_though_he_does_not_hold() -> None:
    late = [("internal", 0, 40), ("provider", 40, 60), ("internal", 60, 100)]
    assert charged(offer(10, 40), Answered(at(60), accepted=False)) == late
    assert charged(offer(10, 40), Answered(at(60), accepted=False, how="withdraw")) == late


def test_a_late_offer_says_why_and_goes_on_as_the_receivers_own() -> None:
    found = charging.charges([Held(START, "internal"), offer(10, 40), Answered(at(60), accepted=True)], START, at(100))
    assert [(charge.to, charge.cause) for charge in found] == [
        ("internal", charging.HOLDS),
        ("provider", charging.UNANSWERED),
        ("provider", charging.HOLDS),
    ]


def test_an_offer_ends_at_its_expiry_though_nothing_wrote_it_down() -> None:
    assert charged(offer(10, 40, expires=70)) == [("internal", 0, 40), ("provider", 40, 70), ("internal", 70, 100)]


def test_an_offer_to_hours_that_never_open_charges_nobody_else() -> None:
    assert charged(offer(10, None)) == [("internal", 0, 100)]


def test_a_wait_wins_over_a_pending_offer() -> None:
    facts: list[Fact] = [offer(10, 40), Waits(at(50), "requester", "Ana"), Wakes(at(60)), Answered(at(80), accepted=True)]
    assert charged(*facts) == [
        ("internal", 0, 40),
        ("provider", 40, 50),
        ("requester", 50, 60),
        ("provider", 60, 80),
        ("provider", 80, 100),
    ]


@pytest.mark.parametrize(
    ("cause", "party"),
    [
        ("requester", "requester"),
        ("scheduled", "scheduled"),
        ("approval", "approver"),
        ("vendor", "vendor"),
        ("change window", "vendor"),
        ("CHANGE_WINDOW", "vendor"),
        ("parts", "vendor"),
    ],
)
def test_a_wait_is_charged_to_whom_it_waits_for_by_name(cause: str, party: str) -> None:
    found = charging.charges([Held(START, "internal"), Waits(at(10), cause, "Ana"), Wakes(at(20))], START, at(30))
    assert [(charge.to, charge.whom) for charge in found] == [("internal", ""), (party, "Ana"), ("internal", "")]


def test_an_acceptance_ends_no_wait_by_itself() -> None:
    facts: list[Fact] = [offer(10, 40), Waits(at(20), "vendor", "Acme"), Answered(at(30), accepted=True), Wakes(at(50))]
    assert charged(*facts) == [("internal", 0, 20), ("vendor", 20, 50), ("provider", 50, 100)]


def test_nobody_is_charged_while_it_is_resolved() -> None:
    facts: list[Fact] = [Waits(at(10), "requester"), Resolved(at(20)), Reopened(at(50))]
    assert charged(*facts) == [("internal", 0, 10), ("requester", 10, 20), ("nobody", 20, 50), ("internal", 50, 100)]


def test_nothing_is_charged_after_the_end() -> None:
    assert charged(Resolved(at(20)), Ended(at(30)), Waits(at(40), "vendor")) == [("internal", 0, 20), ("nobody", 20, 30)]
    assert charged(until=0) == []


def test_facts_in_disorder_and_in_capitals_are_told_as_they_were() -> None:
    facts: list[Fact] = [Answered(at(30), accepted=True), Offered(at(10), "PROVIDER", at(40))]
    assert charged(*facts) == [("internal", 0, 30), ("provider", 30, 100)]
    assert charging.holders([Held(START, "INTERNAL"), *facts]) == ("internal", "provider")


def test_each_side_is_measured_in_its_own_hours() -> None:
    office = clocks.from_words({"zone": "UTC", "week": {"mon": ["13:30-17:00"]}})
    own, other, none = (charging.Charge(to, "", START, at(60), charging.HOLDS) for to in ("internal", "provider", "vendor"))
    sides: dict[str, Open] = {"internal": office, "provider": Always()}
    assert [charging.own_working(charge, sides) for charge in (own, other, none)] == [1800, 3600, 0]
    assert own.seconds == 3600


# counting


def test_crossings_returns_and_refusals_are_counted_apart() -> None:
    facts: list[Fact] = [
        Held(at(0), "internal"),
        offer(1, 2),
        Answered(at(3), accepted=False),
        offer(4, 5),
        Answered(at(6), accepted=False, how="expire"),
        offer(7, 8),
        Answered(at(9), accepted=False, how="withdraw"),
        offer(10, 11),
        Answered(at(12), accepted=True),
        Held(at(12), "provider"),
        Held(at(13), "internal"),
    ]
    counts = charging.count(facts)
    assert counts == charging.Counts(crossings=2, returns=1, declines=1, expiries=1)
    assert counts.bounced


def test_a_change_of_person_inside_a_side_is_no_crossing() -> None:
    counts = charging.count([Held(at(0), "internal"), Held(at(1), "internal"), offer(2, 3, to="internal"), Answered(at(4), accepted=True)])
    assert counts == charging.Counts()
    assert not counts.bounced


# whatever happened

sides = st.sampled_from(["internal", "provider"])
causes = st.sampled_from(["requester", "scheduled", "approval", "vendor", "change window", "parts"])
stays = [
    st.builds(Waits, moments, causes, st.sampled_from(["", "Ana", "Acme"])),
    st.builds(Wakes, moments),
    st.builds(Resolved, moments),
    st.builds(Reopened, moments),
]
late = st.none() | st.integers(0, 86400)
handovers = [
    st.builds(Held, moments, sides),
    st.builds(
        lambda made, side, due, more: Offered(
            made,
            side,
            None if due is None else made + timedelta(seconds=due),
            None if due is None or more is None else made + timedelta(seconds=due + more),
        ),
        moments,
        sides,
        late,
        late,
    ),
    st.builds(Answered, moments, st.booleans(), st.sampled_from(["decline", "withdraw", "expire"])),
]
ends = st.builds(Ended, moments)


@given(st.lists(st.one_of(*stays, *handovers, ends), max_size=12), st.tuples(moments, moments).map(sorted))
def test_every_second_is_charged_to_exactly_one_party(facts: list[Fact], life: list[datetime]) -> None:
    created, until = life
    found = charging.charges(facts, created, until)
    over = min([until, *(fact.at for fact in facts if isinstance(fact, Ended))])
    assert sum(charge.seconds for charge in found) == max(0, int((over - created).total_seconds()))
    edges = [created, *(charge.end for charge in found)]
    assert [charge.start for charge in found] == edges[:-1], "no hole, no overlap"
    assert all(charge.start < charge.end and charge.to in PARTIES for charge in found)
    assert not found or edges[-1] == over


def replayed(facts: list[Fact], moment: datetime) -> str:
    """To whom one instant is charged, told from the facts up to it and nothing else: R11 read aloud."""
    past = sorted((fact for fact in facts if fact.at <= moment), key=lambda fact: fact.at)

    def last(*kinds: type) -> Fact | None:
        return next((fact for fact in reversed(past) if isinstance(fact, kinds)), None)

    wait, pending = last(Waits, Wakes, Resolved), last(Offered, Answered)
    if isinstance(last(Resolved, Reopened), Resolved):
        return "nobody"
    if isinstance(wait, Waits):
        return {"approval": "approver", "change window": "vendor", "parts": "vendor"}.get(wait.cause, wait.cause)
    unanswered = isinstance(pending, Offered) and pending.answer_due and pending.answer_due <= moment
    if isinstance(pending, Offered) and unanswered and not (pending.expires_at and pending.expires_at <= moment):
        return pending.to_side
    holder, offered = "nobody", None
    for fact in past:
        if isinstance(fact, Held):
            holder = fact.side
        elif isinstance(fact, Offered):
            offered = fact
        elif isinstance(fact, Answered):
            holder, offered = offered.to_side if offered and fact.accepted else holder, None
    return holder


@given(st.lists(st.one_of(*stays, *handovers), max_size=12), st.lists(moments, min_size=1, max_size=8))
def test_each_instant_read_alone_has_the_same_party(facts: list[Fact], asked: list[datetime]) -> None:
    created, until = min(asked), max(asked) + timedelta(days=1)
    found = charging.charges(facts, created, until)
    for moment in [*asked, *(charge.start for charge in found), *(charge.end - timedelta(seconds=1) for charge in found)]:
        [charge] = [charge for charge in found if charge.start <= moment < charge.end]
        assert charge.to == replayed(facts, moment)


@given(
    hours,
    st.tuples(moments, targets),
    st.lists(st.one_of(*stays), max_size=8),
    st.lists(st.one_of(*handovers), max_size=8),
)
def test_the_promise_is_due_at_the_same_instant_whatever_was_handed_over(
    open: Open, promise: tuple[datetime, int], stays: list[Fact], moved: list[Fact]
) -> None:
    created, target = promise
    until = max([created, *(fact.at for fact in [*stays, *moved])]) + timedelta(days=1)

    def due(facts: list[Fact]) -> datetime | None:
        paused = [charge for charge in charging.charges(facts, created, until) if charge.cause in PAUSING]
        return clocks.due(open, created, target, [Pause(one.start, None if one.end == until else one.end, one.cause) for one in paused])

    assert due([*stays, *moved]) == due(stays)


@given(st.lists(st.one_of(*handovers), max_size=12))
def test_crossings_are_changes_of_side_and_returns_no_more_than_these(facts: list[Fact]) -> None:
    held, counts = charging.holders(facts), charging.count(facts)
    assert all(before != after for before, after in pairwise(held))
    assert counts.crossings == max(0, len(held) - 1)
    assert counts.returns == max(0, len(held) - len(set(held)))
