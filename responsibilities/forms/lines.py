"""The shapes of what the page of a duty sends: words about it, and its two texts."""

from django import forms

PLACE = 60


class Say(forms.Form):
    """What somebody says about a duty, or about it at one place."""

    text = forms.CharField(
        label="Comment",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Both sides read it. It is never private.",
        error_messages={"required": "Write what you want both sides to read.", "max_length": "Say it in 2,000 characters or fewer."},
    )
    place = forms.CharField(required=False, max_length=PLACE, widget=forms.HiddenInput)


class Settle(forms.Form):
    """Which comment is settled."""

    comment = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class Texts(forms.Form):
    """Both texts of a line, and the stamp it had when it was shown."""

    authority = forms.CharField(
        label="What whoever does it may do without asking",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "Say it in 4,000 characters or fewer."},
    )
    first_steps = forms.CharField(
        label="First steps",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"max_length": "Say it in 4,000 characters or fewer."},
    )
    place = forms.CharField(required=False, max_length=PLACE, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
