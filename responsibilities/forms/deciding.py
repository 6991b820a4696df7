"""The shapes of what is decided about a finding or a duty: why, and until when."""

from django import forms

LONGEST = 2000
WHY = {
    "required": "Say why in at least ten characters, for whoever reads it in a year.",
    "max_length": "Say it in at most 2,000 characters.",
}


class Dispute(forms.Form):
    """Why a finding is not so."""

    reason = forms.CharField(label="Why it is not so", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY)


class Accept(forms.Form):
    """Why the client lives with it, and up to which day."""

    reason = forms.CharField(label="Why you live with it", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY)
    until = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Twelve months at most. Then it stands here again.",
        error_messages={"required": "Choose a date within 12 months.", "invalid": "Choose a date within 12 months."},
    )


class Exclude(Accept):
    """Why the client does without a duty, and up to which day."""

    reason = forms.CharField(
        label="Why you do without it", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), error_messages=WHY
    )
