"""The list of findings, the story of one, and their counts, for pages, API and overview."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.audit.models import Entry
from comanaged.vocabulary import FindingSeverity
from responsibilities import models
from responsibilities.domain import cures
from responsibilities.domain import findings as rules
from responsibilities.domain.cures import Cure
from responsibilities.domain.findings import Key
from responsibilities.domain.matrix import Matrix
from responsibilities.models import Acceptance, Finding, Version
from responsibilities.queries import blocking, movers, reading, words
from responsibilities.queries.movers import Mover, Movers

PAPER, PERSON, AGE, PRACTICE, PROOF = (
    "The paper has a hole",
    "It hangs on one person",
    "What was agreed grows old",
    "Practice says something else",
    "Proof or source is missing",
)
KINDS = {
    PAPER: ("A_", "R_", "TIE", "PLACE_", "SPLIT_", "DEPENDENCY_", "SELF_"),
    PERSON: ("PERSON_", "OWNER_", "BACKUP_", "BOTH_", "ROTA_", "KEY_"),
    AGE: ("UNSIGNED", "REVIEW_", "TEMPLATE_", "ACCEPTANCE_"),
    PRACTICE: ("OBSERVED_", "SILENT_", "BOUNCE", "BLIND_"),
    PROOF: (),
}
TITLES = {
    "UNSIGNED": "Signatures",
    "KEY_PERSON": "One person holds too much",
    "TEMPLATE_BEHIND": "A newer template",
    "ACCEPTANCE_EXPIRED": "A decision ran out",
    "PLACE_UNREACHABLE": "Rows that never answer",
    "OBSERVED_DRIFT": "Others do it",
    "OBSERVED_DISPUTE": "Disputed",
    "SILENT_OWNER": "Answers come late",
    "BOUNCE": "To and fro",
}
VIEWS = {
    "open": "Open",
    "blocks": "Blocks signing",
    "yours": "For you",
    "accepted": "Accepted",
    "draft": "In the draft",
    "closed": "Closed",
}
NONE = {
    "open": "Nothing is broken.",
    "blocks": "Nothing blocks signing.",
    "yours": "Nothing waits for you.",
    "accepted": "No gap is accepted.",
    "draft": "The draft breaks nothing.",
    "closed": "Nothing was repaired yet.",
}
REPAIRS = {  # where what no single cell heals is healed: a verb, and the place under the client's address; {duty} is the duty's page
    "SPLIT_MISSING": ("Write it", "matrix/{duty}/"),
    "PERSON_MISSING": ("Name somebody", "matrix/{duty}/"),
    "OWNER_INACTIVE": ("Name another", "matrix/{duty}/"),
    "BACKUP_MISSING": ("Name a backup", "matrix/{duty}/"),
    "BACKUP_SAME": ("Name another", "matrix/{duty}/"),
    "DEPENDENCY_SPLIT": ("See the duty", "matrix/{duty}/"),
    "TIE": ("Order the tags", "sites/"),
    "PLACE_UNREACHABLE": ("See the rows", "matrix/draft/"),
    "BOTH_ABSENT": ("Cover somebody", "covers/"),
    "ROTA_HOLE": ("Fill the rota", "teams/"),
    "KEY_PERSON": ("Spread it", "matrix/"),
    "REVIEW_OVERDUE": ("Look again", "matrix/{duty}/"),
    "UNSIGNED": ("To the versions", "matrix/versions/"),
    "TEMPLATE_BEHIND": ("To the versions", "matrix/versions/"),
    "SOURCE_UNOWNED": ("Map it", "sources/"),
    "OBSERVED_DRIFT": ("See the duty", "matrix/{duty}/"),
    "OBSERVED_DISPUTE": ("To the tickets", "tickets/"),
    "SILENT_OWNER": ("See the duty", "matrix/{duty}/"),
    "BOUNCE": ("See the duty", "matrix/{duty}/"),
    "BLIND_ORPHAN": ("See what was said", "matrix/{duty}/#blind"),
    "BLIND_DOUBLE": ("See what was said", "matrix/{duty}/#blind"),
    "BLIND_PAPER": ("See what was said", "matrix/{duty}/#blind"),
    "BLIND_UNSURE": ("See what was said", "matrix/{duty}/#blind"),
}
MOST = 200  # closed ones beyond are in the history
DISPUTED = "finding.disputed"


@dataclass(frozen=True)
class View:
    """One way of looking at the list, with how many findings it shows."""

    key: str
    word: str
    count: int
    current: bool


@dataclass(frozen=True)
class Item:
    """One finding of the list, whose move it is, and what can be done about it."""

    finding: Finding
    title: str
    duty: str
    ahead: str
    cures: tuple[Cure, ...]
    stamp: int  # of the line that a cure edits
    repair: tuple[str, str] | None  # a verb and an address
    mover: Mover
    acceptance: Acceptance | None
    until: str  # its last day
    dispute: Entry | None
    blocks: bool  # signing, as it stands
    accept: str  # "accept" or "accept-critical", "" for who may not
    leaders: str  # who may accept it, where the reader may not and it is critical
    may_dispute: bool


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


@dataclass(frozen=True)
class Story:
    """One finding and all that was done about it."""

    item: Item
    entries: tuple[Entry, ...]
    acceptances: tuple[tuple[Acceptance, str], ...]  # with their last day
    earlier: tuple[Finding, ...]  # times the same was broken before


@dataclass(frozen=True)
class Reader:
    """What every finding of a page needs."""

    by: Actor
    at: datetime
    standing: Matrix  # what answers
    open_version: Version | None
    draft: Matrix | None  # what is written, where that is beside one in force
    stamps: dict[tuple[str, str], int]
    accepted: dict[Key, Acceptance]
    disputes: dict[int, Entry]
    movers: Movers
    may_edit: bool

    @property
    def beside(self) -> bool:
        """Say whether a draft is written beside a version in force."""
        return self.draft is not None

    def matrix(self, row: Finding) -> Matrix:
        return self.draft if row.of_draft and self.draft else self.standing


def findings_of(tenant_id: int, *, state: str = "", code: str = "", duty: str = "") -> QuerySet[Finding]:
    """Return a client's findings, narrowed by state, code and duty where given; each comes with its duty."""
    rows = Finding.objects.for_tenant(tenant_id).select_related("duty")
    wanted = {"state": state, "code": code, "duty__key": duty}
    return rows.filter(**{column: value for column, value in wanted.items() if value})


def findings(by: Actor, at: datetime, view: str = "open") -> Page:
    """Return the page of a client's findings: what is open by kind, worst first, with what can be done about it."""
    current = view if view in VIEWS else "open"
    open_rows = sorted(findings_of(by.tenant_id, state=Finding.State.OPEN), key=_worst)
    closed = findings_of(by.tenant_id, state=Finding.State.CLOSED)
    reader = reader_of(by, at, open_rows)
    shown = _views(reader, open_rows)
    counts = {key: len(rows) for key, rows in shown.items()} | {"closed": closed.count()}
    rows = list(closed.order_by("-closed_at", "-id")[:MOST]) if current == "closed" else shown[current]
    return Page(
        kinds=_kinds([item_of(reader, row) for row in rows]),
        views=tuple(View(key, word, counts[key], key == current) for key, word in VIEWS.items() if key != "draft" or reader.beside),
        empty=NONE[current],
        count=counts["open"],
    )


def story(by: Actor, finding: int, at: datetime) -> Story:
    """Return one finding with its history; raise Finding.DoesNotExist."""
    row = findings_of(by.tenant_id).get(pk=finding)
    same = Finding.objects.for_tenant(by.tenant_id).filter(code=row.code, place=row.place, duty=row.duty, subject=row.subject)
    code, place, duty, subject = _key(row)
    accepted = Acceptance.objects.for_tenant(by.tenant_id).filter(code=code, place=place, duty_key=duty, subject=subject)
    return Story(
        item=item_of(reader_of(by, at, [row]), row),
        entries=tuple(trail.history_of(row)),
        acceptances=tuple((one, last_day(one, by.zone)) for one in accepted.order_by("-id")[:20]),
        earlier=tuple(same.exclude(pk=row.pk).filter(state=Finding.State.CLOSED).order_by("-closed_at", "-id")[:20]),
    )


def counts(tenant_id: int, at: datetime) -> tuple[int, int]:
    """Return how many findings are open, and how many of them block the next signature; as long as the lists of the page."""
    rows = list(findings_of(tenant_id, state=Finding.State.OPEN))
    accepted = blocking.acceptances_of(tenant_id, at)
    beside = any(row.of_draft for row in rows) or (reading.open_version(tenant_id) is not None and _in_force(tenant_id))
    open_rows = [row for row in rows if not row.of_draft]
    return len(open_rows), len(_blocking(rows, accepted, beside=beside))


def _in_force(tenant_id: int) -> bool:
    return Version.objects.for_tenant(tenant_id).filter(state=Version.State.IN_FORCE).exists()


def undone(tenant_id: int) -> set[tuple[str, str]]:
    """Return the duties that nobody does at any hour, each with the place where that is so, "" for the whole client."""
    rows = findings_of(tenant_id, state=Finding.State.OPEN, code="R_MISSING").filter(of_draft=False)
    return {(row.duty.key, row.place) for row in rows if row.duty}


def reader_of(by: Actor, at: datetime, rows: Sequence[Finding]) -> Reader:
    """Read what these findings need."""
    versions = reading.versions_of(by.tenant_id)
    standing, open_version = reading.answering(versions, at), next((one for one in versions if one.open), None)
    matrix = reading.matrix_in(standing, by.tenant_id, at)
    beside = open_version is not None and standing != open_version
    may_edit = bool(open_version and open_version.state == Version.State.DRAFT) and access.may(by, "matrix.assign_owner")
    return Reader(
        by=by,
        at=at,
        standing=matrix,
        open_version=open_version,
        draft=reading.matrix_in(open_version, by.tenant_id, at) if beside else None,
        stamps=_stamps(open_version) if may_edit and open_version else {},
        accepted=blocking.acceptances_of(by.tenant_id, at),
        disputes=_disputes(by.tenant_id, rows),
        movers=movers.movers_of(matrix, by.tenant_id, at),
        may_edit=may_edit,
    )


def _stamps(version: Version) -> dict[tuple[str, str], int]:
    rows = models.Row.objects.for_tenant(version.tenant_id).filter(version=version, duty__isnull=False)
    return {(duty or "", place or ""): stamp for duty, place, stamp in rows.values_list("duty__key", "place__key", "stamp")}


def _disputes(tenant_id: int, rows: Iterable[Finding]) -> dict[int, Entry]:
    """Return the newest dispute of each of these findings."""
    ids = [row.pk for row in rows]
    entries = Entry.objects.for_tenant(tenant_id).filter(row_type=Finding._meta.label_lower, row_id__in=ids, action=DISPUTED)
    return {entry.row_id: entry for entry in entries.order_by("number") if entry.row_id}


def _views(reader: Reader, rows: list[Finding]) -> dict[str, list[Finding]]:
    live = [row for row in rows if not row.of_draft]
    mine = movers.party_of(reader.by)
    return {
        "open": live,
        "blocks": _blocking(rows, reader.accepted, beside=reader.beside),
        "yours": [row for row in live if reader.movers.of(row).party == mine and not _accepted(reader.accepted, row)],
        "accepted": [row for row in rows if _accepted(reader.accepted, row)],
        "draft": [row for row in rows if row.of_draft],
    }


def _blocking(rows: list[Finding], accepted: dict[Key, Acceptance], *, beside: bool) -> list[Finding]:
    """Return what blocks the next signature: of the draft where there is one beside a version in force, else of what is worked from."""
    return [row for row in rows if row.blocks and row.of_draft is beside and not _accepted(accepted, row)]


def _key(row: Finding) -> Key:
    return row.code, row.place, row.duty.key if row.duty else "", row.subject


def _accepted(accepted: dict[Key, Acceptance], row: Finding) -> Acceptance | None:
    return blocking.covering(accepted, _key(row), row.severity)


def _worst(row: Finding) -> tuple[int, datetime, int]:
    return list(FindingSeverity).index(FindingSeverity(row.severity)), row.opened_at, row.pk


def item_of(reader: Reader, row: Finding) -> Item:
    """Return one finding with what can be done about it by the reader."""
    live, acceptance = row.state == Finding.State.OPEN, _accepted(reader.accepted, row)
    critical = row.severity == FindingSeverity.CRITICAL
    may_accept = access.may(reader.by, "finding.accept_critical" if critical else "finding.accept")
    asks = live and critical and not may_accept and access.may(reader.by, "finding.accept")
    key = row.duty.key if row.duty else ""
    found = _cures(reader, row) if live else ()
    return Item(
        finding=row,
        title=row.duty.name if row.duty else TITLES.get(row.code) or row.subject or "The whole client",
        duty=key,
        ahead=_ahead(reader, row) if live else "",
        cures=found,
        stamp=reader.stamps.get((key, row.place), 0),
        repair=_repair(reader, row) if live and not found else None,
        mover=reader.movers.of(row),
        acceptance=acceptance if live else None,
        until=last_day(acceptance, reader.by.zone) if acceptance else "",
        dispute=reader.disputes.get(row.pk),
        blocks=live and bool(_blocking([row], reader.accepted, beside=reader.beside)),
        accept=("accept-critical" if critical else "accept") if live and may_accept else "",
        leaders=" or ".join(reader.movers.leaders()) if asks and not acceptance else "",
        may_dispute=live and access.may(reader.by, "finding.dispute"),
    )


def last_day(acceptance: Acceptance, zone: str) -> str:
    """Return the last day of an acceptance, which ends with it."""
    return f"{(acceptance.expires_at - timedelta(seconds=1)).astimezone(ZoneInfo(zone)):%-d %B %Y}"


def _cures(reader: Reader, row: Finding) -> tuple[Cure, ...]:
    """Return the decisions that close a finding of what is being written; what is in force is not edited."""
    matrix = reader.matrix(row)
    duty = matrix.duties.get(row.duty.key) if row.duty else None
    if duty is None or not reader.may_edit or row.of_draft is not reader.beside:
        return ()
    return tuple(cures.cures_of(matrix, row.code, duty, row.place))


def _repair(reader: Reader, row: Finding) -> tuple[str, str] | None:
    """Return where a finding is healed that no single cell heals: a verb and an address."""
    verb, path = REPAIRS.get(row.code, ("See the duty", "matrix/{duty}/") if row.duty else ("", ""))
    if not verb:
        return None
    path = path.format(duty=row.duty.key) if row.duty else path
    return (verb, f"/{reader.by.tenant.slug}/{path}") if "{" not in path else None


def _ahead(reader: Reader, row: Finding) -> str:
    """Return when a gap next bites."""
    matrix = reader.matrix(row)
    duty = matrix.duties.get(row.duty.key) if row.duty and row.code == "R_GAP" else None
    ahead = rules.gap_ahead(matrix, duty, reader.at, row.place) if duty else None
    if ahead is None:
        return ""
    return "Open now." if ahead[0] <= reader.at else f"Next: {words.clock(ahead[0], matrix.hours_at(row.place).zone, reader.at)}."


def _kinds(items: Sequence[Item]) -> tuple[Kind, ...]:
    sorted_: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        sorted_[next((name for name, codes in KINDS.items() if item.finding.code.startswith(codes)), PROOF)].append(item)
    return tuple(Kind(name, tuple(sorted_[name])) for name in KINDS if sorted_[name])
