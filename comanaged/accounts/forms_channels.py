"""The shape of what people type about channels."""

from collections.abc import Iterable
from typing import Any

from django import forms

from comanaged.notices.kinds import KINDS

KINDS_OF = [
    ("WEBHOOK", "A webhook: another system hears of every change of tickets, signed"),
    ("SLACK", "A room in Slack"),
    ("TEAMS", "A room in Microsoft Teams"),
]


class Channel(forms.Form):
    """What a channel is called, where it leads, what is told there."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=KINDS_OF,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is", "invalid_choice": "Choose one of these"},
    )
    name = forms.CharField(
        label="What it is called",
        max_length=120,
        error_messages={"required": "Say what it is called", "max_length": "Keep the name under 120 characters"},
    )
    address = forms.CharField(
        label="Its address",
        max_length=2000,
        strip=True,
        help_text="It begins with https:// and is kept unreadable; nobody is shown it again.",
        error_messages={"required": "Paste the address", "max_length": "An address has 2000 characters at most"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label="What a room of a chat hears of",
        choices=[(kind.value, told.words) for kind, told in KINDS.items() if (told.choice or kind == "INCIDENT") and kind != "MATRIX"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A webhook hears of every change instead.",
        error_messages={"invalid_choice": "Choose among these"},
    )
    own_key = forms.TypedChoiceField(
        label="The key of the system that listens",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="What is done with this key is not sent back to it.",
        error_messages={"invalid_choice": "Choose one of these keys"},
    )

    def __init__(self, *args: Any, keys: Iterable[tuple[int, str]] = (), known: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        choices: Any = self.fields["own_key"]
        choices.choices = [("", "None"), *keys]
        if known:  # what it is stays; where it leads stays when nothing is said
            del self.fields["kind"]
            self.fields["address"].required = False
            self.fields["address"].label = "Another address"
            self.fields["address"].help_text = "Leave it empty to keep the one it has."
