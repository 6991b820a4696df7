"""Reading major incidents: the list, one page for one reader, the timeline that both sides share, the review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.vocabulary import Side
from responsibilities.queries.texts import Texts
from tickets.domain import incidents, saying
from tickets.domain.incidents import Asked, Role, State, Who
from tickets.models import (
    TO_DO,
    Incident,
    IncidentAsk,
    IncidentReview,
    ReviewAction,
    ReviewSignature,
    Ticket,
)
from tickets.queries import command, reviewed, rows, sheets
from tickets.queries.called import Call, calls
from tickets.queries.timeline import Told, timeline

SHOWN = 100  # facts of a timeline on the page, the newest; the table has them all
LISTED = 200
WORDS = {State.DECLARED: "nobody commands yet", State.COMMANDED: "commanded", State.ENDED: "ended"}


@dataclass(frozen=True)
class Line:
    """One incident of the list."""

    number: int
    title: str
    state: str
    words: str
    reference: str
    ticket: int
    commander: str
    commander_side: str
    declared_at: datetime
    ended_at: datetime | None
    review: str


@dataclass(frozen=True)
class Ask:
    """A request to contain; `may` = the reader answers it."""

    id: int
    what: str
    why: str
    state: str
    asked_by: str
    asked_side: str
    who: str
    answer_by: datetime
    words: str
    answered_by: str
    text: str
    waits: bool
    may: bool
    then: str  # who is asked as well once that time is over


@dataclass(frozen=True)
class Part:
    """A role and who has it."""

    called: str
    name: str
    side: str
    note: str = ""
    role: str = "commander"


@dataclass(frozen=True)
class Child:
    """A ticket that is a part of the incident's one."""

    number: int
    reference: str
    title: str
    state: str
    open: bool


@dataclass(frozen=True)
class Page:
    """Everything one incident's page says, for one reader."""

    incident: Incident
    reference: str
    words: str
    expected: str
    expected_side: str
    deputy_name: str
    cause: str
    may_accept: bool
    why_not_accept: str
    from_silence: bool
    deputy_from: datetime | None
    commands: bool
    may_log: bool
    may_update: bool
    overdue: bool
    authority: Texts
    first_steps: Texts
    parts: tuple[Part, ...]
    asks: tuple[Ask, ...]
    children: tuple[Child, ...]
    timeline: tuple[Told, ...]
    earlier: int  # facts before those shown
    calls: tuple[Call, ...]
    may_blank: bool


@dataclass(frozen=True)
class Signed:
    """One side's place for a signature."""

    side: str
    name: str
    signature: ReviewSignature | None
    cleared: ReviewSignature | None
    may: bool
    why: str
    instead: str  # who signs here, where nobody of that side can


@dataclass(frozen=True)
class Review:
    """The review of an incident for one reader."""

    incident: Incident
    review: IncidentReview
    reference: str
    sections: tuple[tuple[str, str, str], ...]
    actions: tuple[ReviewAction, ...]
    blocks: tuple[Signed, ...]
    lacking: tuple[str, ...]
    mark: str
    may_write: bool
    not_yours: str  # why the reader's company has no part in it


def incident_of(tenant_id: int, number: int) -> Incident:
    """Return one client's incident by its number; raises Incident.DoesNotExist."""
    return Incident.objects.for_tenant(tenant_id).loaded().get(number=number)


def listed(by: access.Actor) -> tuple[Line, ...]:
    """Return a client's incidents, those that are open first, then the newest."""
    found = Incident.objects.for_tenant(by.tenant).loaded().order_by("-number")[:LISTED]
    lines = [_line(one, by) for one in found]
    return tuple(sorted(lines, key=lambda one: one.ended_at is not None))


def page(incident: Incident, by: access.Actor, at: datetime) -> Page:
    """Return what an incident's page says to this reader."""
    post = command.post_of(incident, at)
    person = Who(by.user_id, by.side or "", access.may(by, "incident.command"), sheets.actor_facts(by).leads)
    refused = incidents.why_not_accept(post, person, at)
    names = rows.names_of([incident.tenant_id], incident.ended_at or at)  # who came later has no part in it
    sides = {side.value: names.get((incident.tenant_id, side), saying.SIDES[side]) for side in Side}
    authority, steps = command.texts(incident.tenant_id, incident.ticket.place, at)
    open_ = incident.ended_at is None
    logs = access.may(by, "incident.log")
    whole = timeline(incident)
    return Page(
        incident=incident,
        reference=saying.reference(by.tenant.name, incident.ticket.number),
        words=WORDS[post.state],
        expected=incident.named.name if incident.named else sides[incident.expected_side],
        expected_side=incident.expected_side,
        deputy_name=incident.deputy.name if incident.deputy else sides[incident.deputy_side],
        cause=incidents.CAUSES[incidents.Cause(incident.cause)] if incident.cause else "",
        may_accept=not refused,
        why_not_accept=refused,
        from_silence=post.state is State.COMMANDED,
        deputy_from=incidents.deputy_from(post),
        commands=post.state is State.COMMANDED and by.user_id == incident.commander_id,
        may_log=open_ and logs,
        may_update=open_
        and logs
        and incident.voice_users_id in {None, by.user_id} | ({by.user_id} if by.user_id == incident.commander_id else set()),
        overdue=incident.update_due_at is not None and incident.update_due_at <= at,
        authority=authority,
        first_steps=steps,
        parts=_parts(incident, sides),
        asks=_asks(incident, by),
        children=_children(incident),
        timeline=whole[-SHOWN:],
        earlier=max(len(whole) - SHOWN, 0),
        calls=calls(incident, by, at),
        may_blank=access.may(by, "ticket.redact_secret"),
    )


def people(by: access.Actor, at: datetime) -> list[access.Person]:
    """Return who can command or be given work, of both sides, by side and name."""
    return sorted(command.workers(by.tenant_id, None, at), key=lambda one: (one.side, one.name))


def everyone(by: access.Actor, at: datetime) -> list[access.Person]:
    """Return who can have a part, of both sides: everybody but who only reads."""
    return sorted((one for one in access.people_of(by.tenant_id, None, at) if one.role != "c_audit"), key=lambda one: (one.side, one.name))


def ask_of(incident: Incident, ask_id: int, by: access.Actor) -> Ask | None:
    """Return one request to contain."""
    return next((one for one in _asks(incident, by) if one.id == ask_id), None)


def review(incident: Incident, by: access.Actor, at: datetime) -> Review | None:
    """Return the review of an incident that is over; None before."""
    row = IncidentReview.objects.for_tenant(incident.tenant_id).filter(incident=incident).first()
    if row is None:
        return None
    asked = reviewed.follow_ups(incident)
    said = {name: getattr(row, name) for name in incidents.SECTIONS}
    others = by.side is Side.PROVIDER and by.company_id != row.provider_id
    not_yours = incidents.not_yours(row.provider_name, incident.tenant.name) if others else ""
    lacking = tuple(incidents.SECTIONS[name] for name in incidents.lacks_in_review(said))
    return Review(
        incident=incident,
        review=row,
        reference=saying.reference(by.tenant.name, incident.ticket.number),
        sections=tuple((name, title, said[name]) for name, title in incidents.SECTIONS.items()),
        actions=tuple(asked),
        blocks=_blocks(incident, row, lacking, by, at),
        lacking=lacking,
        mark=reviewed.mark(row.content_hash),
        may_write=row.signed_at is None and access.may(by, "incident.log") and not not_yours,
        not_yours=not_yours,
    )


def _line(incident: Incident, by: access.Actor) -> Line:
    waits = incident.ended_at is not None and incident.reviewed_at is None
    return Line(
        number=incident.number,
        title=incident.title,
        state=incident.state,
        words=WORDS[State(incident.state)],
        reference=saying.reference(by.tenant.name, incident.ticket.number),
        ticket=incident.ticket.number,
        commander=incident.commander.name if incident.commander else "",
        commander_side=incident.commander_side,
        declared_at=incident.declared_at,
        ended_at=incident.ended_at,
        review="signed by both sides" if incident.reviewed_at else "waits for both signatures" if waits else "",
    )


def _parts(incident: Incident, sides: dict[str, str]) -> tuple[Part, ...]:
    found = [Part("Commander", incident.commander.name, incident.commander_side)] if incident.commander else []
    anybody = {
        Role.DEPUTY: Part(
            incidents.CALLED[Role.DEPUTY], sides[incident.deputy_side], incident.deputy_side, "whoever works there", Role.DEPUTY
        ),
    }
    for role in Role:
        person = getattr(incident, role)
        side = {Role.DEPUTY: incident.deputy_side, Role.LEAD_INTERNAL: "INTERNAL", Role.LEAD_PROVIDER: "PROVIDER"}.get(role, "")
        if person is not None:
            found.append(Part(incidents.CALLED[role], person.name, side, role=role))
        elif role in anybody:
            found.append(anybody[role])
    return tuple(found)


def _asks(incident: Incident, by: access.Actor) -> tuple[Ask, ...]:
    found = IncidentAsk.objects.for_tenant(incident.tenant_id).filter(incident=incident).order_by("id")
    return tuple(_ask(one, by) for one in found)


def _ask(row: IncidentAsk, by: access.Actor) -> Ask:
    waits = row.state == Asked.PENDING
    fits = any(seat.fits(by.user_id, by.side, by.role) for seat in row.seats) and row.asked_by_id != by.user_id
    return Ask(
        id=row.pk,
        what=row.what,
        why=row.why,
        state=row.state,
        asked_by=row.asked_by_name,
        asked_side=row.asked_side,
        who=" or ".join(dict.fromkeys(seat.name for seat in row.seats)),
        answer_by=row.answer_by,
        words=incidents.ANSWERS[Asked(row.state)],
        answered_by=row.answered_by_name,
        text=row.text,
        waits=waits,
        may=waits and fits and access.may(by, "incident.log"),
        then=row.next_name if waits and row.passed_at is None else "",
    )


def _children(incident: Incident) -> tuple[Child, ...]:
    found = Ticket.objects.for_tenant(incident.tenant_id).filter(parent=incident.ticket_id).order_by("number")
    name = incident.tenant.name
    return tuple(Child(one.number, saying.reference(name, one.number), one.title, one.state.lower(), one.state in TO_DO) for one in found)


def _blocks(incident: Incident, row: IncidentReview, lacking: Sequence[str], by: access.Actor, at: datetime) -> tuple[Signed, ...]:
    signatures = list(ReviewSignature.objects.for_tenant(incident.tenant_id).filter(review=row).order_by("id"))
    standing = {one.side: one for one in signatures if one.cleared_at is None}
    signed = {side: one.user_id for side, one in standing.items()}
    client = incident.tenant.name
    names = {Side.INTERNAL: client, Side.PROVIDER: row.provider_name or saying.SIDES[Side.PROVIDER]}
    left = reviewed.provider_left(row, at)
    able = access.may(by, "incident.sign_review") and by.signatory and (by.side is Side.INTERNAL or by.company_id == row.provider_id)
    place = incidents.place_of(signed, by.side or "", left=left)
    why = incidents.why_not_sign(signed, by.side or "", by.user_id, left=left)
    why = why or (f"Not said yet: {', '.join(lacking).lower()}." if lacking else "")
    found = []
    for side in Side:
        cleared = [one for one in signatures if one.side == side and one.cleared_at is not None]
        free = side not in standing
        instead = incidents.in_its_place(row.provider_name, client) if free and left and side is Side.PROVIDER else ""
        may = able and free and place == side and by.user_id not in signed.values()
        found.append(Signed(side, names[side], standing.get(side), cleared[-1] if cleared and free else None, may, why, instead))
    return tuple(found)
