"""A reading of the matrix in words: the sentence that says why, and one line of the trace per step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Hours, Letter
from responsibilities.domain import raci
from responsibilities.domain.coverage import Calendar, written_week
from responsibilities.domain.matrix import Matrix, Reading
from responsibilities.domain.raci import Rule


class Mark(StrEnum):
    """What a step of the trace is: read on the way, beaten, or the one that decides."""

    READ = "read"
    LOST = "lost"
    WON = "won"


@dataclass(frozen=True)
class Step:
    """One line of a trace."""

    text: str
    mark: Mark = Mark.READ


def told(matrix: Matrix, reading: Reading) -> tuple[str, tuple[Step, ...]]:
    """Return the sentence that says why, and the trace of a reading."""
    duty, at = reading.duty, reading.at
    steps = [Step(_which(matrix))]
    exclusion = matrix.excluded(duty.key, at)
    if exclusion:
        because = f"{duty.name} is excluded until {exclusion.ends_at:%-d %B %Y}, accepted by {exclusion.accepted_by}: {exclusion.reason}."
        return because, (*steps, Step(because, Mark.WON))
    steps.append(Step(_moment(matrix, at)))
    steps += [
        Step(f"Client rule: {matrix.called(rule.party)} does it {raci.spoken_hours(rule.hours)}. Its hours do not hold now.", Mark.LOST)
        for rule in reading.asleep
    ]
    steps += [
        Step(f"{_where(rule)}: {matrix.called(rule.party)}, {rule.letter}. A nearer rule says otherwise.", Mark.LOST)
        for rule in reading.beaten
    ]
    if reading.first is None:
        because = _nobody(reading)
        return because, (*steps, Step(because, Mark.WON))
    others = [matrix.called(party) for party in reading.held(Letter.R)[1:]]
    if others:
        steps.append(Step(_sharing(matrix, reading, others)))
    shared = f", first before {' and '.join(others)}" if others else ""
    because = f"{_where(reading.first)}: {matrix.called(reading.first.party)} does it {raci.spoken_hours(reading.first.hours)}{shared}."
    return because, (*steps, Step(because, Mark.WON))


def hours_text(calendar: Calendar, hours: Hours) -> str:
    """Return the hours in words with the times: "Mon-Fri 08:00-17:00"."""
    if hours is Hours.ALWAYS:
        return "day and night"
    week = written_week(calendar)
    return week if hours is Hours.BUSINESS else f"outside {week}"


def _which(matrix: Matrix) -> str:
    if matrix.version is None:
        return "There is no matrix yet."
    if matrix.signed:
        return f"Version {matrix.version} is in force, signed by both sides."
    return f"Not signed: nothing is in force yet, so the draft of version {matrix.version} answers."


def _moment(matrix: Matrix, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(matrix.calendar.zone))
    standing = matrix.calendar.standing(at) & {Hours.BUSINESS, Hours.AFTER}
    words = {Hours.BUSINESS: "in business hours", Hours.AFTER: "after hours"}
    said = " and ".join(words[half] for half in sorted(standing, reverse=True))
    return f"{local:%A %-d %B, %H:%M} in {matrix.calendar.zone} is {said}: business is {written_week(matrix.calendar)}."


def _where(rule: Rule) -> str:
    return f"Rule of {rule.place}" if rule.place else "Client rule"


def _nobody(reading: Reading) -> str:
    duty = reading.duty
    if reading.won.get(Letter.R):
        return f"Nobody does {duty.name} now, on purpose: the nearest rule says nobody."
    if reading.asleep:
        return f"Nobody does {duty.name} now: no rule's hours hold at this moment."
    return f"Nobody does {duty.name}: the matrix gives nobody the R."


def _sharing(matrix: Matrix, reading: Reading, others: Sequence[str]) -> str:
    first = matrix.called(reading.first.party if reading.first else None)
    if reading.led:
        return f"{first} shares it with {' and '.join(others)}; the matrix says that {first} answers first."
    return f"{first} shares it with {' and '.join(others)}; the matrix does not say who answers first, so the accountable side does, else internal IT."
