"""Everything that writes the matrix; findings.settle is for the apps above."""

from responsibilities.actions import findings
from responsibilities.actions.drafting import CannotDraft, NoDraft, begin_draft
from responsibilities.actions.editing import Edited, Stale, clear_letter, set_hours, set_lead, set_letter
from responsibilities.actions.starting import CannotStart, start_matrix
from responsibilities.domain.raci import CannotEdit

__all__ = [
    "CannotDraft",
    "CannotEdit",
    "CannotStart",
    "Edited",
    "NoDraft",
    "Stale",
    "begin_draft",
    "clear_letter",
    "findings",
    "set_hours",
    "set_lead",
    "set_letter",
    "start_matrix",
]
