"""The shapes of what people send: filters, a list of backups, limits, a new source. Rules are elsewhere."""

import base64
import json
import zlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from comanaged.vocabulary import AlertSeverity
from monitoring.domain import backup
from monitoring.sources import kinds

BIGGEST = 10 * 1024 * 1024
STATES = [("open", "Open"), ("firing", "Firing"), ("acknowledged", "Seen"), ("resolved", "Over"), ("all", "All")]
SEVERITIES = [("", "Every severity"), *((one.lower(), one.lower()) for one in AlertSeverity)]
ORDERS = [(order.value, words) for order, words in backup.ORDER_WORDS.items()]


class Look(forms.Form):
    """What a list of alerts shows; a word that is none of ours is left out."""

    state = forms.ChoiceField(required=False, choices=STATES)
    severity = forms.ChoiceField(required=False, choices=SEVERITIES)
    duty = forms.CharField(required=False, max_length=80)
    ticket = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    after = forms.CharField(required=False, max_length=100)

    def words(self) -> dict[str, str]:
        """Return every filter as text; without a state, what is open."""
        self.is_valid()
        found = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        return found | {"state": found["state"] or "open"}


class Listing(forms.Form):
    """A list of backup runs: the file, or the file again as the preview kept it, and how it is read."""

    file = forms.FileField(required=False, label="The list, as a CSV file")
    packed = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    as_of = forms.DateTimeField(
        label="True as of",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="When the list was made, in the zone below. Every verdict is for this moment.",
        error_messages={"required": "Say when the list was made.", "invalid": "Write the moment as 2026-11-24 14:00."},
    )
    date_order = forms.ChoiceField(label="Its dates are written", choices=ORDERS)
    zone = forms.CharField(
        label="Its times are in", max_length=60, help_text="As in America/Chicago.", error_messages={"required": "Name a time zone."}
    )

    def clean_zone(self) -> str:
        """Keep a zone that exists."""
        zone = str(self.cleaned_data["zone"]).strip()
        try:
            backup.profile("ymd", zone)
        except backup.WrongProfile as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return zone

    def clean(self) -> dict[str, Any]:
        """Find the bytes, in the upload or in what the preview kept."""
        found = super().clean() or self.cleaned_data
        upload = found.get("file")
        if upload is not None and upload.size > BIGGEST:
            self.add_error("file", "The file is larger than 10 MB. Export fewer days.")
        elif upload is not None:
            found["content"], found["name"] = upload.read(), upload.name
        elif found.get("packed"):
            found["content"] = self._unpacked(str(found["packed"]))
        else:
            self.add_error("file", "Choose the file to hand in.")
        return found

    def _unpacked(self, packed: str) -> bytes:
        try:
            return unpacked(packed)
        except ValueError:
            self.add_error("file", "Choose the file once more.")
            return b""

    @property
    def moment(self) -> datetime:
        """Return the instant in the list's own zone."""
        at: datetime = self.cleaned_data["as_of"]
        return at.replace(tzinfo=ZoneInfo(self.cleaned_data["zone"]))

    @property
    def how(self) -> backup.Profile:
        """Return how its dates are read."""
        return backup.profile(self.cleaned_data["date_order"], self.cleaned_data["zone"])


def packed(content: bytes) -> str:
    """Return a file small enough to travel through a form."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def unpacked(text: str) -> bytes:
    """Return the file again; raise ValueError for anything else, and for one that swells."""
    try:
        opener = zlib.decompressobj()
        content = opener.decompress(base64.b64decode(text, validate=True), BIGGEST)
    except zlib.error as wrong:
        raise ValueError("not packed") from wrong
    if opener.unconsumed_tail or not opener.eof:
        raise ValueError("too large")
    return content


class Limits(forms.Form):
    """How old a backup may be."""

    rpo_hours = forms.IntegerField(label="A good backup every … hours", min_value=1, max_value=24 * 31)
    grace_hours = forms.IntegerField(label="Hours of grace", min_value=0, max_value=24 * 7)
    streak = forms.IntegerField(label="Failed runs in a row that are too many", min_value=1, max_value=30)
    duty = forms.ChoiceField(label="Duty that answers")
    date_order = forms.ChoiceField(label="Dates in the lists are written", choices=ORDERS)
    zone = forms.CharField(label="Times in the lists are in", max_length=60, help_text="As in America/Chicago.")
    reason = forms.CharField(
        required=False,
        label="Why the limit may be wider",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only needed to make a limit wider. It is kept with the change.",
    )

    def __init__(self, *args: Any, duties: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].choices = duties  # type: ignore[attr-defined]


class Mapping(forms.Form):
    """How a sender's messages are read."""

    mapping = forms.CharField(
        label="Mapping",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="JSON. Only for something else, or to read a known sender in another way.",
    )

    def clean_mapping(self) -> dict[str, Any] | None:
        """Read the mapping's JSON."""
        text = str(self.cleaned_data["mapping"]).strip()
        if not text:
            return None
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise forms.ValidationError("The mapping is not JSON. Look for a missing quote or comma.") from None
        if not isinstance(found, dict):
            raise forms.ValidationError("The mapping is one JSON object.")
        return found


class NewSource(Mapping):
    """A sender to be added."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Give it a name that people know it by."})
    kind = forms.ChoiceField(label="It sends", choices=[*kinds.NAMES.items(), ("custom", "something else, read by a mapping")])
    duty = forms.ChoiceField(label="Duty that answers", required=False)
    field_order = ["name", "kind", "duty", "mapping"]

    def __init__(self, *args: Any, duties: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["duty"].choices = [("", "not sure; who answers calls sorts it"), *duties]  # type: ignore[attr-defined]


class Reason(forms.Form):
    """Why something is done by hand."""

    reason = forms.CharField(required=False, max_length=1000)
