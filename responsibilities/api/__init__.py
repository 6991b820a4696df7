"""What programs read of the matrix."""

from responsibilities.api.answers import Answers
from responsibilities.api.exporting import Export
from responsibilities.api.findings import Findings
from responsibilities.api.matrix import Matrix

__all__ = ["Answers", "Export", "Findings", "Matrix"]
