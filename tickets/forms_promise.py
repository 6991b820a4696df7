"""The shape of what people send about what a client promises, and about disputes."""

from typing import Any

from django import forms

from comanaged.vocabulary import Priority
from tickets.domain import agreeing, saying


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
