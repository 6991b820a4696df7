"""Merging: who may, what stays where, which promise is kept, and two people at the same moment."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.accounts import access
from comanaged.audit import trail
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.test_concurrency import at_once
from tickets import actions, queries
from tickets.actions import approving, linking, merging, offering, steps, talking
from tickets.domain import lifecycle
from tickets.domain import merging as rules
from tickets.domain.lifecycle import Actor, State
from tickets.models import Approval, Event, Merge, Ticket, Watcher
from tickets.queries import work


@pytest.fixture
def pair(cast: Cast) -> tuple[Ticket, Ticket]:
    """Iris's ticket and Lena's later one, both held by Northwind."""
    with cast.as_("Iris") as iris:
        target = from_person(iris, title="The viewer will not open")
    with cast.as_("Lena") as lena:
        source = from_person(lena, title="No pictures", at=later(30))
    return source, target


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.for_tenant(ticket.tenant_id).select_related("tenant", "terms").get(id=ticket.pk)


def told(ticket: Ticket) -> list[tuple[str, str, str]]:
    rows = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).order_by("id")
    return list(rows.values_list("kind", "audience", "text"))


def test_the_source_ends_in_the_target_and_each_says_so_once(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    source, target = pair
    with cast.as_("Tess") as tess:
        merging.merge(source.pk, target.number, "The same outage", by=tess, at=later(60), seen=1)
        assert (fresh(source).state, fresh(source).merged_into_id, fresh(source).closed_at) == ("MERGED", target.pk, later(60))
        assert told(source)[-1] == ("MERGED", "PUBLIC", "into HD-1: The same outage")
        assert told(target)[-1] == ("TAKEN_IN", "SHARED", "HD-2 No pictures: The same outage")
        assert fresh(target).version == 2
        assert "lena@example.test" in set(Notice.objects.for_tenant(cast.harbor).values_list("to_address", flat=True))
        with pytest.raises(steps.NotNow, match="Go on there"):
            actions.reply(source.pk, "Hello?", Audience.PUBLIC, by=tess, at=later(61))


def test_the_target_is_to_be_solved_by_the_earlier_of_the_two(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    later_one, earlier_one = pair
    first, second = fresh_in(cast, earlier_one).fix_due_at, fresh_in(cast, later_one).fix_due_at
    assert first is not None
    assert second is not None
    assert first < second
    with cast.as_("Tess") as tess:
        merging.merge(earlier_one.pk, later_one.number, by=tess, at=later(60))
        merged = fresh(later_one)
        assert (merged.fix_due_at, merged.next_at) == (first, min(first, merged.answer_due_at or first))
        assert fresh(earlier_one).fix_due_at is None, "what is merged has no clock of its own"
        merging.unmerge(earlier_one.pk, by=tess, at=later(120))
        assert (fresh(later_one).fix_due_at, fresh(later_one).due_floor_at) == (second, None)
        again = fresh(earlier_one).fix_due_at
        assert again is not None
        assert again >= first


def fresh_in(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope():
        return fresh(ticket)


def test_who_asked_and_who_follows_go_on_as_followers_and_no_note_moves(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    source, target = pair
    with cast.as_("Ivo") as ivo:
        Watcher.objects.create(tenant=cast.harbor, ticket=source, user=cast.people["Ivo"], audience="SHARED", side=cast.harbor, at=NOON)
        talking.note(source.pk, "zx7 only we read this", by=ivo, at=later(1))
    with cast.as_("Tess") as tess:
        talking.note(source.pk, "zx8 only Northwind reads this", by=tess, at=later(2))
        merging.merge(source.pk, target.number, by=tess, at=later(60))
        follow = Watcher.objects.for_tenant(cast.harbor).filter(ticket=target)
        assert set(follow.values_list("user__name", "audience")) == {("Ivo", "PUBLIC"), ("Lena", "PUBLIC")}
        assert not [text for _, _, text in told(target) if "zx" in text]
        assert ("NOTE", "PROVIDER", "zx8 only Northwind reads this") in told(source)
        assert not [text for _, _, text in told(source) if "zx7" in text]
        merging.unmerge(source.pk, by=tess, at=later(70))
        assert not follow.exists()


def test_an_unmerged_ticket_goes_on_where_it_was_within_a_day(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    source, target = pair
    with cast.as_("Tess") as tess:
        merging.merge(source.pk, target.number, by=tess, at=NOON)
        with pytest.raises(steps.NotNow, match="24 hours"):
            merging.unmerge(source.pk, by=tess, at=NOON + rules.WINDOW)
        merging.unmerge(source.pk, by=tess, at=NOON + rules.WINDOW - timedelta(seconds=1))
        back = fresh(source)
        assert (back.state, back.merged_into_id, back.closed_at) == ("NEW", None, None)
        assert [kind for kind, _, _ in told(target) if kind not in {"MISSED", "WARNED"}] == ["OPENED", "TAKEN_IN", "UNMERGED"]
        with pytest.raises(steps.NotNow):
            merging.unmerge(source.pk, by=tess, at=later(9))
        merging.merge(source.pk, target.number, by=tess, at=later(10))
        assert Merge.objects.for_tenant(cast.harbor).count() == 2


def test_what_cannot_be_merged_is_refused_in_words(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    source, target = pair
    with cast.as_("Tess") as tess:
        other = from_person(tess, title="Third")
        with pytest.raises(linking.NoSuchTicket):
            merging.merge(source.pk, 77, by=tess, at=NOON)
        with pytest.raises(steps.NotNow, match="not merged into itself"):
            merging.merge(source.pk, source.number, by=tess, at=NOON)
        with pytest.raises(steps.Stale):
            merging.merge(source.pk, target.number, by=tess, at=NOON, seen=9)
        linking.make_part_of(other.pk, source.number, by=tess, at=NOON)
        with pytest.raises(steps.NotNow, match="parts of its own"):
            merging.merge(source.pk, target.number, by=tess, at=NOON)
        linking.take_out(other.pk, by=tess, at=NOON)
        asked = approving.Wanted("A new disk", "The old one is full.", cast.people["Lena"].pk, None, later(60))
        approving.ask(source.pk, asked, by=tess, at=NOON)
        with pytest.raises(steps.NotNow, match="An approval of this ticket waits"):
            merging.merge(source.pk, target.number, by=tess, at=NOON)
        approving.withdraw(source.pk, Approval.objects.for_tenant(cast.harbor).get().pk, by=tess, at=NOON)
        merging.merge(other.pk, target.number, by=tess, at=NOON)
        with pytest.raises(steps.NotNow, match="merged into another one"):
            merging.merge(source.pk, other.number, by=tess, at=NOON)
        packet = {"known": "It is the disk.", "tried": "Looked.", "next": "Change it."}
        offering.offer(target.pk, packet, by=tess, at=NOON)
        with pytest.raises(steps.NotNow, match="offer of that ticket"):
            merging.merge(source.pk, target.number, by=tess, at=NOON)
        with pytest.raises(steps.NotNow, match="offer of this ticket"):
            merging.merge(target.pk, source.number, by=tess, at=NOON)


def test_only_a_manager_of_a_side_that_holds_one_merges(cast: Cast, pair: tuple[Ticket, Ticket], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = pair
    monkeypatch.setattr(queries, "governs", lambda by, at: False)
    with cast.as_("Iris") as iris, pytest.raises(steps.NotYours):
        merging.merge(source.pk, target.number, by=iris, at=NOON)
    with cast.as_("Tariq") as tariq, pytest.raises(Exception, match="can do this"):
        merging.merge(source.pk, target.number, by=tariq, at=NOON)


def test_held_by_two_sides_the_other_one_is_asked_and_says_yes(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        target = from_person(iris, title="Ours", side=Side.INTERNAL)
        source = from_person(iris, title="Theirs")
    with cast.as_("Tess") as tess:
        asked = merging.merge(source.pk, target.number, "The same cable", by=tess, at=later(1))
        assert (asked.state, asked.offer_kind, asked.offer_to, asked.side) == ("NEW", "MERGE", "INTERNAL", "PROVIDER")
        with pytest.raises(steps.Refused):
            offering.accept(source.pk, by=tess, at=later(2))
        with pytest.raises(steps.NotNow, match="other way round"):
            merging.merge(target.pk, source.number, by=tess, at=later(2))
    with cast.as_("Ivo") as ivo, pytest.raises(access.Refused):
        offering.accept(source.pk, by=ivo, at=later(2))  # who may not merge does not say yes to it either
    with cast.as_("Iris") as iris:
        shown = work.work(fresh(source), iris, later(2)).offered
        assert shown is not None
        assert shown.number == target.number
        offering.accept(source.pk, by=iris, at=later(3), once="x")
        offering.accept(source.pk, by=iris, at=later(3), once="x")
        assert (fresh(source).state, fresh(source).offer_kind, fresh(source).crossings) == ("MERGED", "", 0)
        assert told(source)[-1] == ("MERGED", "PUBLIC", "into HD-1: Tess asked for it: The same cable")


def test_a_no_to_a_merge_is_no_handover_that_came_back(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        target = from_person(iris, title="Ours", side=Side.INTERNAL)
        source = from_person(iris, title="Theirs")
    with cast.as_("Tess") as tess:
        merging.merge(source.pk, target.number, by=tess, at=later(1))
    with cast.as_("Ivo") as ivo:
        offering.decline(source.pk, "duplicate", "They are not the same.", by=ivo, at=later(2))
        assert (fresh(source).declines, fresh(source).offer_kind, fresh(source).state) == (0, "", "NEW")


def test_trouble_that_returns_is_counted_on_the_ticket_that_took_it_in(cast: Cast) -> None:
    with cast.scope():
        target = from_alert(cast.harbor, condition="a").ticket
        source = from_alert(cast.harbor, condition="b").ticket
    with cast.as_("Tess") as tess:
        merging.merge(source.pk, target.number, by=tess, at=later(1))
    with cast.scope():
        again = from_alert(cast.harbor, condition="b", at=later(2))
        assert (again.created, again.ticket.pk, fresh(target).repeats) == (False, target.pk, 1)


def test_the_same_form_twice_merges_once(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    source, target = pair
    with cast.as_("Tess") as tess:
        for _ in range(2):
            merging.merge(source.pk, target.number, by=tess, at=NOON, seen=1, once="x")
        assert Merge.objects.for_tenant(cast.harbor).count() == 1
        assert trail.first_break(cast.harbor.pk) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(3))
def test_two_people_merge_two_tickets_into_each_other_and_one_is_told(cast: Cast, pair: tuple[Ticket, Ticket], turn: int) -> None:
    tess, other = cast.actor("Tess"), cast.actor("Provider administrator")

    def act(place: int) -> object:
        one, into = (pair[0], pair[1]) if place else (pair[1], pair[0])
        return merging.merge(one.pk, into.number, by=(tess, other)[place], at=later(40 + turn))

    results = at_once(2, act, by=tess)
    assert sorted(type(one).__name__ for one in results) == ["NotNow", "Ticket"], results
    with cast.scope():
        assert sorted(fresh(one).state for one in pair) == ["MERGED", "NEW"]


@pytest.mark.django_db(transaction=True)
def test_merge_against_reply_loses_nothing(cast: Cast, pair: tuple[Ticket, Ticket]) -> None:
    source, target = pair
    tess = cast.actor("Tess")

    def act(place: int) -> object:
        if place:
            return merging.merge(source.pk, target.number, by=tess, at=later(40), seen=1)
        return actions.reply(source.pk, "Wait.", Audience.SHARED, by=tess, at=later(40))

    results: list[Any] = at_once(2, act, by=tess)
    kinds = {type(one).__name__ for one in results if isinstance(one, steps.Refused)}
    with cast.as_("Tess"):
        replied = "REPLY" in [kind for kind, _, _ in told(source)]
        assert (fresh(source).state == "MERGED") is not replied
        assert kinds == ({"Stale"} if replied else {"NotNow"})


SIDES = st.sampled_from(["INTERNAL", "PROVIDER"])
ONES = st.builds(
    rules.One,
    id=st.integers(1, 2),
    state=st.sampled_from(list(State)),
    side=SIDES,
    offer=st.sampled_from(["", "OFFER", "MERGE"]),
    into=st.none() | st.integers(1, 2),
    children=st.integers(0, 1),
    parent=st.none() | st.integers(1, 2),
)
ACTORS = st.builds(Actor, side=SIDES, works=st.just(value=True), leads=st.booleans(), governs=st.booleans())


@given(ONES, ONES, ACTORS)
def test_a_lawful_merge_is_of_two_tickets_that_go_on_by_somebody_who_leads(source: rules.One, target: rules.One, actor: Actor) -> None:
    verdict = rules.judge(source, target, actor)
    if isinstance(verdict, rules.Outcome):
        assert source.id != target.id
        assert source.state in lifecycle.TO_DO
        assert target.state in lifecycle.UNFINISHED
        assert (source.offer, target.offer) == ("", "")
        assert actor.governs or (actor.leads and actor.side in {source.side, target.side})
        assert (verdict.asks == "") is (actor.governs or source.side == target.side)
        assert verdict.asks != actor.side


@given(st.lists(st.none() | st.datetimes(), max_size=4))
def test_the_earliest_moment_ignores_what_is_missing(moments: list[Any]) -> None:
    known = [moment for moment in moments if moment is not None]
    assert rules.earliest(moments) == (min(known) if known else None)


def test_a_floor_that_is_past_is_a_miss_of_nobody_and_goes_with_the_merge(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        source = from_person(iris, title="Old")
        target = from_person(iris, title="New", at=NOON + timedelta(days=9))
    with cast.as_("Tess") as tess:
        then = NOON + timedelta(days=9, minutes=5)
        assert source.fix_due_at is not None
        assert source.fix_due_at < then
        merging.merge(source.pk, target.number, by=tess, at=then)
        late = fresh(target)
        assert (late.due_floor_at, late.fix_missed_at, late.missed_because) == (source.fix_due_at, then, "target_changed")
        merging.unmerge(source.pk, by=tess, at=then + timedelta(hours=1))
        back = fresh(target)
        assert (back.due_floor_at, back.fix_missed_at, back.missed_because) == (None, None, "")
        assert back.fix_due_at == target.fix_due_at
        assert fresh(source).fix_due_at == source.fix_due_at, "the hour apart is no pause"
