"""What the pages of versions show: their list, one of them with what it changes and who signs, the difference of any two."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from comanaged.accounts import access
from comanaged.accounts import queries as accounts
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Organisation
from comanaged.audit.models import Entry
from comanaged.vocabulary import Side
from responsibilities import signals
from responsibilities.domain import content as contents
from responsibilities.domain import difference, raci, sums
from responsibilities.domain.content import Content
from responsibilities.domain.difference import Change
from responsibilities.models import Acceptance, Act, Calendar, Exclusion, Row, Signature, Version
from responsibilities.queries import blocking, reading, signing
from responsibilities.queries.blocking import Blocked
from responsibilities.signals import Consequence

State = Version.State
NOTHING = "\N{EN DASH}"
WORDS = {
    State.DRAFT: "Draft",
    State.PROPOSED: "Proposed",
    State.IN_FORCE: "In force",
    State.SUPERSEDED: "Superseded",
    State.WITHDRAWN: "Withdrawn",
}
SIGN = {Side.INTERNAL: "matrix.sign_client", Side.PROVIDER: "matrix.sign_provider"}
ACCEPTED = {
    "A_MISSING": "nobody is accountable",
    "A_MULTIPLE": "several are accountable",
    "A_OUTSIDE_ORG": "somebody outside is accountable",
    "R_MISSING": "nobody does it",
    "R_GAP": "in some hours nobody does it",
    "BLIND_ORPHAN": "each side names the other",
}


@dataclass(frozen=True)
class Told:
    """A version in the words of a list."""

    version: Version
    number: int
    state: str
    since: datetime
    mark: str
    signatures: tuple[Signature, ...]
    compared: int | None  # the number of the version it is compared with


@dataclass(frozen=True)
class Listing:
    """The versions of a client, the newest first."""

    rows: tuple[Told, ...]
    open_number: int | None
    may_begin: bool


@dataclass(frozen=True)
class Authored:
    """A change, and who made it, the last one first."""

    change: Change
    who: str
    side: str


@dataclass(frozen=True)
class Figure:
    """One number before and after; `worse` where the later one is."""

    name: str
    before: str
    after: str
    worse: bool


@dataclass(frozen=True)
class Checked:
    """Whether what is signed stands: the text has its mark, and the rows still read as it does; `since` is what is called otherwise by now."""

    whole: bool
    same: bool
    since: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Block:
    """The signature of one side: what stands, or who may give it and why it is not possible now."""

    side: Side
    name: str
    signature: Signature | None
    signed: str  # when, with the year, as paper says it
    cleared: Signature | None
    signatories: tuple[str, ...]
    may_sign: bool  # the reader, for this side, as far as the table goes
    reason: str  # why the reader cannot sign now, "" where they can


@dataclass(frozen=True)
class Obstacle:
    """A finding that blocks signing, or is accepted: of which duty, in a sentence, with the acceptance if there is one."""

    title: str
    duty: str
    place: str
    sentence: str
    acceptance: Acceptance | None


@dataclass(frozen=True)
class Left:
    """A duty that the client does without, as the appendix prints it."""

    title: str
    words: str
    accepted_by: str


@dataclass(frozen=True)
class Sheet:
    """One version: its state, what it changes, what stands in its way, its signatures."""

    told: Told
    version: Version
    content: Content
    content_hash: str
    mark: str
    before: Version | None
    changes: tuple[Authored, ...]
    unchanged: int
    figures: tuple[Figure, ...]
    blocked: tuple[Obstacle, ...]
    accepted: tuple[Obstacle, ...]
    blocks: tuple[Block, ...]
    consequences: tuple[Consequence, ...]
    checked: Checked | None
    stale: tuple[Change, ...]  # what is called otherwise since it was proposed
    now_hash: str  # of what its rows say now
    may_propose: bool
    why_not_propose: str
    may_withdraw: bool
    why_not_withdraw: str
    last_to_sign: bool

    @property
    def open(self) -> bool:
        return self.version.open

    @property
    def left_out(self) -> tuple[Left, ...]:
        said = self.content.exclusions
        return tuple(Left(self.content.title(one.duty), difference.excluded_in_words(one), one.accepted_by) for one in said)


# --- lists and versions


def versions(by: Actor) -> Listing:
    """Return every version of a client, the newest first, with its signatures."""
    rows = all_versions(by.tenant_id)
    signatures = list(Signature.objects.for_tenant(by.tenant).filter(cleared_at=None).order_by("signed_at", "id"))
    open_number = next((row.number for row in rows if row.open), None)
    standing = any(row.state == State.IN_FORCE for row in rows)
    may_begin = open_number is None and standing and access.may(by, "matrix.edit_draft")
    return Listing(tuple(_told(row, rows, signatures) for row in reversed(rows)), open_number, may_begin)


def all_versions(tenant_id: int) -> list[Version]:
    """Return every version of a client, those withdrawn too, the oldest first, without their contents."""
    return list(Version.objects.for_tenant(tenant_id).order_by("number").defer("content"))


def version_numbered(by: Actor, number: int) -> Version | None:
    """Return one version of a client with its content, None for one there is not."""
    return Version.objects.for_tenant(by.tenant).filter(number=number).select_related("tenant").first()


def version_standing(by: Actor) -> Version | None:
    """Return the version in force with its content, the open one while there is none, None for a client without a matrix."""
    rows = Version.objects.for_tenant(by.tenant).select_related("tenant")
    return rows.filter(state=State.IN_FORCE).first() or rows.filter(state__in=Version.OPEN).first()


def standing_signatures(version: Version) -> list[Signature]:
    """Return the signatures under a version that were not cleared, the first one first."""
    return list(Signature.objects.for_tenant(version.tenant_id).filter(version=version, cleared_at=None).order_by("signed_at", "id"))


def said(version: Version, at: datetime) -> Content:
    """Return what a version says: as it was frozen, and of a draft as its rows stand."""
    if version.state != State.DRAFT:
        try:
            return contents.parsed(version.content)
        except ValueError:  # it came into force before contents were kept
            pass
    return signing.content_of(version, at)


def compared_with(version: Version, rows: Sequence[Version]) -> Version | None:
    """Return the version that another one is compared with: the one in force, or of a past one the one it came after."""
    if version.open:
        return next((row for row in rows if row.state == State.IN_FORCE), None)
    until = version.in_force_at or version.withdrawn_at
    earlier = [row for row in rows if row.in_force_at and row.pk != version.pk and until and row.in_force_at < until]
    return earlier[-1] if earlier else None


def _told(row: Version, rows: Sequence[Version], signatures: Iterable[Signature]) -> Told:
    compared = compared_with(row, rows)
    return Told(
        version=row,
        number=row.number,
        state=WORDS[State(row.state)],
        since=_since(row),
        mark=contents.mark(row.content_hash) if row.content_hash else "",
        signatures=tuple(one for one in signatures if one.version_id == row.pk),
        compared=compared.number if compared else None,
    )


def _since(row: Version) -> datetime:
    if row.state == State.PROPOSED and row.proposed_at:
        return row.proposed_at
    moments = (row.withdrawn_at, row.superseded_at, row.in_force_at)
    return next((moment for moment in moments if moment), row.begun_at)


# --- one version


def sheet(by: Actor, number: int, at: datetime) -> Sheet | None:
    """Return one version as its page shows it; None for a number there is not."""
    version = version_numbered(by, number)
    if version is None:
        return None
    rows = all_versions(by.tenant_id)
    before = compared_with(version, rows)
    content = said(version, at)
    earlier = said(before, at) if before else None
    found = difference.changes(earlier, content) if earlier else ()
    signatures = tuple(Signature.objects.for_tenant(by.tenant).filter(version=version).order_by("-signed_at", "-id"))
    blocked = blocking.blocking(version, at) if version.open else ()
    open_ones = tuple(one for one in blocked if one.acceptance is None)
    now = signing.content_of(version, at) if version.state != State.DRAFT else content
    stale = difference.changes(content, now) if version.state == State.PROPOSED else ()
    text_hash = version.content_hash or contents.digest(contents.canonical(content))
    served = access.provider_of(by.tenant_id, at)
    asked = "" if served else access.provider_asked(by.tenant_id, at)
    table = Table(by, version, signatures, open_ones, stale, served, asked)
    may_manage = version.open and access.may(by, "matrix.propose_version")
    return Sheet(
        told=_told(version, rows, [one for one in signatures if one.cleared_at is None]),
        version=version,
        content=content,
        content_hash=text_hash,
        mark=contents.mark(text_hash),
        before=before,
        changes=_authored(version, found),
        unchanged=len(content.lines) - len({(one.about, one.place) for one in found if one.kind == "line"}),
        figures=figures(before, version, len(open_ones), at) if version.open else (),
        blocked=tuple(_obstacle(one, content) for one in open_ones),
        accepted=tuple(_obstacle(one, content) for one in blocked if one.acceptance is not None),
        blocks=tuple(_block(side, table, at) for side in Side),
        consequences=consequences(version, at) if version.open else (),
        checked=_checked(version, content, now, signatures) if not version.open and version.content_hash else None,
        stale=stale,
        now_hash=contents.digest(contents.canonical(now)),
        may_propose=may_manage and (version.state == State.DRAFT or bool(stale)),
        why_not_propose="" if served or table.asked else "No provider is engaged here yet, so nobody could sign for the other side.",
        may_withdraw=may_manage,
        why_not_withdraw=_why_not_withdraw(version, by, rows, table.standing),
        last_to_sign=len(table.standing) == 1,
    )


def _obstacle(one: Blocked, content: Content) -> Obstacle:
    finding = one.finding
    title = content.title(finding.duty) if finding.duty else ""
    return Obstacle(title, finding.duty, finding.place, finding.sentence, one.acceptance)


def consequences(version: Version, at: datetime) -> tuple[Consequence, ...]:
    """Return what the apps above would move if a version came into force now."""
    answers: Any = signals.matrix_would_change.send(sender=Version, tenant=version.tenant, version=version, at=at)
    return tuple(answer for _, answer in answers if answer is not None)


@dataclass(frozen=True)
class Table:
    """Where a version is signed: who looks, what stands in the way, who signed."""

    by: Actor
    version: Version
    signatures: tuple[Signature, ...]  # the newest first, cleared ones too
    blocked: tuple[Blocked, ...]
    stale: tuple[Change, ...]
    provider: Organisation | None
    asked: str  # what a provider is called that was asked in and has not accepted yet

    @property
    def standing(self) -> dict[str, Signature]:
        return {one.side: one for one in self.signatures if one.cleared_at is None}


def _block(side: Side, table: Table, at: datetime) -> Block:
    by, version = table.by, table.version
    provider = table.provider.name if table.provider else table.asked or reading.NO_PROVIDER
    cleared = next((one for one in table.signatures if one.side == side and one.cleared_at), None)
    standing = table.standing.get(side)
    return Block(
        side=side,
        name=by.tenant.name if side is Side.INTERNAL else provider[0].upper() + provider[1:],
        signature=standing,
        signed=dated(standing.signed_at, by.zone) if standing else "",
        cleared=cleared,
        signatories=_signatories(by.tenant_id, side, at) if version.open else (),
        may_sign=version.open and side is by.side and access.may(by, SIGN[side]) and side not in table.standing,
        reason=next(_why_not_sign(table), ""),
    )


def _why_not_sign(table: Table) -> Iterator[str]:
    """Yield why the reader cannot sign now, the first reason first."""
    by, count = table.by, len(table.blocked)
    if table.version.state == State.DRAFT:
        yield "Propose it first. Then both sides sign the same text."
    if table.stale:
        yield "Names in it changed since it was proposed. Propose it again first."
    if not by.signatory:
        yield "You are no signatory of your side. Ask one of its signatories to sign."
    if by.side is Side.PROVIDER and (table.provider is None or table.provider.pk != by.company_id):
        yield f"Your company does not serve {by.tenant.name} now, so it cannot sign."
    if any(one.user_id == by.user_id for one in table.standing.values()):
        yield "You signed for the other side already. One person signs once."
    if count:
        yield f"{count} finding{'s block' if count > 1 else ' blocks'} signing. Cure or accept {'them' if count > 1 else 'it'} first."


def _why_not_withdraw(version: Version, by: Actor, rows: Sequence[Version], standing: dict[str, Signature]) -> str:
    if not version.open:
        return ""
    if not any(row.state == State.IN_FORCE for row in rows):
        return "Nothing is in force yet, so this draft is all there is. Change it instead."
    if standing:
        return "It is signed by a side. Any edit clears a signature; after that it can be withdrawn."
    side = version.proposed_side if version.state == State.PROPOSED else signing.begun_by_side(version)
    if side and by.side is not None and side != by.side:
        return "The other side wrote it, so only its managers can withdraw it."
    return ""


def _signatories(tenant_id: int, side: Side, at: datetime) -> tuple[str, ...]:
    return tuple(one.name for one in accounts.members_of(tenant_id, at) if one.signatory and one.side is side)


def _checked(version: Version, content: Content, now: Content, signatures: Iterable[Signature]) -> Checked:
    """Prove a standing version: its text gives its mark, its signers signed that mark, and its rows read as its text does."""
    live = [one for one in signatures if one.cleared_at is None]
    whole = contents.digest(version.content) == version.content_hash and all(one.content_hash == version.content_hash for one in live)
    since = difference.changes(content, now)
    return Checked(whole, not any(one.kind != "name" for one in since), tuple(one for one in since if one.kind == "name"))


# --- who changed what


def _authored(version: Version, found: Sequence[Change]) -> tuple[Authored, ...]:
    """Return the changes with who made them, from the trail of the version's rows."""
    if not found:
        return ()
    entries = _entries(version)
    acts = _acts(version)
    return tuple(Authored(change, *_author(change, entries, acts)) for change in found)


def _author(
    change: Change, entries: dict[tuple[str, str, str], list[Entry]], acts: dict[tuple[str, str], tuple[str, str]]
) -> tuple[str, str]:
    about = entries.get((change.kind, change.about, change.place), [])
    column = [one for one in about if f"{change.column}:" in f"{one.before} {one.after}"]
    chosen = next(iter([*column, *about]), None)
    return (chosen.who, chosen.side) if chosen else acts.get((change.about, change.place), ("", ""))


def _entries(version: Version) -> dict[tuple[str, str, str], list[Entry]]:
    """Return what the trail tells of the rows, hours and exclusions of a version, the newest first, by what they are about."""
    tenant = version.tenant_id
    keys: dict[tuple[str, int], tuple[str, str, str]] = {}
    for pk, duty, covers, place in (
        Row.objects.for_tenant(tenant).filter(version=version).values_list("id", "duty__key", "covers", "place__key")
    ):
        keys[Row._meta.label_lower, pk] = ("line", duty or covers, place or "")
    for pk, key, place in Calendar.objects.for_tenant(tenant).filter(version=version).values_list("id", "key", "place__key"):
        keys[Calendar._meta.label_lower, pk] = ("calendar", key, place or "")
    for pk, key in Exclusion.objects.for_tenant(tenant).filter(version=version).values_list("id", "duty__key"):
        keys[Exclusion._meta.label_lower, pk] = ("exclusion", key, "")
    told = Entry.objects.for_tenant(tenant).filter(row_type__in={kind for kind, _ in keys}, row_id__in={pk for _, pk in keys})
    found: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in told.order_by("-number"):
        about = keys.get((entry.row_type, entry.row_id or 0))
        if about is not None:
            found.setdefault(about, []).append(entry)
    return found


def _acts(version: Version) -> dict[tuple[str, str], tuple[str, str]]:
    """Return who wrote a line last, by what they can take back: lines that are gone have no row whose trail could tell."""
    sides = {one.user_id: one.side for one in accounts.members_of(version.tenant_id, version.begun_at)}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    rows = Act.objects.for_tenant(version.tenant_id).filter(version=version, undone_at=None).select_related("user").order_by("-id")
    for act in rows:
        for line in act.lines:
            about = raci.about(line["line"])
            found.setdefault((about, line["place"]), (str(act.user), sides.get(act.user_id, "")))
    return found


# --- numbers


def figures(before: Version | None, version: Version, blocked: int, at: datetime) -> tuple[Figure, ...]:
    """Return what a version comes to in four numbers, beside the one before it."""
    now = sums.of(reading.matrix_in(version, version.tenant_id, at), at)
    was = sums.of(reading.matrix_in(before, version.tenant_id, at), at) if before else None
    open_before = sum(1 for one in blocking.blocking(before, at) if one.acceptance is None) if before else None
    return (
        _figure(
            "Hours a week with nobody, all duties together", was.uncovered_hours if was else None, now.uncovered_hours, less_is_better=True
        ),
        _figure("Duties with one accountable", was.one_accountable if was else None, now.one_accountable, less_is_better=False),
        _figure(
            "Duties somebody answers first for at all hours", was.always_first if was else None, now.always_first, less_is_better=False
        ),
        _figure("Findings that block signing", open_before, blocked, less_is_better=True),
    )


def _figure(name: str, before: int | None, after: int, *, less_is_better: bool) -> Figure:
    worse = before is not None and (after > before if less_is_better else after < before)
    return Figure(name, NOTHING if before is None else str(before), str(after), worse or (before is None and less_is_better and after > 0))


# --- any two, and the appendix


@dataclass(frozen=True)
class Compared:
    """Two versions and what differs."""

    before: Version
    after: Version
    changes: tuple[Authored, ...]
    unchanged: int
    linked: frozenset[str]  # duties that have a page


def compare(by: Actor, first: int, second: int, at: datetime) -> Compared | None:
    """Return the difference of any two versions of a client, None where one of them is not there."""
    before, after = version_numbered(by, first), version_numbered(by, second)
    if before is None or after is None:
        return None
    content = said(after, at)
    found = difference.changes(said(before, at), content)
    lines = {(one.about, one.place) for one in found if one.kind == "line"}
    return Compared(before, after, _authored(after, found), len(content.lines) - len(lines), frozenset(content.duties))


@dataclass(frozen=True)
class Lived:
    """An acceptance as the appendix prints it."""

    title: str
    what: str
    reason: str
    accepted_by: str
    until: str


def dated(moment: datetime, zone: str) -> str:
    """Return a moment as paper says it, which is read in other years and places: "24 November 2026 15:12, America/Chicago"."""
    return f"{moment.astimezone(ZoneInfo(zone)):%-d %B %Y %H:%M}, {zone}"


def dates(version: Version) -> dict[str, str]:
    """Return when a version came into force and was superseded, as paper says it; only what happened."""
    moments = {"in_force": version.in_force_at, "superseded": version.superseded_at}
    return {name: dated(moment, version.tenant.zone) for name, moment in moments.items() if moment}


def accepted_with(version: Version, at: datetime) -> list[Acceptance]:
    """Return the rows of what was accepted when a version was signed; of an open one of what is accepted now."""
    moment = version.in_force_at or at
    rows = Acceptance.objects.for_tenant(version.tenant_id).filter(accepted_at__lte=moment, expires_at__gt=moment)
    return [row for row in rows.order_by("duty_key", "place", "id") if row.ended_at is None or row.ended_at > moment]


def acceptances(version: Version, content: Content, at: datetime) -> tuple[Lived, ...]:
    """Return the acceptances a version was signed with; of an open one those that hold now."""
    return tuple(
        Lived(
            content.title(row.duty_key, row.place),
            ACCEPTED.get(row.code, row.code),
            row.reason,
            row.accepted_by,
            dated(row.expires_at, version.tenant.zone),
        )
        for row in accepted_with(version, at)
    )
