"""What the matrix says of a major incident: who commands, who is on call, who may allow a containment and what needs no asking."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from comanaged.accounts import access
from comanaged.vocabulary import Letter, Party, Side
from responsibilities import queries as responsibilities
from responsibilities.domain import matrix as matrices
from responsibilities.domain import presence
from responsibilities.domain.presence import Holder
from responsibilities.domain.resolution import Answer
from responsibilities.queries.texts import Texts, texts_of
from tickets.domain import incidents, saying
from tickets.domain.incidents import AUTHORITY, COMMAND, FIRST, Seat
from tickets.domain.lifecycle import Hat
from tickets.models import Event, Incident
from tickets.models.events import OF_INCIDENTS
from tickets.queries import present

ON_CALL = (COMMAND, FIRST, AUTHORITY, "support.after-hours", "monitoring.after-hours")
ANSWERING = (Party.INTERNAL, Party.PROVIDER, Party.LEADERSHIP)  # who can answer here; others are called by phone


@dataclass(frozen=True)
class Expected:
    """Which side is to command, the person that is named there, and why."""

    side: Side
    person: int | None
    name: str
    because: str


def expected(tenant_id: int, place: str, at: datetime) -> Expected:
    """Return who is to take command; somebody always is."""
    answer = _answer(tenant_id, COMMAND, place, at)
    if answer is None:
        return Expected(Side.INTERNAL, None, "", "The matrix has no line for joint incident command, so internal IT is asked.")
    able = {one.user_id for one in workers(tenant_id, answer.side, at)}
    person = answer.person_id if answer.person_id in able else None
    because = f"{answer.because} So {saying.SIDES[answer.side]} is asked, where its work goes." if answer.nobody else answer.because
    return Expected(answer.side, person, answer.person if person else "", because)


def workers(tenant_id: int, side: Side | None, at: datetime) -> list[access.Person]:
    """Return who can command and be given work: those who work tickets."""
    may = access.rules()["incident.command"].allow
    return [one for one in access.people_of(tenant_id, side, at) if one.role in may]


def answerers(tenant_id: int, at: datetime) -> list[access.Person]:
    """Return who can have a say at an incident: everybody but who only reads."""
    may = access.rules()["incident.log"].allow
    return [one for one in access.people_of(tenant_id, None, at) if one.role in may]


def post_of(incident: Incident, at: datetime) -> incidents.Post:
    """Return how command stands at `at`: the commander heard by whatever he did, and who is there to follow him."""
    post = incident.post
    if post.state is incidents.State.ENDED:
        return post
    there = workers(incident.tenant_id, None, at)
    return replace(
        post,
        heard_at=heard(incident, at),
        gone=post.commander is not None and post.commander not in {one.user_id for one in there},
        alone=post.deputy_side not in {one.side for one in there},
    )


def heard(incident: Incident, at: datetime) -> datetime | None:
    """Return when the commander last did something: here, on its ticket or a part of it, or anywhere as the commander."""
    if incident.state != incidents.State.COMMANDED or incident.heard_at is None:
        return incident.heard_at
    rows = Event.objects.for_tenant(incident.tenant_id).filter(by_user=incident.commander_id, at__gt=incident.heard_at, at__lte=at)
    rows = rows.exclude(kind__in=OF_INCIDENTS)  # they repeat what the incident itself knows
    own = Q(ticket=incident.ticket_id) | Q(ticket__parent=incident.ticket_id) | Q(hat=Hat.COMMANDER)
    latest: datetime | None = rows.filter(own).order_by("-at").values_list("at", flat=True).first()
    return latest or incident.heard_at


def on_call(tenant_id: int, place: str, at: datetime) -> set[int]:
    """Return the people whom the matrix names at this moment for what an incident needs: a person, a team, or all who work on a side."""
    return {person for duty in ON_CALL for person in _called(tenant_id, duty, place, at)}


def seats(tenant_id: int, place: str, at: datetime) -> tuple[Seat, ...]:
    """Return who may allow a containment, in order: who holds the authority now, who stands in by the row, who is accountable."""
    matrix = responsibilities.matrix_of(tenant_id, at)
    answer = _answer(tenant_id, AUTHORITY, place, at)
    last = Seat(Party.LEADERSHIP, None, matrix.called(Party.LEADERSHIP), "Nobody else is named for it.")
    if answer is None:
        return (last,)
    members = {one.user_id for one in answerers(tenant_id, at)}
    named = [Seat(answer.party, answer.person_id, answer.subject, answer.because)] if answer.party else []
    found = [_known(seat, members) for seat in (*named, *_further(matrix, answer)) if seat.party in ANSWERING]
    return incidents.each_once((*found, last))


def texts(tenant_id: int, place: str, at: datetime) -> tuple[Texts, Texts]:
    """Return what may be done without asking, and the first steps."""
    version = responsibilities.version_at(tenant_id, at)
    return texts_of(version, AUTHORITY, place), texts_of(version, FIRST, place)


def _further(matrix: matrices.Matrix, answer: Answer) -> Iterator[Seat]:
    """Yield who else does the duty now, the row's own order kept, then who answers for it."""
    reading = matrices.read(matrix, matrix.duties[answer.duty], answer.at, answer.place)
    for rule in sorted((one for one in reading.won.get(Letter.R, ()) if one.party), key=lambda one: one.rank):
        found = presence.present(matrix, reading, rule)
        if isinstance(found, Holder):
            subject = found.subject
            yield Seat(subject.party, subject.person, matrix.named(subject), "The line names them besides.")
    for subject in reading.subjects(Letter.A):
        yield Seat(subject.party, subject.person, matrix.named(subject), "They are accountable for it.")


def _called(tenant_id: int, duty: str, place: str, at: datetime) -> Collection[int]:
    answer = _answer(tenant_id, duty, place, at)
    if answer is None or answer.party not in {Party.INTERNAL, Party.PROVIDER}:
        return ()
    people = {one.user_id for one in workers(tenant_id, Side(str(answer.party)), at)}
    return present.named_at(tenant_id, duty, place, at) or people


def _known(seat: Seat, members: set[int]) -> Seat:
    """Let the desk answer where the person named is no member any more, or only reads."""
    return seat if seat.person is None or seat.person in members else Seat(seat.party, None, seat.name, seat.because)


def _answer(tenant_id: int, duty: str, place: str, at: datetime) -> Answer | None:
    try:
        return responsibilities.who_answers(tenant_id, duty, at, place)
    except KeyError:
        return None
