"""What the matrix tells the apps above it, which it does not know."""

from dataclasses import dataclass

from django.dispatch import Signal

# Another version came into force, in the transaction that makes it so, after its lines are settled and before history is written:
# who listens locks rows first and adds to the trail last. Sent with tenant, version, before (None for the first one), by, at.
matrix_changed = Signal()

# What would happen if this version came into force now; nothing is written. Sent with tenant, version, at; each answers a Consequence.
matrix_would_change = Signal()


@dataclass(frozen=True)
class Thing:
    """One thing that a version would move: what it is, where it is read, what would happen to it."""

    text: str
    address: str
    effect: str


@dataclass(frozen=True)
class Consequence:
    """What a version would move, in a sentence and one by one."""

    sentence: str
    things: tuple[Thing, ...] = ()
