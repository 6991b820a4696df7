"""Everything that writes the matrix; findings.settle is for the apps above."""

from responsibilities.actions import findings
from responsibilities.actions.starting import CannotStart, start_matrix

__all__ = ["CannotStart", "findings", "start_matrix"]
