"""Mail is read whatever it is: who wrote it, what is new, what is quoted, and whether a machine wrote it; nothing is lost, nothing raises."""

# ruff: noqa: RUF001 - letters of other languages look like Latin ones

import json
import re
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.effort import within
from tickets import mail
from tickets.mail.understood import Auto

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples" / "mail"
FILES = {kind: sorted((SAMPLES / kind).glob("*.eml")) for kind in ("automatic", "human", "odd")}
EVERY = [path for paths in FILES.values() for path in paths]
MARKS = {b"auto-submitted", b"return-path", b"x-failed-recipients", b"precedence", b"delivered-to", b"x-auto-response-suppress"}


def ids(path: Path) -> str:
    return path.stem


def without(raw: bytes, names: set[bytes]) -> bytes:
    """Return a mail without certain headers."""
    head, gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    folded = re.split(rb"\n(?![ \t])", head)
    return b"\n".join(line for line in folded if line.partition(b":")[0].strip().lower() not in names) + gap + body


def written(subject: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = headers.pop("sender", "Ann Example <ann@harbor.example>")
    message["To"] = "harbor@desk.example"
    message["Subject"] = subject
    message["Message-ID"] = "<one@harbor.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


@pytest.mark.parametrize("path", FILES["automatic"], ids=ids)
def test_what_a_machine_wrote_is_automatic(path: Path) -> None:
    found = mail.read(path.read_bytes())
    assert found.automatic
    assert found.why
    assert found.kind in {Auto.BOUNCE, Auto.VACATION}


@pytest.mark.parametrize("path", FILES["automatic"], ids=ids)
def test_it_is_automatic_also_without_the_lines_that_say_so_and_with_other_line_ends(path: Path) -> None:
    bare = without(path.read_bytes(), MARKS)
    for raw in (bare, bare.replace(b"\n", b"\r\n"), bare.replace(b"\n", b"\r"), b"From a@b.example Mon Jan  1 00:00:00 2024\n" + bare):
        assert mail.read(raw).automatic


@pytest.mark.parametrize("path", FILES["human"] + FILES["odd"], ids=ids)
def test_what_a_person_wrote_is_not(path: Path) -> None:
    for raw in (path.read_bytes(), path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")):
        assert not mail.read(raw).automatic


@pytest.mark.parametrize("path", [path for path in FILES["human"] if "share-block" not in path.name], ids=ids)
def test_only_what_is_new_is_the_text(path: Path) -> None:
    found = mail.read(path.read_bytes())
    assert found.text == "Hello"
    assert found.quoted


@pytest.mark.parametrize("path", EVERY, ids=ids)
def test_every_line_of_the_body_is_in_one_of_the_three(path: Path) -> None:
    found = mail.read(path.read_bytes())
    joined = "\n".join((found.text, found.quoted, found.signature))
    again = mail.read(written("x", joined))
    assert sorted(_words(joined)) == sorted(_words("\n".join((again.text, again.quoted, again.signature))))


def _words(text: str) -> list[str]:
    return text.replace("\ufffd", "").split()


INTRODUCTIONS = (
    "On Mon, 2 Apr 2012 at 18:26, Bob <bob@example.com> wrote:",
    "Am 02.04.2012 um 18:26 schrieb Bob <bob@example.com>:",
    "Le lun. 2 avr. 2012 à 18:26, Bob <bob@example.com> a écrit :",
    "El lun, 2 abr 2012 a las 18:26, Bob (<bob@example.com>) escribió:",
    "Il giorno lun 2 apr 2012 alle ore 18:26 Bob <bob@example.com> ha scritto:",
    "Em seg., 2 de abr. de 2012 às 18:26, Bob <bob@example.com> escreveu:",
    "Op ma 2 apr 2012 om 18:26 schreef Bob <bob@example.com>:",
    "Den mån 2 apr. 2012 kl 18:26 skrev Bob <bob@example.com>:",
    "W dniu 02.04.2012 o 18:26, Bob pisze, bob@example.com napisał:",
    "пн, 2 апр. 2012 г. в 18:26, Bob <bob@example.com>:",
    "02.04.2012 18:26, Bob пишет:",
    "2012年4月2日(月) 18:26 Bob <bob@example.com> のメッセージ:",
    "2012年4月2日 18:26，Bob <bob@example.com> 写道：",
    "ma 2. huhtik. 2012 klo 18.26 Bob (bob@example.com) kirjoitti:",
    "2 Nis 2012 Pzt, 18:26 tarihinde Bob <bob@example.com> şunu yazdı:",
    "-----Ursprüngliche Nachricht-----\nVon: Bob",
    "________________________________\nFrom: Bob <bob@example.com>\nSent: Monday, April 2, 2012 18:26\nTo: Ann\nSubject: Test",
    "Von: Bob <bob@example.com>\nGesendet: Montag, 2. April 2012 18:26\nAn: Ann\nBetreff: Test",
    "De : Bob <bob@example.com>\nEnvoyé : lundi 2 avril 2012 18:26\nÀ : Ann\nObjet : Test",
    "On Monday the second of April in the year 2012 at half past six\nBob the Builder of Example <bob@example.com>\nwrote:",
)


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_what_is_quoted_is_known_in_many_languages(introduction: str) -> None:
    found = mail.read(written("Re: Test", f"It works now, thank you.\n\n{introduction}\n\n> Does it work?\n> Bob\n"))
    assert found.text == "It works now, thank you."
    assert "Does it work?" in found.quoted


@pytest.mark.parametrize(
    "footer",
    ["-- \nAnn Example\nHarbor Dental", "Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Get Outlook for iOS",
     "Enviado desde mi iPhone", "Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Skickat från min iPhone", "Отправлено с iPhone"],
)  # fmt: skip
def test_a_signature_is_no_part_of_the_text(footer: str) -> None:
    for below in ("", "\n\nOn 2 Apr 2012, Bob <bob@example.com> wrote:\n> Does it work?\n"):
        found = mail.read(written("Re: Test", f"It works now.\n\n{footer}{below}"))
        assert found.text == "It works now."
        assert found.signature == footer


HUMANS = (
    ("Out of office reply does not work", "I cannot set my out of office message. Please help."),
    ("Abwesenheitsnotiz einrichten", "Hallo, wie richte ich eine Abwesenheitsnotiz ein?"),
    ("Re: Automatic reply: Printer", "Thank you, but who answers while she is away?"),
    ("Fwd: Undeliverable: Offer", "This came back. Why?\n\nDelivery has failed to these recipients: x@y.example\n550 5.1.1 user unknown"),
    ("Undeliverable mails", "Hi, I get many bounces such as 550 5.1.1 user unknown since Monday."),
    ("Mail delivery failed?", "Hello team, my mail to the lab was returned: 550 5.7.1 access denied. Can you look?"),
    ("Re: [HD-12] Printer", "I am out of the office until Monday, so please come on Tuesday."),
    ("Vacation", "I will be on vacation from Monday. Please give Ann my calendar."),
    ("Delivery status", "What is the delivery status of the new laptops?"),
    ("Returned mail server", "We returned the mail server yesterday."),
    ("Ferien", "Wie trage ich Ferien ein?"),
    ("I am away from Monday", "Please disable my account from Monday until I return."),
)


@pytest.mark.parametrize(("subject", "text"), HUMANS)
def test_a_person_who_writes_about_such_mail_is_a_person(subject: str, text: str) -> None:
    assert not mail.read(written(subject, text)).automatic
    assert not mail.read(written(subject, text, X_Auto_Response_Suppress="OOF")).automatic


AWAY = (
    ("Automatic reply: Printer", "I am out of the office."),
    ("Out of Office: Printer", "I am currently out of the office and will be back on Monday."),
    ("Automatische Antwort: Drucker", "Ich bin bis Montag nicht im Büro."),
    ("Abwesenheitsnotiz", "Guten Tag,\nich bin bis zum 5. Mai nicht im Büro. Ihre Nachricht wird nicht weitergeleitet."),
    ("Réponse automatique : Imprimante", "Je suis actuellement absent."),
    ("Absence du bureau", "Bonjour, je suis absente jusqu'au 5 mai."),
    ("Respuesta automática: Impresora", "Estaré fuera de la oficina."),
    ("Risposta automatica: Stampante", "Sono fuori ufficio."),
    ("Resposta automática: Impressora", "Estou de férias."),
    ("Automatisch antwoord: Printer", "Ik ben afwezig."),
    ("Autosvar: Printer", "Jag är inte på kontoret."),
    ("Automaattinen vastaus: Tulostin", "Olen lomalla."),
    ("Automatyczna odpowiedź: Drukarka", "Jestem na urlopie."),
    ("Автоматический ответ: Принтер", "Я в отпуске."),
    ("自動返信: プリンタ", "不在にしております。"),
    ("自动回复: 打印机", "我不在办公室"),
    ("Thank you for your message", "This is an automatic reply.\nWe have received your message."),
)


@pytest.mark.parametrize(("subject", "text"), AWAY)
def test_a_note_of_absence_without_any_mark_is_automatic(subject: str, text: str) -> None:
    found = mail.read(written(subject, text))
    assert found.automatic
    assert found.kind is Auto.VACATION


@pytest.mark.parametrize(
    ("name", "value", "is_"),
    [("Auto-Submitted", "no", False), ("Auto-Submitted", "auto-replied", True), ("Auto-Submitted", "auto-generated; x=y", True),
     ("Precedence", "bulk", True), ("Precedence", "normal", False), ("List-Id", "<x.example>", True), ("X-Autoreply", "yes", True),
     ("X-Auto-Response-Suppress", "All", False), ("Return-Path", "<>", True), ("Return-Path", "<ann@harbor.example>", False),
     ("X-Loop", "x", False), ("X-Autorespond", "away", True), ("X-MS-Exchange-Inbox-Rules-Loop", "a@b.example", True)],
)  # fmt: skip
def test_headers_say_what_is_automatic(name: str, value: str, *, is_: bool) -> None:
    assert mail.read(f"{name}: {value}\n".encode() + written("Printer", "It is on fire.")).automatic is is_


def test_our_own_mail_that_comes_back_is_automatic() -> None:
    raw = written("[HD-1] Printer", "It is on fire.").replace(b"<one@harbor.example>", b"<0123456789abcdef0123456789abcdef.7@desk.example>")
    assert mail.read(raw, "desk.example").kind is Auto.OWN
    assert not mail.read(raw, "other.example").automatic


def test_html_alone_becomes_text_with_its_quotes_apart() -> None:
    page = (
        "<html><head><style>p {color: red}</style><title>t</title></head><body><p>It works&nbsp;now &amp; well.</p><script>alert(1)</script>"
        '<p>See <a href="https://evil.example/x">our page</a></p><div class="gmail_quote">On Mon, 2 Apr 2012 Bob &lt;bob@example.com&gt; wrote:<br>'
        "<blockquote>Does it <b>work</b>?</blockquote></div></body></html>"
    )
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@harbor.example", "Re: Test"
    message.set_content(page, subtype="html")
    found = mail.read(message.as_bytes())
    assert found.html
    assert found.text == "It works now & well.\n\nSee our page <https://evil.example/x>"
    assert "Does it work?" in found.quoted
    assert "alert" not in found.text + found.quoted


def test_files_are_kept_whatever_they_are() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "ann@harbor.example", "Files"
    message.set_content("See the files.")
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="скрин/шот.png", cid="<shot@x>")
    inner = EmailMessage()
    inner["Subject"] = "Inside"
    inner.set_content("Inside.")
    message.add_attachment(inner)
    found = mail.read(message.as_bytes())
    assert [one.name for one in found.attachments] == ["скрин_шот.png", "Inside.eml"]
    assert found.attachments[0].cid == "shot@x"
    assert b"Inside." in found.attachments[1].content
    assert found.text == "See the files."


def test_the_address_is_what_stands_in_the_brackets_and_nothing_else() -> None:
    forged = b'From: "boss@harbor.example" (tess@northwind.example) <stranger@evil.example>\nSubject: x\n\nx'
    assert mail.read(forged).sender.address == "stranger@evil.example"
    two = mail.read(b"From: boss@harbor.example, stranger@evil.example\nSubject: x\n\nx")
    assert two.senders == 2
    encoded = mail.read(b"From: =?utf-8?q?boss=40harbor=2Eexample=3C?= <stranger@evil.example>\n\nx")
    assert encoded.sender.address == "stranger@evil.example"


def test_letters_that_cannot_be_read_are_replaced_and_told() -> None:
    found = mail.read(b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\nGr\xfc\xdfe \x00 aus B\xe4rn")
    assert "Gr" in found.text
    assert "\x00" not in found.text
    assert found.problems
    for charset in ("rot13", "zlib", "idna", "punycode", "no-such", "utf-7", "undefined", "unicode_escape", '"'):
        assert mail.read(f"From: a@b.example\nContent-Type: text/plain; charset={charset}\n\nHello".encode()).text == "Hello"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), path=st.sampled_from(EVERY))
def test_no_bytes_make_it_raise(data: st.DataObject, path: Path) -> None:
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 12))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=20))
    found = mail.read(bytes(raw))
    for text in (
        found.text,
        found.quoted,
        found.signature,
        found.subject,
        found.sender.name,
        found.sender.address,
        *found.thread.references,
    ):
        text.encode()
        assert "\x00" not in text


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_nor_do_bytes_that_are_no_mail(raw: bytes) -> None:
    mail.read(raw)


LINES = st.sampled_from(
    ["", "Hello", "> cited", "-- ", "--", "On 2 Apr 2012, Bob <b@x.example> wrote:", "From: Bob", "To: Ann", "Subject: x", "Sent: 2012",
     "-----Original Message-----", "________", "Sent from my iPhone", "Bob wrote:", "text " * 30]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=40))
def test_no_line_is_lost_or_doubled_when_a_body_is_split(lines: list[str]) -> None:
    found = mail.read(b"From: a@b.example\n\n" + "\n".join(lines).encode())
    sorted_ = [line.strip() for part in (found.text, found.quoted, found.signature) for line in part.split("\n") if line.strip()]
    assert sorted(sorted_) == sorted(line.strip() for line in lines if line.strip())


HEAVY = {
    "angles": b"<" * 300_000,
    "comments": b"<!--" * 75_000,
    "tags": b"<a " * 100_000,
    "nested": b"<div>" * 60_000,
    "entities": b"&#" * 150_000,
    "ended": b"</" * 150_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_no_page_takes_long(name: str) -> None:
    with within(8):
        mail.read(b"From: a@b.example\nContent-Type: text/html\n\n" + HEAVY[name])


@pytest.mark.parametrize(
    "raw",
    [b"From: " + b"<" * 200_000, b"From: " + b'"' * 200_001, b"From: " + b"a@b," * 50_000, b"Subject: " + b"=?utf-8?q?" * 30_000,
     b"References: " + b"<a" * 100_000, b"From: a@b.example\n\n" + b"On " * 200_000, b"From: a@b.example\n\n" + b"> " * 200_000,
     b"From: a@b.example\n\n" + b"On 1 <a@b> x\n" * 30_000, b"From: a@b.example\n\n" + b"From: x\n" * 50_000, b"x" * 3_000_000,
     b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 50_000,
     b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)),
     b"Content-Type: message/rfc822\n\n" * 3000],
    ids=range(13),
)  # fmt: skip
def test_no_mail_takes_long(raw: bytes) -> None:
    with within(8):
        mail.read(raw)


def test_a_command_reads_a_file_without_a_database(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(written("Printer", "It is on fire."))
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "read_mail", str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)
    assert (found["automatic"], found["text"], found["sender"]["address"]) == (False, "It is on fire.", "ann@harbor.example")
    done = subprocess.run([sys.executable, "manage.py", "read_mail", "nowhere.eml"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == "nowhere.eml cannot be opened: No such file or directory."
