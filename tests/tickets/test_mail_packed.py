"""A winmail.dat whose text is compressed RTF alone is read like any other mail, and a damaged one is kept and never raises."""

import struct
from email.message import EmailMessage

import pytest
from compressed_rtf import compress
from hypothesis import given, settings
from hypothesis import strategies as st
from striprtf import striprtf

from tests.effort import within
from tickets import mail
from tickets.mail import rich

RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Helvetica;}}{\colortbl;\red0\green0\blue0;}{\*\generator Riched20;}"
    rb"\viewkind4\uc1\pard\f0\fs20 Der Drucker im 2. Stock l\'e4uft nicht.\par Bitte \b sofort\b0  kommen \u8211? danke.\par }"
)
HTML_RTF = (
    rb"{\rtf1\ansi\ansicpg1252\fromhtml1 \fbidi{\*\htmltag19 <html>}{\*\htmltag50 <body>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 "
    rb"Scanner is broken.{\*\htmltag72 </p>}\htmlrtf \par}\htmlrtf0 {\*\htmltag58 </body>}{\*\htmltag27 </html>}}"
)


def attribute(level: int, name: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(packed: bytes, *files: tuple[str, bytes]) -> bytes:
    """Return a winmail.dat with a compressed RTF body, and files."""
    padded = packed + b"\0" * (-len(packed) % 4)
    props = struct.pack("<IHHII", 1, 0x0102, 0x1009, 1, len(packed)) + padded
    parts = [attribute(1, 0x9006, 8, struct.pack("<I", 0x10000)), attribute(1, 0x9007, 6, struct.pack("<II", 1252, 0))]
    parts.append(attribute(1, 0x9003, 6, props))
    for name, content in files:
        parts += [
            attribute(2, 0x9002, 6, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0)),
            attribute(2, 0x8010, 1, name.encode() + b"\0"),
            attribute(2, 0x800F, 6, content),
        ]
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(parts)


def carrying(content: bytes, text: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "anna@client.example", "Drucker", "<1@client.example>"
    if text:
        message.set_content(text)
    message.add_attachment(content, maintype="application", subtype="ms-tnef", filename="winmail.dat")
    return message.as_bytes()


def test_the_text_of_compressed_rtf_is_the_mails_text() -> None:
    found = mail.read(carrying(tnef(compress(RTF), ("plan.txt", b"the plan"))))
    assert found.text.split("\n") == ["Der Drucker im 2. Stock läuft nicht.", "Bitte sofort kommen \u2013 danke."]
    assert [(one.name, one.content) for one in found.attachments] == [("plan.txt", b"the plan")]
    assert found.problems == ()


def test_rtf_that_wraps_a_page_and_rtf_that_is_stored_as_it_is_are_read_as_well() -> None:
    assert mail.read(carrying(tnef(compress(HTML_RTF)))).text.strip() == "Scanner is broken."
    stored = compress(RTF, compressed=False)
    assert "läuft nicht" in mail.read(carrying(tnef(stored))).text


def test_a_plain_text_beside_it_stays_the_text() -> None:
    assert mail.read(carrying(tnef(compress(RTF)), "In plain words.")).text == "In plain words."


def test_a_picture_in_it_is_no_text() -> None:
    picture = rb"{\pict\wmetafile8\picw100\pich100 " + b"0123456789abcdef" * 200 + b"}"
    found = mail.read(carrying(tnef(compress(RTF[:-2] + picture + rb" }"))))
    assert "0123456789abcdef" not in found.text
    assert "läuft nicht" in found.text


@pytest.mark.parametrize("damage", ["crc", "cut", "type", "sizes", "nothing"])
def test_damaged_rtf_is_kept_whole_as_a_file(damage: str) -> None:
    packed = bytearray(compress(RTF))
    if damage == "crc":
        packed[-3] ^= 0xFF
    elif damage == "cut":
        packed = packed[:40]
    elif damage == "type":
        packed[8:12] = b"ABCD"
    elif damage == "sizes":
        packed[4:8] = b"\xff\xff\xff\x7f"
    else:
        packed = bytearray()
    found = mail.read(carrying(tnef(bytes(packed))))
    assert found.text.strip() == ""
    assert [one.name for one in found.attachments] == ["winmail.dat"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600), st.booleans())
def test_no_bytes_raise(junk: bytes, packed: bool) -> None:
    rich.text_of(compress(b"{\\rtf1 " + junk) if packed else junk)
    mail.read(carrying(tnef(compress(b"{\\rtf1 " + junk) if packed else junk)))


@pytest.mark.parametrize("piece", [b"{", b"\\'e", b"\\u-1?", b"{\\*\\a", b"{\\pict 00", b"\\par ", b"\\bin999999999 "])
def test_a_large_or_twisted_body_takes_no_long_time(piece: bytes) -> None:
    packed = compress(b"{\\rtf1 " + piece * (500_000 // len(piece)), compressed=False)
    with within(5):
        rich.text_of(packed)


LINKS = r'{\rtf1 {\field{\*\fldinst{HYPERLINK "' + r'{\field{\*\fldinst{HYPERLINK "' * 4000
TABLE = r"{\rtf1 {\fonttbl" + r"\f0\fcharset0" * 8000
HIDDEN = r"{\rtf1 {\fie\pict\bin0}ld{\*\fldinst{HYPERLINK" + r"{\fie\pict\bin0}ld{\*\fldinst{HYPERLINK" * 2000


@pytest.mark.parametrize("hostile", [LINKS, TABLE, HIDDEN])
def test_what_would_keep_the_reader_busy_for_hours_is_tamed_before(hostile: str) -> None:
    tamed = rich.tame(hostile)
    assert "\\field{" not in tamed
    assert "\\bin" not in tamed
    assert len(striprtf.font_table_group(tamed)) < 10_000  # type: ignore[no-untyped-call]
    assert tamed.startswith(r"{{\fonttbl")


def test_the_words_of_a_link_and_the_character_set_of_a_font_stay() -> None:
    russian = rb"{\rtf1\ansi{\fonttbl{\f0\fswiss Helvetica;}{\f1\fcharset204 Arial;}}\f1 \'cf\'f0 "
    link = rb'{\field{\*\fldinst{HYPERLINK "https://x.example"}}{\fldrslt the page}}}'
    assert rich.text_of(compress(russian + link)).strip() == "\u041f\u0440 the page"
