"""A reading of the matrix in words: the sentence that says why, and one line of the trace per step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Hours, Letter, Party, TeamKind
from responsibilities.domain import raci
from responsibilities.domain.coverage import written_week
from responsibilities.domain.matrix import Matrix, Reading
from responsibilities.domain.people import Subject
from responsibilities.domain.presence import Holder
from responsibilities.domain.raci import Rule
from responsibilities.domain.timetable import Timetable

PLURAL = {Subject(Party.END_USER), Subject(Party.VENDOR)}
ONE_MINUTE = timedelta(minutes=1)


class Mark(StrEnum):
    """What a step of the trace is: read on the way, beaten, or the one that decides."""

    READ = "read"
    LOST = "lost"
    WON = "won"


@dataclass(frozen=True)
class Step:
    """One line of a trace, and the rule it speaks of."""

    text: str
    mark: Mark = Mark.READ
    rule: Rule | None = None


def told(matrix: Matrix, reading: Reading, holder: Holder | None = None) -> tuple[str, tuple[Step, ...]]:
    """Return the sentence that says why, and the trace of a reading and of the person it comes down to."""
    duty, at = reading.duty, reading.at
    steps = [Step(_which(matrix))]
    exclusion = matrix.excluded(duty.key, at)
    if exclusion:
        because = f"{duty.name} is excluded until {exclusion.ends_at:%-d %B %Y}, accepted by {exclusion.accepted_by}: {exclusion.reason}."
        return because, (*steps, Step(because, Mark.WON))
    steps += _place(matrix, reading)
    steps.append(Step(_moment(matrix, at, reading.place)))
    steps += [Step(f"{_rule(matrix, rule)} Its hours do not hold now.", Mark.LOST, rule) for rule in reading.asleep]
    steps += [Step(f"{_rule(matrix, rule)} {_beaten(matrix, rule, reading)}", Mark.LOST, rule) for rule in reading.beaten]
    steps += [
        Step(f"{matrix.named(now.subject)} stands in for {matrix.named(then.subject)} at this moment.") for then, now in reading.covered
    ]
    if reading.first is None or holder is None:
        because, nearest = _nobody(reading), next(iter(reading.won.get(Letter.R, ())), None)
        return because, (*steps, Step(because, Mark.WON, nearest))
    if Letter.R in reading.ties:
        steps.append(Step("Rules of equally near places name different ones; all of them count."))
    others = [matrix.named(subject) for subject in reading.subjects(Letter.R, reading.first.rank) if subject != reading.first.subject]
    if others:
        steps.append(Step(_sharing(matrix, reading, others)))
    shared = f", first before {' and '.join(others)}" if others else ""
    because = f"{_where(matrix, reading.first)}: {matrix.named(reading.first.subject)} {_does(reading.first)} it {matrix.spoken(reading.first.hours)}{shared}."
    steps += [Step(f"{skip.text}, so whoever comes next is asked.", Mark.LOST, skip.rule) for skip in holder.skipped]
    if holder.skipped or holder.subject != reading.first.subject:
        steps.append(Step(because, rule=reading.first))
        because = _comes_down(matrix, reading, holder)
    return because, (*steps, Step(because, Mark.WON, holder.rule))


def hours_text(hours: Timetable, word: str) -> str:
    """Return hours in words with the times: "Mon-Fri 08:00-17:00"."""
    if word == Hours.ALWAYS:
        return "day and night"
    named = dict(hours.named).get(word)
    if named is not None:
        return written_week(named)
    week = written_week(hours.business)
    return week if word == Hours.BUSINESS else f"outside {week}"


def _which(matrix: Matrix) -> str:
    if matrix.version is None:
        return "There is no matrix yet."
    if matrix.signed:
        return f"Version {matrix.version} is in force, signed by both sides."
    return f"Not signed: nothing is in force yet, so the draft of version {matrix.version} answers."


def _place(matrix: Matrix, reading: Reading) -> list[Step]:
    """Return the line that says which places' rules count; none for the whole client."""
    if not reading.place:
        return []
    if reading.place not in matrix.places.known or matrix.places.known[reading.place].retired:
        return [Step(f"No place is called '{reading.place}' here, so the rules of the whole client count.")]
    chain = [matrix.places.called(one) for one in matrix.places.chain(reading.place) if one]
    return [Step(f"Rules of {', then '.join(reversed(chain))} come before those of the whole client.")]


def _moment(matrix: Matrix, at: datetime, place: str) -> str:
    hours = matrix.hours_at(place)
    local = at.astimezone(ZoneInfo(hours.zone))
    standing = hours.standing(at) & {Hours.BUSINESS, Hours.AFTER}
    words = {Hours.BUSINESS: "in business hours", Hours.AFTER: "after hours"}
    said = " and ".join(words[half] for half in (Hours.BUSINESS, Hours.AFTER) if half in standing)
    return f"{local:%A %-d %B, %H:%M} in {hours.zone} is {said}: business is {written_week(hours.business)}."


def _does(rule: Rule) -> str:
    """Return the verb: users and vendors are many, as long as none of them is named."""
    return "do" if rule.subject in PLURAL else "does"


def _where(matrix: Matrix, rule: Rule) -> str:
    """Return whose rule it is: "Client rule", "Rule of Clinic North", with what it is about where that is more than the duty."""
    about = "" if "." in rule.duty else " for every duty" if rule.duty == raci.EVERY_DUTY else f" for all of {rule.duty}"
    since = f" since {rule.starts_at:%-d %B}" if rule.starts_at else ""
    until = f" until {rule.ends_at - ONE_MINUTE:%-d %B}" if rule.ends_at else ""
    where = f"Rule of {matrix.places.called(rule.place)}" if rule.place else "Client rule"
    return f"{where}{about}{since}{until}"


def _rule(matrix: Matrix, rule: Rule) -> str:
    """Return a rule as a sentence."""
    who = matrix.named(rule.subject)
    backup = " as backup" if rule.rank > 1 else ""
    if rule.letter is Letter.R:
        return f"{_where(matrix, rule)}: {who} {_does(rule)} it {matrix.spoken(rule.hours)}{backup}."
    return f"{_where(matrix, rule)}: {who}, {rule.letter}{backup}."


def _beaten(matrix: Matrix, rule: Rule, reading: Reading) -> str:
    """Return what a rule lost to."""
    winner = next((one for one in reading.won.get(rule.letter, ()) if one.rank == rule.rank or one.party is None), None)
    if winner is None or winner.place == rule.place:
        return "A rule for this very duty says otherwise."
    return f"{_where(matrix, winner)} overrides it, because it is nearer."


def _comes_down(matrix: Matrix, reading: Reading, holder: Holder) -> str:
    """Return in one sentence which person, team or queue it is, and why that one."""
    subject, rule = holder.subject, holder.rule
    name = matrix.named(subject)
    if holder.covers:
        return f"{name} stands in for {holder.covers} at this moment."
    if subject.person is not None and rule.team is not None:
        team = matrix.crew.teams[rule.team]
        how = "holds the role" if team.kind is TeamKind.ROLE else "has the turn on the rota"
        return f"{_where(matrix, rule)}: {team.name} does it {matrix.spoken(rule.hours)}, and {name} {how}."
    if rule.rank > 1:
        return f"{_where(matrix, rule)}: {name} is the backup and answers now."
    return f"Nobody by name is there, so it waits in the queue of {name}."


def _nobody(reading: Reading) -> str:
    duty = reading.duty
    if reading.won.get(Letter.R):
        return f"Nobody does {duty.name} now, on purpose: the nearest rule says nobody."
    if reading.asleep:
        return f"Nobody does {duty.name} now: no rule's hours hold at this moment."
    return f"Nobody does {duty.name}: the matrix gives nobody the R."


def _sharing(matrix: Matrix, reading: Reading, others: Sequence[str]) -> str:
    first = matrix.named(reading.first.subject if reading.first else None)
    if reading.led:
        return f"{first} shares it with {' and '.join(others)}; the matrix says that {first} answers first."
    return f"{first} shares it with {' and '.join(others)}; the matrix does not say who answers first, so the accountable side does, else internal IT."
