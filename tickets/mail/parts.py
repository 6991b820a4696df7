"""The parts of a mail: its body as text, its files as bytes; broken structure becomes text, never a loss."""

import base64
import hashlib
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from tnefparse import TNEF

from tickets.mail import flowing, headers, pages, rich
from tickets.mail.headers import Mail
from tickets.mail.understood import Attachment

DEEP = 30
MANY = 300
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "text/calendar": "ics", "application/pdf": "pdf", "text/csv": "csv",
           "message/rfc822": "eml", "text/rfc822-headers": "txt", "message/delivery-status": "txt", "text/html": "html",
           "application/pgp-signature": "asc", "application/pgp-encrypted": "asc", "text/plain": "txt"}  # fmt: skip
LONGEST_STUB = 400
STUB = re.compile(  # what stands in the plain text of programs that write only pages
    r"((does|do|can)( ?no|n['\u2019])t (support|display|read|show|view)|unable to (display|read|show)|requires?|need|enable|only|format).{0,60}\bhtml\b|\bhtml\b.{0,60}(support|capable|compatible|version|format|viewer|fähig|anzeigen|darstellen)|"
    r"view (this|it|the) (e-?mail|message|mail|newsletter)? ?(in|as|with|on) |ne (supporte|prend) pas|kein html|no soporta html",
    re.IGNORECASE,
)
ENCODINGS = {"base64": "base64", "quotedprintable": "quoted-printable"}
BELOW = re.compile(r"^[A-Za-z0-9+/=]*[^A-Za-z0-9+/=\s].*", re.MULTILINE)  # a line that is no base64
TNEFS = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass
class Body:
    """What is collected while a mail is walked through."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)  # what machines say to machines, such as a delivery status
    kinds: set[str] = field(default_factory=set)
    returned: list[Mail] = field(default_factory=list)
    html: bool = False
    problems: dict[str, None] = field(default_factory=dict)

    def note(self, problem: str) -> None:
        self.problems[problem] = None


def body_of(message: Mail) -> Body:
    """Return text, files and reports of a mail."""
    body = Body()
    for part in _leaves(message, body, 0):
        _take(part, body)
    if not any(text.strip() for text in body.texts) and not body.attachments and message.is_multipart():
        body.texts += [headers.storable(text) for text in (message.preamble, message.epilogue) if text and text.strip()]
    return body


def _leaves(part: Mail, body: Body, depth: int) -> Iterator[Mail]:
    """Walk through what is shown; of alternatives the plain text, and what hangs on the others."""
    kind = type_of(part)
    body.kinds.add(kind)
    inner = _inside(part)
    if kind == "message/rfc822" or not part.is_multipart() or not kind.startswith("multipart/"):
        yield part
        return
    if depth > DEEP:
        body.note(f"Parts nested more than {DEEP} deep stay in the mail as it came.")
        return
    if kind == "multipart/alternative":
        yield from _best(inner, body, depth)
        return
    for one in inner[:MANY]:
        yield from _leaves(one, body, depth + 1)
    if len(inner) > MANY:
        body.note(f"Parts after the first {MANY} stay in the mail as it came.")


def _best(choices: list[Mail], body: Body, depth: int) -> Iterator[Mail]:
    """Of alternatives: the plain text where it says something, else the page; files and everything else besides."""
    leaves = [leaf for choice in choices[:MANY] for leaf in _leaves(choice, body, depth + 1)]
    plain = [leaf for leaf in leaves if type_of(leaf) == "text/plain" and not name_of(leaf)]
    pages_ = [leaf for leaf in leaves if type_of(leaf) == "text/html" and not name_of(leaf)]
    said = "\n".join(_text(leaf, body)[0] for leaf in plain).strip()
    says = bool(said) and not (pages_ and len(said) <= LONGEST_STUB and STUB.search(said))
    dropped = pages_ if says or not pages_ else plain
    yield from (leaf for leaf in leaves if all(leaf is not other for other in dropped))


def _inside(part: Mail) -> list[Mail]:
    """Return the parts of a part."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def type_of(part: Mail) -> str:
    """Return the media type in lower case; a multipart without parts is text."""
    try:
        kind = part.get_content_type().lower()
    except Exception:
        return "text/plain"
    return "text/plain" if kind.startswith("multipart/") and not isinstance(part.get_payload(), list) else kind


def name_of(part: Mail) -> str:
    """Return what a part calls its file, "" for no name."""
    try:
        given = part.get_filename() or ""
    except Exception:
        return ""
    return headers.words(given).replace("/", "_").replace("\\", "_")[:200]


def _take(part: Mail, body: Body) -> None:
    kind, name = type_of(part), name_of(part)
    attached = disposition_of(part) == "attachment"
    if kind in {"text/plain", "text/html", "text/enriched"} and not name and not attached:
        text, whole = _text(part, body)
        if not whole:
            body.note("Some letters could not be read in the character set that the mail names.")
        if text.strip():
            body.html = body.html or kind == "text/html"
        body.texts.append(text)
    elif kind in {"message/delivery-status", "message/feedback-report", "text/rfc822-headers", "message/disposition-notification"}:
        body.reports.append(_report(part))
        _attach(part, kind, name, body, _inner(part))
    elif kind == "message/rfc822":
        nested = _inside(part)
        if nested:
            body.returned.append(nested[0])
            name = name or f"{headers.first_of(nested[0], 'subject')[:80] or 'message'}.eml"
        _attach(part, kind, name if name.lower().endswith(".eml") else f"{name or 'message'}.eml", body, _inner(part))
    elif kind in TNEFS or name.lower() == "winmail.dat":
        _unpack(part, kind, name, body)
    else:
        content = _bytes(part)
        if content or name:
            _attach(part, kind, name, body, content)


def disposition_of(part: Mail) -> str:
    try:
        return (part.get_content_disposition() or "").lower()
    except Exception:
        return ""


def _bytes(part: Mail) -> bytes:
    """Return a part's content, undone from its encoding as far as that goes; what a list put below a text in base64 stands below it."""
    try:
        way = ENCODINGS.get(re.sub(r"[\s-]", "", str(part.get("content-transfer-encoding", ""))).lower(), "")
        said = part.get_payload()
        if way == "quoted-printable" and isinstance(said, str):
            return quopri.decodestring(said.encode("utf-8", "surrogateescape"))
        if way == "base64" and isinstance(said, str) and type_of(part).startswith("text/") and (below := BELOW.search(said)):
            head = re.sub(r"[^A-Za-z0-9+/]", "", said[: below.start()])
            rest = said[below.start() :].strip("\r\n").encode("utf-8", "surrogateescape")
            return base64.b64decode(head + "=" * (-len(head) % 4)) + b"\n" + rest
        found = part.get_payload(decode=True)
    except Exception:
        found = None
    if isinstance(found, bytes):
        return found
    said = part.get_payload()
    return said.encode("utf-8", "surrogateescape") if isinstance(said, str) else b""


def _inner(part: Mail) -> bytes:
    """Return a message inside the message as bytes."""
    nested = _inside(part)
    if not nested:
        return _bytes(part)
    try:
        return b"\n".join(one.as_bytes(unixfrom=False) for one in nested[:MANY])
    except Exception:
        return "\n".join(_roughly(one) for one in nested[:MANY]).encode("utf-8", "surrogateescape")


def _roughly(message: Mail) -> str:
    lines = [f"{name}: {value}" for name, value in message.raw_items()]
    inner = message.get_payload()
    return "\n".join([*lines, "", inner if isinstance(inner, str) else ""])


def _report(part: Mail) -> str:
    return headers.decoded(_inner(part), "utf-8")[0]


def _text(part: Mail, body: Body) -> tuple[str, bool]:
    """Return a part's text, and whether all of its letters were readable."""
    content = _bytes(part)
    try:
        charset = str(part.get_param("charset", "") or "")
    except Exception:
        charset = ""
    if type_of(part) == "text/html" and not charset:
        named = re.search(rb"<meta[^<>]{0,200}charset=[\"']?([\w-]{2,30})", content[:4000], re.IGNORECASE)
        charset = named[1].decode("ascii", "replace") if named else ""
    text, whole = headers.decoded(content, charset)
    if type_of(part) == "text/html":
        text = pages.text_of(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (flowing.joined(text, close=_says(part, "delsp") == "yes") if _says(part, "format") == "flowed" else text), whole


def _says(part: Mail, name: str) -> str:
    """Return what the type of a plain text says of its lines."""
    try:
        return str(part.get_param(name, "") or "").strip().lower() if type_of(part) == "text/plain" else ""
    except Exception:
        return ""


def _attach(part: Mail, kind: str, name: str, body: Body, content: bytes) -> None:
    cid = headers.first_of(part, "content-id").strip("<> ")
    named = name or f"{'image' if kind.startswith('image/') else 'part'}-{len(body.attachments) + 1}.{ENDINGS.get(kind, 'bin')}"
    body.attachments.append(attachment(named, kind, content, cid))


def attachment(name: str, kind: str, content: bytes, cid: str = "") -> Attachment:
    """Return a file with its size and its hash."""
    return Attachment(name, kind[:100], len(content), hashlib.sha256(content).hexdigest(), content, cid[:200])


def _unpack(part: Mail, kind: str, name: str, body: Body) -> None:
    """Take the files out of a winmail.dat; one that cannot be opened is kept whole."""
    content = _bytes(part)
    try:
        packed = TNEF(content, do_checksum=False)
        files = [attachment(_tnef_name(one), "application/octet-stream", bytes(one.data or b"")) for one in packed.attachments[:MANY]]
        said = packed.body if isinstance(packed.body, str) else headers.decoded(packed.body or b"", "")[0]
        page = packed.htmlbody if isinstance(packed.htmlbody, str) else headers.decoded(packed.htmlbody or b"", "")[0]
        said = said if said.strip() or page.strip() else rich.text_of(bytes(getattr(packed, "_rtfbody", b"") or b""))
    except Exception:
        body.note(f"{name or 'winmail.dat'} could not be opened; it is kept as it came.")
        _attach(part, kind, name or "winmail.dat", body, content)
        return
    if not any(text.strip() for text in body.texts):
        body.texts.append(headers.storable(said) if said.strip() else pages.text_of(headers.storable(page)))
    body.attachments += files
    if not said.strip() and not page.strip():  # its text may be in a form that is not read here
        _attach(part, kind, name or "winmail.dat", body, content)


def _tnef_name(one: Any) -> str:
    given = one.long_filename() if callable(getattr(one, "long_filename", None)) else one.name
    return headers.storable(str(given or one.name or "file")).replace("/", "_").replace("\\", "_").strip("\x00 ")[:200] or "file"
