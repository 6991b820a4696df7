"""The addresses that answers go to, and the headers by which a mail program gathers what is mailed about a ticket.

A private note is named to its own side alone, so its mail's headers are no longer than what that side may read.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, OuterRef, Subquery, Value, When

from comanaged.accounts import access
from comanaged.vocabulary import Audience, Side
from tickets.domain import addressing
from tickets.domain import audience as audiences
from tickets.models import Event, InboundMail, Kind, Outcome, ReplyAddress, Ticket

LASTS = timedelta(days=90)
LONG = timedelta(days=90)  # for which an address that ended is kept, so that its answers are held with a reason, at their ticket
MANY, ROUNDS = 5_000, 10  # addresses that are deleted at once, and how often in one go
BITS = 16  # bytes of chance in a token
LATEST = 20  # earlier messages that a mail names
ID = re.compile(r"<?(?P<id>[!-;=?-~]{1,250})>?", re.ASCII)
NEVER_MAILED = [Kind.REPEATED, Kind.SOURCE, Kind.WORKED, Kind.FILE, Kind.LINKED, Kind.EXTERNAL]


def address_for(ticket: Ticket, person: access.Person, audience: str, company_id: int | None, *, at: datetime) -> str:
    """Make an address for one person's answers to a mail for these readers, good for 90 days."""
    return addresses_for(ticket, [person], audience, {person.side: company_id}, at=at)[person.email]


def addresses_for(
    ticket: Ticket, people: Sequence[access.Person], audience: str, companies: Mapping[Side, int | None], *, at: datetime
) -> dict[str, str]:
    """Make an address for each of these people's answers, by the mail address of each; `companies` = whom each side stands for."""
    people = list({person.email: person for person in people}.values())  # one mail to one who is here for both sides
    tokens = {person.email: addressing.token_of(secrets.token_bytes(BITS)) for person in people}
    ReplyAddress.objects.bulk_create(
        ReplyAddress(
            tenant_id=ticket.tenant_id,
            token_hash=addressing.hash_of(tokens[person.email]),
            ticket=ticket,
            audience=audience,
            company_id=companies.get(person.side),
            address=person.email,
            user_id=person.user_id,
            made_at=at,
            expires_at=at + LASTS,
        )
        for person in people
    )
    slug, domain = ticket.tenant.slug, settings.MAIL_DOMAIN
    return {email: addressing.answer_address(slug, token, domain) for email, token in tokens.items()}


def revoke(tenant_id: int, *, at: datetime, ticket_id: int | None = None, user_id: int | None = None) -> int:
    """End the addresses of one ticket, of one person, or of one person on one ticket; return how many."""
    if ticket_id is None and user_id is None:
        raise ValueError("Say whose addresses, or of which ticket.")
    wanted = {name: value for name, value in (("ticket", ticket_id), ("user", user_id)) if value is not None}
    return ReplyAddress.objects.for_tenant(tenant_id).filter(revoked_at=None, **wanted).update(revoked_at=at)


def forget(tenant_id: int, *, at: datetime) -> int:
    """Delete the addresses that ended long ago; return how many.

    Those for answers to one side's notes stay: by them alone a late answer is known as that side's, and not shown to the other.
    """
    rows = ReplyAddress.objects.for_tenant(tenant_id).filter(expires_at__lt=at - LONG, audience__in=audiences.TO_BOTH)
    return sum(rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:MANY])).delete()[0] for _ in range(ROUNDS))


def thread(ticket: Ticket, event: Event) -> dict[str, str]:
    """Return the headers that put the mail about an entry into its ticket's thread.

    Where a mail opened the ticket or wrote an earlier entry, that mail's own id is named too, since its writer's program knows no other.
    """
    domain = settings.MAIL_DOMAIN
    story = [(pk, kind, _own(mailed)) for pk, kind, mailed in _story(ticket, event)]
    opening = next((mailed for _, kind, mailed in story if kind == Kind.OPENED), "")
    roots = [*([opening] if opening else []), addressing.root_id(ticket.public_id, domain)]
    named = [(mailed, addressing.message_id(ticket.public_id, pk, domain)) for pk, _, mailed in story if pk != event.pk]
    later = [one for pair in named for one in pair if one and one != opening]
    return {
        "Message-ID": addressing.message_id(ticket.public_id, event.pk, domain),
        "In-Reply-To": next(filter(None, named[-1])) if named else roots[0],
        "References": " ".join([*roots, *later[-LATEST:]]),
    }


def _story(ticket: Ticket, event: Event) -> list[tuple[int, str, str | None]]:
    """Return the opening and the last entries up to this one that all its readers may read: id, kind, the id of the mail it came by."""
    private = event.audience not in audiences.TO_BOTH
    rows = Event.objects.for_tenant(ticket.tenant_id).of(ticket.pk).filter(pk__lte=event.pk).exclude(kind__in=NEVER_MAILED)
    rows = rows.visible_to(event.side_id if private else None)
    if event.audience == Audience.PUBLIC:
        rows = rows.filter(audience=Audience.PUBLIC)
    came = InboundMail.objects.for_tenant(ticket.tenant_id).filter(event=OuterRef("pk"), outcome__in=[Outcome.OPENED, Outcome.ANSWER])
    told = rows.annotate(mailed=Subquery(came.order_by("id").values("message_id")[:1]))
    opening_first = Case(When(kind=Kind.OPENED, then=Value(0)), default=Value(1))
    return sorted(told.order_by(opening_first, "-id").values_list("pk", "kind", "mailed")[: LATEST + 2])


def _own(mailed: str | None) -> str:
    """Return a Message-ID as a header takes it, or nothing for what cannot be one, or is longer than any program makes them."""
    found = ID.fullmatch((mailed or "").strip())
    return f"<{found['id']}>" if found else ""
