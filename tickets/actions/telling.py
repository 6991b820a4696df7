"""Whom a ticket's news is for: the other side for what both may read, the own side alone for a note; who only asks, of what is public."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts import access
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind as About
from comanaged.vocabulary import Audience, Priority, Side
from tickets import queries
from tickets.actions import answering
from tickets.domain import addressing, saying
from tickets.domain import audience as audiences
from tickets.models import Event, Kind, Ticket
from tickets.models.events import HANDOVERS, OF_INCIDENTS
from tickets.queries import hiding, present

LEADS = frozenset({"c_mgr", "p_lead", "p_admin"})
STAFF = frozenset({"c_mgr", "c_tech", "p_tech", "p_lead", "p_admin"})
PRIVATE = "Read it in the portal; a private note never leaves by e-mail."

# what an entry is about for those who choose what they are told; anything else is a message
KIND_OF = {
    **dict.fromkeys((Kind.OPENED, Kind.RECURRED, Kind.REOPENED, Kind.ASSIGNED, Kind.WOKE, Kind.DUTY, Kind.REROUTED), About.WORK),
    **dict.fromkeys((*HANDOVERS, Kind.REMINDED), About.HANDOVER),
    **dict.fromkeys((Kind.WARNED, Kind.MISSED), About.CLOCK),
    **dict.fromkeys((Kind.MAJOR, Kind.MAJOR_ENDED, *OF_INCIDENTS), About.INCIDENT),
    **dict.fromkeys((Kind.APPROVAL, Kind.ANSWERED, Kind.UNASKED), About.APPROVAL),
}
# the public entries of which who only asks is told, in words for them
TO_WHO_ASKS = {
    Kind.REPLY: "{who} wrote to you.",
    Kind.FILE: "{who} sent you a file.",
    Kind.WAITS: "{who} needs to know something from you.",
    Kind.RESOLVED: "{who} says that this is solved. If it is not, say so and it goes on.",
    Kind.CLOSED: "This is closed.",
    Kind.REOPENED: "{who} opened this again.",
    Kind.CANCELLED: "{who} ended this without solving it.",
    Kind.MERGED: "This is the same as something that was asked before, so it goes on there. You hear of it when it is solved.",
    Kind.UNMERGED: "This goes on for itself again.",
}
# who reads an answer by mail, said in each mail to somebody of a side
WHO_READS = {
    Audience.PUBLIC: "If you answer this mail, the person who asked and both sides read it.",
    Audience.SHARED: "If you answer this mail, both sides read it.",
}
NOT_YET = " Your side alone sees this ticket now: the other one reads it once it is shown to both."
OWN_SIDE = "If you answer this mail, your side alone reads it, as a private note."
SPOKEN = frozenset({Kind.REPLY, Kind.FILE, Kind.WAITS})  # by a person to a person
HOW_IT_GOES = frozenset({Kind.RESOLVED, Kind.CLOSED, Kind.REOPENED, Kind.CANCELLED})
OF_ANOTHER = frozenset({Kind.MERGED, Kind.UNMERGED})  # their texts name another ticket


def both_sides(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the side that did not write, whoever follows, and the person who asked where it is public."""
    message(ticket, event, access.people_of(ticket.tenant_id, None, at), by=by, at=at)


def message(
    ticket: Ticket,
    event: Event,
    people: Sequence[access.Person],
    *,
    by: access.Actor,
    at: datetime,
    named: Sequence[access.Person] = (),
    files: Sequence[str] = (),
) -> None:
    """Tell of these people whomever a message is for, those it names in other words; a private one's text and files never leave by mail."""
    quote = "\n\n".join([event.text, *(f"Attached: {name}" for name in files)])
    follow = queries.watchers(ticket, by)
    _queue(ticket, event, named, by=by, at=at, quote=quote, lead=f"{event.by_name} named you in this message.")
    _queue(ticket, event, queries.hearers(ticket, event.audience, by, people, follow), by=by, at=at, quote=quote)
    known = {person.user_id for person in people}
    asked = {*follow, ticket.requester_id} if ticket.requester_id else set(follow)
    _ask_back(ticket, event, asked - known, by=by, at=at, files=files)


def holder(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the side that holds the ticket; both when nobody owns it."""
    sides = list(Side) if ticket.unowned else [Side(ticket.side)]
    _queue(ticket, event, [person for side in sides for person in _desk(ticket, side, at)], by=by, at=at, quote=event.text)


def answerers(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime, leads: bool = False) -> None:
    """Tell the side that answers the pending offer; its managers once its time is over."""
    side = Side(ticket.facts.answering)
    people = [person for person in access.people_of(ticket.tenant_id, side, at) if person.role in (LEADS if leads else STAFF)]
    _queue(ticket, event, people, by=by, at=at, quote=event.text)


def leads(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the managers of both sides."""
    people = [person for side in Side for person in access.people_of(ticket.tenant_id, side, at) if person.role in LEADS]
    _queue(ticket, event, people, by=by, at=at, quote=event.text)


def people(ticket: Ticket, event: Event, whom: Iterable[int], *, by: access.Actor, at: datetime) -> None:
    """Tell certain people, by their ids, as far as they are members of this client."""
    wanted = set(whom)
    found = [person for person in access.people_of(ticket.tenant_id, None, at) if person.user_id in wanted]
    _queue(ticket, event, found, by=by, at=at, quote=event.text)


def requester(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the person who asked."""
    found = access.person_of(ticket.tenant_id, ticket.requester_id, at) if ticket.requester_id else None
    if found is not None and found.role != access.ASKS:
        _queue(ticket, event, [found], by=by, at=at, quote="")
    elif found is not None:
        who_asks(ticket, event, by=by, at=at)


def who_asks(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the person who asked where that one only asks and has no part in the work."""
    _ask_back(ticket, event, filter(None, [ticket.requester_id]), by=by, at=at)


def acknowledge(ticket: Ticket, event: Event, *, by: access.Actor, at: datetime) -> None:
    """Tell the person whose mail opened a ticket that it came, where they find it, and that an answer to this mail is read."""
    person = access.person_of(ticket.tenant_id, ticket.requester_id, at) if ticket.requester_id else None
    if person is None:
        return
    reference = saying.reference(ticket.tenant.name, ticket.number)
    lines = [
        f"We have it, as {reference}. Somebody looks at it and writes to you.",
        "To add something, answer this mail.",
        _page(ticket, person),
    ]
    send(
        ticket,
        event,
        [person],
        lines,
        by=by,
        at=at,
        kind=About.REQUEST,
        key=f"{key_of(event)}:came",
        auto={"Auto-Submitted": "auto-replied"},
    )


def _desk(ticket: Ticket, side: Side, at: datetime) -> list[access.Person]:
    """Return who works this ticket on a side: the one who has it, or everyone who could take it."""
    people = [person for person in access.people_of(ticket.tenant_id, side, at) if person.role in STAFF]
    if side != ticket.side or ticket.assignee_id is None:
        return people
    return [person for person in people if person.user_id == ticket.assignee_id] or people


def key_of(event: Event) -> str:
    """Return what one entry's notices are called in the outbox."""
    return f"ticket:{event.ticket_id}:{event.id}"


def _queue(
    ticket: Ticket, event: Event, people: Iterable[access.Person], *, by: access.Actor, at: datetime, quote: str, lead: str = ""
) -> None:
    """Tell people who work on tickets; what a private entry says never leaves by mail."""
    if event.audience not in audiences.TO_BOTH:
        quote = PRIVATE
    address = settings.ADDRESS + reverse("tickets:ticket", args=[by.tenant.slug, ticket.number])
    lines = [lead or f"{saying.did(event.kind, event.by_name)}.", quote, f"Why it is where it is: {ticket.because}", address]
    told = [person for person in people if person.user_id != by.user_id]
    send(ticket, event, told, lines, by=by, at=at, kind=KIND_OF.get(Kind(event.kind), About.MESSAGE))


def _ask_back(ticket: Ticket, event: Event, user_ids: Iterable[int], *, by: access.Actor, at: datetime, files: Sequence[str] = ()) -> None:
    """Tell those who only ask, as far as they are, of what is public, with the address of their own page; nothing of who holds it or why."""
    if event.audience != Audience.PUBLIC or event.kind not in TO_WHO_ASKS:
        return
    for user_id in sorted(set(user_ids) - {by.user_id}):
        person = access.person_of(ticket.tenant_id, user_id, at)
        if person is None or person.role != access.ASKS:
            continue
        said = TO_WHO_ASKS[Kind(event.kind)].format(who=event.by_name)
        if user_id == ticket.requester_id:
            quote = [] if event.kind in OF_ANOTHER else [event.text, *(f"Attached: {name}" for name in files)]
            send(ticket, event, [person], [said, *quote, _own_page(ticket)], by=by, at=at, kind=About.REQUEST)
        elif event.kind in HOW_IT_GOES:
            _of_merged(ticket, event, person, said, by=by, at=at)


def _of_merged(ticket: Ticket, event: Event, person: access.Person, said: str, *, by: access.Actor, at: datetime) -> None:
    """Tell whose request was merged into this ticket how it goes, as news of their own: what is written here is written to another person."""
    rows = Ticket.objects.for_tenant(ticket.tenant_id).filter(merged_into=ticket, requester=person.user_id).select_related("tenant")
    own = rows.order_by("id").first()
    if own is not None:
        send(own, event, [person], [said, _own_page(own)], by=by, at=at, kind=About.REQUEST)


def send(
    ticket: Ticket,
    event: Event,
    people: Sequence[access.Person],
    lines: Iterable[str],
    *,
    by: access.Actor,
    at: datetime,
    kind: About,
    key: str = "",
    auto: Mapping[str, str] = notices.BULK,
) -> None:
    """Queue one mail about an entry for each of these people: in the ticket's thread, and with an address for each one's answers.

    What a person wrote to the one who asked is no automatic mail for that one.
    """
    people = hiding.who_sees(ticket, people, at)
    if not people:
        return
    spoken = event.audience == Audience.PUBLIC and event.kind in SPOKEN and event.by_user_id is not None
    asks = any(person.role == access.ASKS for person in people)
    # news of a ticket is no question of the person who asked: what somebody of a side says to it stays with both sides
    audience = Audience.SHARED if event.audience == Audience.PUBLIC and event.kind not in SPOKEN and not asks else event.audience
    answers = answering.addresses_for(ticket, _able(people, event), audience, _companies(ticket, people, by, at), at=at)
    human = dict.fromkeys(notices.BULK, "") if spoken else {}
    if any(person.role != access.ASKS and person.email in answers for person in people):
        lines = [*lines, _who_reads(ticket, Audience(audience))]
    notices.queue(
        tenant=ticket.tenant_id,
        to=people,
        subject=addressing.subject(saying.reference(by.tenant.name, ticket.number), ticket.title),
        text="\n\n".join(line for line in lines if line),
        key=key or key_of(event),
        at=at,
        kind=kind,
        urgent=ticket.major or (ticket.priority == Priority.P1 and event.kind == Kind.EXPIRED),
        on_duty=lambda: present.on_duty(ticket, at) or present.everyone(people, critical=ticket.priority == Priority.P1),
        headers={**answering.thread(ticket, event), **auto},
        each={
            person.email: ({notices.REPLY_TO: answers[person.email]} if person.email in answers else {})
            | (human if person.user_id == ticket.requester_id else {})
            for person in people
        },
        from_name=f"{by.tenant.name} help desk",
        from_address=addressing.client_address(by.tenant.slug, settings.MAIL_DOMAIN) if settings.MAIL_FROM_CLIENTS else "",
    )


def _who_reads(ticket: Ticket, audience: Audience) -> str:
    """Say who reads an answer to a mail."""
    if audience not in WHO_READS:
        return OWN_SIDE
    return f"{WHO_READS[audience]}{NOT_YET if ticket.hidden_for_id else ''}"


def _able(people: Iterable[access.Person], event: Event) -> list[access.Person]:
    """Return whose answer by mail is taken."""
    action = "ticket.reply" if event.audience in audiences.TO_BOTH else "note.write_private"
    able = access.rules()[action].allow | {access.ASKS}
    return [person for person in people if person.role in able]


def _companies(ticket: Ticket, people: Iterable[access.Person], by: access.Actor, at: datetime) -> dict[Side, int | None]:
    """Return whom each side stands for, as far as one of these people is of it."""
    found: dict[Side, int | None] = {Side.INTERNAL: ticket.tenant_id}
    if any(person.side is Side.PROVIDER for person in people):
        found[Side.PROVIDER] = by.company_id if by.side is Side.PROVIDER else access.provider_id_of(ticket.tenant_id, at)
    return found


def _page(ticket: Ticket, person: access.Person) -> str:
    """Return the address where a person who asked sees it."""
    if person.role == access.ASKS:
        return _own_page(ticket)
    return settings.ADDRESS + reverse("tickets:ticket", args=[ticket.tenant.slug, ticket.number])


def _own_page(ticket: Ticket) -> str:
    """Return where the person who asked sees a ticket as the request it is."""
    return f"{settings.ADDRESS}/{ticket.tenant.slug}/requests/{ticket.number}/"
