"""What is understood of one mail."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Auto(StrEnum):
    """What kind of machine wrote a mail; empty where a person did."""

    NO = ""
    BOUNCE = "bounce"
    VACATION = "vacation"
    LIST = "list"
    COMPLAINT = "complaint"
    RECEIPT = "receipt"
    OWN = "own mail"
    NOTICE = "notice"


@dataclass(frozen=True)
class Address:
    """A mail address in lower case, and the name that stands beside it; neither is proof of anything."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Thread:
    """What a mail says it belongs to."""

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    number: int | None = None  # of a ticket, named in the subject
    token: str = ""  # of an address for answers, when it came to one


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail; `cid` is how the text names it, where it stands inside the text."""

    name: str
    type: str
    size: int
    sha256: str
    content: bytes = field(repr=False, default=b"")
    cid: str = ""


@dataclass(frozen=True)
class Understood:
    """One mail. `text`, `quoted` and `signature` together hold every line of its body."""

    automatic: bool
    kind: Auto
    why: str  # why it is taken for automatic, in words
    by_words: bool  # only its words say so: no header, no report, no sender that is a machine
    bounced: tuple[str, ...]  # addresses that a bounce says were not reached
    sender: Address
    senders: int  # how many From lines and addresses there are; more than one belongs to nobody
    recipients: tuple[str, ...]
    thread: Thread
    subject: str
    date: datetime | None
    text: str
    quoted: str
    signature: str
    attachments: tuple[Attachment, ...]
    html: bool  # the text was read from HTML
    authentication: tuple[str, ...]  # the Authentication-Results lines, the topmost first
    problems: tuple[str, ...]
    returned: tuple[str, ...] = ()  # the ids of mails that a report, a file or the text brings back
