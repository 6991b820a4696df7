"""Which person a reading comes down to: the one named, on duty or in the role; whoever is not there is skipped, and it is said why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from comanaged.vocabulary import Letter, TeamKind
from responsibilities.domain.matrix import Cover, Matrix, Reading
from responsibilities.domain.people import Subject, Team
from responsibilities.domain.raci import Rule


@dataclass(frozen=True)
class Skip:
    """Somebody who would answer and cannot: the rule that names them, who it is, and why in words."""

    rule: Rule
    who: str
    why: str
    person: int | None = None
    team: int | None = None

    @property
    def text(self) -> str:
        return f"{self.who[:1].upper()}{self.who[1:]} {self.why}"


@dataclass(frozen=True)
class Holder:
    """Who answers: always a party, with its person or team where the rules come down to one; without either its queue."""

    rule: Rule
    subject: Subject
    skipped: tuple[Skip, ...] = ()
    covers: str = ""  # who would have answered, where somebody stands in


def holder(matrix: Matrix, reading: Reading) -> Holder | None:
    """Return who answers for a reading; None where nobody holds R.

    Whoever answers first is asked, then the backups; then the first team that is named, then the party's queue, so that somebody always does.
    """
    if reading.first is None:
        return None
    backups = [rule for rule in reading.won.get(Letter.R, ()) if rule.rank > reading.first.rank and rule.party]
    asked = [reading.first, *sorted(backups, key=lambda rule: not rule.lead)]
    skipped: list[Skip] = []
    for rule in asked:
        found = present(matrix, reading, rule)
        if isinstance(found, Holder):
            return Holder(found.rule, found.subject, tuple(skipped), found.covers)
        skipped.append(found)
    for rule in asked:
        if rule.team is not None and rule.party and _anyone(matrix, rule.team, reading.at):
            return Holder(rule, Subject(rule.party, team=rule.team), tuple(skipped))
    assert reading.first.party is not None  # noqa: S101 - first_of takes no rule that says nobody
    return Holder(reading.first, Subject(reading.first.party), tuple(skipped))


def present(matrix: Matrix, reading: Reading, rule: Rule) -> Holder | Skip:
    """Return who a rule comes down to at the moment, or why nobody of it is there."""
    subject = rule.subject
    assert subject is not None  # noqa: S101 - callers leave out what says nobody
    if subject.person is not None:
        return _person(matrix, reading, rule, subject.person)
    if subject.team is None:
        return Holder(rule, subject)
    team = matrix.crew.teams.get(subject.team)
    if team is None or team.retired:
        return Skip(rule, team.name if team else "A team that is gone", "does not exist any more", team=subject.team)
    return _of_team(matrix, reading, rule, team)


def _of_team(matrix: Matrix, reading: Reading, rule: Rule, team: Team) -> Holder | Skip:
    """Return who of a team is on duty or holds the role; of a team without a rota its queue, while anyone is there."""
    at = reading.at
    if team.kind is TeamKind.TEAM and team.rota_from is None and not any(override.holds(at) for override in team.overrides):
        if not team.members or _anyone(matrix, team.id, at):
            return Holder(rule, Subject(team.party, team=team.id))
        return Skip(rule, team.name, "has nobody there", team=team.id)
    turn = team.turn(at)
    if turn is None:
        return Skip(rule, team.name, "has nobody on its rota" if team.kind is TeamKind.TEAM else "is held by nobody", team=team.id)
    return _person(matrix, reading, rule, turn)


def _person(matrix: Matrix, reading: Reading, rule: Rule, person: int) -> Holder | Skip:
    """Return a person, whoever stands in for them, or why they cannot answer."""
    for cover in _covers(matrix, reading, person):
        stand_in = cover.stand_in
        if stand_in.person is None or not matrix.crew.missing(stand_in.person, reading.at):
            return Holder(rule, stand_in, covers=matrix.crew.called(person))
    away = matrix.crew.missing(person, reading.at)
    if away or rule.party is None:
        return Skip(rule, matrix.crew.called(person), away, person=person, team=rule.team)
    return Holder(rule, Subject(rule.party, rule.team, person))


def _covers(matrix: Matrix, reading: Reading, person: int) -> Iterator[Cover]:
    chain = matrix.places.chain(reading.place)
    for cover in reversed(matrix.covers):
        if cover.covered.person == person and cover.holds(reading.at) and cover.duty in ("", reading.duty.key) and cover.place in chain:
            yield cover


def _anyone(matrix: Matrix, team: int, at: datetime) -> bool:
    """Say whether anyone of a team is there; of a team without people its queue is."""
    known = matrix.crew.teams.get(team)
    if known is None or known.retired:
        return False
    return not known.members or any(member.holds(at) and not matrix.crew.missing(member.person, at) for member in known.members)
