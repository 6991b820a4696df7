"""How the lines of a draft are written: locked, compared with the stamp they were shown under, changed, told, kept so that they can be taken back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import catalogue
from responsibilities.actions import drafting, findings
from responsibilities.domain import raci
from responsibilities.domain.matrix import BUSINESS, Matrix
from responsibilities.domain.people import Crew, Subject
from responsibilities.domain.raci import CannotEdit, Rules
from responsibilities.models import Act, Assignment, Duty, Place, Row, Version
from responsibilities.queries import overrides, reading, subjects

STEPS = 50  # that a person can take back
COLUMNS = ("letter", "party", "team", "person_id", "hours", "lead", "rank", "append", "valid_from", "valid_to", "qualifier", "split")
TEXTS = ("note", "authority", "first_steps")
Wanted = Callable[[Rules, "Where"], str]
Snapshot = dict[str, Any] | None  # a row's texts and assignments as JSON holds them; None for a line that has no row


@dataclass(frozen=True)
class Spot:
    """One line of the grid: a duty's key, "<category>.all" or "all.all", and the key of a place, "" for the whole client."""

    line: str
    place: str = ""


@dataclass(frozen=True)
class Where:
    """What a rule of an edit must know of the line it is for."""

    duty: str
    place: str
    required: Hours
    hours: frozenset[str]  # what hours are called in this version
    crew: Crew
    at: datetime


@dataclass(frozen=True)
class Wish:
    """One edit on its way: what it is called in history, of whose cell (None: of the whole line), what is wanted in words, the rule that decides."""

    name: str
    party: Party | None
    wanted: Wanted
    decide: Callable[[Rules, Where], Rules]
    names_somebody: bool = False
    whole: bool = False  # it is about every cell of the line


@dataclass(frozen=True)
class Clash:
    """A line that changed since it was shown: its cell as it is now, what was wanted instead, and the stamp to insist with."""

    spot: Spot
    title: str
    theirs: str
    yours: str
    stamp: int


class Stale(Exception):
    """Lines changed since they were shown; nothing was written."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        self.clashes = tuple(clashes)
        self.theirs, self.yours = self.clashes[0].theirs, self.clashes[0].yours
        if len(self.clashes) == 1:
            said = f"Somebody changed this row since you saw it. The cell now says: {self.theirs}. You wanted: {self.yours}."
        else:
            said = f"Somebody changed {len(self.clashes)} of these rows since you saw them, so nothing was written."
        super().__init__(said)


@dataclass(frozen=True)
class Edited:
    """What an edit did, in words for history and for those who do not see the grid."""

    row: Row | None  # none: the line inherits again
    said: str


@dataclass
class Pen:
    """An open version, locked, while somebody writes in it."""

    version: Version
    by: Actor
    at: datetime
    matrix: Matrix
    done: list[dict[str, Any]] = field(default_factory=list)
    abouts: set[str] = field(default_factory=set)

    def wrote(self, spot: Spot, *, stamp: int, seen: int, before: Snapshot) -> None:
        """Remember a line that was written: the stamp it has and had, and all it said."""
        self.done.append({"line": spot.line, "place": spot.place, "stamp": stamp, "seen": seen, "before": before})
        self.abouts.add(raci.about(spot.line))

    def called(self, subject: Subject) -> str:
        """Return the name of a team or person, "" for a party as a whole."""
        crew = self.matrix.crew
        if subject.person is not None:
            return crew.called(subject.person)
        team = crew.teams.get(subject.team or 0)
        return team.name if team else "" if subject.team is None else "a team that is gone"

    def title(self, spot: Spot) -> str:
        """Return what a line is called."""
        return overrides.title(self.matrix, raci.about(spot.line), spot.place)

    def where(self, spot: Spot) -> Where:
        """Return what a rule must know of a line."""
        about = raci.about(spot.line)
        duty = self.matrix.duties.get(about)
        named = {key for key, _ in self.matrix.calendars if key != BUSINESS}
        required = duty.coverage if duty else Hours.ALWAYS
        return Where(about, spot.place, required, frozenset(Hours) | named, self.matrix.crew, self.at)


def taken(by: Actor, at: datetime) -> Pen:
    """Lock the open version for an edit; the transaction is the caller's. Raise NoDraft."""
    version = drafting.opened(by)
    return Pen(version, by, at, reading.matrix_in(version, by.tenant_id, at))


def allowed(wish: Wish, by: Actor) -> None:
    """Raise unless this person may wish for this: Refused for a role that may not, CannotEdit for a name of the other side."""
    access.require(by, "matrix.name_person" if wish.names_somebody else "matrix.assign_owner")
    if wish.names_somebody and wish.party and by.side is not None and subjects.side_of(wish.party) is not by.side:
        raise CannotEdit("Each side names its own people and teams. Ask somebody of that side to choose who it is.")


def locked(pen: Pen, spots: Iterable[Spot]) -> dict[Spot, Row | None]:
    """Lock the rows of these lines, in one order for everybody; None for a line that has no row yet. Raise CannotEdit for one there cannot be."""
    wanted = list(dict.fromkeys(spots))
    known = {category.key for category in catalogue.categories()} | {duty.category for duty in pen.matrix.duties.values()}
    for spot in wanted:
        about = raci.about(spot.line)
        if about not in pen.matrix.duties and about != raci.EVERY_DUTY and about not in known:
            raise drafting.NoDraft("The draft has no such duty. Go back to the matrix and choose one of its rows.")
        place = pen.matrix.places.known.get(spot.place)
        if spot.place and (place is None or place.retired):
            raise CannotEdit("There is no such place any more. Choose one of the list.")
    rows = Row.objects.for_tenant(pen.by.tenant).filter(version=pen.version)
    rows = rows.select_related("version", "duty", "place").select_for_update(of=("self",)).order_by("id")
    if len(wanted) == 1:
        about, place_key = raci.about(wanted[0].line), wanted[0].place
        rows = rows.filter(duty__key=about) if about in pen.matrix.duties else rows.filter(duty=None, covers=about)
        rows = rows.filter(place__key=place_key) if place_key else rows.filter(place=None)
    found = {spot_of(row): row for row in rows}
    return {spot: found.get(spot) for spot in wanted}


def spot_of(row: Row) -> Spot:
    """Return which line a row is; it comes with its duty and place."""
    return Spot(raci.line_key(row.rule_key), row.place.key if row.place else "")


def stamp_of(row: Row | None) -> int:
    """Return the stamp of a line; 0 where it has no row."""
    return row.stamp if row else 0


def put(pen: Pen, spot: Spot, row: Row | None, wish: Wish) -> Edited:
    """Write one wish into one locked line, and tell history. Raise CannotEdit for one that is not sound."""
    before = rules_of(row)
    after = wish.decide(before, pen.where(spot))
    return changed(pen, spot, row, after, name=wish.name)


def clash(pen: Pen, spot: Spot, row: Row | None, wish: Wish) -> Clash:
    """Return what stands against a wish for a line that changed meanwhile."""
    rules = rules_of(row)
    theirs = (difference(pen, (), rules)[1] or "empty") if wish.whole else raci.written_cell(rules, wish.party, pen.called)
    return Clash(spot, pen.title(spot), theirs, wish.wanted(rules, pen.where(spot)), stamp_of(row))


def changed(pen: Pen, spot: Spot, row: Row | None, after: Rules, *, name: str) -> Edited:
    """Make a locked line say these rules."""
    snapshot, before = snapshot_of(row), rules_of(row)
    row = row or new_row(pen, spot)
    save(row, after)
    _stamped(pen, spot, row, snapshot)
    was, now = difference(pen, before, after)
    trail.record(name, row, by=pen.by, at=pen.at, before=was, after=now)
    return Edited(row, f"{pen.title(spot)}. {now}.")


def difference(pen: Pen, before: Rules, after: Rules) -> tuple[str, str]:
    """Return in words the cells that differ, as they were and as they are."""
    names: dict[Party | None, str] = {party: name for party, name in pen.matrix.names.items()}  # noqa: C416 - a key may be None too
    names[None] = "Nobody, on purpose"
    cells = {party: (raci.written_cell(before, party, pen.called), raci.written_cell(after, party, pen.called)) for party in names}
    differing = {names[party]: pair for party, pair in cells.items() if pair[0] != pair[1]}
    was, now = ("; ".join(f"{name}: {pair[side]}" for name, pair in differing.items()) for side in (0, 1))
    return was, now


def finished(pen: Pen, said: str) -> None:
    """Keep the act so that it can be taken back, reopen what was proposed, and settle the findings."""
    if pen.by.user_id is not None and pen.done:
        Act.objects.create(tenant=pen.by.tenant, version=pen.version, user_id=pen.by.user_id, said=said, lines=pen.done, done_at=pen.at)
        acts = Act.objects.for_tenant(pen.by.tenant).filter(version=pen.version, user=pen.by.user_id)
        kept = list(acts.order_by("-id").values_list("id", flat=True)[:STEPS])
        acts.exclude(id__in=kept).delete()
    settled(pen)


def settled(pen: Pen) -> None:
    """Reopen what was proposed and settle the findings of what was written."""
    drafting.edited(pen.version, by=pen.by, at=pen.at)
    findings.recheck(pen.version, by=pen.by, at=pen.at, abouts=pen.abouts)


def new_row(pen: Pen, spot: Spot) -> Row:
    """Add the row of a line. Its stamp is one that no earlier row of this line can have had: history has always more entries than a row edits."""
    about = raci.about(spot.line)
    return Row.objects.create(
        tenant=pen.by.tenant,
        version=pen.version,
        duty=Duty.objects.for_tenant(pen.by.tenant).filter(key=about).first(),
        covers="" if about in pen.matrix.duties else about,
        place=Place.objects.for_tenant(pen.by.tenant).get(key=spot.place) if spot.place else None,
        stamp=trail.head(pen.by.tenant_id)[0] + 1,
    )


def remove_row(pen: Pen, spot: Spot, row: Row, *, name: str) -> Edited:
    """Take a locked line's row away, so that it inherits again."""
    snapshot = snapshot_of(row)
    was, _ = difference(pen, rules_of(row), ())
    trail.record(name, row, by=pen.by, at=pen.at, before=was, after="It inherits from the wider rules again.")
    seen = row.stamp
    row.delete()
    pen.wrote(spot, stamp=0, seen=seen, before=snapshot)
    return Edited(None, f"{pen.title(spot)}. It inherits again.")


def _stamped(pen: Pen, spot: Spot, row: Row, snapshot: Snapshot) -> None:
    seen = row.stamp if snapshot is not None else 0
    if snapshot is not None:
        row.stamp += 1
        row.save(update_fields=["stamp"])
    pen.wrote(spot, stamp=row.stamp, seen=seen, before=snapshot)


# --- a row's assignments, as rules and as they were


def assignments_of(row: Row | None) -> list[Assignment]:
    """Return what an edit of cells works on: assignments without dates."""
    if row is None:
        return []
    rows = Assignment.objects.for_tenant(row.tenant_id).filter(row=row, valid_from__isnull=True, valid_to__isnull=True)
    return list(rows.select_related("row", "row__duty", "row__place").order_by("id"))


def rules_of(row: Row | None) -> Rules:
    """Return the rules an edit of cells works on."""
    return tuple(reading.rule_from(one, "UTC") for one in assignments_of(row))


def save(row: Row, after: Rules) -> None:
    """Make the undated assignments of a row say what the rules say."""

    def told(rule: raci.Rule) -> tuple[object, ...]:
        return rule.letter, rule.party, rule.team, rule.person, rule.hours, rule.rank

    wanted = {told(rule): rule for rule in after}
    for one in assignments_of(row):
        same = wanted.pop(told(reading.rule_from(one, "UTC")), None)
        if same is None:
            one.delete()
        else:
            _say(one, {"lead": same.lead, "append": same.append, "split": same.split, "qualifier": same.qualifier})
    for rule in wanted.values():
        Assignment.objects.create(
            tenant_id=row.tenant_id,
            version_id=row.version_id,
            row=row,
            letter=rule.letter,
            party=rule.party or "",
            team=rule.team,
            person_id=rule.person,
            hours=rule.hours or "",
            lead=rule.lead,
            rank=rule.rank,
            append=rule.append,
            qualifier=rule.qualifier,
            split=rule.split,
        )


def _say(one: Assignment, said: Mapping[str, object]) -> None:
    differing = [name for name, value in said.items() if getattr(one, name) != value]
    if differing:
        for name in differing:
            setattr(one, name, said[name])
        one.save(update_fields=differing)


def snapshot_of(row: Row | None) -> Snapshot:
    """Return all a row says, as JSON holds it."""
    if row is None:
        return None
    rows = Assignment.objects.for_tenant(row.tenant_id).filter(row=row).order_by("id").values(*COLUMNS)
    return {
        "texts": {name: getattr(row, name) for name in TEXTS},
        "rules": [{name: value.isoformat() if isinstance(value, date) else value for name, value in one.items()} for one in rows],
    }


def rule_of(said: Mapping[str, Any]) -> raci.Rule:
    """Return one assignment of a snapshot as a rule, without its line."""
    return raci.Rule(
        letter=Letter(said["letter"]),
        party=Party(said["party"]) if said["party"] else None,
        hours=said["hours"] or None,
        lead=said["lead"],
        rank=said["rank"],
        team=said["team"],
        person=said["person_id"],
        append=said["append"],
        split=said["split"],
        qualifier=said["qualifier"],
    )


def restored(pen: Pen, spot: Spot, row: Row | None, snapshot: Snapshot, *, name: str) -> str:
    """Make a locked line what a snapshot says, and tell history; return what it says now."""
    before = rules_of(row)
    if snapshot is None:
        return remove_row(pen, spot, row, name=name).said if row else ""
    kept = snapshot_of(row)
    row = row or new_row(pen, spot)
    for text in TEXTS if kept is None else ():  # texts have a page of their own; only a row that was removed gets them back
        setattr(row, text, snapshot["texts"][text])
    row.save(update_fields=list(TEXTS))
    Assignment.objects.for_tenant(row.tenant_id).filter(row=row).delete()
    for one in snapshot["rules"]:
        Assignment.objects.create(tenant_id=row.tenant_id, version_id=row.version_id, row=row, **one)
    _stamped(pen, spot, row, kept)
    was, now = difference(pen, before, rules_of(row))
    trail.record(name, row, by=pen.by, at=pen.at, before=was, after=now)
    return f"{pen.title(spot)}. {now or 'As it was'}."
