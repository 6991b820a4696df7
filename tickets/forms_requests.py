"""The shapes of what is typed about contacts, and by those who only ask."""

from typing import Any

from django import forms

from tickets.domain.priorities import Impact, Urgency
from tickets.forms import LONG, TITLE

TOO_LONG = "This is longer than one message can be. Attach it as a file, or say it shorter."


class Contact(forms.Form):
    """Somebody who asks for help."""

    name = forms.CharField(max_length=120, label="Name", error_messages={"required": "Enter the person's name."})
    address = forms.EmailField(
        label="E-mail address",
        help_text="Answers go there, and so do the codes by which they sign in.",
        error_messages={"required": "Enter the address they write from.", "invalid": "Enter an address such as name@example.com."},
    )
    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


class FilesInput(forms.ClearableFileInput):
    """A field that takes several files; the view reads them, since a form knows of one."""

    allow_multiple_selected = True


class Files(forms.FileField):
    """Files that may stay away."""

    def __init__(self) -> None:
        super().__init__(required=False, label="Attach a picture or a file; may stay empty", widget=FilesInput(attrs={"multiple": True}))

    def clean(self, data: object, initial: object = None) -> object:
        """Leave the files to who judges them by their own bytes."""
        return data


class WithFiles(forms.Form):
    """What somebody writes, and may attach files to."""

    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = Files()  # here, since every form has something else that bears this name


class Ask(WithFiles):
    """What somebody asks who only asks."""

    title = forms.CharField(
        max_length=TITLE,
        label="What is the matter",
        error_messages={"required": "Say in a line what is the matter.", "max_length": "Say it in 200 characters; the rest fits below."},
    )
    text = forms.CharField(
        max_length=LONG,
        label="What you saw, and since when",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Say what you saw, and since when.", "max_length": TOO_LONG},
    )
    urgency = forms.ChoiceField(
        label="How much it hinders",
        choices=[
            (Urgency.WAITS, "Work goes on; it can wait"),
            (Urgency.SLOWED, "Work is slower"),
            (Urgency.STOPPED, "Work is stopped"),
            (Urgency.DANGER, "Something is in danger: people, secrets, or data that would be lost"),
        ],
        initial=Urgency.SLOWED,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose how much it hinders."),
    )
    impact = forms.ChoiceField(
        label="Whom it hinders",
        choices=[
            (Impact.PERSON, "Me"),
            (Impact.TEAM, "Several of us"),
            (Impact.SITE, "A whole site"),
            (Impact.CLIENT, "Everybody here"),
        ],
        initial=Impact.PERSON,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose whom it hinders."),
    )


class Say(WithFiles):
    """A message to whoever works on it."""

    text = forms.CharField(
        required=False,
        max_length=LONG,
        label="Your message",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": TOO_LONG},
    )


class TakeBack(forms.Form):
    """Why something is not needed any more."""

    text = forms.CharField(
        max_length=LONG,
        label="Why you no longer need it",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why in ten characters or more.", "max_length": TOO_LONG},
    )
    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
