"""The shapes of what the matrix pages send."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.dateparse import parse_datetime

from comanaged.vocabulary import Hours, Letter, Party

BAD_MOMENT = "Write a moment like 2026-11-24T14:00, between the years 2000 and 2099."
YEARS = range(2000, 2100)


class BadMoment(ValueError):
    """A moment that cannot be read, in words."""


def moment_of(text: str, zone: str) -> datetime:
    """Return the moment written as ISO 8601, in `zone` where it names no offset; raise BadMoment."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise BadMoment(BAD_MOMENT)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


class Cell(forms.Form):
    """Whose cell of a row, and the stamp the row had when it was shown."""

    party = forms.ChoiceField(choices=[(party.value, party.value) for party in Party])
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class GiveLetter(Cell):
    """A letter for the cell; hours where it is an R and they are chosen already."""

    letter = forms.ChoiceField(
        choices=[(letter.value, letter.value) for letter in Letter], error_messages={"required": "Choose a letter: R, A, S, C or I."}
    )
    hours = forms.ChoiceField(choices=[("", ""), *((hours.value, hours.value) for hours in Hours)], required=False)


class ClearLetter(Cell):
    """A letter to take away; without one the whole cell."""

    letter = forms.ChoiceField(choices=[("", ""), *((letter.value, letter.value) for letter in Letter)], required=False)


class GiveHours(Cell):
    """When the party does the duty."""

    hours = forms.ChoiceField(
        choices=[(hours.value, hours.value) for hours in Hours], error_messages={"required": "Choose day, night or always."}
    )
