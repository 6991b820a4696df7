"""Merging one ticket into another: when it is refused, when the other side is asked, which promise is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tickets.domain import lifecycle
from tickets.domain.lifecycle import Actor, Refused, State, Why

OFFER = "MERGE"  # the kind of an offer by which one side asks the other to merge
WINDOW = timedelta(hours=24)  # in which a merge can be taken back
ANSWER = timedelta(hours=72)  # in which the other side answers an offered merge


@dataclass(frozen=True)
class One:
    """What the rules need to know of a ticket that is to be merged, or merged into."""

    id: int
    state: State
    side: str
    offer: str = ""
    into: int | None = None  # the ticket into which it was merged, or a pending offer would merge it
    children: int = 0
    parent: int | None = None
    asked: bool = False  # an approval waits for its answer


@dataclass(frozen=True)
class Outcome:
    """A merge that may be: at once, or once the other side says yes; `asks` is that side."""

    asks: str = ""


def judge(source: One, target: One, actor: Actor, *, accepted: bool = False) -> Outcome | Refused:
    """Judge a merge of two tickets of one client whose rows are locked.

    A manager of a side that holds one of them merges, or who answers for the matrix. Held by two sides, it is offered to the other one;
    `accepted` = that side said yes. A pending offer of either forbids it, but for the one that is being accepted.
    """
    refused = _not_his(source, target, actor) if not accepted else ""
    if refused:
        return Refused(Why.HAT, refused)
    refused = _not_now(source, target, accepted=accepted)
    if refused:
        return Refused(Why.STATE, refused)
    if accepted or actor.governs or source.side == target.side:
        return Outcome()
    return Outcome(asks=lifecycle.OTHER_SIDE[str(actor.side)])


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """Return the earliest of moments of which any may be missing."""
    return min((moment for moment in moments if moment is not None), default=None)


def why_not_back(state: State, merged_at: datetime | None, at: datetime) -> str:
    """Return why a merge cannot be taken back, "" if it can: within a day."""
    if state is not State.MERGED or merged_at is None:
        return "This ticket was not merged, or the merge was taken back already."
    if at >= merged_at + WINDOW:
        return "A merge can be taken back for 24 hours. Open a new ticket, and name this one in it."
    return ""


def _not_his(source: One, target: One, actor: Actor) -> str:
    if actor.governs or (actor.leads and actor.side in {source.side, target.side}):
        return ""
    return "Only a manager of a side that holds one of the two can merge them."


def _not_now(source: One, target: One, *, accepted: bool) -> str:
    """Return why the two cannot be merged as they stand, "" if they can."""
    pending = "An offer of {} waits for its answer. Take it back first, or let them answer."
    reasons = (
        (source.id == target.id, "A ticket is not merged into itself. Name another one."),
        (target.state is State.MERGED, "That ticket was merged into another one. Merge into that one."),
        (source.state is State.MERGED, "This ticket was merged into another one already."),
        (target.into == source.id and target.offer == OFFER, "The two are being merged the other way round. Answer that offer first."),
        (target.state not in lifecycle.UNFINISHED, "That ticket is over. Link the two instead."),
        (source.state not in lifecycle.TO_DO, "This ticket is resolved or over. Link the two instead."),
        (source.offer != "" and not accepted, pending.format("this ticket")),
        (target.offer != "", pending.format("that ticket")),
        (source.asked, "An approval of this ticket waits for its answer. Take it back first, or let it be answered."),
        (source.children > 0, "It has parts of its own. Take them out first, then merge it."),
        (target.parent == source.id, "That ticket is a part of this one. Take it out first, then merge."),
    )
    return next((words for wrong, words in reasons if wrong), "")
