"""A client's own sheet: brought, read apart, decided row by row, and written into the draft as one act that can be taken back."""

import hashlib
import json
import re
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Hours, Party
from responsibilities import catalogue
from responsibilities.actions import drafting, pasting, starting, writing
from responsibilities.actions.writing import Clash, Pen, Spot, Stale, Wish
from responsibilities.domain import importing
from responsibilities.domain.importing import LATER, OUT, OWN, CannotDecide, Decided, Decisions, First, Marks, Row, Sheet
from responsibilities.domain.raci import EVERY_DUTY, CannotEdit, Rule
from responsibilities.importers.matching import Sure
from responsibilities.importers.own import is_ours
from responsibilities.importers.reading import CannotRead, Reading
from responsibilities.models import Duty, Signature, Upload, Version
from responsibilities.models import Row as Line
from responsibilities.models.uploads import BIGGEST
from responsibilities.queries import beginning, reading, uploads

NAME = "assignment.imported"
PER_PERSON, PER_CLIENT, SPAN = 20, 60, timedelta(hours=1)  # files
ROUND_THE_CLOCK = re.compile(
    r"24\s*[x/*]\s*7|after.hours|out.of.hours|night|on.?call|weekend|round the clock|pikett|bereitschaft|astreinte|guardia", re.IGNORECASE
)
USUAL_RISK = 3
Reader = Callable[[str, bytes], Reading]
OwnReader = Callable[[str, bytes], dict[str, Any]]


class CannotUpload(Exception):
    """A file that is not taken, in words for the person who brought it."""


class CannotImport(Exception):
    """An upload is not where this can be done with it, in words; or something must be said first."""


class StaleReview(Exception):
    """Rows were decided otherwise since the page was shown; nothing was written."""

    def __init__(self, rows: Sequence[str]) -> None:
        self.rows = tuple(rows)
        super().__init__("Somebody decided on this sheet since you saw it, so nothing was written. Look at what changed, then write.")


class StaleChoice(Exception):
    """Somebody else decided on this row meanwhile: their choice, who, and what was wanted."""

    def __init__(self, theirs: Decided, yours: str) -> None:
        self.theirs, self.yours = theirs, yours
        super().__init__(f"{theirs.who} decided on this row since you saw it.")


@dataclass(frozen=True)
class Uploaded:
    """A file that was taken; `again` = the very same waits already."""

    upload: Upload
    again: bool = False


@dataclass(frozen=True)
class Seen:
    """What a page showed: the upload's stamp, the number of the open version (0 for none), the stamps of its lines by duty."""

    upload: int
    version: int
    lines: Mapping[str, int]


@dataclass(frozen=True)
class Imported:
    """What was written."""

    version: Version
    said: str


# --- bringing and reading


@transaction.atomic
def upload(filename: str, content: bytes, *, by: Actor, at: datetime) -> Uploaded:
    """Keep a file until a worker has read it. The same file that is not decided yet is not kept twice. Raise CannotUpload."""
    access.require(by, "matrix.import")
    drafting.serving(by, at)
    if not content:
        raise CannotUpload("This file is empty. Choose the one that holds the matrix.")
    if len(content) > BIGGEST:
        raise CannotUpload("The file is larger than 10 MB. Bring the sheet with the responsibilities alone.")
    starting.take_turn(by.tenant_id)
    rows, digest = Upload.objects.for_tenant(by.tenant), hashlib.sha256(content).hexdigest()
    known = rows.undecided().light().filter(content_hash=digest).first()
    if known is not None:
        return Uploaded(known, again=True)
    _rate(by, at)
    last = rows.order_by("-number").values_list("number", flat=True).first() or 0
    row = Upload.objects.create(
        tenant=by.tenant,
        number=last + 1,
        filename=_clean(filename).strip()[-200:] or "sheet",
        content=content,
        content_hash=digest,
        user_id=by.user_id,
        name=by.name[:120],
        side=by.side or "",
        uploaded_at=at,
    )
    trail.record("matrix.uploaded", row, by=by, at=at, after=f"{row.filename}, {len(content)} bytes")
    background.after_commit("responsibilities.read_upload", tenant=by.tenant_id, id=row.pk)
    return Uploaded(row)


def _rate(by: Actor, at: datetime) -> None:
    """Raise CannotUpload for somebody, or for a client, that brought too many files within the hour."""
    lately = Upload.objects.for_tenant(by.tenant).filter(uploaded_at__gt=at - SPAN)
    people = list(lately.values_list("user_id", flat=True))
    if sum(one == by.user_id for one in people) >= PER_PERSON or len(people) >= PER_CLIENT:
        raise CannotUpload("Too many files were brought within the hour. Go on with one of those, or come back later.")


def read(upload_id: int, *, tenant_id: int, token: uuid.UUID, at: datetime, reader: Reader, own_reader: OwnReader | None = None) -> None:
    """Read a file that waits, by `reader`, outside any transaction; keep what it says or why it cannot be read.

    One of our own sheets is read by `own_reader` besides, so that nothing of it is guessed.
    """
    with tenancy.only([tenant_id]):
        row = Upload.objects.for_tenant(tenant_id).get(pk=upload_id)
    try:
        found = reader(row.filename, bytes(row.content))
    except CannotRead as refusal:
        columns: dict[str, Any] = {"state": Upload.State.REFUSED, "refusal": _clean(str(refusal))}
    else:
        columns = {"reading": _storable(found.to_json())}
        if own_reader and any(is_ours(table.headings) for table in found.tables):
            columns["reading"] |= {"own": _own(row, own_reader)}
        refusal_ = _unfit(found, columns["reading"])
        columns = {"state": Upload.State.REFUSED, "refusal": refusal_} if refusal_ else columns | {"state": Upload.State.READ}
    with tenancy.only([tenant_id]):
        if "reading" in columns:
            stored = Reading.from_json(columns["reading"])
            columns |= {"matches": _matches(stored, importing.usual_tables(stored), tenant_id)}
        background.finish(Upload, upload_id, token, done_at=at, **columns)


def _own(row: Upload, own_reader: OwnReader) -> dict[str, Any] | None:
    """Return what a sheet of ours says, None where it is ours no more."""
    try:
        said: dict[str, Any] = _storable(own_reader(row.filename, bytes(row.content)))
    except CannotRead:
        return None
    return said


def _unfit(found: Reading, stored: Mapping[str, Any]) -> str:
    """Return in words why a reading is no matrix that people could check, "" for one that is."""
    if not any(table.dialect and table.lines for table in found.tables):
        return NO_DUTIES
    lines = sum(len(table.lines) for table in found.tables)
    return TOO_MANY.format(lines) if lines > MOST_LINES or len(json.dumps(stored)) > MOST_READING else ""


MOST_LINES, MOST_READING = 5_000, 4 * 1024 * 1024
TOO_MANY = "This file has {} rows, more than anybody would check. Bring the sheet with the responsibilities alone."
NO_DUTIES = (
    "No table of duties was found in it: a row of headings, with parties or letters, and a duty in every row under it. "
    "Bring the sheet that has one, or copy its cells and paste them."
)


def give_up(upload_id: int, *, token: uuid.UUID, at: datetime) -> None:
    """End a file that no try could read."""
    refusal = "Reading this file failed again and again. Save it as CSV and bring that one, or copy its cells and paste them."
    background.finish(Upload, upload_id, token, done_at=at, state=Upload.State.REFUSED, refusal=refusal)


def _matches(read_: Reading, tables: Sequence[int], tenant_id: int) -> dict[str, Any]:
    return {name: asdict(match) for name, match in uploads.matches_of(read_, tables, tenant_id).items()}


def _storable(value: Any) -> Any:
    """Return JSON that the database takes: text without what it cannot hold."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {key: _storable(one) for key, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list | tuple) else value


def _clean(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


# --- deciding


def decide_line(number: int, name: str, choice: str, *, was: str, by: Actor, at: datetime) -> Upload:
    """Say where one row goes: a duty's key, OWN with a category, OUT or LATER.

    `was` is the choice that was shown. Raise StaleChoice where somebody else decided meanwhile, CannotImport, CannotDecide.
    """
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        line = sheet.row(name)
        _check_choice(choice, by)
        if line.choice == choice and line.decided:
            return row
        if line.decided and line.choice != was and line.decided.user != by.user_id:
            raise StaleChoice(line.decided, choice)
        said = sheet.decisions
        return _decided(row, replace(said, lines={**said.lines, name: _by(row, choice, by)}))


def take_guesses(number: int, *, by: Actor, at: datetime) -> Upload:
    """Take every guess as it stands."""
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        guessed = {line.id: _by(row, line.choice, by) for line in sheet.rows if line.sure is Sure.GUESSED and not line.decided}
        return _decided(row, replace(sheet.decisions, lines={**sheet.decisions.lines, **guessed}))


def decide_columns(number: int, chosen: Mapping[int, str], *, by: Actor, at: datetime) -> Upload:
    """Say whose columns are whose, by the headings' numbers: a party's word, OUT, or "" for not yet."""
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        columns = {column.number: column for column in sheet.columns}
        if set(chosen) - set(columns):
            raise CannotDecide("The sheet has no such column any more. Load the page again.")
        said = {
            columns[one].heading: _by(row, choice, by)
            for one, choice in chosen.items()
            if choice and (choice != columns[one].party or not columns[one].guessed)
        }
        return _decided(row, replace(sheet.decisions, columns={**sheet.decisions.columns, **said}))


def answer(number: int, also_does: bool, *, by: Actor, at: datetime) -> Upload:  # noqa: FBT001 - it is the answer
    """Answer the one question: whoever is accountable also does it, where a row says nobody does."""
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        return _decided(row, replace(sheet.decisions, answer=also_does))


def explain_marks(number: int, marks: Marks, *, by: Actor, at: datetime) -> Upload:
    """Say what it means to be named or marked in a sheet without letters."""
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        return _decided(row, replace(sheet.decisions, marks=marks))


def say_rest(number: int, first: First | None, fill: str, *, by: Actor, at: datetime) -> Upload:
    """Say what no row says: who answers first where several do a duty, and which template the duties come from that the sheet leaves out."""
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        if fill and beginning.chosen(by, fill, at) is None:
            raise CannotDecide(NO_TEMPLATE)
        return _decided(row, replace(sheet.decisions, first=first, fill=fill))


NO_TEMPLATE = "This template is not there any more. Choose another one, or leave these duties empty."


def take_tables(number: int, tables: Iterable[int], *, by: Actor, at: datetime) -> Upload:
    """Choose which tables of the file are imported; their rows are matched anew, what was decided of them stays."""
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        known = [one for one, table in enumerate(sheet.reading.tables) if table.lines]
        taken = tuple(one for one in known if one in set(tables))
        if not taken:
            raise CannotDecide("Choose at least one table.")
        if sum(len(sheet.reading.tables[one].lines) for one in taken) > 2 * importing.MOST:
            raise CannotDecide(f"These are more than {2 * importing.MOST} rows. Take fewer tables at a time.")
        row.matches = _matches(sheet.reading, taken, by.tenant_id)
        return _decided(row, replace(sheet.decisions, tables=taken))


def leave(number: int, *, by: Actor, at: datetime) -> Upload:
    """Let a file be: nothing of it is written. The file stays on record."""
    access.require(by, "matrix.import")
    with transaction.atomic():
        row = _locked(number, by)
        if row.state not in Upload.UNDECIDED:
            raise CannotImport("This sheet is decided already.")
        row.state, row.ended_at = Upload.State.LEFT, at
        row.done_at, row.lease_until, row.lease_token = row.done_at or at, None, None
        row.stamp += 1
        row.save(update_fields=["state", "ended_at", "done_at", "lease_until", "lease_token", "stamp"])
        trail.record("matrix.upload_left", row, by=by, at=at, after=row.filename)
        return row


def resume(number: int, *, by: Actor, at: datetime) -> Upload:
    """Go on with the rows of a sheet that were not written."""
    access.require(by, "matrix.import")
    with transaction.atomic():
        row = _locked(number, by)
        same = Upload.objects.for_tenant(by.tenant).undecided().filter(content_hash=row.content_hash)
        if row.state != Upload.State.WRITTEN or not row.result.get("later"):
            raise CannotImport("No row of this sheet waits any more.")
        if same.exists():
            raise CannotImport("The same file was brought again meanwhile. Go on with that one.")
        row.state, row.ended_at = Upload.State.READ, None
        row.stamp += 1
        row.save(update_fields=["state", "ended_at", "stamp"])
        return row


def _locked(number: int, by: Actor) -> Upload:
    """Return an upload with its row locked; raise CannotImport where there is none of this number."""
    starting.take_turn(by.tenant_id)
    row = Upload.objects.for_tenant(by.tenant).light().select_for_update().filter(number=number).first()
    if row is None:
        raise CannotImport("There is no such sheet any more.")
    row.tenant = by.tenant
    return row


def opened(number: int, by: Actor) -> Upload:
    """Return an upload that can be decided on, with its row locked; raise CannotImport."""
    access.require(by, "matrix.import")
    row = _locked(number, by)
    if row.state != Upload.State.READ:
        raise CannotImport(NOT_OPEN[row.state])
    return row


def _opened(number: int, by: Actor, at: datetime) -> tuple[Upload, Sheet]:
    """Return an upload that can be decided on, locked, and its sheet."""
    row = opened(number, by)
    return row, uploads.sheet_of(row, at)


NOT_OPEN: dict[str, str] = {
    Upload.State.WAITING: "This file is still being read. Wait a moment, then decide.",
    Upload.State.REFUSED: "This file could not be read. Bring another one.",
    Upload.State.WRITTEN: "This sheet is written into the draft already. Change the draft itself.",
    Upload.State.LEFT: "This sheet was left. Bring it again to go on with it.",
}


def _check_choice(choice: str, by: Actor) -> None:
    """Raise CannotDecide for what cannot be chosen."""
    if choice.startswith(OWN):
        known = choice.removeprefix(OWN) in catalogue.category_names()
    else:
        known = choice in (OUT, LATER) or choice in {duty.key for duty in uploads.known_duties(by.tenant_id)}
    if not known:
        raise CannotDecide("There is no such duty any more. Choose another one of the list.")


def _by(row: Upload, choice: str, by: Actor) -> Decided:
    return Decided(choice, by.name, by.user_id, row.stamp + 1)


def _decided(row: Upload, decisions: Decisions) -> Upload:
    row.decisions = decisions.to_json()
    row.stamp += 1
    row.save(update_fields=["decisions", "matches", "stamp"])
    return row


# --- writing


def write(number: int, seen: Seen, *, by: Actor, at: datetime) -> Imported:
    """Write the rows of a sheet into the draft as one act; a client without a matrix gets its first version.

    Raise StaleReview or Stale, with nothing written, where the decisions or the draft's lines changed since they were seen;
    CannotImport, CannotEdit and NoDraft.
    """
    access.require(by, "matrix.import")
    with transaction.atomic():
        row, sheet = _opened(number, by, at)
        if row.stamp != seen.upload:
            changed = [line for line in sheet.rows if line.decided and line.decided.stamp > seen.upload]
            raise StaleReview([line.line.duty for line in changed])
        if hindrance := sheet.hinders():
            raise CannotImport(hindrance)
        first = not Version.objects.for_tenant(by.tenant).exists()
        if first:
            starting.start_bare(by.tenant, f"From the sheet {row.filename}", by=by, at=at)
        pen = writing.taken(by, at)
        unsigned(pen)
        targets = _targets(pen, sheet, row)
        rows = writing.locked(pen, [Spot(key) for key in targets])
        wishes = {spot: _wish(importing.together(targets[spot.line]), sheet.decisions.first) for spot in rows}
        kept = set() if first else _keep(pen, rows, wishes, seen)
        spots = [spot for spot in rows if spot not in kept and _put(pen, spot, rows[spot], wishes[spot], targets[spot.line])]
        filled = _fill(pen, sheet.decisions.fill, set(targets)) if sheet.decisions.fill else 0
        if first:
            pen.abouts |= {EVERY_DUTY, *pen.matrix.duties}
        return _ended(pen, row, sheet, {key: lines for key, lines in targets.items() if Spot(key) not in kept}, (len(spots), filled))


def unsigned(pen: Pen) -> None:
    """Raise CannotImport where somebody signed what would be written over."""
    names = list(
        Signature.objects.for_tenant(pen.by.tenant)
        .filter(version=pen.version, cleared_at=None)
        .order_by("id")
        .values_list("name", flat=True)
    )
    if names:
        said = " and ".join(names)
        raise CannotImport(
            f"{said} signed version {pen.version.number}, and a sheet would end that unseen. Withdraw the version or change a line of it first."
        )


def _targets(pen: Pen, sheet: Sheet, row: Upload) -> dict[str, list[Row]]:
    """Return the rows of the sheet by the duty each is written to; duties of the client's own are made where there are none yet."""
    found: dict[str, list[Row]] = defaultdict(list)
    known = reading.duties_of(pen.by.tenant_id)
    own = {duty.key: duty for duty in known if reading.is_own(duty.key)}
    taken, names = set(own), {duty.name for duty in own.values()}
    position = max((duty.position for duty in known), default=0)
    made: list[Duty] = []
    for line in sheet.rows:
        if line.target:
            found[line.target].append(line)
        elif line.category:
            duty = _own_duty(line, row, names, taken)
            position += 1
            duty.position = position
            made.append(duty)
            found[duty.key].append(line)
    Duty.objects.bulk_create(made)
    own |= {duty.key: duty for duty in made}
    hold(pen, {key: duty for key, duty in own.items() if key in found})
    return dict(found)


def hold(pen: Pen, duties: Mapping[str, Duty]) -> None:
    """Let a draft that is being written hold these duties too; each gets its row when its line is written."""
    pen.matrix = replace(pen.matrix, duties={**pen.matrix.duties, **{key: reading.duty_from(duty) for key, duty in duties.items()}})


def _own_duty(line: Row, row: Upload, names: set[str], taken: set[str]) -> Duty:
    """Return a duty that the sheet has and the catalogue has not, under a name and a key of its own."""
    name = line.line.duty.strip()[:140] or f"Row {line.line.row} of {row.filename}"[:140]
    if name in names:
        name = f"{name} ({line.line.section or f'row {line.line.row}'})"[:160]
    names.add(name)
    word = slugify(name)[:60].strip("-")
    key = next(
        key
        for count in range(1, importing.MOST + 10_000)
        if (key := f"{catalogue.OWN}.{word or 'row'}{f'-{count}' if count > 1 else ''}") not in taken and key != f"{catalogue.OWN}.all"
    )
    taken.add(key)
    near = catalogue.duties().get(line.match.near[0]) if line.match.near else None
    told = f"{line.line.duty} {line.remarks}"
    coverage = (
        Hours.ALWAYS if ROUND_THE_CLOCK.search(told) else near.coverage if near and near.category == line.category else Hours.BUSINESS
    )
    return Duty(
        tenant=row.tenant,
        key=key,
        name=name,
        category=line.category,
        position=0,
        description=f"From the sheet {row.filename}, row {line.line.row}."[:500],
        coverage=coverage,
        risk=near.risk if near and near.category == line.category else USUAL_RISK,
        work=["ticket"],
        review="yearly",
    )


def _wish(cells: importing.Cells, first: First | None) -> Wish:
    """Make a line what the sheet says of it; parties that the sheet has no column for keep what they have."""
    blanks_first: dict[Party, Any] = dict(sorted(cells.items(), key=lambda cell: bool(cell[1])))
    said = pasting.wish(blanks_first)
    return replace(said, name=NAME, decide=lambda rules, where: importing.led(said.decide(rules, where), first))


def _fill(pen: Pen, word: str, mentioned: set[str]) -> int:
    """Write what a template says of the duties that the sheet leaves out and of which the draft says nothing; return how many."""
    edition = beginning.chosen(pen.by, word, pen.at)
    if edition is None:
        raise CannotImport(NO_TEMPLATE)
    stated: dict[str, list[Rule]] = defaultdict(list)
    for rule in edition.template.rules:
        if not rule.place and rule.party and rule.duty in pen.matrix.duties and rule.duty not in mentioned:
            stated[rule.duty].append(replace(rule, split=catalogue.split_of(rule)))
    rows = writing.locked(pen, [Spot(key) for key in stated])
    empty = [spot for spot, row in rows.items() if not writing.rules_of(row)]
    for spot in empty:
        writing.changed(pen, spot, rows[spot], tuple(stated[spot.line]), name=NAME)
    return len(empty)


def _keep(pen: Pen, rows: Mapping[Spot, Line | None], wishes: Mapping[Spot, Wish], seen: Seen) -> set[Spot]:
    """Return the lines to leave as they are; raise Stale for lines that changed since they were seen and would be written over."""
    clashes: list[Clash] = []
    kept: set[Spot] = set()
    for spot, row in rows.items():
        before = writing.rules_of(row)
        if set(wishes[spot].decide(before, pen.where(spot))) == set(before):
            continue
        if row is None:
            continue  # nothing there is written over
        known = seen.lines.get(spot.line) if seen.version == pen.version.number else -1
        if known is None:
            kept.add(spot)
        elif known != row.stamp:
            clashes.append(writing.clash(pen, spot, row, wishes[spot]))
    if clashes:
        raise Stale(clashes)
    return kept


def _put(pen: Pen, spot: Spot, row: Line | None, wish: Wish, lines: Sequence[Row]) -> bool:
    """Write one line and what the sheet says besides; say whether that changed anything."""
    before = writing.rules_of(row)
    after = wish.decide(before, pen.where(spot))
    differs = row is None or set(before) != set(after)
    written = writing.changed(pen, spot, row, after, name=NAME).row if differs else row
    remarks = "\n".join(filter(None, (line.remarks for line in lines)))[: importing.LONGEST_NOTE]
    if written is None or not remarks or written.note:
        return differs
    written.note = remarks
    written.save(update_fields=["note"])
    trail.record("text.note", written, by=pen.by, at=pen.at, before="nothing", after=remarks)
    pen.abouts.add(written.rule_key)
    return True


def _ended(pen: Pen, row: Upload, sheet: Sheet, targets: Mapping[str, Sequence[Row]], counts: tuple[int, int]) -> Imported:
    """Settle the draft, and keep with the upload where each row went. `counts` are lines that the sheet changed, and that a template filled."""
    changed, filled = counts
    lines = {line.id: key for key, found in targets.items() for line in found}
    rest = [line for line in sheet.rows if line.id not in lines]
    said = f"{len(lines)} row{'s' if len(lines) != 1 else ''} of {row.filename} written, {changed} line{'s' if changed != 1 else ''} of the draft changed."
    said += f" {filled} more dut{'ies' if filled != 1 else 'y'} came from a template." if filled else ""
    if changed or filled:
        writing.finished(pen, said)
    row.result = {
        "version": pen.version.number,
        "lines": {**row.result.get("lines", {}), **lines},
        "later": [line.id for line in rest if line.choice != OUT],
        "out": [line.id for line in rest if line.choice == OUT],
        "changed": row.result.get("changed", 0) + changed,
        "said": said,
        "who": pen.by.name,
    }
    close(row, pen, said)
    return Imported(pen.version, said)


def close(row: Upload, pen: Pen, said: str) -> None:
    """Keep what became of an upload that was written."""
    row.state, row.ended_at = Upload.State.WRITTEN, pen.at
    row.stamp += 1
    row.save(update_fields=["result", "state", "ended_at", "stamp"])
    trail.record("matrix.imported", row, by=pen.by, at=pen.at, after=said)


__all__ = ["CannotDecide", "CannotEdit", "CannotImport", "CannotUpload", "Imported", "Seen", "StaleChoice", "StaleReview", "Uploaded"]
