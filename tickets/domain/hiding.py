"""Whether a ticket can be kept on the side that holds it: only while it is nothing between the two sides yet."""

from dataclasses import dataclass

OTHERS = {"INTERNAL": "the provider", "PROVIDER": "internal IT"}


@dataclass(frozen=True)
class Ties:
    """What a ticket has with the other side and with other tickets, as far as the holding side may know it.

    A note that the other side keeps to itself is no tie: whoever was refused because of one would learn that there is one. Its writer
    loses sight of it with the ticket, and has it back when the ticket is shown.
    """

    unowned: bool = False  # nobody's by the matrix, so both sides look at it
    crossed: bool = False
    pending: bool = False  # an offer waits
    offered: bool = False  # or one was ever made
    asked_by_other: bool = False
    wrote: bool = False
    follows: bool = False
    approval: bool = False
    worked: bool = False
    disputed: bool = False
    machine: bool = False  # a monitor, a check or a job reports on it
    major: bool = False  # it is, was, or follows from a major incident
    linked: bool = False  # or ever was: the other ticket names it for good
    merged: bool = False
    external: bool = False  # a system of the other side knows it


def why_not(ties: Ties, holder: str) -> str:
    """Return why the holding side cannot keep a ticket to itself, and what it can do instead; "" where it can."""
    other = OTHERS[holder]
    note = "Write a private note instead."
    reasons = [
        (ties.unowned, "Nobody owns this ticket by the matrix, so both sides look at it. Say what it belongs to first."),
        (ties.crossed, f"This ticket was with {other} before, so they know it. {note}"),
        (ties.pending, "An offer of this ticket waits for its answer. Take it back first, or let them answer."),
        (ties.offered, f"This ticket was offered to {other} before, so they know it. {note}"),
        (ties.asked_by_other, f"Somebody of {other} asked for this. They have to see what becomes of it. {note}"),
        (ties.wrote, f"Somebody of {other} wrote on this ticket. {note}"),
        (ties.follows, f"Somebody of {other} follows this ticket. {note}"),
        (ties.approval, f"An approval of this ticket is {other}'s to answer, or was asked for by them. {note}"),
        (ties.worked, f"Somebody of {other} did work on this ticket. {note}"),
        (ties.disputed, f"There is a dispute about this ticket, which both sides read. {note}"),
        (ties.machine, f"A machine reports this to both sides, so {other} would miss it. {note}"),
        (ties.major, f"This ticket belongs to a major incident, which both sides work on. {note}"),
        (ties.linked, f"This ticket is or was linked to another one, which names it to both sides. {note}"),
        (ties.merged, f"Another ticket was merged into this one, and {other} knows that. {note}"),
        (ties.external, f"A system of {other} knows this ticket. {note}"),
    ]
    return next((words for holds, words in reasons if holds), "")
