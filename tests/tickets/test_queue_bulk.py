"""Acts from the list: on one row, which comes back as it is, and on many, all of them or none."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comanaged.accounts.models import Organisation
from comanaged.vocabulary import Side
from tests.cast import Cast
from tests.tickets.build import from_alert, from_person, later
from tickets import actions
from tickets.actions import bulk
from tickets.models import Event, Ticket

DESK, TICKETS = "/desk/bulk/", "/harbor-dental/tickets/"
BULK = TICKETS + "bulk/"
Make = Callable[..., Ticket]


@pytest.fixture
def make(cast: Cast) -> Make:
    """How a ticket is made, held by Northwind unless said otherwise."""

    def one(tenant: Organisation | None = None, side: Side = Side.PROVIDER) -> Ticket:
        with cast.scope(tenant or cast.harbor):
            return from_alert(tenant or cast.harbor, side=side).ticket

    return one


def fresh(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope(cast.harbor, cast.pine):
        return Ticket.objects.for_tenants([cast.harbor.pk, cast.pine.pk]).get(id=ticket.pk)


def marks(*tickets: Ticket) -> list[str]:
    return [f"{one.pk}:{one.version}" for one in tickets]


def entries(cast: Cast) -> int:
    with cast.scope(cast.harbor, cast.pine):
        return Event.objects.for_tenants([cast.harbor.pk, cast.pine.pk]).count()


# --- one row


def test_a_row_comes_back_as_it_is_with_how_to_undo(cast: Cast, make: Make) -> None:
    ticket = make()
    answer = cast.browser("Tariq").post(f"{TICKETS}{ticket.number}/row/take/", {"seen": 1, "once": "a"})
    row = answer.content.decode()
    assert answer.status_code == 200
    assert row.startswith('<tr id="t-')
    assert 'data-said="HD-1 is yours now."' in row
    assert 'data-undo="release"' in row
    assert 'data-seen="2"' in row
    assert "<html" not in row
    again = cast.browser("Tariq").post(f"{TICKETS}{ticket.number}/row/take/", {"seen": 1, "once": "a"})
    assert again.status_code == 200
    assert fresh(cast, ticket).version == 2


def test_undo_gives_it_back_to_who_had_it_and_is_told_in_the_ledger(cast: Cast, make: Make) -> None:
    ticket = make()
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(1))
    tariq = cast.browser("Tariq")
    tariq.post(f"{TICKETS}{ticket.number}/row/take/", {"seen": 2})
    assert fresh(cast, ticket).assignee_id == cast.people["Tariq"].pk
    tariq.post(f"{TICKETS}{ticket.number}/row/release/", {"seen": 3})
    assert fresh(cast, ticket).assignee_id == cast.people["Tess"].pk
    with cast.scope():
        assert list(Event.objects.for_tenant(cast.harbor).values_list("kind", flat=True).order_by("id"))[-2:] == ["TAKEN", "ASSIGNED"]


@pytest.mark.parametrize(("seen", "status", "words"), [(1, 409, "Tess took this"), ("x", 422, ""), (2**40, 409, "This ticket changed")])
def test_what_changed_meanwhile_is_said_with_the_row_as_it_is_now(cast: Cast, make: Make, seen: object, status: int, words: str) -> None:
    ticket = make()
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(1))
    answer = cast.browser("Tariq").post(f"{TICKETS}{ticket.number}/row/take/", {"seen": seen})
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()
    assert "Tess" in answer.content.decode()
    assert fresh(cast, ticket).assignee_id == cast.people["Tess"].pk


def test_resolving_from_the_list_wants_a_line_and_can_be_taken_back(cast: Cast, make: Make) -> None:
    ticket, tariq = make(), cast.browser("Tariq")
    where = f"{TICKETS}{ticket.number}/row/"
    assert "Take this ticket first" in tariq.post(where + "resolve/", {"text": "New disk.", "seen": 1}).content.decode()
    tariq.post(where + "take/", {"seen": 1})
    assert tariq.post(where + "resolve/", {"text": " ", "seen": 2}).status_code == 422
    assert 'data-undo="reopen"' in tariq.post(where + "resolve/", {"text": "New disk.", "seen": 2}).content.decode()
    assert fresh(cast, ticket).state == "RESOLVED"
    assert tariq.post(where + "reopen/", {"seen": 3}).status_code == 200
    assert fresh(cast, ticket).state == "OPEN"


def test_the_other_side_takes_nothing_from_the_list(cast: Cast, make: Make) -> None:
    ticket = make()
    answer = cast.browser("Ivo").post(f"{TICKETS}{ticket.number}/row/take/", {"seen": 1})
    assert answer.status_code == 422
    assert "The other side holds this ticket." in answer.content.decode()
    assert cast.browser("Olga").post(f"{TICKETS}{ticket.number}/row/take/").status_code == 404


def test_beside_the_list_a_private_note_is_its_own_sides_alone(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "Do not promise a date.", by=tess, at=later(1))
    where = f"{TICKETS}{ticket.number}/peek/"
    assert "Do not promise a date." in cast.browser("Tariq").get(where).content.decode()
    assert "Only Northwind MSP sees this" in cast.browser("Tariq").get(where).content.decode()
    for name in ("Iris", "Lena", "Auditor"):
        page = cast.browser(name).get(where).content.decode()
        assert ticket.because in page
        assert "Do not promise" not in page


# --- many


def test_a_manager_takes_several_of_several_clients(cast: Cast, make: Make) -> None:
    three = [make(), make(), make(cast.pine)]
    tess = cast.browser("Tess")
    page = tess.get(DESK, {"act": "take", "ticket": marks(*three)}).content.decode()
    assert all(word in page for word in ("HD-1", "HD-2", "PC-1", "Take them", "Not for tickets of several clients at once."))
    answer = tess.post(DESK, {"act": "take", "ticket": marks(*three), "q": "late"}, follow=True)
    assert answer.redirect_chain == [("/desk/queue/?q=late", 302)]
    assert "3 tickets are yours now." in answer.content.decode()
    assert {fresh(cast, one).assignee_id for one in three} == {cast.people["Tess"].pk}


def test_a_manager_assigns_holds_and_sorts_several(cast: Cast, make: Make) -> None:
    two, tess = [make(), make()], cast.browser("Tess")
    tariq = cast.people["Tariq"].pk
    assert tess.post(BULK, {"act": "assign", "ticket": marks(*two), "person": tariq}).status_code == 302
    two = [fresh(cast, one) for one in two]
    assert {one.assignee_id for one in two} == {tariq}
    assert tess.post(BULK, {"act": "priority", "ticket": marks(*two), "priority": "P1"}).status_code == 302
    two = [fresh(cast, one) for one in two]
    assert {one.priority for one in two} == {"P1"}
    assert tess.post(BULK, {"act": "assign", "ticket": marks(*two), "person": "nobody"}).status_code == 422


def test_holding_several_asks_what_they_wait_for(cast: Cast, make: Make) -> None:
    two, tess = [make(), make()], cast.browser("Tess")
    tess.post(BULK, {"act": "take", "ticket": marks(*two)})
    two = [fresh(cast, one) for one in two]
    assert "Choose until when it waits." in tess.post(BULK, {"act": "wait", "ticket": marks(*two), "reason": "vendor"}).content.decode()
    until = (timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    said = {"act": "wait", "ticket": marks(*two), "reason": "vendor", "whom": "Acme", "until": until, "text": ""}
    assert tess.post(BULK, said).status_code in (302, 422)


def test_one_foreign_id_refuses_the_whole_batch(cast: Cast, make: Make) -> None:
    ours, pines = make(), make(cast.pine)
    before = entries(cast)
    assert cast.browser("Tess").post(BULK, {"act": "take", "ticket": marks(ours, pines)}).status_code == 404
    assert cast.browser("Iris").post(BULK, {"act": "take", "ticket": marks(ours, pines)}).status_code == 404
    for odd in ("999999:1", "x", "1", f"{ours.pk}:", f"{ours.pk}:-1", f"{2**70}:1", "\u0661:1"):
        assert cast.browser("Tess").post(DESK, {"act": "take", "ticket": [*marks(ours), odd]}).status_code == 404, odd
    assert entries(cast) == before
    assert fresh(cast, ours).assignee_id is None


def test_one_that_is_not_possible_leaves_all_as_they_were_and_is_named(cast: Cast, make: Make) -> None:
    ours, theirs = make(), make(side=Side.INTERNAL)
    answer = cast.browser("Tess").post(BULK, {"act": "take", "ticket": marks(ours, theirs)})
    assert answer.status_code == 422
    assert "Not possible for HD-2 now." in answer.content.decode()
    assert fresh(cast, ours).assignee_id is None


def test_one_that_changed_meanwhile_leaves_all_as_they_were(cast: Cast, make: Make) -> None:
    two = [make(), make()]
    with cast.as_("Tariq") as tariq:
        actions.take(two[1].pk, by=tariq, at=later(1))
    answer = cast.browser("Tess").post(BULK, {"act": "take", "ticket": marks(*two)})
    assert answer.status_code == 409
    assert "HD-2: Tariq took this" in answer.content.decode()
    assert fresh(cast, two[0]).assignee_id is None


def test_who_manages_nothing_changes_one_at_a_time(cast: Cast, make: Make) -> None:
    ticket = make()
    assert cast.browser("Tariq").post(BULK, {"act": "take", "ticket": marks(ticket)}).status_code == 403
    assert cast.browser("Tariq").post(DESK, {"act": "take", "ticket": marks(ticket)}).status_code == 403
    assert cast.browser("Olga").post(BULK, {"act": "take", "ticket": marks(ticket)}).status_code == 404
    assert fresh(cast, ticket).assignee_id is None


@pytest.mark.parametrize("said", [{}, {"act": "take"}, {"act": "explode", "ticket": "1:1"}])
def test_nothing_chosen_is_said(cast: Cast, said: dict[str, str]) -> None:
    answer = cast.browser("Tess").post(BULK, said)
    assert answer.status_code == 422
    assert "Choose the tickets first" in answer.content.decode()


def test_batches_have_a_size_and_a_pace(cast: Cast, make: Make) -> None:
    ticket = make()
    with cast.as_("Tess") as tess, pytest.raises(actions.SayMore, match="100 tickets at most"):
        bulk.on_all(dict.fromkeys(range(1, 102), 1), lambda one, seen: None, "take", by=tess, at=later(1))
    with cast.as_("Tess") as tess:
        for _ in range(bulk.BATCHES):
            bulk.on_all({ticket.pk: 1}, lambda one, seen: None, "take", by=tess, at=later(1))
        with pytest.raises(actions.NotNow, match="within a minute"):
            bulk.on_all({ticket.pk: 1}, lambda one, seen: None, "take", by=tess, at=later(1))
    with cast.as_("Tess") as tess:
        assert bulk.on_all({ticket.pk: 1}, lambda one, seen: None, "take", by=tess, at=later(3)) == 1


def test_pressing_twice_takes_once(cast: Cast, make: Make) -> None:
    ticket = make()
    client: Client = cast.browser("Tess")
    said = {"act": "take", "ticket": marks(ticket)}
    assert client.post(BULK, said).status_code == 302
    assert client.post(BULK, said).status_code in (302, 409, 422)
    assert fresh(cast, ticket).version == 2
