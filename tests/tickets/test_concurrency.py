"""Many at once: real threads, real connections, one outcome."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from comanaged import tenancy
from comanaged.accounts.access import Actor
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Priority
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tickets import actions
from tickets.models import Event, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number: int, act: Callable[[int], object], by: Actor | None = None, tenant: int = 0) -> list[object]:
    """Let `number` threads do `act` at the same moment, each in its own scope; return what each returned or raised."""
    barrier = Barrier(number)

    def one(place: int) -> object:
        try:
            barrier.wait()
            with tenancy.only([by.tenant_id if by else tenant], side=by.company_id if by else None):
                return act(place)
        except actions.Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_fifty_senders_of_one_condition_open_one_ticket_and_every_one_counts(cast: Cast) -> None:
    opened = at_once(50, lambda place: from_alert(cast.harbor, condition="dc-02/disk", at=later(place % 10)), tenant=cast.harbor.pk)
    assert sum(one.created for one in opened if isinstance(one, actions.Opened)) == 1
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).get()
        assert (ticket.number, ticket.repeats) == (1, 49)
        assert Event.objects.for_tenant(cast.harbor).of(ticket.id).count() == 50
        assert Notice.objects.for_tenant(cast.harbor).filter(to_address="tess@example.test").count() == 1


def test_twenty_new_tickets_at_once_are_numbered_without_a_gap(cast: Cast) -> None:
    at_once(20, lambda place: from_alert(cast.harbor, condition=f"dc-{place}"), tenant=cast.harbor.pk)
    with cast.scope():
        assert sorted(Ticket.objects.for_tenant(cast.harbor).values_list("number", flat=True)) == list(range(1, 21))


def test_h3_of_two_takers_one_wins_and_the_other_is_told(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor).ticket
    takers = [cast.actor("Tariq"), cast.actor("Tess")]
    results = at_once(2, lambda place: actions.take(ticket.id, by=takers[place], at=later(place), seen=1), by=takers[0])
    assert sorted(type(result).__name__ for result in results) == ["Stale", "Ticket"]
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).filter(kind="TAKEN").count() == 1


def test_h3_close_against_reply_tells_the_second(cast: Cast) -> None:
    tess = cast.actor("Tess")
    with cast.scope():
        ticket = from_alert(cast.harbor).ticket
    with cast.as_("Tess"):
        actions.take(ticket.id, by=tess, at=later(1))
        actions.resolve(ticket.id, "Cleaned up.", by=tess, at=later(2))

    def act(place: int) -> object:
        if place:
            return actions.close(ticket.id, by=tess, at=later(3), seen=3)
        return actions.reply(ticket.id, "Wait.", Audience.SHARED, by=tess, at=later(3), seen=3)

    assert sorted(type(result).__name__ for result in at_once(2, act, by=tess)) == ["Stale", "Ticket"]


@pytest.mark.parametrize("move", ["reply", "note", "ask"])
def test_h5_the_same_form_twice_at_once_has_one_effect(cast: Cast, move: str) -> None:
    iris = cast.actor("Iris")
    with cast.as_("Iris"):
        ticket = from_person(iris)
    acts: dict[str, Callable[[int], object]] = {
        "reply": lambda _: actions.reply(ticket.id, "Any news?", Audience.PUBLIC, by=iris, at=NOON, seen=1, once="x"),
        "note": lambda _: actions.note(ticket.id, "Old disk.", by=iris, at=NOON, once="x"),
        "ask": lambda _: actions.ask(
            title="Dark", duty_key=None, text="It is dark.", priority=Priority.P3, kind="person", once="x", by=iris, at=NOON
        ),
    }
    results = at_once(2, acts[move], by=iris)
    assert not [result for result in results if isinstance(result, Exception)]
    with cast.as_("Iris"):
        assert Event.objects.for_tenant(cast.harbor).count() == 2
