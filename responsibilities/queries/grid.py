"""The matrix page: seventy lines with ready values, from eight reads at most."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Hours, Party
from responsibilities import catalogue, models
from responsibilities.domain import coverage, cures, findings, telling
from responsibilities.domain import matrix as matrices
from responsibilities.domain.cures import Cure
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.raci import Rule
from responsibilities.queries import moment as moments
from responsibilities.queries import reading, words
from responsibilities.queries.moment import Moment

VIEWS = {"all": "All", "blocks": "Blocks signing", "night": "Nobody at night"}
EMPTY = {"blocks": "Nothing blocks signing.", "night": "Somebody acts every night that needs it."}


@dataclass(frozen=True)
class Column:
    """One party of the grid."""

    party: Party
    word: str
    name: str
    shape: str
    narrow: bool


@dataclass(frozen=True)
class Cell:
    """What one party is to one duty."""

    column: Column
    held: str  # letters, for the keyboard: "ar"
    shown: SafeString  # the whole <td>: three hundred and fifty of them are a page's cost


@dataclass(frozen=True)
class Fix:
    """A finding under its duty: the sentence, when it next bites, and the decisions that close it."""

    id: int
    code: str
    severity: str
    blocks: bool
    sentence: str
    ahead: str
    cures: tuple[Cure, ...]


@dataclass(frozen=True)
class Line:
    """One duty of the grid."""

    id: str
    key: str
    name: str
    cells: tuple[Cell, ...]
    cover: SafeString
    subject: str
    shape: str
    from_text: str  # where the duty need not be covered now: when it next is
    excluded: str
    note: str
    stamp: int
    fixes: tuple[Fix, ...]
    hole_at_night: bool

    @property
    def blocks(self) -> bool:
        return any(fix.blocks for fix in self.fixes)


@dataclass(frozen=True)
class Group:
    """The duties of one category."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class View:
    """One way of looking at the grid, with how many duties it shows."""

    key: str
    word: str
    count: int
    current: bool


@dataclass(frozen=True)
class Page:
    """The whole grid at one moment."""

    exists: bool
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    views: tuple[View, ...]
    empty: str
    total: int
    version: int | None
    signed: bool
    draft: bool
    may_edit: bool
    moment: Moment
    hours: str
    business: str
    zone: str


@dataclass(frozen=True)
class Reader:
    """What every line needs: the matrix, its moment, its columns, open findings and stamps by duty."""

    matrix: Matrix
    at: datetime
    columns: tuple[Column, ...]
    findings: dict[str, list[models.Finding]]
    rows: dict[str, models.Row]
    now: str
    base: str  # the grid's address where its cells may be edited


def page(by: Actor, at: datetime, base: str, view: str = "all") -> Page:
    """Return a client's matrix as it answers at `at`, narrowed to one view; `base` is its address."""
    version = reading.version_at(by.tenant_id, at)
    draft = bool(version and version.state == models.Version.State.DRAFT)
    may_edit = draft and access.may(by, "matrix.assign_owner")
    reader = reader_of(version, by.tenant_id, at, base=base if may_edit else "")
    lines = {key: line_of(reader, duty) for key, duty in reader.matrix.duties.items()}
    shown = {
        "all": list(lines),
        "blocks": [k for k, one in lines.items() if one.blocks],
        "night": [k for k, one in lines.items() if one.hole_at_night],
    }
    current = view if view in VIEWS else "all"
    return Page(
        exists=version is not None,
        columns=reader.columns,
        groups=_groups(reader.matrix, {key: lines[key] for key in shown[current]}),
        views=tuple(View(key, word, len(shown[key]), key == current) for key, word in VIEWS.items()),
        empty=EMPTY.get(current, ""),
        total=len(lines),
        version=reader.matrix.version,
        signed=reader.matrix.signed,
        draft=draft,
        may_edit=may_edit,
        moment=moments.moment(reader.matrix, at),
        hours=words.hours_words(reader.matrix, at),
        business=telling.hours_text(reader.matrix.hours_at(""), Hours.BUSINESS),
        zone=reader.matrix.calendar.zone,
    )


def reader_of(version: models.Version | None, tenant_id: int, at: datetime, keys: set[str] | None = None, base: str = "") -> Reader:
    """Read what lines need, of every duty or of `keys` alone."""
    matrix = reading.matrix_in(version, tenant_id, at)
    found = models.Finding.objects.for_tenant(tenant_id).filter(state=models.Finding.State.OPEN, duty__isnull=False)
    rows = models.Row.objects.for_tenant(tenant_id).filter(version=version, duty__isnull=False, place=None)
    if keys is not None:
        found, rows = found.filter(duty__key__in=keys), rows.filter(duty__key__in=keys)
    by_duty: dict[str, list[models.Finding]] = defaultdict(list)
    for one in found.select_related("duty").order_by("id"):
        by_duty[one.duty.key if one.duty else ""].append(one)
    stamps = {row.rule_key: row for row in rows.select_related("duty")}
    now = "day" if Hours.BUSINESS in matrix.calendar.standing(at) else "night"
    return Reader(matrix, at, columns_of(matrix), by_duty, stamps, now, base)


def columns_of(matrix: Matrix) -> tuple[Column, ...]:
    """Return the parties of the grid, the two sides first."""
    return tuple(
        Column(party, party.value.lower().replace("_", "-"), name, words.SHAPES[party], party not in matrices.SIDES)
        for party, name in matrix.names.items()
    )


def line_of(reader: Reader, duty: Duty) -> Line:
    """Return one duty's line."""
    matrix, at = reader.matrix, reader.at
    rules = [rule for rule in matrix.rules.get(duty.key, ()) if not rule.place]
    exclusion = matrix.excluded(duty.key, at)
    halves = matrices.by_halves(matrix, duty, at)
    party = _answers(matrix, duty, at)
    waits = matrices.covered_from(matrix, duty, at) if party is None else None
    party = _answers(matrix, duty, waits) if waits else party
    row = reader.rows.get(duty.key)
    id_ = "d-" + duty.key.replace(".", "-")
    needed = {half: half in coverage.PARTS[duty.coverage] and not exclusion for half in halves}
    glyph = [halves[half].value if halves[half] else "NOBODY" if needed[half] else "" for half in (Hours.BUSINESS, Hours.AFTER)]  # type: ignore[union-attr]
    return Line(
        id=id_,
        key=duty.key,
        name=duty.name,
        cells=tuple(
            _cell(id_, column, rules, f"{reader.base}{duty.key}/cell/{column.word}/" if reader.base else "") for column in reader.columns
        ),
        cover=words.cover(glyph[0], glyph[1], reader.now, matrix.names[Party.PROVIDER]),
        subject=matrix.called(party),
        shape=words.SHAPES[party] if party else "nobody",
        from_text=words.clock(waits, matrix.calendar.zone, at) if waits else "",
        excluded=f"excluded until {exclusion.ends_at:%-d %B %Y}" if exclusion else "",
        note=row.note if row else "",
        stamp=row.stamp if row else 0,
        fixes=tuple(fix_of(reader, duty, one) for one in reader.findings.get(duty.key, ())),
        hole_at_night=glyph[1] == "NOBODY",
    )


def _answers(matrix: Matrix, duty: Duty, at: datetime) -> Party | None:
    """Return the party that answers first at a moment."""
    first = matrices.read(matrix, duty, at).first
    return first.party if first else None


def fix_of(reader: Reader, duty: Duty, finding: models.Finding) -> Fix:
    """Return an open finding as it stands under its duty."""
    ahead = findings.gap_ahead(reader.matrix, duty, reader.at) if finding.code == "R_GAP" else None
    begins = words.clock(ahead[0], reader.matrix.calendar.zone, reader.at) if ahead else ""
    return Fix(
        id=finding.pk,
        code=finding.code,
        severity=finding.severity,
        blocks=finding.blocks,
        sentence=finding.sentence,
        ahead="Open now." if ahead and ahead[0] <= reader.at else f"Next: {begins}." if begins else "",
        cures=tuple(cures.cures_of(reader.matrix, finding.code, duty)),
    )


def _cell(line: str, column: Column, rules: list[Rule], href: str) -> Cell:
    letters = words.letters_of(rules, column.party)
    held = "".join(letter.lower() for letter, _, _ in letters)
    look = f"{column.shape} narrow" if column.narrow else column.shape
    shown = words.td(words.cell(letters), name=f"{line}-{column.word}", look=look, party=column.party, held=held, href=href)
    return Cell(column, held, shown)


def _groups(matrix: Matrix, lines: dict[str, Line]) -> tuple[Group, ...]:
    names = {category.key: category.name for category in catalogue.categories()}
    grouped: dict[str, list[Line]] = defaultdict(list)
    for key, line in lines.items():
        grouped[matrix.duties[key].category].append(line)
    return tuple(Group(names.get(category, category), tuple(found)) for category, found in grouped.items())
