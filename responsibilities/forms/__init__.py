"""The shapes of what pages and programs send."""

from responsibilities.forms.cells import (
    ApplyPaste,
    Bulk,
    Cell,
    ClearLetter,
    GiveHours,
    GiveLetter,
    Half,
    Line,
    Name,
    NameBackup,
    Nobody,
    Only,
    Paste,
    PickLetter,
    Place,
    Undo,
)
from responsibilities.forms.moments import BadMoment, moment_of

__all__ = [
    "ApplyPaste",
    "BadMoment",
    "Bulk",
    "Cell",
    "ClearLetter",
    "GiveHours",
    "GiveLetter",
    "Half",
    "Line",
    "Name",
    "NameBackup",
    "Nobody",
    "Only",
    "Paste",
    "PickLetter",
    "Place",
    "Undo",
    "moment_of",
]
