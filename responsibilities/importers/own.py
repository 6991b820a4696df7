"""Our own sheets and tables, read back: recognised by the words of their headers, and returned as the content they were written from.

`read` takes pages of cells, whoever opened the file; `of_csv` and `of_xlsx` open one (the latter only where memory and time are bounded).
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from responsibilities import catalogue
from responsibilities.domain import content as contents
from responsibilities.domain.content import EVERY_DUTY, Calendar, Content, Duty, Excluded, Held, Line, Place
from responsibilities.exporters import layout, sheet, table
from responsibilities.exporters.layout import Names, Unreadable
from responsibilities.importers import files
from responsibilities.importers.reading import CannotRead

Page = Sequence[Sequence[str]]
FIRST_ROWS = 10  # among which a header stands
TWICE = "This line stands here twice. Only the first one is read."
NO_KEY = "This row has no key of a duty, so it is no line of ours."
NUMBER = "Write a whole number."
WORDS = "This cannot be read any more. Take it from a fresh export."


@dataclass(frozen=True)
class Unread:
    """A cell that could not be read: where it stands, what it says, and what to write instead."""

    row: int  # of the sheet, from 1
    heading: str
    text: str
    why: str


@dataclass(frozen=True)
class Own:
    """What a file of ours says. Lines name parties, teams, people and hours by the keys that a content has.

    `whole` is a spreadsheet with its hours, places and what is left out; a table holds the lines alone. An R whose hours were taken out
    has hours "": whoever writes it gives it those that the duty needs.
    """

    content: Content
    number: int | None = None  # of the version it came from
    mark: str = ""
    whole: bool = False
    unread: tuple[Unread, ...] = ()

    def over(self, before: Content) -> Content:
        """Return what `before` becomes when it says what the file says; what the file does not hold stays."""
        if self.whole:
            return replace(self.content, parties={**before.parties, **self.content.parties})
        said = self.content
        return replace(
            before,
            lines=said.lines,
            duties={**before.duties, **said.duties},
            categories={**before.categories, **said.categories},
            teams={**before.teams, **said.teams},
            people={**before.people, **said.people},
            parties={**before.parties, **said.parties},
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {
            "content": contents.plain(self.content),
            "number": self.number,
            "mark": self.mark,
            "whole": self.whole,
            "unread": [asdict(one) for one in self.unread],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Own":
        """Return what `to_json` gave, also after a trip through text."""
        content = contents.parsed(json.dumps(stored["content"]))
        return cls(content, stored["number"], stored["mark"], stored["whole"], tuple(Unread(**one) for one in stored["unread"]))


@dataclass
class Found:
    """A page under one of our headers: its rows as cells by heading, each with its number in the sheet."""

    headings: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]


@dataclass
class Reader:
    """What is gathered while a file is read."""

    names: Names = field(default_factory=Names)
    duties: dict[str, Duty] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    parties: dict[str, str] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def tell(self, row: int, heading: str, text: str, why: str) -> None:
        """Keep a cell that could not be read."""
        self.unread.append(Unread(row, heading, text, why))

    def number(self, row: int, heading: str, text: str) -> int:
        """Return a whole number, 0 for none and for one that is told as unread."""
        if text and not (text.isascii() and text.isdigit()):
            self.tell(row, heading, text, NUMBER)
            return 0
        return int(text or 0)


def read(pages: Iterable[Page]) -> Own | None:
    """Return what pages of cells say that we once wrote, None where no page has the header of our matrix."""
    known = list(pages)
    matrix = _under(known, (layout.KEY, layout.DUTY, layout.PLACE_KEY), letters=True)
    if matrix is None:
        return None
    reader = Reader(parties=_parties(matrix.headings))
    lines = _lines(matrix, reader)
    legend, hours, places, left = (_under(known, head) for head in (sheet.SAYS, sheet.HOURS_HEAD, sheet.PLACES_HEAD, sheet.LEFT_HEAD))
    told = {cells[sheet.SAYS[0]]: (row, cells[sheet.SAYS[1]]) for row, cells in (legend.rows if legend else [])}
    policy = _told(reader, told, sheet.POLICY, json.loads)
    exclusions = _exclusions(left, reader)
    content = Content(
        client=told.get(sheet.SLUG, (0, ""))[1],
        template=told.get(sheet.TEMPLATE, (0, ""))[1],
        edition=reader.number(*_cell(told, sheet.EDITION)) if told.get(sheet.EDITION, (0, ""))[1] else None,
        policy=policy,
        lines=lines,
        calendars=_calendars(hours, reader),
        exclusions=exclusions,
        duties=reader.duties,
        categories=reader.categories,
        places=_places(places, matrix, reader),
        teams=reader.names.teams,
        people=reader.names.people,
        parties={**reader.parties, **_told(reader, told, sheet.PARTY, str)},
    )
    number, mark = _version(matrix, told)
    return Own(content, number, mark, whole=bool(legend and hours and places and left), unread=tuple(reader.unread))


def is_ours(headings: Iterable[str]) -> bool:
    """Say whether a table under these headings is one that we once wrote."""
    return {layout.KEY, layout.DUTY, layout.PLACE_KEY} <= set(headings)


def read_file(name: str, content: bytes) -> Own:
    """Return what a file of ours says; raise CannotRead for any other one. It reads the whole file: bound it from outside."""
    found = of_xlsx(content) if files.is_zip(content) else of_csv(files.text_of(content))
    if found is None:
        raise CannotRead("This is no sheet of ours.")
    return found


def of_csv(text: str) -> Own | None:
    """Return what a table of ours says, None for another one."""
    rows = csv.reader(io.StringIO(text.removeprefix(table.MARK_OF_UTF8), newline=""))
    try:
        return read([[list(map(table.plain, row)) for row in rows]])
    except csv.Error as trouble:
        raise CannotRead("This is no table that can be read. Save it as CSV again.") from trouble


def of_xlsx(body: bytes) -> Own | None:
    """Return what a spreadsheet of ours says, None for another one. Raise CannotRead. It reads the whole file: bound it from outside."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        pages = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except (CalamineError, ValueError) as trouble:
        raise CannotRead("This is no spreadsheet that can be read. Save it as XLSX again.") from trouble
    return read([[[text_of(cell) for cell in row] for row in page] for page in pages])


def text_of(cell: object) -> str:
    """Return a cell as we wrote it, also where a spreadsheet has made a number or a date of it since."""
    if isinstance(cell, bool):
        return layout.YES if cell else layout.NO
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else "" if cell is None else str(cell)


# --- the matrix


def _under(pages: Iterable[Page], head: Sequence[str], *, letters: bool = False) -> Found | None:
    """Return the first page under a header that holds these words, and a party's letters where they must be there."""
    for page in pages:
        for number, row in enumerate(page[:FIRST_ROWS]):
            headings = tuple(cell.strip() for cell in row)
            party = any((heard := layout.heard_column(one)) and not heard[1] for one in headings)
            if set(head) <= set(headings) and (party or not letters):
                return Found(
                    headings, [(place, _by_heading(headings, cells)) for place, cells in enumerate(page[number + 1 :], number + 2)]
                )
    return None


def _by_heading(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    padded = [*cells, *[""] * (len(headings) - len(cells))]
    found: dict[str, str] = {}
    for heading, cell in zip(headings, padded, strict=False):
        found.setdefault(heading, cell)
    return found


def _parties(headings: Iterable[str]) -> dict[str, str]:
    heard = [one for one in map(layout.heard_column, headings) if one]
    return {party: name for party, detail, name in heard if party and not detail}


def _lines(matrix: Found, reader: Reader) -> tuple[Line, ...]:
    columns = [(heading, heard) for heading in matrix.headings if (heard := layout.heard_column(heading))]
    found: dict[tuple[str, str], Line] = {}
    for row, cells in matrix.rows:
        about, place = cells[layout.KEY].strip(), cells[layout.PLACE_KEY].strip()
        if not any(cells.values()):
            continue
        if not about or (about, place) in found:
            reader.tell(row, layout.KEY, cells[layout.DUTY], TWICE if about else NO_KEY)
            continue
        _keep(about, cells, row, reader)
        held = tuple(one for heading, (party, detail, _) in columns if not detail for one in _held(row, heading, party, cells, reader))
        texts = {name: cells.get(heading, "") for name, heading in layout.TEXTS.items()}
        found[about, place] = Line(about, place, held=tuple(sorted(held)), **texts)
    return tuple(found.values())


def _held(row: int, heading: str, party: str, cells: Mapping[str, str], reader: Reader) -> tuple[Held, ...]:
    """Return a party's letters in a row. A detail that cannot be read is told and left out; letters that cannot be read are told."""
    word = layout.PARTIES[party]
    said = {detail: cells.get(f"{word}: {detail}", "") for detail in layout.DETAILS} | {"": cells[heading]}
    try:
        return layout.heard(party, said, reader.names)
    except Unreadable:
        pass
    read = {"": said[""]}
    for detail in ("", *layout.DETAILS):
        try:
            layout.heard(party, {**read, detail: said[detail]}, reader.names)
        except Unreadable as trouble:
            reader.tell(row, f"{word}: {detail}" if detail else heading, said[detail], str(trouble))
            if not detail:
                return ()
        else:
            read[detail] = said[detail]
    return layout.heard(party, read, reader.names)


def _keep(about: str, cells: Mapping[str, str], row: int, reader: Reader) -> None:
    """Keep what a row says of its duty, or of the category it is about."""
    name, category = cells[layout.DUTY], cells.get(layout.CATEGORY, "")
    needed, risk = cells.get(layout.NEEDED, "").strip(), cells.get(layout.RISK, "").strip()
    if needed or risk or "." in about:
        coverage = layout.HEARD.get(needed.lower(), needed)
        reader.duties[about] = Duty(name, _category_key(category), coverage, reader.number(row, layout.RISK, risk))
    elif about != EVERY_DUTY and category and category != about:
        reader.categories[about] = category


def _category_key(name: str) -> str:
    return next((key for key, known in catalogue.category_names().items() if known == name), name)


# --- the other pages


def _cell(told: Mapping[str, tuple[int, str]], word: str) -> tuple[int, str, str]:
    row, text = told[word]
    return row, word, text


def _told(reader: Reader, told: Mapping[str, tuple[int, str]], word: str, hear: Any) -> dict[str, Any]:
    """Return what a legend says under "word: key", by key."""
    found = {}
    for name, (row, text) in told.items():
        if name.startswith(f"{word}: "):
            try:
                found[name.removeprefix(f"{word}: ")] = hear(text)
            except ValueError:
                reader.tell(row, name, text, WORDS)
    return found


def _version(matrix: Found, told: Mapping[str, tuple[int, str]]) -> tuple[int | None, str]:
    first = matrix.rows[0][1] if matrix.rows else {}
    number = told.get(sheet.NUMBER, (0, first.get(table.VERSION, "")))[1]
    return int(number) if number.isascii() and number.isdigit() else None, told.get(sheet.MARK, (0, first.get(table.MARK, "")))[1]


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (one.strip() for one in text.replace("\n", ",").split(","))))


def _filled(page: Found | None) -> list[tuple[int, dict[str, str]]]:
    return [(row, cells) for row, cells in page.rows if any(cells.values())] if page else []


def _calendars(page: Found | None, reader: Reader) -> tuple[Calendar, ...]:
    found = []
    for _, cells in _filled(page):
        week = {day: spans for day in sheet.DAYS if (spans := _split(cells[day.title()]))}
        closed = _split(cells["Closed on"])
        found.append(Calendar(cells["Key"], cells["Place key"], cells["Name"], cells["Kept by"], cells["Time zone"], week, closed))
    return tuple(found)


def _places(page: Found | None, matrix: Found, reader: Reader) -> dict[str, Place]:
    if page is None:
        return {cells[layout.PLACE_KEY]: Place(cells[layout.PLACE], "") for _, cells in matrix.rows if cells[layout.PLACE_KEY]}
    return {
        cells["Key"]: Place(
            cells["Name"],
            cells["Kind"],
            cells["Lies in"],
            _split(cells["Tags"]),
            reader.number(row, "Position", cells["Position"]),
            cells["Time zone"],
        )
        for row, cells in _filled(page)
    }


def _exclusions(page: Found | None, reader: Reader) -> tuple[Excluded, ...]:
    found = []
    for row, cells in _filled(page):
        if cells[layout.KEY] not in reader.duties:
            _keep(cells[layout.KEY], cells, row, reader)
        found.append(Excluded(cells[layout.KEY], cells["Why it is not done"], cells["Accepted by"], cells["Until"]))
    return tuple(found)
