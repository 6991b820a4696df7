"""Mail that nothing could read, and mail that a machine wrote, is let in by a person as held mail is: nothing that came is lost."""

import gzip
import os
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comanaged.audit.models import Entry
from comanaged.notices.models import Notice
from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import NOON, from_person, later
from tests.tickets.letters import deliver, kept, letter, to, token_for
from tests.tickets.test_mail_called import failed
from tickets import queries
from tickets.actions import holding, steps, talking
from tickets.domain import addressing
from tickets.mail import reading
from tickets.models import Attachment, Contact, Event, InboundMail, Kind, Outcome, Ticket
from tickets.queries import held

pytestmark = pytest.mark.django_db(transaction=True)
STRANGER, TESS = "stranger@elsewhere.example", "tess@example.test"
LIST = "/harbor-dental/mail/held/"
RAW = b"From: x@y.example\nSubject: Broken\n\nThe scanner <b>smokes</b>.\n"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.FILES = tmp_path


def one(row: InboundMail, verb: str = "") -> str:
    return f"{LIST}{row.public_id}/{verb}"


def hung(cast: Cast, row: InboundMail) -> tuple[Event, Attachment, bytes]:
    """Return the entry that a mail became, its file, and what is in it."""
    with cast.scope():
        event = Event.objects.for_tenant(cast.harbor).get(pk=kept(cast, row.public_id).event_id)
        file = Attachment.objects.for_tenant(cast.harbor).get(event=event)
    return event, file, queries.bytes_of(cast.harbor.pk, file.sha256).read_bytes()


def machines(cast: Cast, number: int = 1, **headers: str) -> InboundMail:
    said = {"Auto_Submitted": "auto-generated"} | headers
    return deliver(cast, letter("nas@vendor.example", f"Volume {number} is full.", subject=f"Volume {number}", **said))


# --- what nothing could read


def test_a_mail_that_nothing_could_read_hangs_on_a_new_ticket_as_it_came(cast: Cast) -> None:
    row = failed(cast, RAW)
    page = cast.browser("Ivo").get(one(row)).content.decode()
    assert "The scanner &lt;b&gt;smokes" in page
    assert "Open a ticket with it" in page
    assert cast.browser("Ivo").post(one(row, "new/")).status_code == 302
    event, file, content = hung(cast, row)
    assert (file.name, content) == (f"mail-{row.pk}.eml", RAW)
    assert (event.kind, event.by_user_id, event.by_name) == (Kind.OPENED, None, "a mail that could not be read, let in by Ivo")
    with cast.scope():
        ticket = Ticket.objects.for_tenant(cast.harbor).get()
        assert not Contact.objects.for_tenant(cast.harbor).exists()
    assert ticket.requester_id is None
    assert cast.browser("Ivo").post(one(row, "new/")).status_code == 422
    assert f"{LIST}{row.public_id}" not in cast.browser("Ivo").get(LIST).content.decode()


def test_a_mail_that_nothing_could_read_is_added_to_the_ticket_that_a_person_names(cast: Cast) -> None:
    row = failed(cast, RAW)
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    assert cast.browser("Tess").post(one(row, "into/"), {"number": ""}).status_code == 422
    assert cast.browser("Tess").post(one(row, "into/"), {"number": "99"}).status_code == 422
    assert cast.browser("Tess").post(one(row, "into/"), {"number": "x"}).status_code == 422
    assert cast.browser("Tess").post(one(row, "into/"), {"number": str(ticket.number)}).status_code == 302
    event, _, content = hung(cast, row)
    assert (event.ticket_id, event.kind, event.audience) == (ticket.pk, Kind.REPLY, Audience.SHARED)
    assert content == RAW
    with cast.scope():
        assert "mail.entry" in {entry.action for entry in Entry.objects.for_tenant(cast.harbor)}


def test_a_mail_that_is_no_text_hangs_there_packed(cast: Cast) -> None:
    raw = b"From: x@y.example\n\n\x00\x01\x02" + os.urandom(400)
    row = failed(cast, raw)
    assert cast.browser("Ivo").get(one(row)).status_code == 200
    with cast.as_("Ivo") as ivo:
        holding.release_as_new(row.public_id, by=ivo, at=later(1))
    _, file, content = hung(cast, row)
    assert file.name == f"mail-{row.pk}.eml.gz"
    assert gzip.decompress(content) == raw


def test_a_mail_that_nothing_could_read_is_never_read_again_by_opening_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = failed(cast, RAW)

    read = reading.read

    def burn(raw: bytes, *rest: str) -> Any:
        if raw:
            pytest.fail("what no worker survived is read in the web")
        return read(raw, *rest)

    monkeypatch.setattr("tickets.mail.read", burn)
    cast.browser("Ivo").get(one(row))
    with cast.as_("Ivo") as ivo:
        holding.release_as_new(row.public_id, by=ivo, at=later(1))


def test_what_nothing_could_read_goes_into_no_ticket_that_is_over(cast: Cast) -> None:
    row = failed(cast, RAW)
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    with cast.scope():
        Ticket.objects.for_tenant(cast.harbor).update(state="CLOSED", closed_at=NOON, resolved_at=NOON)
    with cast.as_("Ivo") as ivo, pytest.raises(steps.NotNow, match="closed"):
        holding.release_into(row.public_id, ticket.number, by=ivo, at=later(1))
    assert kept(cast, row.public_id).outcome == Outcome.FAILED


@pytest.mark.parametrize("named", ["recipient", "To", "References"])
def test_g11_a_mail_that_nothing_could_read_and_that_answers_one_sides_note_is_that_sides_alone(cast: Cast, named: str) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
        talking.note(ticket.pk, "Shall we end their contract?", by=iris, at=later(1))
        note = Event.objects.for_tenant(cast.harbor).of(ticket.pk).visible_to(cast.harbor.pk).latest("id")
    address = to(cast.harbor, token_for(cast, ticket, "Iris", Audience.INTERNAL))
    written = {"To": address, "References": addressing.message_id(ticket.public_id, note.pk, settings.MAIL_DOMAIN)}.get(named, "nobody")
    row = failed(
        cast, f"From: x@y.example\nSubject: Broken\n{named}: {written}\n\nYes.\n".encode(), address if named == "recipient" else ""
    )
    assert (row.audience, row.side_id, row.ticket_id) == (Audience.INTERNAL, cast.harbor.pk, ticket.pk)
    with cast.scope():
        assert {"iris@example.test", "ivo@example.test"} == set(
            Notice.objects.for_tenant(cast.harbor).filter(subject__contains="waits for a person").values_list("to_address", flat=True)
        )
    assert str(row.public_id) not in cast.browser("Tess").get(LIST).content.decode()
    for verb in ("", "raw/", "into/"):
        assert cast.browser("Tess").post(one(row, verb)).status_code in {404, 405}
    assert str(row.public_id) in cast.browser("Ivo").get(LIST).content.decode()
    assert "Open a ticket with it" not in cast.browser("Ivo").get(one(row)).content.decode()
    assert cast.browser("Ivo").post(one(row, "new/")).status_code == 422
    assert cast.browser("Ivo").post(one(row, "into/"), {"number": ""}).status_code == 302
    done = kept(cast, row.public_id)
    with cast.as_("Iris"):
        entry = Event.objects.for_tenant(cast.harbor).get(pk=done.event_id)
        file = Attachment.objects.for_tenant(cast.harbor).get(event=entry)
    assert (entry.ticket_id, entry.kind, entry.audience, entry.side_id) == (ticket.pk, Kind.NOTE, Audience.INTERNAL, cast.harbor.pk)
    assert (file.audience, file.side_id) == (Audience.INTERNAL, cast.harbor.pk)
    with cast.as_("Tess"):
        assert not Event.objects.for_tenant(cast.harbor).filter(pk=done.event_id).exists()
        assert not Attachment.objects.for_tenant(cast.harbor).exists()


# --- what a machine wrote


def test_mail_of_machines_is_listed_with_the_reason_in_words(cast: Cast) -> None:
    machines(cast)
    deliver(cast, letter("news@vendor.example", "Buy.", subject="News", List_Id="<news.vendor.example>"))
    page = cast.browser("Ivo").get(LIST, {"which": "automatic"}).content.decode()
    assert "its Auto-Submitted line says auto-generated" in page
    assert "it comes from a mailing list" in page
    assert page.index("News") < page.index("Volume 1")
    assert "Volume 1" not in cast.browser("Ivo").get(LIST).content.decode()
    assert cast.browser("Lena").get(LIST, {"which": "automatic"}).status_code == 403
    assert cast.browser("Olga").get(LIST, {"which": "automatic"}).status_code == 404


def test_mail_of_machines_comes_in_pages_and_costs_the_same_for_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "SIZE", 3)
    rows = [machines(cast, number) for number in range(1, 8)]
    browser, seen, path = cast.browser("Ivo"), [], f"{LIST}?which=automatic"
    costs = set()
    while path:
        browser.get(path)
        with CaptureQueriesContext(connection) as caught:
            page = browser.get(path).content.decode()
        costs.add(len(caught))
        seen += [row.pk for row in reversed(rows) if str(row.public_id) in page]
        onward = page.partition('href="?which=automatic&amp;after=')[2].partition('"')[0]
        path = f"{LIST}?which=automatic&after={onward}" if onward else ""
    assert seen == [row.pk for row in reversed(rows)]
    assert len(costs) == 1


def test_a_machines_mail_becomes_a_ticket_of_nobody_and_is_answered_by_nothing(cast: Cast) -> None:
    row = machines(cast)
    assert "Open a ticket with it" in cast.browser("Ivo").get(one(row)).content.decode()
    assert cast.browser("Ivo").post(one(row, "new/")).status_code == 302
    done = kept(cast, row.public_id)
    assert (done.outcome, done.decided_by_name) == (Outcome.OPENED, "Ivo")
    assert done.ticket is not None
    assert (done.ticket.title, done.ticket.requester_id) == ("Volume 1", None)
    with cast.scope():
        entry = Event.objects.for_tenant(cast.harbor).of(done.ticket.pk).order_by("id")[0]
        assert not Contact.objects.for_tenant(cast.harbor).exists()
        assert not Notice.objects.for_tenant(cast.harbor).filter(to_address="nas@vendor.example").exists()
    assert (entry.text, entry.by_user_id) == ("Volume 1 is full.", None)
    assert entry.by_name == "nas@vendor.example, by mail, not verified, let in by Ivo"
    assert cast.browser("Ivo").post(one(row, "new/")).status_code == 422


def test_a_machines_files_come_with_it(cast: Cast) -> None:
    raw = letter("nas@vendor.example", "See the file.", files=(("report.txt", b"all broken\n"),), Auto_Submitted="auto-generated")
    row = deliver(cast, raw)
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
        holding.release_into(row.public_id, ticket.number, by=iris, at=later(1))
    _, file, content = hung(cast, row)
    assert (file.name, content) == ("report.txt", b"all broken\n")


def test_g11_a_machines_answer_to_one_sides_note_is_that_sides_alone(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    token = token_for(cast, ticket, "Iris", Audience.INTERNAL)
    said = letter("iris@example.test", "I am away. The password is at Ivo's.", subject="Away", Auto_Submitted="auto-replied")
    row = deliver(cast, said, to(cast.harbor, token))
    assert (row.outcome, row.audience, row.side_id) == (Outcome.AUTOMATIC, Audience.INTERNAL, cast.harbor.pk)
    assert "Away" not in cast.browser("Tess").get(LIST, {"which": "automatic"}).content.decode()
    assert cast.browser("Tess").get(one(row)).status_code == 404
    assert cast.browser("Tess").post(one(row, "into/"), {"number": ticket.number}).status_code == 404
    assert "Away" in cast.browser("Ivo").get(LIST, {"which": "automatic"}).content.decode()
    assert cast.browser("Ivo").post(one(row, "new/")).status_code == 422
    assert cast.browser("Ivo").post(one(row, "into/"), {"number": ticket.number}).status_code == 302
    done = kept(cast, row.public_id)
    assert (done.outcome, done.audience, done.side_id) == (Outcome.ANSWER, Audience.INTERNAL, cast.harbor.pk)


def test_a_held_mail_goes_into_the_ticket_that_a_person_names(cast: Cast) -> None:
    row = deliver(cast, letter(STRANGER, "About the printer."))
    with cast.as_("Iris") as iris:
        ticket = from_person(iris)
    assert cast.browser("Ivo").post(one(row, "into/"), {"number": ticket.number}).status_code == 302
    assert kept(cast, row.public_id).ticket_id == ticket.pk


def test_a_number_of_another_clients_ticket_is_no_ticket_here(cast: Cast) -> None:
    with cast.as_("Tess", cast.pine) as tess:
        ticket = from_person(tess)
        Ticket.objects.for_tenant(cast.pine).filter(pk=ticket.pk).update(number=77)
    row = deliver(cast, letter(STRANGER, "About the printer."))
    said = cast.browser("Tess").post(one(row, "into/"), {"number": "77"})
    assert said.status_code == 422
    assert "There is no ticket 77 here." in said.content.decode()
