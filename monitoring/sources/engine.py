"""Reads a body by a mapping: parse, match, split, decode, then one signal per member. Pure, and bounded in steps, depth and size."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from comanaged.vocabulary import AlertSeverity
from monitoring.sources import bodies, functions, mapping, moments, paths, texts
from monitoring.sources.signal import Kind, Reading, Signal

MOST_STEPS = 400_000
MOST_SIGNALS = 1_000
MOST_PROBLEMS = 20
MOST_LABELS = 64
DEEPEST = 8
TITLE, NAME, ADDRESS, LABEL, LONG = 300, 200, 1_000, 500, 4_000
TIRED = "The message needs more steps to read than one message may take."


@dataclass
class Sheet:
    """One member of the body while it is read."""

    item: object
    root: object
    settings: Mapping[str, object]
    budget: paths.Budget
    flags: list[str] = field(default_factory=list)


def interpret(found: mapping.Mapping, body: bytes, settings: Mapping[str, object], received_at: datetime | None = None) -> Reading:
    """Return what the body says by this mapping; `received_at` tells a member that has ended from one that will."""
    try:
        root = bodies.parse(body, found.form)
    except bodies.Unreadable as fault:
        return Reading(problems=(str(fault),))
    budget = paths.Budget(MOST_STEPS)
    signals: list[Signal] = []
    problems: list[str] = []
    notes: list[str] = []
    try:
        root = _decoded([path for path in found.decode if path.from_root], root, root, budget)
        for number, said in enumerate(_statements(found, root, settings, budget), 1):
            outcome = said if isinstance(said, str) else _outcome(found, said, received_at)
            if isinstance(outcome, Signal):
                signals.append(outcome)
            elif isinstance(outcome, _Told):
                notes.append(outcome.text)
            elif len(problems) < MOST_PROBLEMS:
                problems.append(outcome if number == 1 or isinstance(said, str) else f"Statement {number}: {outcome}")
    except paths.Exhausted:
        problems.append(TIRED)
    if not (signals or problems or notes):
        problems.append("No statement in it is one this mapping keeps.")
    return Reading(tuple(signals), tuple(problems), tuple(dict.fromkeys(notes)))


@dataclass(frozen=True)
class _Told:
    """A message told in words."""

    text: str


def _statements(found: mapping.Mapping, root: object, settings: Mapping[str, object], budget: paths.Budget) -> Iterator[Sheet | str]:
    """Yield a sheet per member of the body, or the reason in words why one cannot be read."""
    whole = Sheet(root, root, settings, budget)
    for wanted in found.match:
        if not _holds(wanted, whole):
            yield f"This does not look like a message of {found.name}: '{wanted.path.text}' is not as expected."
            return
    members = _members(found.split, whole)
    if members is None:
        yield f"There is nothing at {' or '.join(path.text for path in found.split)}."
        return
    own_decode = [path for path in found.decode if not path.from_root]
    for member in members[:MOST_SIGNALS]:
        if not isinstance(member, Mapping):
            yield "It is not an object."
            continue
        item = _decoded(own_decode, member, root, budget)
        sheet = Sheet(_flat(item, budget) if found.loose else item, root, settings, budget)
        if all(_holds(wanted, sheet) for wanted in found.keep):
            yield sheet
    if len(members) > MOST_SIGNALS:
        yield f"Only the first {MOST_SIGNALS} of {len(members)} statements were read."


def _members(split: Sequence[paths.Path], whole: Sheet) -> list[object] | None:
    """Return the members of the first list found; an object is a list of one."""
    if not split:
        return [whole.root]
    for path in split:
        value = paths.follow(path, whole.root, whole.root, whole.budget)
        if isinstance(value, list):
            if value:
                return value
        elif value is not None:
            return [value]
    return None


def _outcome(found: mapping.Mapping, sheet: Sheet, received_at: datetime | None) -> Signal | _Told | str:
    for note in found.notes:
        if all(_holds(wanted, sheet) for wanted in note.when):
            return _Told(texts.of(_value(note.say, sheet), LONG) or found.name)
    return _signal(found, sheet, received_at)


def _signal(found: mapping.Mapping, sheet: Sheet, received_at: datetime | None) -> Signal | str:
    """Return the signal a member makes, or why it makes none."""

    def text(name: str, longest: int = texts.LONGEST) -> str:
        return (texts.of(_value(found.fields.get(name), sheet), longest) or "")[:longest]

    ended_at = _moment(found, "ended_at", sheet)
    kind = _kind(found, sheet, ended_at, received_at)
    native_key, asset, check_name = text("native_key"), text("asset", NAME), text("check_name", NAME)
    title = text("title", TITLE) or ": ".join(filter(None, (asset, check_name))) or (native_key if kind is not Kind.TRIGGER else "")[:TITLE]
    if not title:
        return "It names no title, so nobody would know what happened."
    severity, raw = _severity(found, sheet)
    occurred_at = (ended_at if kind is Kind.RESOLVE else None) or _moment(found, "occurred_at", sheet)
    for name, wanted in found.flags.items():
        if any(texts.of(paths.follow(path, sheet.item, sheet.root, sheet.budget)) for path in wanted):
            sheet.flags.append(name)
    complete = not any(_holds(wanted, sheet) for wanted in found.partial)
    return Signal(
        kind=kind,
        title=title,
        native_key=native_key,
        key_fields=_key(found, sheet),
        asset=asset,
        check_name=check_name,
        duty=text("duty", NAME),
        severity=severity,
        severity_raw=raw,
        occurred_at=occurred_at,
        url=_address(text("url", ADDRESS)),
        text=text("text", LONG),
        value=text("value", NAME),
        labels=_labels(_value(found.fields.get("labels"), sheet)),
        snapshot_complete=complete,
        flags=tuple(dict.fromkeys([*sheet.flags, *([] if complete else ["partial list"])])),
    )


def _kind(found: mapping.Mapping, sheet: Sheet, ended_at: datetime | None, received_at: datetime | None) -> Kind:
    """Return what the member says of its state; an unknown word fires and is flagged."""
    for name in ("kind", "group_kind"):
        spec = found.fields.get(name)
        word = (texts.of(_value(spec, sheet)) or "").upper()
        if word in Kind.__members__:
            return Kind[word]
        if texts.of(_value(spec, sheet, mapped=False)):
            sheet.flags.append("unmapped status")
            return Kind.TRIGGER
        if ended_at and received_at and ended_at <= received_at:
            return Kind.RESOLVE
    return Kind.TRIGGER


def _severity(found: mapping.Mapping, sheet: Sheet) -> tuple[AlertSeverity, str]:
    spec = found.fields.get("severity")
    raw = texts.of(_value(spec, sheet, mapped=False), LABEL) or ""
    word = (texts.of(_value(spec, sheet)) or "").upper()
    if not raw:
        word = (texts.of(sheet.settings.get("severity")) or "").upper()
    return AlertSeverity(word) if word in AlertSeverity.__members__ else AlertSeverity.UNKNOWN, raw


def _moment(found: mapping.Mapping, name: str, sheet: Sheet) -> datetime | None:
    zone = moments.zone_named(texts.of(sheet.settings.get("zone")) or found.zone) or UTC
    moment = moments.read(texts.of(_value(found.fields.get(name), sheet)), zone=zone, formats=found.formats)
    if moment.flag:
        sheet.flags.append(moment.flag)
    return moment.at


def _key(found: mapping.Mapping, sheet: Sheet) -> tuple[str, ...]:
    """Return the fields that name the trouble, or none of them where one is missing."""
    parts = [texts.of(_value(spec, sheet)) for spec in found.key]
    return tuple(part for part in parts if part) if all(parts) else ()


def _labels(value: object) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        return {}
    pairs = ((texts.clean(str(name), NAME), texts.of(found, LABEL)) for name, found in list(value.items())[:MOST_LABELS])
    return {name: found for name, found in pairs if found}


def _address(text: str) -> str:
    """Return an address that a page may link to, or nothing."""
    return text if text.lower().startswith(("https://", "http://")) and "{" not in text else ""


def _value(spec: mapping.Spec | None, sheet: Sheet, *, mapped: bool = True) -> object:
    """Return what a spec finds; with `mapped` false what it found before words were translated."""
    if spec is None:
        return None
    sheet.budget.spend()
    value = _source(spec, sheet, mapped=mapped)
    for name, argument in spec.do:
        if value is None:
            return None
        sheet.budget.spend(1 + (len(value) if isinstance(value, list | dict) else 0))
        value = functions.apply(name, value, argument)
    if spec.words is not None and mapped and value is not None:
        value = spec.words.get((texts.of(value) or "").lower())
    if spec.needs and value is not None and sheet.settings.get(spec.needs) is not True:
        sheet.flags.append(f"not allowed here: {spec.needs.removeprefix('allow_')}")
        return None
    return value


def _source(spec: mapping.Spec, sheet: Sheet, *, mapped: bool) -> object:
    if spec.path is not None:
        return paths.follow(spec.path, sheet.item, sheet.root, sheet.budget)
    if spec.const is not None:
        return spec.const
    if spec.join:
        parts = [texts.of(_value(part, sheet, mapped=mapped)) for part in spec.join]
        return None if spec.whole and not all(parts) else spec.with_.join(filter(None, parts))
    for part in spec.first:
        value = _value(part, sheet, mapped=mapped)
        if value is not None and (isinstance(value, list | dict) or texts.of(value)):
            return value
    return None


def _holds(wanted: mapping.Condition, sheet: Sheet) -> bool:
    value = paths.follow(wanted.path, sheet.item, sheet.root, sheet.budget)
    if wanted.more_than:
        listed = paths.follow(wanted.more_than, sheet.item, sheet.root, sheet.budget)
        return isinstance(value, int | float) and isinstance(listed, list) and value > len(listed)
    if wanted.among:
        return (texts.of(value) or "").lower() in wanted.among
    return {
        "present": value is not None,
        "absent": value is None,
        "list": isinstance(value, list),
        "object": isinstance(value, Mapping),
        "text": isinstance(value, str),
        "positive": isinstance(value, int | float) and value > 0,
    }[wanted.is_]


def _decoded(wanted: Sequence[paths.Path], item: object, root: object, budget: paths.Budget) -> object:
    """Return the item with the JSON texts at these paths read in place."""
    for path in wanted:
        value = paths.follow(path, item, root, budget)
        if isinstance(value, str):
            item = _with(item, path.steps, functions.apply("json", value, None))
    return item


def _with(item: object, steps: Sequence[paths.Step], value: object) -> object:
    """Return a copy of the item with a value put at a path of names."""
    if not steps:
        return value
    step = steps[0]
    if not isinstance(step, paths.Name) or not isinstance(item, Mapping):
        return item
    return {**item, step.name: _with(item.get(step.name), steps[1:], value)}


def _flat(item: object, budget: paths.Budget) -> Mapping[str, object]:
    """Write nested names as one plain name, so that HOST.NAME, host_name and {"host": {"name": ..}} are all `hostname`."""
    flat: dict[str, object] = {}
    waiting: list[tuple[str, object, int]] = [("", item, 0)]
    while waiting:
        prefix, value, depth = waiting.pop()
        budget.spend()
        if isinstance(value, Mapping) and depth < DEEPEST:
            waiting.extend((prefix + _plain(str(name)), found, depth + 1) for name, found in reversed(list(value.items())))
        elif texts.of(value) is not None:
            flat.setdefault(prefix, value)
    return flat


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())[:NAME]
