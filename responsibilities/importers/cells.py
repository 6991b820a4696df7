"""What one cell says: letters with their qualifiers, a mark, nothing, or names."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from responsibilities.importers import words

ALIKE = str.maketrans("АСІЅаісѕΑΙΧХх×", "ACISaicsAIXXxx")  # noqa: RUF001 - letters of other alphabets that look like ours
NOTHING = {
    "na",
    "n a",
    "none",
    "nil",
    "not applicable",
    "nobody",
    "no one",
    "sans objet",
    "s o",
    "neant",
    "aucun",
    "no aplica",
    "nao aplicavel",
}
NOTHING |= {"nao se aplica", "entfallt", "keine", "ninguno", "nenhum", "nicht zutreffend", "not required", "no part", "out of scope"}
DASHES = re.compile(r"[\s\-\u2010-\u2015\u2212.·/\\_~]+")
RULE = re.compile(r"\s*([\-\u2010-\u2015\u2212_=]\s*){3,}")
UNDECIDED = {
    "tbd",
    "tbc",
    "tba",
    "to be determined",
    "to be decided",
    "to be confirmed",
    "to be defined",
    "a definir",
    "a determiner",
    "offen",
}
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

YES = {"x", "xx", "✓", "✔", "✅", "☑", "🗸", "●", "•", "■", "◼", "⬤", "✕", "yes", "y", "oui", "si", "sim", "ja", "true", "1", "check"}
NO = {"no", "n", "non", "nao", "nein", "false", "0", "✗", "✘", "❌", "☐", "❎"}
FOOTNOTE = re.compile(r"\s*(\^\[?[^\s^]{1,4}\]?\^|\[\^?\d{1,3}\]|[*†‡§]+|[¹²³⁰⁴-⁹]+)\s*$")

LETTER_PIECE = re.compile(
    r"""(?P<bracket>[(\[{])
      | (?P<letters>[RASCI]{1,5})(?![A-Za-zÀ-ÿ])
      | (?P<small>[rasci]{1,2})(?![A-Za-zÀ-ÿ])
      | (?P<word>[A-Za-zÀ-ÿ]{4,})
      | (?P<note>\^[^\s^]{1,5}\^|[*†‡§]+|\d{1,2}(?!\w))
      | (?P<join>(?:and|et|und|y|e)(?!\w)|[\s/\\,;&+|.]|-(?=[RASCI](?!\w)))
      | (?P<says>[:=]\s*|(?<=\s)[\u2010-\u2015-]+\s+)
    """,
    re.VERBOSE,
)
CLOSING = {"(": ")", "[": "]", "{": "}"}
BETWEEN_NAMES = re.compile(r"[,;\n]|\s/\s")
BETWEEN_KNOWN = re.compile(r"\s+(?:and|or|et|ou|und|oder|y|e|plus|with)\s+|\s*[&+/]\s*")
MOST_LETTERS = 5
LONGEST_LETTERS = 1_000  # with all that is said of them
LONGEST_MARK = 300
SHORT = 20


@dataclass(frozen=True, slots=True)
class Said:
    """Some letters and what they are limited to."""

    letters: tuple[str, ...]
    qualifier: str = ""


def says_nothing(text: str) -> bool:
    """Say whether a cell says that nobody is meant: a dash, N/A, none."""
    if len(text) > LONGEST_MARK:
        return False
    bare = words.plain(text)
    return bool(bare) and (bool(DASHES.fullmatch(bare)) or words.key(bare) in NOTHING)


def is_rule(text: str) -> bool:
    """Say whether a cell is only a drawn line, as under a section's name."""
    return bool(RULE.fullmatch(text))


def says_undecided(text: str) -> bool:
    """Say whether a cell says that it is still to be decided."""
    return len(text) <= LONGEST_MARK and (words.key(text) in UNDECIDED or words.plain(text).strip("?") == "")


def is_ditto(text: str) -> bool:
    """Say whether a cell repeats the one above."""
    return len(text) <= SHORT and words.plain(text).casefold().strip(" .") in words.DITTO


def read_letters(text: str) -> tuple[Said, ...] | None:
    """Return the letters that a cell gives with what is said of them; None for a cell that is no letters.

    Letters share the bracket that follows them: "A & R (Config, Ops)"; "R (Oversight) & C (Reviews)" are two.
    """
    return _read_letters(text) if len(text) <= LONGEST_LETTERS else None


@lru_cache(words.MOST_REMEMBERED)
def _read_letters(text: str) -> tuple[Said, ...] | None:
    return _Letters(unicodedata.normalize("NFKC", words.plain(text).translate(SUPERSCRIPT)).translate(ALIKE)).read()


class _Letters:
    """A cell read piece by piece: letters wait until something is said of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[Said] = []
        self.pending: dict[str, None] = {}

    def read(self) -> tuple[Said, ...] | None:
        """Return the letters; None as soon as a piece is none of ours."""
        while self.at < len(self.text):
            piece = LETTER_PIECE.match(self.text, self.at)
            if piece is None:
                return None
            self.at = piece.end()
            if not getattr(self, f"_{piece.lastgroup}")(piece.group()):
                return None
        if self.pending:
            self.found.append(Said(tuple(self.pending)))
        return tuple(self.found) or None

    def _join(self, _: str) -> bool:
        return True

    def _letters(self, value: str) -> bool:
        self.pending |= dict.fromkeys(value.upper())
        return len(set(value)) == len(value)

    _small = _letters

    def _word(self, value: str) -> bool:
        letter = words.SPELLED.get(words.key(value))
        self.pending |= {letter: None} if letter else {}
        return letter is not None

    def _note(self, value: str) -> bool:
        return self._qualify(value, " ")

    def _bracket(self, opening: str) -> bool:
        """Read a bracket: letters in it count, anything else is said of the letters before it."""
        inside = self._inside(opening)
        letters = read_letters(inside) if len(inside) <= SHORT and inside == inside.upper() else None
        if letters and not any(one.qualifier for one in letters):
            self.pending |= {letter: None for one in letters for letter in one.letters}
            return True
        return not inside or self._qualify(inside, "; ")

    def _says(self, _: str) -> bool:
        """Read what follows a colon or a dash: more letters, or what is said of those before it."""
        rest = self.text[self.at :].strip()
        if rest and (len(rest) > SHORT or read_letters(rest) is None):
            self.at = len(self.text)
            return self._qualify(rest, "; ")
        return True

    def _inside(self, opening: str) -> str:
        """Return what a bracket holds and go on after it; brackets inside it belong to it."""
        start, depth = self.at, 1
        while self.at < len(self.text) and depth:
            depth += (self.text[self.at] == opening) - (self.text[self.at] == CLOSING[opening])
            self.at += 1
        return self.text[start : self.at - (not depth)].strip()

    def _qualify(self, qualifier: str, joined: str) -> bool:
        """Say something of the letters that wait, or more of the last ones; False where there are none."""
        if self.pending:
            self.found.append(Said(tuple(self.pending), qualifier))
            self.pending = {}
        elif self.found:
            last = self.found.pop()
            self.found.append(Said(last.letters, joined.join(filter(None, (last.qualifier, qualifier)))))
        return bool(self.found)


def is_letterish(text: str) -> bool:
    """Say whether a cell looks like letters of some such scheme, ours or another's ("D", "V/S")."""
    if len(text) > LONGEST_MARK:
        return False
    bare = re.sub(r"\([^()]*\)", "", words.plain(text)).translate(ALIKE)
    pieces = re.findall(r"[^\W\d_]+", bare)
    return (
        bool(pieces)
        and all(len(piece) <= MOST_LETTERS and piece.isupper() and len(set(piece)) == len(piece) for piece in pieces)
        and (max(map(len, pieces)) == 1 or any(set(piece) <= set("RASCI") for piece in pieces))
    )


def read_mark(text: str) -> tuple[bool, str] | None:
    """Return whether a cell marks the party and what is said of it; None for a cell that is no mark."""
    return _read_mark(text) if len(text) <= LONGEST_MARK else None


@lru_cache(words.MOST_REMEMBERED)
def _read_mark(text: str) -> tuple[bool, str] | None:
    bare = words.plain(text).translate(ALIKE)
    mark, _, rest = bare.partition("(") if "(" in bare else (bare, "", "")
    note = FOOTNOTE.search(mark)
    if note:
        mark, rest = mark[: note.start()], f"{note.group().strip()} {rest}".strip()
    word = mark.strip(" .:-").casefold()
    qualifier = rest.strip().removesuffix(")").strip()
    word = words.key(word) or word.rstrip("\ufe0f")
    if word in YES or (word and set(word) <= YES):
        return True, qualifier
    return (False, qualifier) if word in NO else None


@dataclass(frozen=True, slots=True)
class Name:
    """One party that a cell names."""

    name: str
    qualifier: str = ""


def read_names(text: str, known: Collection[str] = ()) -> tuple[Name, ...]:
    """Return the parties that a cell names. `known` are keys of names that stand alone elsewhere: only between such does "and" divide."""
    if len(text) > LONGEST_LETTERS:
        return ()
    return tuple(name for piece in _outside_brackets(words.plain(text)) for name in _split_known(piece, known))


def _split_known(piece: str, known: Collection[str]) -> Iterator[Name]:
    whole = _name(piece)
    parts = [part for part in BETWEEN_KNOWN.split(whole.name) if part and part.strip()]
    if (
        len(parts) > 1
        and words.key(whole.name) not in known
        and any(words.key(_name(part).name) in known or _is_party(part) for part in parts)
    ):
        for part in parts:
            name = _name(part)
            yield Name(name.name, "; ".join(filter(None, (name.qualifier, whole.qualifier))))
    elif whole.name:
        yield whole


def _is_party(text: str) -> bool:
    return words.made_of(text, words.PARTY)


def _name(piece: str) -> Name:
    """Take brackets and footnote marks off a name."""
    notes: list[str] = []
    piece = piece.strip()
    while found := FOOTNOTE.search(piece):
        notes.insert(0, found.group().strip())
        piece = piece[: found.start()].strip()
    inside = re.search(r"\s*\(([^()]*)\)\s*$", piece)
    if inside and inside.start():
        notes.insert(0, inside.group(1).strip())
        piece = piece[: inside.start()].strip()
    return Name(piece, " ".join(filter(None, notes)))


def _outside_brackets(text: str) -> Iterator[str]:
    """Divide a list of names at commas, semicolons and lines that no bracket holds."""
    kept, start = 0, 0
    for found in BETWEEN_NAMES.finditer(text):
        held = text[start : found.start()]
        if held.count("(") <= held.count(")") and held.strip():
            yield held.strip(" -•\n")
            kept = start = found.end()
    if text[kept:].strip():
        yield text[start:].strip(" -•\n")
