"""Who answers in words for a page: the name, until when, who comes then, who is asked next; by stretches of a week; at other places."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Letter, Party
from responsibilities.domain import coverage, presence
from responsibilities.domain.compiled import Compiled, Found, at_moment
from responsibilities.domain.matrix import SIDES, Duty, Matrix, Reading
from responsibilities.domain.people import Stretch, Subject
from responsibilities.domain.presence import Holder
from responsibilities.queries import words
from responsibilities.queries.moment import Moment

HOUR = timedelta(hours=1)
HALVES = 2  # parts of an hour that the strip tells apart
ASKED = 4  # people that are named as asked next
QUEUE = "the queue of "
MANY = {"users", "vendor"}
NO_PROVIDER = "the matrix names the provider, and no provider serves this client now"


@dataclass(frozen=True)
class Who:
    """Who a subject is on a page: a person, the queue of a team or a party, or nobody and why."""

    name: str
    shape: str
    of: str = ""  # whose person or queue it is
    why: str = ""  # of nobody

    @property
    def nobody(self) -> bool:
        return self.shape == "nobody"

    @property
    def answers(self) -> str:
        """Return the verb: users and vendors are many, as long as none of them is named."""
        return "answer" if self.shape in MANY and not self.of else "answers"

    @property
    def face(self) -> str:
        """Return whose letters stand on the face."""
        return self.name.removeprefix(QUEUE)


@dataclass(frozen=True)
class Piece:
    """A stretch of a day in the strip, in half hours; "free" where the duty need not be covered."""

    width: int
    name: str
    shape: str
    times: str


@dataclass(frozen=True)
class Strip:
    """The shown week, a line a day; `width` half hours of the longest one."""

    width: int
    days: tuple[tuple[str, tuple[Piece, ...]], ...]
    holes: int  # minutes of the week that must be covered and are not

    @property
    def hours(self) -> tuple[tuple[str, int], ...]:
        """Return the heads of the columns: from which hour on, and how many half hours; a day of another length ends with the last."""
        six = 6 * HALVES
        return (("00:00", six), ("06:00", six), ("12:00", six), ("18:00", self.width - 3 * six))

    @property
    def hole_words(self) -> str:
        """Return how long nobody answers: "118 hours", "30 minutes"."""
        hours, minutes = divmod(self.holes, 60)
        said = (f"{hours} hour{'s' * (hours != 1)}" if hours else "", f"{minutes} minutes" if minutes else "")
        return " ".join(filter(None, said))


@dataclass(frozen=True)
class Elsewhere:
    """Who answers at another place at the same moment."""

    place: str
    name: str
    who: Who
    until: str


def who(matrix: Matrix, subject: Subject | None, why: str = "") -> Who:
    """Return a subject as a page names it; None is nobody, `why` says why. A party that is not there is nobody too."""
    if subject is None:
        return Who("nobody", "nobody", why=why)
    if subject.party is Party.PROVIDER and not matrix.served:
        return Who("nobody", "nobody", why=NO_PROVIDER)
    shape, party = words.SHAPES[subject.party], matrix.called(subject.party)
    team = matrix.crew.teams.get(subject.team or 0)
    if subject.person is not None:
        return Who(matrix.crew.called(subject.person), shape, f"{team.name}, {party}" if team else party)
    if team:
        return Who(f"{QUEUE}{team.name}", shape, party)
    return Who(f"{QUEUE}{party}" if subject.party in SIDES else party, shape)  # only the two sides have a queue


def who_holds(matrix: Matrix, found: Found) -> Who:
    """Return who answers in a stretch."""
    reading, holder = found
    return who(matrix, holder.subject if holder else None, _why_nobody(matrix, reading))


def accountable(matrix: Matrix, reading: Reading) -> tuple[Who, ...]:
    """Return who is accountable; several where the matrix names several, nobody where none."""
    named = tuple(Who(_plain(matrix, one), words.SHAPES[one.party], _of(matrix, one)) for one in reading.subjects(Letter.A))
    return named or (Who("nobody", "nobody", why="no rule says who is accountable"),)


def asked_next(matrix: Matrix, reading: Reading, holder: Holder | None) -> list[Who]:
    """Return who is asked after whoever answers, in order: each is found as if everybody before them were away."""
    if holder is None:
        return []
    found: list[Subject] = []
    current: Holder | None = holder
    absences = matrix.crew.absences
    while current and current.subject.person is not None and len(found) < ASKED:
        absences = (*absences, Stretch(current.subject.person, reading.at, reading.at + HOUR))
        current = presence.holder(replace(matrix, crew=replace(matrix.crew, absences=absences)), reading)
        found += [current.subject] if current else []
    if holder.subject.person is None:
        backups = [rule for rule in reading.won.get(Letter.R, ()) if rule.rank > holder.rule.rank and rule.subject]
        found = [rule.subject for rule in backups if rule.subject]
    return [who(matrix, subject) for subject in dict.fromkeys(found) if subject != holder.subject]


def strip(compiled: Compiled, duty: Duty, shown: Moment) -> Strip:
    """Return who answers in the shown week, day by day."""
    pieces = list(_stretches(compiled, duty, shown.place, shown.begins, shown.ends))
    midnights = [shown.begins, *(shown.begins + night * HOUR for night in shown.midnights), shown.ends]
    days = [tuple(_of_day(compiled.matrix, pieces, shown, start, end)) for start, end in pairwise(midnights)]
    holes = sum((end - start for start, end, found, needed in pieces if needed and who_holds(compiled.matrix, found).nobody), timedelta())
    return Strip(
        width=max(sum(piece.width for piece in day) for day in days),
        days=tuple((day.word, parts) for day, parts in zip(shown.days, days, strict=True)),
        holes=int(holes / timedelta(minutes=1)),
    )


def elsewhere(compiled: Compiled, duty: Duty, place: str, at: datetime) -> list[Elsewhere]:
    """Return the places at which somebody else answers than at this one, the whole client among them."""
    here, found = compiled.find(duty.key, place, at)[1], []
    for other in compiled.matrix.places.reaching():
        there = compiled.find(duty.key, other, at)
        if other != place and _subject(there[1]) != _subject(here):
            until = compiled.until(duty.key, other, at)
            zone = compiled.matrix.hours_at(other).zone
            name = compiled.matrix.places.called(other) if other else "All other places"
            found.append(Elsewhere(other, name, who_holds(compiled.matrix, there), words.clock(until, zone, at) if until else ""))
    return found


def _subject(holder: Holder | None) -> Subject | None:
    return holder.subject if holder else None


def _plain(matrix: Matrix, subject: Subject) -> str:
    """Return the nearest name of a subject, a party's own where there is no other: who is accountable has no queue."""
    team = matrix.crew.teams.get(subject.team or 0)
    if subject.person is not None:
        return matrix.crew.called(subject.person)
    return team.name if team else matrix.called(subject.party)


def _of(matrix: Matrix, subject: Subject) -> str:
    return matrix.called(subject.party) if subject.person is not None or subject.team is not None else ""


def _why_nobody(matrix: Matrix, reading: Reading) -> str:
    if matrix.excluded(reading.duty.key, reading.at):
        return "the duty is excluded"
    if reading.won.get(Letter.R):
        return "the nearest rule says nobody, on purpose"
    return "no rule's hours hold then" if reading.asleep else "the matrix gives nobody the R"


Told = tuple[datetime, datetime, Found, bool]  # from, to, who, whether the duty must be covered


def _stretches(compiled: Compiled, duty: Duty, place: str, start: datetime, end: datetime) -> Iterator[Told]:
    """Yield the stretches of [start, end) in which one subject answers and the duty is or is not to be covered."""
    hours = compiled.matrix.hours_at(place)
    edges = [start, *takewhile(lambda edge: edge < end, hours.edges(start)), end]
    for begin, finish in pairwise(edges):
        needed = not hours.standing(begin).isdisjoint(coverage.PARTS[duty.coverage])
        at = begin
        while at < finish:
            later = compiled.until(duty.key, place, at)
            if later is None and not compiled.start <= at < compiled.end:
                later = at + HOUR  # outside of what is laid out nobody knows where a stretch ends
            until = min(later or finish, finish)
            yield at, until, at_moment(compiled.find(duty.key, place, at), at, place), needed
            at = until


def _of_day(matrix: Matrix, pieces: list[Told], shown: Moment, start: datetime, end: datetime) -> Iterator[Piece]:
    """Yield the pieces of one day, those of one name made one."""
    told: list[tuple[datetime, datetime, Who | None]] = []
    for begin, finish, found, needed in pieces:
        if finish <= start or begin >= end:
            continue
        someone = who_holds(matrix, found)
        name = None if someone.nobody and not needed else someone
        if told and told[-1][2] == name:
            told[-1] = (told[-1][0], min(finish, end), name)
        else:
            told.append((max(begin, start), min(finish, end), name))
    for begin, finish, name in told:
        width = _halves(finish - start) - _halves(begin - start)
        if width:
            times = f"{_wall(begin, shown.zone)} to {'24:00' if finish == end else _wall(finish, shown.zone)}"
            label = name.face if name else "–"  # noqa: RUF001 - a dash, as in the other tables
            yield Piece(width, label, name.shape if name else "free", times)


def _halves(length: timedelta) -> int:
    return round(length / HOUR * HALVES)


def _wall(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%H:%M}"
