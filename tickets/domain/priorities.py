"""How much a ticket hinders, from two questions that people can answer: whom it concerns, and what they can still do."""

from enum import StrEnum

from comanaged.vocabulary import Priority


class Impact(StrEnum):
    """Whom it concerns."""

    PERSON = "person"
    TEAM = "team"
    SITE = "site"
    CLIENT = "client"


class Urgency(StrEnum):
    """What they can still do."""

    WAITS = "waits"
    SLOWED = "slowed"
    STOPPED = "stopped"
    DANGER = "danger"


P1, P2, P3, P4 = Priority
TABLE = {
    Impact.PERSON: (P4, P4, P3, P2),
    Impact.TEAM: (P4, P3, P2, P1),
    Impact.SITE: (P3, P2, P1, P1),
    Impact.CLIENT: (P3, P2, P1, P1),
}
WHOM = {
    Impact.PERSON: "One person",
    Impact.TEAM: "A team",
    Impact.SITE: "A whole site",
    Impact.CLIENT: "Everybody here",
}
HOW = {
    Urgency.WAITS: "They can work; it can wait",
    Urgency.SLOWED: "They are slowed",
    Urgency.STOPPED: "They are stopped",
    Urgency.DANGER: "Something is in danger: safety, security, or data would be lost",
}


def priority_of(impact: Impact | str, urgency: Urgency | str) -> Priority:
    """Return how much it hinders."""
    return TABLE[Impact(impact)][list(Urgency).index(Urgency(urgency))]
