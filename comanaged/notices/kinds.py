"""The kinds of things people are told of, in the words of the page of preferences."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about."""

    WORK = "WORK"
    MESSAGE = "MESSAGE"
    HANDOVER = "HANDOVER"
    CLOCK = "CLOCK"
    APPROVAL = "APPROVAL"
    INCIDENT = "INCIDENT"
    ALERT = "ALERT"
    MATRIX = "MATRIX"
    MAIL = "MAIL"
    REQUEST = "REQUEST"
    PEOPLE = "PEOPLE"


@dataclass(frozen=True)
class Told:
    """How a kind is called, and whether a person may hear of it later or not at all."""

    words: str
    choice: bool = True


KINDS: dict[Kind, Told] = {
    Kind.WORK: Told("A ticket comes to you or to your side's desk"),
    Kind.MESSAGE: Told("Somebody writes on a ticket that you hold, follow or asked for"),
    Kind.HANDOVER: Told("A ticket is offered, accepted, declined, or an offer runs out"),
    Kind.CLOCK: Told("A promise is about to be missed, or was"),
    Kind.APPROVAL: Told("Somebody asks for your approval"),
    Kind.ALERT: Told("An alert that your side watches"),
    Kind.MATRIX: Told("The matrix: versions, covers, comments, questions about who does what"),
    Kind.MAIL: Told("Mail to the help desk waits until somebody decides"),
    Kind.INCIDENT: Told("A major incident", choice=False),
    Kind.REQUEST: Told("Answers to what you asked for yourself", choice=False),
    Kind.PEOPLE: Told("Access: invitations, companies that come and go", choice=False),
}

# Of these, whoever the matrix names at this moment is told in quiet hours too: it decides who is there, not a preference.
ON_DUTY = frozenset({Kind.WORK, Kind.HANDOVER, Kind.CLOCK, Kind.ALERT})


def chosen(kind: str) -> bool:
    """Say whether people choose how they hear of a kind; what has no kind nobody can do without."""
    return bool(kind) and KINDS[Kind(kind)].choice
