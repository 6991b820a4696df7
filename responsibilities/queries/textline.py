"""What the page of a duty must know before it reads the matrix: its place, that place's time, and the texts of a line of the draft."""

from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts.access import Actor
from responsibilities import models
from responsibilities.queries import reading, texts
from responsibilities.queries.texts import Texts


@dataclass(frozen=True)
class TextLine:
    """The texts of one line as the draft says them, "" where it says none; and what holds there then."""

    duty: str
    name: str
    place: str
    where: str
    version: int | None  # none: there is no draft
    stamp: int
    texts: dict[str, str]
    wider: Texts


def is_place(by: Actor, key: str) -> bool:
    """Say whether this client has or had a place of this key; "" is the whole client."""
    return not key or key in reading.places_of(by.tenant_id).known


def zone_of(by: Actor, place: str, at: datetime) -> str:
    """Return the zone whose time a page about a place tells."""
    return reading.matrix_of(by.tenant_id, at).hours_at(place).zone


def text_line(by: Actor, duty_key: str, place: str, at: datetime) -> TextLine | None:
    """Return a line's texts for its form, None for a duty or a place this client does not have."""
    duty = models.Duty.objects.for_tenant(by.tenant_id).filter(key=duty_key).first()
    places = reading.places_of(by.tenant_id)
    known = places.known.get(place)
    if duty is None or (place and (known is None or known.retired)):
        return None
    version = reading.open_version(by.tenant_id)
    rows = texts.rows_of(version, duty) if version else []
    own = next((row for row in rows if row.duty_id == duty.pk and (row.place.key if row.place else "") == place), None)
    return TextLine(
        duty=duty_key,
        name=duty.name,
        place=place,
        where=known.name if known else "",
        version=version.number if version else None,
        stamp=own.stamp if own else 0,
        texts={"authority": own.authority if own else "", "first_steps": own.first_steps if own else ""},
        wider=texts.texts_in([row for row in rows if row is not own], places, place),
    )
