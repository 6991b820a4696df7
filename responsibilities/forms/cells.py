"""The shapes of what the cells of the grid send."""

import re
from typing import Any

from django import forms
from django.http import QueryDict

from comanaged.vocabulary import Letter, Party
from responsibilities.actions.writing import Spot
from responsibilities.queries import subjects

LETTERS = [(letter.value, letter.value) for letter in Letter]
PARTIES = [(party.value, party.value) for party in Party]
CHOOSE_LETTER = "Choose a letter: R, A, S, C or I."
MOST_STAMP = 2**31 - 1
CELL = re.compile(r"([a-z0-9][a-z0-9.-]{0,119})\|([a-z0-9_-]{0,60})\|([0-9]{1,9})")


class Line(forms.Form):
    """Which line, as far as the address does not say: its place, and the stamp it had when it was shown."""

    place = forms.SlugField(max_length=60, required=False)
    seen = forms.IntegerField(min_value=0, max_value=MOST_STAMP)


class Place(forms.Form):
    """The place that gets a row of its own."""

    place = forms.SlugField(max_length=60, error_messages={"required": "Choose the place that does it otherwise."})


class Cell(Line):
    """Whose cell of a line."""

    party = forms.ChoiceField(choices=PARTIES)


class GiveLetter(Cell):
    """A letter for the cell; hours where it is an R and they are chosen already."""

    letter = forms.ChoiceField(choices=LETTERS, error_messages={"required": CHOOSE_LETTER})
    hours = forms.CharField(max_length=40, required=False)


class ClearLetter(Cell):
    """A letter to take away; without one the whole cell."""

    letter = forms.ChoiceField(choices=[("", ""), *LETTERS], required=False)


class GiveHours(Cell):
    """When the party does the duty; `was` tells one stretch from another."""

    hours = forms.CharField(max_length=40, error_messages={"required": "Choose day, night or always."})
    was = forms.CharField(max_length=40, required=False)


class Subject(forms.CharField):
    """Somebody to name, as "team:12" or "person:7"; nothing is the party as a whole."""

    def clean(self, value: Any) -> tuple[int | None, int | None]:
        text = super().clean(value)
        try:
            return subjects.parse(text)
        except subjects.UnknownSubject as refusal:
            raise forms.ValidationError(str(refusal)) from None


class Name(Cell):
    """Who a letter is for."""

    letter = forms.ChoiceField(choices=LETTERS, error_messages={"required": CHOOSE_LETTER})
    who = Subject(max_length=40, required=False)
    was = forms.CharField(max_length=40, required=False)


class NameBackup(Cell):
    """Who does it when whoever does it cannot; "none" takes the backup away."""

    who = forms.CharField(max_length=40, required=False)

    def clean_who(self) -> tuple[int | None, int | None] | None:
        if self.cleaned_data["who"] == "none":
            return None
        try:
            return subjects.parse(self.cleaned_data["who"])
        except subjects.UnknownSubject as refusal:
            raise forms.ValidationError(str(refusal)) from None


class Half(Cell):
    """Which half of a shared duty is the party's."""

    text = forms.CharField(max_length=300, required=False)
    was = forms.CharField(max_length=40, required=False)


class Only(Cell):
    """How far a letter goes."""

    letter = forms.ChoiceField(choices=LETTERS, error_messages={"required": CHOOSE_LETTER})
    text = forms.CharField(max_length=300, required=False)


class PickLetter(Cell):
    """One letter of the cell."""

    letter = forms.ChoiceField(choices=LETTERS, error_messages={"required": CHOOSE_LETTER})


class Nobody(Line):
    """A letter that nobody holds, on purpose; `back` takes that back."""

    letter = forms.ChoiceField(choices=LETTERS, error_messages={"required": CHOOSE_LETTER})
    undo = forms.BooleanField(required=False)


class Cells(forms.Field):
    """Lines with the stamps they were shown under, as "backup.jobs|clinic-north|4"; every one once."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> dict[Spot, int]:
        read = [CELL.fullmatch(text) for text in value or []]
        if not read or not all(read):
            raise forms.ValidationError("Choose the cells once more; they could not be read.")
        return {Spot(one[1], one[2]): int(one[3]) for one in read if one}


class Bulk(forms.Form):
    """One edit for many cells of a party."""

    party = forms.ChoiceField(choices=PARTIES)
    verb = forms.ChoiceField(choices=[(verb, verb) for verb in ("letter", "work", "clear", "hours", "lead", "who")])
    letter = forms.ChoiceField(choices=[("", ""), *LETTERS], required=False)
    hours = forms.CharField(max_length=40, required=False)
    who = Subject(max_length=40, required=False)
    cell = Cells()

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        wanting = {"letter": "letter", "work": "hours", "hours": "hours"}.get(said.get("verb", ""))
        if wanting and not said.get(wanting):
            raise forms.ValidationError(CHOOSE_LETTER if wanting == "letter" else "Choose day, night or always.")
        return said


class Undo(forms.Form):
    """Nothing for the last step; after a refusal which step, and the stamps to insist with or that it is let be."""

    act = forms.IntegerField(min_value=1, max_value=2**63 - 1, required=False)
    cell = Cells(required=False)
    keep = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not isinstance(self.data, QueryDict) or not self.data.getlist("cell"):
            del self.fields["cell"]


class Paste(forms.Form):
    """A block of a spreadsheet, and the cell it was pasted on."""

    text = forms.CharField(max_length=60_000, strip=False, error_messages={"required": "Paste the cells of your sheet here."})
    line = forms.CharField(max_length=120, required=False)
    party = forms.ChoiceField(choices=[("", ""), *PARTIES], required=False)
    place = forms.SlugField(max_length=60, required=False)


class ApplyPaste(Paste):
    """The same block, with the lines that were shown and their stamps."""

    cell = Cells()
