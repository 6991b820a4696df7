"""Header lines: words in any character set, addresses, message ids; whatever the bytes."""

import base64
import binascii
import quopri
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any, TypeAlias

from tickets.mail.understood import Address

Mail: TypeAlias = "Message[Any, Any]"

WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\r\n]{0,2000})\?=")
GAP = re.compile(r"(\?=)[ \t\r\n]+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")
ID = re.compile(r"<[^<>\s]{1,900}>")
LONGEST = 20_000  # characters of one header that are looked at
MOST = 200  # addresses or ids of one header
ALIASES = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-6-i": "iso-8859-6", "x-sjis": "cp932", "shift_jis": "cp932", "x-windows-949": "cp949",
    "windows-874": "cp874", "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "unicode-1-1-utf-7": "utf-7", "x-unknown": "",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "us-ascii": "", "ascii": "", "unknown-8bit": "", "8bit": "",
    "iso-2022-jp": "iso2022_jp_ext", "utf8mb4": "utf-8", "utf-8mb4": "utf-8", "default": "", "unknown": "",
}  # fmt: skip
ONE_BYTE = re.compile(r"(cp|windows-?)125\d|(iso|latin)[-_]?(8859)?[-_]?\d{1,2}")
MANY_BYTES = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
NO_LETTERS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem", "string_escape"})


def decoded(content: bytes, charset: str) -> tuple[str, bool]:
    """Return bytes as text that can be stored, and whether every letter is what was written."""
    named = charset.strip().strip("\"'").lower()
    known = ALIASES.get(named, named)
    if ONE_BYTE.fullmatch(known) and not content.isascii() and (text := _strictly(content, "utf-8")) is not None:
        return storable(text), True  # no text in such letters looks like UTF-8 by chance
    if known in {"utf-8", "utf8"} and MANY_BYTES.search(content) is None and _strictly(content, "utf-8") is None:
        return storable(content.decode("cp1252", "replace")), False  # no letter of it is UTF-8, so none was meant to be
    for one in dict.fromkeys([known, "utf-8"]):
        if one and one.replace("-", "_") not in NO_LETTERS and (text := _strictly(content, one)) is not None:
            return storable(text), True
    if known and known != "utf-8" and known.replace("-", "_") not in NO_LETTERS:
        try:
            return storable(content.decode(known, "replace")), False
        except (LookupError, ValueError):
            pass
    if known == "utf-8":
        return storable(content.decode("utf-8", "replace")), False
    return storable(content.decode("cp1252", "replace")), False


def _strictly(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset)
    except (LookupError, ValueError):  # also codecs that make no text
        return None


def storable(text: str) -> str:
    """Return a text without what no column takes: NUL and halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def all_of(message: Mail, name: str) -> list[str]:
    """Return every header of a name, unfolded and decoded, the topmost first."""
    return [words(value) for key, value in message.raw_items() if key.lower() == name]


def first_of(message: Mail, name: str) -> str:
    """Return the topmost header of a name, "" where there is none."""
    return next(iter(all_of(message, name)), "")


def has(message: Mail, name: str) -> bool:
    return any(key.lower() == name for key, _ in message.raw_items())


def words(value: object) -> str:
    """Return a header as people read it, on one line."""
    raw = str(value)[:LONGEST].encode("utf-8", "surrogateescape")
    text = decoded(raw, "utf-8" if _strictly(raw, "utf-8") is not None else "cp1252")[0]
    return " ".join(storable(WORD.sub(_word, _joined(GAP.sub(r"\1", text)))).split())


def _joined(text: str) -> str:
    """Put neighbouring words of one character set together, since a letter may be cut between them."""
    return re.sub(r"=\?([^?\s]{1,60})\?([qQ])\?([^?]{0,2000})\?==\?\1\?\2\?", r"=?\1?\2?\3", text)


def _word(found: re.Match[str]) -> str:
    charset, way, said = found[1].split("*")[0], found[2].lower(), found[3].encode("utf-8", "replace")
    try:
        content = quopri.decodestring(said, header=True) if way == "q" else base64.b64decode(said + b"=" * (-len(said) % 4))
    except (binascii.Error, ValueError):
        return found[0]
    return decoded(content, charset)[0]


def ids(value: str) -> tuple[str, ...]:
    """Return the message ids in a header, in order, each once."""
    return tuple(dict.fromkeys(ID.findall(value)))[:MOST]


def moment(value: str) -> datetime | None:
    """Return the instant that a Date line names; None for none."""
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError, AttributeError):
        return None


def addresses(values: Iterable[object]) -> tuple[Address, ...]:
    """Return the addresses of these raw headers; what stands in quotes or brackets is a name and never an address."""
    found = [one for value in values for entry in _entries(str(value)[:LONGEST]) if (one := _address(entry))]
    return tuple(dict.fromkeys(found))[:MOST]


def _entries(text: str) -> list[tuple[str, str]]:  # noqa: C901 - one state machine reads better whole
    """Cut a list of addresses into (what stands in <>, what stands beside it)."""
    entries: list[tuple[str, str]] = []
    inside, beside, depth, quoted, angle, marked = "", "", 0, False, False, False
    signs = iter(text)
    for sign in signs:
        if sign == "\\" and (quoted or depth):
            beside += next(signs, "")
        elif quoted:
            quoted, beside = sign != '"', beside + (sign if sign != '"' else "\u2060")
        elif sign == '"' and not angle:
            quoted, beside = True, beside + "\u2060"
        elif sign == "(" and not angle:
            depth, beside = depth + 1, beside + (" \u2060" if not depth else sign)
        elif depth:
            depth -= sign == ")"
            beside += sign if depth else "\u2060 "
        elif sign == "<":
            angle, marked, inside = True, True, ""
        elif sign == ">" and angle:
            angle = False
        elif sign in ",;" and not angle:
            entries.append((inside if marked else "\u2060none", beside))
            inside, beside, marked = "", "", False
        elif angle:
            inside += sign
        else:
            beside += sign
    return [*entries, (inside if marked else "\u2060none", beside)]


def _address(entry: tuple[str, str]) -> Address | None:
    """Return the address of one entry; an empty path, as of bounces, is a name without an address."""
    inside, beside = entry
    if inside != "\u2060none":
        address = inside.strip().rpartition(":")[2]
        name = beside.replace("\u2060", "")
    else:
        bare = re.sub(r"\u2060[^\u2060]*\u2060", " ", beside)  # without names in quotes and remarks in brackets
        address = next((word for word in re.split(r"[\s:]+", bare) if "@" in word), "")
        name = beside.replace(address, " ", 1).replace("\u2060", "")
    name = words(name).strip("\"' ")
    address = storable(words(address)).replace(" ", "").lower()
    if not address and not name:
        return None
    return Address(address if "@" in address or inside != "\u2060none" else "", name[:200])
