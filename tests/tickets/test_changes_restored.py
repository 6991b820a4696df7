"""The list of changes after a restore: numbers of another cluster are shown, and whoever comes back with a cursor misses nothing new."""

from typing import Any

import pytest
from django.db import connection

from comanaged import walls
from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import NOON, from_person, later
from tests.tickets.test_changes import API, reader, texts
from tickets import actions
from tickets.models import Event, Ticket
from tickets.queries import changes

pytestmark = pytest.mark.django_db(transaction=True)
FAR = 10**9  # transactions more than this cluster counted


def elsewhere(change: int, cast: Cast, ticket: Ticket, text: str) -> Event:
    """Write an entry as a restore brings it: with the number of the cluster that it came from."""
    with cast.scope(side=cast.harbor):
        return Event.objects.create(
            tenant=cast.harbor,
            ticket=ticket,
            audience="SHARED",
            side=cast.harbor,
            by_name="Iris",
            kind="REPLY",
            text=text,
            version=9,
            at=NOON,
            change=change,
        )


def moved() -> None:
    """Let the database be in another cluster than the one whose name it remembers, as after a restore."""
    with walls.as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_epoch SET cluster = 'another 00000001'")


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    with cast.as_("Iris") as iris:
        return from_person(iris)


def write(cast: Cast, ticket: Ticket, text: str) -> None:
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, text, Audience.SHARED, by=iris, at=later(5))


def get(cast: Cast, cursor: str = "") -> Any:
    return reader(cast).get(API, {"cursor": cursor, "limit": 50}).json()


def highest(cast: Cast) -> int:
    with cast.scope(side=cast.harbor):
        return max(Event.objects.for_tenant(cast.harbor).values_list("change", flat=True))


def test_changes_of_another_cluster_are_shown_and_new_ones_come_after_them(cast: Cast, ticket: Ticket) -> None:
    top = highest(cast)
    elsewhere(top + FAR, cast, ticket, "restored")
    elsewhere(top + FAR + 7, cast, ticket, "restored too")
    assert texts(get(cast))[1:] == []  # not of another cluster: such a transaction is not over yet
    moved()
    page = get(cast)
    assert texts(page)[1:] == ["restored", "restored too"]
    write(cast, ticket, "new here")
    write(cast, ticket, "newer here")
    assert texts(get(cast, page["cursor"])) == ["new here", "newer here"]
    assert texts(get(cast))[1:] == ["restored", "restored too", "new here", "newer here"]


def test_a_cursor_of_changes_that_the_restore_lost_passes_nothing_by(cast: Cast, ticket: Ticket) -> None:
    lost = changes.spelt((highest(cast) + FAR, 10**9))
    moved()
    write(cast, ticket, "after the restore")
    assert texts(get(cast, lost)) == ["after the restore"]


def test_the_epoch_begins_once_for_each_cluster(cast: Cast, ticket: Ticket) -> None:
    before = highest(cast)
    moved()
    write(cast, ticket, "one")
    first = highest(cast)
    write(cast, ticket, "two")
    assert first - before >= 2**40
    assert highest(cast) - first < 1000
    moved()
    write(cast, ticket, "three")
    assert highest(cast) - first >= 2**40


def test_reading_begins_no_epoch(cast: Cast, ticket: Ticket) -> None:
    moved()
    get(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT cluster FROM tickets_epoch")
        assert cursor.fetchall() == [("another 00000001",)]


def test_the_names_of_a_cluster_tell_a_return_to_an_earlier_moment(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT this_cluster(), system_identifier, timeline_id FROM pg_control_system(), pg_control_checkpoint()")
        name, system, line = cursor.fetchone()
    assert name == f"{system} {line:08X}"


def test_a_cursor_of_a_later_moment_than_the_data_is_refused(cast: Cast, ticket: Ticket) -> None:
    """A disk brought back to an earlier moment is the same cluster as before, so only the cursor can tell."""
    write(cast, ticket, "kept")
    ahead = changes.spelt((highest(cast) + FAR, 1))
    refused = reader(cast).get(API, {"cursor": ahead, "limit": 50})
    assert refused.status_code == 400
    assert "Start again without it" in str(refused.json())
    assert get(cast, get(cast)["cursor"])["results"] == []
