"""A sheet of ours that comes back: what it says otherwise than the draft, and which of that can be written into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Hours, Letter, Party, spoken
from responsibilities import catalogue, models
from responsibilities.domain import difference, raci
from responsibilities.domain.content import Content, Held, Line
from responsibilities.domain.difference import Change
from responsibilities.domain.matrix import BUSINESS, Matrix
from responsibilities.domain.raci import Rule, Rules
from responsibilities.importers.own import Own
from responsibilities.models import Upload, Version
from responsibilities.queries import reading, signing, subjects

TEXTS = ("note", "authority", "first_steps")
Key = tuple[str, str]  # what a line is about, and its place


class CannotTake(Exception):
    """Something of a line that cannot be written, in words."""


@dataclass(frozen=True)
class Wanted:
    """What a line of the file makes of the draft's: its undated rules, and its texts."""

    rules: Rules
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """One change, and who brought the file that asks for it."""

    change: Change
    who: str
    side: str


@dataclass(frozen=True)
class Returned:
    """A file of ours against the draft."""

    upload: Upload
    own: Own
    mark: str
    changes: tuple[Change, ...]
    besides: tuple[Change, ...]  # hours, places, what is left out: not written from a sheet
    refused: tuple[str, ...]
    wanted: Mapping[Key, Wanted]
    fresh: Mapping[str, models.Duty] = field(default_factory=dict)  # duties of the client's own that are not here yet
    draft: int = 0
    seen: str = ""
    first: bool = False
    closed: str = ""

    @property
    def rows(self) -> list[Told]:
        """Return the changes as the table of changes shows them."""
        return [Told(one, self.upload.name, self.upload.side) for one in self.changes]

    @property
    def linked(self) -> frozenset[str]:
        """Return the duties that have a page already."""
        return frozenset(one.about for one in self.changes) - frozenset(self.fresh) if not self.first else frozenset()


def is_ours(upload: Upload) -> bool:
    """Say whether what was read is a sheet of ours."""
    return bool(upload.reading and upload.reading.get("own"))


def returned(upload: Upload, by: Actor, at: datetime) -> Returned:
    """Return what a file of ours would change; `upload` comes with its tenant."""
    own = Own.from_json((upload.reading or {})["own"])
    version = reading.open_version(by.tenant_id)
    first = version is None and not Version.objects.for_tenant(by.tenant_id).exists()
    before = _before(version, by, at)
    after = _over(before, own.content)
    found = difference.changes(before, after)
    changes = tuple(one for one in found if one.kind == "line")
    besides = (
        tuple(one for one in difference.changes(before, own.over(before)) if one.kind in ("calendar", "exclusion")) if own.whole else ()
    )
    taker = Taker.of(by, at, reading.matrix_in(version, by.tenant_id, at), own.content, first=first)
    wanted, refused = taker.take(dict.fromkeys((one.about, one.place) for one in changes))
    return Returned(
        upload=upload,
        own=own,
        mark=own.mark,
        changes=changes,
        besides=besides,
        refused=tuple(refused),
        wanted=wanted,
        fresh=taker.fresh,
        draft=version.number if version else 0,
        seen=_seen(version, wanted),
        first=first,
        closed=""
        if version or first
        else "There is no draft. What both sides signed stays as it is; begin a new draft, then write into that one.",
    )


def word(key: Key) -> str:
    """Return how a form names a line: "backup.jobs", or with a place "backup.jobs@clinic-north"."""
    return raci.line_key(key[0]) + (f"@{key[1]}" if key[1] else "")


def _before(version: Version | None, by: Actor, at: datetime) -> Content:
    if version is None:
        return Content(by.tenant.slug, parties={spoken(party): name for party, name in reading.names_at(by.tenant_id, at).items()})
    version.tenant = by.tenant
    return signing.content_of(version, at)


def _over(before: Content, said: Content) -> Content:
    """Return the draft with the lines that the file has; a line that only the draft has stays, and keys are called as they are here."""
    lines = {line.key: line for line in before.lines} | {line.key: line for line in said.lines}
    return replace(
        before,
        lines=tuple(lines.values()),
        duties={**said.duties, **before.duties},
        categories={**said.categories, **before.categories},
        places={**said.places, **before.places},
        teams={**said.teams, **before.teams},
        people={**said.people, **before.people},
        parties={**said.parties, **before.parties},
    )


def _seen(version: Version | None, wanted: Mapping[Key, Wanted]) -> str:
    """Return the stamps of these lines as a form carries them."""
    if version is None or not wanted:
        return ""
    rows = models.Row.objects.for_tenant(version.tenant_id).filter(version=version)
    stamps = {
        (duty or covers, place or ""): stamp
        for duty, covers, place, stamp in rows.values_list("duty__key", "covers", "place__key", "stamp")
    }
    return ",".join(f"{word(key)}={stamps.get(key, 0)}" for key in sorted(wanted))


@dataclass
class Taker:
    """Turns lines of a file into rules of this client's draft."""

    by: Actor
    matrix: Matrix
    said: Content
    teams: Mapping[str, int]
    people: Mapping[str, int]
    dated: Mapping[Key, frozenset[tuple[str, str, str]]]
    known: Mapping[str, Hours]
    fresh: dict[str, models.Duty] = field(default_factory=dict)

    @classmethod
    def of(cls, by: Actor, at: datetime, matrix: Matrix, said: Content, *, first: bool) -> "Taker":
        """Return one for the client's open version."""
        provider = access.provider_id_of(by.tenant_id, at)
        owners = [by.tenant_id, *([provider] if provider else [])]
        teams = models.Team.objects.for_tenants(owners).filter(retired_at=None).select_related("tenant")
        shipped = {duty.key: duty.coverage for duty in catalogue.duties().values()}
        dated: dict[Key, set[tuple[str, str, str]]] = {}
        for about, rules in matrix.rules.items():
            for rule in rules:
                if rule.starts_at or rule.ends_at:
                    dated.setdefault((about, rule.place), set()).add((rule.letter, spoken(rule.party or ""), rule.hours or ""))
        return cls(
            by=by,
            matrix=matrix,
            said=said,
            teams={f"{row.tenant.slug}/{row.key}": row.pk for row in teams},
            people={one.email: one.user_id for one in access.people_of(by.tenant_id, None, at)},
            dated={key: frozenset(found) for key, found in dated.items()},
            known=shipped if first else {key: duty.coverage for key, duty in matrix.duties.items()},
        )

    def take(self, keys: Mapping[Key, None]) -> tuple[dict[Key, Wanted], list[str]]:
        """Return what can be written by line, and in words what cannot."""
        wanted: dict[Key, Wanted] = {}
        refused: list[str] = []
        for key in keys:
            line = next(one for one in self.said.lines if one.key == key)
            try:
                wanted[key] = self._line(line)
            except CannotTake as refusal:
                refused.append(f"{self.said.title(*key)}: {refusal}")
        return wanted, refused

    def _line(self, line: Line) -> Wanted:
        coverage = self._coverage(line.about)
        place = self.matrix.places.known.get(line.place)
        if line.place and (place is None or place.retired):
            raise CannotTake("there is no such place here.")
        dated = frozenset((one.letter, one.party, one.hours.upper()) for one in line.held if one.since or one.until)
        if dated != frozenset((letter, party, hours.upper()) for letter, party, hours in self.dated.get(line.key, ())):
            raise CannotTake("letters that hold from or until a day are not written from a sheet.")
        rules = tuple(self._rule(one, line, coverage) for one in line.held if not one.since and not one.until)
        self._own_people(line.key, rules)
        return Wanted(rules, {name: getattr(line, name) for name in TEXTS})

    def _coverage(self, about: str) -> Hours:
        """Return the hours that a line asks for; a duty of the client's own is made where there is none of it."""
        if about in self.known:
            return self.known[about]
        if "." not in about and (about == raci.EVERY_DUTY or about in catalogue.category_names()):
            return Hours.ALWAYS
        told = self.said.duties.get(about)
        if told is None or not reading.is_own(about) or not about.removeprefix("own.").replace("-", "").isalnum() or len(about) > 80:  # noqa: PLR2004 - letters of a key
            raise CannotTake("there is no such duty here.")
        coverage = Hours.__members__.get(told.coverage.upper(), Hours.BUSINESS)
        category = told.category if told.category in catalogue.category_names() else catalogue.OWN
        risk = told.risk if 1 <= told.risk <= 5 else 3  # noqa: PLR2004 - the least and the greatest, and what is usual
        self.fresh[about] = models.Duty(
            tenant_id=self.by.tenant_id,
            key=about,
            name=told.name[:160] or about,
            category=category,
            position=0,
            coverage=coverage,
            risk=risk,
            work=["ticket"],
            review="yearly",
        )
        return coverage

    def _rule(self, held: Held, line: Line, coverage: Hours) -> Rule:
        if held.team and held.team not in self.teams:
            raise CannotTake(f"there is no team {self.said.teams.get(held.team, held.team)} here.")
        if held.person and held.person not in self.people:
            raise CannotTake(f"nobody here has the address {held.person}.")
        letter = Letter(held.letter)
        return Rule(
            letter=letter,
            party=Party(held.party.upper()) if held.party else None,
            hours=self._hours(held, coverage) if letter is Letter.R else None,
            lead=held.lead,
            duty=line.about,
            place=line.place,
            rank=held.rank,
            team=self.teams.get(held.team),
            person=self.people.get(held.person),
            append=held.append,
            split=held.split,
            qualifier=held.qualifier,
        )

    def _hours(self, held: Held, coverage: Hours) -> str:
        named = {key for key, _ in self.matrix.calendars if key != BUSINESS}
        if not held.hours:
            return coverage.value
        if held.hours.upper() in Hours.__members__:
            return held.hours.upper()
        if held.hours not in named:
            raise CannotTake(f"there are no hours called {held.hours} here.")
        return held.hours

    def _own_people(self, key: Key, rules: Rules) -> None:
        """Raise CannotTake for names of the other side that the draft does not have already."""
        before = {(rule.letter, rule.subject) for rule in self.matrix.rules.get(key[0], ()) if rule.place == key[1]}
        for rule in rules:
            named = rule.party and (rule.team or rule.person) and (rule.letter, rule.subject) not in before
            if named and rule.party and self.by.side is not None and subjects.side_of(rule.party) is not self.by.side:
                raise CannotTake("each side names its own people and teams.")
