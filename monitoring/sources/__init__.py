"""From the bytes of any sender to signals: `read` is the door, mappings are data, and no body is ever an error."""

from collections.abc import Mapping
from datetime import datetime

from monitoring.sources import engine, kinds, mapping
from monitoring.sources.signal import Kind, Reading, Signal

__all__ = ["Kind", "Reading", "Signal", "read"]


def read(
    kind: str | Mapping[str, object], body: bytes, settings: Mapping[str, object] | None = None, *, received_at: datetime | None = None
) -> Reading:
    """Return what the body says, read by a known kind, a mapping given as data, or the one in the source's settings.

    Whatever the bytes are, the answer is a Reading: one without signals and notes names the reason and is quarantined.
    """
    settings = settings or {}
    wanted: object = settings.get("mapping") or kind
    try:
        found = _known(wanted) if isinstance(wanted, str) else mapping.parse(wanted)
    except mapping.WrongMapping as wrong:
        return Reading(problems=(f"The mapping of this source cannot be used. {wrong}",))
    try:
        return engine.interpret(found, body, settings, received_at)
    except (ArithmeticError, LookupError, TypeError, ValueError, RecursionError) as fault:  # a fault of ours: the message is kept and shown
        return Reading(problems=(f"The message could not be read ({type(fault).__name__}).",))


def _known(kind: str) -> mapping.Mapping:
    if kind not in kinds.MAPPINGS:
        raise mapping.WrongMapping(f"There is no kind of source '{kind}', and the settings hold no mapping.")
    return kinds.MAPPINGS[kind]
