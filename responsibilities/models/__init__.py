"""The rows of the matrix."""

from responsibilities.models.findings import Finding
from responsibilities.models.matrix import Assignment, Calendar, Duty, Exclusion, Row, Version

__all__ = ["Assignment", "Calendar", "Duty", "Exclusion", "Finding", "Row", "Version"]
