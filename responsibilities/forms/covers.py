"""The shapes of what people type about stand-ins."""

from typing import Any

from django import forms

from responsibilities.forms.stretches import Stretch

Grouped = list[tuple[str, list[tuple[str, str]]]]
GONE = "They are not there any more. Choose from the list."


class CoverSomeone(Stretch):
    """Who stands in for whom, when, and for what."""

    covered = forms.ChoiceField(label="Who is covered", error_messages={"required": "Choose who is covered", "invalid_choice": GONE})
    by = forms.ChoiceField(label="Who stands in", error_messages={"required": "Choose who stands in", "invalid_choice": GONE})
    duty = forms.ChoiceField(
        label="For which duty", required=False, error_messages={"invalid_choice": "There is no such duty. Choose from the list."}
    )
    place = forms.ChoiceField(
        label="Where", required=False, error_messages={"invalid_choice": "There is no such place any more. Choose from the list."}
    )
    reason = forms.CharField(label="Why", max_length=500, required=False, help_text="Both sides read it.")
    field_order = ("covered", "by", "starts_at", "ends_at", "duty", "place", "reason")

    def __init__(self, *args: Any, covered: Grouped, by: Grouped, duties: list[Any], places: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, offered in (("covered", covered), ("by", by)):
            self.fields[name].choices = [("", "Choose"), *offered]  # type: ignore[attr-defined]
        self.fields["duty"].choices = [("", "Every duty"), *duties]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", "Everywhere"), *places]  # type: ignore[attr-defined]
