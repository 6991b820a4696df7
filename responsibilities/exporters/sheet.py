"""A version as a spreadsheet: the matrix first, then what its words mean and who signed it, its hours, its places, what is left out.

Every cell is a text, whatever it begins with. Our own importer reads the file back without any loss.
"""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.workbook import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from responsibilities.domain import difference
from responsibilities.exporters import CannotExport, document, layout
from responsibilities.exporters import grid as grids
from responsibilities.exporters.document import Document

LONGEST = 32_767  # characters that a cell can hold
FOOTER = 60  # characters of a name in a footer, which holds 255 with every & twice
MATRIX, LEGEND, HOURS, PLACES, LEFT_OUT, GAPS = "Matrix", "Legend", "Hours", "Places", "Not done here", "Accepted gaps"
ONLY_TEXT: dict[str, Any] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
WIDTHS = {
    layout.KEY: 22,
    layout.CATEGORY: 18,
    layout.DUTY: 30,
    layout.NEEDED: 8,
    layout.RISK: 6,
    layout.PLACE: 14,
    layout.PLACE_KEY: 10,
    **dict.fromkeys(layout.TEXTS.values(), 40),
}
DETAIL, LETTERS = 14, 11
A3, A4, WIDE = 8, 9, 180  # papers by the format's numbers, and the width from which a page is printed on the larger
LINE, TALLEST = 15, 400  # points
DAYS = difference.DAYS
HOURS_HEAD = ("Key", "Name", "Place", "Place key", "Kept by", "Time zone", *(day.title() for day in DAYS), "Closed on")
PLACES_HEAD = ("Key", "Name", "Kind", "Lies in", "Tags", "Position", "Time zone")
LEFT_HEAD = (layout.KEY, layout.CATEGORY, layout.DUTY, layout.NEEDED, layout.RISK, "Why it is not done", "Accepted by", "Until")
GAPS_HEAD = (layout.KEY, layout.DUTY, layout.PLACE_KEY, "What is missing", "Why", "Accepted by", "Until")
SAYS = ("What", "What it says")
# Words of the legend that our own importer reads.
CLIENT, SLUG, NUMBER, STATE, MARK, HASH = "Client", "Client's address", "Version", "State", "Content mark", "Content hash"
TEMPLATE, EDITION, POLICY, PARTY = "Began from the template", "Edition of the template", "Policy", "Party"
HOW = (
    (
        "How to read it",
        "Each row is a duty, a whole category or every duty, at the whole client or at one place. A place says only what is otherwise there.",
    ),
    (
        "Several letters",
        "Letters stand with commas between them. Beside them, a cell that is about one of several letters begins with that letter.",
    ),
    (
        "Several stretches",
        "Where a party does a duty in several stretches, the hours stand one under the other, in the order of its letters R.",
    ),
    ("Names", "A name is followed by its key in angle brackets, so that it can be read back."),
    ("Reading it back", "This file can be changed and imported again. Every cell is text; none is a formula."),
)


def matrix(found: Document) -> bytes:
    """Return a version as a spreadsheet. Raise CannotExport."""
    book = Book(found)
    grid = grids.grid(found)
    widths = [WIDTHS.get(heading, LETTERS if ": " not in heading else DETAIL) for heading in grid.headings]
    book.page(MATRIX, found.title, grid.headings, grid.rows, widths, frozen=3)
    book.page(LEGEND, "What the words mean, and which version this is", SAYS, legend(found), [28, 100])
    book.page(HOURS, "The hours that the matrix names", HOURS_HEAD, hours(found), [16, 20, 18, 12, 12, 20, *[14] * len(DAYS), 50])
    book.page(PLACES, "The places that the matrix names", PLACES_HEAD, places(found), [20, 30, 10, 20, 30, 10, 20])
    book.page(LEFT_OUT, "Duties that are not done here, by decision", LEFT_HEAD, left_out(found), [24, 22, 34, 9, 6, 60, 30, 24])
    book.page(GAPS, "Gaps that were accepted with this version", GAPS_HEAD, gaps(found), [24, 34, 14, 30, 60, 30, 30])
    return book.closed()


def legend(found: Document) -> list[tuple[str, str]]:
    """Return what the legend says: the version, its signatures, the words, and what else the content holds."""
    content = found.content
    said = [
        (CLIENT, found.client),
        (SLUG, content.client),
        (NUMBER, str(found.number)),
        (STATE, found.standing),
        (MARK, found.mark),
        (HASH, found.content_hash),
    ]
    said += [(f"Signature of {one.party}", signature(one)) for one in found.signatures]
    said += document.LETTERS
    said += [document.BACKUP, ("day", "in the hours of the sheet Hours"), ("night", document.NIGHT), ("always", "day and night"), *HOW]
    said += [(TEMPLATE, content.template), (EDITION, "" if content.edition is None else str(content.edition))]
    said += [(f"{PARTY}: {key}", name) for key, name in content.parties.items()]
    said += [(f"{POLICY}: {key}", json.dumps(value, ensure_ascii=False)) for key, value in content.policy.items()]
    return said


def signature(one: document.Signed) -> str:
    """Return a signature in words."""
    return f"{one.typed_name}: signed by {one.person}, {one.at}, over the content {one.content_hash}" if one.at else "not signed"


def hours(found: Document) -> list[tuple[str, ...]]:
    """Return the calendars, day and night of the client first."""
    content = found.content
    ordered = sorted(content.calendars, key=lambda one: (one.key != "business", one.key, one.place))
    return [
        (
            one.key,
            one.name,
            content.place(one.place) if one.place else layout.WHOLE_CLIENT,
            one.place,
            one.side,
            one.zone,
            *(", ".join(sorted(one.week.get(day, ()))) for day in DAYS),
            ", ".join(sorted(set(one.closed))),
        )
        for one in ordered
    ]


def places(found: Document) -> list[tuple[str, ...]]:
    """Return the places that the content names."""
    return [
        (key, one.name, one.kind, one.parent, ", ".join(sorted(one.tags)), str(one.position), one.zone)
        for key, one in sorted(found.content.places.items())
    ]


def left_out(found: Document) -> list[tuple[str, ...]]:
    """Return the duties that the client does without."""
    content = found.content
    rows: list[tuple[str, ...]] = []
    for one in sorted(content.exclusions, key=lambda one: one.duty):
        duty = content.duties.get(one.duty, grids.NO_DUTY)
        facts = (one.duty, grids.category(found, one.duty), duty.name or one.duty, layout.SPOKEN.get(duty.coverage, duty.coverage))
        rows.append((*facts, grids.risk(duty), one.reason, one.accepted_by, one.until))
    return rows


def gaps(found: Document) -> list[tuple[str, ...]]:
    """Return the accepted gaps."""
    return [(one.duty, one.title, one.place, one.what, one.reason, one.accepted_by, one.until) for one in found.accepted]


class Book:
    """A spreadsheet of ours: pages with a title, a frozen header, wrapped texts, and the version named on every sheet of paper."""

    def __init__(self, found: Document) -> None:
        self.found = found
        self.bytes = io.BytesIO()
        self.book: Workbook = xlsxwriter.Workbook(self.bytes, ONLY_TEXT)
        made = found.made.astimezone(UTC).replace(tzinfo=None)
        self.book.set_properties({"title": found.title, "subject": found.line, "comments": found.standing, "created": made})
        self.title = self.format(bold=True, font_size=14)
        self.told = self.format(italic=True)
        self.header = self.format(bold=True, bg_color="#E8E8E4", bottom=1, text_wrap=True, valign="vcenter")
        self.text = self.format(text_wrap=True, valign="top", bottom=4, bottom_color="#BBBBBB")

    def format(self, **looks: Any) -> Format:
        """Return a look of cells, all of them texts."""
        made: Format = self.book.add_format({"num_format": "@", **looks})
        return made

    def page(
        self, name: str, title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], *, frozen: int = 1
    ) -> None:
        """Add a page with a title, the line of the version, a header that stays in sight, and rows."""
        page: Worksheet = self.book.add_worksheet(name)
        write(page, 0, [title], self.title)
        write(page, 1, [self.found.line], self.told)
        write(page, 2, headings, self.header)
        told = list(rows)
        page.set_row(2, tall(headings, widths))
        for number, row in enumerate(told, start=3):
            page.set_row(number, tall(row, widths))
            write(page, number, row, self.text)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.freeze_panes(3, frozen)
        page.autofilter(2, 0, 2 + max(len(told), 1), len(headings) - 1)
        page.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        self._print(page, A3 if sum(widths) > WIDE else A4)

    def _print(self, page: Worksheet, paper: int) -> None:
        page.set_landscape()
        page.set_paper(paper)
        page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 2)
        client = self.found.client[:FOOTER].replace("&", "&&")
        said = "" if self.found.signed else f": {document.UNSIGNED}"
        page.set_footer(f"&L{client}, version {self.found.number}{said}. Content mark {self.found.mark}&RPage &P of &N")

    def closed(self) -> bytes:
        """Return the whole file."""
        self.book.close()
        return self.bytes.getvalue()


def tall(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Return how high a row has to be for its texts to be seen; not every spreadsheet finds out by itself."""
    lines = [
        sum(-(-max(len(line), 1) // max(int(width), 1)) for line in cell.split("\n")) for cell, width in zip(cells, widths, strict=True)
    ]
    return min(max(lines, default=1) * LINE, TALLEST)


def write(page: Worksheet, row: int, cells: Sequence[str], look: Format) -> None:
    """Write texts into a row. Raise CannotExport for one that no cell can hold: nothing is ever cut off in silence."""
    for column, cell in enumerate(cells):
        if len(cell) > LONGEST:
            raise CannotExport("One text of this version is longer than a cell of a spreadsheet can hold. Export it as CSV instead.")
        page.write_string(row, column, cell, look)
