"""The way from an empty client to the first signed version, as steps that can be taken in any order once there is a draft."""

from dataclasses import dataclass

START, CHECK, HOURS, CURE, INVITE, SIGN = "start", "check", "hours", "cure", "invite", "sign"


@dataclass(frozen=True)
class Standing:
    """How far a client is: the open version's number, a sheet that is being looked at, what blocks, who the other side is, who signed."""

    version: int | None = None
    proposed: bool = False
    sheet: int | None = None  # the number of an upload that nobody decided on yet
    blocking: int = 0
    served: bool = False
    asked: str = ""  # what a provider is called that was asked in and has not accepted yet
    signed: tuple[str, ...] = ()  # names of who signed


@dataclass(frozen=True)
class Step:
    """One step: its key, its words, whether it is done or cannot be taken yet, and what is known of it."""

    key: str
    words: str
    done: bool = False
    open: bool = True
    note: str = ""


def steps(standing: Standing) -> tuple[Step, ...]:
    """Return the steps of a first run; a sheet is checked only where one was brought."""
    begun = standing.version is not None
    sheet = (Step(CHECK, "Check your sheet", note="open rows wait"),) if standing.sheet is not None else ()
    blocks = f"{standing.blocking} to cure or accept" if standing.blocking else ""
    waits = f"{standing.asked} is invited" if standing.asked and not standing.served else ""
    return (
        Step(START, "Choose a start", done=begun, open=not begun),
        *sheet,
        Step(HOURS, "Hours and people", open=begun),
        Step(CURE, "Close what blocks signing", done=begun and not standing.blocking, open=begun, note=blocks if begun else ""),
        Step(INVITE, "Invite the other side", done=standing.served or bool(standing.asked), open=not standing.served, note=waits),
        Step(SIGN, "Propose and sign", done=bool(standing.signed), open=begun, note=_signing(standing)),
    )


def _signing(standing: Standing) -> str:
    if standing.signed:
        return f"{' and '.join(standing.signed)} signed"
    return "proposed" if standing.proposed else ""
