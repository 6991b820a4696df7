"""The shapes of what pages and programs send."""

from responsibilities.forms.cells import Cell, ClearLetter, GiveHours, GiveLetter
from responsibilities.forms.moments import BadMoment, moment_of

__all__ = ["BadMoment", "Cell", "ClearLetter", "GiveHours", "GiveLetter", "moment_of"]
