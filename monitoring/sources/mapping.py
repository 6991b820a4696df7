"""What a mapping is, and how its data (a YAML file of ours, or a source's settings) becomes one.

    body: json | form                  how the bytes are written
    loose: true                        names differ by sender: "HOST.NAME", "host_name", {"host": {"name": ..}} are all `hostname`
    decode: [payload]                  JSON kept as text inside a value, read in place; before the split with `$`, after it without
    match: [{path: alerts, is: list}]  what the body must look like: `is` one of present, absent, list, object, text, positive;
                                       or `equals: x`, `among: [x, y]`, `more_than: path of a list` (a count above its length)
    split: [alerts]                    the list whose members are single statements; the first path that finds something
    keep: [..conditions]               members that do not hold these are passed over
    partial: [..conditions]            any of these holds: the list is not complete
    flags: {name: [paths]}             marks the signal where one of the paths finds something
    notes: [{when: [..conditions], say: spec}]   a message that is no alert but must be told in words
    fields: {kind: spec, title: spec, native_key: spec, asset: .., check_name: .., duty: .., severity: .., occurred_at: ..,
             ended_at: .., group_kind: .., url: .., text: .., value: .., labels: ..}; `group_kind` counts for a member
             that neither says its own state nor has ended
    key: [spec, spec]                  the fields that name one trouble where there is no native key; all must be found
    time: {zone: America/Chicago, formats: ["%d/%m/%Y %H:%M"]}

A spec is a path, a list (the first that finds something), or an object: one of {from: spec}, {join: [specs], with: " "},
{all: [specs], with: " "} (joined as well, but nothing at all where one of them finds nothing), {const: text}, each with
`do: [function, {function: argument}]`, `map: {word: word}` (or the name of a shared one) and `needs: setting`, which counts only
where the source's settings allow it.
"""

from collections.abc import Mapping as Map
from dataclasses import dataclass, field

from monitoring.sources import functions, moments, paths, words

FIELDS = frozenset(
    (
        "kind",
        "group_kind",
        "title",
        "native_key",
        "asset",
        "check_name",
        "duty",
        "severity",
        "occurred_at",
        "ended_at",
        "url",
        "text",
        "value",
        "labels",
    )
)
PARTS = frozenset(
    ("name", "version", "body", "loose", "decode", "match", "split", "keep", "partial", "flags", "notes", "fields", "key", "time")
)
IS = ("present", "absent", "list", "object", "text", "positive")
MOST_CHOICES = 24
DEEPEST = 5
MOST_WORDS = 300
LONGEST_WORD = 200


class WrongMapping(Exception):
    """A mapping that cannot be used, in words fit for users."""


@dataclass(frozen=True)
class Spec:
    """Where a value comes from: a path, a constant, the first of several specs, or several joined."""

    path: paths.Path | None = None
    const: str | None = None
    first: tuple["Spec", ...] = ()
    join: tuple["Spec", ...] = ()
    whole: bool = False  # a join that is nothing unless every part is found
    with_: str = " "
    do: tuple[tuple[str, functions.Argument], ...] = ()
    words: Map[str, str] | None = None
    needs: str = ""


@dataclass(frozen=True)
class Condition:
    """Something that must hold of a value."""

    path: paths.Path
    is_: str = ""
    among: tuple[str, ...] = ()
    more_than: paths.Path | None = None


@dataclass(frozen=True)
class Note:
    """A message that is told in words instead of becoming an alert."""

    when: tuple[Condition, ...]
    say: Spec


@dataclass(frozen=True)
class Mapping:
    """A mapping ready for use."""

    name: str
    form: str = "json"
    loose: bool = False
    decode: tuple[paths.Path, ...] = ()
    match: tuple[Condition, ...] = ()
    split: tuple[paths.Path, ...] = ()
    keep: tuple[Condition, ...] = ()
    partial: tuple[Condition, ...] = ()
    flags: Map[str, tuple[paths.Path, ...]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    fields: Map[str, Spec] = field(default_factory=dict)
    key: tuple[Spec, ...] = ()
    zone: str = "UTC"
    formats: tuple[str, ...] = ()


def parse(data: object) -> Mapping:
    """Return the mapping that the data describe, or raise WrongMapping naming the part."""
    try:
        return _mapping(_object(data, "the mapping"))
    except paths.WrongPath as wrong:
        raise WrongMapping(str(wrong)) from None
    except RecursionError:
        raise WrongMapping("The mapping is nested too deep.") from None


def _mapping(data: Map[str, object]) -> Mapping:
    _known(data, PARTS, "the mapping")
    fields = _object(data.get("fields", {}), "fields")
    _known(fields, FIELDS, "fields")
    if "title" not in fields:
        raise WrongMapping("The mapping names no title.")
    time = _object(data.get("time", {}), "time")
    zone = _text(time.get("zone", "UTC"), "time.zone")
    if moments.zone_named(zone) is None:
        raise WrongMapping(f"There is no zone '{zone}'.")
    form = _text(data.get("body", "json"), "body")
    if form not in ("json", "form"):
        raise WrongMapping("The body is either json or form.")
    return Mapping(
        name=_text(data.get("name", "own mapping"), "name"),
        form=form,
        loose=data.get("loose") is True,
        decode=_paths(data.get("decode", []), "decode"),
        match=_conditions(data.get("match", []), "match"),
        split=_paths(data.get("split", []), "split"),
        keep=_conditions(data.get("keep", []), "keep"),
        partial=_conditions(data.get("partial", []), "partial"),
        flags={name: _paths(found, name) for name, found in _object(data.get("flags", {}), "flags").items()},
        notes=tuple(_note(found) for found in _list(data.get("notes", []), "notes")),
        fields={name: _spec(found, name) for name, found in fields.items()},
        key=tuple(_spec(found, "key") for found in _list(data.get("key", []), "key")),
        zone=zone,
        formats=tuple(_text(found, "time.formats") for found in _list(time.get("formats", []), "time.formats")),
    )


def _note(data: object) -> Note:
    found = _object(data, "a note")
    return Note(_conditions(found.get("when", []), "notes.when"), _spec(found.get("say"), "notes.say"))


def _conditions(data: object, where: str) -> tuple[Condition, ...]:
    return tuple(_condition(_object(found, where), where) for found in _list(data, where))


def _condition(data: Map[str, object], where: str) -> Condition:
    _known(data, frozenset(("path", "is", "equals", "among", "more_than")), where)
    path = paths.parse(_text(data.get("path"), where))
    if "is" in data:
        word = _text(data["is"], where)
        if word not in IS:
            raise WrongMapping(f"'{word}' in {where} is none of {', '.join(IS)}.")
        return Condition(path, word)
    if "more_than" in data:
        return Condition(path, more_than=paths.parse(_text(data["more_than"], where)))
    wanted = _list(data["among"], where) if "among" in data else [data.get("equals")]
    return Condition(path, among=tuple(_text(found, where).lower() for found in wanted))


def _spec(data: object, where: str, depth: int = 0) -> Spec:
    if depth > DEEPEST:
        raise WrongMapping(f"{where} is nested deeper than {DEEPEST} steps.")
    if isinstance(data, str):
        return Spec(path=paths.parse(data))
    if isinstance(data, list):
        return Spec(first=tuple(_spec(found, where, depth + 1) for found in _list(data, where)))
    return _written_out(_object(data, where), where, depth)


def _written_out(data: Map[str, object], where: str, depth: int) -> Spec:
    _known(data, frozenset(("from", "const", "join", "all", "with", "do", "map", "needs")), where)
    if len({"from", "const", "join", "all"} & set(data)) != 1:
        raise WrongMapping(f"{where} needs exactly one of from, const, join and all.")
    joined = tuple(_spec(found, where, depth + 1) for found in _list(data.get("join", data.get("all", [])), where))
    return Spec(
        const=_text(data["const"], where) if "const" in data else None,
        first=(_spec(data["from"], where, depth + 1),) if "from" in data else (),
        join=joined,
        whole="all" in data,
        with_=_text(data.get("with", " "), where),
        do=tuple(_function(found, where) for found in _list(data.get("do", []), where)),
        words=_words(data["map"], where) if "map" in data else None,
        needs=_text(data.get("needs", ""), where),
    )


def _function(data: object, where: str) -> tuple[str, functions.Argument]:
    name, argument = (data, None) if isinstance(data, str) else next(iter(_object(data, where).items()), ("", None))
    if name not in functions.BY_NAME:
        raise WrongMapping(f"'{name}' in {where} is none of {', '.join(functions.BY_NAME)}.")
    if isinstance(argument, list):
        return name, tuple(_text(found, where) for found in _list(argument, where))
    return name, argument if isinstance(argument, int) or argument is None else _text(argument, where)


def _words(data: object, where: str) -> Map[str, str]:
    if isinstance(data, str):
        if data not in words.SHARED:
            raise WrongMapping(f"There is no shared map '{data}'.")
        return words.SHARED[data]
    found = _object(data, where)
    if len(found) > MOST_WORDS:
        raise WrongMapping(f"The map of {where} has more than {MOST_WORDS} words.")
    return {str(word).strip().lower(): _text(meant, where) for word, meant in found.items()}


def _paths(data: object, where: str) -> tuple[paths.Path, ...]:
    return tuple(paths.parse(_text(found, where)) for found in ([data] if isinstance(data, str) else _list(data, where)))


def _object(data: object, where: str) -> Map[str, object]:
    if not isinstance(data, Map) or len(data) > MOST_WORDS:
        raise WrongMapping(f"{where[0].upper()}{where[1:]} must be an object.")
    return {str(name): found for name, found in data.items()}


def _list(data: object, where: str) -> list[object]:
    if not isinstance(data, list) or len(data) > MOST_CHOICES:
        raise WrongMapping(f"{where[0].upper()}{where[1:]} must be a list of at most {MOST_CHOICES}.")
    return data


def _text(data: object, where: str) -> str:
    if isinstance(data, bool) or not isinstance(data, str | int | float) or len(str(data)) > LONGEST_WORD:
        raise WrongMapping(f"{where[0].upper()}{where[1:]} must be a text of at most {LONGEST_WORD} characters.")
    return str(data)


def _known(data: Map[str, object], known: frozenset[str], where: str) -> None:
    strange = sorted(set(data) - known)
    if strange:
        raise WrongMapping(f"'{strange[0]}' is no part of {where}. There are {', '.join(sorted(known))}.")
