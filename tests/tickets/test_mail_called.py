"""Mail that waits calls those who can decide: once at first, together for what comes soon after, and only the side it is for."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged import background, tenancy
from comanaged.accounts import channelling
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind
from comanaged.notices.models import Delivery, Notice
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import NOON, from_alert, from_person, later
from tests.tickets.letters import JOB, deliver, kept, letter, to, token_for
from tickets.actions import holding, mailing
from tickets.models import InboundMail, Outcome
from tickets.queries import held

pytestmark = pytest.mark.django_db(transaction=True)
TESS, STRANGER = "tess@example.test", "stranger@elsewhere.example"
STAFF = {"iris@example.test", "ivo@example.test", "tariq@example.test", TESS, "provideradministrator@example.test"}
HARBOR = {"iris@example.test", "ivo@example.test"}


def calls(cast: Cast) -> list[Notice]:
    with cast.scope():
        return list(Notice.objects.for_tenant(cast.harbor).filter(kind=Kind.MAIL).order_by("id"))


def told(cast: Cast) -> set[str]:
    return {row.to_address for row in calls(cast)}


def send(cast: Cast) -> None:
    """Let everything that waits have been sent."""
    with cast.scope():
        Notice.objects.for_tenant(cast.harbor).filter(sent_at=None).update(sent_at=NOON)


def stranger(cast: Cast, number: int, at: datetime = NOON) -> InboundMail:
    return deliver(cast, letter(f"s{number}@elsewhere.example", f"Hello {number}."), at=at)


def test_whoever_may_decide_hears_of_the_first_mail_and_of_nothing_it_says(cast: Cast) -> None:
    deliver(cast, letter(STRANGER, "My secret words.", subject="Secret subject"))
    assert told(cast) == {row.to_address for row in calls(cast)}
    assert told(cast) <= STAFF
    assert told(cast)
    row = calls(cast)[0]
    assert row.subject == "[Harbor Dental] 1 mail waits for a person"
    assert "1: unknown sender" in row.text
    assert "/harbor-dental/mail/held/" in row.text
    assert not any(word in row.text + row.subject for word in ("secret", "Secret", STRANGER))


def test_a_mail_at_a_ticket_calls_the_side_that_has_it_and_both_where_nobody_owns_it(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, side=Side.PROVIDER).ticket
        nobodys = from_alert(cast.harbor, side=Side.PROVIDER, unowned=True).ticket
        ours = from_alert(cast.harbor, side=Side.INTERNAL).ticket
    deliver(cast, letter(STRANGER, "Let me in."), to(cast.harbor, token_for(cast, ticket, "Tess")))
    assert told(cast) == STAFF - HARBOR
    send(cast)
    deliver(cast, letter(STRANGER, "Me too."), to(cast.harbor, token_for(cast, ours, "Iris")), at=later(20))
    assert {row.to_address for row in calls(cast) if row.sent_at is None} == HARBOR
    send(cast)
    deliver(cast, letter(STRANGER, "And me."), to(cast.harbor, token_for(cast, nobodys, "Iris")), at=later(60))
    assert {row.to_address for row in calls(cast) if row.sent_at is None} == STAFF


def test_a_burst_is_one_notice_now_and_one_later_that_says_how_many(cast: Cast) -> None:
    stranger(cast, 1)
    first = len(calls(cast))
    send(cast)
    for number in range(2, 9):
        stranger(cast, number, later(number))
    rows = calls(cast)[first:]
    assert len(rows) == first
    assert {row.due_at for row in rows} == {NOON + timedelta(minutes=15)}
    assert {row.subject for row in rows} == {"[Harbor Dental] 8 mails wait for a person"}
    send(cast)
    stranger(cast, 20, later(31))
    assert {row.due_at for row in calls(cast)[2 * first :]} == {later(31)}


def test_nobody_hears_twice_within_a_quarter_of_an_hour_however_it_falls(cast: Cast) -> None:
    for minute in (0, 1, 14, 15, 16, 29, 44, 59, 60):
        stranger(cast, minute, later(minute))
        with cast.scope():
            Notice.objects.for_tenant(cast.harbor).filter(sent_at=None, due_at__lte=later(minute)).update(sent_at=later(minute))
    dues: dict[str, list[datetime]] = {}
    for row in calls(cast):
        dues.setdefault(row.to_address, []).append(row.due_at)
    for found in dues.values():
        assert all(two - one >= timedelta(minutes=15) for one, two in zip(sorted(found), sorted(found)[1:], strict=False))


def test_what_a_worker_sends_now_is_left_to_it_and_the_next_notice_comes_after(cast: Cast) -> None:
    stranger(cast, 1)
    before = len(calls(cast))
    with cast.scope():
        Notice.objects.for_tenant(cast.harbor).update(lease_token=uuid.uuid4())
    stranger(cast, 2, later(1))
    rows = calls(cast)
    assert {row.subject for row in rows[:before]} == {"[Harbor Dental] 1 mail waits for a person"}
    assert {row.subject for row in rows[before:]} == {"[Harbor Dental] 2 mails wait for a person"}
    assert {row.due_at for row in rows[before:]} == {later(15)}


def test_preferences_hold_for_it(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, side=Side.PROVIDER).ticket
    rest = {"zone": "UTC", "quiet": None, "collected_at": datetime(2026, 1, 1, 8, tzinfo=UTC).time()}
    notices.prefer(cast.people["Tess"].pk, {Kind.MAIL: "NEVER"}, **rest)  # type: ignore[arg-type]
    notices.prefer(cast.people["Tariq"].pk, {Kind.MAIL: "DIGEST"}, **rest)  # type: ignore[arg-type]
    for minute in (0, 40):
        deliver(cast, letter(STRANGER, f"Let me in {minute}."), to(cast.harbor, token_for(cast, ticket, "Tess")), at=later(minute))
    found = {row.to_address: row for row in calls(cast)}
    assert TESS not in found
    assert found["tariq@example.test"].collected
    assert found["tariq@example.test"].subject == "[Harbor Dental] 2 mails wait for a person"


def test_what_was_decided_meanwhile_is_told_to_nobody(cast: Cast) -> None:
    one, two = stranger(cast, 1), stranger(cast, 2)
    with cast.as_("Ivo") as ivo:
        holding.drop(one.public_id, "An offer of pills.", by=ivo, at=later(1))
    assert {row.subject for row in calls(cast)} == {"[Harbor Dental] 1 mail waits for a person"}
    with cast.as_("Ivo") as ivo:
        holding.drop(two.public_id, "An offer of pills.", by=ivo, at=later(2))
    assert calls(cast) == []


def while_it_commits(cast: Cast, first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Do a second thing while the first one is done and not committed yet; commit that only when the second waits for it, or is done."""

    def late() -> int:
        try:
            return int(second() is not None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with cast.scope():
            first()
            other = pool.submit(late)
            assert any(other.done() or waits() for _ in range(100_000))
        other.result(timeout=60)


def waits() -> bool:
    """Say whether somebody in this database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT exists(SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid())")
        return bool(cursor.fetchone()[0])


def test_a_mail_that_comes_while_the_last_one_is_decided_is_told(cast: Cast) -> None:
    one, two = stranger(cast, 1), letter(STRANGER, "Hello.")
    ivo = cast.actor("Ivo")

    def drop() -> None:
        with tenancy.only([cast.harbor.pk], side=ivo.company_id):
            holding.drop(one.public_id, "An offer of pills.", by=ivo, at=later(1))

    while_it_commits(cast, lambda: deliver(cast, two, at=later(1)), drop)
    assert {row.subject for row in calls(cast)} == {"[Harbor Dental] 1 mail waits for a person"}


def in_chat(cast: Cast) -> list[str]:
    """Return what the chats were told, or will be."""
    with cast.scope():
        return [row.body["text"] for row in Delivery.objects.for_tenant(cast.harbor).order_by("id")]


@pytest.fixture
def chat(cast: Cast, settings: Any) -> None:
    """A room of Harbor's people that hears of mail that waits."""
    settings.HOOKS_INSIDE = settings.HOOKS_INSIDE | {"127.0.0.1:9"}
    with cast.as_("Iris") as iris:
        channelling.make(channelling.Wanted("SLACK", "IT", "http://127.0.0.1:9/", kinds=(Kind.MAIL,)), by=iris, at=NOON)


def test_a_chat_hears_once_within_a_while_and_again_of_what_came_after_a_decision(cast: Cast, chat: None) -> None:
    one = stranger(cast, 1)
    stranger(cast, 2, later(1))
    assert [text.count("1 mail waits") for text in in_chat(cast)] == [1]
    with cast.as_("Ivo") as ivo:
        holding.drop(one.public_id, "An offer of pills.", by=ivo, at=later(2))
    stranger(cast, 3, later(3))
    stranger(cast, 4, later(4))
    assert ["2 mails wait" in text for text in in_chat(cast)] == [False, True]


def test_nobody_counts_more_than_anybody_decides(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "COUNTED", 2)
    for number in range(3):
        stranger(cast, number)
    row = calls(cast)[0]
    assert row.subject == "[Harbor Dental] More than 2 mails wait for a person"
    assert "Of the oldest 2:\n2: unknown sender" in row.text


def test_g11_of_an_answer_to_one_sides_note_the_other_side_hears_nothing(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    deliver(cast, letter(TESS, "I read it."), to(cast.harbor, token_for(cast, ticket, "Iris", Audience.INTERNAL)))
    assert told(cast) == HARBOR
    assert "tess" not in cast.browser("Tess").get("/harbor-dental/mail/held/").content.decode().partition("<main")[2].lower()
    assert "mail waits" not in cast.browser("Tess").get("/harbor-dental/tickets/").content.decode()
    assert "1 mail waits" in cast.browser("Ivo").get("/harbor-dental/tickets/").content.decode()


def test_a_mail_that_nothing_could_read_calls_both_sides(cast: Cast) -> None:
    failed(cast, b"From: x@y.example\n\nHello")
    assert told(cast) == STAFF
    assert "1: could not be read" in calls(cast)[0].text


def test_a_mail_that_nothing_could_read_calls_the_side_that_has_the_ticket_it_came_to(cast: Cast) -> None:
    with cast.scope():
        ticket = from_alert(cast.harbor, side=Side.INTERNAL).ticket
    row = failed(cast, b"From: x@y.example\n\nHello", to(cast.harbor, token_for(cast, ticket, "Tess", Audience.SHARED)))
    assert (row.ticket_id, row.side_id, told(cast)) == (ticket.pk, None, HARBOR)


def failed(cast: Cast, raw: bytes, recipient: str = "") -> InboundMail:
    """Store a mail whose reading was given up."""
    stored = mailing.receive(cast.harbor, raw, recipient or to(cast.harbor), None, at=NOON, by_server=True)
    token = uuid.uuid4()
    assert background.claim(background.JOBS[JOB], tenant=cast.harbor.pk, row=stored.id, token=str(token)) is not None
    with cast.scope():
        mailing.give_up(stored.id, tenant_id=cast.harbor.pk, token=token, at=NOON)
    row = kept(cast, stored.public_id)
    assert row.outcome == Outcome.FAILED
    return row


def test_the_lists_of_tickets_say_how_much_waits_and_ask_once_however_much_it_is(cast: Cast) -> None:
    def asked(name: str, path: str) -> tuple[int, str]:
        browser = cast.browser(name)
        browser.get(path)
        with CaptureQueriesContext(connection) as caught:
            page = browser.get(path)
        assert page.status_code == 200
        return len([one for one in caught if "tickets_inboundmail" in one["sql"]]), page.content.decode()

    assert "until somebody decides" not in asked("Ivo", "/harbor-dental/tickets/")[1]
    for number in range(3):
        stranger(cast, number, timezone.now())
    deliver(cast, letter(STRANGER, "Hello Pine."), to(cast.pine), at=timezone.now(), tenant=cast.pine)
    count, page = asked("Ivo", "/harbor-dental/tickets/")
    assert count == 1
    assert "3 mails wait</a> until somebody decides" in page
    count, page = asked("Tess", "/desk/queue/")
    assert count == 1
    assert "3 at Harbor Dental</a>, <a" in page
    assert "1 at Pine Clinics</a>." in page
    count, page = asked("Lena", "/harbor-dental/tickets/")
    assert count == 0
    assert "until somebody decides" not in page
