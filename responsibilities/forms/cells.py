"""The shapes of what the cells of the grid send."""

from django import forms

from comanaged.vocabulary import Hours, Letter, Party


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
