"""How tickets are addressed by mail: a client's own address, the addresses that answers go to, the ids of our messages.

A client's address is `<short name>@<domain>`, one for answers `<short name>+<token>@<domain>`. A token is 128 random bits in letters that
survive whatever a mail system does to upper and lower case.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from comanaged.notices.domain import wording

ANSWER_ABOVE = wording.ANSWER_ABOVE  # who writes an answer writes above this line

TOKEN = re.compile(r"[a-z2-7]{26}")
LOCAL = re.compile(r"(?P<slug>[a-z0-9-]{1,60})(?:\+(?P<token>[a-z2-7]{26}))?", re.ASCII)
IDS = re.compile(rb"<([0-9a-f]{32}\.\d{1,19}@[^<>@\s]{1,253})>")
OWN_ID = re.compile(r"<?(?P<ticket>[0-9a-f]{32})(?:\.(?P<event>\d{1,19}))?@(?P<domain>[^<>@\s]+)>?", re.ASCII)
FOLD = rb"(?:=\r?\n)?"  # where quoted-printable breaks a line
GIVEN = re.compile(  # a token in an address, however a mail spells it, also where the address is put into another one
    rb"(\+(?:2B)?|[=%]2B|&#43;|&plus;)"
    + FOLD
    + rb"([a-z2-7](?:"
    + FOLD
    + rb"[a-z2-7]){25})"
    + FOLD
    + rb"(?=@|[=%+]40|&#64;|&commat;|=(?:3D)?[\w.-]{1,253}@)",
    re.IGNORECASE,
)
SHORTEST = 38  # signs that an address with a token takes in base64
PACKED = re.compile(rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{%d,}(?:\r?\n[A-Za-z0-9+/]+(?=[\r\n=]|$))*={0,2}" % SHORTEST)
PACKINGS = 4  # of base64 in base64, such as a mail in a mail
LINE = 76
NUMBERED = re.compile(r"\[(?P<initials>[A-Za-z0-9]{1,3})-(?P<number>\d{1,9})\]")


@dataclass(frozen=True)
class Recipient:
    """Whom a mail to one of our addresses is for: the client's short name, and the token of an answer ("" for none)."""

    slug: str
    token: str = ""


def token_of(bits: bytes) -> str:
    """Return sixteen random bytes as a token."""
    return base64.b32encode(bits).decode().rstrip("=").lower()


def hash_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.lower().encode()).hexdigest()


def client_address(slug: str, domain: str) -> str:
    """Return the address that a client's people write to."""
    return f"{slug}@{domain}"


def answer_address(slug: str, token: str, domain: str) -> str:
    """Return the address that one person's answers to one ticket go to."""
    return f"{slug}+{token}@{domain}"


def recipient_of(address: str, domain: str) -> Recipient | None:
    """Return whom an address of ours is for; None for an address that is none of ours."""
    local, _, host = address.strip().lower().rpartition("@")
    found = LOCAL.fullmatch(local) if host == domain.lower() else None
    return Recipient(found["slug"], found["token"] or "") if found else None


def root_id(ticket: UUID, domain: str) -> str:
    """Return the Message-ID under which a mail program gathers everything about a ticket."""
    return f"<{ticket.hex}@{domain}>"


def message_id(ticket: UUID, event: int, domain: str) -> str:
    """Return the Message-ID of what is mailed about one entry of a ticket; the same for a second copy."""
    return f"<{ticket.hex}.{event}@{domain}>"


def ticket_of(message_id: str, domain: str) -> UUID | None:
    """Return the ticket that one of our own Message-IDs is about; None for anybody else's."""
    found = OWN_ID.fullmatch(message_id.strip())
    return UUID(found["ticket"]) if found and found["domain"].lower() == domain.lower() else None


def event_of(message_id: str, domain: str) -> int | None:
    """Return the entry that one of our own Message-IDs is about; None for a whole ticket's, or anybody else's."""
    found = OWN_ID.fullmatch(message_id.strip())
    return int(found["event"]) if found and found["event"] and found["domain"].lower() == domain.lower() else None


def tokens_in(raw: bytes) -> list[str]:
    """Return the tokens in what nobody has read as a mail, each once."""
    return list(dict.fromkeys(re.sub(rb"[=\r\n]", b"", found[2]).decode().lower() for found in GIVEN.finditer(raw)))


def ids_in(raw: bytes) -> list[str]:
    """Return what may be the ids of our messages about entries in what nobody has read as a mail, each once."""
    return list(dict.fromkeys(found[1].decode(errors="replace") for found in IDS.finditer(raw)))


def without_tokens(raw: bytes) -> bytes:
    """Return a mail as it came, but for the tokens in its addresses: who reads it could write in another person's name by them.

    Nothing of it is parsed, since it may be one of which no parser comes back; what looks like base64 is opened to be looked at.
    """
    return _without(raw, PACKINGS)


def _without(raw: bytes, packings: int) -> bytes:
    raw = GIVEN.sub(rb"\1(for answers)", raw)
    return PACKED.sub(lambda found: _repacked(found[0], packings - 1), raw) if packings else raw


def _repacked(packed: bytes, packings: int) -> bytes:
    """Return base64 without the tokens in it, and the very same where it holds none."""
    signs = packed.translate(None, b"\r\n=")
    said = base64.b64decode(signs[: len(signs) - (len(signs) % 4 == 1)] + b"==")  # what was cut off anywhere is read so far
    kept = _without(said, packings)
    if kept == said:
        return packed
    whole = base64.b64encode(kept)
    return b"\n".join(whole[at : at + LINE] for at in range(0, len(whole), LINE)) if b"\n" in packed else whole


def shown(text: str) -> str:
    """Return a text as people may see it: without the tokens in addresses of ours."""
    return without_tokens(text.encode(errors="surrogatepass")).decode(errors="surrogatepass")


def subject(reference: str, title: str) -> str:
    """Return the subject of all mail about a ticket: "[HD-1234] The printer is on fire", on one line."""
    return f"[{reference}] {' '.join(title.split())}"[:200]


def naming(number: int) -> str:
    """Return what is found in every subject that names the ticket of this number, and in no other."""
    return rf"\[[A-Za-z0-9]{{1,3}}-0*{number}\]"


def number_in(subject: str) -> int | None:
    """Return the number of the ticket that a subject names; None where it names none."""
    found = NUMBERED.search(subject)
    return int(found["number"]) if found else None
