"""Mail that waits for a person, one mail as it came, and what is folded beside entries that came by mail."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db.models import Count

from comanaged.accounts import access
from tickets import mail
from tickets.domain import addressing
from tickets.mail import headers
from tickets.models import Held, InboundMail, InboundMailRows, Outcome

SIZE = 50
COUNTED = 100  # mails that wait; how many more there are makes no difference to who decides
BEGINNING = 20_000  # bytes of a mail that nothing could read
MACHINE = "A machine wrote it: "
WHY = {
    Held.UNKNOWN_SENDER: "unknown sender",
    Held.NOT_YOURS: "not the sender's address for answers",
    Held.OTHER_SIDE: "the other side writes to what one side keeps to itself",
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
    """A page of mail; `after` leads to the next page, None at the end."""

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
    automatic: bool


@dataclass(frozen=True)
class Folded:
    """What is folded beside an entry that came by mail, and which mail it was."""

    mail: UUID
    quoted: str


@dataclass(frozen=True)
class Beginning:
    """The first of the mail that waits: which is the oldest, how many wait for each reason in words, and whether more do than are counted."""

    oldest: int | None
    reasons: dict[str, int]
    more: bool


def mails(by: access.Actor) -> InboundMailRows:
    """Return the mails of a client that this reader may read."""
    return InboundMail.objects.for_tenant(by.tenant).visible_to(by.company_id)


def waiting(by: access.Actor, after: int | None = None) -> Waiting:
    """Return mail that waits for somebody, the oldest first, without its contents."""
    rows = mails(by).waiting().filter(pk__gt=after or 0)
    found = _page(rows.order_by("id"))
    for row in found.rows:
        row.why = WHY.get(Held(row.held), "") if row.held else BECAME[Outcome(row.outcome)]  # type: ignore[attr-defined]
    return found


def automatic(by: access.Actor, before: int | None = None) -> Waiting:
    """Return mail that was kept and nothing else, since a machine wrote it: the newest first, each with why it is taken for a machine's."""
    rows = mails(by).filter(outcome=Outcome.AUTOMATIC)
    found = _page((rows if before is None else rows.filter(pk__lt=before)).order_by("-id"))
    for row in found.rows:
        row.why = row.because.removeprefix(MACHINE)  # type: ignore[attr-defined]
    return found


def _page(rows: InboundMailRows) -> Waiting:
    found = tuple(rows.select_related("ticket").defer("raw", "quoted")[: SIZE + 1])
    return Waiting(found[:SIZE], found[SIZE - 1].pk if len(found) > SIZE else None)


def beginning(tenant_id: int, company_id: int | None) -> Beginning:
    """Return the mail that waits longest and that this organisation may read, as far as anybody counts; one statement."""
    rows = InboundMail.objects.for_tenant(tenant_id).visible_to(company_id).waiting().order_by("id")
    found = list(rows.values_list("id", "held", "outcome")[: COUNTED + 1])
    whys = sorted((held, outcome) for _, held, outcome in found[:COUNTED])
    counts = Counter(WHY[Held(held)] if held else BECAME[Outcome(outcome)] for held, outcome in whys)
    return Beginning(found[0][0] if found else None, dict(counts), more=len(found) > COUNTED)


def heap(readers: Collection[access.Actor]) -> dict[int, int]:
    """Return by client how much mail waits for these readers, who all read as one organisation; one statement for all of them."""
    who = [reader for reader in readers if access.may(reader, "mail.release_held")]
    if not who:
        return {}
    rows = InboundMail.objects.for_tenants([reader.tenant_id for reader in who]).visible_to(who[0].company_id).waiting().order_by()
    return dict(rows.values_list("tenant").annotate(count=Count("id")))


def shown(by: access.Actor, public_id: UUID) -> Shown:
    """Return one mail; raises InboundMail.DoesNotExist. What no try could read is not tried here either: its first lines stand as they came."""
    row = mails(by).select_related("ticket").get(public_id=public_id)
    unread = row.outcome == Outcome.FAILED
    found = mail.read(b"", settings.MAIL_DOMAIN) if unread else mail.read(bytes(row.raw), settings.MAIL_DOMAIN)
    text = headers.decoded(bytes(row.raw[:BEGINNING]), "utf-8")[0] if unread else found.text
    return Shown(
        row=row,
        why=WHY.get(Held(row.held), "") if row.held else "",
        became=BECAME[Outcome(row.outcome)] if row.outcome else "not read yet",
        text=addressing.shown(text),
        folded=addressing.shown("\n\n".join(part for part in (found.quoted, found.signature) if part.strip())),
        files=tuple((one.name, one.size) for one in found.attachments),
        problems=() if unread else found.problems,
        names_ticket=row.ticket is not None,
        waits=row.outcome in {Outcome.HELD, Outcome.FAILED},
        automatic=row.outcome == Outcome.AUTOMATIC,
    )


def folded(by: access.Actor, events: Collection[int]) -> dict[int, Folded]:
    """Return by entry what came with it by mail."""
    if not events:
        return {}
    rows = mails(by).filter(event__in=events).values_list("event", "public_id", "quoted")
    return {event: Folded(public_id, quoted) for event, public_id, quoted in rows}
