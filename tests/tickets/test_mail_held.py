"""The page of mail that waits: who may decide, what a decision does, and that nothing of a mail is ever more than text."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comanaged.audit.models import Entry
from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import from_person, later
from tests.tickets.letters import deliver, kept, letter, to, token_for
from tickets.actions import holding, steps
from tickets.models import Contact, Event, InboundMail, Kind, Outcome, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER, IRIS, TESS = "stranger@elsewhere.example", "iris@example.test", "tess@example.test"
LIST = "/harbor-dental/mail/held/"


@pytest.fixture
def held(cast: Cast) -> InboundMail:
    text = "<script>alert(1)</script> My secret words.\n\n> cited\n"
    return deliver(
        cast, letter(f"A <b>Stranger</b> <{STRANGER}>", text, subject="<i>Help</i>", files=(("a.txt", b"x\n"),)), at=timezone.now()
    )


@pytest.fixture
def private(cast: Cast) -> InboundMail:
    """The other side answers a note that Harbor keeps to itself."""
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    return deliver(
        cast, letter(TESS, "I read it.", subject="Secret plan"), to(cast.harbor, token_for(cast, ticket, "Iris", Audience.INTERNAL))
    )


def one(row: InboundMail, verb: str = "") -> str:
    return f"{LIST}{row.public_id}/{verb}"


def trail(cast: Cast) -> str:
    with cast.scope():
        return " ".join(f"{row.action} {row.before} {row.after} {row.reason}" for row in Entry.objects.for_tenant(cast.harbor))


def test_staff_read_mail_that_waits_as_plain_text(cast: Cast, held: InboundMail) -> None:
    listed = cast.browser("Ivo").get(LIST).content.decode()
    assert STRANGER in listed
    assert "unknown sender" in listed
    assert "<i>Help" not in listed
    page = cast.browser("Tariq").get(one(held)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; My secret words." in page
    assert "<script>alert" not in page
    assert "&gt; cited" in page
    assert "a.txt" in page
    raw = cast.browser("Ivo").get(one(held, "raw/"))
    assert (raw.headers["Content-Type"], raw.headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert raw.headers["Content-Disposition"].startswith("attachment")
    assert raw.content == bytes(held.raw)


def test_strangers_find_nothing_and_other_roles_are_told_who_may(cast: Cast, held: InboundMail) -> None:
    for path in (LIST, one(held), one(held, "raw/"), one(held, "drop/")):
        assert cast.browser("Olga").get(path).status_code == 404
        assert cast.browser("Lena").get(path).status_code == 403
    for path in (one(held, "new/"), one(held, "into/"), one(held, "drop/")):
        assert cast.browser("Olga").post(path).status_code == 404
        assert cast.browser("Auditor").post(path).status_code == 403
    assert cast.browser("Ivo").get(f"{LIST}{UUID(int=1)}/").status_code == 404


def test_the_list_asks_as_often_for_many_as_for_one(cast: Cast, held: InboundMail) -> None:
    def asked() -> int:
        browser = cast.browser("Ivo")
        browser.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(LIST).status_code == 200
        return len(caught)

    first = asked()
    for number in range(5):
        deliver(cast, letter(f"s{number}@elsewhere.example", f"Hello {number}."))
    assert asked() == first


def test_a_mail_is_let_in_as_a_new_ticket_of_a_new_contact(cast: Cast, held: InboundMail) -> None:
    assert cast.browser("Ivo").post(one(held, "new/")).status_code == 302
    row = kept(cast, held.public_id)
    assert (row.outcome, row.decided_by_name) == (Outcome.OPENED, "Ivo")
    assert row.ticket is not None
    with cast.scope():
        contact = Contact.objects.for_tenant(cast.harbor).get()
        entry = Event.objects.for_tenant(cast.harbor).of(row.ticket.pk).order_by("id")[0]
    assert (contact.address, row.ticket.requester_id) == (STRANGER, contact.user_id)
    assert (entry.by_user_id, entry.by_name) == (None, f"{STRANGER}, by mail, not verified, let in by Ivo")
    said = trail(cast)
    assert "mail.ticket" in said
    assert "secret words" not in said
    assert cast.browser("Ivo").post(one(held, "new/")).status_code == 422
    page = cast.browser("Iris").get(f"/harbor-dental/tickets/{row.ticket.number}/").content.decode()
    assert "<details>" in page
    assert "&gt; cited" in page
    assert one(held, "raw/") in page
    assert (
        deliver(cast, letter(STRANGER, "Thanks for that. When do you come?"), at=timezone.now()).outcome == Outcome.OPENED
    )  # known by now


def test_a_mail_is_let_into_the_ticket_it_names(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    row = deliver(cast, letter(STRANGER, "Let me in."), to(cast.harbor, token_for(cast, ticket, "Iris")), at=later(1))
    assert cast.browser("Tess").post(one(row, "into/")).status_code == 302
    with cast.scope():
        entry = Event.objects.for_tenant(cast.harbor).of(ticket.pk).order_by("-id")[0]
        assert Ticket.objects.for_tenant(cast.harbor).count() == 1
    assert (entry.kind, entry.text, entry.audience, entry.by_user_id) == (Kind.REPLY, "Let me in.", Audience.SHARED, None)
    assert entry.by_name == f"{STRANGER}, by mail, not verified, let in by Tess"


def test_a_mail_that_names_no_ticket_is_let_into_none(cast: Cast, held: InboundMail) -> None:
    said = cast.browser("Ivo").post(one(held, "into/"))
    assert said.status_code == 422
    assert "names no ticket" in said.content.decode()


def test_a_mail_is_dropped_with_a_reason(cast: Cast, held: InboundMail) -> None:
    assert cast.browser("Ivo").get(one(held, "drop/")).status_code == 200
    assert cast.browser("Ivo").post(one(held, "drop/"), {"reason": "spam"}).status_code == 422
    assert cast.browser("Ivo").post(one(held, "drop/"), {"reason": "An offer of pills."}).status_code == 302
    row = kept(cast, held.public_id)
    assert (row.outcome, row.because, row.ticket_id) == (Outcome.DROPPED, "Dropped: An offer of pills.", None)
    assert bytes(row.raw)
    assert STRANGER not in cast.browser("Ivo").get(LIST).content.decode()


def test_g11_what_answers_one_sides_note_is_that_sides_alone(cast: Cast, private: InboundMail) -> None:
    assert "Secret plan" not in cast.browser("Tess").get(LIST).content.decode()
    for verb in ("", "raw/", "drop/"):
        assert cast.browser("Tess").get(one(private, verb)).status_code == 404
    assert cast.browser("Tess").post(one(private, "into/")).status_code == 404
    assert "Secret plan" in cast.browser("Ivo").get(LIST).content.decode()
    assert cast.browser("Ivo").post(one(private, "new/")).status_code == 422
    before = trail(cast)
    assert cast.browser("Ivo").post(one(private, "into/")).status_code == 302
    assert trail(cast) == before
    row = kept(cast, private.public_id)
    assert (row.outcome, row.audience) == (Outcome.ANSWER, Audience.INTERNAL)
    with cast.as_("Iris"):
        entry = Event.objects.for_tenant(cast.harbor).get(pk=row.event_id)
    assert (entry.kind, entry.audience, entry.side_id, entry.by_user_id) == (Kind.NOTE, Audience.INTERNAL, cast.harbor.pk, None)
    with cast.as_("Tess"):
        assert not Event.objects.for_tenant(cast.harbor).filter(pk=row.event_id).exists()


def test_a_mail_from_several_opens_no_ticket(cast: Cast) -> None:
    row = deliver(cast, letter(f"{IRIS}, {STRANGER}", "We."))
    with cast.as_("Ivo") as ivo, pytest.raises(steps.NotNow, match="one address"):
        holding.release_as_new(row.public_id, by=ivo, at=later(1))
