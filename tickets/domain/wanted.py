"""What of a queue somebody wants, as one line of text: `client:pine duty:backup late with:tess "exact words"`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

SIDES = ("ours", "theirs", "internal", "provider", "both")
STATES = ("todo", "new", "open", "waiting", "resolved", "closed", "cancelled", "merged", "unfinished", "all")
PRIORITIES = {"p1": "critical", "p2": "high", "p3": "normal", "p4": "low"}
FLAGS = ("late", "offered", "offering", "crossed", "nobodys")
NAMES = {
    "client": "client",
    "duty": "duty",
    "with": "person",
    "from": "asker",
}  # of those whose value is any word, and of the field it fills
KEYS = ("client", "duty", "with", "from", "side", "state", "priority", "due", "closed")
ME, NOBODY, TODAY = "me", "nobody", "today"
SHORT = {"waiting": ("state", "waiting"), "nobody": ("person", NOBODY), "mine": ("person", ME)}  # words that need no key

MINUTES = {"m": 1, "h": 60, "d": 1440}
FURTHEST = 365 * MINUTES["d"]
BIGGEST = 2**31 - 1
LONGEST = 400  # characters of a line
MOST = 12  # words looked for at once

TOKEN = re.compile(r'(?:([^\s:"]+):)?"([^"]*)"?|(\S+)')
DUE = re.compile(r"(\d{1,6})([mhd])")
NUMBER = re.compile(r"#(\d{1,10})")
REFERENCE = re.compile(r"(\w{1,3})-([1-9]\d{0,9})")


@dataclass(frozen=True)
class Wanted:
    """What a line asks for; empty means no wish. `words` are looked for in tickets, persons and messages, all of them together."""

    client: str = ""
    side: str = ""
    state: str = ""
    duty: str = ""
    person: str = ""
    asker: str = ""
    priority: str = ""
    due: int = 0  # minutes until the next clock, at most
    closed: str = ""
    number: int = 0
    late: bool = False
    offered: bool = False
    offering: bool = False
    crossed: bool = False
    nobodys: bool = False
    words: tuple[str, ...] = ()

    def but(self, **changes: object) -> "Wanted":
        """Return the same wish with some of it changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def __bool__(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True)
class Read:
    """A line as it was understood, and in words what of it was not."""

    wanted: Wanted
    missed: tuple[str, ...] = ()


def read(line: str) -> Read:
    """Understand a line; never fails: what is no filter is looked for as words, and said so."""
    found, missed = Wanted(), []
    for key, value, quoted in _tokens(line[:LONGEST]):
        found, trouble = _taken(found, key, value, quoted=quoted)
        if trouble:
            missed.append(trouble)
    if len(found.words) > MOST:
        missed.append(f"Only the first {MOST} words are looked for.")
    return Read(found.but(words=found.words[:MOST]), tuple(missed))


def line(wanted: Wanted) -> str:
    """Write a wish as the line that reads back as the same wish."""
    return " ".join(word for _, word in parts(wanted))


def parts(wanted: Wanted) -> Iterator[tuple[Wanted, str]]:
    """Yield each word of a wish, with the wish that is left without it."""
    written = {
        **{name: f"{key}:{_quoted(getattr(wanted, name))}" for key, name in NAMES.items()},
        **{name: f"{name}:{getattr(wanted, name)}" for name in ("side", "state", "priority", "closed")},
        **dict(zip(FLAGS, FLAGS, strict=True)),
        "due": f"due:{span(wanted.due)}",
        "number": f"#{wanted.number}",
    }
    for name, word in written.items():
        if getattr(wanted, name):
            yield wanted.but(**{name: getattr(Wanted(), name)}), word
    for place, word in enumerate(wanted.words):
        yield wanted.but(words=wanted.words[:place] + wanted.words[place + 1 :]), _plain(word)


def span(minutes: int) -> str:
    """Return a stretch of time in the biggest unit that says it exactly."""
    unit = next(unit for unit in "dhm" if minutes % MINUTES[unit] == 0)
    return f"{minutes // MINUTES[unit]}{unit}"


def reference(word: str) -> tuple[str, int] | None:
    """Return the client's initials and the number that a word like `HD-2291` names; None for another word."""
    found = REFERENCE.fullmatch(word)
    return (found[1].upper(), int(found[2])) if found and int(found[2]) <= BIGGEST else None


def _tokens(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield key, value, and whether the value stood in quotation marks."""
    for found in TOKEN.finditer(text.replace("\x00", " ")):
        if found[3] is None:
            value = " ".join(found[2].split())
            if value:
                yield found[1] or "", value, True
        else:
            key, colon, value = found[3].partition(":")
            yield (key, value, False) if colon else ("", found[3], False)


def _taken(found: Wanted, key: str, value: str, *, quoted: bool) -> tuple[Wanted, str]:
    """Return the wish with one more token in it, and what is to be said about the token."""
    word, name = value.lower(), key.lower()
    if not key:
        return (found.but(words=(*found.words, value)), "") if quoted else _short(found, value)
    if name not in KEYS:
        whole = f"{key}:{value}"
        return found.but(
            words=(*found.words, whole)
        ), f"“{key}:” is no filter, so “{whole}” is looked for as words. Filters are {', '.join(KEYS)}."
    if not value:
        return found, f"Say which after “{key}:”."
    if name in NAMES:
        return found.but(**{NAMES[name]: value}), ""
    return _chosen(found, name, word)


def _short(found: Wanted, value: str) -> tuple[Wanted, str]:
    """Take a token that stands alone: a word with a meaning of its own, a number, or something to look for."""
    word = value.lower()
    if word in FLAGS:
        return found.but(**{word: True}), ""
    if word in SHORT:
        name, meant = SHORT[word]
        return found.but(**{name: meant}), ""
    number = NUMBER.fullmatch(value)
    if number and 0 < int(number[1]) <= BIGGEST:
        return found.but(number=int(number[1])), ""
    word = value.replace('"', "")
    return (found.but(words=(*found.words, word)) if word else found), ""


def _chosen(found: Wanted, name: str, word: str) -> tuple[Wanted, str]:
    """Take a value that must be one of a few."""
    if name == "due":
        stretch = DUE.fullmatch(word)
        minutes = int(stretch[1]) * MINUTES[stretch[2]] if stretch else 0
        if not 0 < minutes <= FURTHEST:
            return found, f"“due:{word}” says no time. Write it like due:30m, due:4h or due:2d."
        return found.but(due=minutes), ""
    if name == "priority":
        by_name = {words: code for code, words in PRIORITIES.items()}
        code = by_name.get(word, word)
        if code not in PRIORITIES:
            return found, f"“priority:{word}” is none of {', '.join(by_name)}."
        return found.but(priority=code), ""
    allowed = {"side": SIDES, "state": STATES, "closed": (TODAY,)}[name]
    if word not in allowed:
        return found, f"“{name}:{word}” is none of {', '.join(allowed)}."
    return found.but(**{name: word}), ""


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


def _plain(word: str) -> str:
    """Write a word to be looked for, in quotation marks where it would read as something else."""
    alone = word.lower()
    bare = alone not in FLAGS and alone not in SHORT and not NUMBER.fullmatch(word) and ":" not in word and not re.search(r"\s", word)
    return word if bare else f'"{word}"'
