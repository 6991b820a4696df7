"""The public holidays of a country or a part of it, as dates on which a client is closed."""

from collections.abc import Iterable
from datetime import date

import holidays


class UnknownPlace(ValueError):
    """No country or part of one is called so; the text says how to name one."""


def of(place: str, years: Iterable[int]) -> list[date]:
    """Return the holidays of `place`, such as US or US-IL, in these years, in order."""
    country, _, part = place.strip().upper().partition("-")
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=years)
    except NotImplementedError:
        raise UnknownPlace(f"'{place}' is no country or part of one here. Write it as US or US-IL.") from None
    return sorted(found)
