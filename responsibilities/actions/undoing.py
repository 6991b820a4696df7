"""Taking back: a person's last acts on the draft, newest first, each through the same stamps as any other edit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from responsibilities.actions import writing
from responsibilities.actions.writing import Clash, Pen, Spot, Stale
from responsibilities.domain.raci import CannotEdit
from responsibilities.models import Act, Row

NAME = "assignment.undone"


@dataclass(frozen=True)
class Undone:
    """What was taken back."""

    said: str
    spots: tuple[Spot, ...]


class StaleUndo(Stale):
    """Somebody changed what the act changed; `act` is what to insist on or to let be."""

    def __init__(self, clashes: list[Clash], act: int) -> None:
        super().__init__(clashes)
        self.act = act


def undo(*, by: Actor, at: datetime, act: int | None = None, seen: dict[Spot, int] | None = None) -> Undone:
    """Take back the last act of this person on the open version.

    Raise CannotEdit when there is none, StaleUndo when somebody else changed one of its lines since. `act` and `seen`, the stamps that
    were shown with that refusal, insist.
    """
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        pen = writing.taken(by, at)
        last = _last(pen, act)
        lines = {Spot(line["line"], line["place"]): line for line in reversed(last.lines)}
        rows = writing.locked(pen, lines)
        stale = [spot for spot, row in rows.items() if writing.stamp_of(row) != _expected(spot, lines[spot], seen)]
        if stale:
            raise StaleUndo([_clash(pen, spot, rows[spot], lines[spot]) for spot in stale], last.pk)
        for spot, row in rows.items():
            writing.restored(pen, spot, row, lines[spot]["before"], name=NAME)
        last.undone_at = at
        last.save(update_fields=["undone_at"])
        _follow(pen, last)
        writing.settled(pen)
        return Undone(f"Taken back: {last.said}", tuple(rows))


def let_be(act: int, *, by: Actor, at: datetime) -> str:
    """Keep what somebody else made of an act, and go on to the one before it."""
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        pen = writing.taken(by, at)
        last = _last(pen, act)
        last.undone_at = at
        last.save(update_fields=["undone_at"])
        return f"Kept as it is. The next step back is the one before: {last.said}"


def _last(pen: Pen, act: int | None) -> Act:
    acts = Act.objects.for_tenant(pen.by.tenant).filter(version=pen.version, user=pen.by.user_id, undone_at=None)
    last = acts.order_by("-id").first()
    if last is None:
        raise CannotEdit("There is nothing of yours to take back in this draft.")
    if act is not None and act != last.pk:
        raise CannotEdit("You changed something else meanwhile. Look at the matrix again, then take back the last step.")
    return last


def _expected(spot: Spot, line: dict[str, Any], seen: dict[Spot, int] | None) -> int:
    return int(seen[spot] if seen and spot in seen else line["stamp"])


def _follow(pen: Pen, undone: Act) -> None:
    """Let earlier acts of the same lines expect the stamps that taking back left, where nobody else wrote in between."""
    now = {(line["line"], line["place"]): line["stamp"] for line in pen.done}
    before = {(line["line"], line["place"]): _stamp_before(line) for line in undone.lines}
    acts = Act.objects.for_tenant(pen.by.tenant).filter(version=pen.version, user=pen.by.user_id, undone_at=None)
    for act in acts.order_by("-id"):
        hit = False
        for line in act.lines:
            key = line["line"], line["place"]
            if key in before and line["stamp"] == before[key]:
                line["stamp"], hit = now[key], True
                del before[key]
        if hit:
            act.save(update_fields=["lines"])


def _stamp_before(line: dict[str, Any]) -> int:
    """Return the stamp that the line had before the act."""
    return int(line["seen"])


def _clash(pen: Pen, spot: Spot, row: Row | None, line: dict[str, Any]) -> Clash:
    _, theirs = writing.difference(pen, (), writing.rules_of(row))
    return Clash(spot, pen.title(spot), theirs or "empty", _told(pen, line), writing.stamp_of(row))


def _told(pen: Pen, line: dict[str, Any]) -> str:
    """Return in words what the line said before the act."""
    if line["before"] is None:
        return "no row of its own"
    rules = tuple(writing.rule_of(one) for one in line["before"]["rules"])
    _, told = writing.difference(pen, (), rules)
    return told or "empty"
