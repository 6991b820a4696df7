"""What whoever does a duty may do without asking, and their first steps: each from the nearest line that says it."""

from collections.abc import Sequence
from dataclasses import dataclass

from responsibilities.domain import raci
from responsibilities.domain.places import CLIENT, Places
from responsibilities.models import Duty, Row, Version
from responsibilities.queries import reading

THE_CLIENT = "every place"


@dataclass(frozen=True)
class Texts:
    """Two texts as they hold at one place, and in words whose line each is from; "" where no line says it."""

    authority: str = ""
    first_steps: str = ""
    authority_from: str = ""
    first_steps_from: str = ""

    @property
    def source(self) -> str:
        """Return in words whose lines these are: "Clinic North", or "Clinic North, every place" where the two differ."""
        return ", ".join(dict.fromkeys(filter(None, (self.authority_from, self.first_steps_from))))


def texts_of(version: Version | None, duty_key: str, place: str = CLIENT) -> Texts:
    """Return the texts of a duty at a place: those of the nearest place that has any, of the duty before those of its category."""
    duty = Duty.objects.for_tenant(version.tenant_id).filter(key=duty_key).first() if version else None
    rows = rows_of(version, duty) if version and duty else []
    return texts_in(rows, reading.places_of(rows[0].tenant_id), place) if rows else Texts()


def rows_of(version: Version, duty: Duty) -> list[Row]:
    """Return the lines of a version that say something about a duty, in no order; each comes with its duty and place."""
    rows = Row.objects.for_tenant(version.tenant_id).filter(version=version).select_related("duty", "place")
    return list(rows.filter(duty=duty) | rows.filter(duty=None, covers__in=[duty.category, raci.EVERY_DUTY]))


def texts_in(rows: Sequence[Row], places: Places, place: str = CLIENT) -> Texts:
    """Return the texts that these lines give at a place."""
    chain = places.chain(place)
    reaching = [(row, row.place.key if row.place else CLIENT) for row in rows]
    ordered = sorted(
        ((row, key) for row, key in reaching if key in chain), key=lambda one: (chain[one[1]], _nearness(one[0])), reverse=True
    )
    authority, authority_from = _first(places, [(row.authority, key) for row, key in ordered])
    steps, steps_from = _first(places, [(row.first_steps, key) for row, key in ordered])
    return Texts(authority, steps, authority_from, steps_from)


def _nearness(row: Row) -> int:
    """Return how near what a line is about is to one duty."""
    return 2 if row.duty else 0 if row.covers == raci.EVERY_DUTY else 1


def _first(places: Places, said: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return the first text that says something, and whose it is."""
    text, key = next(((text, key) for text, key in said if text), ("", ""))
    return text, (places.called(key) if key else THE_CLIENT) if text else ""
