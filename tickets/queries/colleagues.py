"""Who works on a side now, and who answers for the matrix."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.vocabulary import Party, Side
from responsibilities import queries as responsibilities
from tickets.models import Incident, Ticket

GOVERNANCE = "governance.matrix"


@dataclass(frozen=True)
class Colleague:
    """A person who works tickets on a side; `away` says until when he is not there, as the end of a sentence, empty when he is."""

    user_id: int
    name: str
    away: str


@dataclass(frozen=True)
class Majors:
    """The open major incidents of a client, as number and ticket; `commanded` is the one that somebody commands himself."""

    found: tuple[tuple[int, int], ...] = ()
    commanded: int | None = None
    own: tuple[int, ...] = ()  # all that somebody commands

    def before(self, *tickets: int | None) -> "Majors":
        """Return how somebody stands before these tickets: over one of another's incident he commands nothing."""
        number = self.of(*tickets)
        return self if number is None or number in self.own else Majors(self.found)

    def of(self, *tickets: int | None) -> int | None:
        """Return the number of the incident of one of these tickets."""
        return next((number for number, ticket in self.found if ticket in tickets), None)


NO_MAJOR = Majors()


def majors(by: access.Actor) -> Majors:
    """Return which major incidents are open at a client, and which of them this person commands; one statement."""
    rows = Incident.objects.for_tenant(by.tenant_id).open().order_by("number").values_list("number", "ticket_id", "commander_id")
    found = list(rows)
    own = tuple(number for number, _, person in found if by.user_id is not None and person == by.user_id)
    return Majors(tuple((number, ticket) for number, ticket, _ in found), own[0] if own else None, own)


def colleagues(ticket: Ticket, at: datetime) -> list[Colleague]:
    """Return who works tickets on the side that holds this one, by name; three statements."""
    crew = responsibilities.matrix_of(ticket.tenant_id, at).crew
    away = {absence.person: absence.ends_at for absence in crew.absences if absence.starts_at <= at < absence.ends_at}
    able = access.rules()["ticket.take"].allow
    people = [one for one in access.people_of(ticket.tenant_id, Side(ticket.side), at) if one.role in able]
    return [Colleague(one.user_id, one.name, _away(away.get(one.user_id))) for one in people]


def governs(by: access.Actor, at: datetime) -> bool:
    """Say whether somebody is a manager of the side that answers for the matrix itself; with nobody named it is the client's."""
    if not access.may(by, "ticket.direct") or not access.may(by, "ticket.assign_colleague"):
        return False
    try:
        answer = responsibilities.who_answers(by.tenant_id, GOVERNANCE, at)
    except KeyError:
        return by.side is Side.INTERNAL
    side = Side.PROVIDER if answer.party == Party.PROVIDER else Side.INTERNAL
    return by.side is side


def _away(until: datetime | None) -> str:
    return f"is away until {until.day} {until:%B}" if until else ""
