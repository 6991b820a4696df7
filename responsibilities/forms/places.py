"""The shapes of what people type about places."""

from typing import Any

from django import forms
from django.utils.text import slugify

from comanaged.vocabulary import PlaceKind

KINDS = [
    (PlaceKind.SITE.value, "Site: a clinic, an office, a plant"),
    (PlaceKind.GROUP.value, "Group of sites: what they share is agreed once"),
    (PlaceKind.TAG.value, "Service or tag: something that several sites or assets have"),
    (PlaceKind.ASSET.value, "Asset: one machine or system that others look after"),
]
NAME = "Enter what the place is called"
Choices = list[tuple[str, str]]


class DescribePlace(forms.Form):
    """What is said of a place."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": NAME})
    parent = forms.ChoiceField(
        label="It lies in", required=False, error_messages={"invalid_choice": "The place around it is not there any more. Choose another."}
    )
    zone = forms.CharField(
        label="Time zone, where it has another one",
        max_length=60,
        required=False,
        help_text="Such as America/Denver. Left empty it keeps the time of the place around it.",
    )
    tags = forms.MultipleChoiceField(
        label="Services and tags it has",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these tags is not there any more. Choose from the list."},
    )
    position = forms.IntegerField(
        label="Order among services and tags",
        required=False,
        min_value=0,
        max_value=999,
        help_text="Where two of them say different things, the higher number counts.",
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "Enter a number from 0 to 999"),
    )

    def __init__(self, *args: Any, around: Choices, tags: Choices, kind: PlaceKind | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["parent"].choices = around  # type: ignore[attr-defined]
        self.fields["tags"].choices = tags  # type: ignore[attr-defined]
        if not tags or kind in (PlaceKind.GROUP, PlaceKind.TAG):
            del self.fields["tags"]
        if kind not in (None, PlaceKind.TAG):
            del self.fields["position"]
        if kind is PlaceKind.GROUP:
            del self.fields["parent"]


class AddPlace(DescribePlace):
    """A new place."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=KINDS,
        widget=forms.RadioSelect,
        initial=PlaceKind.SITE.value,
        error_messages={"required": "Choose what it is", "invalid_choice": "Choose what it is"},
    )
    key = forms.SlugField(
        label="Short name",
        max_length=60,
        required=False,
        help_text="In addresses and files, such as north-clinic. Left empty it is made from the name.",
        error_messages={"invalid": "Use letters, digits and hyphens only"},
    )
    field_order = ("kind", "name", "key", "parent", "zone", "tags", "position")

    def clean(self) -> dict[str, Any]:
        """Make a short name from the name where none was typed."""
        said = super().clean() or {}
        if "key" in said and "name" in said:
            said["key"] = (said["key"] or slugify(said["name"])[:60]).lower()
            if not said["key"]:
                self.add_error("key", "Enter a short name of letters, digits and hyphens")
        return said
