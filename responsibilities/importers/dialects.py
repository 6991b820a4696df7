"""Which of the eight dialects a table speaks: decided by what its columns are headed with and what stands in them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from responsibilities.importers import cells, codes, words
from responsibilities.importers.columns import LONG, SHORT_NAME, Column, Texts, is_ref, texts
from responsibilities.importers.reading import Dialect

ENOUGH = 0.6
HALF = 0.5
SOME = 0.3
MOST = 0.8
FEW_NAMES = 8
TWO = 2
BRIEF = 20
YOURS = {"your": "You", "our": "We", "you": "You", "we": "We"}
PROSE_LENGTH = 25
INHERIT = {"inherit", "inherited", "inheritable", "inheritance"}
STRONG_MARKS = {"x", "✓", "✔", "✅", "☑", "●", "•"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read a table: its dialect, what its columns are, and whom each column that counts is about."""

    dialect: Dialect
    texts: Texts
    parties: dict[int, str]  # column and the party it is about; empty where the cells name it
    letters: dict[int, tuple[str, ...]] = field(default_factory=dict)  # column and the letters that it gives
    roles: int = -1  # the column that names the party of each row
    inherited: bool = False  # the cells answer "can it be inherited?"
    by_column: bool = False  # the codes say how the column's party holds, not who does


def plan(columns: Sequence[Column], title: str) -> Plan | None:
    """Return how to read a table; None for one that says nothing of who does what. `title` is its sheet's name and what stands above it."""
    for speaks in (_party_per_letter, _letters, _codes, _inherited, _prose, _one_party, _marks, _function, _blank):
        found = speaks(columns, title)
        if found is not None and found.texts.duty >= 0:
            return found
    return None


def _heading_letters(column: Column) -> tuple[str, ...]:
    """Return the letters that a heading stands for, also two: "R/A", "Responsible / Accountable"."""
    one = words.letter_of(column.name)
    if one:
        return (one,)
    said = cells.read_letters(column.name) or () if "/" in column.name or "&" in column.name else ()
    return tuple(letter for part in said for letter in part.letters)


def _party_per_letter(columns: Sequence[Column], title: str) -> Plan | None:
    """Names under letters; or marks under the letters of one role, or of several that stand above them."""
    headed = {column.index: letters for column in columns if (letters := _heading_letters(column))}
    distinct = {letter for letters in headed.values() for letter in letters}
    if len(distinct) < TWO:
        return None
    under = [columns[at] for at in headed]
    said = sum(len(column.said) for column in under)
    lettered = sum(column.letters * len(column.said) for column in under)
    marked = sum(column.marks * len(column.said) for column in under)
    groups = {column.group for column in under if column.group}
    if len(headed) > len(distinct) and groups:
        return Plan(Dialect.LETTERS_PER_PARTY, texts(columns, headed), {at: columns[at].group for at in headed}, headed)
    if said and marked >= ENOUGH * said:
        who = next(iter(groups), "") or _role_in(title)
        return Plan(Dialect.ONE_ROLES_LETTERS, texts(columns, headed), dict.fromkeys(headed, who), headed)
    if said and lettered >= HALF * said:
        return None
    return Plan(Dialect.PARTY_PER_LETTER, texts(columns, headed), dict.fromkeys(headed, ""), headed)


def _role_in(title: str) -> str:
    """Return the role that a sheet is about: "Role: Service desk" above it, else what stands right above it, or the sheet's name."""
    lines = [words.plain(line) for line in title.split("\n") if line.strip()]
    for line in lines:
        head, colon, role = line.partition(":")
        if colon and role.strip() and words.has(head, words.ROLE):
            return role.replace("|", " ").strip()
    return next((line for line in reversed(lines) if len(line) < LONG and "|" not in line and not words.has(line, words.LETTER)), "")


def _lettered(column: Column) -> bool:
    if column.is_plainly_more or not column.said or column.letterish < HALF or is_ref(column):
        return False
    if column.marks >= MOST and not column.letters:
        return False
    return bool(column.name) or column.letters >= ENOUGH


def _letters(columns: Sequence[Column], title: str) -> Plan | None:
    """Letters under parties; or the letters of one role in one column, with the roles beside them or not."""
    found = [column for column in columns if _lettered(column)]
    said = [value for column in found for value in column.said]
    if codes.tells(said) and not _clearly_letters(said):
        return None
    if not said or sum(cells.read_letters(value) is not None for value in said) < SOME * len(said):
        return None
    taken = {column.index: column.name for column in _with_quiet(columns, found)}
    if len(taken) > 1:
        return Plan(Dialect.LETTERS_PER_PARTY, texts(columns, taken), _told_apart(columns, taken))
    only = found[0]
    if only.letters < ENOUGH:
        return None
    who = (_role_in(title) if _names_nobody(only.name) else "") or only.name
    roles = next((column for column in columns if column is not only and column.said and words.made_of(column.name, words.ROLE)), None)
    if roles is None:
        return Plan(Dialect.ONE_ROLES_LETTERS, texts(columns, taken), {only.index: who})
    both = {only.index: who, roles.index: ""}
    several = len(set(map(words.key, roles.said))) > 1
    dialect = Dialect.LETTERS_PER_PARTY if several else Dialect.ONE_ROLES_LETTERS
    return Plan(dialect, texts(columns, both), {only.index: ""}, roles=roles.index)


def _names_nobody(heading: str) -> bool:
    """Say whether a heading of letters only says that there are letters: "RACI", "Role"."""
    return (
        not heading
        or bool(words.letter_of(heading))
        or words.made_of(heading, words.LETTER, words.ROLE, words.RESPONSIBLE, words.POOR_DUTY)
    )


def _clearly_letters(said: Sequence[str]) -> bool:
    """Say whether cells are letters though some could be codes: R and A are among them."""
    letters = Counter(letter for value in said for part in cells.read_letters(value) or () for letter in part.letters)
    return letters["R"] + letters["A"] > SOME * len(said)


def _with_quiet(columns: Sequence[Column], found: Sequence[Column]) -> Iterator[Column]:
    """Return these columns and those of parties that are hardly or never said anything of: between them, or beside them and so headed."""
    first, last = found[0].index, found[-1].index
    for column in columns:
        between = first < column.index < last and column.name and not column.is_plainly_more and column.length < LONG
        silent = not column.said and (column.values or column.names_party)
        named = silent or (words.made_of(column.name, words.PARTY) and column.length < BRIEF)
        beside = named and column.index >= first and column.name and not column.is_plainly_more
        if column in found or between or beside:
            yield column


def _told_apart(columns: Sequence[Column], taken: dict[int, str]) -> dict[int, str]:
    """Name each party as its column does, with the group above where two are called the same."""
    often = Counter(words.key(name) for name in taken.values())
    return {at: name if often[words.key(name)] == 1 and name else columns[at].heading for at, name in taken.items()}


def _codes(columns: Sequence[Column], title: str) -> Plan | None:
    """Codes that name the parties; or that say how each column's party holds the duty."""
    found = [column for column in columns if column.said and column.coded >= ENOUGH and not column.is_plainly_more and column.name]
    said = [value for column in found for value in column.said]
    if not codes.tells(said) or all(len(codes.tokens(value) or ()) == 0 for value in said):
        return None
    owners = {token for value in said for token in codes.tokens(value) or ()} & (codes.OWNERS | {"G", "C", "INH", "SH-S", "SH-D"})
    by_column = len(found) > 1 and not owners
    taken = {column.index: column.name for column in (_with_quiet(columns, found) if by_column else found)}
    return Plan(Dialect.CODES, texts(columns, taken), taken if by_column else dict.fromkeys(taken, ""), by_column=by_column)


def _inherited(columns: Sequence[Column], title: str) -> Plan | None:
    """Yes, no or partial under "Can be inherited from the provider"."""
    for column in columns:
        found = words.words(column.name)
        asks = found[:1] in (["can"], ["is"], ["may"]) or found[:1] == ["inheritable"] or column.share(codes.read_inherited) >= ENOUGH
        if asks and INHERIT & set(found) and (not column.said or column.share(codes.read_inherited) >= ENOUGH):
            taken = {column.index: column.name}
            return Plan(Dialect.CODES, texts(columns, taken), {column.index: _after_from(column.name)}, inherited=True)
    return None


def _after_from(heading: str) -> str:
    """Return from whom a heading asks to inherit."""
    _, found, who = heading.partition(" from ")
    return who.strip(" ?:") if found else "Provider"


def _one_party(columns: Sequence[Column], title: str) -> Plan | None:
    """One column, or a few, that name who is responsible."""
    found = [
        column
        for column in columns
        if (column.index or not _names_rows(column)) and _names_owner(column) and column.said and column.length < LONG
    ]
    found = [column for column in found if column.repeats or not words.has(column.name, words.POOR_DUTY - words.RESPONSIBLE)]
    if not found or any(column.marks >= ENOUGH for column in found):
        return None
    taken = {column.index: column.name for column in found}
    return Plan(Dialect.ONE_PARTY_COLUMN, texts(columns, taken), dict.fromkeys(taken, ""))


def _names_rows(column: Column) -> bool:
    return words.made_of(column.name, words.BEST_DUTY, words.GOOD_DUTY, words.POOR_DUTY)


def _names_owner(column: Column) -> bool:
    owner = words.RESPONSIBLE - {"accountable"}
    return words.has(column.name, owner) and not words.has(column.name, words.PROSE - owner) and len(words.words(column.name)) <= TWO + TWO


def _prose(columns: Sequence[Column], title: str) -> Plan | None:
    """What each party does, in words."""
    found = [column for column in columns if column.index and column.name and _tells_duties(column) and _is_prose(column)]
    if len(found) < TWO:
        found = [column for column in columns if column.index and column.names_party and column.length > PROSE_LENGTH]
    if len(found) < TWO or max(column.length for column in found) <= PROSE_LENGTH:
        return None
    taken = {column.index: party_of(column.name) for column in found}
    return Plan(Dialect.PROSE_PER_PARTY, texts(columns, taken), taken)


def _tells_duties(column: Column) -> bool:
    """Say whether a heading is a party's with a word for what it does: "Red Hat responsibilities"."""
    return words.has(column.name, words.PROSE) and bool(party_of(column.name))


def _is_prose(column: Column) -> bool:
    return not column.said or column.letterish + column.marks + column.coded < HALF


def party_of(heading: str) -> str:
    """Return the party that a heading of duties is about: "Your responsibilities" is you; empty where it names none."""
    left = [word for word in words.plain(heading).split() if words.key(word) not in words.PROSE | {"what"}]
    while left and words.key(left[0]) in words.JOINING - YOURS.keys():
        left.pop(0)
    name = " ".join(left).strip(" :-/").removesuffix("'s").removesuffix("\u2019s")
    return YOURS.get(name.casefold(), name)


def _marks(columns: Sequence[Column], title: str) -> Plan | None:
    """Marks under parties."""
    found = [column for column in columns if column.name and column.marks >= MOST and not _of_status(column)]
    strong = {words.plain(value).casefold() for column in found for value in column.said} & STRONG_MARKS
    named = any(column.names_party for column in found)
    if not found or not (named or (strong and len(found) > 1)):
        return None
    some = [
        column
        for column in columns
        if column in found or (column.marks >= SOME and column.index > found[0].index and not _of_status(column))
    ]
    taken = {column.index: column.name for column in _with_quiet(columns, some)}
    return Plan(Dialect.MARKS_PER_PARTY, texts(columns, taken), _told_apart(columns, taken))


def _of_status(column: Column) -> bool:
    return column.is_plainly_more or words.has(column.name, words.STATUS) or words.has(column.group, words.STATUS)


def _function(columns: Sequence[Column], title: str) -> Plan | None:
    """Names under functions: the same few parties stand in several columns."""
    short = [column for column in columns if column.index and column.name and column.said and max(map(len, column.said)) <= SHORT_NAME]
    names = {column.index: _base_names(column) for column in short}
    often = Counter(name for found in names.values() for name in set(found))
    shared = {name for name, count in often.items() if count > 1 and words.has(name, words.PARTY)}
    found = [column for column in short if shared & set(names[column.index]) and len(set(names[column.index])) <= FEW_NAMES]
    pool = [name for column in found for name in names[column.index]]
    if sum(name in shared for name in pool) < HALF * len(pool):
        return None
    if len(found) < TWO:
        return None
    first, last = found[0].index, found[-1].index
    taken = {column.index: "" for column in columns[first : last + 1] if column.name and column.length < LONG}
    return Plan(Dialect.PARTY_PER_FUNCTION, texts(columns, taken), taken)


def _base_names(column: Column) -> list[str]:
    """Return the keys of the names in a column, each as often as it stands there; "and" divides them."""
    return [words.key(part) for value in column.said for name in cells.read_names(value) for part in cells.BETWEEN_KNOWN.split(name.name)]


def _blank(columns: Sequence[Column], title: str) -> Plan | None:
    """A template that nobody has filled in: columns headed with parties and nothing in them."""
    empty = [column for column in columns if column.index and column.name and not column.values and not _of_status(column)]
    found = [column for column in empty if column.names_party or words.has(column.group, words.RESPONSIBLE | {"origination"})]
    if len(found) < TWO:
        return None
    prose = [column for column in found if _tells_duties(column)]
    if len(prose) == len(found):
        return Plan(
            Dialect.PROSE_PER_PARTY, texts(columns, dict.fromkeys(c.index for c in found)), {c.index: party_of(c.name) for c in found}
        )
    taken = {column.index: column.name for column in empty if found[0].index <= column.index <= found[-1].index}
    dialect = Dialect.LETTERS_PER_PARTY if words.has(title, words.LETTER) else Dialect.MARKS_PER_PARTY
    return Plan(dialect, texts(columns, taken), _told_apart(columns, taken))
