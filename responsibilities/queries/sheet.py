"""The page of one duty: who answers and why, what was agreed, what is broken, what is said about it, who changed it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.audit.models import Entry
from responsibilities import models
from responsibilities.domain import matrix as matrices
from responsibilities.domain import telling
from responsibilities.domain.compiled import Compiled, at_moment
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.places import CLIENT
from responsibilities.domain.resolution import Answer
from responsibilities.queries import agreed, comments, grid, holding, reading, texts, words
from responsibilities.queries import moment as moments
from responsibilities.queries.agreed import Agreed
from responsibilities.queries.grid import Column, Fix, Line, Reader
from responsibilities.queries.holding import Elsewhere, Strip, Who
from responsibilities.queries.moment import Moment
from responsibilities.queries.texts import Texts

NAMED = {
    "assignment.letter": "gave a letter",
    "assignment.cleared": "cleared a letter",
    "assignment.hours": "changed hours",
    "assignment.lead": "changed who answers first",
    "assignment.who": "named who it is",
    "assignment.backup": "changed the backup",
    "assignment.half": "said which half",
    "assignment.qualifier": "said how far it goes",
    "assignment.imported": "took it over from a sheet",
    "assignment.besides": "added somebody to those of wider rules",
    "assignment.nobody": "said that nobody holds it, on purpose",
    "assignment.place_added": "gave a place rules of its own",
    "assignment.place_removed": "let a place inherit again",
    "text.authority": "changed what may be done without asking",
    "text.first_steps": "changed the first steps",
}
ELSEWHERE = 20  # places that are listed

REVIEWED = {"monthly": "every month", "quarterly": "every quarter", "semiannual": "twice a year", "annual": "once a year"}


@dataclass(frozen=True)
class Change:
    """One entry of the history of a duty's lines."""

    at: datetime
    who: str
    side: str
    what: str
    before: str
    after: str
    version: int  # that was written in


@dataclass(frozen=True)
class Reason:
    """One step of the trace; `line` is the rule it speaks of, as the table of what was agreed shows it."""

    text: str
    mark: str
    line: Agreed | None


@dataclass(frozen=True)
class Panel:
    """The answer: who, until when, who comes then, who is asked next, who is accountable."""

    who: Who
    until: str
    then: Who | None
    then_free: bool  # then the duty need not be covered
    asked: tuple[Who, ...]
    accountable: tuple[Who, ...]
    side: str  # whose desk work goes to meanwhile
    version: int | None
    signed: bool
    because: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Fixes:
    """Open findings of one line of the duty, with the stamp that its cures send."""

    stamp: int
    fixes: tuple[Fix, ...]


@dataclass(frozen=True)
class DraftSays:
    """What an open version would change about a duty while another one answers."""

    version: int
    less: tuple[str, ...]
    more: tuple[str, ...]
    texts: bool

    @property
    def anything(self) -> bool:
        return bool(self.less or self.more or self.texts)


@dataclass(frozen=True)
class Near:
    """A duty before or after this one."""

    key: str
    name: str


@dataclass(frozen=True)
class Sheet:
    """A duty at one moment and place."""

    line: Line
    description: str
    coverage: str
    risk: int
    review: str
    panel: Panel
    later: Panel | None  # who answers from the next moment that must be covered, where this one need not be
    from_text: str
    moment: Moment
    hours: str
    strip: Strip
    elsewhere: tuple[Elsewhere, ...]
    more_places: int
    sites: tuple[Near, ...]
    site: str
    agreed: tuple[Agreed, ...]
    columns: tuple[Column, ...]
    fixes: tuple[Fixes, ...]
    closed: tuple[models.Finding, ...]
    changes: tuple[Change, ...]
    texts: Texts
    comments: tuple[models.Comment, ...]
    confirmed: models.Confirmation | None
    previous: Near | None
    following: Near | None
    version: int | None
    signed: bool
    draft: int | None  # the number of the open version, whichever answers
    draft_says: DraftSays | None
    may_edit: bool  # this very version
    may_draft: bool
    may_cover: bool
    may_exclude: bool
    may_comment: bool
    may_confirm: bool

    @property
    def shown(self) -> Panel:
        return self.later or self.panel

    @property
    def open_findings(self) -> int:
        return sum(len(one.fixes) for one in self.fixes)

    @property
    def open_comments(self) -> int:
        return sum(1 for one in self.comments if one.settled_at is None)


def sheet(by: Actor, duty_key: str, at: datetime, site: str = CLIENT) -> Sheet | None:
    """Return a duty's page for a reader, None for a duty this client does not have."""
    compiled, version, opened = _versions(by, at, duty_key)
    matrix = compiled.matrix
    known = matrix.duties.get(duty_key)
    row = models.Duty.objects.for_tenant(by.tenant_id).filter(key=duty_key).first()
    if known is None or row is None or version is None:
        return None
    reader = grid.reader_of(version, by.tenant_id, at, {duty_key})
    line = grid.line_of(reader, known, site)
    lines = agreed.agreed(matrix, version, row)
    panel = _panel(compiled, known, site, at, lines)
    waits = matrices.covered_from(matrix, known, at, site) if panel.who.nobody else None
    hours, rows = matrix.hours_at(site), texts.rows_of(version, row)
    other = holding.elsewhere(compiled, known, site, at)
    closed = models.Finding.objects.for_tenant(by.tenant_id).filter(duty=row, state=models.Finding.State.CLOSED, of_draft=False)
    near = _near(matrix, duty_key)
    shown = moments.moment(matrix, at, site)
    return Sheet(
        line=line,
        description=row.description,
        coverage=telling.hours_text(hours, known.coverage),
        risk=known.risk,
        review=REVIEWED.get(known.review, ""),
        panel=panel,
        later=_panel(compiled, known, site, waits, lines) if waits else None,
        from_text=words.clock(waits, hours.zone, at) if waits else "",
        moment=shown,
        hours=moments.half_words(matrix.hours_at(CLIENT), at),
        strip=holding.strip(compiled, known, shown),
        elsewhere=tuple(other[:ELSEWHERE]),
        more_places=len(other[ELSEWHERE:]),
        sites=tuple(Near(key, matrix.places.called(key)) for key in matrix.places.reaching() if key),
        site=site,
        agreed=tuple(lines),
        columns=grid.columns_of(matrix),
        fixes=_fixes(reader, line),
        closed=tuple(closed.order_by("-closed_at", "-id")[:5]),
        changes=_changes(by, row),
        texts=texts.texts_in(rows, matrix.places, site),
        comments=tuple(comments.of_duty(by.tenant_id, row.pk)),
        confirmed=_confirmed(by, row),
        previous=near[0],
        following=near[1],
        version=matrix.version,
        signed=matrix.signed,
        draft=opened.number if opened else None,
        draft_says=_draft_says(by, at, row, opened, lines=lines, rows=rows) if opened and opened != version else None,
        may_edit=version.open and access.may(by, "matrix.assign_owner"),
        may_draft=access.may(by, "matrix.assign_owner"),
        may_cover=access.may(by, "cover.set_same_side"),
        may_exclude=access.may(by, "exclusion.create"),
        may_comment=access.may(by, "matrix.comment"),
        may_confirm=access.may(by, "matrix.confirm_duty"),
    )


def _versions(by: Actor, at: datetime, duty_key: str) -> tuple[Compiled, models.Version | None, models.Version | None]:
    """Return the version that answers laid out in time, its row, and the open version; a duty that only the open one has is shown by that."""
    version = reading.version_at(by.tenant_id, at)
    opened = version if version and version.open else reading.open_version(by.tenant_id)
    compiled = reading.compiled_of(by.tenant_id, at)
    if opened and duty_key not in compiled.matrix.duties:
        return reading.compiled_in(opened, by.tenant_id, at), opened, opened
    return compiled, version, opened


def _fixes(reader: Reader, line: Line) -> tuple[Fixes, ...]:
    """Return a line's open findings by the place they are of, each with that place's stamp: a cure is written there."""
    grouped: dict[str, list[Fix]] = defaultdict(list)
    for fix in line.fixes:
        grouped[fix.place].append(fix)
    facts = {place: reader.facts.get((line.key, place)) for place in grouped}
    return tuple(Fixes(fact.stamp if fact else 0, tuple(grouped[place])) for place, fact in facts.items())


def _panel(compiled: Compiled, duty: Duty, place: str, at: datetime, lines: Sequence[Agreed]) -> Panel:
    """Return who answers at a moment and place."""
    matrix, zone = compiled.matrix, compiled.matrix.hours_at(place).zone
    reading_, holder = at_moment(compiled.find(duty.key, place, at), at, place)
    until = compiled.until(duty.key, place, at)
    then = holding.who_holds(matrix, compiled.find(duty.key, place, until)) if until else None
    answer = reading.answer_in(compiled, duty.key, at, place)
    return Panel(
        who=holding.who_holds(matrix, (reading_, holder)),
        until=words.clock(until, zone, at) if until else "",
        then=then,
        then_free=bool(then and then.nobody and until and matrices.covered_from(matrix, duty, until, place)),
        asked=tuple(holding.asked_next(matrix, reading_, holder)),
        accountable=holding.accountable(matrix, reading_),
        side=answer.side,
        version=answer.version,
        signed=answer.signed,
        because=answer.because,
        reasons=_reasons(answer, lines),
    )


def _reasons(answer: Answer, lines: Sequence[Agreed]) -> tuple[Reason, ...]:
    """Return the trace, each rule with the line that set it."""
    by_rule = {one.rule: one for one in lines}
    return tuple(Reason(step.text, step.mark, by_rule.get(step.rule) if step.rule else None) for step in answer.steps)


def _near(matrix: Matrix, key: str) -> tuple[Near | None, Near | None]:
    """Return the duties before and after one, in the order of the matrix."""
    keys = list(matrix.duties)
    number = keys.index(key)
    around = (keys[number - 1] if number else None, keys[number + 1] if number + 1 < len(keys) else None)
    before, after = (Near(one, matrix.duties[one].name) if one else None for one in around)
    return before, after


def _draft_says(
    by: Actor, at: datetime, duty: models.Duty, opened: models.Version, *, lines: Sequence[Agreed], rows: Sequence[models.Row]
) -> DraftSays:
    """Return what the open version would change about a duty."""
    drafted = reading.matrix_in(opened, by.tenant_id, at)
    less, more = agreed.changes(lines, agreed.agreed(drafted, opened, duty))
    return DraftSays(opened.number, tuple(less), tuple(more), _said(rows) != _said(texts.rows_of(opened, duty)))


def _said(rows: Sequence[models.Row]) -> set[tuple[object, ...]]:
    """Return the texts of lines, to be compared between versions."""
    return {(row.duty_id, row.covers, row.place_id, row.authority, row.first_steps) for row in rows if row.authority or row.first_steps}


def _confirmed(by: Actor, duty: models.Duty) -> models.Confirmation | None:
    return models.Confirmation.objects.for_tenant(by.tenant_id).filter(duty=duty).order_by("-confirmed_at", "-id").first()


def _changes(by: Actor, duty: models.Duty) -> tuple[Change, ...]:
    """Return what was done to a duty's lines in any version, the newest first."""
    rows = list(
        models.Row.objects.for_tenant(by.tenant_id)
        .filter(duty=duty)
        .select_related("version")
        .only("tenant", "version__number")
        .order_by("-id")[:200]
    )
    numbers = {row.pk: row.version.number for row in rows}
    return tuple(_change(entry, numbers[entry.row_id]) for entry in trail.history_of(*rows, limit=20) if entry.row_id is not None)


def _change(entry: Entry, version: int) -> Change:
    what = NAMED.get(entry.action, entry.action.replace(".", " ").replace("_", " "))
    return Change(entry.at, entry.who, entry.side, what, entry.before, entry.after, version)
