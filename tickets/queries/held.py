"""Mail that waits for a person, one mail as it came, and what is folded beside entries that came by mail."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from comanaged.accounts import access
from tickets import mail
from tickets.domain import addressing
from tickets.models import Held, InboundMail, InboundMailRows, Outcome

SIZE = 50
WHY = {
    Held.UNKNOWN_SENDER: "unknown sender",
    Held.NOT_YOURS: "not the sender's address for answers",
    Held.OTHER_SIDE: "the other side answers a private note",
    Held.TOO_MANY: "too many at once",
    Held.SAME_AGAIN: "the same again",
    Held.MACHINE: "perhaps written by a machine",
    Held.NOT_TAKEN: "the ticket does not take it",
}
BECAME = {
    Outcome.AUTOMATIC: "written by a machine; nothing was done",
    Outcome.ANSWER: "an entry of a ticket",
    Outcome.OPENED: "a new ticket",
    Outcome.HELD: "waits for a person",
    Outcome.DROPPED: "dropped",
    Outcome.FAILED: "could not be read",
}


@dataclass(frozen=True)
class Waiting:
    """A page of mail that waits, the oldest first; `after` leads to the next page, None at the end."""

    rows: tuple[InboundMail, ...]
    after: int | None


@dataclass(frozen=True)
class Shown:
    """One mail as a person reads it before deciding; nothing in it is ever shown as anything but text."""

    row: InboundMail
    why: str
    became: str
    text: str
    folded: str
    files: tuple[tuple[str, int], ...]
    problems: tuple[str, ...]
    names_ticket: bool
    waits: bool


@dataclass(frozen=True)
class Folded:
    """What is folded beside an entry that came by mail, and which mail it was."""

    mail: UUID
    quoted: str


def mails(by: access.Actor) -> InboundMailRows:
    """Return the mails of a client that this reader may read."""
    return InboundMail.objects.for_tenant(by.tenant).visible_to(by.company_id)


def waiting(by: access.Actor, after: int | None = None) -> Waiting:
    """Return mail that waits for somebody, without its contents."""
    rows = mails(by).waiting().filter(pk__gt=after or 0).select_related("ticket").defer("raw", "quoted").order_by("id")
    found = tuple(rows[: SIZE + 1])
    for row in found:
        row.why = WHY.get(Held(row.held), "") if row.held else BECAME[Outcome(row.outcome)]  # type: ignore[attr-defined]
    return Waiting(found[:SIZE], found[SIZE - 1].pk if len(found) > SIZE else None)


def shown(by: access.Actor, public_id: UUID) -> Shown:
    """Return one mail; raises InboundMail.DoesNotExist."""
    row = mails(by).select_related("ticket").get(public_id=public_id)
    found = mail.read(bytes(row.raw), settings.MAIL_DOMAIN)
    return Shown(
        row=row,
        why=WHY.get(Held(row.held), "") if row.held else "",
        became=BECAME[Outcome(row.outcome)] if row.outcome else "not read yet",
        text=addressing.shown(found.text),
        folded=addressing.shown("\n\n".join(part for part in (found.quoted, found.signature) if part.strip())),
        files=tuple((one.name, one.size) for one in found.attachments),
        problems=found.problems,
        names_ticket=row.ticket_id is not None,
        waits=row.outcome in {Outcome.HELD, Outcome.FAILED},
    )


def folded(by: access.Actor, events: Collection[int]) -> dict[int, Folded]:
    """Return by entry what came with it by mail."""
    if not events:
        return {}
    rows = mails(by).filter(event__in=events).values_list("event", "public_id", "quoted")
    return {event: Folded(public_id, quoted) for event, public_id, quoted in rows}
