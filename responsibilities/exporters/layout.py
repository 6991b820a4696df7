"""How our own sheets are laid out: their columns, and how a party's letters stand in cells, written and read back without any loss."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from comanaged.vocabulary import Letter
from responsibilities.domain.content import Content, Held, Line

KEY, CATEGORY, DUTY, NEEDED, RISK, PLACE, PLACE_KEY = "Duty key", "Category", "Duty", "Needed", "Risk", "Place", "Place key"
HEAD = (KEY, CATEGORY, DUTY, NEEDED, RISK, PLACE, PLACE_KEY)
WHOLE_CLIENT = "Whole client"
TEXTS: Mapping[str, str] = {"note": "Note", "authority": "May be done without asking", "first_steps": "First steps"}
PARTIES: Mapping[str, str] = {
    "internal": "Internal IT",
    "provider": "Provider",
    "leadership": "Leadership",
    "end_user": "Users",
    "vendor": "Vendors",
    "": "Nobody",
}
HOURS, LEAD, WHO, HALF, ONLY, SINCE, UNTIL, BESIDES = (
    "hours",
    "answers first",
    "who",
    "which half",
    "only",
    "from",
    "until",
    "besides those around it",
)
DETAILS = (HOURS, LEAD, WHO, HALF, ONLY, SINCE, UNTIL, BESIDES)
SPOKEN: Mapping[str, str] = {"business": "day", "after": "night", "always": "always"}
HEARD: Mapping[str, str] = {word: key for key, word in SPOKEN.items()} | {key: key for key in SPOKEN}
YES, NO, BACKUP = "yes", "no", "backup"
ORDER = "ARSCI"
NAMED = re.compile(r"(?:(?P<name>.*) )?<(?P<key>[^<>]+)>", re.DOTALL)
COLUMN = re.compile(rf"(?P<word>{'|'.join(PARTIES.values())})(?: \((?P<name>.*)\))?(?:: (?P<detail>{'|'.join(DETAILS)}))?", re.DOTALL)
PIECES = re.compile(r"[,;\n]+")
ALIKE = str.maketrans("АСІЅ", "ACIS")  # noqa: RUF001 - letters that look like ours


class Unreadable(Exception):
    """A cell that says nothing the matrix can hold; the text says what to write instead."""


@dataclass
class Names:
    """What was named in cells as "Night desk <northwind/night-desk>", by key."""

    teams: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


# --- columns


def party_column(content: Content, party: str, detail: str = "") -> str:
    """Return the heading of a party's letters, or of a detail of theirs."""
    word = PARTIES[party]
    if detail:
        return f"{word}: {detail}"
    name = content.parties.get(party, word) if party else word
    return word if name == word else f"{word} ({name})"


def heard_column(heading: str) -> tuple[str, str, str] | None:
    """Return party, detail ("" for its letters) and name of a column, None for another column."""
    found = COLUMN.fullmatch(heading)
    if found is None:
        return None
    party = next(key for key, word in PARTIES.items() if word == found["word"])
    return party, found["detail"] or "", found["name"] or found["word"]


def parties_of(content: Content, shown: Sequence[str]) -> tuple[str, ...]:
    """Return the parties that have a column: those shown, and nobody where a line says nobody."""
    return (*shown, *([""] if any(not held.party for line in content.lines for held in line.held) else []))


# --- one line


def held_by(line: Line, party: str) -> tuple[Held, ...]:
    """Return a party's letters in a line, in the order in which cells name them."""
    return tuple(sorted((one for one in line.held if one.party == party), key=lambda one: (_turn(one.letter), one.rank, one)))


def written(content: Content, line: Line, party: str) -> dict[str, str]:
    """Return a party's cells in a line by detail, its letters under "": every detail that a letter of it has, and nothing else."""
    held = held_by(line, party)
    hours = [one for one in held if one.letter == Letter.R]
    cells = {
        "": ", ".join(map(_token, held)),
        HOURS: "\n".join(spoken_hours(content, one.hours) for one in hours),
        LEAD: "\n".join(YES if one.lead else NO for one in hours) if any(one.lead for one in hours) else "",
        WHO: _tagged(held, lambda one: _who(content, one)),
        HALF: _tagged(held, lambda one: one.split),
        ONLY: _tagged(held, lambda one: one.qualifier),
        SINCE: _tagged(held, lambda one: one.since),
        UNTIL: _tagged(held, lambda one: one.until),
        BESIDES: _tagged(held, lambda one: YES if one.append else ""),
    }
    return {detail: text for detail, text in cells.items() if text}


def heard(party: str, cells: Mapping[str, str], names: Names) -> tuple[Held, ...]:
    """Return the letters that a party's cells give, and keep whom they name. Raise Unreadable.

    An R whose hours the sheet leaves out has none: whoever writes it gives it those that the duty needs.
    """
    held = [replace(one, party=party) for one in _tokens(cells.get("", ""))]
    doing = [number for number, one in enumerate(held) if one.letter == Letter.R]
    for number, word in _aligned(cells.get(HOURS, ""), doing, HOURS):
        held[number] = replace(held[number], hours=heard_hours(word))
    for number, word in _aligned(cells.get(LEAD, ""), doing, LEAD):
        held[number] = replace(held[number], lead=_yes(word, LEAD))
    for number, text in _untagged(cells.get(WHO, ""), held, WHO):
        team, person = _heard_who(text, names)
        held[number] = replace(held[number], team=team, person=person)
    for number, text in _untagged(cells.get(HALF, ""), held, HALF):
        held[number] = replace(held[number], split=text)
    for number, text in _untagged(cells.get(ONLY, ""), held, ONLY):
        held[number] = replace(held[number], qualifier=text)
    for number, text in _untagged(cells.get(SINCE, ""), held, SINCE):
        held[number] = replace(held[number], since=_day(text))
    for number, text in _untagged(cells.get(UNTIL, ""), held, UNTIL):
        held[number] = replace(held[number], until=_day(text))
    for number, text in _untagged(cells.get(BESIDES, ""), held, BESIDES):
        held[number] = replace(held[number], append=_yes(text, BESIDES))
    return tuple(held)


# --- names beside keys


def named(name: str, key: str) -> str:
    """Return a name with the key it stands for: "Night desk <northwind/night-desk>"."""
    return f"{name} <{key}>" if name and name != key else f"<{key}>"


def heard_name(text: str) -> tuple[str, str]:
    """Return name and key of what `named` wrote. Raise Unreadable."""
    found = NAMED.fullmatch(text)
    if found is None:
        raise Unreadable(f"Write {text} with its key in angle brackets, as the other sheets of this file do.")
    return found["name"] or found["key"], found["key"]


def spoken_hours(content: Content, hours: str) -> str:
    """Return hours as a cell says them: day, night, always, or the name and key of named ones."""
    if hours in SPOKEN or not hours:
        return SPOKEN.get(hours, "")
    name = next((one.name for one in content.calendars if one.key == hours and one.name), "")
    return named(" ".join(name.split()), hours)  # several stand one under the other, so a name is one line


def heard_hours(word: str) -> str:
    """Return the key of hours that a cell says. Raise Unreadable."""
    plain = word.strip()
    if plain.lower() in HEARD or not plain:
        return HEARD.get(plain.lower(), "")
    try:
        return heard_name(plain)[1]
    except Unreadable:
        raise Unreadable("Write hours as day, night or always, or as a name with its key in angle brackets.") from None


def _who(content: Content, held: Held) -> str:
    if held.person:
        return named(content.people.get(held.person, ""), held.person)
    return named(content.teams.get(held.team, ""), held.team) if held.team else ""


def _heard_who(text: str, names: Names) -> tuple[str, str]:
    """Return the keys of the team and of the person that a cell names, one of them ""."""
    name, key = heard_name(text.strip())
    (names.people if "@" in key else names.teams)[key] = name
    return ("", key) if "@" in key else (key, "")


# --- letters and what belongs to each


def _turn(letter: str) -> int:
    return ORDER.index(letter) if letter in ORDER else len(ORDER)


def _token(held: Held) -> str:
    if held.rank == 1:
        return held.letter
    return BACKUP if held.letter == Letter.R else f"{held.letter} {BACKUP}"


def _tokens(text: str) -> list[Held]:
    """Return the letters of a cell: "A, R, backup"; letters that stand together are as many letters."""
    found: list[Held] = []
    for piece in filter(None, (piece.strip() for piece in PIECES.split(text))):
        letters, _, rest = piece.translate(ALIKE).partition(" ")
        rank = 2 if BACKUP in (rest.strip().lower(), letters.lower()) else 1
        plain = Letter.R if letters.lower() == BACKUP else letters.upper()
        if not set(plain) <= set(Letter) or (rest and rank == 1):
            raise Unreadable("Write the letters A, R, S, C and I with commas between them, and backup for whoever stands in.")
        found += [Held(letter, rank=rank) for letter in plain]
    return found


def _tags(held: Sequence[Held]) -> list[str]:
    """Return what each letter of a cell is called in the cells beside it: "A", "R", and "R 1", "R 2" where there are several."""
    tokens = list(map(_token, held))
    count: dict[str, int] = {}
    found = []
    for token in tokens:
        count[token] = count.get(token, 0) + 1
        found.append(token if tokens.count(token) == 1 else f"{token} {count[token]}")
    return found


def _tagged(held: Sequence[Held], say: Callable[[Held], str]) -> str:
    """Return what is said of letters: as it is where there is one letter, else one line for each with its letter in front."""
    if len(held) == 1:
        return say(held[0])
    said = [(tag, say(one)) for tag, one in zip(_tags(held), held, strict=True)]
    return "\n".join(f"{tag}: {_escaped(text)}" for tag, text in said if text)


def _untagged(text: str, held: Sequence[Held], detail: str) -> Iterable[tuple[int, str]]:
    """Yield the number of each letter that something is said of, and what."""
    if not text:
        return
    if len(held) == 1:
        yield 0, text
        return
    tags = _tags(held)
    for line in text.split("\n"):
        tag, colon, said = line.partition(": ")
        if not colon or tag not in tags:
            raise Unreadable(f"Begin each line of '{detail}' with the letter it is about, such as {tags[0] if tags else 'R'}: .")
        yield tags.index(tag), _unescaped(said)


def _aligned(text: str, doing: Sequence[int], detail: str) -> Iterable[tuple[int, str]]:
    """Yield the number of each R, and the line of the cell that is about it."""
    lines = text.split("\n") if text else []
    if len(lines) > len(doing):
        raise Unreadable(f"'{detail}' says more than there are R in the cell of letters.")
    return zip(doing, lines, strict=False)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def _yes(text: str, detail: str) -> bool:
    plain = text.strip().lower()
    if plain not in (YES, NO, ""):
        raise Unreadable(f"Write yes or no under '{detail}'.")
    return plain == YES


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise Unreadable("Write a date as year, month and day: 2027-03-31.") from None
