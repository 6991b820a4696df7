"""The shapes of what people type about teams, roles, rotas and absences."""

from typing import Any

from django import forms
from django.utils.text import slugify

from comanaged.vocabulary import TeamKind
from responsibilities.forms.stretches import InZone, MomentField, Stretch

Choices = list[tuple[str, str]]
KINDS = [
    (TeamKind.TEAM.value, "Team: people who share work, with a weekly rota or without"),
    (TeamKind.ROLE.value, "Role: one person holds it at a time"),
]
WHO = {"required": "Choose who", "invalid_choice": "They are not there any more. Choose from the list."}


class DescribeTeam(forms.Form):
    """What a team or role is called, and its clock."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter what the team or role is called"})
    zone = forms.CharField(
        label="Time zone",
        max_length=60,
        help_text="Its turns begin on this clock.",
        error_messages={"required": "Enter a time zone such as America/Chicago"},
    )


class MakeTeam(DescribeTeam):
    """A new team or role."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=KINDS,
        widget=forms.RadioSelect,
        initial=TeamKind.TEAM.value,
        error_messages={"required": "Choose what it is", "invalid_choice": "Choose what it is"},
    )
    party = forms.ChoiceField(
        label="Whose it is",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whose it is", "invalid_choice": "Choose whose it is"},
    )
    key = forms.SlugField(
        label="Short name",
        max_length=60,
        required=False,
        help_text="In files, such as night-desk. Left empty it is made from the name.",
        error_messages={"invalid": "Use letters, digits and hyphens only"},
    )
    field_order = ("kind", "party", "name", "key", "zone")

    def __init__(self, *args: Any, parties: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["party"].choices = parties  # type: ignore[attr-defined]
        if len(parties) == 1:
            self.fields["party"].required = False
            self.fields["party"].widget = forms.HiddenInput()
        self.only = parties[0][0]

    def clean(self) -> dict[str, Any]:
        """Fill in what has one answer only, and make a short name from the name."""
        said = super().clean() or {}
        if not self.fields["party"].required:
            said["party"] = self.only
        if "key" in said and "name" in said:
            said["key"] = (said["key"] or slugify(said["name"])[:60]).lower()
            if not said["key"]:
                self.add_error("key", "Enter a short name of letters, digits and hyphens")
        return said


class Joins(InZone):
    """Somebody who joins a team or takes a role."""

    person = forms.ChoiceField(label="Who", error_messages=WHO)
    starts_at = MomentField(label="From", missing="Choose when it begins")
    ends_at = MomentField(label="To", required=False, help_text="Left empty it has no end.")

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class Leaves(InZone):
    """When somebody leaves a team or gives a role up."""

    ends_at = MomentField(label="Until", missing="Choose when it ends")


class Turns(InZone):
    """How the turns of a rota go."""

    first = MomentField(
        label="First hand-over",
        missing="Choose when the first turn begins",
        help_text="Every later turn begins on this weekday at this time.",
    )
    weeks = forms.IntegerField(
        label="Weeks a turn",
        initial=1,
        min_value=1,
        max_value=12,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), "Enter a number of weeks from 1 to 12"),
    )


class Takes(Stretch):
    """Somebody takes a stretch of the rota, or is away."""

    person = forms.ChoiceField(label="Who", error_messages=WHO)
    field_order = ("person", "starts_at", "ends_at")

    def __init__(self, *args: Any, people: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]
