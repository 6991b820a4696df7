"""The list of findings, for its page and its API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import FindingSeverity
from responsibilities import models
from responsibilities.models import Finding
from responsibilities.queries import grid, reading
from responsibilities.queries.grid import Column, Fix, Line, View

KINDS = {
    "The paper has a hole": ("A_", "R_", "UNSIGNED", "TEMPLATE_"),
    "Proof or source is missing": ("EVIDENCE_", "SOURCE_", "CHECK_", "RESTORE_"),
    "Practice says something else": (),
}
VIEWS = {"open": "Open", "blocks": "Blocks signing", "closed": "Closed"}
NONE = {"open": "Nothing is broken.", "blocks": "Nothing blocks signing.", "closed": "Nothing was repaired yet."}
MOST = 200  # closed ones beyond are in the history


@dataclass(frozen=True)
class Item:
    """One finding of the list; `line` and `fix` where it is open and its duty known."""

    finding: Finding
    duty: str
    duty_name: str
    line: Line | None
    fix: Fix | None


@dataclass(frozen=True)
class Kind:
    """Findings of one kind of truth that is broken."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Page:
    """The findings of a client in one view."""

    kinds: tuple[Kind, ...]
    views: tuple[View, ...]
    empty: str
    count: int
    may_edit: bool
    columns: tuple[Column, ...]


def findings_of(tenant_id: int, *, state: str = "", code: str = "", duty: str = "") -> QuerySet[Finding]:
    """Return a client's findings, narrowed by state, code and duty where given; each comes with its duty."""
    rows = Finding.objects.for_tenant(tenant_id).select_related("duty")
    wanted = {"state": state, "code": code, "duty__key": duty}
    return rows.filter(**{column: value for column, value in wanted.items() if value})


def findings(by: Actor, at: datetime, view: str = "open") -> Page:
    """Return the page of a client's findings: what is open by kind, worst first, with the decisions that close it."""
    current = view if view in VIEWS else "open"
    reader = grid.reader_of(reading.version_at(by.tenant_id, at), by.tenant_id, at)
    open_rows = findings_of(by.tenant_id, state=Finding.State.OPEN)
    shown = {
        "open": sorted(open_rows, key=_worst),
        "blocks": sorted((row for row in open_rows if row.blocks), key=_worst),
        "closed": list(findings_of(by.tenant_id, state=Finding.State.CLOSED).order_by("-closed_at", "-id")[:MOST]),
    }
    draft = models.Version.objects.for_tenant(by.tenant_id).filter(state=models.Version.State.DRAFT).exists()
    return Page(
        kinds=_kinds([_item(reader, row) for row in shown[current]]),
        views=tuple(View(key, word, len(shown[key]), key == current) for key, word in VIEWS.items()),
        empty=NONE[current],
        count=len(shown["open"]),
        may_edit=draft and access.may(by, "matrix.assign_owner"),
        columns=reader.columns,
    )


def _worst(row: Finding) -> tuple[int, datetime, int]:
    return list(FindingSeverity).index(FindingSeverity(row.severity)), row.opened_at, row.pk


def _item(reader: grid.Reader, row: Finding) -> Item:
    duty = reader.matrix.duties.get(row.duty.key) if row.duty else None
    if duty is None or row.duty is None:
        return Item(row, "", row.place, None, None)
    live = row.state == Finding.State.OPEN
    return Item(row, duty.key, duty.name, grid.line_of(reader, duty) if live else None, grid.fix_of(reader, duty, row) if live else None)


def _kinds(items: Sequence[Item]) -> tuple[Kind, ...]:
    names = list(KINDS)

    def kind(item: Item) -> str:
        return next((name for name in names if item.finding.code.startswith(KINDS[name])), names[-1])

    return tuple(
        Kind(name, tuple(item for item in items if kind(item) == name)) for name in names if any(kind(item) == name for item in items)
    )
