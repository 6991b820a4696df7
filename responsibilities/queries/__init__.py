"""Reads of the matrix: who answers, where work goes, and what its pages show."""

from responsibilities.queries.attested import agreement
from responsibilities.queries.board import DutyAnswer, QuestionAnswer, questions
from responsibilities.queries.listing import counts as finding_counts
from responsibilities.queries.listing import findings, findings_of, story, undone
from responsibilities.queries.reading import (
    answer_in,
    compiled_of,
    duties_of,
    duties_over,
    duty_name,
    matrix_of,
    one_look,
    open_version,
    route,
    sites_of,
    version_at,
    who_answers,
)
from responsibilities.queries.sheet import sheet

__all__ = [
    "DutyAnswer",
    "QuestionAnswer",
    "agreement",
    "answer_in",
    "compiled_of",
    "duties_of",
    "duties_over",
    "duty_name",
    "finding_counts",
    "findings",
    "findings_of",
    "matrix_of",
    "one_look",
    "open_version",
    "questions",
    "route",
    "sheet",
    "sites_of",
    "story",
    "undone",
    "version_at",
    "who_answers",
]
