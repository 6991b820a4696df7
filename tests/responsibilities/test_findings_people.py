"""Findings about people: who is gone, who has no backup, empty slots of a rota, what hangs on one person."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from comanaged.vocabulary import FindingSeverity, Hours, Party, TeamKind
from responsibilities import catalogue
from responsibilities.domain import findings
from responsibilities.domain.findings import Draft, Facts
from responsibilities.domain.matrix import Cover
from responsibilities.domain.people import Crew, Member, Person, Stretch, Subject, Team
from responsibilities.domain.raci import Rule
from tests.responsibilities.build import BACKUP, DAY, a, local, matrix, r

INTERNAL, PROVIDER = Party.INTERNAL, Party.PROVIDER
SLIGHT = "cloud.licences"
TESS, TARIQ, IRIS, IVO = 1, 2, 3, 4
LONG_AGO = DAY - timedelta(days=300)
NOTHING = Facts()
PERSONS = {
    number: Person(number, name, party, seen_at=DAY - timedelta(days=2))
    for number, name, party in ((TESS, "Tess", PROVIDER), (TARIQ, "Tariq", PROVIDER), (IRIS, "Iris", INTERNAL), (IVO, "Ivo", INTERNAL))
}


def team(number: int, *people: int, **more: Any) -> Team:
    """A team whose members hand over on Fridays at nine."""
    members = tuple(Member(person, LONG_AGO) for person in people)
    rota: dict[str, Any] = {"rota_from": local(2, 9, month=1), "zone": "America/Chicago"}
    return Team(number, f"Desk {number}", PROVIDER, members=members, **(rota | more))


def crew(*teams: Team, away: tuple[Stretch, ...] = (), **changed: Person) -> Crew:
    persons = PERSONS | {PERSONS_BY_NAME[name]: person for name, person in changed.items()}
    return Crew(persons, {one.id: one for one in teams}, away)


PERSONS_BY_NAME = {person.name: number for number, person in PERSONS.items()}


def named(party: Party = INTERNAL, hours: Hours = Hours.ALWAYS, *, rank: int = 1, duty: str = BACKUP, **who: int) -> Rule:
    return replace(r(party, hours, duty, rank=rank), **who)  # type: ignore[arg-type]


def found(code: str, *rules: Rule, at: datetime = DAY, facts: Facts = NOTHING, **more: Any) -> list[Draft]:
    return [draft for draft in findings.found(matrix(a(INTERNAL), *rules, **more), at, facts) if draft.code == code]


# --- OWNER_INACTIVE


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (replace(PERSONS[IRIS], gone="has no account any more"), "has no account any more"),
        (replace(PERSONS[IRIS], leaves_at=DAY), "has left"),
        (replace(PERSONS[IRIS], seen_at=DAY - timedelta(days=61)), "has not signed in since 24 September 2026"),
    ],
)
def test_who_is_named_and_gone_is_a_finding_with_the_reason(person: Person, why: str) -> None:
    (draft,) = found("OWNER_INACTIVE", named(person=IRIS), crew=crew(Iris=person))
    assert (draft.subject, draft.severity, draft.sentence) == (
        f"person:{IRIS}",
        FindingSeverity.CRITICAL,
        f"Iris, who is named for Backup job monitoring, {why}.",
    )


@pytest.mark.parametrize(
    "person",
    [PERSONS[IRIS], replace(PERSONS[IRIS], seen_at=DAY - timedelta(days=60)), replace(PERSONS[IRIS], leaves_at=DAY + timedelta(days=1))],
)
def test_who_is_there_is_none(person: Person) -> None:
    assert found("OWNER_INACTIVE", named(person=IRIS), crew=crew(Iris=person)) == []
    away = (Stretch(IRIS, DAY - timedelta(days=1), DAY + timedelta(days=1)),)
    assert found("OWNER_INACTIVE", named(person=IRIS), crew=crew(Iris=person, away=away)) == [], "who is away comes back"


def test_who_never_signed_in_is_counted_from_the_day_they_became_a_member() -> None:
    never = crew(Iris=replace(PERSONS[IRIS], seen_at=None))
    old, new = (Facts(joined={IRIS: DAY - timedelta(days=days)}) for days in (61, 59))
    (draft,) = found("OWNER_INACTIVE", named(person=IRIS), crew=never, facts=old)
    assert draft.sentence.endswith("has never signed in.")
    assert found("OWNER_INACTIVE", named(person=IRIS), crew=never, facts=new) == []


def test_who_is_accountable_backs_up_or_is_on_duty_counts_too_and_who_is_only_informed_does_not() -> None:
    gone = crew(team(7, TESS, kind=TeamKind.ROLE), Tess=replace(PERSONS[TESS], gone="has no account any more"))
    accountable = [
        draft.subject for draft in findings.found(matrix(replace(a(PROVIDER), team=7), crew=gone), DAY) if draft.code == "OWNER_INACTIVE"
    ]
    assert accountable == [f"person:{TESS}"]
    assert len(found("OWNER_INACTIVE", r(INTERNAL), named(PROVIDER, rank=2, person=TESS), crew=gone)) == 1
    assert len(found("OWNER_INACTIVE", named(PROVIDER, team=7), crew=gone)) == 1
    assert found("OWNER_INACTIVE", r(PROVIDER), crew=gone) == []


# --- BACKUP_MISSING, BACKUP_SAME


def test_a_grave_duty_of_one_person_needs_a_backup() -> None:
    assert len(found("BACKUP_MISSING", named(person=IRIS), crew=crew())) == 1
    assert found("BACKUP_MISSING", named(person=IRIS), named(person=IVO, rank=2), crew=crew()) == []
    assert found("BACKUP_MISSING", named(person=IRIS), named(person=IVO), crew=crew()) == [], "two share it"
    assert found("BACKUP_MISSING", r(INTERNAL), crew=crew()) == [], "a whole party is more than one"
    assert found("BACKUP_MISSING", named(person=IRIS, duty=SLIGHT), crew=crew()) == [], "no harm"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (team(7, TESS), 1),
        (team(7, TESS, TARIQ), 0),
        (team(7), 0),
        (team(7, TESS, TARIQ, kind=TeamKind.ROLE), 1),
        (team(7, TESS, rota_from=None), 1),
    ],
)
def test_a_team_of_one_and_a_role_are_one_person(one: Team, expected: int) -> None:
    assert len(found("BACKUP_MISSING", named(PROVIDER, team=7), crew=crew(one))) == expected


def test_a_member_who_left_is_no_backup() -> None:
    left = crew(team(7, TESS, TARIQ), Tariq=replace(PERSONS[TARIQ], leaves_at=DAY - timedelta(days=1)))
    assert len(found("BACKUP_MISSING", named(PROVIDER, team=7), crew=left)) == 1


def test_a_backup_who_is_the_same_person_is_none_also_through_a_team_or_a_role() -> None:
    same = [named(person=IRIS), named(team=7, rank=2)]
    for one in (team(7, IRIS), team(7, IRIS, kind=TeamKind.ROLE), team(7, IRIS, rota_from=None)):
        (draft,) = found("BACKUP_SAME", *same, crew=crew(one))
        assert draft.sentence == "Iris is both who does Backup job monitoring and the backup, so there is none."
    assert found("BACKUP_SAME", *same, crew=crew(team(7, IVO))) == []
    assert found("BACKUP_SAME", named(person=IRIS), r(INTERNAL, rank=2), crew=crew()) == []


def test_a_rota_that_comes_round_to_the_backup_says_from_when() -> None:
    (draft,) = found("BACKUP_SAME", named(PROVIDER, team=7), named(PROVIDER, person=TESS, rank=2), crew=crew(team(7, TARIQ, TESS)))
    assert "the backup from Fri 27 November 09:00, so there is none" in draft.sentence


# --- BOTH_ABSENT


def test_who_does_it_and_the_backup_are_not_away_together() -> None:
    rules = [named(person=IRIS), named(person=IVO, rank=2)]
    away = (Stretch(IRIS, local(27, 8), local(5, 8, month=12)), Stretch(IVO, local(1, 8, month=12), local(8, 8, month=12)))
    (draft,) = found("BOTH_ABSENT", *rules, crew=crew(away=away))
    assert "Iris and Ivo are away together from Tue 1 December 08:00" in draft.sentence
    assert found("BOTH_ABSENT", *rules, crew=crew(away=away[:1])) == []
    apart = (away[0], Stretch(IVO, local(5, 8, month=12), local(8, 8, month=12)))
    assert found("BOTH_ABSENT", *rules, crew=crew(away=apart)) == []
    far = tuple(replace(one, starts_at=one.starts_at + timedelta(days=60), ends_at=one.ends_at + timedelta(days=60)) for one in away)
    assert found("BOTH_ABSENT", *rules, crew=crew(away=far)) == [], "beyond thirty days"


def test_somebody_who_stands_in_keeps_a_duty_held() -> None:
    rules = [named(person=IRIS), named(person=IVO, rank=2)]
    away = tuple(Stretch(person, local(27, 8), local(30, 8)) for person in (IRIS, IVO))
    cover = Cover(Subject(INTERNAL, person=IRIS), Subject(PROVIDER, person=TESS), local(26, 0), local(1, 0, month=12))
    assert len(found("BOTH_ABSENT", *rules, crew=crew(away=away))) == 1
    assert found("BOTH_ABSENT", *rules, crew=crew(away=away), covers=(cover,)) == []


# --- ROTA_HOLE


def test_an_empty_slot_of_a_rota_within_required_hours_is_a_hole() -> None:
    leaving = replace(team(7, TESS, TARIQ), members=(Member(TESS, LONG_AGO), Member(TARIQ, LONG_AGO, DAY - timedelta(days=1))))
    (draft,) = found("ROTA_HOLE", named(PROVIDER, Hours.AFTER, team=7), r(INTERNAL, Hours.BUSINESS), crew=crew(leaving))
    assert draft.subject == "team:7"
    assert draft.sentence.startswith("Desk 7 has nobody on its rota for Backup job monitoring: ")
    assert draft.items
    assert found("ROTA_HOLE", named(PROVIDER, Hours.AFTER, team=7), r(INTERNAL, Hours.BUSINESS), crew=crew(team(7, TESS, TARIQ))) == []


def test_the_hours_of_a_hole_are_counted_in_real_instants_and_only_where_the_team_has_to_be_there() -> None:
    away = (Stretch(TESS, local(28, 0), local(29, 0)),)  # a Saturday
    (draft,) = found("ROTA_HOLE", named(PROVIDER, team=7), crew=crew(team(7, TESS), away=away))
    assert "24 hours in the next 30 days, the first from Sat 28 November 00:00." in draft.sentence
    by_day = "backup.verification"
    assert found("ROTA_HOLE", named(PROVIDER, team=7, duty=by_day), crew=crew(team(7, TESS), away=away)) == [], "nobody has to be there"
    override = team(7, TESS, overrides=(Stretch(TARIQ, local(28, 0), local(29, 0)),))
    assert found("ROTA_HOLE", named(PROVIDER, team=7), crew=crew(override, away=away)) == []
    cover = Cover(Subject(PROVIDER, person=TESS), Subject(PROVIDER, person=TARIQ), local(27, 0), local(30, 0))
    assert found("ROTA_HOLE", named(PROVIDER, team=7), crew=crew(team(7, TESS), away=away), covers=(cover,)) == []


def test_a_team_without_a_rota_has_no_holes_in_one() -> None:
    away = (Stretch(TESS, local(28, 0), local(29, 0)),)
    assert found("ROTA_HOLE", named(PROVIDER, team=7), crew=crew(team(7, TESS, rota_from=None), away=away)) == []


# --- KEY_PERSON


def accountable(person: int, number: int) -> list[Rule]:
    return [
        replace(a(INTERNAL, key), person=person)
        for key in sorted(catalogue.duties(), key=lambda key: catalogue.duties()[key].risk)[:number]
    ]


def key_persons(*rules: Rule, **more: Any) -> list[Draft]:
    return [draft for draft in findings.found(matrix(*rules, crew=crew(), **more), DAY) if draft.code == "KEY_PERSON"]


def test_more_than_ten_duties_on_one_person_are_too_many() -> None:
    assert key_persons(*accountable(IRIS, 10)) == []
    (draft,) = key_persons(*accountable(IRIS, 11))
    assert (draft.duty, draft.subject, draft.severity, len(draft.items)) == ("", f"person:{IRIS}", FindingSeverity.HIGH, 11)
    assert draft.sentence.startswith("Iris is alone in being accountable for 11 duties, ")


def test_a_fifth_of_all_risk_on_one_person_is_too_much() -> None:
    four = [BACKUP, "backup.verification", SLIGHT, "support.intake"]
    held = [named(person=IRIS, duty=BACKUP)]
    assert len(key_persons(*held, keys=four)) == 1
    assert key_persons(*held, named(person=IVO, duty=BACKUP), keys=four) == [], "two live people do it"
    assert key_persons(*held, keys=[*four, *(key for key in catalogue.duties() if key.startswith("patching."))]) == []


# --- time is read once


def test_findings_of_people_are_the_same_whether_a_duty_is_read_first_or_last() -> None:
    rules = [named(PROVIDER, team=7), named(PROVIDER, person=TARIQ, rank=2), named(PROVIDER, team=7, duty="monitoring.after-hours")]
    away = (Stretch(TESS, local(28, 0), local(29, 0)),)
    whole = matrix(*rules, crew=crew(team(7, TESS), away=away))
    alone = [one for key in (BACKUP, "monitoring.after-hours") for one in findings.of_duty(whole, whole.duties[key], DAY)]
    assert [
        one for one in findings.found(whole, DAY) if one.duty in {BACKUP, "monitoring.after-hours"} and one.code == "ROTA_HOLE"
    ] == sorted((one for one in alone if one.code == "ROTA_HOLE"), key=lambda one: list(whole.duties).index(one.duty))
