"""Talking on a ticket: drafts and marks, names, canned replies, sharing, blanking; and what of it the other side can never see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged import tenancy, walls
from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import a_file, from_person
from tickets import actions, queries
from tickets.domain import talk
from tickets.models import Canned, Draft, Event, Kind, Presence, Redaction, Ticket, Watcher

NOW = timezone.now().replace(microsecond=0)
PEOPLE = {1: "Tess", 2: "Tess Ng", 3: "Tariq", 4: "Ivo Baum", 5: "Ivo Stein", 6: "Åsa O'Neil"}


def later(minutes: float) -> Any:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind, opened just now."""
    with cast.as_("Iris") as iris:
        return from_person(iris, at=NOW)


def address(ticket: Ticket, more: str = "") -> str:
    return f"/harbor-dental/tickets/{ticket.number}/{more}"


def page(client: Client, ticket: Ticket, more: str = "") -> str:
    return client.get(address(ticket, more)).content.decode()


def notices(cast: Cast) -> list[Notice]:
    with cast.scope():
        return list(Notice.objects.for_tenant(cast.harbor).order_by("id"))


# --- pure words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@tess look", (1,)),
        ("@Tess Ng look", (2,)),
        ("@TESS NG, look", (2,)),
        ("@tess and @tariq and @Tess", (1, 3)),
        ("(@tariq)", (3,)),
        ("mail tariq@tariq.test", ()),
        ("@@tariq", ()),
        ("@ tariq", ()),
        ("@ivo", ()),
        ("@Ivo Stein!", (5,)),
        ("@tariqs", ()),
        ("@åsa o'neil", (6,)),
        ("@nobody", ()),
        ("", ()),
        ("@" * 10_000, ()),
        ("@tess " * 10_000, (1,)),
    ],
)
def test_whom_a_text_names(text: str, found: tuple[int, ...]) -> None:
    assert talk.named(text, PEOPLE) == found


def test_a_canned_reply_is_filled_once_and_by_a_fixed_list() -> None:
    facts = {"requester": "{ticket}", "ticket": "HD-1", "client": "Harbor {client}"}
    words = "Dear {requester}, {ticket} of {client}: {password} {0} {requester.__class__} {{ticket}} {% now %} %s ${ticket}"
    assert talk.filled(words, facts) == (
        "Dear {ticket}, HD-1 of Harbor {client}: {password} {0} {requester.__class__} {HD-1} {% now %} %s $HD-1"
    )


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "Nobody is told by e-mail; whoever opens the ticket reads it."),
        (["Iris"], "Goes to Iris."),
        (["Iris", "Ivo"], "Goes to Iris and Ivo."),
        (["Iris", "Ivo", "Pat"], "Goes to Iris, Ivo and Pat."),
        (["Iris", "Ivo", "Pat", "Kim"], "Goes to Iris, Ivo, Pat and Kim."),
        (["Iris", "Ivo", "Pat", "Kim", "Lee"], "Goes to Iris, Ivo, Pat and 2 more."),
    ],
)
def test_who_is_told_is_named(names: list[str], words: str) -> None:
    assert talk.goes_to(names) == words


# --- the composer


def test_the_composer_names_exactly_those_who_are_told(cast: Cast, ticket: Ticket) -> None:
    shown = page(cast.browser("Tess"), ticket)
    assert "Goes to Iris and Ivo." in shown
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "On it.", Audience.SHARED, by=tess, at=later(1))
    told = {notice.to_name for notice in notices(cast) if "replied" in notice.text}
    assert told == {"Iris", "Ivo"}


def test_the_three_modes_and_what_each_button_says(cast: Cast, ticket: Ticket) -> None:
    shown = page(cast.browser("Tess"), ticket)
    for words in (
        "Send reply",
        "Send to both sides",
        "Save private note",
        "Private note, only Northwind MSP",
        "It never leaves by e-mail.",
    ):
        assert words in shown
    assert 'value="public" data-act="r" checked' in shown
    lena = page(cast.browser("Lena"), ticket)
    assert "data-draft" not in lena
    assert "Follow this ticket" not in lena
    assert "Goes to" in lena


def test_words_begun_as_a_private_note_are_not_sent_to_both_sides_unasked(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    said = {"text": "They owe us money.", "mode": "shared", "began": "private", "once": "a"}
    refused = tess.post(address(ticket, "reply/"), said)
    body = refused.content.decode()
    assert refused.status_code == 422
    assert "You began this as a private note." in body
    assert 'name="shown"' in body
    assert "They owe us money.</textarea>" in body
    assert 'value="private"' in re.search(r'name="began" value="private"', body)[0]  # type: ignore[index]
    assert tess.post(address(ticket, "reply/"), said | {"shown": "yes"}).status_code == 302


# --- drafts


def write(cast: Cast, name: str, ticket: Ticket, mode: str, text: str, **said: Any) -> None:
    with cast.as_(name) as by:
        actions.keep_draft(ticket, mode, text, by=by, at=said.pop("at", later(1)), **said)


def begun(cast: Cast, name: str, ticket: Ticket) -> dict[str, str]:
    with cast.as_(name) as by:
        return {one.mode: one.text for one in queries.drafts(ticket, by)}


def test_a_draft_is_kept_for_each_mode_and_person_and_ends_when_it_is_sent(cast: Cast, ticket: Ticket) -> None:
    write(cast, "Tess", ticket, "public", "Dear")
    write(cast, "Tess", ticket, "public", "Dear Iris", at=later(2))
    write(cast, "Tess", ticket, "private", "The quote", at=later(3))
    write(cast, "Tariq", ticket, "public", "Mine")
    assert begun(cast, "Tess", ticket) == {"private": "The quote", "public": "Dear Iris"}
    shown = page(cast.browser("Tess"), ticket)
    assert "The quote</textarea>" in shown
    assert 'value="private" data-act="n" checked' in shown
    assert "You also began a reply" in shown
    assert "Dear Iris</textarea>" in page(cast.browser("Tess"), ticket, "?mode=public")
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "The quote is late.", by=tess, at=later(4))
    assert begun(cast, "Tess", ticket) == {"public": "Dear Iris"}
    write(cast, "Tess", ticket, "shared", "Dear both", was="public")
    assert begun(cast, "Tess", ticket) == {"shared": "Dear both"}
    write(cast, "Tess", ticket, "shared", "  ")
    assert begun(cast, "Tess", ticket) == {}
    assert begun(cast, "Tariq", ticket) == {"public": "Mine"}


def test_a_draft_that_arrives_after_its_message_is_kept_no_more(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    assert tess.post(address(ticket, "reply/"), {"text": "Done.", "mode": "public", "once": "x"}).status_code == 302
    assert tess.post(address(ticket, "draft/"), {"text": "Done.", "mode": "public", "once": "x"}).status_code == 204
    assert begun(cast, "Tess", ticket) == {}
    assert tess.post(address(ticket, "draft/"), {"text": "More", "mode": "public", "once": "y"}).status_code == 204
    assert begun(cast, "Tess", ticket) == {"public": "More"}
    assert tess.post(address(ticket, "draft/"), {"text": "x" * 20_001, "mode": "public"}).status_code == 422
    assert tess.post(address(ticket, "draft/"), {"text": "x", "mode": "everybody"}).status_code == 422


@pytest.mark.parametrize("mode", ["public", "private"])
def test_e7_no_statement_shows_a_draft_to_anybody_else(cast: Cast, ticket: Ticket, mode: str) -> None:
    write(cast, "Tess", ticket, mode, "canary draft")
    for name in ("Tariq", "Iris", "Lena", "Auditor"):
        reader = cast.actor(name)
        for person in (None, reader.user_id):
            with tenancy.only([cast.harbor.pk], side=reader.company_id, person=person), connection.cursor() as cursor:
                cursor.execute("SELECT text FROM tickets_draft")
                assert cursor.fetchall() == []
        assert "canary" not in page(cast.browser(name), ticket)
    tess = cast.actor("Tess")
    with tenancy.only([cast.harbor.pk], side=tess.company_id, person=tess.user_id):
        assert Draft.objects.for_tenant(cast.harbor).get().text == "canary draft"
    with cast.as_("Iris"), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Draft.objects.create(tenant=cast.harbor, ticket=ticket, user=cast.people["Tess"], audience="PUBLIC", text="x", at=NOW)


# --- marks


def seen(cast: Cast, name: str, ticket: Ticket, at: Any) -> list[str]:
    with cast.as_(name) as by:
        return [f"{one.name} {one.doing}" for one in queries.here(ticket, by, at)]


def test_marks_hold_a_minute_and_a_private_note_in_the_making_is_its_own_sides(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.mark_here(ticket, by=tess, at=later(0))
    assert seen(cast, "Iris", ticket, later(0.9)) == ["Tess is here"]
    assert seen(cast, "Tess", ticket, later(0.9)) == []
    assert seen(cast, "Iris", ticket, later(1)) == []
    write(cast, "Tess", ticket, "private", "The quote", at=later(5))
    assert seen(cast, "Tariq", ticket, later(5.5)) == ["Tess writes a private note"]
    assert seen(cast, "Iris", ticket, later(5.5)) == []
    assert seen(cast, "Auditor", ticket, later(5.5)) == []
    write(cast, "Tess", ticket, "shared", "Dear", at=later(6))
    assert seen(cast, "Iris", ticket, later(6.5)) == ["Tess is writing"]
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "Dear", Audience.SHARED, by=tess, at=later(6.6))
    assert seen(cast, "Iris", ticket, later(6.7)) == ["Tess is here"]
    with cast.scope(side=cast.harbor):
        assert {row.audience for row in Presence.objects.for_tenant(cast.harbor)} == {Audience.SHARED}


def test_old_marks_are_swept_by_the_next_one(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tariq") as tariq:
        actions.mark_here(ticket, by=tariq, at=later(0))
    with cast.as_("Tess") as tess:
        actions.mark_here(ticket, by=tess, at=later(60 * 25))
        assert [row.name for row in Presence.objects.for_tenant(cast.harbor)] == ["Tess"]


# --- what is new


def news(client: Client, ticket: Ticket, since: int, seen: int, tag: str = "") -> Any:
    headers = {"If-None-Match": tag} if tag else {}
    return client.get(address(ticket, f"live/?since={since}&seen={seen}"), headers=headers)


def newest(cast: Cast, ticket: Ticket) -> int:
    with cast.scope(side=cast.northwind):
        return Event.objects.for_tenant(cast.harbor).of(ticket.pk).latest("id").pk


def test_a_poll_brings_what_is_new_and_nothing_where_nothing_is(cast: Cast, ticket: Ticket) -> None:
    iris, start = cast.browser("Iris"), newest(cast, ticket)
    first = news(iris, ticket, start, 1)
    assert first.status_code == 200
    assert 'hx-swap-oob="beforeend:#thread"' not in first.content.decode()
    tag = first["ETag"]
    same = news(iris, ticket, start, 1, tag)
    assert (same.status_code, same.content) == (304, b"")
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "canary note", by=tess, at=later(1))
        actions.keep_draft(ticket, "private", "canary draft", by=tess, at=later(1))
    assert news(iris, ticket, start, 1, tag).status_code == 304
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "Restart it.", Audience.SHARED, by=tess, at=later(2), files=[a_file("how.txt")])
    fresh = news(iris, ticket, start, 1, tag)
    body = fresh.content.decode()
    assert fresh.status_code == 200
    assert "Restart it." in body
    assert "how.txt" in body
    assert "canary" not in body
    assert 'data-seen="2"' in body
    assert "What stands beside the story is older" not in body
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(3))
    moved = news(iris, ticket, newest(cast, ticket), 2).content.decode()
    assert "Tess took this" in moved
    assert 'data-seen="2"' in moved
    for odd in ("since=x&seen=-1", "since=" + "9" * 30, "", "since=²&seen=٣"):
        assert iris.get(address(ticket, f"live/?{odd}")).status_code == 200


def test_a_poll_costs_the_same_on_a_long_story(cast: Cast, ticket: Ticket) -> None:
    iris, costs = cast.browser("Iris"), []
    for _ in range(2):
        since = newest(cast, ticket)
        with CaptureQueriesContext(connection) as caught:
            assert news(iris, ticket, since, 1).status_code == 200
        costs.append(len(caught))
        with cast.as_("Tess") as tess:
            for number in range(40):
                actions.reply(ticket.pk, f"Line {number}.", Audience.SHARED, by=tess, at=later(1))
    assert costs[0] == costs[1] - 1, "one statement more tells whether the ticket changed besides"
    assert costs[0] <= 12


def test_g7_reading_calls_nobody(cast: Cast, ticket: Ticket) -> None:
    words = "![x](https://evil.test/x.png) <img src=https://evil.test/y.png> https://evil.test/z.png <link rel=stylesheet href=//evil.test>"
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, words, Audience.PUBLIC, by=tess, at=later(1))
        actions.note(ticket.pk, words, by=tess, at=later(1))
        actions.keep_draft(ticket, "public", words, by=tess, at=later(1))
    shown = page(cast.browser("Tess"), ticket)
    assert "evil.test" in shown
    assert not re.search(r"<(img|link|iframe|audio|video|object)[^>]*evil", shown)


def test_g13_looking_and_polling_change_nothing(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    before = rows(cast)
    for more in ("", "live/?since=0&seen=0", f"blank/{newest(cast, ticket)}/", f"share/{newest(cast, ticket)}/"):
        tess.get(address(ticket, more))
    assert rows(cast) == before


def rows(cast: Cast) -> list[int]:
    with cast.scope(side=cast.northwind):
        return [model.objects.for_tenant(cast.harbor).count() for model in (Event, Presence, Watcher, Draft, Redaction)]


# --- names and followers


def followers(cast: Cast, name: str, ticket: Ticket) -> set[str]:
    with cast.as_(name) as by:
        ids = queries.watchers(ticket, by)
    return {one for one, user in cast.people.items() if user.pk in ids}


def test_naming_somebody_tells_them_in_other_words_and_lets_them_follow(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(1))
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, "Does @Tariq know? And @ivo?", Audience.SHARED, by=iris, at=later(2))
    told = {notice.to_name: notice.text for notice in notices(cast) if "Does @Tariq know" in notice.text}
    assert set(told) == {"Tariq", "Ivo", "Tess"}
    assert told["Tariq"].startswith("Iris named you in this message.")
    assert told["Tess"].startswith("Iris replied.")
    assert followers(cast, "Iris", ticket) == {"Tariq", "Ivo"} == followers(cast, "Tess", ticket)
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, "And now?", Audience.SHARED, by=iris, at=later(3))
    assert {notice.to_name for notice in notices(cast) if "And now?" in notice.text} == {"Tess", "Tariq", "Ivo"}


def test_e7_whoever_is_named_in_a_private_note_is_so_for_his_own_side_alone(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(1))
        before = len(notices(cast))
        actions.note(ticket.pk, "canary for @Tariq and @Iris and @Lena", by=tess, at=later(2))
    told = notices(cast)[before:]
    assert {notice.to_name for notice in told} == {"Tariq"}
    assert "canary" not in " ".join(notice.text + notice.subject for notice in told)
    assert followers(cast, "Tess", ticket) == {"Tariq"}
    assert followers(cast, "Iris", ticket) == set()
    with cast.scope(side=cast.harbor):
        assert Watcher.objects.for_tenant(cast.harbor).count() == 0
    assert "Tariq" not in page(cast.browser("Iris"), ticket).split('id="follow"')[1].split("</form>")[0]
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "More.", by=tess, at=later(3))
    assert {notice.to_name for notice in notices(cast) if "wrote a note" in notice.text} == {"Tariq"}


def test_whoever_came_with_a_merged_ticket_is_told_of_what_is_public_alone(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.take(ticket.pk, by=tess, at=later(1))
    with cast.as_("Iris") as iris:
        Watcher.objects.create(
            tenant=cast.harbor, ticket=ticket, user=cast.people["Tariq"], audience=Audience.PUBLIC, side_id=iris.company_id, at=NOW
        )
        actions.reply(ticket.pk, "Between us all.", Audience.SHARED, by=iris, at=later(2))
        actions.reply(ticket.pk, "For everybody.", Audience.PUBLIC, by=iris, at=later(3))
    assert {notice.to_name for notice in notices(cast) if "Between us all." in notice.text} == {"Tess"}
    assert {notice.to_name for notice in notices(cast) if "For everybody." in notice.text} == {"Tess", "Tariq"}


def test_one_follows_and_follows_no_more_by_ones_own_wish(cast: Cast, ticket: Ticket) -> None:
    ivo = cast.browser("Ivo")
    for _ in range(2):
        assert ivo.post(address(ticket, "watch/")).status_code == 302
    assert "Ivo follows this ticket." in page(ivo, ticket)
    with cast.as_("Iris") as iris:
        actions.note(ticket.pk, "Between us.", by=iris, at=later(1))
    assert "Ivo" in {notice.to_name for notice in notices(cast) if "wrote a note" in notice.text}
    for _ in range(2):
        assert ivo.post(address(ticket, "unwatch/")).status_code == 302
    assert "Nobody follows this ticket yet." in page(ivo, ticket)


# --- canned replies


def test_canned_replies_are_an_organisations_own_at_every_client(cast: Cast, ticket: Ticket) -> None:
    tess, iris = cast.browser("Tess"), cast.browser("Iris")
    assert (
        tess.post("/harbor-dental/replies/new/", {"title": "canary", "text": "Hello {requester}, {ticket}, {client}."}).status_code == 302
    )
    assert "canary" in tess.get("/pine-clinics/replies/").content.decode()
    assert "canary" in page(tess, ticket)
    for where in ("/harbor-dental/replies/", address(ticket)):
        assert "canary" not in iris.get(where).content.decode()
    assert iris.get("/harbor-dental/replies/1/").status_code == 404
    taken = tess.post("/pine-clinics/replies/new/", {"title": "canary", "text": "x"})
    assert taken.status_code == 422
    assert "There is a reply called" in taken.content.decode()
    assert cast.browser("Tariq").get("/harbor-dental/replies/").status_code == 200
    assert cast.browser("Tariq").get("/harbor-dental/replies/new/").status_code == 403
    with cast.scope(side=cast.harbor), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_canned")
        assert cursor.fetchone() == (0,)


def test_a_canned_reply_goes_behind_what_is_written_and_nothing_is_sent(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tariq") as tariq, tenancy.only([cast.northwind.pk], side=cast.northwind.pk):
        Canned.objects.create(
            tenant=cast.northwind, number=1, title="Hi", text="Hello {requester}, {ticket}.", by_name="Tess", changed_at=NOW
        )
        assert tariq.company_id == cast.northwind.pk
    browser = cast.browser("Tariq")
    sent = browser.post(address(ticket, "insert/"), {"mode": "shared", "text": "First.", "canned": "1", "began": ""})
    assert (sent.status_code, sent["Location"]) == (302, address(ticket, "?mode=shared#write-text"))
    assert "First.\n\nHello Iris, HD-1.</textarea>" in page(browser, ticket, "?mode=shared")
    assert browser.post(address(ticket, "insert/"), {"mode": "shared", "text": "", "canned": "9"}).status_code == 404
    with cast.scope():
        assert not Event.objects.for_tenant(cast.harbor).of(ticket.pk).filter(kind=Kind.REPLY).exists()


def test_a_canned_reply_that_changed_meanwhile_is_409_with_the_text_kept(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Iris") as iris:
        actions.add_canned("Hi", "Hello.", by=iris, at=NOW)
        actions.change_canned(1, "Hi", "Good day.", by=iris, at=NOW)
    answer = cast.browser("Iris").post("/harbor-dental/replies/1/", {"title": "Hi", "text": "Mine", "seen": "1"})
    assert answer.status_code == 409
    assert "Iris changed this reply" in answer.content.decode()
    assert "Mine</textarea>" in answer.content.decode()
    assert cast.browser("Iris").post("/harbor-dental/replies/1/remove/").status_code == 302
    assert cast.browser("Iris").post("/harbor-dental/replies/1/remove/").status_code == 404


# --- sharing a private note


def test_ones_own_private_note_becomes_a_new_message_and_stays_what_it_is(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "The repository is full.", by=tess, at=later(1), files=[a_file("secret.log", b"x")])
        note = Event.objects.for_tenant(cast.harbor).of(ticket.pk).own_notes(tess.user_id).get()
    tess_, where = cast.browser("Tess"), address(ticket, f"share/{note.pk}/")
    asked = tess_.get(where).content.decode()
    assert "It cannot be taken back" in asked
    assert "Goes to Iris and Ivo." in asked
    for _ in range(2):
        assert tess_.post(where, {"once": "a"}).status_code == 302
    with cast.as_("Iris") as iris:
        entries = queries.sheet(queries.ticket_of(iris, ticket.number), iris, later(2)).entries
        assert [(one.text, one.audience, one.files) for one in entries if one.kind == Kind.REPLY] == [
            ("The repository is full.", Audience.SHARED, ())
        ]
    with cast.scope(side=cast.northwind):
        assert Event.objects.for_tenant(cast.harbor).get(pk=note.pk).audience == Audience.PROVIDER
    assert cast.browser("Tariq").get(where).status_code == 422
    assert "Only Tess may show this." in cast.browser("Tariq").post(where).content.decode()
    assert cast.browser("Iris").get(where).status_code == 404
    assert cast.browser("Lena").get(where).status_code == 403


# --- blanking a secret


@pytest.fixture
def pasted(cast: Cast, ticket: Ticket) -> Event:
    """A message of Tess's with a password in it."""
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "It is hunter2canary.", Audience.SHARED, by=tess, at=later(1))
    with cast.scope():
        return Event.objects.for_tenant(cast.harbor).of(ticket.pk).get(kind=Kind.REPLY)


REASON = "A password was pasted here."


def test_a_blanked_text_is_gone_everywhere_and_a_tombstone_stays(cast: Cast, ticket: Ticket, pasted: Event) -> None:
    assert any("hunter2canary" in notice.text for notice in notices(cast))
    iris, where = cast.browser("Iris"), address(ticket, f"blank/{pasted.pk}/")
    assert "hunter2canary" in iris.get(where).content.decode()
    for _ in range(2):
        assert iris.post(where, {"reason": REASON}).status_code == 302
    api = cast.api(cast.key(cast.northwind, "k_desk", Side.PROVIDER))
    answers = [page(cast.browser(name), ticket) for name in ("Iris", "Tess", "Lena", "Auditor")]
    answers += [api.get(f"/api/v1/tickets/{ticket.number}/?client=harbor-dental").content.decode()]
    answers += [notice.text for notice in notices(cast)]
    assert "hunter2canary" not in " ".join(answers)
    assert re.search(rf"Iris blanked this on \d+ \w+ \d\d:\d\d: {re.escape(REASON)}", answers[1])
    assert any("[blanked]" in notice.text for notice in notices(cast))
    with cast.scope(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tickets_event WHERE words @@ to_tsquery('simple', 'hunter2canary') OR text LIKE '%hunter2%'")
        assert cursor.fetchone() == (0,)
    with cast.scope():
        assert Redaction.objects.for_tenant(cast.harbor).count() == 1
        assert [entry.action for entry in Entry.objects.for_tenant(cast.harbor).filter(action="ticket.redact_secret")] == [
            "ticket.redact_secret"
        ]


def test_blanking_wants_a_reason_a_manager_and_a_fresh_second_factor(cast: Cast, ticket: Ticket, pasted: Event) -> None:
    where = address(ticket, f"blank/{pasted.pk}/")
    short = cast.browser("Iris").post(where, {"reason": "x"})
    assert short.status_code == 422
    assert "Say why in ten characters or more" in short.content.decode()
    for name in ("Ivo", "Tariq", "Lena", "Auditor"):
        assert cast.browser(name).post(where, {"reason": REASON}).status_code == 403
    tired = cast.browser("Iris")
    session = tired.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    asked = tired.post(where, {"reason": REASON})
    assert asked.status_code == 302
    assert "reauthenticate" in asked["Location"]
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).get(pk=pasted.pk).text == "It is hunter2canary."


def test_e7_a_private_text_is_blanked_by_its_own_side_and_leaves_no_trace_for_the_other(
    cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: still)  # the page counts minutes
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "hunter2canary", by=tess, at=later(1))
        note = Event.objects.for_tenant(cast.harbor).of(ticket.pk).own_notes(tess.user_id).get()
    where = address(ticket, f"blank/{note.pk}/")
    iris = cast.browser("Iris")
    before = page(iris, ticket)
    assert iris.post(where, {"reason": REASON}).status_code == 404
    assert cast.browser("Tess").post(where, {"reason": REASON}).status_code == 302
    assert "blanked this" in page(cast.browser("Tess"), ticket)
    strip = re.compile(r"[A-Za-z0-9]{64}|[0-9a-f]{32}")
    assert strip.sub("", page(iris, ticket)) == strip.sub("", before)
    with cast.scope(side=cast.harbor):
        assert Redaction.objects.for_tenant(cast.harbor).count() == 0
        assert not Entry.objects.for_tenant(cast.harbor).filter(action="ticket.redact_secret").exists()


def redaction(cast: Cast, blanked: Event, **other: Any) -> Redaction:
    columns: dict[str, Any] = {
        "tenant": cast.harbor,
        "ticket_id": blanked.ticket_id,
        "event": blanked,
        "audience": blanked.audience,
        "side": cast.harbor,
        "by_name": "x",
        "reason": "x",
        "at": NOW,
    }
    return Redaction.objects.create(**columns | other)


def test_the_ledger_lets_through_what_a_redaction_blanks_and_nothing_else(cast: Cast, ticket: Ticket, pasted: Event) -> None:
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "private", by=tess, at=later(1))
        secret = Event.objects.for_tenant(cast.harbor).of(ticket.pk).own_notes(tess.user_id).get()
    with cast.as_("Pine's manager", cast.pine) as manager:
        foreign = from_person(manager, at=NOW)
    with cast.scope(cast.pine):
        elsewhere = Event.objects.for_tenant(cast.pine).of(foreign.pk).earliest("id")
    with cast.as_("Iris"):
        for wrong in (
            {"event": secret},
            {"event": secret, "audience": secret.audience},
            {"event": secret, "audience": secret.audience, "side": cast.northwind},
            {"event": elsewhere},
            {"tenant": cast.pine, "event": elsewhere, "ticket_id": foreign.pk},
            {"audience": "PUBLIC"},
            {"side": cast.northwind},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                redaction(cast, pasted, **wrong)
        for statement in (
            "UPDATE tickets_event SET text = ''",
            "DELETE FROM tickets_event",
            "UPDATE tickets_redaction SET reason = 'y'",
            "DELETE FROM tickets_redaction",
            "SELECT tickets_redaction_blanks()",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        redaction(cast, pasted)
        before, after = pasted.__dict__, Event.objects.for_tenant(cast.harbor).get(pk=pasted.pk).__dict__
        changed = {name for name in before if before[name] != after[name]} - {"_state", "_side_cache"}
        assert changed == {"text"}
        assert after["text"] == ""
    with cast.scope(side=cast.northwind):
        assert Event.objects.for_tenant(cast.harbor).get(pk=secret.pk).text == "private"
    with cast.scope(cast.pine):
        assert Event.objects.for_tenant(cast.pine).get(pk=elsewhere.pk).text


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_of_the_table_changes_more_than_a_blanked_text(cast: Cast, ticket: Ticket, pasted: Event) -> None:
    with cast.as_("Iris"):
        redaction(cast, pasted)
    changes = ("text = 'other'", "text = '', by_name = 'x'", "text = '', version = 9", "text = '', audience = 'PUBLIC'", "at = now()")
    with walls.as_owner(), connection.cursor() as cursor:
        for change in changes:
            with pytest.raises(DatabaseError, match="only added to"):
                cursor.execute(f"UPDATE tickets_event SET {change} WHERE id = {pasted.pk} RETURNING id")  # noqa: S608 - our own words
        for rest in ("UPDATE tickets_event SET text = '' WHERE id <> %s", "DELETE FROM tickets_event WHERE id = %s"):
            with pytest.raises(DatabaseError, match="only added to"):
                cursor.execute(rest, [pasted.pk])
