"""The shapes of what people send about tickets; the rules are elsewhere."""

from django import forms

from comanaged.vocabulary import Audience, Priority

SIDES = [("", "Either side"), ("internal", "Internal IT"), ("provider", "Provider")]
STATES = [
    ("", "To do"),
    ("new", "New"),
    ("open", "Open"),
    ("waiting", "Waiting"),
    ("resolved", "Resolved"),
    ("closed", "Closed"),
    ("all", "All states"),
]
LONG = 20_000  # characters of one message
TITLE = 200


class Act(forms.Form):
    """A move: the version the person was shown, the name of this submission, and what he says."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    text = forms.CharField(
        required=False,
        max_length=LONG,
        error_messages={"max_length": "This is longer than one message can be. Attach it as a file, or say it shorter."},
    )


class Reply(Act):
    """A reply names its readers; the mode of a private note is refused here, so that it cannot be sent by mistake."""

    mode = forms.ChoiceField(
        choices=[(Audience.PUBLIC.lower(), "Reply"), (Audience.SHARED.lower(), "Note to both sides")],
        error_messages={
            "required": "Choose who reads this.",
            "invalid_choice": "You chose a private note, so nothing was sent. Save it as one, or choose who reads it.",
        },
    )


class Ask(forms.Form):
    """A new ticket as a person opens it."""

    title = forms.CharField(
        max_length=TITLE,
        label="What is the matter",
        error_messages={"required": "Say in a line what is the matter.", "max_length": "Say it in 200 characters; the rest fits below."},
    )
    duty = forms.ChoiceField(required=False)
    text = forms.CharField(
        max_length=LONG,
        label="What you saw, and since when",
        widget=forms.Textarea,
        error_messages={"required": "Say what you saw, and since when.", "max_length": "This is longer than one message can be."},
    )
    priority = forms.ChoiceField(
        initial=Priority.P3,
        label="How much it hinders",
        choices=[
            (Priority.P1, "Critical: work stands still, or something is in danger"),
            (Priority.P2, "High: many are stopped or slowed"),
            (Priority.P3, "Normal: somebody is slowed"),
            (Priority.P4, "Low: it can wait"),
        ],
    )
    asset = forms.CharField(required=False, max_length=TITLE, label="Which machine or account; may stay empty")
    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: object, duties: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["duty"] = forms.ChoiceField(required=False, label="What it belongs to", choices=[("", "Not sure"), *duties])


class Look(forms.Form):
    """What of a queue somebody wants to see; an unknown word is no wish."""

    client = forms.SlugField(required=False)
    side = forms.ChoiceField(required=False, choices=SIDES)
    state = forms.ChoiceField(required=False, choices=STATES)
    duty = forms.CharField(required=False, max_length=100)
    taken = forms.ChoiceField(required=False, choices=[("", "Anybody"), ("mine", "Mine"), ("nobody", "Nobody yet")])
    after = forms.CharField(required=False, max_length=300)

    def words(self) -> dict[str, str]:
        """Return the wishes that make sense, each a string."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
