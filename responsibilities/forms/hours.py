"""The shapes of what people type about hours."""

from datetime import date
from typing import Any

from django import forms
from django.utils.text import slugify

from responsibilities.domain.coverage import DAYS

NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
YEARS = range(2000, 2100)
Choices = list[tuple[str, str]]


class KeepHours(forms.Form):
    """What hours say."""

    zone = forms.CharField(label="Time zone", max_length=60, error_messages={"required": "Enter a time zone such as America/Chicago"})
    closed = forms.CharField(
        label="Closed dates",
        required=False,
        max_length=8000,
        widget=forms.Textarea,
        help_text="One a line, such as 2026-12-25.",
    )
    holidays_of = forms.CharField(
        label="Add the holidays of a country",
        required=False,
        max_length=10,
        help_text="This year's and the next one's, such as US or US-IL. They are added to the dates above.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for day, name in NAMES.items():
            self.fields[day] = forms.CharField(label=name, required=False, max_length=120)
        self.fields["mon"].help_text = "Such as 08:00-17:00, or several with commas between. Left empty it is closed."
        self.order_fields([*self.first, "zone", *DAYS, "closed", "holidays_of", *self.last])

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    def clean_closed(self) -> tuple[date, ...]:
        """Return the dates, one a line."""
        found = []
        for text in filter(None, (line.strip() for line in self.cleaned_data["closed"].replace(",", "\n").splitlines())):
            try:
                day = date.fromisoformat(text)
            except ValueError:
                day = None
            if day is None or day.year not in YEARS:
                raise forms.ValidationError(f"'{text[:20]}' is no date. Write it like 2026-12-25.")
            found.append(day)
        return tuple(found)

    def week(self) -> dict[str, list[str]]:
        """Return each day's intervals as they were typed."""
        return {day: [part.strip() for part in self.cleaned_data[day].split(",") if part.strip()] for day in DAYS}


class ChangeHours(KeepHours):
    """Hours that are there, and the stamp they had when they were shown."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    last = ("seen",)


class AddHours(KeepHours):
    """New hours: of a new name, or of one place instead of the client's."""

    name = forms.CharField(
        label="Name", max_length=80, required=False, help_text="Such as Theatre hours. Left empty these are the business hours of a place."
    )
    key = forms.SlugField(
        label="Short name",
        max_length=40,
        required=False,
        help_text="What lines of the matrix say. Left empty it is made from the name.",
        error_messages={"invalid": "Use letters, digits and hyphens only"},
    )
    place = forms.ChoiceField(
        label="Where", required=False, error_messages={"invalid_choice": "There is no such place any more. Choose from the list."}
    )
    first = ("name", "key", "place")

    def __init__(self, *args: Any, places: Choices, named: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].choices = [("", "Everywhere"), *places]  # type: ignore[attr-defined]
        self.named = named
        if named:
            self.fields["name"].help_text = "Such as Night watch."

    def clean(self) -> dict[str, Any]:
        """Make a short name from the name; without either these are business hours, which need their place."""
        said = super().clean() or {}
        if "key" not in said or "name" not in said:
            return said
        said["key"] = (said["key"] or slugify(said["name"])[:40]).lower()
        if not said["key"] and (self.named or said["name"]):
            self.add_error("name" if not said["name"] else "key", "Enter what these hours are called")
        elif not said["key"] and not said.get("place"):
            self.add_error("place", "Choose the place that has other business hours, or give these hours a name")
        return said
