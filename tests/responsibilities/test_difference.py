"""Two contents compared: every change is found, and says in words what it does."""

from dataclasses import replace

import pytest
from hypothesis import given

from responsibilities.domain import difference
from responsibilities.domain.content import Calendar, Content, Duty, Excluded, Held, Line, Place
from responsibilities.domain.difference import Change
from tests.responsibilities.test_content import CONTENTS

BASE = Content(
    client="harbor",
    duties={"a.one": Duty("Backups", "a", "always", 4)},
    categories={"a": "Data"},
    places={"east": Place("Eastside", "site"), "desk": Place("Desk", "tag")},
    teams={"nw/night": "Night desk", "nw/day": "Day desk"},
    people={"tess@example.test": "Tess"},
    parties={"internal": "Internal IT", "provider": "Northwind MSP", "leadership": "Leadership", "end_user": "Users", "vendor": "Vendors"},
)


def line(*letters: tuple[str, str] | Held, place: str = "", wider: tuple[Held, ...] = ()) -> Content:
    """Return the base with a line of these letters and parties, and perhaps a wider one."""
    given = tuple(one if isinstance(one, Held) else _held(*one) for one in letters)
    lines = (Line("a.one", place, held=given), *((Line("a", "", held=wider),) if wider else ()))
    return replace(BASE, lines=lines)


def _held(said: str, party: str, **more: object) -> Held:
    letter, _, hours = said.partition(" ")
    words = {"day": "business", "night": "after"}
    return Held(letter, party, hours=words.get(hours, hours), **more)  # type: ignore[arg-type]


IT, P, L, V = "internal", "provider", "leadership", "vendor"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (line(), line(("R night", P)), ["From now on Northwind MSP does it at night; before, nobody did"]),
        (
            line(("R night", IT)),
            line(("R night", P)),
            [
                "Internal IT no longer does it at night; Northwind MSP does",
                "From now on Northwind MSP does it at night; before, Internal IT did",
            ],
        ),
        (line(("R day", P)), line(), ["Northwind MSP no longer does it by day; nobody does"]),
        (line(("R day", P)), line(("R always", P)), ["From now on Northwind MSP does it at night; before, nobody did"]),
        (
            line(("R day", IT)),
            line(("R day", IT), ("R day", P)),
            ["From now on Northwind MSP does it by day as well, together with Internal IT"],
        ),
        (line(), line(("R always", V)), ["From now on Vendors do it day and night; before, nobody did"]),
        (
            line(("A", IT)),
            line(("A", L)),
            ["Internal IT is no longer accountable; Leadership is", "Leadership is accountable; before, Internal IT was"],
        ),
        (line(("A", IT)), line(("A", IT), ("A", P)), ["2 parties are accountable: Internal IT and Northwind MSP"]),
        (line(("A", IT)), line(), ["Internal IT is no longer accountable; nobody is"]),
        (line(("S", P)), line(("C", P)), ["Northwind MSP no longer supports. Northwind MSP is consulted"]),
        (line(), line(("I", V)), ["Vendors are informed"]),
        (
            line(_held("R night", P)),
            line(_held("R night", P, team="nw/night")),
            ["At night it is Night desk (Northwind MSP); before, Northwind MSP as a whole"],
        ),
        (line(_held("R night", P)), line(_held("R night", P, lead=True)), ["Northwind MSP answers first"]),
        (
            line(_held("R night", P)),
            line(_held("R night", P), _held("R night", P, rank=2, person="tess@example.test")),
            ["Its backup is Tess (Northwind MSP); before, there was none"],
        ),
        (line(_held("R day", P)), line(_held("R day", P, split="the tools")), ["Its half is written down: the tools"]),
        (line(_held("C", P)), line(_held("C", P, qualifier="severity 1")), ["C goes as far as this: severity 1"]),
        (line(_held("R day", P)), line(_held("R day", P, until="2027-03-03")), ["R counts until 3 March 2027"]),
        (line(), line(Held("R", "", hours="always")), ["Nobody does it, on purpose"]),
        (
            line(place="east", wider=(_held("R always", IT),)),
            line(("R night", P), place="east", wider=(_held("R always", IT),)),
            ["From now on Northwind MSP does it at night; before, it followed the wider rule"],
        ),
        (
            line(("A", P), place="east", wider=(_held("A", IT),)),
            line(place="east", wider=(_held("A", IT),)),
            ["Northwind MSP is no longer accountable; the wider rule counts"],
        ),
    ],
)
def test_a_line_says_what_it_does(before: Content, after: Content, said: list[str]) -> None:
    assert [one.does for one in difference.changes(before, after)] == said


def only(before: Content, after: Content) -> Change:
    (found,) = difference.changes(before, after)
    return found


def test_a_cell_is_told_before_and_after() -> None:
    found = only(line(("R day", P)), line(_held("R always", P, team="nw/night"), place=""))
    assert (found.title, found.column, found.before, found.after) == ("Backups", "Northwind MSP", "R day", "R always (Night desk)")
    assert only(line(), line(("S", P))).before == "no part"
    assert only(line(place="east"), line(("S", P), place="east")).title == "Backups, Eastside"
    category = replace(BASE, lines=(Line("a", "", held=(_held("S", P),)),))
    assert only(BASE, category).title == "All of Data"


def test_texts_hours_exclusions_and_names_are_told() -> None:
    wrote = replace(BASE, lines=(Line("a.one", authority="Restart the job."),))
    found = only(replace(BASE, lines=(Line("a.one"),)), wrote)
    assert (found.column, found.before, found.after) == ("What may be done without asking", "nothing written", "Restart the job.")
    week = Calendar("business", zone="America/Chicago", week={"mon": ("08:00-17:00",), "tue": ("08:00-17:00",)})
    longer = replace(week, week={"mon": ("07:00-17:00",), "tue": ("08:00-17:00",)}, closed=("2027-01-01",))
    found = only(replace(BASE, calendars=(week,)), replace(BASE, calendars=(longer,)))
    assert found.before == "Mon to Tue 08:00-17:00, America/Chicago"
    assert found.does == "19 hours a week, 18 hours before; the rest of the week is night. Closed as well on 1 January 2027"
    left = replace(BASE, exclusions=(Excluded("a.one", "No servers here", "Lena", "2027-03-03T00:00:00Z"),))
    assert only(BASE, left).does == "Nobody has to do it until 3 March 2027; Lena accepted that"
    assert only(left, BASE).does == "It has to be done again, so somebody must answer for it"
    renamed = replace(BASE, teams={**BASE.teams, "nw/night": "Late desk"})
    assert (only(BASE, renamed).before, only(BASE, renamed).after) == ("Night desk", "Late desk")
    assert only(BASE, replace(BASE, policy={"named_people": True})).title == "Policy"
    assert only(BASE, replace(BASE, edition=4, template="small")).after == "small 4"


@given(CONTENTS, CONTENTS)
def test_no_line_no_hours_and_no_exclusion_changes_without_being_told(one: Content, other: Content) -> None:
    found = difference.changes(one, other)
    assert all(change.does and change.column for change in found)
    assert difference.changes(one, one) == ()

    def lines(content: Content) -> dict[tuple[str, str], object]:
        told = {line.key: (frozenset(line.held), line.note, line.authority, line.first_steps) for line in content.lines}
        return {key: said for key, said in told.items() if any(said)}

    for kind, was, now in (
        ("line", lines(one), lines(other)),
        ("calendar", {(row.key, row.place): row for row in one.calendars}, {(row.key, row.place): row for row in other.calendars}),
        ("exclusion", {row.duty: row for row in one.exclusions}, {row.duty: row for row in other.exclusions}),
    ):
        assert (was != now) is any(change.kind == kind for change in found)
