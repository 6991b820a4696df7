"""Names in the headers of mail: whatever a name holds, it stays one name of one address."""

import re
from email.header import Header

# What RFC 5322 lets stand in a name without quotes. "=?" begins an encoded word, so a name that has it is encoded as a whole.
PLAIN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
LINE = 78
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
ADDRESS = re.compile(r"[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\\\"@\x00-\x1f\x7f]+")


class NoAddress(ValueError):
    """What was given as an address is not exactly one."""


def one_line(words: str) -> str:
    """Return words without anything that ends or turns a line."""
    return " ".join(CONTROLS.sub(" ", words).split())


def mailbox(name: str, address: str) -> str:
    """Return "name <address>" as a header takes it, in ASCII; raise NoAddress for what is not one address."""
    if not ADDRESS.fullmatch(address):
        raise NoAddress(f"{address!r} is not one address.")
    shown = one_line(name)[:LINE].strip()
    return f"{phrase(shown)} <{address}>" if shown else address


def phrase(name: str) -> str:
    """Return a name as one phrase: as it is, in quotes, or as encoded words."""
    if not name.isascii() or "=?" in name:
        return encoded(name)
    if PLAIN.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def encoded(words: str) -> str:
    """Return the words of a header in ASCII, so that a reader shows them as they are here, whatever they look like."""
    if words.isascii() and "=?" not in words:
        return words
    return " ".join(Header(words, "utf-8", header_name="Subject").encode().split())  # the longest name that is encoded
