"""The printed appendix: it holds every row of its version, its mark on every sheet, and no text of anybody is more than text."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest

from responsibilities import catalogue
from responsibilities.domain.content import Content, Duty, Held, Line
from responsibilities.exporters import CannotExport, appendix, layout
from responsibilities.exporters.document import UNSIGNED
from tests.responsibilities import pdf
from tests.responsibilities.exporting import ACCEPTED, FORMULAS, document, everything, unsigned

HOSTILE = (
    '#read("/etc/passwd")',
    "#sys.inputs.said",
    "*not bold* _nor this_ $x^2$ `raw` @label <tag> #{1+1}",
    "// no comment /* nor this */ \\ \\u{41}",
    '#image("x.png") #import "@preview/x:1.0.0": y',
    "\x01\x1b[31m\x7f",
    "x" * 300,
    "\u202eright to left",
    "two\nlines\r\nand a\ttab",
    "-- --- ... \"straight\" 'quotes'",
    *FORMULAS,
)


def said_in(print_: bytes, text: str) -> bool:
    """Say whether a print holds a text, wherever its lines break."""
    return pdf.squeezed(text) in pdf.squeezed(pdf.whole(print_))


def big(lines: int, **more: Any) -> Content:
    """Return a content of so many duties."""
    duties = {f"own.{number}": Duty(f"Duty number {number}", "own", "always", 3) for number in range(lines)}
    return replace(
        everything(), duties=duties, lines=tuple(Line(key, held=(Held("A", "internal"),), **more) for key in duties), exclusions=()
    )


def test_it_holds_every_row_its_notes_and_who_signed_it() -> None:
    content = everything()
    found = appendix.pdf(document(content, accepted=ACCEPTED))
    for text in (
        *(duty.name for duty in content.duties.values()),
        "All of Backup & continuity",
        "Eastside; clinic",
        "R day answers first which half: the server and its log; only: =severity 1",
        "R night Night desk from 1 December 2026",
        "backup day Iris",
        "Nobody, on purpose: A.",
        "-note",
        "May be done without asking: @may restart it",
        "Not done here until 1 March 2027: +We are too small",
        "Backup job monitoring in some hours nobody does it =Until the desk opens Lena",
        "Signed by Tess, 24 November 2026 10:00, America/Chicago.",
        "A is accountable: answers for it",
        "=Weekend desk: Sat 09:00-13:00, America/Chicago",
        "Closed on 25 December 2026.",
        "Eastside; clinic (site, in Clinics, with @icu and -Old, America/Denver)",
        "Only Internal IT may be accountable for a duty that an outside requirement hangs on.",
        "A duty that an outside requirement hangs on names a person. Proof may be 0.5 times as old as is usual.",
        "It began from the template full-co-managed, edition 1.",
        "In force since 24 November 2026 10:00, America/Chicago",
    ):
        assert said_in(found, text), text


def test_every_sheet_of_paper_names_the_version_its_mark_and_its_number_of_all() -> None:
    signed = document(big(70))
    sheets = pdf.sheets(appendix.pdf(signed))
    assert 2 <= len(sheets) <= 5
    for number, text in enumerate(sheets, start=1):
        assert signed.mark in text
        assert f"Page {number} of {len(sheets)}" in text
        assert "Harbor Dental: responsibility matrix, version 3" in text
        assert UNSIGNED not in text
    assert all("Duty Internal IT" in text for text in sheets if "Duty number" in text), "the header is repeated"


def test_the_rows_of_the_matrix_are_the_rows_of_the_print_in_its_order() -> None:
    content = big(70)
    text = pdf.squeezed(pdf.whole(appendix.pdf(document(content))))
    places = [text.index(f"Dutynumber{number}A") for number in (*range(1, 10), *range(10, 70))]
    assert len(set(places)) == 69


def test_a_draft_says_on_every_sheet_that_nobody_signed_it() -> None:
    for state in ("Draft", "Proposed", "Withdrawn"):
        sheets = pdf.sheets(appendix.pdf(unsigned(big(40), state=state)))
        assert all(text.count(UNSIGNED) >= 3 for text in sheets), "in the head, across the sheet and at its foot"
        assert "not signed" in sheets[-1].split("Signatures")[1]


def test_the_same_version_gives_the_same_bytes() -> None:
    first = appendix.pdf(document(everything()))
    time.sleep(1.1)  # a second is what files count in
    assert appendix.pdf(document(everything())) == first
    assert appendix.pdf(document(everything(), number=4)) != first


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_more_than_text(text: str) -> None:
    content = everything()
    one = Held("R", "internal", team="harbor-dental/it", hours="weekend-desk", qualifier=text, split=text)
    content = replace(
        content,
        lines=(Line("own.one", "", text, text, text, (one,)), Line("own.one", "east", held=(one,))),
        calendars=tuple(replace(one, name=text) for one in content.calendars),
        exclusions=tuple(replace(one, reason=text, accepted_by=text) for one in content.exclusions),
        duties={"own.one": replace(content.duties["own.one"], name=text, category=text)},
        places={key: replace(place, name=text) for key, place in content.places.items()},
        teams={"harbor-dental/it": text},
        parties=dict.fromkeys(content.parties, text),
    )
    accepted = (replace(ACCEPTED[0], title=text, what=text, reason=text, accepted_by=text, until=text),)
    found = document(content, client=text, accepted=accepted)
    printed = appendix.pdf(found)
    assert printed.startswith(b"%PDF-")
    assert said_in(printed, appendix.BOXES) is bool(appendix.RARE.search(text))
    if text.isprintable() and not appendix.RARE.search(text):
        assert pdf.squeezed(pdf.whole(printed)).count(pdf.squeezed(text)) > 15
    assert b"root:" not in printed


@pytest.mark.parametrize(
    "text", ["Bücher, façade, Łódź, Šárka, Ağri", "Ночная смена, Їжак", "Νυχτερινή βάρδια, Ώρα", "naïve \u2013 “quoted” … €5 ½"]
)
def test_latin_cyrillic_and_greek_letters_are_printed(text: str) -> None:
    content = replace(everything(), lines=(Line("own.one", note=text, held=(Held("A", "internal", team="harbor-dental/it"),)),))
    found = appendix.pdf(document(replace(content, teams={"harbor-dental/it": text}), client=text))
    assert pdf.whole(found).count(text) >= 4
    assert not said_in(found, appendix.BOXES)


def test_a_long_text_goes_over_to_the_next_sheet_and_none_of_it_is_lost() -> None:
    words = [f"word{number}" for number in range(1500)]
    content = replace(
        everything(), lines=(Line("own.one", note=" ".join(words), authority=" ".join(words), held=(Held("A", "internal"),)),)
    )
    text = pdf.whole(appendix.pdf(document(content)))
    assert all(text.count(word) >= 2 for word in words)


def test_more_than_paper_can_hold_is_refused_in_words() -> None:
    with pytest.raises(CannotExport, match="Download the spreadsheet"):
        appendix.pdf(document(big(appendix.MOST + 1)))


def test_a_printer_that_fails_or_hangs_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appendix, "SECONDS", 0.01)
    with pytest.raises(CannotExport, match="Download the spreadsheet"):
        appendix.pdf(document(everything()))
    monkeypatch.undo()
    monkeypatch.setattr(appendix, "said_by", lambda found: "{}")
    with pytest.raises(CannotExport, match="Download the spreadsheet"):
        appendix.pdf(document(everything()))


def test_every_letter_of_the_catalogue_has_its_words() -> None:
    said = json.loads(appendix.said_by(document(everything())))
    assert [one["letter"] for one in said["letters"]] == ["A", "R", "S", "C", "I", layout.BACKUP]
    assert {group["name"] for group in said["groups"]} <= {"Every duty", *catalogue.category_names().values()}
