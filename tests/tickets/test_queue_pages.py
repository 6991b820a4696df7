"""The queue as people see it: the next clock first, each row with all it needs, every word a way on."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import from_alert, from_person, later
from tickets import actions
from tickets.models import Presence, Ticket
from tickets.views.lists import VIEWS

DESK, TICKETS = "/desk/queue/", "/harbor-dental/tickets/"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


def change(cast: Cast, ticket: Ticket, **columns: object) -> None:
    with cast.scope():
        Ticket.objects.for_tenant(cast.harbor).filter(id=ticket.pk).update(**columns)


def alert(cast: Cast, title: str, *, side: Side = Side.PROVIDER, **columns: object) -> Ticket:
    with cast.scope():
        made = from_alert(cast.harbor, side=side, title=title).ticket
    if columns:
        change(cast, made, **columns)
    return made


def text(client: Client, line: str = "", where: str = DESK) -> str:
    """Return what a list shows in its main part."""
    answer = client.get(where, {"q": line} if line else {})
    assert answer.status_code == 200, line
    return unescape(answer.content.decode().split('<main id="main"')[1])


def titles(client: Client, line: str = "", where: str = DESK) -> list[str]:
    """Return the subjects of a list in its order."""
    return [part.split("</a>")[0].split(">")[-1] for part in text(client, line, where).split('class="subj"')[1:]]


def test_the_next_clock_comes_first_over_all_clients(cast: Cast) -> None:
    now = timezone.now()
    for minutes in (30, 10, 20):
        alert(cast, f"In {minutes}", next_at=now + timedelta(minutes=minutes), next_what="fix")
    with cast.scope(cast.pine):
        late = from_alert(cast.pine, title="Late at Pine").ticket
        Ticket.objects.for_tenant(cast.pine).filter(id=late.pk).update(next_at=now - timedelta(minutes=12), next_what="answer")
    tess = cast.browser("Tess")
    assert titles(tess) == ["Late at Pine", "In 10", "In 20", "In 30"]
    page = text(tess)
    assert "12 min over" in page
    assert "first answer" in page
    assert titles(tess, "due:15m") == ["Late at Pine", "In 10"]
    assert titles(tess, "late") == ["Late at Pine"]


def test_the_desk_begins_with_its_own_side_and_never_hides_what_nobody_owns(cast: Cast) -> None:
    alert(cast, "Ours")
    alert(cast, "Theirs", side=Side.INTERNAL)
    alert(cast, "Ownerless", side=Side.INTERNAL, unowned=True)
    alert(cast, "On its way", side=Side.INTERNAL, offer_kind="OFFER", offer_to="PROVIDER", offer_side="INTERNAL")
    tess, iris = cast.browser("Tess"), cast.browser("Iris")
    assert set(titles(tess)) == {"Ours", "Ownerless", "On its way"}
    assert set(titles(tess, "side:both")) == {"Ours", "Theirs", "Ownerless", "On its way"}
    assert titles(tess, "side:theirs client:harbor with:nobody") == titles(iris, "side:internal", TICKETS)
    assert titles(iris, "", TICKETS) == titles(cast.browser("Tess"), "", TICKETS)
    assert set(titles(iris, "side:ours", TICKETS)) == {"Theirs", "Ownerless", "On its way"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("mine", ["Taken"]),
        ("with:tar", ["Taken"]),
        ("with:nobody side:provider", ["Bounced", "Declined"]),
        ("waiting", ["Waits"]),
        ("crossed", ["Bounced"]),
        ("nobodys", ["Bounced", "Declined"]),
        ("closed:today", ["Done"]),
        ("priority:critical", ["Waits"]),
        ("duty:backup client:har side:internal", ["Asked", "Waits"]),
        ("offered", ["Asked"]),
        ("offering", ["Given"]),
        ("from:iris", []),
        ("side:both", ["Asked", "Bounced", "Declined", "Given", "Taken", "Waits"]),
        ("dc-02 taken", ["Taken"]),
    ],
)
def test_each_word_of_the_line(cast: Cast, line: str, found: list[str]) -> None:
    taken = alert(cast, "Taken", side=Side.PROVIDER)
    with cast.as_("Tariq") as tariq:
        actions.take(taken.pk, by=tariq, at=later(1))
    alert(cast, "Waits", side=Side.INTERNAL, state="WAITING", priority="P1", wait_reason="requester", wait_for="Ana")
    alert(cast, "Bounced", crossings=2)
    alert(cast, "Declined", declines=2)
    alert(cast, "Asked", side=Side.INTERNAL, offer_kind="OFFER", offer_to="PROVIDER", offer_side="INTERNAL")
    given = alert(cast, "Given", offer_kind="OFFER", offer_to="INTERNAL", offer_side="PROVIDER")
    change(cast, given, assignee=cast.people["Tess"])
    alert(cast, "Done", state="CLOSED", closed_at=timezone.now())
    alert(cast, "Done long ago", state="CLOSED", closed_at=later(-60 * 24 * 400))
    assert sorted(titles(cast.browser("Tariq"), line)) == found


def test_every_ready_view_opens_and_counts_what_it_shows(cast: Cast, ticket: Ticket) -> None:
    alert(cast, "Bounced", crossings=2)
    alert(cast, "Theirs", side=Side.INTERNAL)
    tess = cast.browser("Tess")
    page = text(tess)
    for part in page.split('aria-label="Views"')[1].split("</nav>")[0].split("<a ")[1:]:
        where = part.split('href="')[1].split('"')[0]
        shown = unescape(tess.get(DESK + where).content.decode()).count('class="subj"')
        if '"n">' in part:
            assert int(part.split('"n">')[1].split("<")[0]) == shown, part
    assert page.count('aria-current="page"') == 1
    assert len(VIEWS) == page.split('aria-label="Views"')[1].split("</nav>")[0].count("<a ") - 1


def test_what_is_not_understood_is_said_and_nothing_fails(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    for line, said in {
        "client:nowhere": "No client of yours is called “nowhere”.",
        "with:zebra": "Nobody here is called “zebra”.",
        "state:broken": "is none of todo",
        "due:soon": "says no time",
        "foo:bar": "is no filter",
    }.items():
        assert said in text(tess, line)
    assert titles(tess, "with:zebra") == []
    assert titles(tess, "client:nowhere") == []
    assert tess.get(DESK, {"q": "x" * 5000}).status_code == 200
    assert tess.get(DESK, {"q": "a\x00b"}).status_code == 200


def test_a_reference_or_number_finds_its_ticket_and_no_other_clients(cast: Cast, ticket: Ticket) -> None:
    with cast.scope(cast.pine):
        from_alert(cast.pine, title="Pine's first")
    tess = cast.browser("Tess")
    assert titles(tess, "hd-1") == [ticket.title]
    assert titles(tess, "PC-1") == ["Pine's first"]
    assert sorted(titles(tess, "#1")) == sorted([ticket.title, "Pine's first"])
    assert titles(cast.browser("Iris"), "pc-1", TICKETS) == []
    find = TICKETS + "find/"
    assert cast.browser("Iris").get(find, {"q": "HD-1"})["Location"] == f"{TICKETS}1/"
    assert cast.browser("Iris").get(find, {"q": "viewer"})["Location"] == "../?q=viewer"
    assert cast.browser("Iris").get(find, {"q": "PC-1"})["Location"] == "../?q=PC-1"
    assert cast.browser("Olga").get(find, {"q": "HD-1"}).status_code == 404


def test_words_of_a_row_lead_on(cast: Cast) -> None:
    made = alert(cast, "Disk is full")
    with cast.as_("Tariq") as tariq:
        actions.take(made.pk, by=tariq, at=later(1))
    tess = cast.browser("Tess")
    page = text(tess)
    for line in ("client:harbor-dental", "with:Tariq"):
        assert f'href="?q={line.replace(":", "%3A")}"' in page
        assert titles(tess, line) == ["Disk is full"]


def test_the_last_words_are_those_that_both_sides_read(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "Licence server\nanswers slowly.", Audience.SHARED, by=tess, at=later(1))
        actions.note(ticket.pk, "Do not promise a date.", by=tess, at=later(2))
    for name, where in (("Tess", DESK), ("Iris", TICKETS)):
        page = text(cast.browser(name), "", where)
        assert "Tess: “Licence server answers slowly.”" in page
        assert "Do not promise" not in page


def test_who_is_there_is_shown_to_the_others(cast: Cast, ticket: Ticket) -> None:
    now = timezone.now()
    with cast.as_("Tariq") as tariq:
        Presence.objects.create(
            tenant=cast.harbor, ticket=ticket, user_id=tariq.user_id, audience="SHARED", side_id=tariq.company_id, name="Tariq",
            by_side="PROVIDER", seen_at=now,
        )  # fmt: skip
    assert "Tariq is here" in text(cast.browser("Iris"), "", TICKETS)
    assert "Tariq is here" not in text(cast.browser("Tariq"), "", TICKETS)
    with cast.as_("Tariq"):
        Presence.objects.for_tenant(cast.harbor).update(seen_at=now - timedelta(minutes=5))
    assert "Tariq is here" not in text(cast.browser("Iris"), "", TICKETS)


def test_what_is_offered_stands_on_top_with_what_to_do_and_what_not(cast: Cast) -> None:
    now = timezone.now()
    alert(
        cast,
        "Viewer broken",
        side=Side.INTERNAL,
        offer_kind="OFFER",
        offer_to="PROVIDER",
        offer_side="INTERNAL",
        offer_name="Ivo",
        offer_at=now - timedelta(minutes=12),
        offer_expires_at=now + timedelta(minutes=18, seconds=30),
        packet={"next": "Reinstall the viewer service.", "must_not": "Touch the image store."},
    )
    page = text(cast.browser("Tariq"))
    card = page.split('aria-labelledby="offered"')[1].split("</section>")[0]
    for words in (
        "Ivo",
        "Reinstall the viewer service.",
        "Touch the image store.",
        "0:18",
        "then back to Ivo",
        "Accept",
        "Decline with a reason",
        "Ask",
    ):
        assert words in card
    assert f'formaction="{TICKETS}1/accept/"' in card
    assert "Offered to you" not in text(cast.browser("Iris"), "", TICKETS)
    assert "Offered to you" not in text(cast.browser("Lena"), "", TICKETS)


def test_an_empty_list_says_which_clock_is_next(cast: Cast, ticket: Ticket) -> None:
    change(cast, ticket, next_at=timezone.now() + timedelta(minutes=80, seconds=30), next_what="fix")
    page = text(cast.browser("Tess"), "mine")
    assert "Nothing waits for you. Next clock: HD-1 in 1:20, with nobody yet." in page


def test_a_page_that_looks_again_gets_the_rows_alone_or_nothing_new(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    first = tess.get(DESK, headers={"X-Rows": "1"})
    assert first.content.decode().lstrip().startswith('<tbody id="rows">')
    assert ticket.title in first.content.decode()
    same = tess.get(DESK, headers={"X-Rows": "1", "If-None-Match": first["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=timezone.now())
    assert tess.get(DESK, headers={"X-Rows": "1", "If-None-Match": first["ETag"]}).status_code == 200


def counted(client: Client, where: str) -> int:
    """Return how many statements a page takes; the marks of a transaction inside the test's own are none."""
    with CaptureQueriesContext(connection) as caught:
        assert client.get(where).status_code == 200
    return len([one for one in caught if "SAVEPOINT" not in one["sql"]])


def test_p5_a_page_takes_twelve_statements_at_most_whatever_the_rows(cast: Cast, ticket: Ticket) -> None:
    tess, iris = cast.browser("Tess"), cast.browser("Iris")
    found = []
    for _ in range(2):
        for number in range(8):
            made = alert(cast, f"T{number}")
            with cast.as_("Tariq") as tariq:
                actions.take(made.pk, by=tariq, at=later(1))
            alert(cast, f"O{number}", side=Side.INTERNAL, offer_kind="OFFER", offer_to="PROVIDER", offer_side="INTERNAL", offer_name="Ivo")
        pages = (DESK, DESK + "?q=mine", DESK + "?q=side:both")
        found.append([*(counted(tess, page) for page in pages), counted(iris, TICKETS), counted(iris, TICKETS + "?state=all")])
    assert found[0] == found[1]
    assert max(found[0]) <= 12
