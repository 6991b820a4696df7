"""What is looked up, against a plain reading of the rules: random matrices, places, people and moments; and the nights when clocks change."""

import itertools
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comanaged.vocabulary import Hours, Letter, Party, PlaceKind, TeamKind
from responsibilities.domain import coverage, resolution
from responsibilities.domain import matrix as matrices
from responsibilities.domain.compiled import Compiled
from responsibilities.domain.matrix import Cover, Exclusion, Matrix
from responsibilities.domain.people import Crew, Member, Person, Stretch, Subject, Team
from responsibilities.domain.places import Place
from responsibilities.domain.raci import EVERY_DUTY, Rule
from tests.responsibilities.build import BACKUP, DAY, NIGHT, OFFICE, a, local, matrix, r, site
from tests.responsibilities.test_coverage import MINUTE, NIGHTS, WEEKS, complement, walked, wall_intervals

INTERNAL, PROVIDER, LEADERSHIP, USERS, VENDOR = Party
ZONE = ZoneInfo("America/Chicago")
START = local(20, 0, month=10)
TREE = [
    Place("east", "East", PlaceKind.GROUP),
    site("clinic", parent="east", zone="America/Phoenix"),
    site("lab", tags=("loud",)),
    Place("quiet", "Quiet", PlaceKind.TAG, position=1),
    Place("loud", "Loud", PlaceKind.TAG, position=1),
    Place("round", "Round the clock", PlaceKind.TAG, position=2),
    Place("scanner", "Scanner", PlaceKind.ASSET, parent="clinic", tags=("quiet", "loud")),
    Place("printer", "Printer", PlaceKind.ASSET, parent="lab", tags=("round",)),
    Place("gone", "Gone", PlaceKind.SITE, retired=True),
]
EVERYWHERE = ["", *(place.key for place in TREE), "nowhere"]
DESK = coverage.calendar_of("Europe/London", {day: ["06:00-14:00"] for day in coverage.DAYS})
ANN, BEN, CAT, DAN = 11, 12, 13, 14
NIGHT_DESK, BENCH, OFFICER = 1, 2, 3


def days(number: int, hour: int = 9) -> datetime:
    return START + timedelta(days=number, hours=hour)


PERSONS = {
    ANN: Person(ANN, "Ann", PROVIDER),
    BEN: Person(BEN, "Ben", PROVIDER, leaves_at=days(33, 11)),
    CAT: Person(CAT, "Cat", INTERNAL),
    DAN: Person(DAN, "Dan", INTERNAL, gone="has no account any more"),
}
TEAMS = {
    NIGHT_DESK: Team(
        NIGHT_DESK,
        "Night desk",
        PROVIDER,
        zone="America/Chicago",
        members=(Member(ANN, days(-9)), Member(BEN, days(-9)), Member(DAN, days(20), days(50))),
        rota_from=days(3),
        overrides=(Stretch(ANN, days(12), days(13)),),
    ),
    BENCH: Team(BENCH, "Bench", INTERNAL, members=(Member(CAT, days(-9)),)),
    OFFICER: Team(OFFICER, "Officer", INTERNAL, kind=TeamKind.ROLE, members=(Member(CAT, days(-9), days(30)), Member(DAN, days(30)))),
}
CREW = Crew(PERSONS, TEAMS, (Stretch(ANN, days(25), days(27)), Stretch(CAT, days(5), days(8))))

COMMON = [Subject(INTERNAL), Subject(PROVIDER), Subject(PROVIDER, person=ANN), Subject(PROVIDER, team=NIGHT_DESK)]
subjects = st.sampled_from(
    [
        *COMMON * 3,
        *(Subject(party) for party in (LEADERSHIP, USERS, VENDOR)),
        Subject(PROVIDER, person=BEN),
        *(Subject(INTERNAL, person=one) for one in (CAT, DAN, 99)),
        Subject(INTERNAL, team=BENCH),
        Subject(INTERNAL, team=OFFICER),
        Subject(VENDOR, team=99),
    ]
)
dates = st.sampled_from([None, None, days(10, 0), days(30, 0), days(60, 0)])


@st.composite
def rules(draw: Any) -> Rule:
    letter = draw(st.sampled_from([Letter.R, Letter.R, *Letter]))
    subject = draw(subjects | st.none())
    work = letter is Letter.R
    return Rule(
        letter,
        subject.party if subject else None,
        draw(st.sampled_from([*Hours, "desk"])) if work else None,
        lead=work and draw(st.booleans()),
        duty=draw(st.sampled_from([BACKUP, BACKUP, "backup", EVERY_DUTY])),
        place=draw(st.sampled_from(["", "", "east", "clinic", "clinic", "lab", "quiet", "loud", "round", "scanner", "gone"])),
        rank=draw(st.sampled_from([1, 1, 2])),
        starts_at=draw(dates),
        ends_at=draw(dates),
        team=subject.team if subject else None,
        person=subject.person if subject else None,
        append=letter in (Letter.C, Letter.I) and draw(st.booleans()),
    )


covers = st.builds(
    lambda covered, stand_in, first, length, place: Cover(covered, stand_in, days(first), days(first + length), place=place),
    st.sampled_from(COMMON),
    subjects,
    st.integers(0, 60),
    st.integers(1, 30),
    st.sampled_from(["", "east", "lab"]),
)


def whole(found: Iterable[Rule], stand_ins: Iterable[Cover] = (), excluded_until: datetime | None = None) -> Matrix:
    exclusions = {BACKUP: Exclusion("not bought", "Lena", excluded_until)} if excluded_until else None
    night_watch = coverage.calendar_of("America/Denver", {"mon": ["09:00-12:00"]})
    return matrix(
        *found,
        places=TREE,
        crew=CREW,
        covers=tuple(stand_ins),
        exclusions=exclusions,
        calendars={("business", ""): OFFICE, ("desk", ""): DESK, ("business", "lab"): night_watch},
    )


# --- the rules, read as plainly as they are written: a rule wins unless one that is nearer competes with it

RANKS = {"": 0, "east": 1, "clinic": 2, "lab": 2, "quiet": 3.1, "loud": 3.1, "round": 3.2, "scanner": 5, "printer": 5}
REACHED_BY = {
    "": [""],
    "east": ["", "east"],
    "clinic": ["", "east", "clinic"],
    "lab": ["", "lab", "loud"],
    "quiet": ["", "quiet"],
    "loud": ["", "loud"],
    "round": ["", "round"],
    "scanner": ["", "east", "clinic", "quiet", "loud", "scanner"],
    "printer": ["", "lab", "loud", "round", "printer"],
    "gone": [""],
    "nowhere": [""],
}
LEVELS = {EVERY_DUTY: 0, "backup": 1, BACKUP: 2}


def zone_at(place: str) -> str:
    return {"clinic": "America/Phoenix", "scanner": "America/Phoenix", "lab": "America/Denver", "printer": "America/Denver"}.get(
        place, "America/Chicago"
    )


def hours_hold(hours: str | None, place: str, at: datetime) -> bool:
    """Office hours away from any change of clocks are read off the wall."""
    if hours in (None, Hours.ALWAYS):
        return True
    if hours == "desk":
        there = at.astimezone(ZoneInfo({"clinic": "America/Phoenix", "scanner": "America/Phoenix"}.get(place, "Europe/London")))
        return 6 <= there.hour < 14
    wall = at.astimezone(ZoneInfo(zone_at(place)))
    mondays, weekdays = wall.weekday() == 0 and 9 <= wall.hour < 12, wall.weekday() < 5 and 8 <= wall.hour < 17
    business = mondays if place in ("lab", "printer") else weekdays
    return business is (hours == Hours.BUSINESS)


def plainly(found: list[Rule], letter: Letter, place: str, at: datetime) -> set[Rule]:
    """The rules of a letter that win at a place and a moment, decided pair by pair."""
    near = [
        rule
        for rule in found
        if rule.letter is letter and rule.place in REACHED_BY[place] and rule.holds(at) and hours_hold(rule.hours, place, at)
    ]

    def nearer(one: Rule, other: Rule) -> bool:
        return (RANKS[one.place], LEVELS[one.duty]) > (RANKS[other.place], LEVELS[other.duty])

    def beaten(rule: Rule, rank: int) -> bool:
        rivals = [one for one in near if (one.rank == rank or one.party is None) and nearer(one, rule)]
        return any(not one.append for one in rivals)

    ranks = {rule.rank for rule in near}
    return {rule for rank in ranks for rule in near if (rule.rank == rank or rule.party is None) and not beaten(rule, rank)}


@hypothesis.settings(max_examples=500)
@given(st.lists(rules(), max_size=12), st.sampled_from(EVERYWHERE), st.integers(0, 11 * 24 * 60), st.booleans())
def test_what_wins_is_what_a_plain_reading_lets_win(found: list[Rule], place: str, minute: int, winter: bool) -> None:
    at = START + timedelta(minutes=minute, days=15 if winter else 0)
    if at.date() in (date(2026, 10, 25), date(2026, 11, 1)):
        at += timedelta(days=1)  # the nights of the change have a test of their own
    reading = matrices.read(whole(found), whole(found).duties[BACKUP], at, place)
    for letter in Letter:
        assert set(reading.won[letter]) == plainly(list(dict.fromkeys(found)), letter, place, at), letter


def telling_moments(rulebook: Matrix) -> list[datetime]:
    """The minutes around everything that may change an answer, and some others."""
    rules_, end = [rule for rules in rulebook.rules.values() for rule in rules], START + timedelta(days=90)
    edges = {edge for rule in rules_ for edge in (rule.starts_at, rule.ends_at) if edge}
    edges |= resolution.people_edges(rulebook, START, end)
    edges |= {exclusion.ends_at for exclusion in rulebook.exclusions.values()}
    edges |= {START + timedelta(days=day, hours=hour) for day in (12, 13, 40) for hour in range(0, 24, 2)}
    return sorted(at for edge in edges for at in (edge - MINUTE, edge) if START <= at < end)


@hypothesis.settings(max_examples=60)
@given(st.lists(rules(), max_size=9), st.lists(covers, max_size=3), st.sampled_from([None, days(35)]))
def test_what_is_looked_up_is_what_the_rules_say(found: list[Rule], stand_ins: list[Cover], excluded_until: datetime | None) -> None:
    rulebook = whole(found, stand_ins, excluded_until)
    compiled = Compiled(rulebook, START)
    for number, at in enumerate(telling_moments(rulebook)):
        place = EVERYWHERE[number // 2 % len(EVERYWHERE)]  # the minute before and the minute after at the same one
        reading, holder = compiled.find(BACKUP, place, at)
        plain = matrices.read(rulebook, rulebook.duties[BACKUP], at, place)
        answer = resolution.who_answers(rulebook, BACKUP, at, place)
        assert (reading.won, reading.first, reading.led, reading.ties) == (plain.won, plain.first, plain.led, plain.ties)
        assert (holder.subject if holder else None) == (
            Subject(answer.party, subject_team(answer.team), answer.person_id) if answer.party else None
        )
        until = compiled.until(BACKUP, place, at)
        if until is not None:
            assert resolution.who_answers(rulebook, BACKUP, until, place).subject != answer.subject or answer.party is None


def subject_team(name: str) -> int | None:
    return next((team.id for team in TEAMS.values() if team.name == name), 99 if name else None)


@given(st.lists(rules(), max_size=9), st.lists(covers, max_size=2), st.sampled_from(EVERYWHERE), st.integers(0, 90 * 24 * 60))
def test_an_answer_is_never_empty_and_always_says_why(found: list[Rule], stand_ins: list[Cover], place: str, minute: int) -> None:
    rulebook, at = whole(found, stand_ins), START + timedelta(minutes=minute)
    answer = resolution.who_answers(rulebook, BACKUP, at, place)
    assert answer.subject
    assert answer.because == next(step.text for step in answer.steps if step.mark == "won") == answer.steps[-1].text
    assert answer.nobody == (not [rule for rule in matrices.read(rulebook, rulebook.duties[BACKUP], at, place).won[Letter.R] if rule.party])
    if answer.party in matrices.SIDES:
        assert resolution.route(rulebook, BACKUP, at, "alert", place).side == answer.side == answer.party, "work follows who answers"
    if answer.person_id is not None:
        assert not CREW.missing(answer.person_id, at), "who is not there answers nothing"


def test_a_moment_outside_the_days_is_answered_by_the_rules() -> None:
    compiled = Compiled(whole([r(PROVIDER, Hours.AFTER), r(INTERNAL, Hours.BUSINESS)]), START)
    for at in (START - timedelta(days=3, hours=3), compiled.end + timedelta(days=2)):
        reading, _ = compiled.find(BACKUP, "", at)
        assert reading.first == matrices.read(compiled.matrix, compiled.matrix.duties[BACKUP], at).first
        assert compiled.until(BACKUP, "", at) is None


def test_places_that_no_rule_tells_apart_share_what_is_laid_out() -> None:
    many = [site(f"site-{number}") for number in range(200)]
    rulebook = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER), r(VENDOR, place="site-7"), places=many)
    compiled = Compiled(rulebook, START)
    found = {place.key: compiled.find(BACKUP, place.key, NIGHT)[0] for place in many}
    assert len({id(reading) for reading in found.values()}) == 2
    assert found["site-7"].first is not None
    assert found["site-7"].first.party is VENDOR


# --- the nights when clocks change


@pytest.mark.parametrize("week", WEEKS[:5], ids=["office", "nights", "half-past-two", "half-past-one", "bits"])
@pytest.mark.parametrize(("zone", "day"), [(zone, day) for zone, *changes in NIGHTS for day in changes])
def test_who_answers_at_every_minute_of_a_night_of_change_is_what_a_walk_over_the_clock_says(
    zone: str, day: date, week: dict[str, list[str]]
) -> None:
    calendar = coverage.calendar_of(zone, week)
    rulebook = matrix(a(INTERNAL), r(INTERNAL, Hours.BUSINESS), r(PROVIDER, Hours.AFTER), calendars={("business", ""): calendar})
    rulebook = replace(rulebook, calendar=calendar)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=12)
    compiled = Compiled(rulebook, start - timedelta(days=2), days=8)
    minutes = [start + number * MINUTE for number in range(-24 * 60, 72 * 60)]
    clock = [minute.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for minute in minutes]
    business = wall_intervals(calendar, clock[0].date() - timedelta(days=2), 9)
    outer = datetime.combine(clock[0].date() - timedelta(days=2), datetime.min.time())
    by_day, by_night = (walked(spans, clock) for spans in (business, complement(business, outer, outer + timedelta(days=9))))
    for number in range(24 * 60, 60 * 60):
        reading, _ = compiled.find(BACKUP, "", minutes[number])
        expected = {party for party, held in ((INTERNAL, by_day[number]), (PROVIDER, by_night[number])) if held}
        assert set(reading.held(Letter.R)) == expected, f"{minutes[number]:%d %H:%M}Z"


@pytest.mark.parametrize(("zone", "day"), [(zone, day) for zone, *changes in NIGHTS for day in changes])
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 9])
def test_a_rota_hands_over_once_at_its_wall_clock_time_also_when_clocks_change(zone: str, day: date, hour: int) -> None:
    first = datetime(day.year, day.month, day.day, hour, 30, tzinfo=ZoneInfo(zone)) - timedelta(days=21)
    members = tuple(Member(one, first - timedelta(days=400)) for one in (ANN, BEN, CAT))
    team = Team(1, "Night desk", PROVIDER, zone=zone, members=members, rota_from=first.astimezone(UTC))
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    turns = [(noon + number * MINUTE, team.turn(noon + number * MINUTE)) for number in range(-5 * 24 * 60, 12 * 24 * 60)]
    changes = [at for (_, before), (at, after) in itertools.pairwise(turns) if before != after]
    assert len(changes) in (2, 3)
    assert changes == [at for at in team.edges(turns[0][0], turns[-1][0]) if at in changes] == list(team.edges(turns[0][0], turns[-1][0]))
    for at in changes:
        wall = at.astimezone(ZoneInfo(zone))
        shown = (wall.hour, wall.minute) == (hour, 30)
        skipped = wall - timedelta(seconds=1) != (at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)) or not shown
        assert shown or skipped, f"{wall} is no half past {hour}"


# --- people


def crewed(*found: Rule, **more: Any) -> Matrix:
    return matrix(*found, crew=CREW, **more)


def at_rota(*found: Rule, at: datetime) -> resolution.Answer:
    return resolution.who_answers(crewed(*found), BACKUP, at)


TEAM = Rule(Letter.R, PROVIDER, Hours.ALWAYS, duty=BACKUP, team=NIGHT_DESK)


def test_a_rota_answers_with_whoever_has_the_turn_and_says_so() -> None:
    answer = at_rota(TEAM, at=days(4))
    assert (answer.person, answer.team, answer.subject, answer.party) == ("Ann", "Night desk", "Ann", PROVIDER)
    assert "Night desk does it day and night, and Ann (Northwind MSP) has the turn on the rota." in answer.because
    assert answer.until == days(10)
    assert at_rota(TEAM, at=days(10)).person == "Ben"


def test_an_override_takes_the_turn_for_its_stretch() -> None:
    assert at_rota(TEAM, at=days(12)).person == "Ann"
    assert at_rota(TEAM, at=days(13)).person == "Ben"


def test_who_is_away_is_skipped_to_the_backup_and_the_trace_says_so() -> None:
    person, backup = Rule(Letter.R, INTERNAL, Hours.ALWAYS, duty=BACKUP, person=CAT), r(PROVIDER, rank=2)
    away = at_rota(person, backup, at=days(6))
    assert (away.person, away.party, away.subject) == ("", PROVIDER, "Northwind MSP")
    assert any("Cat is away" in line for line in away.trace)
    assert at_rota(person, backup, at=days(9)).person == "Cat"


def test_a_slot_of_somebody_who_is_no_member_here_is_skipped_and_nobody_moves_up() -> None:
    desk = replace(TEAMS[NIGHT_DESK], members=(Member(99, days(-9)), Member(ANN, days(-9))), overrides=())
    rulebook = matrix(TEAM, crew=replace(CREW, teams={NIGHT_DESK: desk}))
    answers = [resolution.who_answers(rulebook, BACKUP, days(day)) for day in (4, 11, 18)]
    assert [answer.subject for answer in answers] == ["Night desk", "Ann", "Night desk"]
    assert any("Somebody is not a member here" in line for line in answers[0].trace)


def test_without_a_backup_the_team_and_then_the_queue_of_the_party_answers() -> None:
    person = Rule(Letter.R, INTERNAL, Hours.ALWAYS, duty=BACKUP, person=CAT)
    queued = at_rota(person, at=days(6))
    assert (queued.person, queued.subject, queued.nobody) == ("", "Internal IT", False)
    assert "waits in the queue of Internal IT" in queued.because
    empty = at_rota(TEAM, at=days(1))
    assert (empty.subject, empty.person) == ("Night desk", "")
    assert any("has nobody on its rota" in line for line in empty.trace)


def test_a_role_is_whoever_holds_it_at_the_moment() -> None:
    role = Rule(Letter.R, INTERNAL, Hours.ALWAYS, duty=BACKUP, team=OFFICER)
    assert at_rota(role, at=days(12)).person == "Cat"
    assert at_rota(role, at=days(31)).subject == "Internal IT", "who holds it has no account any more, so it waits in the queue"


def test_a_stand_in_answers_for_a_person_on_the_rota_and_for_a_whole_party() -> None:
    person = Cover(Subject(PROVIDER, person=ANN), Subject(PROVIDER, person=BEN), days(4), days(6))
    party = Cover(Subject(INTERNAL), Subject(PROVIDER, team=NIGHT_DESK), days(4), days(6))
    on_rota = resolution.who_answers(crewed(TEAM, covers=(person,)), BACKUP, days(5))
    assert (on_rota.person, "stands in for Ann" in on_rota.because) == ("Ben", True)
    other_side = resolution.who_answers(crewed(r(INTERNAL), covers=(party,)), BACKUP, days(5))
    assert (other_side.person, other_side.party, other_side.side) == ("Ann", PROVIDER, PROVIDER)
    assert any("stands in for Internal IT" in line for line in other_side.trace)
    assert resolution.who_answers(crewed(r(INTERNAL), covers=(party,)), BACKUP, days(6)).party is INTERNAL


def test_a_site_names_its_own_hands_and_inherits_who_is_accountable() -> None:
    rulebook = crewed(
        a(INTERNAL),
        r(INTERNAL, Hours.BUSINESS),
        r(PROVIDER, Hours.AFTER),
        Rule(Letter.R, PROVIDER, Hours.AFTER, duty=BACKUP, place="clinic", team=NIGHT_DESK),
        places=TREE,
    )
    at = local(24, 2, month=10)
    answer = resolution.who_answers(rulebook, BACKUP, at, "clinic")
    assert (answer.person, answer.accountable) == ("Ann", "Internal IT")
    assert any("Rule of Clinic overrides it, because it is nearer." in line for line in answer.trace)
    assert resolution.who_answers(rulebook, BACKUP, at, "lab").subject == "Northwind MSP"
    assert resolution.who_answers(rulebook, BACKUP, DAY, "clinic").party is INTERNAL, "by day the client's rule is inherited"


def test_equally_near_tags_that_disagree_all_count() -> None:
    rulebook = crewed(r(INTERNAL, place="quiet"), r(PROVIDER, place="loud"), places=TREE)
    reading = matrices.read(rulebook, rulebook.duties[BACKUP], DAY, "scanner")
    assert (set(reading.held(Letter.R)), reading.ties) == ({INTERNAL, PROVIDER}, (Letter.R,))
