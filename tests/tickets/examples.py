"""Worked examples of the clock rules, read from any file in their format: `python -m tests.tickets.examples FILE`.

Prints a line for each example, what it expects and what the rules give; ends with 1 when one differs, with 2 when one cannot be read.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from responsibilities.domain.coverage import BadHours, Calendar
from tickets.domain import charging, clocks
from tickets.domain.clocks import SECOND, Open, Pause, Target

Entry = Mapping[Any, Any]
Compared = dict[str, tuple[object, object]]
REMARKS = {"why", "note", "cause"}  # what a charge says for people


class Unreadable(ValueError):
    """Something in the file that is no example, in words for whoever wrote it."""


@dataclass(frozen=True)
class Example:
    """One example read: what it expects and what was computed, the mistakes it knows, and what kept it from being read."""

    name: str
    compared: Compared = field(default_factory=dict)
    wrong: Mapping[str, object] = field(default_factory=dict)
    unreadable: str = ""

    @property
    def differs(self) -> list[str]:
        """Return what is not as expected."""
        return [key for key, (expected, computed) in self.compared.items() if plain(expected) != plain(computed)]

    @property
    def mistakes(self) -> list[str]:
        """Return the known mistakes whose answer was computed."""
        met = [plain(self.compared[key][1]) for key in self.differs]
        return [mistake for mistake, answer in self.wrong.items() if plain(answer) in met]

    def line(self) -> str:
        """Return the line for people."""
        if self.unreadable:
            return f"UNREADABLE {self.name}: {self.unreadable}"
        expected, computed = (", ".join(f"{key} {plain(pair[side])}" for key, pair in self.compared.items()) for side in (0, 1))
        words = f"{'DIFFERS   ' if self.differs else 'same      '} {self.name}: expected {expected}; computed {computed}"
        if self.differs:
            words += f"; not as expected: {', '.join(self.differs)}"
        return words + "".join(f"; the mistake: {mistake}" for mistake in self.mistakes)


class Calendars:
    """The calendars of a file, by name."""

    def __init__(self, written: object) -> None:
        self.written = mapping(written or {}, "calendars")

    def __getitem__(self, name: object) -> Open:
        """Return the hours called `name`."""
        written = name if isinstance(name, Mapping) else self.written.get(str(name))
        if written is None:
            raise Unreadable(f"there is no calendar '{name}'")
        try:
            return clocks.from_words(mapping(written, f"calendar '{name}'"))
        except BadHours as bad:
            raise Unreadable(f"calendar '{name}': {bad}") from None

    def dated(self, name: object) -> Calendar | clocks.Dated:
        """Return the business hours called `name`, which leave after hours."""
        found = self[name]
        if not isinstance(found, Calendar | clocks.Dated):
            raise Unreadable(f"calendar '{name}' has no business hours")
        return found


def plain(value: object) -> object:
    """Return a value as the file would write it: instants in UTC, the rest as it is."""
    if isinstance(value, datetime):
        return f"{clocks.utc(value):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[T ]\d", value):
        with suppress(Unreadable):
            return plain(instant(value, "a time"))
    if isinstance(value, Mapping):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def mapping(value: object, what: str) -> Entry:
    """Return what must be written as names and values."""
    if not isinstance(value, Mapping):
        raise Unreadable(f"{what} must be names with values, and is {value!r}")
    return value


def listed(value: object, what: str) -> list[Any]:
    """Return what must be written as a list; nothing is an empty one."""
    if not isinstance(value, list | None):
        raise Unreadable(f"{what} must be a list, and is {value!r}")
    return value or []


def need(entry: Entry, key: str) -> Any:
    """Return what an example cannot do without."""
    if entry.get(key) is None:
        raise Unreadable(f"it does not say '{key}'")
    return entry[key]


def instant(value: object, what: str) -> datetime:
    """Return an instant; it says its zone."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return clocks.utc(at)
    except ValueError:
        raise Unreadable(f"{what} is '{value}', which is no time like 2026-03-06T21:00:00Z") from None


def at_of(entry: Entry, key: str) -> datetime:
    """Return the instant an entry says under `key`."""
    return instant(need(entry, key), key)


def perhaps(entry: Entry, key: str) -> datetime | None:
    """Return the instant under `key`, if there is one."""
    return instant(entry[key], key) if entry.get(key) is not None else None


def seconds_of(entry: Entry, key: str) -> int:
    """Return whole seconds an entry says under `key`."""
    value = need(entry, key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(f"{key} is '{value}', which is no number of seconds")
    return value


def pauses_of(entry: Entry, key: str = "pauses") -> list[Pause]:
    """Return the stretches an entry lists, with what or whom they wait for."""
    found = []
    for one in listed(entry.get(key), key):
        pause = mapping(one, key)
        said = [pause[word] for word in ("cause", "reason", "on", True) if word in pause]  # YAML reads a bare `on` as true
        found.append(Pause(at_of(pause, "from"), perhaps(pause, "to"), str(said[0]) if said else "requester", str(pause.get("whom", ""))))
    return found


def same_keys(entry: Entry, **computed: object) -> Compared:
    """Pair what was computed with what the entry expects, where it expects something."""
    return {key: (entry[key], value) for key, value in computed.items() if key in entry}


def due(entry: Entry, calendars: Calendars) -> Compared:
    """Due time, and what is used and left at the instant said, or while a pause has no end."""
    hours, created, target, pauses = (
        calendars[need(entry, "calendar")],
        at_of(entry, "created"),
        seconds_of(entry, "target_seconds"),
        pauses_of(entry),
    )
    when = clocks.due(hours, created, target, pauses)
    open_ended = [pause.start for pause in clocks.union(pauses) if pause.end is None]
    until = perhaps(entry, "at") or when or max([created, *open_ended])
    used, left = clocks.used(hours, created, until, pauses), clocks.left(hours, created, target, until, pauses)
    return same_keys(entry, due=when, used_seconds=used, left_seconds=left)


def response(entry: Entry, calendars: Calendars) -> Compared:
    """What counts as the first answer, and whether it came in time; pauses change nothing."""
    when, responded, compared = perhaps(entry, "due"), perhaps(entry, "responded_at"), Compared()
    if "calendar" in entry:
        when = clocks.due(calendars[entry["calendar"]], at_of(entry, "created"), seconds_of(entry, "target_seconds"))
        compared |= same_keys(entry, due=when)
    if "events" in entry:
        events = [mapping(event, "an event") for event in listed(entry["events"], "events")]
        counted = [counts(event) for event in events]
        responded = next((at_of(event, "at") for event, yes in zip(events, counted, strict=True) if yes), None)
        compared["counts"] = ([event.get("counts", yes) for event, yes in zip(events, counted, strict=True)], counted)
        compared |= same_keys(entry, responded_at=responded)
    return compared | same_keys(entry, met=responded is not None and when is not None and clocks.met(when, responded))


def counts(event: Entry) -> bool:
    """Say whether an event told in words answers the requester."""
    what = str(need(event, "what")).lower()
    return clocks.counts_as_answer(
        audience="public" if "public" in what else "shared",
        human=not re.search(r"\bauto|vacation|out.of.office|bounce|by the system", what),
        requester=bool(re.search(r"\b(by|from) (the|a) (requester|user|client user|person who asked)\b", what)),
        reply=bool(re.search(r"\b(reply|replies|answer)", what)),
    )


def priority_change(entry: Entry, calendars: Calendars) -> Compared:
    """The due times of both targets, and whether only the change made it late."""
    hours, created, pauses = calendars[need(entry, "calendar")], at_of(entry, "created"), pauses_of(entry)
    changed, old, new = at_of(entry, "changed_at"), seconds_of(entry, "old_target_seconds"), seconds_of(entry, "new_target_seconds")
    verdict = clocks.judge(
        hours, created, [Target(created, old), Target(changed, new)], pauses, ended=perhaps(entry, "resolved"), now=changed
    )
    return same_keys(
        entry,
        old_due=clocks.due(hours, created, old, pauses),
        new_due=verdict.due,
        missed_at_change=verdict.because_changed,
        missed=verdict.missed,
        missed_at=verdict.missed_at,
        cause=clocks.TARGET_CHANGED if verdict.because_changed else None,
        charged_to=charging.NOBODY if verdict.because_changed else None,
    )


def reopen(entry: Entry, calendars: Calendars) -> Compared:
    """The due time when resolved is a pause, and how long the window stays open."""
    hours, resolved, compared = calendars[need(entry, "calendar")], at_of(entry, "resolved"), Compared()
    if "window_seconds" in entry:
        closes = clocks.due(hours, resolved, seconds_of(entry, "window_seconds"))
        compared |= same_keys(entry, closes_itself_at=closes, last_reopen_instant=closes and closes - SECOND)
    if "target_seconds" in entry:
        created, target, pauses = at_of(entry, "created"), seconds_of(entry, "target_seconds"), pauses_of(entry)
        with_resolved = [*pauses, Pause(resolved, perhaps(entry, "reopened"), clocks.RESOLVED)]
        compared |= same_keys(
            entry,
            first_due=clocks.due(hours, created, target, pauses),
            used_at_resolution=clocks.used(hours, created, resolved, pauses),
            due=clocks.due(hours, created, target, with_resolved),
        )
    return compared


def hours_class(entry: Entry, calendars: Calendars) -> Compared:
    """Business hours or the hours they leave; where a clock change makes both true, either is right."""
    hours, at = calendars.dated(entry["calendar"]), at_of(entry, "at")
    true = [name for name, one in (("business", hours), ("after", clocks.After(hours))) if clocks.working(one, at, at + SECOND)]
    return {"class": (need(entry, "class"), entry["class"] if entry["class"] in true else " and ".join(true))}


@dataclass
class Handover:
    """One setting of a hand-over: the two sides' hours, the promise, and the offer."""

    setting: Entry
    offer: Entry
    calendars: Calendars

    @property
    def sides(self) -> dict[str, Open]:
        """Return each side's hours."""
        names = {key.removesuffix("_calendar"): name for key, name in self.setting.items() if str(key).endswith("_calendar")}
        return {side: self.calendars[name] for side, name in names.items() if side != "promise"}

    @property
    def times(self) -> clocks.Answer:
        """Return the times of the offer, in the receiver's hours."""
        sides, receiver = self.sides, need(self.offer, "to")
        if receiver not in sides:
            raise Unreadable(f"the setting does not say '{receiver}_calendar'")
        target = seconds_of({**self.setting, **self.offer}, "answer_target_seconds")
        return clocks.answer_times(sides[receiver], at_of(self.offer, "at"), target)

    def promised(self) -> Compared:
        """The promise's due time, whoever holds the ticket."""
        hours, created = self.calendars[need(self.setting, "promise_calendar")], at_of(self.setting, "created")
        return same_keys(self.setting, due=clocks.due(hours, created, seconds_of(self.setting, "target_seconds"), pauses_of(self.setting)))

    def offered(self) -> Compared:
        """The three times of the offer."""
        times = self.times
        return same_keys(self.offer, reminder_at=times.remind_at, answer_due=times.due_at, expires_at=times.expires_at)

    def told(self, case: Entry, until: datetime) -> list[charging.Fact]:
        """Return what happened in a case as facts; an offer without an answer ends by itself."""
        facts: list[charging.Fact] = [charging.Held(at_of(self.setting, "created"), need(self.setting, "first_holder"))]
        for wait in [*pauses_of(self.setting), *pauses_of(case), *pauses_of(case, "waits")]:
            facts.append(charging.Waits(wait.start, wait.cause, wait.whom))
            facts += [charging.Wakes(wait.end)] if wait.end else []
        if self.offer:
            times = self.times
            facts.append(charging.Offered(at_of(self.offer, "at"), str(self.offer["to"]), times.due_at, times.expires_at))
            answer = mapping(case.get("answer") or {"kind": charging.EXPIRE}, "answer")
            at = perhaps(answer, "at") or times.expires_at
            if at and at <= until:
                kind = str(need(answer, "kind")).lower()
                facts.append(charging.Answered(at, kind.startswith("accept"), {"declined": "decline", "expired": "expire"}.get(kind, kind)))
        return facts

    def case(self, case: Entry) -> Compared:
        """Who is charged, what the promise used, and what is counted."""
        created, resolved = at_of(self.setting, "created"), at_of(case, "resolved")
        promise, target = self.calendars[need(self.setting, "promise_calendar")], seconds_of(self.setting, "target_seconds")
        facts = self.told(case, resolved)
        pauses = [*pauses_of(self.setting), *pauses_of(case)]
        verdict = clocks.judge(promise, created, [Target(created, target)], pauses, ended=resolved, now=resolved)
        tally = charging.count(facts)
        compared = same_keys(
            case,
            holder_at_resolution=charging.holders(facts)[-1],
            promise_used_seconds=verdict.used,
            promise_met=not verdict.missed,
        )
        if "counts" in case:
            expected = mapping(case["counts"], "counts")
            compared["counts"] = (expected, {key: getattr(tally, str(key), None) for key in expected})
        if "charged" in case:
            rows = [self.written(charge) for charge in one_by_one(charging.charges(facts, created, resolved))]
            asked = [mapping(row, "charged") for row in listed(case["charged"], "charged")]
            said = [{key: row[key] for key in row if key not in REMARKS} for row in asked]
            given = [{key: row[key] for key in (some or row) if key in row} for row, some in zip_longest(rows, said[: len(rows)]) if row]
            compared["charged"] = (said, given)
        return compared

    def written(self, charge: charging.Charge) -> dict[str, object]:
        """Return a charge as the file writes it."""
        real, own = charge.seconds, charging.own_working(charge, self.sides)
        return {
            "to": charge.to,
            "whom": charge.whom,
            "from": charge.start,
            "until": charge.end,
            "real_seconds": real,
            "own_working_seconds": own,
        }


def one_by_one(charges: tuple[charging.Charge, ...]) -> list[charging.Charge]:
    """Join neighbours charged to the same party for different causes, as the examples do."""
    joined: list[charging.Charge] = []
    for charge in charges:
        if joined and (joined[-1].to, joined[-1].whom) == (charge.to, charge.whom):
            joined[-1] = charging.Charge(charge.to, charge.whom, joined[-1].start, charge.end, joined[-1].cause)
        else:
            joined.append(charge)
    return joined


def counting(entry: Entry) -> Compared:
    """Crossings and returns of a list of holders."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    sides = listed(need(entry, "accepted_holders"), "accepted_holders")
    tally = charging.count([charging.Held(start + place * SECOND, str(side)) for place, side in enumerate(sides)])
    return same_keys(entry, crossings=tally.crossings, returns=tally.returns, bounced=tally.bounced)


def example(name: str, entry: object, compare: Callable[[Entry], Compared]) -> Example:
    """Compute one example; what cannot be read is said, and stops no other."""
    try:
        read = mapping(entry, "an example")
        compared = compare(read)
        if not compared:
            raise Unreadable("it expects nothing that the rules compute")
        return Example(name, compared, mapping(read.get("wrong") or {}, "wrong"))
    except Unreadable as unreadable:
        return Example(name, unreadable=str(unreadable))
    except OverflowError:
        return Example(name, unreadable="its times lie where no calendar reaches")


def named(section: str, entries: object, compare: Callable[[Entry], Compared]) -> Iterator[Example]:
    """Compute the examples of a list; one without an id is called after its place."""
    for place, entry in enumerate(listed(entries, section), 1):
        made_up = f"{section}-{place}"
        name = entry.get("id") or made_up if isinstance(entry, Mapping) else made_up
        yield example(str(name), entry, compare)


def handovers(written: object, calendars: Calendars) -> Iterator[Example]:
    """Compute every setting of hand-overs: one, or a list, or several by name."""
    groups = [written]
    if isinstance(written, list):
        groups = written
    elif isinstance(written, Mapping) and not {"setting", "offer", "cases", "counting"} & set(written):
        groups = [{"id": key, **mapping(group, "handover")} for key, group in written.items()]
    for place, one in enumerate(groups, 1):
        group = mapping(one, "handover")
        prefix = "handover" if len(groups) == 1 else str(group.get("id") or f"handover-{place}")
        setting, offer = mapping(group.get("setting") or {}, "setting"), mapping(group.get("offer") or {}, "offer")
        whole = Handover(setting, offer, calendars)
        if "due" in setting:
            yield example(f"{prefix}-promise", setting, lambda _, whole=whole: whole.promised())  # type: ignore[misc]
        if offer:
            yield example(f"{prefix}-offer", offer, lambda _, whole=whole: whole.offered())  # type: ignore[misc]

        def case(entry: Entry, setting: Entry = setting, offer: Entry = offer) -> Compared:
            own = {**setting, **mapping(entry.get("setting") or {}, "setting")}
            return Handover(own, {**offer, **mapping(entry.get("offer") or {}, "offer")}, calendars).case(entry)

        yield from named(f"{prefix}-case", group.get("cases"), case)
        yield from named(f"{prefix}-counting", group.get("counting"), counting)


def classes(written: object, data: Entry, calendars: Calendars) -> Iterator[Example]:
    """Compute the checks of hours classes, in the calendar they name, or the file's first office."""
    for block in written if isinstance(written, list) else [written]:
        read = mapping(block, "hours_class")
        usual = read.get("calendar") or read.get("business") or office(data)

        def check(entry: Entry, usual: object = usual) -> Compared:
            return hours_class({"calendar": usual, **entry}, calendars)

        yield from named("hours_class", read.get("checks"), check)


def office(data: Entry) -> object:
    """Return the calendar meant where hours classes name none: ny-office, or the promise's, or the file's first."""
    group = data.get("handover")
    setting = group.get("setting") if isinstance(group, Mapping) else None
    promise = setting.get("promise_calendar") if isinstance(setting, Mapping) else None
    names = list(mapping(data.get("calendars") or {}, "calendars"))
    return "ny-office" if "ny-office" in names else promise or next(iter(names), None)


def examples(data: object) -> Iterator[Example]:
    """Compute every example of a file's content; sections that it leaves out are left out."""
    file = mapping(data, "the file")
    calendars = Calendars(file.get("calendars"))
    for section, compare in {"due": due, "response": response, "priority_change": priority_change, "reopen": reopen}.items():
        yield from named(section, file.get(section), lambda entry, compare=compare: compare(entry, calendars))  # type: ignore[misc]
    if file.get("hours_class") is not None:
        yield from classes(file["hours_class"], file, calendars)
    if file.get("handover") is not None:
        yield from handovers(file["handover"], calendars)


def read(path: Path) -> list[Example]:
    """Compute every example of a file."""
    try:
        found = list(examples(yaml.safe_load(path.read_text(encoding="utf-8"))))
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"it cannot be opened: {error}") from None
    except yaml.YAMLError as error:
        raise Unreadable(f"it is no YAML: {error}") from None
    if not found:
        raise Unreadable("there is no example in it")
    return found


def main(arguments: list[str]) -> int:
    """Print a line for each example of a file and return how it ended."""
    if len(arguments) != 1:
        sys.stderr.write("Say which file: python -m tests.tickets.examples FILE\n")
        return 2
    try:
        found = read(Path(arguments[0]))
    except Unreadable as unreadable:
        sys.stderr.write(f"{arguments[0]}: {unreadable}\n")
        return 2
    sys.stdout.writelines(f"{one.line()}\n" for one in found)
    unread, differ = sum(bool(one.unreadable) for one in found), sum(bool(one.differs) for one in found)
    sys.stdout.write(f"{len(found)} examples, {differ} differ, {unread} cannot be read\n")
    return 2 if unread else 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
