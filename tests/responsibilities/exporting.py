"""Versions to export: whole contents as hypothesis makes them, a client with everything in it, and files opened again."""

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from comanaged.vocabulary import Party, spoken
from responsibilities import catalogue
from responsibilities.domain import content as contents
from responsibilities.domain.content import Calendar, Content, Duty, Excluded, Held, Line, Place
from responsibilities.exporters.document import Accepted, Document, Signed

AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "'=1",
    "''=1",
    '=HYPERLINK("x")',
    "{=1}",
)


def document(content: Content, **more: Any) -> Document:
    """Return a version that says this, signed by both sides unless said otherwise."""
    found = contents.digest(contents.canonical(content))
    values: dict[str, Any] = {
        "client": "Harbor Dental",
        "number": 3,
        "state": "In force",
        "signed": True,
        "content": content,
        "content_hash": found,
        "made": AT,
        "in_force": "24 November 2026 10:00, America/Chicago",
        "signatures": (
            Signed("internal", "Harbor Dental", "Iris", "Iris", "24 November 2026 10:00, America/Chicago", found),
            Signed("provider", "Northwind MSP", "Tess", "Tess", "24 November 2026 10:00, America/Chicago", found),
        ),
        "address": "https://portal.example.test/harbor-dental/matrix/",
    }
    return Document(**(values | more))


def unsigned(content: Content, **more: Any) -> Document:
    """Return a draft that says this."""
    empty = (Signed("internal", "Harbor Dental"), Signed("provider", "Northwind MSP"))
    return document(content, **({"state": "Draft", "signed": False, "in_force": "", "signatures": empty} | more))


def parts(file: bytes) -> dict[str, str]:
    """Return the parts of a spreadsheet as text."""
    with zipfile.ZipFile(io.BytesIO(file)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def formulas(file: bytes) -> list[str]:
    """Return every sign of a formula, of a number or of a link in a spreadsheet: there is none in ours."""
    found = []
    for name, text in parts(file).items():
        if name.startswith("xl/worksheets/"):
            found += re.findall(r"<f\b|<hyperlink", text)
            found += [cell for cell in re.findall(r"<c [^>]*>", text) if "/>" not in cell and 't="s"' not in cell]
    return found


def pages(file: bytes) -> dict[str, list[list[Any]]]:
    """Return the cells of a spreadsheet as another program reads them."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


# --- any content that the database could hold

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufffe\uffff"), min_size=1, max_size=12) | st.sampled_from(
    [*FORMULAS, "A: b", "R 1: c\nR 2: d", "a\\nb", "\\", "two\nlines", " spaced ", "<b>", "_x0041_", "\u202eright", "Ω и Δ"]
)
OR_NOTHING = st.just("") | TEXT
NAME = TEXT.filter(lambda text: "<" not in text and ">" not in text and text.strip() == text)
DAY = st.just("") | st.dates().map(lambda day: day.isoformat())
TEAMS = {"northwind/night-desk": "Night desk", "harbor-dental/it": "=IT", "gone/7": "a team that is gone"}
PEOPLE = {"iris@example.test": "Iris", "tess+a@example.test": "Tess <3"}
OWN_HOURS = ("weekend-desk", "theatre")
DUTIES = {key: Duty(one.name, one.category, spoken(one.coverage), one.risk) for key, one in list(catalogue.duties().items())[:4]} | {
    "own.one": Duty("=cmd|' /C calc'!A0", "own", "always", 3)
}
ABOUTS = (*DUTIES, "backup", "own-category", "*")
PLACES = {
    "east": Place("Eastside; clinic", "site", "group", ("icu", "old"), 2, "America/Denver"),
    "group": Place("Clinics", "group"),
    "icu": Place("@icu", "tag", position=1),
    "old": Place("-Old", "tag"),
}
SUBJECTS = st.one_of(
    st.just({}), st.sampled_from([*TEAMS]).map(lambda key: {"team": key}), st.sampled_from([*PEOPLE]).map(lambda key: {"person": key})
)


@st.composite
def held(draw: st.DrawFn) -> Held:
    """Any letter that the rules of the database allow."""
    letter, party = draw(st.sampled_from("RASCI")), draw(st.sampled_from(["", *map(spoken, Party)]))
    said: dict[str, Any] = {"rank": draw(st.sampled_from([1, 1, 2])), "qualifier": draw(OR_NOTHING), "split": draw(OR_NOTHING)}
    said |= {"since": draw(DAY), "until": draw(DAY)} | (draw(SUBJECTS) if party else {})
    if letter == "R":
        said |= {"hours": draw(st.sampled_from(["business", "after", "always", *OWN_HOURS])), "lead": draw(st.booleans())}
    if letter in "CI":
        said["append"] = draw(st.booleans())
    return Held(letter, party, **said)


LINES = st.builds(
    Line,
    st.sampled_from(ABOUTS),
    st.sampled_from(["", "east", "icu"]),
    OR_NOTHING,
    OR_NOTHING,
    OR_NOTHING,
    st.lists(held(), max_size=5, unique=True).map(lambda found: tuple(sorted(found))),
)
SPANS = st.lists(st.sampled_from(["08:00-12:00", "13:00-17:30", "22:00-06:00"]), min_size=1, max_size=2, unique=True)
WEEKS = st.dictionaries(st.sampled_from(["mon", "tue", "sun"]), SPANS.map(lambda spans: tuple(sorted(spans))))
CLOSED = st.lists(st.dates(), max_size=3, unique=True).map(lambda days: tuple(sorted(day.isoformat() for day in days)))
CALENDARS = st.builds(
    Calendar,
    st.sampled_from(["business", *OWN_HOURS]),
    st.sampled_from(["", "east"]),
    OR_NOTHING,
    st.sampled_from(["internal", "provider"]),
    st.just("America/Chicago"),
    WEEKS,
    CLOSED,
)
EXCLUDED = st.builds(Excluded, st.sampled_from([*DUTIES]), TEXT, TEXT, st.just("2027-03-01T00:00:00Z"))


@st.composite
def wholes(draw: st.DrawFn) -> Content:
    """Any content that a version could be signed with: it names no more than it needs, and everything it names has a name."""
    lines = draw(st.lists(LINES, max_size=6, unique_by=lambda line: line.key))
    calendars = draw(st.lists(CALENDARS, max_size=3, unique_by=lambda one: (one.key, one.place)))
    exclusions = draw(st.lists(EXCLUDED, max_size=2, unique_by=lambda one: one.duty))
    every = [one for line in lines for one in line.held]
    named = {line.about for line in lines} | {one.duty for one in exclusions}
    names = catalogue.category_names()
    near = {"east": PLACES.keys(), "icu": {"icu"}, "": set()}
    stood = {key for place in [*(line.place for line in lines), *(one.place for one in calendars)] for key in near[place]}
    return Content(
        client="harbor-dental",
        template=draw(st.sampled_from(["", "overflow-helpdesk"])),
        edition=draw(st.none() | st.integers(0, 9)),
        policy=draw(
            st.dictionaries(st.sampled_from(["accountable", "named_people", "evidence_age_factor"]), st.booleans() | st.lists(TEXT))
        ),
        lines=tuple(lines),
        calendars=tuple(calendars),
        exclusions=tuple(exclusions),
        duties={key: DUTIES[key] for key in sorted(named & DUTIES.keys())},
        categories={key: names[key] for key in sorted(named & names.keys())},
        places={key: PLACES[key] for key in sorted(stood)},
        teams={key: name for key, name in TEAMS.items() if any(one.team == key for one in every)},
        people={key: name for key, name in PEOPLE.items() if any(one.person == key for one in every)},
        parties={spoken(party): draw(NAME) for party in Party},
    )


def everything() -> Content:
    """Return a client with one of everything: sites, teams, people, a backup, dates, qualifiers, halves, notes, hours of its own, exclusions."""
    night, iris = "northwind/night-desk", "iris@example.test"
    shared = (
        Held("A", "internal", person=iris),
        Held("R", "internal", hours="business", lead=True, split="the server\nand its log", qualifier="=severity 1"),
        Held("R", "internal", team="harbor-dental/it", hours="weekend-desk", until="2027-06-30"),
        Held("R", "internal", person=iris, hours="business", rank=2),
        Held("R", "provider", team=night, hours="after", since="2026-12-01"),
        Held("C", "vendor", qualifier="+ only the vendor's own"),
        Held("I", "end_user", append=True),
    )
    about, other = list(DUTIES)[:2]
    return Content(
        client="harbor-dental",
        template="full-co-managed",
        edition=1,
        policy={"accountable": ["INTERNAL"], "named_people": True, "evidence_age_factor": 0.5},
        lines=(
            Line(about, "", "-note", "@may restart it", "=first\nsecond", tuple(sorted(shared))),
            Line(about, "east", "", "", "", (Held("A", ""), Held("R", "provider", hours="business"))),
            Line(other, "", held=(Held("A", "leadership"), Held("R", "", hours="after"), Held("R", "internal", hours="business"))),
            Line("own.one", "", held=(Held("A", "internal"), Held("S", "provider"))),
            Line("backup", "", held=(Held("A", "internal"),)),
            Line("*", "", held=(Held("I", "leadership"),)),
        ),
        calendars=(
            Calendar("business", "", "", "internal", "America/Chicago", {"mon": ("08:00-12:00", "13:00-17:00")}, ("2026-12-25",)),
            Calendar("weekend-desk", "", "=Weekend desk", "provider", "America/Chicago", {"sat": ("09:00-13:00",)}),
            Calendar("business", "east", "", "internal", "America/Denver", {"mon": ("07:00-15:00",)}),
        ),
        exclusions=(Excluded("own.one", "+We are too small", "=Lena", "2027-03-01T00:00:00Z"),),
        duties={key: DUTIES[key] for key in (about, other, "own.one")},
        categories={"backup": "Backup & continuity"},
        places=dict(PLACES),
        teams={night: "Night desk", "harbor-dental/it": "=IT"},
        people={iris: "Iris"},
        parties={
            "internal": "Internal IT",
            "provider": "Northwind MSP",
            "leadership": "Leadership",
            "end_user": "Users",
            "vendor": "Vendors",
        },
    )


ACCEPTED = (
    Accepted(
        "backup.jobs", "", "Backup job monitoring", "in some hours nobody does it", "=Until the desk opens", "Lena", "22 February 2027"
    ),
)
