"""A ticket told again from its ledger: which columns entries set, and what follows from them for its clocks.

The same `derive` serves the act that writes an entry and the command that replays them all, so the two cannot differ.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from tickets.domain import clocks, waiting
from tickets.domain.lifecycle import TO_DO, State

Columns = dict[str, Any]  # a ticket's columns by name, moments as aware datetimes

# what entries set, with the value of a ticket that nothing happened to
KEPT: Columns = {
    "title": "", "state": State.NEW, "side": "", "assignee_id": None, "requester_id": None, "priority": "P3",
    "impact": "", "urgency": "", "duty_id": None, "place": "", "asset": "", "repeats": 0, "outcome": "",
    "route_side": "", "route_subject": "", "because": "", "accountable": "", "trace": [], "matrix_version": None,
    "signed": False, "unowned": False, "terms_id": None,
    "first_reply_at": None, "acted_at": None, "resolved_at": None, "closed_at": None,
    "wait_reason": "", "wait_for": "", "wait_since": None, "wait_until": None, "wakes": 0, "offer_when_woken": "",
    "offer_kind": "", "offer_to": "", "offer_by_id": None, "offer_side": "", "offer_name": "", "offer_at": None,
    "offer_remind_at": None, "offer_due_at": None, "offer_expires_at": None,
    "crossings": 0, "forced": 0, "declines": 0, "expiries": 0, "reopenings": 0,
    "parent_id": None, "merged_into_id": None, "due_floor_at": None, "told": [], "major": False, "hidden_for_id": None,
    "answer_missed_at": None, "fix_missed_at": None, "missed_because": "", "last_at": None,
}  # fmt: skip
MOMENTS = frozenset(name for name in KEPT if name.endswith(("_at", "_since", "_until")))
# the packet of a pending offer is no column of the ledger: its words are the entry's text, where a secret in them can be blanked
NO_OFFER: Columns = {name: KEPT[name] for name in KEPT if name.startswith("offer_") and name != "offer_when_woken"} | {"packet": {}}
NO_WAIT: Columns = {name: KEPT[name] for name in ("wait_reason", "wait_for", "wait_since", "wait_until")}
COUNTED = frozenset({"repeats", "last_at"})  # of them, what nothing follows from: a storm of repeats is read through at once
# what follows from them
DERIVED = ("targets", "pauses", "answer_due_at", "fix_due_at", "fix_left", "next_at", "next_what", "watch_at", "version")

FAR = datetime(9999, 1, 1, tzinfo=UTC)
LATE = timedelta(seconds=1)  # at the due instant itself it is still met
TARGET_CHANGED = "target_changed"  # why it was missed, where only a new target made it late
WARN = 0.75  # of a target: then somebody is told that it will be missed
WINDOW = 5 * 8 * 3600  # working seconds in which a resolved ticket may be reopened
DEFAULTS = {
    "P1": {"answer": 900, "fix": 14400, "hours": "always"},
    "P2": {"answer": 1800, "fix": 28800, "hours": "office"},
    "P3": {"answer": 14400, "fix": 86400, "hours": "office"},
    "P4": {"answer": 28800, "fix": 144000, "hours": "office"},
}


@dataclass(frozen=True)
class Target:
    """What is promised for one priority: seconds to the first answer and to the fix, in which hours."""

    answer: int
    fix: int
    open: clocks.Open


@dataclass(frozen=True)
class Terms:
    """What was agreed when a ticket opened."""

    targets: Mapping[str, Target]
    office: clocks.Open
    vendor_pauses: bool
    window: int


@dataclass(frozen=True)
class Entry:
    """What the replay needs of an entry: when, what it set, which version of the ticket it made."""

    at: datetime
    after: Mapping[str, Any]
    version: int


@dataclass(frozen=True, order=True)
class Happening:
    """What comes by itself, and when."""

    at: datetime
    what: str


def terms_content(targets: Mapping[str, Any], office: Mapping[str, Any], *, vendor_pauses: bool) -> dict[str, Any]:
    """Return terms as they are kept: plain words that mean the same for ever."""
    calendars = {"office": dict(office), "always": {"hours": "always"}}
    return {"targets": {key: dict(value) for key, value in targets.items()}, "calendars": calendars, "vendor_pauses": vendor_pauses}


def digest(content: Mapping[str, Any]) -> str:
    """Name a wording."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def terms_of(content: Mapping[str, Any] | None) -> Terms | None:
    """Read terms; a ticket that opened before there were any has none."""
    return _terms(json.dumps(content, sort_keys=True)) if content else None


@lru_cache(maxsize=500)
def _terms(text: str) -> Terms:
    content = json.loads(text)
    calendars = {name: clocks.from_words(words) for name, words in content["calendars"].items()}
    targets = {key: Target(one["answer"], one["fix"], calendars[one["hours"]]) for key, one in content["targets"].items()}
    return Terms(targets, calendars["office"], content.get("vendor_pauses", False), content.get("window", WINDOW))


def replay(opened_at: datetime, entries: Sequence[Entry], terms: Mapping[int | None, Terms | None], known: Columns) -> Columns:
    """Return every column of a ticket from its entries, the oldest first; private notes set nothing and may be left out.

    `known` is what the row says now. It counts only for a ticket that opened before entries told what they set: that one keeps what its
    ledger never mentions, and the pauses and targets that followed from it.
    """
    told = bool(entries) and "side" in entries[0].after
    columns: Columns = dict(KEPT) | {"targets": [], "pauses": [], "version": 1, "opened_at": opened_at}
    if not told:
        mentioned = {name for entry in entries for name in entry.after}
        columns |= {name: known[name] for name in (*KEPT, "targets", "pauses") if name not in mentioned}
    for entry in entries:
        changed = {name: read(name, value) for name, value in entry.after.items() if name in KEPT}
        columns |= changed
        columns["version"] = max(columns["version"], entry.version)
        if told and changed.keys() - COUNTED:
            columns |= derive(columns, terms.get(columns["terms_id"]), entry.at)
    return columns if told else columns | _follow(columns, terms.get(columns["terms_id"]))


def derive(columns: Columns, terms: Terms | None, at: datetime) -> Columns:
    """Return what follows from the kept columns at the moment they changed: targets, pauses, due times, the next clock, the next look."""
    found: Columns = {"targets": _targets(columns, at), "pauses": _pauses(columns, terms, at)}
    return found | _follow(columns | found, terms)


def happenings(columns: Columns, terms: Terms | None) -> list[Happening]:
    """Return what comes by itself and was not told yet, the earliest first."""
    found = [*_of_offer(columns), *(_of_clocks(columns, terms) if terms else ())]
    if columns["state"] == State.WAITING and columns["wait_until"]:
        found.append(Happening(columns["wait_until"], "wake"))
    if columns["state"] == State.RESOLVED and columns["resolved_at"] and terms:
        end = clocks.due(terms.office, columns["resolved_at"], terms.window, ())
        found += [Happening(end, "close")] if end else []
    return sorted(one for one in found if one.what not in columns["told"])


def spell(value: Any) -> Any:
    """Return a column's value as an entry keeps it."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def read(name: str, value: Any) -> Any:
    """Return a value of an entry as the column holds it."""
    return datetime.fromisoformat(value) if name in MOMENTS and value else value


def pauses_of(columns: Columns) -> tuple[clocks.Pause, ...]:
    """Return the spans in which the promise stood still."""
    return tuple(
        clocks.Pause(datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None, cause, whom)
        for start, end, cause, whom in columns["pauses"]
    )


def _follow(columns: Columns, terms: Terms | None) -> Columns:
    """Return what follows whenever it is asked: due times, the next clock, the next look."""
    found = _dues(columns, terms)
    ahead = columns | found
    found["watch_at"] = min((one.at for one in happenings(ahead, terms)), default=None)
    found["next_at"], found["next_what"] = _next(ahead)
    return found


def _targets(columns: Columns, at: datetime) -> list[list[str]]:
    known: list[list[str]] = columns["targets"]
    return known if known and known[-1][1] == columns["priority"] else [*known, [spell(at), columns["priority"]]]


def _pauses(columns: Columns, terms: Terms | None, at: datetime) -> list[list[str | None]]:
    """Close the pause that ended and open the one that began; a paused ticket has exactly one open, at the end."""
    known: list[list[str | None]] = [list(one) for one in columns["pauses"]]
    cause = _cause(columns, terms)
    whom = columns["wait_for"] if cause and cause != "resolved" else ""
    standing = known[-1] if known and known[-1][1] is None else None
    if standing and (standing[2], standing[3]) == (cause, whom):
        return known
    if standing:
        standing[1] = spell(at)
    if cause:
        known.append([spell(at), None, cause, whom])
    return known


def _cause(columns: Columns, terms: Terms | None) -> str:
    """Return why the promise stands still now, "" when it runs."""
    if columns["state"] == State.RESOLVED:
        return "resolved"
    if columns["state"] == State.WAITING and waiting.pauses(columns["wait_reason"], vendor=bool(terms and terms.vendor_pauses)):
        return str(columns["wait_reason"])
    return ""


def _dues(columns: Columns, terms: Terms | None) -> Columns:
    found: Columns = {"answer_due_at": None, "fix_due_at": None, "fix_left": None}
    if terms is None or columns["state"] not in TO_DO:
        return found
    target = terms.targets[columns["priority"]]
    if columns["first_reply_at"] is None:
        found["answer_due_at"] = clocks.due(target.open, columns["opened_at"], target.answer, ())
    pauses = pauses_of(columns)
    due = clocks.due(target.open, columns["opened_at"], target.fix, pauses)
    floor = columns["due_floor_at"]
    found["fix_due_at"] = min(due, floor) if due and floor else due
    if pauses and pauses[-1].end is None:
        found["fix_left"] = clocks.left(target.open, columns["opened_at"], target.fix, pauses[-1].start, pauses)
    return found


def _next(columns: Columns) -> tuple[datetime, str]:
    running = [(columns["answer_due_at"], "answer"), (columns["fix_due_at"], "fix")]
    found = min(((due, what) for due, what in running if due), default=None)
    if found is None and columns["state"] == State.WAITING and columns["wait_until"]:
        return columns["wait_until"], "wake"
    return found or (FAR, "")


def _of_offer(columns: Columns) -> list[Happening]:
    if not columns["offer_kind"]:
        return []
    named = {"offer:remind": "offer_remind_at", "offer:due": "offer_due_at", "offer:expire": "offer_expires_at"}
    return [Happening(columns[name], what) for what, name in named.items() if columns[name]]


def _of_clocks(columns: Columns, terms: Terms) -> list[Happening]:
    """A warning and a miss for each clock that runs; what was missed already is not missed again."""
    target, changed = terms.targets[columns["priority"]], datetime.fromisoformat(columns["targets"][-1][0])
    found = []
    for what, seconds, pauses in (("answer", target.answer, ()), ("fix", target.fix, pauses_of(columns))):
        due = columns[f"{what}_due_at"]
        if due is None or columns[f"{what}_missed_at"] is not None:
            continue
        warn = clocks.due(target.open, columns["opened_at"], int(seconds * WARN), pauses)
        found += [Happening(max(warn, changed), f"{what}:warn")] if warn and warn < due else []
        found.append(Happening(max(due + LATE, changed), f"{what}:miss"))
    return found
