"""What somebody could try with mail: read another's token, answer a private note in public, hide a mail behind its name, be thanked for a complaint."""

import base64
import re
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from comanaged.vocabulary import Audience
from tests.cast import Cast
from tests.tickets.build import from_person, later
from tests.tickets.letters import SERVER, deliver, kept, letter, read, to, token_for
from tickets import queries
from tickets.actions import blanking, holding, mailing, talking
from tickets.domain import addressing
from tickets.mail import proof
from tickets.models import Attachment, Event, Held, InboundMail, Outcome, Ticket

IRIS, IVO = "iris@example.test", "ivo@example.test"
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "system"])


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.FILES = tmp_path


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """A ticket that Iris asked for and Northwind holds."""
    with cast.as_("Iris") as iris:
        return from_person(iris)


def raw_page(mail: InboundMail) -> str:
    return f"/harbor-dental/mail/held/{mail.public_id}/raw/"


@pytest.mark.parametrize("reader", ["Tariq", "Ivo"])
def test_g11_nobody_reads_the_token_of_another_in_the_mail_as_it_came(cast: Cast, ticket: Ticket, reader: str) -> None:
    token = token_for(cast, ticket, "Iris", Audience.SHARED)
    done = deliver(cast, letter(IRIS, "On the left.", To=to(cast.harbor, token)), to(cast.harbor, token))
    answer = cast.browser(reader).get(raw_page(done))
    assert answer.status_code == 200
    assert b"On the left." in answer.content
    assert token.encode() not in answer.content.lower()
    page = cast.browser(reader).get(f"/harbor-dental/mail/held/{done.public_id}/")
    assert token.encode() not in page.content.lower()


def spelt(token: str) -> dict[str, bytes]:
    """Return an address for answers as mail that comes back spells it."""
    plain = f"Write to <harbor-dental+{token}@desk.example> to answer, dear reader. ".encode()
    inner = EmailMessage()
    inner["Subject"] = "Your ticket"
    inner.set_content(plain.decode(), cte="base64")
    return {
        "as it is": plain,
        "upper case": plain.upper(),
        "quoted-printable": plain.replace(b"+", b"=2B").replace(b"@", b"=40"),
        "broken lines": plain.replace(token[:9].encode(), token[:9].encode() + b"=\r\n").replace(b"@", b"=\n@"),
        "link": plain.replace(b"+", b"%2B").replace(b"@", b"%40"),
        "page": plain.replace(b"+", b"&#43;").replace(b"@", b"&#64;"),
        "of a delivery status": plain.replace(b"+", b"+2B").replace(b"@", b"+40"),
        "in another address": plain.replace(b"@desk", b"=desk").replace(b">", b"@lists.example>"),
        "base64": base64.encodebytes(plain * 9),
        "base64, cut off": base64.encodebytes(plain * 9)[:-4],
        "base64 on one line": b"To: =?utf-8?B?" + base64.b64encode(plain) + b"?=",
        "base64 in base64": base64.encodebytes(inner.as_bytes()),
    }


def opened(raw: bytes) -> bytes:
    """Return a text with what is in its base64, however deep."""
    found = raw
    for run in re.findall(rb"(?:[A-Za-z0-9+/]{38,76}\n?)+[A-Za-z0-9+/]*={0,2}", raw):
        signs = run.translate(None, b"\n=")
        found += opened(base64.b64decode(signs[: len(signs) // 4 * 4]))
    return found


@pytest.mark.parametrize("way", list(spelt("")))
def test_g11_a_mail_as_it_came_has_no_token_however_it_spells_the_address(way: str) -> None:
    token = addressing.token_of(b"sixteen bytes of")
    lines = spelt(token)[way]
    kept = addressing.without_tokens(b"Subject: x\n\n" + lines + b"\n--b--\n")
    bare = re.sub(rb"=\r?\n", b"", opened(kept))
    assert token.encode() not in bare.lower()
    assert b"for answers" in bare
    assert (kept[:12], kept[-7:]) == (b"Subject: x\n\n", b"\n--b--\n")


def test_a_mail_without_a_token_stays_as_it_came() -> None:
    picture = base64.encodebytes(bytes(range(256)) * 200)
    for raw in (picture, b"a+b@example.org", b"+" * 100 + b"@", b"A" * 5001, b"=2B" + b"a" * 25 + b"=40", picture.replace(b"\n", b"\r\n")):
        assert addressing.without_tokens(raw) == raw


@pytest.mark.parametrize("way", ["base64", "quoted-printable"])
@pytest.mark.parametrize("named", ["message/rfc822", "application/octet-stream; name=mail.log"])
def test_g11_what_comes_back_gives_nobody_the_address_for_answers_in_it(cast: Cast, ticket: Ticket, way: str, named: str) -> None:
    token = token_for(cast, ticket, "Iris")
    returned = b"Subject: Your ticket\nContent-Type: text/plain\nContent-Transfer-Encoding: " + way.encode() + b"\n\n" + spelt(token)[way]
    status = b"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; ann@client.example\nAction: failed\n"
    parts = [(b"text/plain", b"It did not arrive."), (b"message/delivery-status", status), (named.encode(), returned)]
    body = b"".join(b"--b\nContent-Type: " + kind + b"\n\n" + said + b"\n" for kind, said in parts) + b"--b--\n"
    head = b"From: mailer-daemon@mx.example\nSubject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n"
    done = deliver(cast, head + body)
    assert done.outcome == Outcome.AUTOMATIC
    with cast.as_("Ivo") as ivo:
        holding.release_as_new(done.public_id, by=ivo, at=later(1))
    with cast.scope():
        files = Attachment.objects.for_tenant(cast.harbor).filter(event=kept(cast, done.public_id).event_id)
        found = [queries.bytes_of(cast.harbor.pk, file.sha256).read_bytes() for file in files]
    assert any(b"Your ticket" in one for one in found)
    assert not any(token.encode() in opened(one).lower() for one in found)


@pytest.mark.parametrize("named", ["In_Reply_To", "References"])
def test_g11_an_answer_to_a_private_note_without_its_token_is_held_on_its_side(cast: Cast, ticket: Ticket, named: str) -> None:
    with cast.as_("Ivo") as ivo:
        talking.note(ticket.pk, "@Iris shall we end their contract?", by=ivo, at=later(1))
        note = Event.objects.for_tenant(cast.harbor).of(ticket.pk).visible_to(cast.harbor.pk).latest("id")
    private = addressing.message_id(ticket.public_id, note.pk, settings.MAIL_DOMAIN)
    sent = letter(IRIS, "Yes, end their contract.", subject="Re: x", **{named: private})
    done = deliver(cast, sent, at=later(2))
    assert (done.outcome, done.held, done.audience) == (Outcome.HELD, Held.NOT_YOURS, Audience.INTERNAL)
    theirs = cast.browser("Tess").get("/harbor-dental/mail/held/")
    assert "end their contract" not in theirs.content.decode()
    assert cast.browser("Tess").get(raw_page(done)).status_code == 404
    with cast.as_("Iris") as iris:
        holding.release_into(done.public_id, by=iris, at=later(3))
    with cast.as_("Tess") as tess:
        told = Event.objects.for_tenant(cast.harbor).of(ticket.pk).visible_to(tess.company_id)
        assert not told.filter(text__contains="contract").exists()


def brought_back(way: str, mailed: str) -> bytes:
    """Return a bounce that brings back a mail of ours, and names it nowhere else."""
    head = b"From: mailer-daemon@mx.example\nSubject: Undelivered\nReturn-Path: <>\n"
    said = f"Message-ID: {mailed}\nSubject: Your ticket\n".encode()
    if way == "below its words":
        return (
            head + b"\nHi. This is the mail program. I could not deliver your message.\n\n--- Below is a copy.\n\n" + said + b"\nSecret.\n"
        )
    kind = b"message/rfc822" if way == "as a mail" else b"text/rfc822-headers"
    status = b"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; iris@example.test\nAction: failed\n"
    parts = [(b"text/plain", b"It did not arrive."), (b"message/delivery-status", status), (kind, said + b"\nSecret.\n")]
    body = b"".join(b"--b\nContent-Type: " + kind + b"\n\n" + said + b"\n" for kind, said in parts) + b"--b--\n"
    return head + b"Content-Type: multipart/report; boundary=b\n\n" + body


@pytest.mark.parametrize("way", ["as a mail", "its header", "below its words"])
@pytest.mark.parametrize("private", [True, False])
def test_g11_a_bounce_of_a_private_note_is_its_sides_alone(cast: Cast, ticket: Ticket, way: str, private: bool) -> None:
    with cast.as_("Ivo") as ivo:
        if private:
            talking.note(ticket.pk, "@Iris shall we end their contract?", by=ivo, at=later(1))
        else:
            talking.reply(ticket.pk, "It prints again.", Audience.SHARED, by=ivo, at=later(1))
        entry = Event.objects.for_tenant(cast.harbor).of(ticket.pk).visible_to(cast.harbor.pk).latest("id")
    done = deliver(cast, brought_back(way, addressing.message_id(ticket.public_id, entry.pk, settings.MAIL_DOMAIN)), at=later(2))
    expected = (Audience.INTERNAL, cast.harbor.pk) if private else (Audience.SHARED, None)
    assert (done.outcome, (done.audience, done.side_id)) == (Outcome.AUTOMATIC, expected)
    assert cast.browser("Tess").get(raw_page(done)).status_code == (404 if private else 200)


def test_g11_what_is_only_worded_as_a_machines_answer_to_a_private_note_waits_on_its_side(cast: Cast, ticket: Ticket) -> None:
    with cast.as_("Ivo") as ivo:
        talking.note(ticket.pk, "@Iris shall we end their contract?", by=ivo, at=later(1))
        note = Event.objects.for_tenant(cast.harbor).of(ticket.pk).visible_to(cast.harbor.pk).latest("id")
    private = addressing.message_id(ticket.public_id, note.pk, settings.MAIL_DOMAIN)
    done = deliver(
        cast, letter(IRIS, "I am out of the office until Monday.", subject="Automatic reply: x", In_Reply_To=private), at=later(2)
    )
    assert (done.held, done.audience, done.side_id) == (Held.MACHINE, Audience.INTERNAL, cast.harbor.pk)


def test_a_blanked_secret_is_gone_from_the_mail_it_came_by(cast: Cast, ticket: Ticket) -> None:
    done = deliver(
        cast, letter(IRIS, "My word is hunter2hunter2.\n\n> and quoted hunter2"), to(cast.harbor, token_for(cast, ticket, "Iris"))
    )
    with cast.as_("Tess") as tess:
        blanking.blank(ticket.pk, done.event_id or 0, "a pasted password", by=tess, at=later(5))
    for page in (raw_page(done), f"/harbor-dental/mail/held/{done.public_id}/", f"/harbor-dental/tickets/{ticket.number}/"):
        assert b"hunter2" not in cast.browser("Tariq").get(page).content


def test_no_mail_hides_behind_the_message_id_of_another(cast: Cast) -> None:
    one = deliver(cast, letter(IRIS, "The lift is stuck.", subject="Lift", message_id="<always-the-same@scanner.example>"))
    two = deliver(cast, letter(IVO, "The server room is wet.", subject="Wet", message_id="<always-the-same@scanner.example>"), at=later(50))
    assert one.pk != two.pk
    assert one.ticket_id != two.ticket_id


def test_the_same_mail_on_two_ways_is_one(cast: Cast) -> None:
    sent = letter(IRIS, "The lift is stuck.", subject="Lift")
    assert mailing.key_of(b"Received: from a by b\r\n" + sent) == mailing.key_of(
        b"Received: from c by d\r\n" + sent.replace(b"\r\n", b"\n")
    )


def test_files_that_are_not_taken_are_named_in_few_words(cast: Cast) -> None:
    done = deliver(cast, letter(IRIS, "Look.", files=tuple((f"program-{number}.exe", b"MZ") for number in range(200))))
    assert done.event is not None
    assert len(done.event.text) < 3000
    assert "200 files are not taken" in done.event.text


@override_settings(MAIL_AUTHSERV=SERVER)
def test_g11_what_the_mail_server_calls_forged_is_held(cast: Cast, ticket: Ticket) -> None:
    found = f"Authentication-Results: {SERVER}; dmarc=fail header.from=example.test\r\n".encode()
    own = deliver(cast, found + letter(IRIS, "I agree to pay."), to(cast.harbor, token_for(cast, ticket, "Iris")))
    new = deliver(cast, found + letter(IRIS, "Please reset my password."), at=later(1))
    assert [(one.outcome, one.held) for one in (own, new)] == [(Outcome.HELD, Held.NOT_YOURS)] * 2
    assert own.ticket_id == ticket.pk


@pytest.mark.parametrize(
    "text",
    ["It is still not solved!", "This is not great, it is still broken.", "Thanks, but it still fails.", "No, that never works.", "Danke, geht leider noch nicht.",
     "Merci, mais rien ne marche encore.", "Gracias, pero todavía falla.", "Great. When does it come?"],
)  # fmt: skip
def test_a_complaint_is_no_thank_you(text: str) -> None:
    assert not proof.thanks(text, files=False)


@pytest.mark.parametrize("text", ["Thanks!", "Thank you, works now.", "Vielen Dank!", "Merci beaucoup", "Perfect, solved.", "谢谢"])
def test_a_thank_you_opens_nothing_again(text: str) -> None:
    assert proof.thanks(text, files=False)


@override_settings(MAIL_AUTHSERV=SERVER)
def test_g11_what_a_hook_brings_vouches_for_nobody(cast: Cast, ticket: Ticket) -> None:
    sent = letter(IRIS, "It is the left one.", vouched=True)
    recipient = to(cast.harbor, token_for(cast, ticket, "Iris"))
    stored = mailing.receive(cast.harbor, sent, recipient, None, at=later(1))
    read(cast.harbor, stored.id, at=later(1))
    assert kept(cast, stored.public_id).verified is False
    assert deliver(cast, letter(IRIS, "And the right one.", vouched=True), recipient, at=later(2)).verified is True


def test_what_only_looks_like_a_machines_is_held_when_somebody_known_sent_it(cast: Cast) -> None:
    words = "Automatic reply: I am out of the office until Monday and read no mail. This is an automatic reply."
    done = deliver(cast, letter(IRIS, words, subject="Automatic reply: hello"))
    assert (done.outcome, done.held) == (Outcome.HELD, Held.MACHINE)
    stranger = deliver(cast, letter("stranger@evil.example", words, subject="Automatic reply: hello"), at=later(1))
    assert stranger.outcome == Outcome.AUTOMATIC


def test_what_comes_through_the_group_of_a_client_is_held_when_somebody_known_sent_it(cast: Cast) -> None:
    done = deliver(cast, letter(IRIS, "The lift is stuck.", List_Id="<help.harbor.example>"))
    assert (done.outcome, done.held) == (Outcome.HELD, Held.MACHINE)
    with cast.as_("Ivo") as ivo:
        opened = holding.release_as_new(done.public_id, by=ivo, at=later(1))
    assert opened is not None
    assert opened.title == "The printer is on fire"
