"""The findings on paper against an oracle that walks the week minute by minute: every template, and matrices that chance makes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from comanaged.vocabulary import Hours, Letter, Party, PlaceKind
from responsibilities import catalogue
from responsibilities.domain import coverage, findings
from responsibilities.domain.matrix import Matrix, Policy
from responsibilities.domain.places import Place
from responsibilities.domain.raci import Rule
from tests.responsibilities import naive
from tests.responsibilities.build import BACKUP, DAY, a, matrix, of_template, r

TOLD = {"A_MISSING", "A_MULTIPLE", "A_OUTSIDE_ORG", "R_MISSING", "R_GAP", "R_NO_LEAD"}
BY_DAY, NIGHTS = "backup.verification", "monitoring.after-hours"
PLACES = (
    Place("west", "West", PlaceKind.GROUP),
    Place("blue", "Blue", PlaceKind.TAG, position=1),
    Place("red", "Red", PlaceKind.TAG, position=1),
    Place("clinic", "Clinic", PlaceKind.SITE, parent="west", tags=("blue", "red"), zone="America/Phoenix"),
    Place("lab", "Lab", PlaceKind.SITE, parent="west", tags=("blue",)),
    Place("scanner", "Scanner", PlaceKind.ASSET, parent="clinic", tags=("red",)),
)
DESK = coverage.calendar_of("America/New_York", coverage.week_of("Mon-Sun 20:00-02:00, Wed 07:00-10:00"))
SATURDAYS = coverage.calendar_of("America/Phoenix", coverage.week_of("Mon-Sat 09:00-16:00"))


def compared(whole: Matrix) -> None:
    drafts = findings.found(whole, DAY)
    found, gaps = naive.findings(whole, DAY)
    assert {(one.code, one.duty, one.place) for one in drafts if one.code in TOLD} == found
    for (duty, place), minutes in gaps.items():
        assert findings.gap_minutes(whole, whole.duties[duty], DAY, place) == minutes
        (draft,) = [one for one in drafts if (one.code, one.duty, one.place) == ("R_GAP", duty, place)]
        assert f"{findings.spoken_minutes(minutes)} a week" in draft.sentence


@pytest.mark.parametrize("key", catalogue.templates())
def test_every_template_has_the_findings_that_a_walk_through_the_week_finds(key: str) -> None:
    compared(of_template(key, DAY))


rules = st.builds(
    Rule,
    letter=st.sampled_from([Letter.A, Letter.R, Letter.R, Letter.R]),
    party=st.sampled_from([None, *Party]),
    hours=st.sampled_from([*Hours, Hours.ALWAYS, "desk"]),
    lead=st.booleans(),
    duty=st.sampled_from([BACKUP, BACKUP, BY_DAY, NIGHTS, "backup", "*"]),
    place=st.sampled_from(["", "", *(place.key for place in PLACES)]),
    rank=st.sampled_from([1, 1, 1, 2]),
)
CALENDARS = {("desk", ""): DESK, ("business", "lab"): SATURDAYS, ("desk", "blue"): SATURDAYS}
calendars = st.lists(st.sampled_from(list(CALENDARS)), unique=True).map(lambda keys: {key: CALENDARS[key] for key in keys})


def sound(rule: Rule) -> Rule:
    """Only R has hours and a lead."""
    return rule if rule.letter is Letter.R else replace(rule, hours=None, lead=False)


@hypothesis(max_examples=100)
@given(st.lists(rules.map(sound), max_size=12), calendars, st.booleans())
def test_whatever_the_rows_say_the_findings_are_those_of_a_walk_through_the_week(stated: list[Rule], hours: Any, policed: bool) -> None:
    policy = Policy(frozenset({Party.INTERNAL, Party.LEADERSHIP}) if policed else frozenset())
    compared(matrix(*stated, keys=[BACKUP, BY_DAY, NIGHTS], places=PLACES, calendars=hours, policy=policy))


@hypothesis(max_examples=100)
@given(st.lists(rules.map(sound), max_size=8), st.lists(rules.map(sound), max_size=4), st.lists(rules.map(sound), max_size=4))
@example([r(Party.PROVIDER, duty=BY_DAY)], [r(Party.PROVIDER)], [r(Party.INTERNAL)])  # what rests on the edited duty
@example([a(Party.INTERNAL, "backup"), a(Party.INTERNAL, BY_DAY)], [], [a(Party.PROVIDER)])  # a line of the category is left without a duty
def test_what_an_edit_cannot_move_is_left_and_the_rest_is_as_a_look_at_everything(
    kept: list[Rule], gone: list[Rule], new: list[Rule]
) -> None:
    """Whatever lines change: the findings that stood of other duties, with those that are found anew, are all there are."""
    before, after = (
        matrix(*stated, keys=[BACKUP, BY_DAY, NIGHTS, "security.training"], places=PLACES) for stated in (kept + gone, kept + new)
    )
    facts = findings.Facts(prerequisites={BY_DAY: (BACKUP,), NIGHTS: (BY_DAY,)}, nothing_in_force=True, version=1)
    stood = {draft.key: draft for draft in findings.found(before, DAY, facts)}
    duties, found = findings.found_about(after, DAY, facts, {rule.duty for rule in gone + new}, stood)
    left = [draft for key, draft in stood.items() if key[2] not in duties]
    assert sorted(map(repr, left + found)) == sorted(map(repr, findings.found(after, DAY, facts)))
