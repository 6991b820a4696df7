"""The shapes of what people send about major incidents; the rules are elsewhere."""

from collections.abc import Iterable
from typing import Any

from django import forms

from comanaged.accounts.access import Person
from tickets.domain import saying
from tickets.domain.incidents import CALLED, CAUSES, LONGEST, SECTIONS, SHORTEST, Role
from tickets.forms import LOCAL, LONG, MOMENTS, SHORT_TEXT, TITLE
from tickets.forms_work import GONE, Other, Sent

TOO_LONG = "This is longer than one entry can be. Say it shorter, or attach it to the ticket."
RHYTHM = f"Write minutes between {SHORTEST} and {LONGEST}."


def words(label: str, rows: int = 3, **more: Any) -> forms.CharField:
    """Return a field for words."""
    return forms.CharField(
        label=label,
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"max_length": TOO_LONG},
        **more,
    )


def chosen(label: str) -> forms.TypedChoiceField:
    """Return a field for a person out of a list that is filled in later."""
    return forms.TypedChoiceField(
        label=label, coerce=int, empty_value=None, error_messages=dict.fromkeys(("required", "invalid_choice"), GONE)
    )


def listed(people: Iterable[Person], first: tuple[str, str] = ("", "Choose")) -> list[tuple[str, str]]:
    """Return people as choices, each with the side."""
    return [first, *((str(one.user_id), f"{one.name}, {saying.SIDES[one.side]}") for one in people)]


class Declare(Sent):
    """A major incident, of a ticket or alone."""

    ticket = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    title = forms.CharField(
        label="What happens, in a line",
        max_length=TITLE,
        required=False,
        error_messages={"max_length": f"Say it in {TITLE} characters; the rest belongs below."},
    )
    text = forms.CharField(label="What is known; may stay empty", max_length=LONG, required=False, widget=SHORT_TEXT)

    def clean(self) -> dict[str, Any]:
        """Ask what happens where no ticket says it."""
        said = super().clean() or {}
        if not said.get("ticket") and not said.get("title", "").strip() and "title" not in self.errors:
            self.add_error("title", "Say in a line what happens.")
        return said


class Seen(Sent):
    """A submission that says which version of the incident was shown."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class Log(Sent):
    """One fact."""

    text = words("What happened, or what was found", 2)
    fact_at = forms.DateTimeField(
        label="When, if not now",
        required=False,
        input_formats=MOMENTS,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        error_messages={"invalid": "Choose a day and a time."},
    )


class Update(Sent):
    """What users are told."""

    text = words("What users should know: what does not work, since when, what they can do, when they hear more")


class Contain(Sent):
    """What is to be cut off, and why."""

    what = forms.CharField(
        label="What is to be cut off, or switched off",
        max_length=300,
        required=False,
        error_messages={"max_length": "Say it in 300 characters; the rest belongs below."},
    )
    why = words("Why, and what happens if not", 2)


class Answer(Sent):
    """Yes or no."""

    answer = forms.ChoiceField(
        choices=[("yes", "Allow it"), ("no", "Do not allow it")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Press one of the two buttons."),
    )
    text = words("Anything to add; a no says why", 2)


class HandOn(Seen):
    """Whom command is handed on to."""

    person = chosen("Who commands from now on")
    text = words("What they need to know; may stay empty", 2)

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = listed(people)  # type: ignore[attr-defined]


class Rhythm(Seen):
    """How often users hear of it."""

    minutes = forms.IntegerField(
        label="Minutes between two updates",
        min_value=SHORTEST,
        max_value=LONGEST,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), RHYTHM),
    )


class GiveRole(Seen):
    """A part, and who has it."""

    role = forms.ChoiceField(
        label="Part",
        choices=[(role.value, CALLED[role]) for role in Role],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a part."),
    )
    person = chosen("Who has it")

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = listed(people, ("", "Nobody in particular"))  # type: ignore[attr-defined]
        self.fields["person"].required = False


class Assign(Other):
    """A ticket, and who is to work on it."""

    person = chosen("Who works on it from now on")
    text = words("Why it goes there; both sides read it", 2)

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["other"].label = "Number of the ticket"
        self.fields["person"].choices = listed(people)  # type: ignore[attr-defined]


class End(Seen):
    """What is known at the end, and why parts stay open."""

    cause = forms.ChoiceField(
        label="The cause",
        choices=[(cause.value, said) for cause, said in CAUSES.items()],
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Say whether the cause is known, or its effect is stopped."),
    )
    text = words("What the cause was, or what stopped its effect", 2)
    kept = words("Why parts of it stay open, where any do", 2)


class Review(Sent):
    """The sections of a review, and which version was shown."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    happened = words(SECTIONS["happened"], 5)
    cause = words(SECTIONS["cause"], 4)
    helped = words(SECTIONS["helped"], 3)
    hindered = words(SECTIONS["hindered"], 3)


class FollowUp(Sent):
    """What the review asks for, what it belongs to and until when."""

    text = forms.CharField(
        label="What is to be done, in a line",
        max_length=TITLE,
        required=False,
        error_messages={"max_length": f"Say it in {TITLE} characters."},
    )
    duty = forms.ChoiceField(
        label="What it belongs to; the matrix says whose it is", required=False, error_messages={"invalid_choice": GONE}
    )
    due_on = forms.DateField(
        label="Until which day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=dict.fromkeys(("required", "invalid"), "Choose a day to come."),
    )

    def __init__(self, *args: Any, duties: Iterable[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].choices = [("", "Not sure"), *duties]  # type: ignore[attr-defined]


class Sign(forms.Form):
    """A signature: the mark of what was shown, and the signer's name as they type it."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    typed_name = forms.CharField(
        label="Type your name to sign",
        max_length=120,
        help_text="It is stored with the time, your side and the content mark.",
        error_messages={"required": "Type your name to sign", "max_length": "Type your name as it stands in your account"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
