"""The shapes of what people send about steps, minutes, links, merges, approvals, standing acceptance and recurring tickets."""

import re
from typing import Any

from django import forms

from comanaged.vocabulary import Priority
from tickets.domain import scheduling, standing
from tickets.domain.linking import Tie
from tickets.forms import LOCAL, LONG, MOMENTS, TITLE

Choices = list[tuple[str, str]]
PART = "PART_OF"  # of a link's kinds the one that makes a family
NUMBER = re.compile(r"(?:[^\W_]{1,3}-)?0*([1-9][0-9]{0,8})", re.ASCII)
NO_NUMBER = "Write a ticket's number, like HD-12 or 12."
GONE = "That is not there any more. Choose from the list."
PRIORITIES = [(Priority.P1, "Critical"), (Priority.P2, "High"), (Priority.P3, "Normal"), (Priority.P4, "Low")]
SHORT = "Say it in {} characters."


class Sent(forms.Form):
    """One submission, named so that sending it twice is sending it once."""

    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)


class Reason(Sent):
    """A reason, or a few words."""

    text = forms.CharField(required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].label = label


class AddStep(Sent):
    """One line of a checklist."""

    text = forms.CharField(
        label="What is to be done",
        max_length=300,
        error_messages={"required": "Say what is to be done.", "max_length": SHORT.format(300)},
    )
    required = forms.BooleanField(label="The ticket is not resolved before it", required=False)


class Spend(Sent):
    """Minutes of one's own side."""

    minutes = forms.IntegerField(
        label="Minutes",
        min_value=1,
        max_value=1440,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), "Write minutes between 1 and 1440."),
    )
    text = forms.CharField(label="On what; both sides read it, may stay empty", required=False, max_length=300)
    day = forms.DateField(
        label="On which day; empty is today",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Write a day like 2026-11-24."},
    )


class Other(Sent):
    """Another ticket by its number, as people write it."""

    other = forms.CharField(label="Number of the other ticket", max_length=30, error_messages={"required": NO_NUMBER})

    def clean_other(self) -> int:
        """Return the number."""
        found = NUMBER.fullmatch(self.cleaned_data["other"].strip())
        if found is None:
            raise forms.ValidationError(NO_NUMBER)
        return int(found.group(1))


class LinkTo(Other):
    """How two tickets hang together."""

    tie = forms.ChoiceField(
        label="This ticket",
        choices=[
            (Tie.RELATED, "has to do with"),
            (Tie.DUPLICATE, "is the same trouble as"),
            (Tie.CAUSED_BY, "was caused by"),
            (PART, "is a part of"),
        ],
        error_messages={"required": "Choose how they hang together.", "invalid_choice": "Choose how they hang together."},
    )
    field_order = ("tie", "other")


class MergeInto(Other):
    """Into which ticket, and why."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    text = forms.CharField(
        label="Why; both sides and the person who asked read it, may stay empty",
        required=False,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("other", "text")


class AskApproval(Sent):
    """What is to be approved, why, by whom and until when; times are the client's."""

    what = forms.CharField(
        label="What is to be approved",
        max_length=300,
        error_messages={"required": "Say what is to be approved.", "max_length": SHORT.format(300)},
    )
    why = forms.CharField(
        label="Why",
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why in ten characters or more; who approves decides by it."},
    )
    cost = forms.CharField(label="What it costs; may stay empty", required=False, max_length=200)
    risk = forms.CharField(label="What can go wrong; may stay empty", required=False, max_length=500)
    approver = forms.TypedChoiceField(
        label="Who approves", coerce=int, error_messages={"required": "Choose who approves.", "invalid_choice": GONE}
    )
    stand_in = forms.TypedChoiceField(
        label="Who else may answer; may stay empty",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": GONE},
    )
    answer_by = forms.DateTimeField(
        label="Answer wanted by",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        input_formats=MOMENTS,
        error_messages=dict.fromkeys(("required", "invalid"), "Choose by when the answer is wanted."),
    )
    wait = forms.BooleanField(label="Let the ticket wait for the answer; its promise stands still", required=False)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["approver"].choices = [("", "Choose"), *people]  # type: ignore[attr-defined]
        self.fields["stand_in"].choices = [("", "Nobody else"), *people]  # type: ignore[attr-defined]


class Answer(Sent):
    """Yes or no, by the button that was pressed."""

    answer = forms.ChoiceField(
        choices=[("yes", "Approve"), ("no", "Do not approve")],
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose whether you approve it or not."),
    )
    text = forms.CharField(label="Your words; a no says why", required=False, max_length=LONG, widget=forms.Textarea(attrs={"rows": 3}))


class TakeStanding(Sent):
    """What one's own side takes without being asked."""

    duty = forms.ChoiceField(label="Which duty", required=False, error_messages={"invalid_choice": GONE})
    hours = forms.ChoiceField(
        label="When",
        choices=[(one, words[0].upper() + words[1:]) for one, words in standing.WORDS.items()],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose when."),
    )
    over_count = forms.IntegerField(
        label="Only new tickets, while more than so many wait with the other side",
        help_text="Empty with the next one: every handover offered to you is taken at once.",
        required=False,
        min_value=0,
        max_value=10_000,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Choose a number between 0 and 10000."),
    )
    over_minutes = forms.IntegerField(
        label="Or while the oldest one there had no answer for more than so many minutes",
        required=False,
        min_value=0,
        max_value=43_200,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Choose a number between 0 and 43200."),
    )

    def __init__(self, *args: Any, duties: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].choices = [("", "Every duty"), *duties]  # type: ignore[attr-defined]


class ComeAgain(Sent):
    """A ticket that comes again."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    title = forms.CharField(
        label="What is to be done",
        max_length=TITLE,
        error_messages={"required": "Say in a line what is to be done.", "max_length": SHORT.format(TITLE)},
    )
    text = forms.CharField(
        label="How it is done",
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say how it is done, so that whoever gets it can do it."},
    )
    steps = forms.CharField(
        label="Steps, one a line; may stay empty",
        help_text="The ticket is not resolved before all of them are done.",
        required=False,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    every = forms.ChoiceField(
        label="How often",
        choices=[(one, word) for one, word in zip(scheduling.Every, ("Daily", "Weekly", "Monthly", "Quarterly", "Yearly"), strict=True)],
        initial=scheduling.Every.MONTHLY,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose how often."),
    )
    first_on = forms.DateField(
        label="First on",
        help_text="Its weekday, day of the month or date is that of all that follow; a day that a month lacks is its last one.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), "Choose its first day, like 2026-12-01."),
    )
    clock = forms.TimeField(
        label="At",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=dict.fromkeys(("required", "invalid"), "Write a time like 08:00."),
    )
    zone = forms.CharField(label="In the zone", max_length=64, error_messages={"required": "Write a zone like America/Chicago."})
    duty = forms.ChoiceField(label="What it belongs to", required=False, error_messages={"invalid_choice": GONE})
    place = forms.ChoiceField(label="Where", required=False, error_messages={"invalid_choice": GONE})
    asset = forms.CharField(label="Which machine or account; may stay empty", required=False, max_length=TITLE)
    priority = forms.ChoiceField(
        label="How much it hinders",
        choices=PRIORITIES,
        initial=Priority.P3,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose how much it hinders."),
    )

    def __init__(self, *args: Any, duties: Choices, places: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].choices = [("", "Not sure"), *duties]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", "The whole client"), *places]  # type: ignore[attr-defined]
