"""The shapes of what people send while they talk: drafts, canned replies, and why a text is blanked."""

from django import forms

from tickets.domain.lifecycle import REASON
from tickets.domain.talk import MODES, PLACEHOLDERS, PRIVATE
from tickets.forms import LONG

NAMES = [(mode, mode) for mode in (*MODES, PRIVATE)]
HELP = "Comanaged puts in " + ", ".join(f"{{{word}}}" for word in PLACEHOLDERS) + " when the reply is chosen."


class Draft(forms.Form):
    """What is being written, in which mode, and in which it was before."""

    mode = forms.ChoiceField(choices=NAMES)
    was = forms.ChoiceField(choices=[("", ""), *NAMES], required=False)
    text = forms.CharField(required=False, max_length=LONG, strip=False)
    once = forms.CharField(required=False, max_length=100)


class Insert(Draft):
    """Which canned reply goes behind what is written."""

    canned = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    began = forms.ChoiceField(choices=[("", ""), *NAMES], required=False)


class Canned(forms.Form):
    """A canned reply: what it is called in the list, and its words."""

    title = forms.CharField(
        max_length=120,
        label="What it is called in the list",
        error_messages={"required": "Give the reply a title.", "max_length": "Say it in 120 characters."},
    )
    text = forms.CharField(
        max_length=5000,
        label="Its words",
        help_text=HELP,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write what the reply says.", "max_length": "A canned reply has 5,000 characters at most."},
    )
    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class Blank(forms.Form):
    """Why a text is blanked; the reason stays in its place."""

    reason = forms.CharField(
        max_length=500,
        min_length=REASON,
        label="Why",
        help_text="It stays in place of the text, for everybody who could read it.",
        error_messages={
            "required": "Say why in ten characters or more; the reason stays in place of the text.",
            "min_length": "Say why in ten characters or more; the reason stays in place of the text.",
            "max_length": "Say it in 500 characters.",
        },
    )
    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
