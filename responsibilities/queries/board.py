"""The questions that every client must be able to answer, each answered for one moment."""

from dataclasses import dataclass
from datetime import datetime

from responsibilities import catalogue
from responsibilities.domain import matrix as matrices
from responsibilities.domain.compiled import Compiled
from responsibilities.domain.resolution import Answer
from responsibilities.queries import reading


@dataclass(frozen=True)
class DutyAnswer:
    """One duty's answer; `from_at` is set where it holds only from its next covered moment on."""

    duty: str
    duty_name: str
    answer: Answer
    from_at: datetime | None
    bad: bool


@dataclass(frozen=True)
class QuestionAnswer:
    """One question, answered by its headline duty, and as bad as the worst of all its duties."""

    key: str
    text: str
    duty: str
    duty_name: str
    answer: Answer
    from_at: datetime | None
    bad: bool
    duties: tuple[DutyAnswer, ...]


def questions(tenant_id: int, at: datetime) -> list[QuestionAnswer]:
    """Return the questions in their fixed order; one that no duty of this client answers is left out."""
    compiled = reading.compiled_of(tenant_id, at)
    asked = [(question, [key for key in question.duties if key in compiled.matrix.duties]) for question in catalogue.questions()]
    return [_question(compiled, question, keys, at) for question, keys in asked if keys]


def _question(compiled: Compiled, question: catalogue.Question, keys: list[str], at: datetime) -> QuestionAnswer:
    answers = tuple(answer_of(compiled, key, at) for key in keys)
    head = answers[0]
    bad = any(one.bad for one in answers)
    return QuestionAnswer(question.key, question.text, head.duty, head.duty_name, head.answer, head.from_at, bad, answers)


def answer_of(compiled: Compiled, key: str, at: datetime) -> DutyAnswer:
    """Return a duty's answer now, or for its next covered moment; bad is nobody, unless the client decided to do without."""
    matrix = compiled.matrix
    duty = matrix.duties[key]
    from_at = matrices.covered_from(matrix, duty, at)
    answer = reading.answer_in(compiled, key, from_at or at)
    return DutyAnswer(key, duty.name, answer, from_at, answer.nobody and not matrix.excluded(key, at))
