"""Who answers for a duty at a moment, where its work goes, and why: one line of the trace per step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Hours, Letter, Party, Side, spoken
from responsibilities.domain import raci
from responsibilities.domain.coverage import Calendar, written_week
from responsibilities.domain.raci import Rule

NOBODY = "nobody"
INTAKE = "support.intake"
STAND_IN = {"alert": "monitoring.after-hours", "check": "monitoring.after-hours", "ticket": "support.after-hours"}
SIDES = {Party.INTERNAL: Side.INTERNAL, Party.PROVIDER: Side.PROVIDER}
LOOKAHEAD = 6  # edges of the calendar after which a day and a night have both been seen


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


@dataclass(frozen=True)
class Duty:
    """What the rules need to know of a duty."""

    key: str
    name: str
    category: str
    coverage: Hours
    risk: int
    work: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """A duty the client decided not to have: why, who accepted it, until when."""

    reason: str
    accepted_by: str
    ends_at: datetime


@dataclass(frozen=True)
class Matrix:
    """One version as it is read: duties, their rules, hours, exclusions, and what its parties are called."""

    duties: Mapping[str, Duty]
    rules: Mapping[str, Sequence[Rule]]  # by the key that a rule names: a duty's, a category's or EVERY_DUTY
    calendar: Calendar
    names: Mapping[Party, str]
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    version: int | None = None
    signed: bool = False
    served: bool = True  # a provider is engaged

    def excluded(self, duty: str, at: datetime) -> Exclusion | None:
        """Return the exclusion of a duty that holds at `at`."""
        found = self.exclusions.get(duty)
        return found if found and at < found.ends_at else None

    def called(self, party: Party | None) -> str:
        """Return a party's name, `nobody` for none."""
        return self.names[party] if party else NOBODY


@dataclass(frozen=True)
class Answer:
    """Who answers for a duty at a moment. `side` is where work goes then, which is somewhere even when nobody answers."""

    duty: str
    at: datetime
    letters: dict[str, tuple[str, ...]]
    side: Side
    subject: str
    party: Party | None
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


@dataclass(frozen=True)
class Reading:
    """What the rules say of one duty at one moment, before anything is put in words."""

    duty: Duty
    at: datetime
    place: str
    matched: tuple[Rule, ...]
    asleep: tuple[Rule, ...]  # R rows whose hours do not contain the moment
    beaten: tuple[Rule, ...]
    won: dict[Letter, tuple[Rule, ...]]
    first: Rule | None
    led: bool

    def held(self, letter: Letter) -> tuple[Party, ...]:
        """Return the parties of a letter; the one that answers first leads those of R."""
        parties = dict.fromkeys(rule.party for rule in self.won.get(letter, ()) if rule.party)
        if letter is Letter.R and self.first and self.first.party:
            parties = {self.first.party: None} | parties
        return tuple(parties)


def who_answers(matrix: Matrix, duty: str, at: datetime, place: str = "") -> Answer:
    """Return who answers for `duty` at the aware moment `at`; nobody is an answer too. Raise KeyError for a duty there is none of."""
    of = matrix.duties[duty]
    reading = read(matrix, of, at, place)
    party = reading.first.party if reading.first else None
    because, steps = _told(matrix, reading)
    side, _, _ = _routed(matrix, reading, of.work[0] if of.work else "ticket")
    class_ = reading.first.hours if reading.first and reading.first.hours else _class(matrix, at)
    return Answer(
        duty=duty,
        at=at,
        letters={letter.value: tuple(spoken(one) for one in reading.held(letter)) for letter in Letter},
        side=side,
        subject=matrix.called(party),
        party=party,
        hours=spoken(class_),
        hours_text=hours_text(matrix.calendar, class_),
        until=_until(matrix, of, at, party, place),
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
    reading = read(matrix, of, at, place)
    because, steps = _told(matrix, reading)
    side, unowned, further = _routed(matrix, reading, work)
    return Route(
        side=side,
        subject=matrix.names[Party(side)],
        because=further[-1].text if further else because,
        trace=tuple(step.text for step in (*lost, *steps, *further)),
        accountable=_accountable(matrix, reading),
        version=matrix.version,
        signed=matrix.signed,
        unowned=unowned,
    )


def read(matrix: Matrix, duty: Duty, at: datetime, place: str = "", standing: frozenset[Hours] | None = None) -> Reading:
    """Apply the rules: match, keep what is awake, let the nearest place and then the nearest duty win, letter by letter.

    `standing` asks for other hours than those that hold at `at`.
    """
    if matrix.excluded(duty.key, at):
        return Reading(duty, at, place, (), (), (), {}, None, led=False)
    chain = chain_of(place)
    levels = (raci.EVERY_DUTY, duty.category, duty.key)
    matched = tuple(rule for level in levels for rule in matrix.rules.get(level, ()) if rule.place in chain and rule.holds(at))
    awake_hours = matrix.calendar.standing(at) if standing is None else standing
    awake = tuple(rule for rule in matched if rule.hours is None or rule.hours in awake_hours)

    def strength(rule: Rule) -> tuple[int, int]:
        return chain.index(rule.place), levels.index(rule.duty)

    won: dict[Letter, tuple[Rule, ...]] = {}
    for letter in Letter:
        rivals = [rule for rule in awake if rule.letter is letter]
        ranked = [[rule for rule in rivals if rule.rank == rank or rule.party is None] for rank in sorted({rule.rank for rule in rivals})]
        best = [rule for group in ranked for rule in group if strength(rule) == max(map(strength, group))]
        won[letter] = tuple(dict.fromkeys(best))
    winners = {rule for rules in won.values() for rule in rules}
    asleep = tuple(rule for rule in matched if rule not in awake)
    beaten = tuple(rule for rule in awake if rule not in winners)
    first, led = first_of(won[Letter.R], won[Letter.A])
    return Reading(duty, at, place, matched, asleep, beaten, won, first, led)


def by_halves(matrix: Matrix, duty: Duty, at: datetime) -> dict[Hours, Party | None]:
    """Return who answers by day and who at night, under the rules that hold at `at`."""
    halves = (Hours.BUSINESS, Hours.AFTER)
    firsts = {half: read(matrix, duty, at, standing=frozenset({half, Hours.ALWAYS})).first for half in halves}
    return {half: first.party if first else None for half, first in firsts.items()}


def covered_from(matrix: Matrix, duty: Duty, at: datetime) -> datetime | None:
    """Return when the duty next has to be covered; None while it has to be now, or never."""
    return None if matrix.calendar.includes(duty.coverage, at) else matrix.calendar.until(duty.coverage, at)


def chain_of(place: str) -> tuple[str, ...]:
    """Return the places whose rules reach `place`, the nearest last. Only the client itself is a place today."""
    return ("", place) if place else ("",)


def first_of(doers: Sequence[Rule], accountable: Sequence[Rule]) -> tuple[Rule | None, bool]:
    """Return who answers first among those that do it now, and whether the matrix says so: one live lead or a single doer."""
    present = [rule for rule in doers if rule.party is not None]
    live = [rule for rule in present if rule.rank == min(one.rank for one in present)]
    parties = {rule.party for rule in live}
    leads = [rule for rule in live if rule.lead]
    if len(parties) <= 1 or len({rule.party for rule in leads}) == 1:
        return next(iter([*leads, *live]), None), True
    answerable = [rule.party for rule in accountable]
    order = [*answerable, Party.INTERNAL, Party.PROVIDER, *Party]
    return min(live, key=lambda rule: order.index(rule.party)), False


def hours_text(calendar: Calendar, hours: Hours) -> str:
    """Return the hours in words with the times: "Mon-Fri 08:00-17:00"."""
    if hours is Hours.ALWAYS:
        return "day and night"
    week = written_week(calendar)
    return week if hours is Hours.BUSINESS else f"outside {week}"


def _class(matrix: Matrix, at: datetime) -> Hours:
    return Hours.BUSINESS if Hours.BUSINESS in matrix.calendar.standing(at) else Hours.AFTER


def _accountable(matrix: Matrix, reading: Reading) -> str:
    return " and ".join(matrix.called(party) for party in reading.held(Letter.A)) or NOBODY


def _until(matrix: Matrix, duty: Duty, at: datetime, party: Party | None, place: str) -> datetime | None:
    """Return when somebody else answers, None when nothing in sight changes that."""
    rules = [rule for key in (raci.EVERY_DUTY, duty.category, duty.key) for rule in matrix.rules.get(key, ())]
    dates = {date for rule in rules for date in (rule.starts_at, rule.ends_at)}
    exclusion = matrix.excluded(duty.key, at)
    dates |= {exclusion.ends_at} if exclusion else set()
    moments = {date for date in dates if date and date > at}
    if not exclusion and any(rule.hours in (Hours.BUSINESS, Hours.AFTER) for rule in rules):
        moments |= {edge for edge, _ in zip(matrix.calendar.edges(at), range(LOOKAHEAD), strict=False)}

    def answers(moment: datetime) -> Party | None:
        first = read(matrix, duty, moment, place).first
        return first.party if first else None

    return next((moment for moment in sorted(moments) if answers(moment) is not party), None)


def _routed(matrix: Matrix, reading: Reading, work: str) -> tuple[Side, bool, tuple[Step, ...]]:
    """Return the side, whether nobody owns it, and the further steps where the answer alone does not decide."""
    duty = reading.duty
    if matrix.excluded(duty.key, reading.at):
        return Side.INTERNAL, False, (Step(f"Its work goes to {matrix.called(Party.INTERNAL)}, who sees why it is not done.", Mark.WON),)
    doers = reading.held(Letter.R)
    if doers and doers[0] in SIDES:
        return SIDES[doers[0]], False, ()
    steps = []
    sharing = next((party for party in doers if party in SIDES), None)
    if doers:
        steps.append(Step(f"{matrix.called(doers[0])} has no desk here, so its work goes to a side that has one."))
    if sharing:
        steps.append(Step(f"{matrix.called(sharing)} shares the duty and takes the work.", Mark.WON))
        return SIDES[sharing], False, tuple(steps)
    stand_in = matrix.duties.get(STAND_IN[work])
    holders = read(matrix, stand_in, reading.at, reading.place).held(Letter.R) if stand_in and stand_in is not duty else ()
    if stand_in and holders and holders[0] in SIDES:
        steps.append(Step(f"{matrix.called(holders[0])} takes the work, because it holds {stand_in.name} now.", Mark.WON))
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


def _told(matrix: Matrix, reading: Reading) -> tuple[str, tuple[Step, ...]]:
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
