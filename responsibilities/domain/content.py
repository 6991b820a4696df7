"""What a version says, in one canonical text that people sign by its hash: no ids, no order of insertion, names beside stable keys."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from comanaged.vocabulary import Hours

FORMAT = 1
EVERY_DUTY = "*"
GROUPS, SIZE = 4, 4  # of a content mark


@dataclass(frozen=True, order=True)
class Held:
    """One letter in a line: whose it is by stable key, when it counts, and what else is said of it. No party means nobody, on purpose."""

    letter: str
    party: str = ""
    team: str = ""
    person: str = ""
    hours: str = ""
    lead: bool = False
    rank: int = 1
    append: bool = False
    since: str = ""
    until: str = ""  # the last day
    qualifier: str = ""
    split: str = ""


@dataclass(frozen=True)
class Line:
    """What is agreed about a duty, a category ("backup") or every duty ("*"), at a place or ("") the whole client."""

    about: str
    place: str = ""
    note: str = ""
    authority: str = ""
    first_steps: str = ""
    held: tuple[Held, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.about, self.place


@dataclass(frozen=True)
class Calendar:
    """Named hours: weekly local intervals in a zone, and closed dates."""

    key: str
    place: str = ""
    name: str = ""
    side: str = ""
    zone: str = "UTC"
    week: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Excluded:
    """A duty that the client does without: why, who accepted it, until when."""

    duty: str
    reason: str
    accepted_by: str
    until: str


@dataclass(frozen=True)
class Place:
    """A place as it stood: what it is, where it lies, in which zone."""

    name: str
    kind: str
    parent: str = ""
    tags: tuple[str, ...] = ()
    position: int = 0
    zone: str = ""


@dataclass(frozen=True)
class Duty:
    """A duty as it stood: what it asks for."""

    name: str
    category: str
    coverage: str
    risk: int


@dataclass(frozen=True)
class Content:
    """All that a version says. Lines name subjects by key; what the keys were called stands beside them."""

    client: str
    template: str = ""
    edition: int | None = None
    policy: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    exclusions: tuple[Excluded, ...] = ()
    duties: Mapping[str, Duty] = field(default_factory=dict)
    categories: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)

    def line(self, about: str, place: str) -> Line:
        """Return a line; one that is not there says nothing."""
        return next((line for line in self.lines if line.key == (about, place)), Line(about, place))

    def title(self, about: str, place: str = "") -> str:
        """Return what a line is called: "Backup job monitoring, North clinic"."""
        if about == EVERY_DUTY:
            name = "Every duty"
        elif about in self.duties:
            name = self.duties[about].name
        else:
            name = f"All of {self.categories.get(about, about)}"
        return f"{name}, {self.place(place)}" if place else name

    def place(self, key: str) -> str:
        """Return what a place is called."""
        return self.places[key].name if key in self.places else key

    def party(self, key: str) -> str:
        """Return what a party is called."""
        return self.parties.get(key, key) if key else "nobody"

    def who(self, held: Held) -> str:
        """Return the team or person a letter names, "" for a party as a whole."""
        return self.people.get(held.person, held.person) if held.person else self.teams.get(held.team, held.team)


def canonical(content: Content) -> str:
    """Return the one text of a content: sorted keys, fixed separators, ASCII only, whatever order its parts came in."""
    return json.dumps(plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def plain(content: Content) -> dict[str, Any]:
    """Return a content as JSON holds it, lists in a fixed order."""
    said: dict[str, Any] = {name.name: getattr(content, name.name) for name in fields(Content)}
    said["lines"] = _ordered({**asdict(line), "held": _ordered(asdict(held) for held in line.held)} for line in content.lines)
    said["calendars"] = _ordered(
        {**asdict(one), "closed": sorted(set(one.closed)), "week": {day: sorted(spans) for day, spans in one.week.items() if spans}}
        for one in content.calendars
    )
    said["exclusions"] = _ordered(asdict(one) for one in content.exclusions)
    said["duties"] = {key: asdict(duty) for key, duty in content.duties.items()}
    said["places"] = {key: {**asdict(place), "tags": sorted(place.tags)} for key, place in content.places.items()}
    return {"format": FORMAT, **said}


def parsed(text: str) -> Content:
    """Return the content that a canonical text is of; raise ValueError for any other text."""
    try:
        said: dict[str, Any] = json.loads(text)
        if said.pop("format") != FORMAT:
            raise ValueError("This is another format of content.")
        said["lines"] = tuple(Line(**{**line, "held": tuple(Held(**held) for held in line["held"])}) for line in said["lines"])
        said["calendars"] = tuple(
            Calendar(**{**one, "closed": tuple(one["closed"]), "week": {day: tuple(spans) for day, spans in one["week"].items()}})
            for one in said["calendars"]
        )
        said["exclusions"] = tuple(Excluded(**one) for one in said["exclusions"])
        said["duties"] = {key: Duty(**duty) for key, duty in said["duties"].items()}
        said["places"] = {key: Place(**{**place, "tags": tuple(place["tags"])}) for key, place in said["places"].items()}
        return Content(**said)
    except (KeyError, TypeError, AttributeError) as trouble:
        raise ValueError("This is no content of a version.") from trouble


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def mark(content_hash: str) -> str:
    """Return the content mark that pages and prints show: four groups of four digits of the hash."""
    return " ".join(content_hash[start : start + SIZE] for start in range(0, GROUPS * SIZE, SIZE))


def hours_word(hours: str) -> str:
    """Return hours of a row as a content writes them."""
    return hours.lower() if hours in Hours.__members__ else hours


def _ordered(said: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(said, key=lambda one: json.dumps(one, sort_keys=True))
