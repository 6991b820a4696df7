"""Everything that writes the matrix; findings.settle is for the apps above."""

from responsibilities.actions import comments, confirming, editing, findings, pasting, texts, undoing
from responsibilities.actions.drafting import CannotDraft, NoDraft, begin_draft
from responsibilities.actions.editing import clear_letter, set_backup, set_hours, set_lead, set_letter, set_who
from responsibilities.actions.starting import CannotStart, start_matrix
from responsibilities.actions.writing import Edited, Stale
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
    "comments",
    "confirming",
    "editing",
    "findings",
    "pasting",
    "set_backup",
    "set_hours",
    "set_lead",
    "set_letter",
    "set_who",
    "start_matrix",
    "texts",
    "undoing",
]
