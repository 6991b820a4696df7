"""Holes in time: how long a week, in which hours, and when the next one begins."""

import heapq
from collections.abc import Iterator
from datetime import datetime

from comanaged.vocabulary import Hours, Letter
from responsibilities.domain import coverage, raci
from responsibilities.domain import matrix as matrices
from responsibilities.domain.coverage import HORIZON, Span
from responsibilities.domain.findings.scene import Scene
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.places import CLIENT
from responsibilities.domain.timetable import Standing

WORDS = {Hours.BUSINESS: ("by day", "for part of the day"), Hours.AFTER: ("at night", "for part of the night")}


def open_hours(scene: Scene) -> dict[Standing, int]:
    """Return the kinds of hour in which the duty has to be done and nobody does it, with their minutes a week."""
    return {standing: minutes for standing, minutes, reading in scene.required if not reading.held(Letter.R)}


def gap_minutes(matrix: Matrix, duty: Duty, at: datetime, place: str = CLIENT) -> int:
    """Return the minutes of an ordinary week in which somebody must do `duty` and nobody does."""
    needed = coverage.PARTS[duty.coverage]
    week = matrix.hours_at(place).classes(at).items()
    if matrix.excluded(duty.key, at):
        return 0
    return sum(
        minutes for standing, minutes in week if standing & needed and not matrices.read(matrix, duty, at, place, standing).held(Letter.R)
    )


def gap_ahead(matrix: Matrix, duty: Duty, at: datetime, place: str = CLIENT) -> Span | None:
    """Return the first stretch from `at` on in which somebody must do `duty` and nobody does; holidays and dates of rules count."""
    hours, needed = matrix.hours_at(place), coverage.PARTS[duty.coverage]
    dates = _dates(matrix, duty, at)
    known: dict[tuple[Standing, int], bool] = {}

    def hole(moment: datetime) -> bool:
        state = hours.standing(moment), sum(date <= moment for date in dates)
        if state not in known:
            silent = not matrices.read(matrix, duty, moment, place, state[0]).held(Letter.R)
            known[state] = bool(state[0] & needed) and silent and not matrix.excluded(duty.key, moment)
        return known[state]

    edges: Iterator[datetime] = heapq.merge(dates, hours.edges(at))
    begins = at if hole(at) else next((edge for edge in edges if hole(edge)), None)
    if begins is None:
        return None
    return begins, next((edge for edge in edges if edge > begins and not hole(edge)), begins + HORIZON)


def _dates(matrix: Matrix, duty: Duty, at: datetime) -> list[datetime]:
    """Return when rules of the duty or its exclusion begin or end to hold, after `at`."""
    rules = [rule for key in (raci.EVERY_DUTY, duty.category, duty.key) for rule in matrix.rules.get(key, ())]
    found = {date for rule in rules for date in (rule.starts_at, rule.ends_at)}
    exclusion = matrix.exclusions.get(duty.key)
    if exclusion:
        found.add(exclusion.ends_at)
    return sorted(date for date in found if date and date > at)


def when(scene: Scene, left: dict[Standing, int]) -> str:
    """Return the hours of a hole in words: "at night", "for part of the day"."""
    said = []
    for half, (whole, part) in WORDS.items():
        if half in coverage.PARTS[scene.duty.coverage] and any(half in standing for standing in left):
            said.append(whole if all(standing in left for standing, _, _ in scene.readings if half in standing) else part)
    return " and ".join(said)


def spoken_minutes(minutes: int) -> str:
    """Return a length of a week's hole for people."""
    hours, rest = divmod(minutes, 60)
    whole = f"{hours} hour{'' if hours == 1 else 's'}"
    return whole if not rest else f"{whole} {rest} minutes" if hours else f"{rest} minutes"
