"""The shapes of what is chosen to begin from, and of a provider's own template."""

from typing import Any

from django import forms
from django.utils.text import slugify


class Begin(forms.Form):
    """Which template a matrix begins from."""

    template = forms.CharField(max_length=80, error_messages={"required": "Choose a template to begin from"})


class MakeEdition(forms.Form):
    """A template made from what a client agreed."""

    client = forms.ChoiceField(
        label="From the matrix of",
        error_messages={"required": "Choose a client", "invalid_choice": "You are no member there any more. Choose another client."},
    )
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter what the template is called"})
    story = forms.CharField(
        label="For whom it is, in a sentence",
        max_length=500,
        required=False,
        help_text="A template of the same name gets a next edition. What began from an older one keeps it.",
    )

    def __init__(self, *args: Any, clients: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["client"].choices = clients  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not slugify(name):
            raise forms.ValidationError("Enter a name with letters or digits in it")
        return name
