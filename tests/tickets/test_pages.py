"""The pages: they work, strangers find nothing, wrong roles are told who may, refusals keep what was written."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import from_alert, from_person, later
from tickets import actions
from tickets.models import Event, Ticket

TICKETS = "/harbor-dental/tickets/"
MOVES = ["take", "reply", "note", "resolve", "close", "reopen", "confirm", "cancel", "cancel-own"]


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


def address(ticket: Ticket, move: str = "") -> str:
    return f"{TICKETS}{ticket.number}/{move}{'/' if move else ''}"


def fresh(cast: Cast, ticket: Ticket) -> Ticket:
    with cast.scope():
        return Ticket.objects.for_tenant(cast.harbor).get(id=ticket.pk)


def statements(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(where).status_code == 200
    return len(caught)


# --- the lists


@pytest.mark.parametrize("name", ["Iris", "Ivo", "Lena", "Auditor", "Tariq", "Tess"])
def test_both_sides_see_the_clients_list(cast: Cast, ticket: Ticket, name: str) -> None:
    shown = cast.browser(name).get(TICKETS)
    assert shown.status_code == 200
    assert "The viewer will not open" in shown.content.decode()


@pytest.mark.parametrize("name", ["Pine's manager", "Olga"])
@pytest.mark.parametrize("place", ["", "new/", "1/"])
def test_a_stranger_finds_nothing(cast: Cast, ticket: Ticket, name: str, place: str) -> None:
    assert cast.browser(name).get(TICKETS + place).status_code == 404


def test_the_desk_queue_shows_every_client_served_and_no_other_side_may_see_it(cast: Cast, ticket: Ticket) -> None:
    with cast.scope(cast.pine):
        from_alert(cast.pine, title="Switch reboots")
    shown = cast.browser("Tariq").get("/desk/queue/").content.decode()
    assert "The viewer will not open" in shown
    assert "Switch reboots" in shown
    assert cast.browser("Iris").get("/desk/queue/").status_code == 403


def test_filters_are_in_the_address(cast: Cast, ticket: Ticket) -> None:
    with cast.scope(cast.pine):
        from_alert(cast.pine, title="Switch reboots")
    ours = from_alert_of_internal(cast)
    with cast.as_("Tariq") as tariq:
        actions.take(ticket.pk, by=tariq, at=later(1))
    tariq_sees = cast.browser("Tariq")

    def titles(query: str) -> set[str]:
        page = tariq_sees.get(f"/desk/queue/?{query}").content.decode()
        return {title for title in ("The viewer will not open", "Switch reboots", ours) if title in page}

    assert titles("") == {"The viewer will not open", "Switch reboots"}
    assert titles("q=side:both") == {"The viewer will not open", "Switch reboots", ours}
    assert titles("client=pine-clinics") == {"Switch reboots"}
    assert titles("side=internal") == {ours}
    assert titles("state=new") == {"Switch reboots", ours}
    assert titles("duty=backup.jobs") == {"Switch reboots", ours}
    assert titles("taken=mine") == {"The viewer will not open"}
    assert titles("taken=nobody") == {"Switch reboots", ours}
    assert titles("state=closed") == set()
    assert tariq_sees.get("/desk/queue/?client=nobody-here").status_code == 404
    assert tariq_sees.get("/desk/queue/?after=rubbish").status_code == 404


def from_alert_of_internal(cast: Cast) -> str:
    with cast.scope():
        return from_alert(cast.harbor, side=Side.INTERNAL, title="Badge printer jams").ticket.title


def test_the_most_pressing_comes_first_and_pages_follow_without_gap_or_repeat(cast: Cast) -> None:
    for number in range(130):
        tenant = cast.harbor if number % 2 else cast.pine
        with cast.scope(tenant):
            from_alert(tenant, title=f"Trouble <{number:03}>", at=later(-number))
    tess, where, seen = cast.browser("Tess"), "/desk/queue/", []
    while where:
        page = tess.get(where).content.decode()
        seen += [part[:3] for part in page.split("Trouble &lt;")[1:]]
        where = (
            "/desk/queue/" + page.split('href="?')[-1].split('"')[0].join(["?", ""]).replace("&amp;", "&") if 'rel="next"' in page else ""
        )
    assert seen == [f"{number:03}" for number in range(129, -1, -1)]


def test_side_is_a_word_as_well_as_a_colour(cast: Cast, ticket: Ticket) -> None:
    assert '<span class="side-of provider">Northwind MSP</span>' in cast.browser("Iris").get(TICKETS).content.decode()


def test_only_the_holding_side_has_a_take_button(cast: Cast, ticket: Ticket) -> None:
    assert f'action="{address(ticket, "take")}"' in cast.browser("Tariq").get(TICKETS).content.decode()
    for name in ("Iris", "Lena", "Auditor"):
        assert "/take/" not in cast.browser(name).get(TICKETS).content.decode()


def test_a_list_costs_the_same_when_its_rows_double(cast: Cast) -> None:
    tess, iris = cast.browser("Tess"), cast.browser("Iris")
    found = []
    for _ in range(2):
        for number in range(10):
            with cast.scope():
                row = from_alert(cast.harbor, title=f"T{number}").ticket
            with cast.as_("Tariq") as tariq:
                actions.take(row.pk, by=tariq, at=later(1))
        found.append((statements(tess, "/desk/queue/"), statements(iris, TICKETS), statements(iris, TICKETS + "?state=all")))
    assert found[0] == found[1]
    assert max(found[0]) <= 16


# --- a new ticket


def test_a_new_ticket_says_whose_it_is_and_why(cast: Cast) -> None:
    iris = cast.browser("Iris")
    assert iris.get(TICKETS + "new/").status_code == 200
    said = {"title": "No picture", "text": "Dark since nine.", "impact": "team", "urgency": "stopped", "duty": "", "once": "abc"}
    answer = iris.post(TICKETS + "new/", said, follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0] == TICKETS + "1/"
    assert "Sent to" in page
    assert "Dark since nine." in page
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).get()
    assert ticket.because in page
    assert ticket.requester_id == cast.people["Iris"].pk
    iris.post(TICKETS + "new/", said)
    with cast.scope():
        assert Ticket.objects.for_tenant(cast.harbor).count() == 1


def test_an_incomplete_ticket_is_refused_with_what_was_typed(cast: Cast) -> None:
    answer = cast.browser("Lena").post(TICKETS + "new/", {"title": "No picture", "text": "", "impact": "team", "urgency": "stopped"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="No picture"' in page
    assert "Say what you saw, and since when." in page
    assert "<title>Error: " in page


def test_an_auditor_opens_nothing_and_is_told_who_may(cast: Cast) -> None:
    auditor = cast.browser("Auditor")
    assert auditor.get(TICKETS + "new/").status_code == 403
    assert "Internal technician" in auditor.get(TICKETS + "new/").content.decode()
    assert "New ticket" not in auditor.get(TICKETS).content.decode()


# --- one ticket


def test_the_page_tells_whose_it_is(cast: Cast, ticket: Ticket) -> None:
    page = cast.browser("Iris").get(address(ticket)).content.decode()
    for words in (
        "Accountable",
        "Harbor Dental IT",
        "Does it now",
        "Version 1 names it at this hour.",
        "nobody yet",
        "The whole client.",
        "version 1",
    ):
        assert words in page
    assert page.count("<h1>") == 1


def test_an_unsigned_route_says_so(cast: Cast, ticket: Ticket) -> None:
    with cast.scope():
        Ticket.objects.for_tenant(cast.harbor).update(signed=False)
    assert "not signed" in cast.browser("Iris").get(address(ticket)).content.decode()


def test_unknown_numbers_are_not_here(cast: Cast, ticket: Ticket) -> None:
    assert cast.browser("Iris").get(TICKETS + "99/").status_code == 404
    assert cast.browser("Iris").post(TICKETS + "99/reply/", {"text": "x", "mode": "public"}).status_code == 404


@pytest.mark.parametrize("move", MOVES)
def test_a_move_is_a_post_of_somebody_who_belongs_here(cast: Cast, ticket: Ticket, move: str) -> None:
    assert cast.browser("Iris").get(address(ticket, move)).status_code == 405
    for stranger in ("Olga", "Pine's manager"):
        assert cast.browser(stranger).post(address(ticket, move), {"text": "x"}).status_code == 404
    assert cast.browser("Auditor").post(address(ticket, move), {"text": "x"}).status_code == 403
    assert Client().post(address(ticket, move)).status_code == 302
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).count() == 1


def test_the_life_of_a_ticket_by_its_pages(cast: Cast, ticket: Ticket) -> None:
    tariq, iris = cast.browser("Tariq"), cast.browser("Iris")
    assert tariq.post(address(ticket, "take"), {"seen": 1}).status_code == 302
    assert tariq.post(address(ticket, "reply"), {"text": "On it.", "mode": "public", "seen": 2}).status_code == 302
    assert tariq.post(address(ticket, "note"), {"text": "Old disk.", "mode": "private"}).status_code == 302
    assert tariq.post(address(ticket, "resolve"), {"text": "New disk.", "seen": 3}).status_code == 302
    assert iris.post(address(ticket, "reopen"), {"text": "Room 3 fails.", "seen": 4}).status_code == 302
    assert tariq.post(address(ticket, "resolve"), {"text": "Room 3 too.", "seen": 5}).status_code == 302
    assert iris.post(address(ticket, "confirm"), {"seen": 6}).status_code == 302
    assert fresh(cast, ticket).state == "CLOSED"
    page = iris.get(address(ticket)).content.decode()
    assert [page.index(words) for words in ("It worked before lunch.", "On it.", "New disk.", "Room 3 fails.", "Room 3 too.")] == sorted(
        page.index(words) for words in ("It worked before lunch.", "On it.", "New disk.", "Room 3 fails.", "Room 3 too.")
    )


def test_buttons_one_may_never_use_are_absent_and_others_say_why_not_now(cast: Cast, ticket: Ticket) -> None:
    tariq = cast.browser("Tariq").get(address(ticket)).content.decode()
    assert 'aria-disabled="true" aria-describedby="why-resolve"' in tariq
    assert "Take this ticket first" in tariq
    iris = cast.browser("Iris").get(address(ticket)).content.decode()
    assert "resolve/" not in iris
    assert 'id="why-resolve"' not in iris
    assert 'aria-disabled="true" aria-describedby="why-confirm"' in iris
    assert f'action="{address(ticket, "cancel-own")}"' in iris
    auditor = cast.browser("Auditor").get(address(ticket)).content.decode()
    assert "<form" not in auditor.split('<main id="main"')[1].split("</main>")[0]


def test_a_refused_move_keeps_the_words_and_says_what_to_do(cast: Cast, ticket: Ticket) -> None:
    answer = cast.browser("Iris").post(address(ticket, "cancel-own"), {"text": "no need", "seen": 1})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Say why in ten characters or more") == 2
    assert "no need</textarea>" in page
    assert 'aria-invalid="true"' in page


def test_a_move_not_possible_now_is_422_and_changes_nothing(cast: Cast, ticket: Ticket) -> None:
    answer = cast.browser("Tariq").post(address(ticket, "resolve"), {"text": "New disk.", "seen": 1})
    assert answer.status_code == 422
    assert "Take this ticket first" in answer.content.decode()
    assert fresh(cast, ticket).state == "NEW"


@pytest.mark.parametrize("move", ["take", "resolve", "close", "cancel"])
def test_the_other_side_never_moves_it_and_is_told_what_to_do(cast: Cast, ticket: Ticket, move: str) -> None:
    answer = cast.browser("Iris").post(address(ticket, move), {"text": "New disk, so it is done.", "seen": 1})
    assert answer.status_code == 422
    assert "The other side holds this ticket. Write to them in a reply." in answer.content.decode()
    assert fresh(cast, ticket).state == "NEW"


def test_only_the_one_who_asked_confirms(cast: Cast, ticket: Ticket) -> None:
    assert cast.browser("Ivo").post(address(ticket, "confirm"), {"seen": 1}).status_code == 422


def test_a_page_that_changed_meanwhile_is_409_with_what_changed_and_the_text_kept(cast: Cast, ticket: Ticket) -> None:
    cast.browser("Tariq").post(address(ticket, "take"), {"seen": 1})
    answer = cast.browser("Iris").post(address(ticket, "reply"), {"text": "Any news?", "mode": "shared", "seen": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Tariq took this" in page
    assert ">Any news?</textarea>" in page
    assert 'value="shared" checked' in page
    assert 'name="seen" value="2"' in page


def test_the_second_taker_is_told(cast: Cast, ticket: Ticket) -> None:
    cast.browser("Tariq").post(address(ticket, "take"), {"seen": 1})
    answer = cast.browser("Tess").post(address(ticket, "take"), {"seen": 1})
    assert answer.status_code == 409
    assert "Tariq took this" in answer.content.decode()


def test_a_text_meant_as_private_is_never_sent_as_a_reply(cast: Cast, ticket: Ticket) -> None:
    answer = cast.browser("Tess").post(address(ticket, "reply"), {"text": "The quote is with the office.", "mode": "private", "seen": 1})
    assert answer.status_code == 422
    assert 'value="private" data-act="n" checked' in answer.content.decode()
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).count() == 1


def test_pressing_send_twice_sends_once(cast: Cast, ticket: Ticket) -> None:
    iris, said = cast.browser("Iris"), {"text": "Any news?", "mode": "public", "seen": 1, "once": "one-form"}
    assert [iris.post(address(ticket, "reply"), said).status_code for _ in range(2)] == [302, 302]
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).filter(text="Any news?").count() == 1


def test_text_is_text(cast: Cast, ticket: Ticket) -> None:
    iris = cast.browser("Iris")
    iris.post(address(ticket, "reply"), {"text": "<script>alert(1)</script>", "mode": "public", "seen": 1})
    assert "<script>alert" not in iris.get(address(ticket)).content.decode()


def test_a_link_of_an_origin_is_followed_only_where_it_is_one(cast: Cast) -> None:
    with cast.scope():
        good = from_alert(cast.harbor).ticket
        bad = from_alert(cast.harbor).ticket
        Ticket.objects.for_tenant(cast.harbor).filter(id=bad.pk).update(origin_link="javascript:alert(1)")
    iris = cast.browser("Iris")
    assert 'href="/harbor-dental/alerts/1/"' in iris.get(address(good)).content.decode()
    assert "javascript:" not in iris.get(address(bad)).content.decode()


def test_a_ticket_costs_the_same_when_its_story_doubles(cast: Cast, ticket: Ticket) -> None:
    iris, found = cast.browser("Iris"), []
    for _ in range(2):
        with cast.as_("Tess") as tess:
            for number in range(10):
                actions.reply(ticket.pk, f"Line {number}", Audience.PUBLIC, by=tess, at=later(number))
        found.append(statements(iris, address(ticket)))
    assert found[0] == found[1]
    assert found[0] <= 34


def test_a_storm_of_repeats_is_one_line(cast: Cast) -> None:
    with cast.scope():
        for number in range(30):
            ticket = from_alert(cast.harbor, condition="dc-02/disk", at=later(number)).ticket
    page = cast.browser("Iris").get(address(ticket)).content.decode()
    assert page.count("no space left") == 2
    assert "Seen 30 times, one ticket." in page


def test_a_long_story_is_shown_in_parts(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        for number in range(205):
            actions.reply(ticket.pk, f"Line <{number:03}>", Audience.PUBLIC, by=tess, at=later(number))
    iris = cast.browser("Iris")
    page = iris.get(address(ticket)).content.decode()
    assert "Line &lt;204&gt;" in page
    assert "Line &lt;000&gt;" not in page
    before = page.split('href="?before=')[1].split('"')[0]
    assert "Line &lt;000&gt;" in iris.get(address(ticket) + f"?before={before}").content.decode()
