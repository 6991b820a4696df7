"""Which tickets have to do with each other, and which may be another one's child."""

from dataclasses import dataclass
from enum import StrEnum


class Tie(StrEnum):
    """How two tickets hang together, said from the first one."""

    RELATED = "RELATED"
    DUPLICATE = "DUPLICATE"
    CAUSED_BY = "CAUSED_BY"


FROM_ONE = {Tie.RELATED: "has to do with", Tie.DUPLICATE: "is the same trouble as", Tie.CAUSED_BY: "was caused by"}
FROM_OTHER = {Tie.RELATED: "has to do with", Tie.DUPLICATE: "is the same trouble as", Tie.CAUSED_BY: "caused"}


@dataclass(frozen=True)
class Kin:
    """What the rules need to know of a ticket in a family."""

    id: int
    parent: int | None
    children: int  # how many it has
    finished: bool


def why_no_child(child: Kin, parent: Kin) -> str:
    """Return why one ticket cannot be a part of another, "" if it can: one level deep, no circles, both unfinished."""
    reasons = (
        (child.id == parent.id, "A ticket cannot be a part of itself. Name another one."),
        (child.parent == parent.id, "It is a part of that ticket already."),
        (child.parent is not None, "It is a part of another ticket already. Take it out there first."),
        (parent.parent is not None, "That ticket is itself a part of another one. Name that one instead."),
        (child.children > 0, "It has parts of its own. Take them out first, or make the other one a part of it."),
        (parent.finished or child.finished, "One of the two is over. Link them instead."),
    )
    return next((words for wrong, words in reasons if wrong), "")


def ordered(tie: Tie, one: int, other: int) -> tuple[int, int]:
    """Return two tickets in the order in which their link is kept, so that a link without direction is one row."""
    return (one, other) if tie is Tie.CAUSED_BY else (min(one, other), max(one, other))
