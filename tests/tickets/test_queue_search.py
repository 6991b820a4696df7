"""What words find, and for whom: never a word of another side's notes, never a word of another client."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts import actions as accounts
from comanaged.accounts.models import Engagement
from comanaged.vocabulary import Audience, Side
from tests import cluster
from tests.cast import Cast, add_person
from tests.tickets.build import from_alert, from_person, later
from tests.tickets.many import copies
from tickets import actions
from tickets.models import Ticket
from tickets.queries import search

MARK = "zx9canary"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris, title="The panoramic viewer will not open")


def found(by: access.Actor, *words: str, begun: bool = True, states: Sequence[str] = ()) -> list[int]:
    """Return what somebody finds, in his own scope."""
    with tenancy.only([by.tenant_id], side=by.company_id):
        notes = access.may(by, "note.read_private_own")
        return search.found([by.tenant_id], words, notes=notes, begun=begun, states=states)


def test_words_of_the_ticket_in_any_order_and_case(cast: Cast, ticket: Ticket) -> None:
    iris = cast.actor("Iris")
    assert found(iris, "PANORAMIC", "open") == [ticket.pk]
    assert found(iris, "open", "panoramic", "view") == [ticket.pk]
    assert found(iris, "panoramic", "printer") == []
    assert found(iris, "panoramic viewer") == [ticket.pk]
    assert found(iris, "viewer panoramic") == []


def test_only_the_last_word_may_be_a_beginning(cast: Cast, ticket: Ticket) -> None:
    iris = cast.actor("Iris")
    assert found(iris, "pano") == [ticket.pk]
    assert found(iris, "pano", begun=False) == []
    assert found(iris, "pano", "viewer") == []


def test_number_asset_and_people_are_words_too(cast: Cast, ticket: Ticket) -> None:
    with cast.scope():
        alert = from_alert(cast.harbor, title="Disk is full").ticket
    with cast.as_("Tariq") as tariq:
        actions.take(alert.pk, by=tariq, at=later(1))
    tess = cast.actor("Tess")
    assert found(tess, str(alert.number), begun=False) == [alert.pk]
    assert found(tess, "DC-02") == [alert.pk]
    assert found(tess, "tariq") == [alert.pk]
    assert found(tess, "tariq", "disk") == [alert.pk]
    assert found(tess, "iris") == [ticket.pk]
    cast.people["Tariq"].name = "Tarik Khan"
    cast.people["Tariq"].save()
    assert found(tess, "khan") == [alert.pk]
    assert found(tess, "tariq") == []


def test_messages_that_both_sides_read_are_found_by_both(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "Licence server answers slowly.", Audience.SHARED, by=tess, at=later(1))
    for name in ("Iris", "Lena", "Auditor", "Tariq"):
        assert found(cast.actor(name), "licence server") == [ticket.pk]


def test_states_narrow_what_is_found(cast: Cast, ticket: Ticket) -> None:
    iris = cast.actor("Iris")
    assert found(iris, "panoramic", states=["NEW", "OPEN"]) == [ticket.pk]
    assert found(iris, "lunch", states=["NEW"]) == [ticket.pk]
    assert found(iris, "panoramic", states=["CLOSED"]) == []
    assert found(iris, "lunch", states=["CLOSED"]) == []


@pytest.mark.parametrize(
    "odd", ["", "'", "''", "&", "!", "a:*b", "\\", "=both", "=t1", "=s1 | =both", "<->", "'); DROP TABLE", "%", "\u202e", "é" * 3000]
)
def test_any_words_are_only_words(cast: Cast, ticket: Ticket, odd: str) -> None:
    assert found(cast.actor("Iris"), odd) == []
    assert found(cast.actor("Iris"), odd, "panoramic", begun=False) in ([], [ticket.pk])


# --- whose words


def note(cast: Cast, writer: str, ticket: Ticket) -> None:
    with cast.as_(writer) as by:
        actions.note(ticket.pk, f"{MARK} is on the shelf", by=by, at=later(2))


@pytest.mark.parametrize(
    ("writer", "own", "others"), [("Iris", ["Ivo", "Lena"], ["Tess", "Tariq"]), ("Tess", ["Tariq"], ["Iris", "Ivo", "Lena"])]
)
def test_a_private_note_is_found_by_its_own_side_alone(cast: Cast, ticket: Ticket, writer: str, own: list[str], others: list[str]) -> None:
    note(cast, writer, ticket)
    for name in (writer, *own):
        assert found(cast.actor(name), MARK) == [ticket.pk]
    for name in (*others, "Auditor"):
        assert found(cast.actor(name), MARK) == []
        assert found(cast.actor(name), MARK[:4]) == []


def test_a_private_note_is_in_no_answer_to_who_may_not_read_it(cast: Cast, ticket: Ticket) -> None:
    note(cast, "Tess", ticket)
    for name in ("Iris", "Lena", "Auditor"):
        page = cast.browser(name).get("/harbor-dental/tickets/", {"q": MARK}).content.decode()
        assert ticket.title not in page
    assert ticket.title in cast.browser("Tariq").get("/desk/queue/", {"q": MARK}).content.decode()
    for kind, side in (("k_read", None), ("k_desk", Side.INTERNAL)):
        answer = cast.api(cast.key(cast.harbor, kind, side)).get("/api/v1/tickets/", {"q": MARK})
        assert (answer.status_code, answer.json()["results"]) == (200, [])
    own = cast.api(cast.key(cast.northwind, "k_desk")).get("/api/v1/tickets/", {"q": MARK, "client": "harbor-dental"})
    assert [row["number"] for row in own.json()["results"]] == [ticket.number]


def test_a_reading_key_finds_no_note_of_its_own_side_either(cast: Cast, ticket: Ticket) -> None:
    note(cast, "Iris", ticket)
    assert cast.api(cast.key(cast.harbor, "k_read")).get("/api/v1/tickets/", {"q": MARK}).json()["results"] == []


def test_a_provider_never_finds_what_its_predecessor_noted(cast: Cast, ticket: Ticket) -> None:
    note(cast, "Tess", ticket)
    now = timezone.now()
    Engagement.objects.filter(client=cast.harbor).update(ends_at=now - timedelta(minutes=1))
    accounts.engage(cast.harbor, cast.elsewhere, at=now - timedelta(minutes=1))
    person = add_person(cast, "Successor", "p_lead")
    accounts.admit(person, cast.harbor, "p_lead", by=access.system(cast.harbor), at=now)
    successor = cast.actor("Successor")
    assert successor.company_id == cast.elsewhere.pk
    assert found(successor, "panoramic") == [ticket.pk]
    assert found(successor, MARK) == []


def test_another_clients_words_are_never_found(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Pine's manager", cast.pine) as manager:
        foreign = from_person(manager, title=f"{MARK} at Pine")
        actions.reply(foreign.pk, f"{MARK}reply", Audience.PUBLIC, by=manager, at=later(1))
    harbor = cast.actor("Iris")
    assert found(harbor, MARK) == []
    with tenancy.only([cast.harbor.pk], side=harbor.company_id):
        assert search.found([cast.harbor.pk, cast.pine.pk], [MARK], notes=True) == []
    with tenancy.only([cast.harbor.pk, cast.pine.pk], side=cast.northwind.pk):
        assert search.found([cast.harbor.pk], [MARK], notes=True) == []
        assert search.found([cast.harbor.pk, cast.pine.pk], [MARK], notes=True) == [foreign.pk]
    assert ticket.title not in cast.browser("Tess").get("/desk/queue/", {"q": MARK}).content.decode()


def test_without_a_scope_nothing_is_looked_for(cast: Cast, ticket: Ticket) -> None:
    with pytest.raises(DatabaseError, match="no tenant in scope"), transaction.atomic():
        search.found([cast.harbor.pk], ["panoramic"], notes=True)


# --- the API asks with the same line


def test_the_api_takes_the_same_line(cast: Cast, ticket: Ticket) -> None:
    with cast.scope():
        disk = from_alert(cast.harbor, title="Disk is full").ticket
    with cast.as_("Tariq") as tariq:
        actions.take(disk.pk, by=tariq, at=later(1))
    desk = cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))

    def numbers(line: str, **said: str) -> list[int]:
        answer = desk.get("/api/v1/tickets/", {"q": line, **said})
        assert answer.status_code == 200, answer.content
        return [row["number"] for row in answer.json()["results"]]

    assert numbers("panoramic") == [ticket.number]
    assert numbers("with:tariq duty:backup") == [disk.number]
    assert numbers("with:nobody") == [ticket.number]
    assert numbers("panoramic", state="closed") == []
    assert numbers("state:open") == [disk.number]
    assert numbers("", number=str(disk.number)) == [disk.number]
    assert numbers("hd-1") == []  # a key finds no ticket by its number
    assert desk.get("/api/v1/tickets/", {"q": "#1"}).status_code == 403
    wrong = desk.get("/api/v1/tickets/", {"q": "due:soon"})
    assert wrong.status_code == 400
    assert "Write it like due:30m" in wrong.content.decode()
    assert desk.get("/api/v1/tickets/", {"q": "x" * 401}).status_code == 400


# --- how it is found

MANY = 30_000


@pytest.fixture
def full(transactional_db: None, cast: Cast) -> Cast:
    """Two clients with many tickets, one of which at each holds a rare word."""
    title = "'Backup of server ' || n || CASE n WHEN 7 THEN ' rareword' ELSE '' END"
    for tenant in (cast.harbor, cast.pine):
        with cast.scope(tenant):
            one = from_alert(tenant).ticket.pk
        with cluster.superuser().cursor() as cursor:
            changes = {"number": "n", "title": title, "public_id": "gen_random_uuid()", "condition": "''"}
            copies(cursor, "tickets_ticket", one, changes, f"SELECT generate_series(2, {MANY})")
    with cluster.superuser().cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket, tickets_event")
    return cast


def test_p6_a_rare_word_of_one_client_is_found_by_the_index_of_words(full: Cast) -> None:
    with cluster.superuser().cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT id FROM tickets_ticket WHERE words @@ (('''=t' || %s || '''')::tsquery && 'rareword'::tsquery) ORDER BY id DESC LIMIT 1000",
            [full.harbor.pk],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "tickets_words" in plan, plan
    with full.as_("Iris"):
        assert len(search.found([full.harbor.pk], ["rareword"], notes=True)) == 1
        assert len(search.found([full.harbor.pk], ["backup"], notes=True)) == search.MOST
        assert found(full.actor("Iris"), "backup", "rareword") == found(full.actor("Iris"), "rareword")


def test_the_function_is_the_products_alone(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_userbyid(proowner), prosecdef, proacl::text FROM pg_proc WHERE proname = 'found_tickets'")
        owner, definer, rights = cursor.fetchone()
    assert (owner, definer) == ("comanaged_owner", True)
    assert "=X/comanaged_owner" not in rights.replace("comanaged_web=X/comanaged_owner", "").replace(
        "comanaged_owner=X/comanaged_owner", ""
    )
