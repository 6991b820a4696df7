"""Two contents of a matrix compared: what each change is called, what it says before and after, and in words what it does."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from comanaged.vocabulary import Party, spoken
from responsibilities.domain.content import EVERY_DUTY, Calendar, Content, Excluded, Held, Line

PARTIES = (*(spoken(party) for party in Party), "")
ORDER = "ARSCI"
EMPTY = "no part"
NOT_THERE = "not there"
SHORT: Mapping[str, str] = {"business": "day", "after": "night", "always": "always"}
HALVES: Mapping[str, frozenset[str]] = {
    "always": frozenset({"business", "after"}),
    "business": frozenset({"business"}),
    "after": frozenset({"after"}),
}
MANY = frozenset({"end_user", "vendor"})  # parties that are spoken of in the plural
DOES = {
    "S": (("supports", "no longer supports"), ("support", "no longer support")),
    "C": (("is consulted", "is no longer consulted"), ("are consulted", "are no longer consulted")),
    "I": (("is informed", "is no longer informed"), ("are informed", "are no longer informed")),
}
ON_PURPOSE = {"A": "is accountable", "R": "does it", "S": "supports", "C": "is consulted", "I": "is informed"}
TEXTS = {
    "authority": ("What may be done without asking", "Whoever does it may act on these words without asking"),
    "first_steps": ("First steps", "Whoever does it starts with these steps"),
    "note": ("Note", "Both sides read this beside the duty"),
}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Change:
    """One change: of which line or thing, in which column, from what to what, and what it does."""

    title: str
    column: str
    before: str
    after: str
    does: str
    about: str = ""  # the line's, "" for what is no line
    place: str = ""
    party: str = ""  # the column's, "" for none
    kind: str = "line"  # or calendar, exclusion, name


def changes(before: Content, after: Content) -> tuple[Change, ...]:
    """Return what differs, lines first, in a fixed order; nothing for two contents that say the same."""
    keys = {line.key for content in (before, after) for line in content.lines}
    changed = sorted((key for key in keys if before.line(*key) != after.line(*key)), key=lambda key: (after.title(*key), key))
    lines = [change for key in changed for change in _line(Pair(before, after, *key))]
    return tuple(lines) + tuple(_calendars(before, after)) + tuple(_exclusions(before, after)) + tuple(_names(before, after))


# --- a line


@dataclass(frozen=True)
class Pair:
    """One line in both contents."""

    before: Content
    after: Content
    about: str
    place: str

    @property
    def old(self) -> Line:
        return self.before.line(self.about, self.place)

    @property
    def new(self) -> Line:
        return self.after.line(self.about, self.place)

    def change(self, column: str, before: str, after: str, does: str, party: str = "") -> Change:
        """Return a change of this line."""
        known = self.after if self.new.held or not self.old.held else self.before
        return Change(known.title(self.about, self.place), column, before, after, does, self.about, self.place, party)


def _line(pair: Pair) -> Iterator[Change]:
    for party in PARTIES:
        old, new = _cell(pair.old, party), _cell(pair.new, party)
        if old == new:
            continue
        column = pair.after.party(party) if party else "Nobody, on purpose"
        said = _nobody(old, new) if not party else [part for tell in TELL for part in tell(pair, party)]
        does = ". ".join(said) or "It says the same in another way"
        yield pair.change(column, written(pair.before, old), written(pair.after, new), does, party)
    for name, (column, does) in TEXTS.items():
        was, now = getattr(pair.old, name), getattr(pair.new, name)
        if was != now:
            yield pair.change(column, was or "nothing written", now or "nothing written", does if now else "These words count no longer")


def written(content: Content, held: Iterable[Held]) -> str:
    """Return a cell as pages print it: "A, R night (Night desk), answers first"."""
    return ", ".join(_word(content, one) for one in sorted(held, key=_order)) or EMPTY


def _word(content: Content, held: Held) -> str:
    who = content.who(held)
    letter = "backup" if held.rank > 1 else held.letter
    hours = f" {_short(content, held.hours)}" if held.hours and held.party else ""
    more = [
        "answers first" if held.lead else "",
        f"which half: {held.split}" if held.split else "",
        f"only: {held.qualifier}" if held.qualifier else "",
        f"from {day(held.since)}" if held.since else "",
        f"until {day(held.until)}" if held.until else "",
        "besides those around it" if held.append else "",
    ]
    return ", ".join([f"{letter}{hours}{f' ({who})' if who else ''}", *filter(None, more)])


def _accountable(pair: Pair, party: str) -> Iterator[str]:
    had, has = (_of(line, party, "A") for line in (pair.old, pair.new))
    before, after = (_parties(line, "A") for line in (pair.old, pair.new))
    name = pair.after.party(party)
    if has and not had:
        if after != {party}:
            yield f"{len(after)} parties are accountable: {_names_of(pair.after, after)}"
        else:
            earlier = _names_of(pair.before, before)
            yield f"{name} {_is({party})} accountable; before, {f'{earlier} {_was(before)}' if before else _otherwise(pair.before, pair, 'A', 'nobody was')}"
    elif had and not has:
        instead = _names_of(pair.after, after)
        rest = f"{instead} {_is(after)}" if after else _otherwise(pair.after, pair, "A", "nobody is")
        yield f"{name} {_is({party})} no longer accountable; {rest}"
    elif had and {_who(pair.before, one) for one in had} != {_who(pair.after, one) for one in has}:
        yield f"Accountable is {_subjects(pair.after, has)}; before, {_subjects(pair.before, had)}"


def _done(pair: Pair, party: str) -> Iterator[str]:
    had, has = (_of(line, party, "R") for line in (pair.old, pair.new))
    before, after = (frozenset().union(*(_halves(one.hours) for one in held)) for held in (had, has))
    name = pair.after.party(party)
    if gained := after - before:
        others = _doers(pair.new, gained) - {party}
        earlier = _doers(pair.old, gained) - {party}
        when = _when(pair.after, gained)
        if others and others == earlier:
            yield f"From now on {name} {_do({party})} it {when} as well, together with {_names_of(pair.after, others)}"
        else:
            was = f"{_names_of(pair.before, earlier)} did" if earlier else _otherwise(pair.before, pair, "R", "nobody did")
            yield f"From now on {name} {_do({party})} it {when}; before, {was}"
    if lost := before - after:
        left = _doers(pair.new, lost) - {party}
        instead = f"{_names_of(pair.after, left)} {_do(left)}" if left else _otherwise(pair.after, pair, "R", "nobody does")
        yield f"{name} no longer {_do({party})} it {_when(pair.before, lost)}; {instead}"
    yield from _by_name(pair, party, had, has, after & before)
    if any(one.lead for one in has) != any(one.lead for one in had):
        answers = "answer" if party in MANY else "answers"
        yield f"{name} {answers} first" if any(one.lead for one in has) else f"{name} no longer {answers} first"


def _by_name(pair: Pair, party: str, had: list[Held], has: list[Held], kept: frozenset[str]) -> Iterator[str]:
    """Say who it is by name in the hours that stayed, where that changed."""
    for hours in sorted(kept):
        was, now = ([one for one in held if hours in _halves(one.hours)] for held in (had, has))
        if {(one.team, one.person) for one in was} != {(one.team, one.person) for one in now}:
            when = _when(pair.after, frozenset({hours}))
            yield f"{when[0].upper()}{when[1:]} it is {_subjects(pair.after, now)}; before, {_subjects(pair.before, was)}"


def _backup(pair: Pair, party: str) -> Iterator[str]:
    had, has = (_of(line, party, "R", rank=2) for line in (pair.old, pair.new))
    was, now = ({(one.team, one.person) for one in held} for held in (had, has))
    if was != now:
        earlier = f"before, {_subjects(pair.before, had)}" if had else "before, there was none"
        yield f"Its backup is {_subjects(pair.after, has)}; {earlier}" if has else "There is no backup any more"


def _words(pair: Pair, party: str) -> Iterator[str]:
    """Say who supports, is consulted, is informed."""
    for letter, spoken_of in DOES.items():
        gains, loses = spoken_of[party in MANY]
        had, has = (_of(line, party, letter) for line in (pair.old, pair.new))
        if bool(had) != bool(has):
            yield f"{pair.after.party(party)} {gains if has else loses}"


def _details(pair: Pair, party: str) -> Iterator[str]:
    """Say what else changed of letters that are there before and after."""
    known = {_same(one): one for one in _cell(pair.old, party)}
    for one in sorted(_cell(pair.new, party), key=_order):
        old = known.get(_same(one))
        if old is None:
            continue
        letter = "The backup" if one.rank > 1 else one.letter
        if one.split != old.split:
            yield f"Its half is written down: {one.split}" if one.split else "Which half it does is no longer written down"
        if one.qualifier != old.qualifier:
            yield f"{letter} goes as far as this: {one.qualifier}" if one.qualifier else f"{letter} has no limits any more"
        if (one.since, one.until) != (old.since, old.until):
            yield f"{letter} counts {_dates(one)}"
        if one.append != old.append:
            yield f"{letter} counts {'besides' if one.append else 'instead of'} those around it"


TELL: tuple[Callable[[Pair, str], Iterator[str]], ...] = (_accountable, _done, _backup, _words, _details)


def _nobody(old: frozenset[Held], new: frozenset[Held]) -> list[str]:
    before, after = {one.letter for one in old}, {one.letter for one in new}
    gained = [f"Nobody {ON_PURPOSE[letter]}, on purpose" for letter in ORDER if letter in after - before]
    return gained + [f"It no longer says that nobody {ON_PURPOSE[letter]}" for letter in ORDER if letter in before - after]


def _cell(line: Line, party: str) -> frozenset[Held]:
    return frozenset(one for one in line.held if one.party == party)


def _of(line: Line, party: str, letter: str, rank: int = 1) -> list[Held]:
    return sorted(one for one in line.held if (one.party, one.letter, one.rank) == (party, letter, rank))


def _parties(line: Line, letter: str) -> set[str]:
    return {one.party for one in line.held if one.letter == letter and one.rank == 1 and one.party}


def _doers(line: Line, hours: frozenset[str]) -> set[str]:
    """Return who does it in any of these hours."""
    return {one.party for one in line.held if one.letter == "R" and one.rank == 1 and one.party and _halves(one.hours) & hours}


def _otherwise(content: Content, pair: Pair, letter: str, nobody: str) -> str:
    """Say what counts where a line itself names nobody: a wider line, or nobody."""
    places = _around(content, pair.place)
    duty = content.duties.get(pair.about) or pair.after.duties.get(pair.about) or pair.before.duties.get(pair.about)
    levels = {pair.about, EVERY_DUTY, *([duty.category] if duty else [])}
    wider = (line for line in content.lines if line.about in levels and line.place in places and line.key != (pair.about, pair.place))
    decides = any(one.letter == letter for line in wider for one in line.held)
    if not decides:
        return nobody
    return "it followed the wider rule" if nobody.endswith(("did", "was")) else "the wider rule counts"


def _around(content: Content, place: str) -> set[str]:
    """Return a place, those around it and its tags."""
    found, waiting = {""}, [place]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        known = content.places.get(key)
        waiting += [known.parent, *known.tags] if known else []
    return found


def _halves(hours: str) -> frozenset[str]:
    return HALVES.get(hours, frozenset({hours}))


def _when(content: Content, hours: frozenset[str]) -> str:
    """Return hours in words: "day and night", "at night", "in the hours Weekend desk"."""
    said = []
    if HALVES["always"] <= hours:
        said.append("day and night")
    elif "business" in hours:
        said.append("by day")
    elif "after" in hours:
        said.append("at night")
    said += [f"in the hours {_called(content, key)}" for key in sorted(hours - HALVES["always"])]
    return " and ".join(said)


def _short(content: Content, hours: str) -> str:
    return SHORT.get(hours) or _called(content, hours)


def _called(content: Content, key: str) -> str:
    return next((one.name for one in content.calendars if one.key == key and one.name), key.replace("-", " "))


def _who(content: Content, held: Held) -> str:
    name = content.who(held)
    return f"{name} ({content.party(held.party)})" if name else f"{content.party(held.party)} as a whole"


def _subjects(content: Content, held: Iterable[Held]) -> str:
    return " and ".join(dict.fromkeys(_who(content, one) for one in held)) or "nobody"


def _names_of(content: Content, parties: set[str]) -> str:
    return " and ".join(content.party(party) for party in PARTIES if party in parties)


def _one(parties: set[str]) -> bool:
    return len(parties) == 1 and not parties & MANY


def _is(parties: set[str]) -> str:
    return "is" if _one(parties) else "are"


def _was(parties: set[str]) -> str:
    return "was" if _one(parties) else "were"


def _do(parties: set[str]) -> str:
    return "does" if _one(parties) else "do"


def _same(held: Held) -> tuple[object, ...]:
    return held.letter, held.team, held.person, held.hours, held.rank


def _order(held: Held) -> tuple[int, int, Held]:
    return ORDER.index(held.letter) if held.letter in ORDER else len(ORDER), held.rank, held


def _dates(held: Held) -> str:
    said = [f"from {day(held.since)}" if held.since else "", f"until {day(held.until)}" if held.until else ""]
    return " ".join(filter(None, said)) or "without an end"


def day(said: str) -> str:
    """Return a date of a content for people: "3 March 2027"."""
    try:
        found = datetime.fromisoformat(said) if "T" in said else date.fromisoformat(said)
    except ValueError:
        return said
    return f"{found.day} {found:%B %Y}"


# --- hours, exclusions, names


def _calendars(before: Content, after: Content) -> Iterator[Change]:
    old, new = ({(one.key, one.place): one for one in content.calendars} for content in (before, after))
    for key in sorted(old.keys() | new.keys(), key=lambda key: (key[0] != "business", key)):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        content = after if now else before
        name = "Day and night" if key[0] == "business" else _called(content, key[0])
        column = content.place(key[1]) if key[1] else "Whole client"
        said = _hours_do(was, now)
        yield Change(name, column, hours_in_words(was), hours_in_words(now), said, key[0], key[1], kind="calendar")


def _hours_do(was: Calendar | None, now: Calendar | None) -> str:
    if now is None:
        return "The hours around it count here again"
    if was is None:
        return f"It has hours of its own: {_span(open_minutes(now))} a week"
    said = []
    if open_minutes(was) != open_minutes(now):
        rest = "; the rest of the week is night" if now.key == "business" else ""
        said.append(f"{_span(open_minutes(now))} a week, {_span(open_minutes(was))} before{rest}")
    elif was.week != now.week:
        said.append("As many hours as before, at other times")
    if was.zone != now.zone:
        said.append(f"They are read in the time of {now.zone}")
    shut, opened = sorted(set(now.closed) - set(was.closed)), sorted(set(was.closed) - set(now.closed))
    if shut:
        said.append(f"Closed as well on {_days(shut)}")
    if opened:
        said.append(f"No longer closed on {_days(opened)}")
    if was.side != now.side:
        said.append("The other side keeps these hours")
    return ". ".join(said) or "It has another name"


def hours_in_words(calendar: Calendar | None) -> str:
    """Return the hours of a week for people: "Mon to Fri 08:00-17:00, America/Chicago"."""
    if calendar is None:
        return NOT_THERE
    groups: list[tuple[list[str], str]] = []
    for name in DAYS:
        spans = " ".join(sorted(calendar.week.get(name, ())))
        if groups and groups[-1][1] == spans:
            groups[-1][0].append(name)
        else:
            groups.append(([name], spans))
    said = [f"{_range(days)} {spans}" for days, spans in groups if spans]
    shut = f", {len(calendar.closed)} day{'s' if len(calendar.closed) > 1 else ''} closed" if calendar.closed else ""
    return f"{', '.join(said) or 'never'}, {calendar.zone}{shut}"


def _range(days: list[str]) -> str:
    return days[0].title() if len(days) == 1 else f"{days[0].title()} to {days[-1].title()}"


def open_minutes(calendar: Calendar) -> int:
    """Return the minutes of a week that a calendar's spans hold."""
    return sum(_minutes(span) for spans in calendar.week.values() for span in spans)


def _minutes(span: str) -> int:
    begin, _, end = span.partition("-")
    first, last = (int(one[:2]) * 60 + int(one[3:5]) for one in (begin, end))
    return last - first if last > first else last - first + 24 * 60


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours} hours {rest} minutes" if rest else f"{hours} hours"


def _days(days: list[str]) -> str:
    most = 4
    said = ", ".join(day(one) for one in days[:most])
    return f"{said} and {len(days) - most} more days" if len(days) > most else said


def _exclusions(before: Content, after: Content) -> Iterator[Change]:
    old, new = ({one.duty: one for one in content.exclusions} for content in (before, after))
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        if was != now:
            does = (
                f"Nobody has to do it until {day(now.until)}; {now.accepted_by} accepted that"
                if now
                else "It has to be done again, so somebody must answer for it"
            )
            title = (after if now else before).title(key)
            yield Change(title, "Not done here", excluded_in_words(was), excluded_in_words(now), does, key, kind="exclusion")


def excluded_in_words(one: Excluded | None) -> str:
    """Return an exclusion for people."""
    return f"until {day(one.until)}: {one.reason}" if one else "done as agreed"


def _names(before: Content, after: Content) -> Iterator[Change]:
    """Yield what is called or stands otherwise, of what both contents name."""
    yield from _said("Template", _template(before), _template(after), "What it began from")
    yield from _said("Policy", _policy(before.policy), _policy(after.policy), "Findings follow it")
    for kind in ("parties", "categories", "teams", "people"):
        old, new = getattr(before, kind), getattr(after, kind)
        for key in sorted(old.keys() & new.keys()):
            yield from _said(new[key], old[key], new[key], "It has another name; who is meant is the same")
    for key in sorted(before.duties.keys() & after.duties.keys()):
        yield from _said(after.title(key), _facts(before.duties[key]), _facts(after.duties[key]), "What the duty asks for is another thing")
    for key in sorted(before.places.keys() & after.places.keys()):
        does = "What counts there, and when, follows from it"
        yield from _said(after.place(key), _facts(before.places[key]), _facts(after.places[key]), does)


def _said(title: str, before: str, after: str, does: str) -> Iterator[Change]:
    if before != after:
        yield Change(title, "Name", before, after, does, kind="name")


def _template(content: Content) -> str:
    return f"{content.template} {content.edition or ''}".strip() or "none"


def _policy(policy: Mapping[str, Any]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {policy[name]}" for name in sorted(policy)) or "none"


def _facts(row: Any) -> str:
    said = {name: value for name, value in asdict(row).items() if value not in ("", (), 0)}
    return ", ".join(f"{name} {' '.join(value) if isinstance(value, tuple) else value}" for name, value in said.items())
