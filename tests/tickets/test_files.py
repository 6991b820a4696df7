"""Files on tickets: what is taken, how it is kept, who may have it, and that it leaves as a download and nothing else."""

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client

from comanaged import doors
from comanaged.vocabulary import Audience, Side
from tests.cast import Cast
from tests.tickets.build import a_file, from_person, later
from tickets import actions, queries
from tickets.domain import files
from tickets.models import Attachment, Event, Kind, Ticket

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40
PDF = b"%PDF-1.7\n1 0 obj\n"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def a_zip(**parts: bytes) -> bytes:
    """Return an archive of these parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return held.getvalue()


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    """Iris's ticket, held by Northwind."""
    with cast.as_("Iris") as iris:
        return from_person(iris, at=later(0))


def send(client: Client, ticket: Ticket, *given: SimpleUploadedFile, verb: str = "reply", **said: str) -> Any:
    body = {"text": "Look at this.", "mode": "public", "once": "a", "files": list(given)} | said
    return client.post(f"/harbor-dental/tickets/{ticket.number}/{verb}/", body)


def upload(name: str, content: bytes, kind: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def kept(cast: Cast, side: Any = None) -> list[Attachment]:
    with cast.scope(side=side or cast.northwind):
        return list(Attachment.objects.for_tenant(cast.harbor).order_by("id"))


def address(ticket: Ticket, file: Attachment) -> str:
    return f"/harbor-dental/tickets/{ticket.number}/files/{file.public_id}/"


# --- what is taken


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("job.log", b"02:14 no space left\n", "text/plain"),
        ("job.log.1", "02:14 kein Platz übrig\n".encode(), "text/plain"),
        ("syslog", b"Nov 24 02:14:00 dc-02 veeam\n", "text/plain"),
        ("export.reg", "﻿Windows Registry\r\n".encode("utf-16"), "text/plain"),
        ("old.txt", "Größe".encode("latin-1"), "text/plain"),
        ("colour.log", b"\x1b[31mfailed\x1b[0m\n", "text/plain"),
        ("screen.png", PNG, "image/png"),
        ("scan.PDF", PDF, "application/pdf"),
        ("logs.zip", a_zip(a=b"1"), "application/zip"),
        ("report.docx", a_zip(word=b"1"), "application/zip"),
        ("mail.eml", b"Received: from x\r\n\r\nhello", "text/plain"),
        ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 20, "application/x-ole-storage"),
        ("photo.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        ("trace.pcapng", b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", "application/x-pcapng"),
        ("page.txt", HTML, "text/plain"),
    ],
)
def test_g2_a_file_is_what_its_bytes_say(name: str, content: bytes, kind: str) -> None:
    assert files.kind_of(content) == kind
    assert files.why_not(name, kind, len(content)) == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", HTML),
        ("page.htm", HTML),
        ("picture.svg", SVG),
        ("page.xhtml", HTML),
        ("run.exe", b"MZ\x90\x00"),
        ("run.ps1", b"Get-Item"),
        ("link.lnk", b"L\x00\x00\x00"),
        ("macro.hta", HTML),
        ("program.txt", b"MZ\x90\x00\x03"),
        ("screen.png", HTML),
        ("screen.png", SVG),
        ("screen.png", b"GIF89a" + HTML),
        ("scan.pdf", b"MZ" + PDF),
        ("image", PNG),
        ("trick.png.exe", PNG),
        ("trick.exe ", b"MZ"),
        ("trick.txt\x00.exe", b"MZ"),
        ("empty.txt", b""),
        ("nul.txt", b"a\x00b"),
    ],
)
def test_g2_what_is_not_what_it_says_is_refused_in_words(name: str, content: bytes) -> None:
    words = files.why_not(files.clean_name(name), files.kind_of(content), len(content))
    assert words
    assert not re.search("invalid|required|error", words, re.IGNORECASE)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("..\\..\\x.txt", "x.txt"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\Tess\\a.log", "a.log"),
        ("a\r\nX-Evil: 1.txt", "a X-Evil: 1.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("\u2066a\u2069.txt", "a.txt"),
        (" . ", "file"),
        ("", "file"),
        ("..", "file"),
        ("a\ud800.txt", "a?.txt"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
        ("e\u0301.txt", "\u00e9.txt"),
        ('quote".txt', 'quote".txt'),
    ],
)
def test_g2_a_name_is_one_part_on_one_line_in_one_direction(given: str, clean: str) -> None:
    assert files.clean_name(given) == clean


@pytest.mark.parametrize(
    "name",
    ["..\\..\\x.log", "a\r\nSet-Cookie: x=1.log", "photo\u202egol.log", "n" * 300 + ".log", 'a";x=".log', "größe %0d%0a.log", "<b>.log"],
)
def test_g2_whatever_its_name_a_file_leaves_as_bytes_to_save(cast: Cast, ticket: Ticket, name: str) -> None:
    assert send(cast.browser("Tess"), ticket, upload(name, HTML)).status_code == 302
    (file,) = kept(cast)
    answer = cast.browser("Iris").get(address(ticket, file))
    assert b"".join(answer.streaming_content) == HTML
    headers = answer.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in headers["Cache-Control"]
    assert headers["Content-Disposition"].startswith("attachment; filename")
    assert not re.search(r"[\r\n\u202e]", "".join(headers.values()))
    assert "Set-Cookie" not in headers
    where = queries.bytes_of(cast.harbor.pk, file.sha256)
    assert where.parent.parent == Path(settings.FILES) / str(cast.harbor.pk)
    assert where.read_bytes() == HTML
    assert where.stat().st_mode & 0o077 == 0
    shown = cast.browser("Iris").get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()
    assert "<b>.log" not in shown


def test_g2_what_the_sender_says_of_its_type_is_never_asked(cast: Cast, ticket: Ticket) -> None:
    send(cast.browser("Tess"), ticket, upload("screen.png", PNG, "text/html"))
    (file,) = kept(cast)
    assert (file.kind, file.size, file.by_name, file.name) == ("image/png", len(PNG), "Tess", "screen.png")


# --- refused at the field, with everything else kept


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([("page.html", HTML)], "page.html is of a kind that is not taken here"),
        ([("screen.png", HTML)], "screen.png is not what its name says"),
        ([("empty.txt", b"")], "empty.txt is empty"),
        ([(f"{number}.log", b"x") for number in range(11)], "A message takes 10 files"),
    ],
)
def test_a_file_that_is_not_taken_is_refused_in_words_and_the_text_stays(
    cast: Cast, ticket: Ticket, given: list[tuple[str, bytes]], words: str
) -> None:
    answer = send(cast.browser("Tess"), ticket, *(upload(name, content) for name, content in given))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Look at this.</textarea>" in page
    assert kept(cast) == []


def test_files_of_a_message_are_small_enough_together_and_alone(cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BIGGEST", 100)
    tess = cast.browser("Tess")
    assert "is larger than 25 MB" in send(tess, ticket, upload("a.log", b"x" * 101)).content.decode()
    both = send(tess, ticket, upload("a.log", b"x" * 60), upload("b.log", b"x" * 60))
    assert "25 MB together" in both.content.decode()
    assert kept(cast) == []
    assert send(tess, ticket, upload("a.log", b"x" * 100)).status_code == 302


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/harbor-dental/tickets/1/reply/", files.BIGGEST + files.MEGABYTE),
        ("/harbor-dental/tickets/1/note/", files.BIGGEST + files.MEGABYTE),
        ("/api/v1/tickets/1/attachments/", files.BIGGEST + files.MEGABYTE),
        ("/harbor-dental/tickets/1/resolve/", doors.BIGGEST),
        ("/api/v1/tickets/1/reply/", doors.BIGGEST),
    ],
)
def test_c4_more_than_an_address_takes_is_refused_before_anybody_reads_it(db: None, path: str, limit: int) -> None:
    class Untouched(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("read")

    said: dict[str, Any] = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "wsgi.input": Untouched()}
    assert Client().generic("POST", path, b"", **said, CONTENT_LENGTH=str(limit + 1)).status_code == 413
    assert Client(headers={"X-CSRFToken": "x"}).generic("GET", path, b"", CONTENT_LENGTH=str(limit)).status_code != 413


# --- with a message, or alone


def test_a_file_without_a_text_is_an_entry_of_its_own(cast: Cast, ticket: Ticket) -> None:
    before = ticket.version
    assert send(cast.browser("Tess"), ticket, upload("job.log", b"no space"), text=" ").status_code == 302
    with cast.as_("Iris") as iris:
        entry = queries.sheet(queries.ticket_of(iris, ticket.number), iris, later(1)).entries[-1]
        fresh = Ticket.objects.for_tenant(cast.harbor).get(pk=ticket.pk)
    assert (entry.kind, entry.form, entry.text, [file.name for file in entry.files]) == (Kind.FILE, "said", "", ["job.log"])
    assert (fresh.version, fresh.first_reply_at) == (before, None)


def test_a_message_needs_a_text_or_a_file(cast: Cast, ticket: Ticket) -> None:
    assert send(cast.browser("Tess"), ticket, text=" ").status_code == 422


def test_h5_the_same_form_twice_is_one_message_with_its_files_once(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    for _ in range(2):
        assert send(tess, ticket, upload("a.log", b"one"), upload("b.log", b"two")).status_code == 302
    with cast.scope():
        assert Event.objects.for_tenant(cast.harbor).of(ticket.pk).filter(kind=Kind.REPLY).count() == 1
    assert [file.name for file in kept(cast)] == ["a.log", "b.log"]
    other = send(tess, ticket, upload("a.log", b"other"))
    assert other.status_code in {409, 422}
    assert len(kept(cast)) == 2


def test_the_same_bytes_lie_once_for_each_client(cast: Cast, ticket: Ticket) -> None:
    tess = cast.browser("Tess")
    send(tess, ticket, upload("a.log", b"same"))
    send(tess, ticket, upload("b.log", b"same"), once="b")
    with cast.as_("Pine's manager", cast.pine) as manager:
        other = from_person(manager)
        actions.reply(other.pk, "Here.", Audience.SHARED, by=manager, at=later(1), files=[a_file("c.log", b"same")])
    lying = [path for path in Path(settings.FILES).rglob("*") if path.is_file()]
    assert len({file.sha256 for file in kept(cast)}) == 1
    assert sorted(path.relative_to(settings.FILES).parts[0] for path in lying) == sorted([str(cast.harbor.pk), str(cast.pine.pk)])


def test_bytes_that_could_not_be_written_leave_no_part_behind(cast: Cast, ticket: Ticket) -> None:
    def breaks() -> Any:
        yield b"half"
        raise OSError("the disk is full")

    whole = files.Offered("a.log", 8, b"halfhalf", lambda: iter([b"half", b"half"]))
    judged = actions.filing.judged([whole])
    broken = actions.filing.Judged("a.log", "text/plain", judged[0].sha256, files.Offered("a.log", 8, b"half", breaks))
    with pytest.raises(OSError, match="full"):
        actions.filing.keep(cast.harbor.pk, broken)
    assert [path for path in Path(settings.FILES).rglob("*") if path.is_file()] == []


def test_more_than_enough_within_the_hour_is_refused(cast: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "PER_PERSON", 2)
    monkeypatch.setattr(files, "PER_SIDE", 3)
    with cast.as_("Tess") as tess:
        actions.reply(ticket.pk, "", Audience.SHARED, by=tess, at=later(1), files=[a_file("a.log"), a_file("b.log")])
        with pytest.raises(actions.TooMany):
            actions.reply(ticket.pk, "", Audience.SHARED, by=tess, at=later(2), files=[a_file("c.log")])
        actions.reply(ticket.pk, "", Audience.SHARED, by=tess, at=later(62), files=[a_file("c.log")])
    with cast.as_("Tariq") as tariq:
        actions.note(ticket.pk, "", by=tariq, at=later(63), files=[a_file("d.log")])
        actions.note(ticket.pk, "", by=tariq, at=later(63), files=[a_file("e.log")])
    with cast.as_("Provider administrator") as admin, pytest.raises(actions.TooMany):
        actions.note(ticket.pk, "", by=admin, at=later(64), files=[a_file("f.log")])
    with cast.as_("Iris") as iris:
        actions.reply(ticket.pk, "", Audience.SHARED, by=iris, at=later(64), files=[a_file("g.log")])


# --- who may have it


@pytest.fixture
def private(cast: Cast, ticket: Ticket) -> Attachment:
    """A file of a private note of Northwind's."""
    with cast.as_("Tess") as tess:
        actions.note(ticket.pk, "The quote.", by=tess, at=later(1), files=[a_file("canary-quote.log", b"canary price")])
    return kept(cast)[0]


@pytest.mark.parametrize(
    ("name", "status"),
    [("Tess", 200), ("Tariq", 200), ("Iris", 404), ("Ivo", 404), ("Lena", 404), ("Auditor", 404), ("Olga", 404), ("Pine's manager", 404)],
)
def test_e7_a_private_notes_file_is_not_here_for_the_other_side(
    cast: Cast, ticket: Ticket, private: Attachment, name: str, status: int
) -> None:
    browser = cast.browser(name)
    assert browser.get(address(ticket, private)).status_code == status
    if status == 404 and name not in {"Olga", "Pine's manager"}:
        assert "canary" not in browser.get(f"/harbor-dental/tickets/{ticket.number}/").content.decode()


def test_e7_a_private_notes_file_is_in_no_answer_to_the_other_sides_key(cast: Cast, ticket: Ticket, private: Attachment) -> None:
    path = f"/api/v1/tickets/{ticket.number}/attachments/"
    for key, count in (
        (("harbor", "k_read", None), 0),
        (("harbor", "k_desk", Side.INTERNAL), 0),
        (("northwind", "k_desk", Side.PROVIDER), 1),
    ):
        tenant, kind, side = key
        api = cast.api(cast.key(getattr(cast, tenant), kind, side))
        if kind == "k_desk":
            assert len(api.get(f"{path}?client=harbor-dental").json()["results"]) == count
            assert api.get(f"{path}{private.public_id}/?client=harbor-dental").status_code == (200 if count else 404)
        whole = api.get(f"/api/v1/tickets/{ticket.number}/?client=harbor-dental").content.decode()
        assert ("canary" in whole) is bool(count)


def test_e7_the_database_alone_holds_the_files_of_the_sides_apart(cast: Cast, ticket: Ticket, private: Attachment) -> None:
    assert kept(cast, cast.harbor) == []
    assert len(kept(cast, cast.northwind)) == 1
    with cast.as_("Tess"):
        for change in (lambda rows: rows.update(audience=Audience.SHARED), lambda rows: rows.delete()):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                change(Attachment.objects.for_tenant(cast.harbor))


def test_a_file_is_found_only_under_its_own_ticket(cast: Cast, ticket: Ticket, private: Attachment) -> None:
    with cast.as_("Tess") as tess:
        other = from_person(tess, title="Another")
    assert cast.browser("Tess").get(address(other, private)).status_code == 404


def test_bytes_that_are_gone_are_not_here(cast: Cast, ticket: Ticket, private: Attachment) -> None:
    queries.bytes_of(cast.harbor.pk, private.sha256).unlink()
    assert cast.browser("Tess").get(address(ticket, private)).status_code == 404


# --- by the API


def test_a_key_hands_in_files_and_lists_them(cast: Cast, ticket: Ticket) -> None:
    api = cast.api(cast.key(cast.harbor, "k_desk", Side.INTERNAL))
    path = f"/api/v1/tickets/{ticket.public_id}/attachments/"
    for _ in range(2):
        sent = api.post(path, {"file": [upload("a.log", b"one"), upload("b.png", PNG)]}, headers={"Idempotency-Key": "k"})
        assert sent.status_code == 201
        found = sent.json()["results"]
        assert [(one["name"], one["kind"], one["audience"]) for one in found] == [
            ("a.log", "text/plain", "shared"),
            ("b.png", "image/png", "shared"),
        ]
    answer = api.get(f"{path}{found[1]['id']}/")
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "application/octet-stream"
    assert api.post(path, {"file": upload("a.html", HTML)}).json()["errors"]["file"]
    assert api.post(path, {"text": "none"}).status_code == 400
    assert api.post(path, {"file": upload("a.log", b"x"), "audience": "everybody"}).status_code == 400
    assert api.post(path, {"file": upload("n.log", b"x"), "audience": "private"}).status_code == 201
    assert [file.name for file in kept(cast, cast.northwind)] == ["a.log", "b.png"]
    read = cast.api(cast.key(cast.harbor, "k_read"))
    assert read.post(path, {"file": upload("a.log", b"x")}).status_code == 403
    entries = api.get(f"/api/v1/tickets/{ticket.number}/").json()["entries"]
    assert [file["name"] for one in entries for file in one["attachments"]] == ["a.log", "b.png", "n.log"]
