"""Who answers for a duty at a moment, where its work goes, and why."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from comanaged.vocabulary import Hours, Letter, Party, Side, spoken
from responsibilities.domain import matrix as matrices
from responsibilities.domain import presence, raci, telling
from responsibilities.domain.matrix import NOBODY, SIDES, Duty, Matrix, Reading
from responsibilities.domain.people import Subject
from responsibilities.domain.presence import Holder
from responsibilities.domain.telling import Mark, Step

INTAKE = "support.intake"
STAND_IN = {"alert": "monitoring.after-hours", "check": "monitoring.after-hours", "ticket": "support.after-hours"}
LOOKAHEAD = 6  # edges of the hours after which a day and a night have both been seen
AHEAD = timedelta(days=35)  # how far a change of people is looked for


@dataclass(frozen=True)
class Answer:
    """Who answers for a duty at a place and a moment. `side` is where work goes then, which is somewhere even when nobody answers.

    `subject` is the nearest name there is: a person's, else a team's, else the party's, whose queue it then is.
    """

    duty: str
    place: str
    at: datetime
    letters: dict[str, tuple[str, ...]]
    side: Side
    subject: str
    party: Party | None
    party_name: str
    person: str
    person_id: int | None
    team: str
    hours: str
    hours_text: str
    until: datetime | None
    accountable: str
    signed: bool
    version: int | None
    because: str
    steps: tuple[Step, ...]

    @property
    def nobody(self) -> bool:
        return self.party is None

    @property
    def trace(self) -> tuple[str, ...]:
        return tuple(step.text for step in self.steps)


@dataclass(frozen=True)
class Route:
    """To which side a piece of work goes, and why; it is frozen on the ticket."""

    side: Side
    subject: str
    because: str
    trace: tuple[str, ...]
    accountable: str
    version: int | None
    signed: bool
    unowned: bool
    person: str = ""
    person_id: int | None = None
    team: str = ""


def who_answers(matrix: Matrix, duty: str, at: datetime, place: str = "") -> Answer:
    """Return who answers for `duty` at the aware moment `at`; nobody is an answer too. Raise KeyError for a duty there is none of."""
    of = matrix.duties[duty]
    reading = matrices.read(matrix, of, at, place)
    return answer(matrix, reading, presence.holder(matrix, reading), _until(matrix, of, at, place))


def answer(matrix: Matrix, reading: Reading, holder: Holder | None, until: datetime | None) -> Answer:
    """Return a reading and the person it comes down to as an answer with its reasons."""
    duty, at = reading.duty, reading.at
    because, steps = telling.told(matrix, reading, holder)
    side, _, _ = _routed(matrix, reading, holder, duty.work[0] if duty.work else "ticket")
    class_ = holder.rule.hours if holder and holder.rule.hours else _class(matrix, at, reading.place)
    subject = holder.subject if holder else None
    team = matrix.crew.teams.get(subject.team or 0) if subject else None
    person = matrix.crew.called(subject.person) if subject and subject.person is not None else ""
    party = subject.party if subject else None
    return Answer(
        duty=duty.key,
        place=reading.place,
        at=at,
        letters={letter.value: tuple(spoken(one) for one in reading.held(letter)) for letter in Letter},
        side=side,
        subject=person or (team.name if team else "") or matrix.called(party),
        party=party,
        party_name=matrix.called(party),
        person=person,
        person_id=subject.person if subject else None,
        team=team.name if team else "",
        hours=spoken(class_),
        hours_text=telling.hours_text(matrix.hours_at(reading.place), class_),
        until=until,
        accountable=_accountable(matrix, reading),
        signed=matrix.signed,
        version=matrix.version,
        because=because,
        steps=steps,
    )


def route(matrix: Matrix, duty: str | None, at: datetime, work: str, place: str = "") -> Route:
    """Return where `work` (alert, check or ticket) of `duty` goes; it always goes somewhere. None or an unknown duty is sorted by intake."""
    lost: tuple[Step, ...] = ()
    if duty is None or duty not in matrix.duties:
        said = "Nobody said which duty this is" if duty is None else f"This matrix has no duty '{duty}'"
        lost, duty = (Step(f"{said}, so it goes where requests are sorted: {INTAKE}."),), INTAKE
    of = matrix.duties.get(duty or INTAKE)
    if of is None:
        because = "No duty in this matrix takes it, so it waits for the client's own team as unowned."
        trace = (*(step.text for step in lost), because)
        return Route(Side.INTERNAL, matrix.called(Party.INTERNAL), because, trace, NOBODY, matrix.version, matrix.signed, unowned=True)
    reading = matrices.read(matrix, of, at, place)
    return route_of(matrix, reading, presence.holder(matrix, reading), work, lost)


def route_of(matrix: Matrix, reading: Reading, holder: Holder | None, work: str, lost: tuple[Step, ...] = ()) -> Route:
    """Return where `work` of a reading goes."""
    because, steps = telling.told(matrix, reading, holder)
    side, unowned, further = _routed(matrix, reading, holder, work)
    subject = holder.subject if holder and not further and SIDES.get(holder.subject.party) is side else None
    team = matrix.crew.teams.get(subject.team or 0) if subject else None
    return Route(
        side=side,
        subject=matrix.names[Party(side)],
        because=further[-1].text if further else because,
        trace=tuple(step.text for step in (*lost, *steps, *further)),
        accountable=_accountable(matrix, reading),
        version=matrix.version,
        signed=matrix.signed,
        unowned=unowned,
        person=matrix.crew.called(subject.person) if subject and subject.person is not None else "",
        person_id=subject.person if subject else None,
        team=team.name if team else "",
    )


def _class(matrix: Matrix, at: datetime, place: str) -> Hours:
    return Hours.BUSINESS if Hours.BUSINESS in matrix.hours_at(place).standing(at) else Hours.AFTER


def _accountable(matrix: Matrix, reading: Reading) -> str:
    return " and ".join(matrix.called(party) for party in reading.held(Letter.A)) or NOBODY


def _until(matrix: Matrix, duty: Duty, at: datetime, place: str) -> datetime | None:
    """Return when somebody else answers, None when nothing in sight changes that."""

    def answers(moment: datetime) -> Subject | None:
        found = presence.holder(matrix, matrices.read(matrix, duty, moment, place))
        return found.subject if found else None

    now = answers(at)
    return next((moment for moment in moments(matrix, duty, at, place) if answers(moment) != now), None)


def moments(matrix: Matrix, duty: Duty, at: datetime, place: str) -> list[datetime]:
    """Return the instants after `at` at which the answer may change: dates of rules, hours, people, covers; the hours' next few alone."""
    rules = [rule for key in (raci.EVERY_DUTY, duty.category, duty.key) for rule in matrix.rules.get(key, ())]
    found = {date for rule in rules for date in (rule.starts_at, rule.ends_at) if date and date > at}
    exclusion = matrix.excluded(duty.key, at)
    if exclusion:
        return sorted({*found, exclusion.ends_at})
    found |= people_edges(matrix, at, at + AHEAD)
    if any(rule.hours not in (None, Hours.ALWAYS) for rule in rules):
        found |= {edge for edge, _ in zip(matrix.hours_at(place).edges(at), range(LOOKAHEAD), strict=False)}
    return sorted(found)


def people_edges(matrix: Matrix, start: datetime, end: datetime) -> set[datetime]:
    """Return the instants in (start, end] at which somebody comes or goes: hand-overs, absences, stand-ins, the end of an access."""
    crew = matrix.crew
    dates = {edge for team in crew.teams.values() for edge in team.edges(start, end)}
    dates |= {date for absence in crew.absences for date in (absence.starts_at, absence.ends_at)}
    dates |= {person.leaves_at for person in crew.persons.values() if person.leaves_at}
    dates |= {date for cover in matrix.covers for date in (cover.starts_at, cover.ends_at)}
    return {date for date in dates if start < date <= end}


def _routed(matrix: Matrix, reading: Reading, holder: Holder | None, work: str) -> tuple[Side, bool, tuple[Step, ...]]:
    """Return the side, whether nobody owns it, and the further steps where the answer alone does not decide."""
    duty = reading.duty
    if matrix.excluded(duty.key, reading.at):
        return Side.INTERNAL, False, (Step(f"Its work goes to {matrix.called(Party.INTERNAL)}, who sees why it is not done.", Mark.WON),)
    doers = _doers(reading, holder)
    if doers and doers[0] in SIDES:
        return SIDES[doers[0]], False, ()
    steps = []
    sharing = next((party for party in doers if party in SIDES), None)
    if doers:
        steps.append(Step(f"{matrix.called(doers[0])} has no desk here, so its work goes to a side that has one."))
    if sharing:
        steps.append(Step(f"The work goes to {matrix.called(sharing)}, who shares the duty.", Mark.WON))
        return SIDES[sharing], False, tuple(steps)
    stand_in = matrix.duties.get(STAND_IN[work])
    holders: tuple[Party, ...] = ()
    if stand_in and stand_in is not duty:
        of_stand_in = matrices.read(matrix, stand_in, reading.at, reading.place)
        holders = _doers(of_stand_in, presence.holder(matrix, of_stand_in))
    if stand_in and holders and holders[0] in SIDES:
        steps.append(Step(f"The work goes to {matrix.called(holders[0])}, because it holds {stand_in.name} now.", Mark.WON))
        return SIDES[holders[0]], False, tuple(steps)
    if stand_in and stand_in is not duty:
        steps.append(Step(f"No side holds {stand_in.name} at this moment either.", Mark.LOST))
    answerable = next(iter(reading.held(Letter.A)), None)
    if answerable is None:
        steps.append(Step(f"Nobody is accountable, so it waits for {matrix.called(Party.INTERNAL)} as unowned.", Mark.WON))
        return Side.INTERNAL, True, tuple(steps)
    side = SIDES.get(answerable, Side.INTERNAL)
    away = "" if answerable in SIDES else f", and {matrix.called(Party.INTERNAL)} holds work for it"
    steps.append(Step(f"The work goes to the accountable side: {matrix.called(answerable)} answers for {duty.name}{away}.", Mark.WON))
    return side, False, tuple(steps)


def _doers(reading: Reading, holder: Holder | None) -> tuple[Party, ...]:
    """Return the parties that do a duty now, whoever it comes down to first."""
    return tuple(dict.fromkeys([*([holder.subject.party] if holder else []), *reading.held(Letter.R)]))
