"""An oracle for the findings on paper: it walks an ordinary week minute by minute and knows nothing of how the product computes them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from comanaged.vocabulary import Hours, Letter, Party, PlaceKind
from responsibilities.domain.coverage import Calendar
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.raci import Rule

MONDAY = datetime(2026, 11, 9, tzinfo=UTC)  # a week without a holiday or a change of clocks
MINUTES = 7 * 24 * 60
RANKS = {PlaceKind.GROUP: 1.0, PlaceKind.SITE: 2.0, PlaceKind.ASSET: 900.0}
Words = frozenset[str]
Found = set[tuple[str, str, str]]  # code, duty, place
NEEDS = {Hours.BUSINESS: {"BUSINESS"}, Hours.AFTER: {"AFTER"}, Hours.ALWAYS: {"BUSINESS", "AFTER"}}


def findings(matrix: Matrix, at: datetime) -> tuple[Found, dict[tuple[str, str], int]]:
    """Return the codes about A and R, and the minutes of each gap by duty and place."""
    places = ["", *(key for key, place in matrix.places.known.items() if not place.retired)]
    weeks = {place: week(matrix, place) for place in places}
    found: Found = set()
    gaps: dict[tuple[str, str], int] = {}
    for duty in matrix.duties.values():
        if duty.key in matrix.exclusions and at < matrix.exclusions[duty.key].ends_at:
            continue
        said = {place: dict(judged(matrix, duty, place, weeks[place], at)) for place in places}
        for place in places:
            for code, what in said[place].items():
                alone = code.startswith("R_") and not repeats(matrix, place, (code, what), said)
                if alone or owns(matrix, duty, place, code):
                    found.add((code, duty.key, place))
                    if code == "R_GAP":
                        gaps[duty.key, place] = what[0]
    return found, gaps


def judged(matrix: Matrix, duty: Duty, place: str, minutes: dict[Words, int], at: datetime) -> Iterator[tuple[str, tuple]]:  # type: ignore[type-arg]
    answerable = {one.subject for one in winners(matrix, duty, place, (Letter.A, frozenset()), at) if one.party and one.rank == 1}
    if not answerable:
        yield "A_MISSING", ()
    if len(answerable) > 1:
        yield "A_MULTIPLE", (answerable,)
    if matrix.policy.accountable and duty.regulated and any(one.party in (Party.PROVIDER, Party.VENDOR) for one in answerable):
        yield "A_OUTSIDE_ORG", ()
    doing = {words: [one for one in winners(matrix, duty, place, (Letter.R, words), at) if one.party] for words in minutes}
    if not any(doing.values()):
        yield "R_MISSING", ()
        return
    open_ = {words for words, who in doing.items() if words & NEEDS[duty.coverage] and not who}
    if open_:
        parts = frozenset(
            (half, all(words in open_ for words in minutes if half in words))
            for half in ("BUSINESS", "AFTER")
            for one in open_
            if half in one
        )
        yield "R_GAP", (sum(minutes[words] for words in open_), parts)
    names, halves = set(), set()
    for words, who in doing.items():
        sharing = [one for one in who if one.rank == 1]
        if len({one.subject for one in sharing}) > 1 and len({one.subject for one in sharing if one.lead}) != 1:
            names |= {one.subject for one in sharing}
            halves |= words & {"BUSINESS", "AFTER"}
    if names:
        yield "R_NO_LEAD", (frozenset(names), frozenset(halves))


def winners(matrix: Matrix, duty: Duty, place: str, hour: tuple[Letter, Words], at: datetime) -> list[Rule]:
    """Return the rows that win: nearest place first, then nearest duty; backups among themselves; nobody empties both."""
    ranks, (letter, words) = reach(matrix, place), hour
    candidates = [
        (ranks[rule.place], depth, rule)
        for depth, key in enumerate(("*", duty.category, duty.key))
        for rule in matrix.rules.get(key, ())
        if rule.letter is letter and rule.place in ranks and (rule.starts_at or at) <= at and (rule.ends_at is None or at < rule.ends_at)
        if rule.hours is None or rule.hours == "ALWAYS" or rule.hours in words
    ]
    best: list[Rule] = []
    for rank in (1, 2):
        rivals = [one for one in candidates if one[2].rank == rank or one[2].party is None]
        if any(one[2].rank == rank for one in rivals):
            best += [one[2] for one in rivals if one[:2] == max(other[:2] for other in rivals)]
    return best


def reach(matrix: Matrix, place: str) -> dict[str, float]:
    """Return the places whose rows reach one, with how near they are."""
    found, tags = {"": 0.0}, set()
    while place:
        known = matrix.places.known[place]
        if known.kind is PlaceKind.TAG:
            tags.add(place)
        else:
            found[place] = RANKS[known.kind]
        tags |= set(known.tags)
        place = known.parent
    return found | {tag: 3.0 + matrix.places.known[tag].position for tag in tags}


def owns(matrix: Matrix, duty: Duty, place: str, code: str) -> bool:
    """Say whether a place sees other rows of the letter than every place around it does."""
    letter = Letter(code[0])

    def seen(where: str) -> set[str]:
        near = reach(matrix, where)
        keys = ("*", duty.category, duty.key)
        return {rule.place for key in keys for rule in matrix.rules.get(key, ()) if rule.letter is letter and rule.place in near}

    return place == "" or all(seen(other) != seen(place) for other in reach(matrix, place) if other != place)


def repeats(matrix: Matrix, place: str, one: tuple, said: dict[str, dict]) -> bool:  # type: ignore[type-arg]
    return any(said[other].get(one[0], "no") == one[1] for other in reach(matrix, place) if other != place)


def week(matrix: Matrix, place: str) -> dict[Words, int]:
    """Return which words hold together, counted minute by minute of the place's own clock."""
    order = sorted(reach(matrix, place).items(), key=lambda item: item[1])
    business, named = matrix.calendar, {}
    for where, _ in order:
        zone = matrix.places.known[where].zone if where else ""
        if zone:
            business = Calendar(zone, business.shifts, business.closed)
            named = {key: Calendar(zone, one.shifts, one.closed) for key, one in named.items()}
        for (key, site), calendar in matrix.calendars.items():
            if site == where and key == "business":
                business = calendar
            elif site == where:
                named[key] = calendar
    found: dict[Words, int] = {}
    for minute in range(MINUTES):
        moment = MONDAY + timedelta(minutes=minute)
        words = {"BUSINESS" if holds(business, moment) else "AFTER", *(key for key, one in named.items() if holds(one, moment))}
        found[frozenset(words)] = found.get(frozenset(words), 0) + 1
    return found


def holds(calendar: Calendar, moment: datetime) -> bool:
    """Say whether a wall clock stands in one of the shifts, those of the day before that run past midnight too."""
    here = moment.astimezone(ZoneInfo(calendar.zone))
    minute = here.hour * 60 + here.minute
    for shift in calendar.shifts:
        over = shift.end <= shift.start
        if shift.weekday == here.weekday() and shift.start <= minute and (over or minute < shift.end):
            return True
        if over and (shift.weekday + 1) % 7 == here.weekday() and minute < shift.end:
            return True
    return False
