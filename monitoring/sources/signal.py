"""What every sender's message becomes: signals in one vocabulary, or the reason why it could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from comanaged.vocabulary import AlertSeverity


class Kind(StrEnum):
    """What a sender says with one signal."""

    TRIGGER = "TRIGGER"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    RESOLVE = "RESOLVE"
    INFO = "INFO"


@dataclass(frozen=True)
class Signal:
    """One statement about one trouble; `occurred_at` is None where the sender names no moment that can be read."""

    kind: Kind
    title: str
    native_key: str = ""
    key_fields: tuple[str, ...] = ()
    asset: str = ""
    check_name: str = ""
    duty: str = ""
    severity: AlertSeverity = AlertSeverity.UNKNOWN
    severity_raw: str = ""
    occurred_at: datetime | None = None
    url: str = ""
    text: str = ""
    value: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    snapshot_complete: bool = True
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What was read of one body: `problems` say why something was not understood, `notes` what else it asked for."""

    signals: tuple[Signal, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def understood(self) -> bool:
        """Say whether the body said anything that can be acted on."""
        return bool(self.signals or self.notes)
