"""Moments and stretches of time as people type them, on the clock of one zone."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from responsibilities.forms.moments import BadMoment, moment_of


class LocalMoment(forms.TextInput):
    """A browser's own control for date and time."""

    input_type = "datetime-local"


class MomentField(forms.CharField):
    """A moment on the wall clock of `zone`, which the form says before it reads."""

    widget = LocalMoment
    zone = "UTC"

    def __init__(self, *, missing: str = "", **options: Any) -> None:
        super().__init__(max_length=40, error_messages={"required": missing}, **options)

    def clean(self, value: Any) -> Any:
        """Return the moment, None where none was typed."""
        text = super().clean(value)
        try:
            return moment_of(text, self.zone) if text else None
        except BadMoment as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def prepare_value(self, value: Any) -> Any:
        """Return a moment as the browser's control wants it; what was typed stays as it is."""
        return f"{value.astimezone(ZoneInfo(self.zone)):%Y-%m-%dT%H:%M}" if isinstance(value, datetime) else value


class InZone(forms.Form):
    """A form whose moments are read in one zone."""

    def __init__(self, *args: Any, zone: str, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if isinstance(field, MomentField):
                field.zone = zone


class Stretch(InZone):
    """From then to then."""

    starts_at = MomentField(label="From", missing="Choose when it begins")
    ends_at = MomentField(label="To", missing="Choose when it ends")
