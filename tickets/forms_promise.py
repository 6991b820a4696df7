"""The shape of what people send about what a client promises, and about disputes."""

from typing import Any

from django import forms

from comanaged.vocabulary import Priority
from tickets.domain import agreeing, lifecycle, saying
from tickets.domain.disputing import About
from tickets.forms import LONG


class Length(forms.CharField):
    """A length of time in words; cleaned, its seconds."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, max_length=30, error_messages={"required": agreeing.WRITE, "max_length": agreeing.WRITE})

    def prepare_value(self, value: Any) -> Any:
        return saying.hours(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        seconds = agreeing.read_length(super().clean(value))
        if seconds is None:
            raise forms.ValidationError(agreeing.WRITE)
        return seconds


class Promised(forms.Form):
    """What is promised for each priority; `seen` is the version that was shown."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for priority in Priority:
            word = saying.PRIORITIES[priority].capitalize()
            self.fields[f"{priority}_answer"] = Length(f"{word}: first answer within")
            self.fields[f"{priority}_fix"] = Length(f"{word}: fixed within")
            self.fields[f"{priority}_hours"] = forms.ChoiceField(
                label=f"{word}: the clock runs",
                choices=list(agreeing.HOURS.items()),
                error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose when the clock runs."),
            )
        self.fields["vendor_pauses"] = forms.BooleanField(
            label="A vendor, a change window or parts stop the clock",
            required=False,
            help_text="Otherwise it runs on while they are awaited.",
        )

    def targets(self) -> dict[str, dict[str, object]]:
        """Return what was written, as it is kept."""
        said = self.cleaned_data
        return {str(one): {what: said[f"{one}_{what}"] for what in ("answer", "fix", "hours")} for one in Priority}


class Raise(forms.Form):
    """What is disputed of a ticket, and why."""

    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    about = forms.ChoiceField(
        label="What is wrong",
        choices=[(About.HOLDER, "Whose this is"), (About.CHARGE, "In whose time something counts")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what is wrong."),
    )
    party = forms.ChoiceField(
        label="Whose time is counted wrong; only for that",
        required=False,
        choices=[
            ("", "nobody's"),
            *((party, saying.PARTIES[party]) for party in ("internal", "provider", "requester", "vendor", "approver")),
        ],
        error_messages={"invalid_choice": "Choose from the list."},
    )
    text = forms.CharField(
        label="Why; both sides read it",
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": lifecycle.SAY_WHY},
    )


class Settle(forms.Form):
    """The answer to a dispute."""

    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    upheld = forms.ChoiceField(
        label="What holds",
        choices=[("yes", "The dispute is right"), ("no", "It stays as it was")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what holds."),
    )
    text = forms.CharField(
        label="Why; both sides read it",
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": lifecycle.SAY_WHY},
    )
