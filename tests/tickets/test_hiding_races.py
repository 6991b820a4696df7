"""A ticket is hidden while the other side does something with it: one of the two happens first, and the other one knows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_person
from tests.walls.test_races import at_once
from tickets import actions
from tickets.models import Event, Kind, Ticket

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
WHY = "It is about one of their people."
ACTS: dict[str, Callable[[int, Actor], Any]] = {
    "reply": lambda ticket, by: actions.reply(ticket, "We look.", Audience.SHARED, by=by, at=timezone.now()),
    "ask": lambda ticket, by: actions.ask_for(ticket, "It is ours, we think.", by=by, at=timezone.now()),
}


@pytest.mark.parametrize("name", ACTS)
def test_who_is_second_finds_it_changed_and_nothing_of_the_other_side_is_inside_what_is_hidden(cast: Cast, name: str) -> None:
    for _ in range(4):
        with cast.as_("Iris") as iris:
            ticket = from_person(iris, side=iris.side, at=timezone.now()).pk
        tess = cast.actor("Tess")

        def hide(ticket: int = ticket, iris: Actor = iris) -> str:
            with tenancy.only([iris.tenant_id], side=iris.company_id):
                try:
                    actions.hide(ticket, WHY, by=iris, at=timezone.now())
                except actions.Refused as refusal:
                    return refusal.words
            return ""

        def act(ticket: int = ticket, tess: Actor = tess) -> str:
            try:
                with tenancy.only([tess.tenant_id], side=tess.company_id):
                    ACTS[name](ticket, tess)
            except Ticket.DoesNotExist:
                return "not there"
            return ""

        refused, theirs = at_once(hide, act)
        with cast.scope():
            row = Ticket.objects.for_tenant(cast.harbor).get(pk=ticket)
            wrote = Event.objects.for_tenant(cast.harbor).of(ticket).filter(by_side="PROVIDER").exists()
        assert (row.hidden_for_id is not None, wrote) in {(True, False), (False, True)}
        assert (refused == "", theirs == "not there") == (row.hidden_for_id is not None, not wrote)


def test_the_same_form_sent_twice_at_once_is_one_ticket_that_nobody_else_saw(cast: Cast) -> None:
    iris = cast.actor("Iris")

    def send() -> int:
        with tenancy.only([iris.tenant_id], side=iris.company_id):
            asked = {"title": "A laptop to search", "duty_key": None, "text": "For a hearing.", "priority": Priority.P3, "kind": "person"}
            return actions.ask_hidden(WHY, by=iris, at=NOON, once="a", **asked).ticket.number

    assert at_once(send, send) == [1, 1]
    with cast.as_("Iris"):
        assert [one.kind for one in Event.objects.for_tenant(cast.harbor)] == [Kind.OPENED, Kind.HIDDEN]
    with cast.as_("Tess"):
        assert not Ticket.objects.for_tenant(cast.harbor).exists()


def test_the_list_of_changes_says_nothing_of_it_to_the_other_sides_system(cast: Cast) -> None:
    theirs, ours = (cast.api(cast.key(cast.harbor, "k_read", side)) for side in (Side.PROVIDER, Side.INTERNAL))
    with cast.as_("Iris") as iris:
        ticket = from_person(iris, side=iris.side, title="The door code leaked", at=timezone.now())
        actions.hide(ticket.pk, WHY, by=iris, at=timezone.now())
    assert "leaked" in ours.get("/api/v1/changes/").content.decode()
    assert theirs.get("/api/v1/changes/").json()["results"] == []
    with cast.as_("Iris") as iris:
        actions.show(ticket.pk, WHY, by=iris, at=timezone.now())
    assert "leaked" in theirs.get("/api/v1/changes/").content.decode()
