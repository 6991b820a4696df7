"""What hangs on people: who is gone, who has no backup, where a rota is empty, what rests on one person alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from comanaged.vocabulary import Letter, TeamKind
from responsibilities.domain import coverage, raci
from responsibilities.domain import matrix as matrices
from responsibilities.domain.coverage import Span
from responsibilities.domain.findings import gaps
from responsibilities.domain.findings.draft import BLOCKING, STRUCTURAL, Draft
from responsibilities.domain.findings.facts import Facts
from responsibilities.domain.findings.scene import BOTH, ONLY_R, Ground, Part, Scene, Stretch, Told, clock, day
from responsibilities.domain.matrix import Cover, Matrix, Reading
from responsibilities.domain.people import Subject
from responsibilities.domain.presence import Holder, Skip
from responsibilities.domain.raci import Rule
from responsibilities.domain.timetable import Standing

AHEAD = timedelta(days=30)
UNSEEN = timedelta(days=60)
IMPORTANT = 4  # from this risk on somebody has to stand behind a single person
MOST_DUTIES, MOST_WEIGHT = 10, 0.2  # that may hang on one person
Humans = frozenset[int] | None  # None: a whole party, nobody knows who


def humans(matrix: Matrix, subject: Subject, at: datetime) -> Humans:
    """Return the living people a subject can come down to; absences pass, so who is away counts."""
    if subject.person is not None:
        found = {subject.person}
    elif subject.team is not None:
        team = matrix.crew.teams.get(subject.team)
        if team is None or team.retired:
            return frozenset()
        turn = team.turn(at) if team.kind is TeamKind.ROLE else None
        held = {turn} if turn is not None else set()
        found = held if team.kind is TeamKind.ROLE else {member.person for member in team.members if member.holds(at)}
        if team.kind is TeamKind.TEAM and not team.members:
            return None  # a team without people is a queue
    else:
        return None
    return frozenset(person for person in found if matrix.crew.missing(person, at) in ("", "is away"))


def inactive(scene: Scene, facts: Facts) -> Iterator[Told]:
    """OWNER_INACTIVE: somebody the matrix comes down to has no account, left, or was not seen for sixty days."""
    rules = [rule for _, _, reading in scene.readings for letter in (Letter.A, Letter.R) for rule in reading.won.get(letter, ())]
    for person in sorted({one for rule in rules if rule.subject for one in _named(scene.matrix, rule.subject, scene.at)}):
        why = _why_inactive(scene.matrix, person, scene.at, facts)
        if why:
            name = scene.matrix.crew.called(person)
            yield Told("OWNER_INACTIVE", BOTH, f"{name}, who is named for {scene.duty.name}, {why}.", f"person:{person}")


def no_backup(scene: Scene) -> Iterator[Told]:
    """BACKUP_MISSING: a grave duty is done by one person, and nobody stands behind them."""
    if scene.duty.risk < IMPORTANT:
        return
    alone: dict[int, None] = {}
    for _, _, reading in scene.required:
        found = _all(scene.matrix, reading.subjects(Letter.R, 1), scene.at)
        if found and len(found) == 1 and not reading.subjects(Letter.R, 2):
            alone |= dict.fromkeys(found)
    if alone:
        names = " and ".join(scene.matrix.crew.called(person) for person in alone)
        yield Told("BACKUP_MISSING", ONLY_R, f"{scene.duty.name} hangs on {names} alone, and no backup is named.")


def same_backup(scene: Scene) -> Iterator[Told]:
    """BACKUP_SAME: for some time within thirty days the backup is the person it stands behind."""
    if not any(rule.rank > 1 for rule in scene.doers()):
        return
    for begins, _, reading in stretches(scene):
        first, second = (_on_duty(scene.matrix, reading, reading.subjects(Letter.R, rank)) for rank in (1, 2))
        if first and first == second and len(first) == 1:
            name, since = scene.matrix.crew.called(next(iter(first))), "" if begins <= scene.at else f" from {clock(scene.matrix, begins)}"
            yield Told("BACKUP_SAME", ONLY_R, f"{name} is both who does {scene.duty.name} and the backup{since}, so there is none.")
            return


def both_absent(scene: Scene) -> Iterator[Told]:
    """BOTH_ABSENT: who does it and the backup are away at the same time within thirty days."""
    if not any(rule.rank > 1 for rule in scene.doers()):
        return
    for begins, ends, reading in stretches(scene):
        gone = _both_away(scene, reading)
        if gone:
            names = " and ".join(scene.matrix.crew.called(person) for person in sorted(gone))
            span = f"from {clock(scene.matrix, begins)} to {clock(scene.matrix, ends)}"
            yield Told("BOTH_ABSENT", ONLY_R, f"{names} are away together {span}, and they are all who do {scene.duty.name} then.")
            return


def rota_holes(scene: Scene) -> Iterator[Told]:
    """ROTA_HOLE: a team does it, and for some required hours within thirty days its rota comes down to nobody."""
    teams = scene.matrix.crew.teams
    on_rota = {rule.team for rule in scene.doers() if rule.team and rule.rank == 1 and _has_rota(scene.matrix, rule.team)}
    if not on_rota:
        return
    holes: dict[int, list[Span]] = defaultdict(list)
    for begins, ends, reading in stretches(scene):
        for rule in reading.won.get(Letter.R, ()):
            if rule.team in on_rota and rule.rank == 1 and isinstance(scene.ground.present(reading, rule), Skip):
                holes[rule.team or 0].append((begins, ends))
    for team, spans in sorted(holes.items()):
        length = gaps.spoken_minutes(sum(int((ends - begins) / timedelta(minutes=1)) for begins, ends in spans))
        first = clock(scene.matrix, spans[0][0])
        sentence = f"{teams[team].name} has nobody on its rota for {scene.duty.name}: {length} in the next 30 days, the first from {first}."
        items = tuple(f"{clock(scene.matrix, begins)} to {clock(scene.matrix, ends)}" for begins, ends in _joined(spans)[:20])
        yield Told("ROTA_HOLE", ONLY_R, sentence, f"team:{team}", items)


def key_persons(ground: Ground, scenes: Iterable[Scene]) -> Iterator[Draft]:
    """KEY_PERSON: more than ten duties, or over a fifth of all risk, hang on one person alone at the whole client."""
    does: dict[int, list[Scene]] = defaultdict(list)
    answers: dict[int, list[Scene]] = defaultdict(list)
    weight = 0
    for scene in scenes:
        weight += scene.duty.risk
        sole = _all(ground.agreed, scene.answerable(), ground.at)
        if sole and len(sole) == 1:
            answers[next(iter(sole))].append(scene)
        for person in {one for _, _, reading in scene.required for one in _alone(ground, reading)}:
            does[person].append(scene)
    for person in sorted(does.keys() | answers.keys()):
        held = list(dict.fromkeys([*does[person], *answers[person]]))
        share = sum(scene.duty.risk for scene in held) / weight
        if len(does[person]) > MOST_DUTIES or len(answers[person]) > MOST_DUTIES or share > MOST_WEIGHT:
            yield _key_person(ground, person, (len(does[person]), len(answers[person])), held, share)


def _key_person(ground: Ground, person: int, counts: tuple[int, int], held: list[Scene], share: float) -> Draft:
    parts = [
        f"is alone in {word} {number} {'duty' if number == 1 else 'duties'}"
        for number, word in zip(counts, ("doing", "being accountable for"), strict=True)
        if number
    ]
    sentence = f"{ground.matrix.crew.called(person)} {' and '.join(parts)}, {share:.0%} of all risk."
    items = tuple(scene.duty.name for scene in held)
    return Draft("KEY_PERSON", "", "", f"person:{person}", STRUCTURAL["KEY_PERSON"], "KEY_PERSON" in BLOCKING, sentence, items)


# --- time


def stretches(scene: Scene) -> list[Stretch]:
    """Return the next thirty days' stretches in which the duty has to be done, and how it is read in each: hours, dates and people cut them."""
    found = scene.ground.kept.get(id(scene))
    if found is None:
        found = scene.ground.kept[id(scene)] = list(_stretches(scene))
    return found


def _stretches(scene: Scene) -> Iterator[Stretch]:
    """Readings are of today's stand-ins too: who stands in fills a hole. What no date parts is read once."""
    matrix, needed = scene.ground.matrix, coverage.PARTS[scene.duty.coverage]
    rules = [rule for key in (raci.EVERY_DUTY, scene.duty.category, scene.duty.key) for rule in matrix.rules.get(key, ())]
    dates = {date for rule in rules for date in _ends(rule)} | {date for cover in matrix.covers for date in _ends(cover)}
    read: dict[tuple[Standing, int], Reading] = {}
    for begins, ends, standing in _cut(scene.ground.ahead(scene.place, AHEAD), sorted(dates)):
        if standing & needed:
            state = standing, sum(date <= begins for date in dates)
            if state not in read:
                read[state] = matrices.read(matrix, scene.duty, begins, scene.place, standing)
            yield begins, ends, replace(read[state], at=begins)


def _ends(one: Rule | Cover) -> set[datetime]:
    return {date for date in (one.starts_at, one.ends_at) if date}


def _cut(spans: Iterable[Part], dates: list[datetime]) -> Iterator[Part]:
    """Yield spans cut at dates."""
    for begins, ends, standing in spans:
        start = begins
        for date in dates:
            if start < date < ends:
                yield start, date, standing
                start = date
        yield start, ends, standing


def _joined(spans: list[Span]) -> list[Span]:
    """Return spans in order, those that follow each other made one."""
    found: list[Span] = []
    for begins, ends in spans:
        if found and found[-1][1] == begins:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((begins, ends))
    return found


# --- people


def _named(matrix: Matrix, subject: Subject, at: datetime) -> Iterator[int]:
    """Yield the person a subject names or comes down to now, gone or not."""
    team = matrix.crew.teams.get(subject.team or 0)
    turn = team.turn(at) if team and not team.retired else None
    if subject.person is not None:
        yield subject.person
    elif turn is not None:
        yield turn


def _why_inactive(matrix: Matrix, person: int, at: datetime, facts: Facts) -> str:
    why = matrix.crew.missing(person, at)
    if why and why != "is away":
        return why
    known = matrix.crew.persons[person]
    seen = known.seen_at or facts.joined.get(person)
    if seen is None or at - seen <= UNSEEN:
        return ""
    return f"has not signed in since {day(matrix, seen)}" if known.seen_at else "has never signed in"


def _all(matrix: Matrix, subjects: Iterable[Subject], at: datetime) -> Humans:
    """Return the people that subjects come down to together, None where one of them is a whole party."""
    found: set[int] = set()
    for subject in subjects:
        people = humans(matrix, subject, at)
        if people is None:
            return None
        found |= people
    return frozenset(found)


def _alone(ground: Ground, reading: Reading) -> frozenset[int]:
    """Return the one person who does it in an hour, backups counted; empty where there are several."""
    found = _all(ground.agreed, reading.subjects(Letter.R), ground.at)
    return found if found and len(found) == 1 else frozenset()


def _on_duty(matrix: Matrix, reading: Reading, subjects: Iterable[Subject]) -> Humans:
    """Return who of the subjects is on duty at the reading's moment: of a rota whose turn it is, else everyone of the team."""
    found: set[int] = set()
    for subject in subjects:
        team = matrix.crew.teams.get(subject.team or 0)
        turn = team.turn(reading.at) if team and not team.retired else None
        people = frozenset({turn}) if subject.person is None and turn is not None else humans(matrix, subject, reading.at)
        if people is None:
            return None
        found |= people
    return frozenset(found)


def _both_away(scene: Scene, reading: Reading) -> set[int]:
    """Return the people who are away where everyone who would do it then, backups too, is."""
    rules = [rule for rule in reading.won.get(Letter.R, ()) if rule.party]
    if len({rule.rank for rule in rules}) < 2:  # noqa: PLR2004 - a primary and a backup
        return set()
    found: set[int] = set()
    for rule in rules:
        person = _away(scene.ground, reading, rule)
        if person is None:
            return set()
        found.add(person)
    return found if len(found) > 1 else set()


def _away(ground: Ground, reading: Reading, rule: Rule) -> int | None:
    """Return the person a rule comes down to where they are away then and nobody stands in."""
    found = ground.present(reading, rule)
    if isinstance(found, Holder) or found.person is None:
        return None
    away = any(absence.person == found.person and absence.holds(reading.at) for absence in ground.matrix.crew.absences)
    return found.person if away else None


def _has_rota(matrix: Matrix, team: int) -> bool:
    known = matrix.crew.teams.get(team)
    return known is not None and not known.retired and known.kind is TeamKind.TEAM and known.rota_from is not None
