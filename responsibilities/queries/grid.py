"""The matrix page: seventy lines with ready values and the rows of their places, from eight reads at most."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.safestring import SafeString

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import catalogue, models
from responsibilities.domain import coverage, cures, findings, presence, raci, telling
from responsibilities.domain import matrix as matrices
from responsibilities.domain.cures import Cure
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.people import Subject
from responsibilities.domain.places import CLIENT, Place
from responsibilities.domain.raci import Rule
from responsibilities.queries import comments, crew, moment, overrides, reading, subjects, words
from responsibilities.queries.moment import Moment
from responsibilities.queries.subjects import Choice

VIEWS = {
    "all": "All",
    "blocks": "Blocks signing",
    "care": "Needs care",
    "changed": "Changed",
    "night": "Nobody at night",
    "yours": "Yours",
    "sites": "Sites",
    "commented": "Commented",
}
EMPTY = {
    "blocks": "Nothing blocks signing.",
    "care": "Nothing needs care.",
    "changed": "Nothing differs from the version in force.",
    "night": "Somebody acts every night that needs it.",
    "yours": "Your side neither answers for a duty nor does one.",
    "sites": "Every place does as the whole client does.",
    "commented": "No comment is open.",
}
GRAVE = {"blocks", "night"}
FEW = 60  # rows of places that a page shows one by one; with more, those that say the same are folded
KINDS = 6  # folded rows of one duty that are shown; the others are told by number


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
    place: str = ""
    stamp: int = 0  # of the line it is about
    accepted: bool = False


@dataclass(frozen=True)
class Line:
    """One duty of the grid, of the whole client or at one place; folded rows stand for several places and are not written in."""

    id: str
    key: str
    name: str
    cells: tuple[Cell, ...]
    cover: SafeString
    subject: str
    shape: str
    of: str  # whose the subject is, where it is a person or a team
    from_text: str  # where the duty need not be covered now: when it next is
    excluded: str
    note: str
    stamp: int
    fixes: tuple[Fix, ...]
    hole_at_night: bool
    place: str = ""
    nobody: str = ""  # letters that nobody holds, on purpose
    changed: bool = False
    parties: frozenset[Party] = frozenset()  # that answer for it or do it
    comments: int = 0
    sites: tuple["Line", ...] = ()
    folded: tuple[str, ...] = ()  # names of the places it stands for
    count: int = 0  # of places that do it otherwise
    more: int = 0  # of those, how many are not shown

    @property
    def blocks(self) -> bool:
        return any(fix.blocks for fix in self.every_fix)

    @property
    def every_fix(self) -> tuple[Fix, ...]:
        """Return the fixes of this line and of its places."""
        return (*self.fixes, *(fix for site in self.sites for fix in site.fixes))

    @property
    def blocking(self) -> tuple[Fix, ...]:
        return tuple(fix for fix in self.fixes if fix.blocks)

    @property
    def care(self) -> str:
        """Return in words what else needs care here."""
        return ", ".join(
            dict.fromkeys("accepted until a date" if fix.accepted else words.care(fix.code) for fix in self.fixes if not fix.blocks)
        )


@dataclass(frozen=True)
class Head:
    """The line of a category or of every duty: what is ruled for all of them at once."""

    id: str
    key: str
    name: str
    cells: tuple[Cell, ...]
    stamp: int
    place: str = ""
    nobody: str = ""
    sites: tuple["Head", ...] = ()


@dataclass(frozen=True)
class Group:
    """The duties of one category."""

    name: str
    lines: tuple[Line, ...]
    head: Head | None


@dataclass(frozen=True)
class View:
    """One way of looking at the grid, with how many duties it shows."""

    key: str
    word: str
    count: int
    current: bool

    @property
    def grave(self) -> bool:
        return bool(self.count) and self.key in GRAVE


@dataclass(frozen=True)
class Named:
    """Whom a reader may name for one party."""

    column: Column
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Page:
    """The whole grid at one moment."""

    exists: bool
    columns: tuple[Column, ...]
    every: Head | None
    groups: tuple[Group, ...]
    views: tuple[View, ...]
    empty: str
    total: int
    version: int | None
    signed: bool
    draft: bool
    state: str
    may_edit: bool
    may_begin: bool  # nothing is open, and this person may begin the next version
    open_number: int | None  # of the version that is being written, where this is another one
    standing: int | None  # of the version in force, where this is another one
    moment: Moment
    hours: str
    business: str
    zone: str
    place: str
    places: tuple[Place, ...]
    named: tuple[Named, ...]
    named_hours: tuple[tuple[str, str], ...]  # keys with names

    @property
    def letters(self) -> list[tuple[str, str]]:
        """Return the letters in the order of the grid, with what each says."""
        return [(letter, raci.SPELT[Letter(letter)]) for letter in words.ORDER]


@dataclass(frozen=True)
class Asked:
    """What a page's address asks for besides its moment: a view, a place, duties whose places are shown one by one."""

    view: str = "all"
    place: str = ""
    open: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fact:
    """What a line's row holds besides its rules."""

    stamp: int
    note: str


@dataclass(frozen=True)
class Reader:
    """What every line needs: the matrix, its moment, its columns, open findings and stamps."""

    matrix: Matrix
    at: datetime
    columns: tuple[Column, ...]
    findings: dict[str, list[models.Finding]]
    rows: dict[str, models.Row]  # of the whole client, where few duties were asked for
    facts: dict[overrides.Key, Fact]
    now: str
    base: str  # the grid's address where its cells may be edited
    wide: bool
    standing: Matrix | None = None  # the version in force, where this is another one
    comments: Mapping[str, int] | None = None

    @cached_property
    def placed(self) -> dict[str, list[str]]:
        """Return the places that have a row of their own, by what the row is about, in the order of the places."""
        order = {key: number for number, key in enumerate(self.matrix.places.known)}
        found: dict[str, list[str]] = defaultdict(list)
        for about, place in sorted((key for key in self.facts if key[1]), key=lambda key: order.get(key[1], 0)):
            found[about].append(place)
        return found

    @cached_property
    def many(self) -> bool:
        """Say whether there are too many rows of places to show them one by one."""
        return sum(map(len, self.placed.values())) > FEW

    def called(self, subject: Subject) -> str:
        """Return the name of a team or person, "" for a party as a whole."""
        people = self.matrix.crew
        if subject.person is not None:
            return people.called(subject.person)
        team = people.teams.get(subject.team or 0)
        return team.name if team else "" if subject.team is None else "a team that is gone"


def page(by: Actor, at: datetime, base: str, asked: Asked | str = "all", *, draft: bool = False) -> Page:
    """Return a client's matrix as it answers at `at`, or with `draft` the version that is being written; `base` is its address."""
    asked = Asked(asked) if isinstance(asked, str) else asked
    versions = reading.versions_of(by.tenant_id)
    opened = next((one for one in versions if one.open), None)
    answers = reading.answering(versions, at)
    version = opened if draft and opened else answers
    standing = next((one for one in versions if one.state == models.Version.State.IN_FORCE), None)
    may_edit = bool(version and version.open) and (draft or standing is None) and access.may(by, "matrix.assign_owner")
    reader = _whole(version, standing, by, at, base if may_edit else "")
    shown = {key: _shown(reader, duty, asked) for key, duty in reader.matrix.duties.items()}
    hits = _views(shown, crew.party_of(by.role, by.side or ""))
    current = asked.view if asked.view in VIEWS else "all"
    matrix = reader.matrix
    return Page(
        exists=version is not None,
        columns=reader.columns,
        every=_head(reader, raci.EVERY_DUTY, "Every duty", asked.place) if current == "all" else None,
        groups=_groups(reader, {key: shown[key] for key in hits[current]}, asked.place),
        views=tuple(View(key, word, len(hits[key]), key == current) for key, word in VIEWS.items()),
        empty=EMPTY.get(current, ""),
        total=len(shown),
        version=matrix.version,
        signed=matrix.signed,
        draft=bool(version and version.open),
        state=version.state if version else "",
        may_edit=may_edit,
        may_begin=bool(version) and opened is None and access.may(by, "matrix.edit_draft"),
        open_number=opened.number if opened and opened is not version else None,
        standing=standing.number if standing and standing is not version else None,
        moment=moment.moment(matrix, at, asked.place),
        hours=words.hours_words(matrix, at),
        business=telling.hours_text(matrix.hours_at(asked.place), Hours.BUSINESS),
        zone=matrix.hours_at(asked.place).zone,
        place=asked.place,
        places=_choosable(matrix),
        named=_named(reader, by, at) if may_edit else (),
        named_hours=named_hours(matrix),
    )


def page_line(page: Page, key: str) -> Line | None:
    """Return a duty's line of a page, None for one it does not show."""
    return next((line for group in page.groups for line in group.lines if line.key == key), None)


def _whole(version: models.Version | None, standing: models.Version | None, by: Actor, at: datetime, base: str) -> Reader:
    """Read what a whole page needs."""
    other = bool(standing and version and version.open)
    reader = reader_of(version, by.tenant_id, at, base=base, of_draft=other)
    return replace(
        reader,
        standing=reading.matrix_in(standing, by.tenant_id, at) if other else None,
        comments=comments.open_by_duty(by.tenant_id),
    )


def reader_of(
    version: models.Version | None, tenant_id: int, at: datetime, keys: set[str] | None = None, base: str = "", *, of_draft: bool = False
) -> Reader:
    """Read what lines need, of every duty or of `keys` alone; `of_draft` asks for what an open version would break, not for what is broken."""
    matrix = reading.matrix_in(version, tenant_id, at)
    found = models.Finding.objects.for_tenant(tenant_id).filter(state=models.Finding.State.OPEN, duty__isnull=False, of_draft=of_draft)
    rows = models.Row.objects.for_tenant(tenant_id).filter(version=version)
    if keys is not None:
        found, rows = found.filter(duty__key__in=keys), rows.filter(duty__key__in=keys)
    by_duty: dict[str, list[models.Finding]] = defaultdict(list)
    accepted = Subquery(_accepted(tenant_id, at).values("severity")[:1])
    for one in found.select_related("duty").annotate(accepted_as=accepted).order_by("id"):
        by_duty[one.duty.key if one.duty else ""].append(one)
    known = list(rows.select_related("duty", "place")) if keys is not None else []
    now = "day" if Hours.BUSINESS in matrix.calendar.standing(at) else "night"
    return Reader(
        matrix=matrix,
        at=at,
        columns=columns_of(matrix),
        findings=by_duty,
        rows={row.rule_key: row for row in known if row.place is None},
        facts={(row.rule_key, row.place.key if row.place else CLIENT): Fact(row.stamp, row.note) for row in known}
        if keys is not None
        else {
            (duty or covers, place or CLIENT): Fact(stamp, note)
            for duty, covers, place, stamp, note in rows.values_list("duty__key", "covers", "place__key", "stamp", "note")
        },
        now=now,
        base=base,
        wide=overrides.wide(matrix),
    )


def _accepted(tenant_id: int, at: datetime) -> QuerySet[models.Acceptance]:
    """Return, inside a query of findings, the acceptances of each that hold at `at`."""
    same = {"code": OuterRef("code"), "place": OuterRef("place"), "duty_key": OuterRef("duty__key"), "subject": OuterRef("subject")}
    return models.Acceptance.objects.for_tenant(tenant_id).filter(**same, ended_at=None, expires_at__gt=at)


def columns_of(matrix: Matrix) -> tuple[Column, ...]:
    """Return the parties of the grid, the two sides first."""
    return tuple(
        Column(party, party.value.lower().replace("_", "-"), name, words.SHAPES[party], party not in matrices.SIDES)
        for party, name in matrix.names.items()
    )


# --- one line


def line_of(reader: Reader, duty: Duty, place: str = CLIENT, apart: Collection[str] = (), named: str = "") -> Line:
    """Return one duty's line, of the whole client or of a place. Findings of the places `apart` have lines of their own."""
    matrix, at = reader.matrix, reader.at
    key = duty.key, place
    own = overrides.own_of(matrix).get(key, ())
    wider = overrides.inherited(matrix, duty, place, at) if place or reader.wide else ()
    exclusion = matrix.excluded(duty.key, at)
    answer = _answer(reader, duty, place)
    fact = reader.facts.get(key, Fact(0, ""))
    id_ = line_id(duty.key, place if named else CLIENT)
    changed = overrides.changed_parties(matrix, reader.standing, key) if reader.standing else frozenset()
    cover, hole = _cover(reader, duty, place)
    found = [one for one in reader.findings.get(duty.key, ()) if (one.place in (CLIENT, place) if place else one.place not in apart)]
    return Line(
        id=id_,
        key=duty.key,
        name=named or duty.name,
        cells=_cells(reader, Told(own, wider, changed), id_, duty.key, place),
        cover=cover,
        subject=answer.subject,
        shape=answer.shape,
        of=answer.of,
        from_text=answer.from_text,
        excluded=f"excluded until {exclusion.ends_at:%-d %B %Y}" if exclusion else "",
        note=fact.note,
        stamp=fact.stamp,
        fixes=tuple(fix_of(reader, duty, one) for one in found if not named or one.place == place),
        hole_at_night=hole,
        place=place,
        nobody=_nobody(own),
        changed=bool(changed) or _widely(reader, duty),
        parties=frozenset(rule.party for rule in (*own, *wider) if rule.letter in (Letter.A, Letter.R) and rule.party),
        comments=(reader.comments or {}).get(duty.key, 0) if not named else 0,
    )


def _widely(reader: Reader, duty: Duty) -> bool:
    """Say whether a rule of the duty's category, or of every duty, differs from the version in force."""
    if reader.standing is None:
        return False
    differing = overrides.differing(reader.matrix, reader.standing)
    return (duty.category, CLIENT) in differing or (raci.EVERY_DUTY, CLIENT) in differing


def line_id(key: str, place: str = CLIENT) -> str:
    """Return what a line's row is called on the page."""
    word = key.replace(".", "-")
    return f"s-{word}--{place}" if place else f"d-{word}"


@dataclass(frozen=True)
class Shown:
    """Who answers, as a line shows it."""

    subject: str
    shape: str
    of: str
    from_text: str


def _answer(reader: Reader, duty: Duty, place: str) -> Shown:
    """Return who answers for a duty at the page's moment, or at the next one that must be covered where this one need not be."""
    matrix, at = reader.matrix, reader.at
    found = _holder(matrix, duty, at, place)
    waits = matrices.covered_from(matrix, duty, at, place) if found is None else None
    found = _holder(matrix, duty, waits, place) if waits else found
    from_text = words.clock(waits, matrix.hours_at(place).zone, at) if waits else ""
    if found is None:
        return Shown(matrices.NOBODY, "nobody", "", from_text)
    name, party = reader.called(found), found.party
    return Shown(name or matrix.called(party), words.SHAPES[party], matrix.called(party) if name else "", from_text)


def _holder(matrix: Matrix, duty: Duty, at: datetime, place: str) -> Subject | None:
    found = presence.holder(matrix, matrices.read(matrix, duty, at, place))
    return found.subject if found else None


def _cover(reader: Reader, duty: Duty, place: str) -> tuple[SafeString, bool]:
    """Return the glyph of who acts by day and by night, and whether nobody does at night who must."""
    matrix, at = reader.matrix, reader.at
    halves = matrices.by_halves(matrix, duty, at, place)
    needed = frozenset() if matrix.excluded(duty.key, at) else coverage.PARTS[duty.coverage]
    day, night = (_half(halves[half], needed=half in needed) for half in (Hours.BUSINESS, Hours.AFTER))
    now = ("day" if Hours.BUSINESS in matrix.hours_at(place).standing(at) else "night") if place else reader.now
    return words.cover(day, night, now, matrix.names[Party.PROVIDER]), night == "NOBODY"


def _half(party: Party | None, *, needed: bool) -> str:
    return party.value if party else "NOBODY" if needed else ""


def _address(reader: Reader, key: str, column: Column, place: str) -> str:
    at = f"?place={place}" if place else ""
    return f"{reader.base}{key}/cell/{column.word}/{at}" if reader.base else ""


@dataclass(frozen=True)
class Told:
    """What the cells of one line are made from: its own rules, those it inherits, whose cells differ from the version in force."""

    own: Collection[Rule]
    wider: Collection[Rule] = ()
    changed: Collection[Party | None] = ()


def _cells(reader: Reader, told: Told, line: str, key: str, place: str) -> tuple[Cell, ...]:
    """Return one cell for each party."""
    return tuple(_cell(reader, told, column, f"{line}-{column.word}", _address(reader, key, column, place)) for column in reader.columns)


def _cell(reader: Reader, told: Told, column: Column, name: str, href: str) -> Cell:
    marks = words.marks_of((*told.own, *told.wider), column.party, reader.called, told.wider, reader.matrix.hour_names)
    held = "".join(mark.letter.lower() for mark in marks if not mark.same and not mark.backup)
    differs = column.party in told.changed
    look = f"{column.shape}{' narrow' if column.narrow else ''}{' new' if differs else ''}"
    return Cell(column, held, words.td(words.cell(marks, differs), name=name, look=look, party=column.party, held=held, href=href))


def _nobody(own: Collection[Rule]) -> str:
    return ", ".join(sorted({rule.letter.value for rule in own if rule.party is None}))


def fix_of(reader: Reader, duty: Duty, finding: models.Finding) -> Fix:
    """Return an open finding as it stands under its duty."""
    ahead = findings.gap_ahead(reader.matrix, duty, reader.at, finding.place) if finding.code == "R_GAP" else None
    accepted_as = getattr(finding, "accepted_as", None)
    accepted = bool(accepted_as) and not findings.worse(finding.severity, str(accepted_as))
    begins = words.clock(ahead[0], reader.matrix.calendar.zone, reader.at) if ahead else ""
    return Fix(
        id=finding.pk,
        code=finding.code,
        severity=finding.severity,
        blocks=finding.blocks and not accepted,
        sentence=finding.sentence,
        ahead="Open now." if ahead and ahead[0] <= reader.at else f"Next: {begins}." if begins else "",
        cures=tuple(cures.cures_of(reader.matrix, finding.code, duty, finding.place)),
        place=finding.place,
        stamp=reader.facts.get((duty.key, finding.place), Fact(0, "")).stamp,
        accepted=accepted,
    )


# --- the lines of places, and of categories


def _shown(reader: Reader, duty: Duty, asked: Asked) -> Line:
    """Return a duty's line with those of its places, or as the one place that is asked for has it."""
    if asked.place:
        return line_of(reader, duty, asked.place)
    places = reader.placed.get(duty.key, [])
    if not places:
        return line_of(reader, duty)
    alike = [[place] for place in places]
    if reader.many and duty.key not in asked.open:
        alike = overrides.alike(reader.matrix, duty.key, places)[:KINDS]
    sites = tuple(_site(reader, duty, same) for same in alike)
    apart = {site.place for site in sites if not site.folded}
    left = len(places) - sum(len(site.folded) or 1 for site in sites)
    return replace(line_of(reader, duty, apart=apart), sites=sites, count=len(places), more=left)


def _site(reader: Reader, duty: Duty, places: list[str]) -> Line:
    """Return the line of a place, or of several that say the same."""
    names = [reader.matrix.places.called(place) for place in places]
    if len(places) == 1:
        return line_of(reader, duty, places[0], named=f"at {names[0]}")
    line = line_of(replace(reader, base=""), duty, places[0], named=f"at {len(places)} places that do the same")
    return replace(line, folded=tuple(names))


def _head(reader: Reader, about: str, name: str, place: str) -> Head | None:
    """Return the line of a category or of every duty: where it is written, or says something already."""
    own = overrides.own_of(reader.matrix)
    places = [] if place else reader.placed.get(about, [])
    if not reader.base and not places and (about, place) not in own:
        return None
    head = _head_at(reader, about, name, place, head_id(about))
    sites = (_head_at(reader, about, f"{name} at {reader.matrix.places.called(one)}", one, f"{head_id(about)}--{one}") for one in places)
    return replace(head, sites=tuple(sites))


def _head_at(reader: Reader, about: str, name: str, place: str, id_: str) -> Head:
    own = overrides.own_of(reader.matrix).get((about, place), ())
    changed = overrides.changed_parties(reader.matrix, reader.standing, (about, place)) if reader.standing else frozenset()
    key = raci.line_key(about)
    cells = _cells(reader, Told(own, changed=changed), id_, key, place)
    return Head(id_, key, name, cells, reader.facts.get((about, place), Fact(0, "")).stamp, place, _nobody(own))


def head_id(about: str) -> str:
    """Return what the row of a category is called on the page."""
    return f"g-{raci.line_key(about).replace('.', '-')}"


def _groups(reader: Reader, shown: dict[str, Line], place: str) -> tuple[Group, ...]:
    names = catalogue.category_names()
    grouped: dict[str, list[Line]] = defaultdict(list)
    for key, line in shown.items():
        grouped[reader.matrix.duties[key].category].append(line)
    return tuple(
        Group(names.get(category, category), tuple(found), _head(reader, category, names.get(category, category), place))
        for category, found in grouped.items()
    )


# --- views, and what can be chosen


def _views(shown: Mapping[str, Line], mine: Party) -> dict[str, list[str]]:
    """Return the duties that each view shows."""
    tests: dict[str, Callable[[Line], object]] = {
        "all": lambda line: True,
        "blocks": lambda line: line.blocks,
        "care": lambda line: any(not fix.blocks for fix in line.every_fix),
        "changed": lambda line: line.changed or any(site.changed for site in line.sites),
        "night": lambda line: line.hole_at_night or any(site.hole_at_night for site in line.sites),
        "yours": lambda line: mine in line.parties or any(mine in site.parties for site in line.sites),
        "sites": lambda line: line.count or (line.place and line.stamp),
        "commented": lambda line: line.comments,
    }
    return {view: [key for key, line in shown.items() if test(line)] for view, test in tests.items()}


def _choosable(matrix: Matrix) -> tuple[Place, ...]:
    return tuple(place for place in matrix.places.known.values() if not place.retired)


def named_hours(matrix: Matrix) -> tuple[tuple[str, str], ...]:
    """Return the keys and names of hours that are neither day nor night."""
    keys = sorted({key for key, _ in matrix.calendars if key != matrices.BUSINESS})
    return tuple((key, matrix.hour_names.get(key, words.short_hours(key))) for key in keys)


def _named(reader: Reader, by: Actor, at: datetime) -> tuple[Named, ...]:
    """Return whom this person may name: those of their own side."""
    own = [column for column in reader.columns if by.side is None or subjects.side_of(column.party) is by.side]
    return tuple(Named(column, tuple(subjects.choices_in(reader.matrix.crew, column.party, at))) for column in own)
