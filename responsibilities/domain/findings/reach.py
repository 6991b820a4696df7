"""Rows that can never win: their place is gone, their hours never come, or nearer rows decide every hour."""

from collections.abc import Iterable, Iterator

from comanaged.vocabulary import Hours, Letter
from responsibilities.domain import raci
from responsibilities.domain.findings.draft import BLOCKING, STRUCTURAL, Draft, severity
from responsibilities.domain.findings.scene import Ground, Scene, placed
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.places import CLIENT
from responsibilities.domain.raci import Rule

CODE = "PLACE_UNREACHABLE"
ORDINARY = 3  # the risk that moves no severity


def unreachable(ground: Ground, scenes: Iterable[Scene], only: frozenset[str]) -> Iterator[Draft]:
    """Yield a finding for each line with rules that hold today and win at no place and hour; `only` these keys of rules are asked for."""
    won = {rule for scene in scenes for _, _, reading in scene.readings for rules in reading.won.values() for rule in rules}
    lines: dict[tuple[str, str], list[Rule]] = {}
    for key, rules in ground.matrix.rules.items():
        if key in only and _asked(ground, key):
            for rule in rules:
                if rule.holds(ground.at) and rule not in won:
                    lines.setdefault((key, rule.place), []).append(rule)
    for (key, place), rules in lines.items():
        yield _draft(ground.matrix, key, place, rules)


def _asked(ground: Ground, key: str) -> bool:
    """Say whether a key is about a duty that the client has not excluded."""
    duties = ground.matrix.duties.values()
    return any(key in (raci.EVERY_DUTY, duty.category, duty.key) and not ground.matrix.excluded(duty.key, ground.at) for duty in duties)


def _draft(matrix: Matrix, key: str, place: str, rules: list[Rule]) -> Draft:
    duty = matrix.duties.get(key)
    about = duty.name if duty else "every duty" if key == raci.EVERY_DUTY else f"all of {key}"
    gone = place != CLIENT and (place not in matrix.places.known or matrix.places.known[place].retired)
    said = tuple(_row(matrix, rule) for rule in rules)
    what = "; ".join(said)
    if gone:
        sentence = f"What is agreed for {about} at {matrix.places.called(place)} reaches nobody, because this place is gone: {what}."
    else:
        sentence = placed(
            matrix, place, f"{about}: rows that can never answer, because nearer rows decide or their hours never come: {what}."
        )
    risk = duty.risk if duty else ORDINARY
    subject = "" if duty else key
    return Draft(
        CODE,
        duty.key if duty else "",
        place,
        subject,
        severity(STRUCTURAL[CODE], risk),
        blocks=CODE in BLOCKING,
        sentence=sentence,
        items=said,
    )


def _row(matrix: Matrix, rule: Rule) -> str:
    """Return one rule in words: "Northwind MSP does it at night"."""
    hours = f" {raci.spoken_hours(rule.hours)}" if rule.letter is Letter.R and rule.hours != Hours.ALWAYS else ""
    backup = " as the backup" if rule.rank > 1 else ""
    return f"{matrix.named(rule.subject)} {raci.SPELT[rule.letter]}{hours}{backup}"
