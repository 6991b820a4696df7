"""The shapes of asking blind, and of answering."""

from typing import Any

from django import forms

from responsibilities.domain import attesting
from responsibilities.queries.attesting import ALL, CATEGORY, ONE, RISKY, Asked, Part

Choices = list[tuple[str, str]]
GONE = "It is not there any more. Choose from the list."


class AskBlind(forms.Form):
    """About which duties, and whom of each side."""

    what = forms.ChoiceField(
        label="About",
        widget=forms.RadioSelect,
        choices=[(ALL, "Every duty"), (RISKY, "Duties of high risk (4 or 5)"), (CATEGORY, "One category"), (ONE, "One duty")],
        error_messages={"required": "Choose which duties to ask about", "invalid_choice": "Choose which duties to ask about"},
    )
    category = forms.ChoiceField(label="The category", required=False, error_messages={"invalid_choice": GONE})
    duty = forms.ChoiceField(label="The duty", required=False, error_messages={"invalid_choice": GONE})
    internal = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False, error_messages={"invalid_choice": GONE})
    provider = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False, error_messages={"invalid_choice": GONE})

    def __init__(
        self, *args: Any, categories: Choices, duties: Choices, people: dict[str, Choices], names: dict[str, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["category"].choices = [("", "Choose"), *categories]  # type: ignore[attr-defined]
        self.fields["duty"].choices = [("", "Choose"), *duties]  # type: ignore[attr-defined]
        for side, offered in people.items():
            self.fields[side].choices = offered  # type: ignore[attr-defined]
            self.fields[side].label = f"People of {names[side]}"

    def clean(self) -> dict[str, Any]:
        """Want the category or the duty that is meant."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("what") == CATEGORY and not said.get("category") and "category" not in self.errors:
            self.add_error("category", "Choose the category to ask about")
        if said.get("what") == ONE and not said.get("duty") and "duty" not in self.errors:
            self.add_error("duty", "Choose the duty to ask about")
        return said

    def people(self) -> list[int]:
        """Return who was chosen, of both sides."""
        return [int(one) for side in ("internal", "provider") for one in self.cleaned_data[side]]


class AnswerBlind(forms.Form):
    """Who does each duty, by half of the day; what is left out is answered later."""

    def __init__(self, *args: Any, duties: list[Asked], other: str, **options: Any) -> None:
        super().__init__(*args, **options)
        words = words_of(other)
        for duty in duties:
            for part in duty.parts:
                when = f", {part.words.lower()}" if part.words else ""
                self.fields[field_of(duty, part)] = forms.ChoiceField(
                    label=f"{duty.name}{when}",
                    widget=forms.RadioSelect,
                    choices=[(word, words[word]) for word in attesting.WORDS],
                    required=False,
                    initial=part.said,
                    error_messages={"invalid_choice": "Choose one of the five answers"},
                )


def words_of(other: str) -> dict[str, str]:
    """Return the five answers as a person reads them, whose other side has this name."""
    return {"us": "Us", "them": other, "both": "Both", "nobody": "Nobody", "unsure": "Not sure"}


def field_of(duty: Asked, part: Part) -> str:
    """Return the name of a question's field. It names the duty, so that an answer never lands at another."""
    return f"{part.half.lower()}:{duty.key}"
