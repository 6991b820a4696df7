"""A ticket that Harbor Dental keeps to itself is not there for the other side: at no address, and in no row of the database."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Kind
from comanaged.vocabulary import Audience, Priority, Side
from tests.cast import Cast
from tests.tickets.build import a_file
from tests.walls.rooms import Rooms, furnish
from tests.walls.routes import Address, addresses
from tickets import actions
from tickets.actions import approving, checklist, external, minutes
from tickets.domain.external import Said
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
CANARY = "canary-behind-the-wall-4411"
OF_A_TICKET = [one for one in addresses() if {"number", "ticket"} & set(one.words)]
PAGES = [one for one in OF_A_TICKET if one.page and Kind.CLIENT in one.rooms]
API = [one for one in OF_A_TICKET if not one.page]
RULES = access.rules()
# what hangs on a ticket and is never there while one side alone sees it: offers, links, merges, disputes, incidents, mail of the other side
NEVER = {
    "tickets_merge",
    "tickets_link",
    "tickets_dispute",
    "tickets_incident",
    "tickets_reviewaction",
    "tickets_inboundmail",
    "tickets_redaction",
}


def hide(cast: Cast, settings: Any, folder: Path) -> Ticket:
    """Let Iris do all that one side can do with a ticket alone, and keep it there."""
    settings.FILES = folder
    at = timezone.now()
    with cast.as_("Iris") as iris:
        one, other = (
            actions.ask(title=f"{CANARY} {word}", duty_key=None, text=CANARY, priority=Priority.P4, kind="person", by=iris, at=at).ticket
            for word in ("one", "other")
        )
        for ticket in (one, other):
            if ticket.side != Side.INTERNAL:
                Ticket.objects.for_tenant(cast.harbor).filter(pk=ticket.pk).update(side=Side.INTERNAL)
            actions.hide(ticket.pk, f"{CANARY} is the reason", by=iris, at=at)
        actions.reply(one.pk, CANARY, Audience.SHARED, by=iris, at=at, files=[a_file(f"{CANARY}.log")])
        actions.watch(one, by=iris, at=at)
        actions.keep_draft(one, "public", CANARY, by=iris, at=at)
        actions.mark_here(one, by=iris, at=at)
        checklist.add_step(one.pk, CANARY, required=True, by=iris, at=at)
        minutes.spend(one.pk, 25, CANARY, by=iris, at=at)
        wanted = approving.Wanted(CANARY, CANARY, cast.people["Lena"].pk, None, at + timedelta(days=2))
        approving.ask(one.pk, wanted, by=iris, at=at)
        external.connect(one.pk, "ours", Said(external_id=CANARY), by=iris, at=at)
    return one


@pytest.fixture
def hidden(cast: Cast, settings: Any, tmp_path: Path) -> Ticket:
    return hide(cast, settings, tmp_path)


@pytest.fixture
def rooms(cast: Cast, settings: Any, tmp_path: Path) -> Rooms:
    """One row behind every address, and the hidden ticket behind those of a ticket."""
    found = furnish(cast)
    ticket = hide(cast, settings, tmp_path)
    found.values |= {"number": ticket.number, "ticket": ticket.public_id}
    return found


def knock(client: Client, one: Address, path: str) -> list[tuple[str, int]]:
    """Ask in every way an address can be asked; what is done is taken back."""
    found = []
    for method in [method for method in one.actions if method] or ["GET", "POST"]:
        with transaction.atomic():
            if one.page:
                sent = client.get(path) if method == "GET" else client.post(path, {"text": "x" * 20, "seen": 1, "once": "a"})
            else:
                sent = client.generic(method, path, b"{}", content_type="application/json")
            transaction.set_rollback(True)
        found.append((method, sent.status_code))
    return found


@pytest.mark.parametrize("name", ["Tess", "Provider administrator", "Tariq"])
def test_every_page_of_a_hidden_ticket_is_not_there_for_the_other_side(cast: Cast, rooms: Rooms, name: str) -> None:
    client, wrong = cast.browser(name), []
    role = cast.actor(name).role
    for one in PAGES:
        path = rooms.path(one)
        for method, status in knock(client, one, path):
            allowed = role in RULES[next(iter(one.actions.values()))].allow
            if status not in {405, 404 if allowed else 403}:
                wrong.append(f"{method} {path}: {status}")
    assert wrong == []
    assert len(PAGES) > 40


def test_every_address_of_its_api_answers_the_other_sides_keys_that_it_is_not_there(cast: Cast, rooms: Rooms) -> None:
    wrong = []
    for named in (rooms.values["number"], rooms.values["ticket"]):
        rooms.values["ticket"] = named
        for kind in ("k_read", "k_desk"):
            client = cast.api(cast.key(cast.harbor, kind, Side.PROVIDER))
            for one in API:
                path = rooms.path(one)
                for method, status in knock(client, one, path):
                    allowed = kind in RULES[one.actions.get(method, next(iter(one.actions.values())))].allow
                    if status not in {405, 404 if allowed else 403}:
                        wrong.append(f"{kind} {method} {path}: {status}")
    assert wrong == []


def columns_to_tickets() -> list[tuple[str, str]]:
    """Return every column of the database that leads to a ticket's row."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c
               JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[2]
               WHERE c.contype = 'f' AND c.confrelid = 'tickets_ticket'::regclass ORDER BY 1, 2"""
        )
        return [(table, column) for table, column in cursor.fetchall()]


def test_every_table_that_hangs_on_a_ticket_stands_behind_the_wall(cast: Cast) -> None:
    """A new table with a key to tickets is behind it too, or it is named here with the reason."""
    theirs = {"monitoring_alert", "monitoring_verdict", "tickets_ticket"}  # an alert is both sides'; its ticket is never hidden
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, qual FROM pg_policies WHERE policyname = 'hidden_wall' AND permissive = 'RESTRICTIVE'")
        walled = dict(cursor.fetchall())
    bare = [f"{table}.{column}" for table, column in columns_to_tickets() if table not in theirs and column not in walled.get(table, "")]
    assert bare == []
    assert "hidden_for_id" in walled["tickets_ticket"]


def seen(cast: Cast, table: str, columns: list[str], ids: list[int], side: int | None) -> int:
    with tenancy.only([cast.harbor.pk], side=side), connection.cursor() as cursor:
        any_of = " OR ".join(f"{column} = ANY (%s)" for column in columns)
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {any_of}", [ids] * len(columns))  # noqa: S608 - names of our own tables
        return int(cursor.fetchone()[0])


def test_the_database_alone_shows_no_row_of_it_to_the_other_side(cast: Cast, hidden: Ticket) -> None:
    with cast.scope():
        ids = list(Ticket.objects.for_tenant(cast.harbor).exclude(hidden_for=None).values_list("pk", flat=True))
    hangs: dict[str, list[str]] = {"tickets_ticket": ["id"]}
    for table, column in columns_to_tickets():
        hangs.setdefault(table, []).append(column)
    full = set()
    for table, columns in hangs.items():
        assert seen(cast, table, columns, ids, cast.northwind.pk) == 0, table
        full |= {table} if seen(cast, table, columns, ids, cast.harbor.pk) else set()
    assert {table for table in hangs if table.startswith("tickets_")} - full <= NEVER | {"tickets_draft", "tickets_replyaddress"}
    assert seen(cast, "tickets_ticket", ["id"], ids, None) == len(ids), "the product's own workers see it"
    assert seen(cast, "tickets_ticket", ["id"], ids, cast.elsewhere.pk) == 0, "nor does a successor"


def test_the_other_side_writes_nothing_on_it_and_hides_nothing_in_anothers_name(cast: Cast, hidden: Ticket) -> None:
    furnish_one(cast)
    step = "INSERT INTO tickets_step (tenant_id, ticket_id, text, required, position, side, done_by_name, done_by_side) "
    wrong = (
        (step + "VALUES (%s, %s, 'x', false, 99, '', '', '')", [cast.harbor.pk, hidden.pk]),
        ("UPDATE tickets_ticket SET hidden_for_id = %s WHERE id <> %s", [cast.harbor.pk, hidden.pk]),
    )
    with tenancy.only([cast.harbor.pk], side=cast.northwind.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE tickets_ticket SET title = 'x' WHERE id = %s", [hidden.pk])
        assert cursor.rowcount == 0
        for statement, values in wrong:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement, values)


def furnish_one(cast: Cast) -> None:
    """Open a ticket that both sides see."""
    with cast.as_("Tess") as tess:
        actions.ask(title="Lamp", duty_key=None, text="It is dark.", priority=Priority.P4, kind="person", by=tess, at=timezone.now())
