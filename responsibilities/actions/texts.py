"""The two texts of a line of the draft: what whoever does it may do without asking, and their first steps."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from responsibilities.actions import writing
from responsibilities.actions.writing import Spot
from responsibilities.domain.raci import CannotEdit
from responsibilities.models import Row

NOTHING = "nothing"


@dataclass(frozen=True)
class Wanted:
    """Both texts as somebody wants them."""

    authority: str
    first_steps: str


class StaleTexts(Exception):
    """The line changed since it was shown: its texts as they are now, and the stamp to insist with."""

    def __init__(self, theirs: Wanted, stamp: int) -> None:
        self.theirs, self.stamp = theirs, stamp
        super().__init__("Somebody changed this line since you saw it. Compare both texts, then keep one.")


def set_texts(duty: str, place: str, wanted: Wanted, *, seen: int, by: Actor, at: datetime) -> Row:
    """Write both texts of a duty's line in the draft, at the whole client ("") or one place; blank at a place means as everywhere.

    `seen` is the line's stamp as it was shown, 0 for a line there was not yet. Raise NoDraft, CannotEdit, StaleTexts.
    """
    access.require(by, "matrix.assign_owner")
    with transaction.atomic():
        pen, spot = writing.taken(by, at), Spot(duty, place)
        row = writing.locked(pen, [spot])[spot]
        if writing.stamp_of(row) != seen:
            raise StaleTexts(_said(row), writing.stamp_of(row))
        before = _said(row)
        if wanted == before:
            raise CannotEdit("These are the texts already. Change one of them, then save.")
        made = row is None
        row = row or writing.new_row(pen, spot)
        row.authority, row.first_steps = wanted.authority, wanted.first_steps
        row.stamp += 0 if made else 1
        row.save(update_fields=["authority", "first_steps", "stamp"])
        _remember(row, before, wanted, by=by, at=at)
        pen.abouts.add(row.rule_key)
        writing.settled(pen)
        return row


def _said(row: Row | None) -> Wanted:
    return Wanted(row.authority, row.first_steps) if row else Wanted("", "")


def _remember(row: Row, before: Wanted, after: Wanted, *, by: Actor, at: datetime) -> None:
    """Tell history of each text that changed."""
    for name, was, now in (("authority", before.authority, after.authority), ("first_steps", before.first_steps, after.first_steps)):
        if was != now:
            trail.record(f"text.{name}", row, by=by, at=at, before=was or NOTHING, after=now or NOTHING)
