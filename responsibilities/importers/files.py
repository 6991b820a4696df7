"""Which kind of file somebody gave, told by what is in it; what cannot be read is refused in words."""

import re
from itertools import pairwise

from responsibilities.importers.reading import CannotRead

MOST_BYTES = 10 * 1024 * 1024
ASK = "Save it as .xlsx, .csv, .md or .adoc and try again."

FOREIGN = {  # how other kinds of file begin
    b"%PDF": "a PDF document",
    b"{\\rtf": "a rich text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"BZh": "a compressed file",
    b"\xfd7zXZ": "a compressed file",
}
PAGES = (b"<!doctype html", b"<html", b"<table")
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK\x03\x04"
WORKBOOK = {"xlsx", "xlsm", "xltx", "xltm", "xlsb", "xls", "xlt", "ods"}
TEXT = {"csv", "tsv", "tab", "txt", "md", "markdown", "mdx", "adoc", "asciidoc", "asc"}
CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.01

RULED = re.compile(r":?-+:?")
ASCIIDOC_FENCE = re.compile(r"^[|,:!]={3,}[ \t]*$", re.MULTILINE)


def ending(name: str) -> str:
    """Return how a file's name ends, without the dot."""
    return name.rpartition(".")[2].strip().lower() if "." in name else ""


def check(name: str, content: bytes) -> None:
    """Refuse what is no matrix before anything reads it."""
    if len(content) > MOST_BYTES:
        raise CannotRead("This file is larger than 10 MB. Keep only the sheets that say who does what, and try again.")
    if not content.strip():
        raise CannotRead("This file is empty.")
    if content.startswith(OLD):
        raise CannotRead(_old(content))
    for start, what in FOREIGN.items():
        if content.startswith(start):
            raise CannotRead(f"This is {what}, not a table. {ASK}")
    if content[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGES):
        raise CannotRead(f"This is a web page, not a table. {ASK}")
    if is_zip(content) and ending(name) in TEXT:
        raise CannotRead(
            f"The name ends in .{ending(name)}, but this is a workbook or an archive. Name it .xlsx if it is one, and try again."
        )
    if not is_zip(content) and ending(name) in WORKBOOK:
        raise CannotRead(f"The name ends in .{ending(name)}, but this is no Excel workbook. Open it in a spreadsheet and save it as .xlsx.")


def is_zip(content: bytes) -> bool:
    """Say whether this is an archive, as every newer workbook is."""
    return content.startswith((ZIP, b"PK\x05\x06", b"PK\x07\x08"))


def _old(content: bytes) -> str:
    if ENCRYPTED in content:
        return "This workbook is protected with a password. Take the password off, save it, and try again."
    return "This is an old Office file (.xls or .doc). Open it and save it as .xlsx."


def text_of(content: bytes) -> str:
    """Return a file's text: UTF-8 or UTF-16 with or without their mark, else as Windows writes it."""
    text = _decoded(content)
    if "\x00" in text:
        raise CannotRead(f"This is no text: it has zero bytes. {ASK}")
    if len(CONTROL.findall(text)) > MOST_CONTROL * len(text):
        raise CannotRead(f"This is no text but a program's own data. {ASK}")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes) -> str:
    for encoding in _likely(content):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _likely(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    sample = content[:2000]
    if sample[1::2].count(0) > len(sample) / 4 and not sample[::2].count(0):
        return ("utf-16-le",)
    if sample[::2].count(0) > len(sample) / 4 and not sample[1::2].count(0):
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def kind_of(text: str) -> str:
    """Return which kind of table a text holds: asciidoc, markdown or separated."""
    if len(ASCIIDOC_FENCE.findall(text)) > 1:
        return "asciidoc"
    lines = text.split("\n")
    return "markdown" if any("|" in above and is_rule(line) for above, line in pairwise(lines)) else "separated"


def is_rule(line: str) -> bool:
    """Say whether a line draws the rule below a Markdown table's header."""
    bare = line.strip(" \t>").strip("|")
    return bare.startswith((" ", ":", "-", "\t")) and all(RULED.fullmatch(cell.strip()) for cell in bare.split("|"))
