"""From the bytes of a mail to what is understood of it."""

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from itertools import islice
from typing import Any

from tickets.domain import addressing
from tickets.mail import automatic, headers, parts, splitting
from tickets.mail.headers import Mail
from tickets.mail.understood import Address, Auto, Thread, Understood

BIGGEST_TEXT = 2_000_000  # characters of a body that are looked at for quotes
BIGGEST_HEAD = 512 * 1024  # bytes of header lines
MOST_HEADERS = 2000
ID_LINE = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE)
FORMS = frozenset({"content-type", "content-disposition"})
LONGEST_FORM = 8000  # characters of a header that says what a part is
OURS = (
    "to",
    "cc",
    "bcc",
    "envelope-to",
    "delivered-to",
    "x-original-to",
    "x-envelope-to",
    "x-real-to",
    "resent-to",
    "x-delivered-to",
    "x-forwarded-to",
)


def read(raw: bytes, domain: str = "") -> Understood:
    """Return what is understood of a mail, whatever its bytes are; `domain` is where our own addresses are, where that is known."""
    try:
        return _read(raw, domain)
    except Exception as trouble:
        return _barely(raw, type(trouble).__name__)


def _read(raw: bytes, domain: str) -> Understood:
    message = _parsed(tidy(raw))
    body = parts.body_of(message)
    whole = "\n".join(text.strip("\n") for text in body.texts)
    said = splitting.split(whole[:BIGGEST_TEXT])
    if len(whole) > BIGGEST_TEXT:
        said = splitting.Split(said.text, f"{said.quoted}\n{whole[BIGGEST_TEXT:]}", said.signature)
    froms = headers.addresses(value for name, value in message.raw_items() if name.lower() == "from")
    recipients = _recipients(message)
    subject = headers.first_of(message, "subject")
    thread = Thread(
        message_id=next(iter(headers.ids(headers.first_of(message, "message-id"))), "")[:998],
        in_reply_to=headers.ids(" ".join(headers.all_of(message, "in-reply-to"))),
        references=headers.ids(" ".join(headers.all_of(message, "references"))),
        number=addressing.number_in(subject),
        token=_token(recipients, domain),
    )
    verdict = automatic.judge(message, body, said, subject=subject, sender=froms[0] if froms else Address(""), domain=domain, thread=thread)
    return Understood(
        automatic=verdict.kind is not Auto.NO,
        kind=verdict.kind,
        why=verdict.why,
        by_words=verdict.by_words,
        bounced=verdict.bounced,
        sender=froms[0] if froms else Address(""),
        senders=len(froms),
        recipients=recipients,
        thread=thread,
        subject=subject,
        date=headers.moment(headers.first_of(message, "date")),
        text=said.text,
        quoted=said.quoted,
        signature=said.signature,
        attachments=tuple(body.attachments),
        html=body.html,
        authentication=tuple(headers.all_of(message, "authentication-results")),
        problems=tuple(body.problems),
        returned=_returned(body, whole),
    )


def tidy(raw: bytes) -> bytes:
    """Return a mail without what stands before its first header, with line ends that a parser knows."""
    raw = raw.lstrip(b"\xef\xbb\xbf\r\n\t ")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    while raw[:5] in {b"From ", b">From"}:
        raw = raw.partition(b"\n")[2].lstrip(b"\r\n")
    return raw


class Letter(Message):
    """A message whose header lines are looked at only so far, whatever came: the parser's time grows with the square of a line's length."""

    def get(self, name: str, failobj: Any = None) -> Any:
        """Return a header, cut where no program writes on."""
        value = super().get(name, failobj)
        return value[:LONGEST_FORM] if isinstance(value, str) and len(value) > LONGEST_FORM and name.lower() in FORMS else value

    def raw_items(self) -> Iterator[tuple[str, Any]]:
        """Return the header lines, the topmost first, as many as any mail has."""
        return islice(super().raw_items(), MOST_HEADERS)


def _parsed(raw: bytes) -> Mail:
    try:
        return message_from_bytes(raw, _class=Letter, policy=compat32)
    except Exception:
        head, _, rest = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw[:BIGGEST_HEAD] else b"\n\n")
        message: Mail = Message(policy=compat32)
        for name, value in re.findall(rb"^([\w-]{1,80}):[ \t]?((?:[^\r\n]|\r?\n[ \t])*)", head[:BIGGEST_HEAD], re.MULTILINE):
            if name.lower() not in {b"content-type", b"content-transfer-encoding"}:
                message[name.decode("ascii", "replace")] = re.sub(rb"[\r\n]+", b"", value).decode("utf-8", "replace")
        message.set_payload(rest.decode("utf-8", "surrogateescape"))
        return message


def _recipients(message: Mail) -> tuple[str, ...]:
    """Return every address that the mail says it went to, those that servers noted first."""
    order = ("envelope-to", "delivered-to", "x-original-to")
    names = [*order, *(name for name in OURS if name not in order)]
    found = [one.address for name in names for one in headers.addresses(value for key, value in message.raw_items() if key.lower() == name)]
    return tuple(dict.fromkeys(address for address in found if "@" in address))


def _returned(body: parts.Body, text: str) -> tuple[str, ...]:
    """Return the ids of the mails that this one brings back, as files, as header lines alone, or below its own words."""
    named = [headers.first_of(one, "message-id") for one in body.returned]
    named += [line[1] for said in (*body.reports, text[:BIGGEST_TEXT]) for line in islice(ID_LINE.finditer(said), MOST_HEADERS)]
    return headers.ids(" ".join(named))


def _token(recipients: tuple[str, ...], domain: str) -> str:
    for address in recipients:
        found = addressing.recipient_of(address, domain or address.rpartition("@")[2])
        if found and found.token:
            return found.token
    return ""


def _barely(raw: bytes, trouble: str) -> Understood:
    """Return a mail that nothing could read: all of it is text that a person looks at."""
    text = headers.decoded(raw, "utf-8")[0]
    return Understood(
        automatic=False, kind=Auto.NO, why="", by_words=False, bounced=(), sender=Address(""), senders=0, recipients=(),
        thread=Thread(message_id=f"<{hashlib.sha256(raw).hexdigest()}@unreadable>"), subject="", date=None, text=text, quoted="",
        signature="", attachments=(), html=False, authentication=(), problems=(f"This mail could not be read as mail ({trouble}).",),
    )  # fmt: skip
