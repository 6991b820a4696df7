"""What programs read of the matrix."""

from responsibilities.api.answers import Answers
from responsibilities.api.findings import Findings

__all__ = ["Answers", "Findings"]
