"""A private note reaches nobody of the other side: not by page, API, mail, trail, and not by a count either."""

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.models import Organisation
from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import from_person, later
from tickets import actions, queries
from tickets.domain import audience
from tickets.models import Event, Ticket

OURS, THEIRS, SHARED = "canary-of-harbor-7731", "canary-of-northwind-9902", "told-to-both-5150"


@pytest.fixture
def ticket(cast: Cast) -> Iterator[Ticket]:
    """A ticket of Iris's with one note of each side and one reply."""
    with cast.as_("Iris") as iris:
        made = from_person(iris)
        actions.note(made.id, OURS, by=iris, at=later(1))
    with cast.as_("Tess") as tess:
        actions.note(made.id, THEIRS, by=tess, at=later(2))
        actions.reply(made.id, SHARED, Audience.SHARED, by=tess, at=later(3))
    return made


def page(client: Client, ticket: Ticket) -> str:
    return client.get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()


def texts(cast: Cast, ticket: Ticket, name: str) -> set[str]:
    with cast.as_(name) as reader:
        return {event.text for event in queries.readable(ticket, reader)} & {OURS, THEIRS, SHARED}


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("Iris", {OURS, SHARED}),
        ("Ivo", {OURS, SHARED}),
        ("Lena", {OURS, SHARED}),
        ("Auditor", {SHARED}),
        ("Tariq", {THEIRS, SHARED}),
        ("Tess", {THEIRS, SHARED}),
        ("Provider administrator", {THEIRS, SHARED}),
    ],
)
def test_e7_each_reads_what_his_side_may_read_and_the_rule_says_the_same(cast: Cast, ticket: Ticket, name: str, may: set[str]) -> None:
    assert texts(cast, ticket, name) == may
    shown = page(cast.browser(name), ticket)
    assert {text for text in (OURS, THEIRS, SHARED) if text in shown} == may
    reader = queries.reader_of(cast.actor(name))
    written = {
        OURS: (Audience.INTERNAL, cast.harbor.pk),
        THEIRS: (Audience.PROVIDER, cast.northwind.pk),
        SHARED: (Audience.SHARED, cast.northwind.pk),
    }
    assert {text for text, (to, company) in written.items() if audience.may_read(to, company, reader)} == may


@pytest.mark.parametrize(
    ("company", "may"), [("harbor", {OURS, SHARED}), ("northwind", {THEIRS, SHARED}), ("elsewhere", {SHARED}), (None, {SHARED})]
)
def test_e7_the_database_alone_holds_the_sides_apart(cast: Cast, ticket: Ticket, company: str | None, may: set[str]) -> None:
    side: Organisation | None = getattr(cast, company) if company else None
    with cast.scope(side=side):
        rows = Event.unscoped.filter(ticket=ticket.pk).values_list("text", flat=True)
        assert set(rows) & {OURS, THEIRS, SHARED} == may


def test_e7_nobody_writes_in_the_other_sides_name(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris"), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Event.objects.create(
            tenant=cast.harbor,
            ticket=ticket,
            audience=Audience.PROVIDER,
            side=cast.northwind,
            by_name="x",
            kind="NOTE",
            version=1,
            at=later(9),
        )


def test_e7_the_ledger_is_only_added_to(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris"):
        for change in (lambda rows: rows.update(text="never said"), lambda rows: rows.delete()):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                change(Event.objects.for_tenant(cast.harbor).of(ticket.pk))


def test_e7_no_notice_and_no_trail_quotes_a_private_note(cast: Cast, ticket: Ticket) -> None:
    with tenancy.only([cast.harbor.pk]):
        notices = list(Notice.objects.for_tenant(cast.harbor))
        words = " ".join(f"{notice.subject} {notice.text}" for notice in notices)
        trail = " ".join(f"{entry.action} {entry.before} {entry.after} {entry.reason}" for entry in Entry.objects.for_tenant(cast.harbor))
    assert notices
    assert SHARED in words
    assert not [canary for canary in (OURS, THEIRS) if canary in words or canary in trail]
    assert "note" not in trail


def test_e7_a_note_is_told_to_ones_own_side_alone(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        before = Notice.objects.for_tenant(cast.harbor).count()
        actions.note(ticket.pk, "The quote is with the office.", by=tess, at=later(6))
        told = Notice.objects.for_tenant(cast.harbor).order_by("id")[before:]
        assert {notice.to_address for notice in told} == {"tariq@example.test", "provideradministrator@example.test"}


@pytest.mark.parametrize(
    ("key", "may"),
    [
        (("harbor", "k_read", None), {SHARED}),
        (("harbor", "k_desk", Side.INTERNAL), {OURS, SHARED}),
        (("northwind", "k_desk", Side.PROVIDER), {THEIRS, SHARED}),
    ],
)
def test_e7_keys_read_as_their_side_reads(cast: Cast, ticket: Ticket, key: tuple[str, str, Side | None], may: set[str]) -> None:
    tenant, kind, side = key
    api = cast.api(cast.key(getattr(cast, tenant), kind, side))
    one = api.get(f"/api/v1/tickets/{ticket.number}/?client=harbor-dental")
    many = api.get("/api/v1/tickets/?client=harbor-dental")
    assert (one.status_code, many.status_code) == (200, 200)
    assert {text for text in (OURS, THEIRS, SHARED) if text in one.content.decode()} == may
    assert not [text for text in (OURS, THEIRS) if text in many.content.decode()]


def test_e7_a_note_changes_no_figure_that_the_other_side_can_see(cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    still = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: still)  # the page counts minutes
    api = cast.api(cast.key(cast.harbor, "k_read"))
    iris = cast.browser("Iris")
    addresses = ["/harbor-dental/tickets/", f"/harbor-dental/tickets/{ticket.number}/"]
    before = [api.get(f"/api/v1/tickets/{ticket.number}/").json(), *(plain(iris, address) for address in addresses)]
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "The quote is with the office.", by=tess, at=later(60))
    after = [api.get(f"/api/v1/tickets/{ticket.number}/").json(), *(plain(iris, address) for address in addresses)]
    assert before == after


def plain(client: Client, address: str) -> list[str]:
    """Return a page's lines without its tokens, which differ each time."""
    lines = client.get(address).content.decode().splitlines()
    return [line for line in lines if "csrf" not in line.lower() and 'name="once"' not in line]


def test_e7_the_search_by_an_old_place_in_the_story_gives_nothing_away(cast: Cast, ticket: Ticket) -> None:
    with tenancy.only([cast.harbor.pk], side=cast.northwind.pk):
        newest = Event.objects.for_tenant(cast.harbor).of(ticket.pk).latest("id").pk
    shown = cast.browser("Iris").get(f"/harbor-dental/tickets/{ticket.number}/?before={newest + 1}").content.decode()
    assert THEIRS not in shown
    assert access.may(cast.actor("Iris"), "note.read_private_own")
