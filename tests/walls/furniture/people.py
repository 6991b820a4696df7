"""Rows behind the addresses of places, people, hours and templates."""

from typing import Any

from django.utils import timezone

from comanaged.vocabulary import PlaceKind
from responsibilities.actions import places
from tests.cast import Cast


def furnish(cast: Cast) -> dict[str, Any]:
    """Make the rows at Harbor Dental and return what to fill into addresses, by the word between the angle brackets."""
    at = timezone.now()
    with cast.as_("Iris") as iris:
        place = places.add_place("north-clinic", PlaceKind.SITE, places.Described("North clinic"), by=iris, at=at)
    return {"place": place.key}
