"""The shape of how a person wants to be told."""

from collections.abc import Mapping
from datetime import time
from typing import Any
from zoneinfo import available_timezones

from django import forms

from comanaged.notices.domain import resting
from comanaged.notices.kinds import KINDS, Kind, chosen

VIAS = [(resting.NOW, "At once"), (resting.DIGEST, "With others, once a day"), (resting.NEVER, "Not by mail")]
CLOCK = "Enter a time such as 22:00"


def zones() -> list[tuple[str, str]]:
    """Return the time zones to choose from."""
    return [
        (zone, zone) for zone in sorted(available_timezones()) if zone == "UTC" or ("/" in zone and not zone.startswith(("Etc/", "posix/")))
    ]


def _clock(label: str, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, error_messages={"required": CLOCK, "invalid": CLOCK}, **more)


class Told(forms.Form):
    """How to hear of each kind of thing, when to hear nothing, and when what was collected comes."""

    quiet_from = _clock("Quiet from", required=False, help_text="Leave both empty for none. They may go over midnight.")
    quiet_until = _clock("Quiet until", required=False)
    collected_at = _clock("What comes once a day comes at")
    zone = forms.ChoiceField(
        label="Your time zone",
        choices=zones,
        error_messages={"required": "Choose your time zone", "invalid_choice": "Choose one of these time zones"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        times = {name: self.fields.pop(name) for name in list(self.fields)}
        for kind, told in KINDS.items():
            if told.choice:
                self.fields[kind.value] = forms.ChoiceField(
                    label=told.words,
                    choices=VIAS,
                    widget=forms.RadioSelect,
                    error_messages={"required": "Choose how you want to hear of this", "invalid_choice": "Choose one of these three"},
                )
        self.fields.update(times)

    def clean(self) -> dict[str, Any]:
        """Quiet hours have a beginning and an end, and what was collected comes outside them."""
        said: dict[str, Any] = super().clean() or {}
        begins, ends, together = (said.get(name) for name in ("quiet_from", "quiet_until", "collected_at"))
        if self.errors:
            return said
        if begins is not None and ends is None:
            self.add_error("quiet_until", "Say when the quiet hours end")
        elif ends is not None and begins is None:
            self.add_error("quiet_from", "Say when the quiet hours begin")
        elif begins is not None and begins == ends:
            self.add_error("quiet_until", "Quiet hours end at another time than they begin. Leave both empty for none")
        elif together is not None and resting.Rest(quiet_from=begins, quiet_until=ends).quiet_at(together):
            self.add_error("collected_at", "Choose a time outside your quiet hours")
        return said

    @property
    def kinds(self) -> list[forms.BoundField]:
        """Return the questions about kinds of things."""
        return [self[kind.value] for kind in KINDS if kind.value in self.fields]

    @property
    def times(self) -> list[forms.BoundField]:
        """Return the questions about times."""
        return [self[name] for name in ("quiet_from", "quiet_until", "collected_at", "zone")]

    @property
    def vias(self) -> dict[Kind, str]:
        """Return how to hear of each kind."""
        return {kind: self.cleaned_data[kind.value] for kind in KINDS if kind.value in self.fields}

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Return the quiet hours; None for none."""
        begins, ends = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return (begins, ends) if begins is not None else None


def shown(vias: Mapping[str, str], rest: resting.Rest | None, zone: str) -> dict[str, Any]:
    """Return what the form holds before somebody changes it: what was chosen, else everything at once."""
    now = rest or resting.Rest(zone)
    kept: dict[str, Any] = {kind.value: vias.get(kind, resting.NOW) for kind in KINDS if chosen(kind)}
    return kept | {"quiet_from": now.quiet_from, "quiet_until": now.quiet_until, "collected_at": now.collected_at, "zone": now.zone}
