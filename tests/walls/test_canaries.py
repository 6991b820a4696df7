"""Marked texts in every field of one client, then every page and every API answer of everyone else is read for them."""

import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone

from comanaged import tenancy, walls
from comanaged.accounts import access, actions
from comanaged.accounts.models import Kind, Organisation
from comanaged.vocabulary import Audience, Priority, Side
from monitoring import actions as monitoring
from tests.cast import BEGAN, Cast, add_person
from tests.monitoring.build import read_all, sender
from tests.tickets.build import a_file
from tests.walls.furniture import work
from tests.walls.plain import words
from tests.walls.rooms import Rooms, furnish
from tests.walls.test_routes import API, knocks
from tickets import actions as tickets
from tickets.models import AttachmentRows, EventRows, Ticket
from tickets.models.talk import SidedRows

MARK = "zx7canary"
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])
MOST = 110  # pages one reader is led to; every address is among them, not every row
LINK = re.compile(r'(?:href|action|hx-get|hx-post)="([^"]+)"')


@dataclass
class Marked:
    """A third client of the same provider whose every text holds the mark."""

    tenant: Organisation
    ids: list[str] = field(default_factory=list)


@pytest.fixture
def marked(cast: Cast) -> Marked:
    """A client with one row of everything, each text with the mark."""
    from responsibilities.actions import start_matrix  # noqa: PLC0415 - the apps are ready only when tests run

    tenant = actions.create_organisation(Kind.CLIENT, f"{MARK} Clinic", slug=f"{MARK}-clinic", zone="UTC", at=BEGAN)
    actions.engage(tenant, cast.northwind, at=BEGAN)
    manager = add_person(cast, f"{MARK} manager", "c_mgr", tenant)
    with tenancy.only([tenant.pk]):
        start_matrix(tenant, "full-co-managed", by=access.system(tenant), at=BEGAN)
    by = next(one for one in access.actors_of(manager, timezone.now()) if one.tenant == tenant)
    watcher = sender(tenant)
    event = watcher.says({"title": f"{MARK} disk", "asset": f"{MARK}-files", "severity": "high", "text": f"{MARK} says"})
    watcher.says(f"{MARK} nonsense".encode())
    with tenancy.only([tenant.pk], side=by.company_id):
        made = tickets.ask(title=f"{MARK} printer", duty_key=None, text=MARK, priority=Priority.P2, kind="person", by=by, at=timezone.now())
        tickets.note(made.ticket.pk, f"{MARK} private", by=by, at=timezone.now(), files=[a_file(f"{MARK}-private.log", MARK.encode())])
        shared = a_file(f"{MARK}.log", f"{MARK} bytes".encode())
        tickets.reply(made.ticket.pk, f"{MARK} shared", Audience.PUBLIC, by=by, at=timezone.now(), files=[shared])
        tickets.add_canned(f"{MARK} ready", f"{MARK} words", by=by, at=timezone.now())
        for mode in ("public", "private"):
            tickets.keep_draft(made.ticket, mode, f"{MARK} draft", by=by, at=timezone.now())
        tickets.watch(made.ticket, by=by, at=timezone.now())
        work.mark(made.ticket, MARK, by)
        actions.make_key(tenant, "k_read", side=Side.INTERNAL, days=9, name=f"{MARK} key", by=by, at=timezone.now())
        actions.invite(f"{MARK}@example.test", tenant, "c_tech", name=f"{MARK} guest", by=by, at=timezone.now())
        listing = monitoring.create_source(tenant, f"{MARK} watch", kind="generic", by=by, at=timezone.now())
    read_all(tenant)
    return Marked(tenant, [str(made.ticket.public_id), str(event.public_id), str(listing.source.public_id)])


def crawl(client: Client, *begin: str) -> Iterator[tuple[str, str]]:
    """Yield every page that links lead to, as address and text; nothing is posted."""
    waiting, known = list(begin), set(begin)
    while waiting:
        address = waiting.pop(0)
        answer = client.get(address)
        yield address, f"{words(answer)} {answer.headers}"
        if not answer.headers.get("Content-Type", "").startswith("text/html") and not answer.headers.get("Location"):
            continue
        found = [*LINK.findall(answer.content.decode(errors="replace")), answer.headers.get("Location", "")]
        for link in map(unescape, found):
            onward = link if link.startswith("/") else address.split("?")[0] + link if link.startswith("?") else ""
            onward = onward.split("#")[0]
            if onward and onward not in known and len(known) < MOST and not onward.startswith(("/static/", "/account/")):
                known.add(onward)
                waiting.append(onward)


def unscoped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query forget whose rows it wants, and for which side: the database is the only wall left."""

    def all_rows(self: tenancy.TenantManager[Any, Any], tenants: object) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = self.rows(self.model, using=self._db).all()
        return rows

    monkeypatch.setattr(tenancy.TenantManager, "for_tenants", all_rows)
    for kind in (EventRows, AttachmentRows, SidedRows):
        monkeypatch.setattr(kind, "visible_to", lambda rows, company: rows)


def api(cast: Cast, rooms: Rooms, *keys: str) -> Iterator[tuple[str, str]]:
    """Yield everything these keys can read."""
    for secret in keys:
        client = cast.api(secret)
        for _, path, method, _ in knocks(API, rooms):
            if method == "GET":
                for query in ("", "?client=harbor-dental", "?client=harbor-dental&state=all&limit=200"):
                    yield f"{path}{query}", words(client.get(path + query))


WALLS = ["both walls", "the database alone", "the managers alone"]


@pytest.mark.parametrize("wall", WALLS)
def test_e2_e3_nothing_of_one_client_is_in_any_answer_to_another(
    cast: Cast, marked: Marked, monkeypatch: pytest.MonkeyPatch, wall: str
) -> None:
    rooms = furnish(cast)
    add_person(cast, "Harbor's own technician", "p_lead", cast.harbor)
    keys = [cast.key(cast.harbor, "k_read"), cast.key(cast.harbor, "k_desk", Side.INTERNAL), cast.key(cast.northwind, "k_desk")]
    browsers = {name: cast.browser(name) for name in ("Iris", "Harbor's own technician")}
    if wall == "the database alone":
        unscoped(monkeypatch)
    with walls.as_owner() if wall == "the managers alone" else nullcontext():
        pages = {name: dict(crawl(browser, "/", "/harbor-dental/tickets/?state=all")) for name, browser in browsers.items()}
        answers = dict(api(cast, rooms, *keys))
    leaks = [f"{name}: {address}" for name, shown in pages.items() for address, text in shown.items() if MARK in text]
    leaks += [address for address, text in answers.items() if MARK in text]
    assert leaks == []
    assert len(pages["Iris"]) > 40
    assert "Printer" in str(answers) or "Disk full" in str(answers)
    seen = dict(crawl(cast.browser(f"{MARK} manager"), "/", f"/{marked.tenant.slug}/tickets/?state=all"))
    assert sum(MARK in text.replace(marked.tenant.name, "").replace(marked.tenant.slug, "") for text in seen.values()) > 8, (
        "the marks are there"
    )


def test_e2_without_any_wall_the_marks_are_found(cast: Cast, marked: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    iris = cast.browser("Iris")
    unscoped(monkeypatch)
    with walls.as_owner():
        shown = dict(crawl(iris, "/", "/harbor-dental/tickets/?state=all"))
    assert [address for address, text in shown.items() if MARK in text]


@pytest.mark.parametrize("wall", WALLS)
@pytest.mark.parametrize(("reader", "writer"), [("Iris", "Tess"), ("Lena", "Tess"), ("Tess", "Iris"), ("Auditor", "Iris")])
def test_e7_a_private_note_is_in_no_answer_to_the_other_side(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, wall: str, reader: str, writer: str
) -> None:
    if (reader, wall) == ("Auditor", "the database alone"):
        pytest.skip("an auditor's own side wrote it; which roles of a side read its notes is not the database's to say")
    rooms = furnish(cast)
    with cast.as_(writer) as by:
        ticket = Ticket.objects.for_tenant(cast.harbor).earliest("id")
        tickets.note(ticket.pk, f"{MARK} private", by=by, at=timezone.now(), files=[a_file(f"{MARK}.log", MARK.encode())])
        for mode in ("public", "private"):
            tickets.keep_draft(ticket, mode, f"{MARK} draft", by=by, at=timezone.now())
        if access.may(by, "ticket.schedule"):
            tickets.add_canned(f"{MARK} ready", f"{MARK} words", by=by, at=timezone.now())
    side = {"Iris": Side.INTERNAL, "Tess": Side.PROVIDER}.get(reader)
    keys = [cast.key(cast.harbor, "k_read"), *([cast.key(cast.harbor, "k_desk", side)] if side else [])]
    if writer == "Iris" and wall == "the database alone":
        keys = keys[1:]  # as above: a reading key is of the client's side
    browser, witness = cast.browser(reader), cast.browser(writer)
    if wall == "the database alone":
        unscoped(monkeypatch)
    with walls.as_owner() if wall == "the managers alone" else nullcontext():
        shown = dict(crawl(browser, "/", "/harbor-dental/tickets/?state=all")) | dict(api(cast, rooms, *keys))
    assert [address for address, text in shown.items() if MARK in text] == []
    assert MARK in witness.get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()


@pytest.mark.parametrize("kind", ["k_read", "k_desk"])
def test_e4_a_foreign_id_is_not_here_wherever_it_is_named(cast: Cast, marked: Marked, kind: str) -> None:
    rooms = furnish(cast)
    client = cast.api(cast.key(cast.harbor, kind, Side.INTERNAL))
    slug = marked.tenant.slug
    headers = {"X-Tenant": slug, "X-Client": slug, "X-Forwarded-Host": slug}
    for foreign in marked.ids:
        values = dict.fromkeys(("ticket", "alert", "event", "external_id"), foreign)
        for one, _, method, _ in knocks(API, rooms):
            if not one.words:
                continue
            body = {"title": "t", "text": "long enough", "tenant": marked.tenant.pk, "client": slug}
            path = one.at(rooms.values | values)
            sent = client.generic(
                method, path, b"" if method == "GET" else str(body).replace("'", '"'), "application/json", headers=headers
            )
            named = set(values) & set(one.words)  # a number is each client's own, so there it names nothing foreign
            assert not named or sent.status_code in {403, 404}, f"{method} {path}: {sent.status_code}"
            assert client.generic(method, f"{path}?client={slug}", b"{}", "application/json").status_code in {403, 404}
    with tenancy.only([marked.tenant.pk]):
        assert Ticket.objects.for_tenant(marked.tenant).count() == 3


def test_e4_e5_a_body_names_neither_the_client_nor_what_is_not_asked(cast: Cast, marked: Marked) -> None:
    client = cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))
    asked = {"impact", "urgency"}  # or a priority, not both
    said: dict[str, Any] = {one.name: 7 for one in Ticket._meta.local_fields if one.name not in asked} | {
        "title": "t",
        "text": "x",
        "tenant": marked.tenant.pk,
        "client": marked.tenant.slug,
        "duty": None,
        "priority": "p4",
        "place": "",
        "asset": "",
        "state": "CLOSED",
        "side": "PROVIDER",
        "requester": 1,
        "number": 999,
    }
    made = client.post("/api/v1/tickets/", said, content_type="application/json")
    assert made.status_code == 201
    shown = made.json()
    assert shown["client"] == "harbor-dental"
    assert (shown["state"], shown["number"], shown["requester"], shown["assignee"]) == ("new", 1, None, None)
    with tenancy.only([marked.tenant.pk]):
        assert Ticket.objects.for_tenant(marked.tenant).count() == 3
    iris = cast.browser("Iris")
    iris.post("/harbor-dental/tickets/new/", said | {"duty": "", "impact": "person", "urgency": "waits", "once": "a"})
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).latest("id")
        assert (ticket.state, ticket.number, ticket.assignee_id, ticket.requester_id) == ("NEW", 2, None, cast.people["Iris"].pk)


def standing(answer: Any) -> list[dict[str, Any]]:
    """Return the rows of an answer without what moves with the clock: a gap that is open now is next at this very moment."""
    return [{name: value for name, value in row.items() if name != "next_gap_at"} for row in answer.json()["results"]]


@pytest.mark.parametrize("name", ["tenant__name", "-tenant", "requester__password", "assignee__email", "event__text"])
def test_e6_lists_are_sorted_and_filtered_by_listed_names_only(cast: Cast, name: str) -> None:
    rooms = furnish(cast)
    client, iris = cast.api(cast.key(cast.harbor, "k_read")), cast.browser("Iris")
    for path in ("/api/v1/tickets/", "/api/v1/alerts/", "/api/v1/findings/"):
        plain = standing(client.get(path))
        for query in (f"ordering={name}", f"sort={name}", f"{name.lstrip('-')}=x", f"{name.lstrip('-')}__startswith=a"):
            answer = client.get(f"{path}?{query}")
            assert answer.status_code == 400 or standing(answer) == plain, f"{path}?{query}"
    number = rooms.values["number"]
    assert f"/tickets/{number}/" in iris.get(f"/harbor-dental/tickets/?sort={name}&order_by={name}&{name.lstrip('-')}=x").content.decode()
