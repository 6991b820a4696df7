"""A client's own sheet as its page shows it: the sheet under the decisions so far, each row once, and what it would do to the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import catalogue, models
from responsibilities.domain import importing, raci
from responsibilities.domain.importing import LATER, OUT, OWN, OWN_CATEGORY, Column, Decisions, First, Row, Sheet
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.places import CLIENT
from responsibilities.importers import matching
from responsibilities.importers import reading as shapes
from responsibilities.importers.matching import Known, Match, Sure
from responsibilities.importers.reading import Dialect, Reading
from responsibilities.models import Upload, Version
from responsibilities.queries import beginning, overrides, reading, words

MATCHED = 2 * importing.MOST  # rows that are compared with the duties; of a larger file the others wait for a person
INLINE = 60  # rows of a group that hold their choices on the page; of more, each opens its own
LISTED = 200  # rows and remarks of a kind that are printed in full
DIALECTS = {
    Dialect.LETTERS_PER_PARTY: "letters under parties",
    Dialect.PARTY_PER_LETTER: "parties under letters",
    Dialect.MARKS_PER_PARTY: "marks under parties",
    Dialect.ONE_PARTY_COLUMN: "one column of parties",
    Dialect.PARTY_PER_FUNCTION: "parties under functions",
    Dialect.CODES: "codes",
    Dialect.PROSE_PER_PARTY: "texts under parties",
    Dialect.ONE_ROLES_LETTERS: "the letters of one role",
}
ASKS = {
    shapes.SECTION_OR_UNASSIGNED: "This may be a heading, or a duty that nobody has. Say which duty it is, or leave it out.",
    shapes.TO_BE_DECIDED: "The sheet says that this is still to be decided.",
    shapes.WHO_SHARES: "The sheet says that this is shared, not by whom.",
}


def newest(tenant_id: int) -> list[Upload]:
    """Return the last uploads of a client, the newest first, without their bytes and what was read of them."""
    rows = Upload.objects.for_tenant(tenant_id).defer("content", "reading", "matches", "decisions", "result")
    return list(rows.order_by("-uploaded_at", "-id")[:10])


def upload_of(tenant_id: int, number: int) -> Upload | None:
    """Return one upload of a client, without its bytes."""
    return Upload.objects.for_tenant(tenant_id).light().filter(number=number).first()


def known_duties(tenant_id: int) -> list[Known]:
    """Return the duties that a row may be about: the client's, its own ones among them, else the catalogue's."""
    shipped = catalogue.duties()
    rows = reading.duties_of(tenant_id)
    if not rows:
        return [Known(duty.key, duty.name, duty.category, duty.aliases) for duty in shipped.values()]
    return [Known(row.key, row.name, row.category, shipped[row.key].aliases if row.key in shipped else ()) for row in rows]


def matches_of(read: Reading, tables: Sequence[int], tenant_id: int) -> dict[str, Match]:
    """Return what the rows of these tables are about, by their names."""
    lines = [(importing.row_id(number, line), line.duty, line.section) for number in tables for line in read.tables[number].lines]
    return matching.match(lines[:MATCHED], known_duties(tenant_id), list(catalogue.category_names().items()))


def match_from(stored: Mapping[str, Any]) -> Match:
    """Return a match as an upload keeps it."""
    return Match(**{**stored, "near": tuple(stored["near"])})


def sheet_of(upload: Upload, at: datetime) -> Sheet:
    """Return what was read of an upload under the decisions so far; `upload` is read, and comes with its tenant."""
    read = Reading.from_json(upload.reading or {"format": "", "tables": [], "aside": []})
    provider = access.provider_of(upload.tenant_id, at)
    return Sheet(
        reading=read,
        decisions=Decisions.from_json(upload.decisions),
        matches={name: match_from(one) for name, one in upload.matches.items()},
        guesses=matching.parties_of(importing.headings(read), provider.name if provider else "", upload.tenant.name),
        done=frozenset(upload.result.get("lines", ())),
    )


# --- the page


@dataclass(frozen=True)
class Said:
    """What one party gets: its name and shape, and its letters with how far each goes."""

    name: str
    shape: str
    letters: tuple[tuple[str, str, str], ...]  # letter, spelt, how far


@dataclass(frozen=True)
class Option:
    """One thing to choose."""

    value: str
    word: str
    chosen: bool = False


@dataclass(frozen=True)
class Clashed:
    """Somebody else decided otherwise meanwhile."""

    theirs: str
    yours: str
    value: str  # of yours
    now: str  # of theirs
    who: str


@dataclass(frozen=True)
class RowShown:
    """One row of the sheet and what becomes of it."""

    id: str
    title: str
    section: str
    cells: tuple[tuple[str, str], ...]  # as the sheet has them: heading and text
    target: str
    said: tuple[Said, ...]
    notes: tuple[str, ...]
    choice: str
    options: tuple[Option, ...]
    decided: str  # by whom, "" for nobody
    guessed: bool
    open: bool
    inline: bool
    clash: Clashed | None = None

    @property
    def out(self) -> bool:
        return self.choice == OUT


@dataclass(frozen=True)
class Group:
    """Rows that were understood equally well."""

    key: str
    title: str
    hint: str
    rows: tuple[RowShown, ...]
    undecided: int


@dataclass(frozen=True)
class ColumnShown:
    """A heading of the sheet and whose it is taken to be."""

    number: int
    heading: str
    value: str
    name: str
    shape: str
    guessed: bool
    rows: int
    options: tuple[Option, ...]


@dataclass(frozen=True)
class TableShown:
    """One table of the file."""

    number: int
    name: str
    rows: int
    how: str
    taken: bool


@dataclass(frozen=True)
class Review:
    """An upload that was read, as its page shows it."""

    upload: Upload
    rows: int
    sheets: str
    columns: tuple[ColumnShown, ...]
    unclear: int
    tables: tuple[TableShown, ...]
    asked: int
    answer: bool | None
    marked: int
    marks: str
    groups: tuple[Group, ...]
    remarks: tuple[tuple[int, str], ...]
    more_remarks: int
    choices: SafeString
    shared: tuple[str, ...]
    unsaid: tuple[str, ...]  # what the file does not answer, in sentences
    firsts: tuple[Option, ...]  # who may answer first where several do it; none where nobody shares
    fills: tuple[Option, ...]  # where the duties may come from that the file leaves out; none where it leaves out none
    several: int
    missing: int
    hinders: str
    to_write: int
    to_own: int
    to_leave: int
    later: int
    undecided: int
    done: int
    draft: int  # number of the open version, 0 for none
    seen: str
    first: bool  # the client has no matrix yet
    closed: str  # why nothing can be written just now, in words


def review(upload: Upload, by: Actor, at: datetime, *, opened: str = "", clash: tuple[str, Clashed] | None = None) -> Review:
    """Return the page of an upload. `opened` is a row whose choices are asked for; `clash` a row that somebody else decided meanwhile."""
    sheet = sheet_of(upload, at)
    version = reading.open_version(upload.tenant_id)
    first = version is None and not Version.objects.for_tenant(upload.tenant_id).exists()
    matrix = reading.matrix_in(version, upload.tenant_id, at)
    shower = Shower(sheet, matrix, _names(matrix, upload.tenant_id), opened, clash)
    rows = {row.id: row for row in sheet.rows}
    groups = tuple(
        _group(shower, sure, [row for row in rows.values() if row.sure is sure]) for sure in (Sure.UNKNOWN, Sure.GUESSED, Sure.UNDERSTOOD)
    )
    remarks, missing = _remarks(sheet), _missing(sheet, matrix)
    return Review(
        upload=upload,
        rows=len(rows),
        sheets=", ".join(f"“{name}”" for name in dict.fromkeys(sheet.reading.tables[number].sheet for number in sheet.taken) if name),
        columns=tuple(_column(column, matrix) for column in sheet.columns),
        unclear=len(sheet.unclear),
        tables=tuple(_table(sheet, number) for number, table in enumerate(sheet.reading.tables) if table.lines),
        asked=len(sheet.asked),
        answer=sheet.decisions.answer,
        marked=len(sheet.marked),
        marks=sheet.decisions.marks or "",
        groups=tuple(group for group in groups if group.rows),
        remarks=remarks[:LISTED],
        more_remarks=max(0, len(remarks) - LISTED),
        choices=_choices(shower.names),
        shared=tuple(_shared(shower, key, found) for key, found in sheet.shared.items()),
        unsaid=_unsaid(sheet, matrix),
        firsts=_firsts(sheet, matrix) if sheet.several else (),
        fills=_fills(sheet, by, at) if missing else (),
        several=len(sheet.several),
        missing=missing,
        hinders=sheet.hinders(),
        to_write=sum(row.written for row in sheet.rows),
        to_own=sum(bool(row.category) for row in sheet.rows),
        to_leave=sum(row.choice == OUT for row in sheet.rows),
        later=sum(row.choice == LATER for row in sheet.rows),
        undecided=sum(row.sure is not Sure.UNDERSTOOD and not row.decided for row in sheet.rows),
        done=len(sheet.done),
        draft=version.number if version else 0,
        seen=seen_of(version, {row.target for row in sheet.rows if row.target}),
        first=first,
        closed=""
        if version or first
        else "There is no draft. What both sides signed stays as it is; begin a new draft, then write into that one.",
    )


def seen_of(version: Version | None, keys: set[str]) -> str:
    """Return the stamps of these duties' lines in a version as a form carries them: "security.email=3,…"; 0 for a line there is not yet."""
    if version is None or not keys:
        return ""
    rows = models.Row.objects.for_tenant(version.tenant_id).filter(version=version, place=None, duty__key__in=keys)
    stamps = dict(rows.values_list("duty__key", "stamp"))
    return ",".join(f"{key}={stamps.get(key, 0)}" for key in sorted(keys))


@dataclass(frozen=True)
class Shower:
    """What every row needs to be shown."""

    sheet: Sheet
    matrix: Matrix
    names: Mapping[str, tuple[str, str]]  # by a duty's key: its name and its category
    opened: str
    clash: tuple[str, Clashed] | None

    def target(self, choice: str) -> str:
        """Return a choice in words."""
        if choice.startswith(OWN):
            return f"A duty of your own, under {category_name(choice.removeprefix(OWN))}"
        fixed = {OUT: "Left out", LATER: "Decided later"}
        return fixed.get(choice) or self.names.get(choice, ("a duty that is gone", ""))[0]


def category_name(key: str) -> str:
    """Return what a category is called."""
    return catalogue.category_names().get(key, key)


def choice_words(choice: str, upload: Upload, at: datetime) -> str:
    """Return in words where a row goes."""
    matrix = reading.matrix_in(reading.open_version(upload.tenant_id), upload.tenant_id, at)
    return Shower(Sheet(Reading("", ()), Decisions(), {}, {}), matrix, _names(matrix, upload.tenant_id), "", None).target(choice)


def _names(matrix: Matrix, tenant_id: int) -> dict[str, tuple[str, str]]:
    """Return what every duty that may be chosen is called, with its category."""
    if matrix.duties:
        return {row.key: (row.name, row.category) for row in reading.duties_of(tenant_id)}
    return {duty.key: (duty.name, duty.category) for duty in catalogue.duties().values()}


def _group(shower: Shower, sure: Sure, rows: Sequence[Row]) -> Group:
    title, hint = {
        Sure.UNKNOWN: ("Not understood", "say what they are; otherwise each becomes a duty of your own"),
        Sure.GUESSED: ("Guessed", "look once; what you do not change is taken as it stands"),
        Sure.UNDERSTOOD: ("Understood", "word for word matches"),
    }[sure]
    inline = sure is Sure.UNKNOWN and len(rows) <= INLINE
    shown = tuple(_row(shower, row, inline=inline) for row in rows)
    return Group(sure.lower(), title, hint, shown, sum(not row.decided for row in rows) if sure is not Sure.UNDERSTOOD else 0)


def _row(shower: Shower, row: Row, *, inline: bool) -> RowShown:
    opened = inline or shower.opened == row.id
    return RowShown(
        id=row.id,
        title=" ".join(filter(None, (row.line.ref, row.line.duty))) or f"Row {row.line.row}",
        section=row.line.section,
        cells=tuple((part.party or part.column, part.text) for part in row.line.parts if part.text),
        target=shower.target(row.choice),
        said=tuple(_said(shower.matrix, party, given) for party, given in row.cells.items() if given),
        notes=tuple(_notes(shower, row)),
        choice=row.choice,
        options=_near(shower, row) if opened else (),
        decided=row.decided.who if row.decided else "",
        guessed=row.sure is Sure.GUESSED,
        open=row.choice == LATER,
        inline=opened,
        clash=shower.clash[1] if shower.clash and shower.clash[0] == row.id else None,
    )


def _said(matrix: Matrix, party: Party, given: Sequence[Any]) -> Said:
    ordered = sorted(given, key=lambda one: words.ORDER.index(one.letter))
    return Said(matrix.called(party), words.SHAPES[party], tuple((one.letter.value, raci.SPELT[one.letter], one.only) for one in ordered))


def _notes(shower: Shower, row: Row) -> list[str]:
    """Return what a person should know of a row, in sentences."""
    sheet, told = shower.sheet, []
    told += [ASKS[row.line.asks]] if row.line.asks in ASKS else []
    told += [f"{heading or 'A cell'} says “{text}”, which is no letter; it is kept as a note." for heading, text in row.line.unread]
    if row.match.rival and not row.decided:
        rival = next((other for other in sheet.rows if other.id == row.match.rival), None)
        told += [f"It looks like {shower.target(rival.target)}, which “{rival.line.duty}” has already."] if rival and rival.target else []
    told += ["Does it too, by your answer above."] if row.added else []
    answerable = importing.parties_of(row.cells, Letter.A)
    told += [f"Two are accountable: {', '.join(map(shower.matrix.called, answerable))}."] if len(answerable) > 1 else []
    if row.target in shower.matrix.duties:
        before = overrides.own_of(shower.matrix).get((row.target, CLIENT), ())
        was = "; ".join(f"{shower.matrix.called(party)} {cell}" for party in Party if (cell := raci.written_cell(before, party)) != "empty")
        told += [f"The draft says now: {was}."] if was else []
    return told


def _near(shower: Shower, row: Row) -> tuple[Option, ...]:
    """Return what is offered first for a row: what is chosen now, what is near, and the ways not to write it."""
    wanted = (row.choice, *row.match.near, row.suggested, f"{OWN}{row.match.category or OWN_CATEGORY}", LATER, OUT)
    words_of = {LATER: "Decide later", OUT: "Leave it out"}
    known = [choice for choice in dict.fromkeys(wanted) if choice in shower.names or "." not in choice]
    return tuple(Option(choice, words_of.get(choice) or shower.target(choice), choice == row.choice) for choice in known)


def _choices(names: Mapping[str, tuple[str, str]]) -> SafeString:
    """Return every duty by category, and every category for a duty of one's own, as options; made once for all rows."""
    by_category: dict[str, list[tuple[str, str]]] = {}
    for key, (name, category) in names.items():
        by_category.setdefault(category, []).append((key, name))
    groups = [(category_name(category), duties) for category, duties in by_category.items()]
    groups.append(("A duty of your own, under", [(f"{OWN}{key}", name) for key, name in catalogue.category_names().items()]))
    option = '<option value="{}">{}</option>'
    return format_html_join(
        "", '<optgroup label="{}">{}</optgroup>', ((label, format_html_join("", option, duties)) for label, duties in groups)
    )


def _column(column: Column, matrix: Matrix) -> ColumnShown:
    options = [("", "Say whose this is"), *((party.value, matrix.called(party)) for party in Party), (OUT, "Leave this column out")]
    party = column.known
    return ColumnShown(
        number=column.number,
        heading=column.heading,
        value=column.party,
        name=matrix.called(party) if party else "Left out" if column.party == OUT else "nobody knows yet",
        shape=words.SHAPES[party] if party else "",
        guessed=column.guessed,
        rows=column.rows,
        options=tuple(Option(value, word, value == column.party) for value, word in options if value or not column.party),
    )


def _table(sheet: Sheet, number: int) -> TableShown:
    table = sheet.reading.tables[number]
    same = [one for one, other in enumerate(sheet.reading.tables) if other.sheet == table.sheet and other.lines]
    name = table.sheet or "The file"
    name = f"{name}, table {same.index(number) + 1}" if len(same) > 1 else name
    return TableShown(number, name, len(table.lines), DIALECTS[table.dialect] if table.dialect else "nobody named", number in sheet.taken)


def _remarks(sheet: Sheet) -> tuple[tuple[int, str], ...]:
    """Return what is in the file and no duty: rows of the tables that were not understood, titles, legends and footnotes."""
    rows = [one for number in sheet.taken for one in sheet.reading.tables[number].unread]
    return tuple(sorted({*rows, *sheet.reading.aside}))


def _shared(shower: Shower, key: str, rows: Sequence[Row]) -> str:
    said = " and ".join(f"“{row.line.duty}”" for row in rows)
    return f"{said} are all read as {shower.target(key)}. Their letters are put together there, each with the row it comes from."


def _missing(sheet: Sheet, matrix: Matrix) -> int:
    """Return how many duties of the catalogue the file leaves out and the draft gives to nobody."""
    named, own = {row.target for row in sheet.rows if row.target}, overrides.own_of(matrix)
    return sum(
        key not in named and not own.get((key, CLIENT)) for key in (set(matrix.duties) & set(catalogue.duties())) or catalogue.duties()
    )


def _firsts(sheet: Sheet, matrix: Matrix) -> tuple[Option, ...]:
    """Return who may be said to answer first."""
    internal, provider = matrix.called(Party.INTERNAL), matrix.called(Party.PROVIDER)
    told = {
        "": "Decide later, duty by duty",
        First.INTERNAL: f"{internal}; where they do not do it whoever is accountable, else {provider}",
        First.PROVIDER: f"{provider}; where they do not do it whoever is accountable, else {internal}",
        First.ACCOUNTABLE: f"Whoever is accountable; where they do not do it {internal}, else {provider}",
    }
    return tuple(Option(value, said, value == (sheet.decisions.first or "")) for value, said in told.items())


def _fills(sheet: Sheet, by: Actor, at: datetime) -> tuple[Option, ...]:
    """Return where the duties may come from that the file leaves out."""
    told = {"": "Leave them to nobody, so that the holes are seen"}
    told |= {one.word: f"Take them from {one.template.name}{f', of {whose}' if whose else ''}" for one, whose in beginning.offered(by, at)}
    return tuple(Option(value, said, value == sheet.decisions.fill) for value, said in told.items())


def _unsaid(sheet: Sheet, matrix: Matrix) -> tuple[str, ...]:
    """Return what the file does not answer, counted."""
    named = {row.target for row in sheet.rows if row.target}
    shipped = {duty.key: duty.coverage for duty in catalogue.duties().values()}
    hours = {key: duty.coverage for key, duty in matrix.duties.items()} or shipped
    night = [key for key in named if hours.get(key, Hours.BUSINESS) is not Hours.BUSINESS]
    holes = len(sheet.asked) if sheet.decisions.answer is False else 0
    found = [
        (
            len(night),
            "{} of its duties must be done outside business hours, and a sheet has no hours. Whoever does a duty gets all the hours it needs; change that in the grid.",
        ),
        (holes, "{} rows name nobody who does it. The draft shows each as a hole."),
    ]
    return tuple(text.format(count) for count, text in found if count)


# --- what was written


@dataclass(frozen=True)
class Placed:
    """A row that was written, and the duty it went to."""

    title: str
    key: str
    name: str
    own: str  # the category of a duty of the client's own, "" for one of the catalogue


@dataclass(frozen=True)
class Written:
    """What became of a sheet."""

    version: int
    said: str
    who: str
    placed: tuple[Placed, ...]
    later: tuple[str, ...]
    out: tuple[str, ...]
    back: tuple[tuple[str, str], ...] = ()  # lines of a sheet of ours: what they are about, and their titles

    @property
    def own(self) -> list[Placed]:
        return [one for one in self.placed if one.own]

    @property
    def matched(self) -> list[Placed]:
        return [one for one in self.placed if not one.own]


def written(upload: Upload) -> Written:
    """Return what became of each row of a sheet that was written."""
    read, result = Reading.from_json(upload.reading or {}), upload.result
    lines = {importing.row_id(number, line): line for number, table in enumerate(read.tables) for line in table.lines}
    titles = {name: " ".join(filter(None, (line.ref, line.duty))) or f"Row {line.row}" for name, line in lines.items()}
    duties = {row.key: row for row in reading.duties_of(upload.tenant_id)}
    placed = [
        Placed(titles.get(name, name), key, duties[key].name, category_name(duties[key].category) if reading.is_own(key) else "")
        for name, key in result.get("lines", {}).items()
        if key in duties
    ]
    return Written(
        version=result["version"],
        said=result["said"],
        who=result["who"],
        placed=tuple(placed),
        later=tuple(titles.get(name, name) for name in result.get("later", ())),
        out=tuple(titles.get(name, name) for name in result.get("out", ())),
        back=tuple((about if "." in about else "", title) for about, title in result.get("own", ())),
    )
