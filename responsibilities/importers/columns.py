"""What each column of a table is: the duty, its id, its section, who does what, or something else."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from responsibilities.importers import cells, codes, words
from responsibilities.importers.grid import Row
from responsibilities.importers.heads import Headed

IDLIKE = re.compile(r"(?:[A-Za-z]{0,6}[.\-]?|[A-Z]{1,3} )\d{1,5}[A-Za-z]?(?:[ .\-]?\(?[A-Za-z0-9]{1,3}\)?){0,5}\.?")
LONG = 40
MOSTLY = 0.7
SOME = 0.3
FEW_WORDS = 3
GOOD = 2
BARELY = 1
SHORT_NAME = 60


class Column:
    """One column of a table and what its cells are like."""

    def __init__(self, index: int, name: str, group: str, heading: str, values: Sequence[str]) -> None:
        self.index = index
        self.name = name  # as the sheet heads it, in the lower of two rows
        self.group = group  # what the upper row says
        self.heading = heading  # both, or the column's number
        self.rows = len(values)
        self.values = [value for value in values if value and not cells.is_ditto(value)]
        self.said = [value for value in self.values if not cells.says_nothing(value) and not cells.says_undecided(value)]

    def share(self, rule: Callable[[str], object]) -> float:
        """Return which part of what the cells say keeps a rule."""
        return sum(often for value, often in self.often.items() if rule(value)) / len(self.said) if self.said else 0.0

    @cached_property
    def often(self) -> Counter[str]:
        """Return how often the cells say each of their texts."""
        return Counter(self.said)

    @cached_property
    def letters(self) -> float:
        """Return which part of the cells are letters of ours."""
        return self.share(cells.read_letters)

    @cached_property
    def letterish(self) -> float:
        """Return which part looks like letters of some such scheme."""
        return self.share(lambda value: cells.read_letters(value) or cells.is_letterish(value))

    @cached_property
    def marks(self) -> float:
        """Return which part are marks."""
        return self.share(cells.read_mark)

    @cached_property
    def coded(self) -> float:
        """Return which part are codes."""
        return self.share(codes.is_code)

    @cached_property
    def ids(self) -> float:
        """Return which part could be ids."""
        return self.share(lambda value: IDLIKE.fullmatch(words.plain(value)))

    @cached_property
    def length(self) -> float:
        """Return how long the cells are on average."""
        return sum(map(len, self.said)) / len(self.said) if self.said else 0.0

    @cached_property
    def repeats(self) -> bool:
        """Say whether few short texts come again and again."""
        distinct = Counter(map(words.key, self.said))
        return bool(distinct) and max(map(len, self.said)) <= SHORT_NAME and len(distinct) <= max(3, len(self.said) * 0.6)

    @property
    def is_plainly_more(self) -> bool:
        """Say whether the heading says that the column is about something else."""
        return words.made_of(self.name, words.MORE, words.STATUS) or words.has(self.group, words.STATUS)

    @property
    def names_party(self) -> bool:
        """Say whether the heading has a word for a party."""
        return words.has(self.name, words.PARTY) and not self.is_plainly_more


def of(headed: Headed, rows: Sequence[Row]) -> list[Column]:
    """Return the columns of a table with the cells of these rows."""
    named = zip(headed.names, headed.groups, headed.headings, strict=True)
    return [
        Column(at, name, group, heading or f"Column {at + 1}", [row.at(at) for row in rows])
        for at, (name, group, heading) in enumerate(named)
    ]


@dataclass(frozen=True, slots=True)
class Texts:
    """The columns that say what a row is; -1 for none."""

    duty: int = -1
    ref: int = -1
    section: int = -1


def texts(columns: Sequence[Column], taken: Mapping[int, object]) -> Texts:
    """Choose duty, id and section among the columns that say nothing of who does what."""
    left = [column for column in columns if column.index not in taken and (column.values or column.name)]
    ref = next((column for column in left if is_ref(column)), None)
    candidates = [column for column in left if column is not ref and column.values] or [
        column for column in left if column is not ref and column.name
    ]
    duty = max(candidates, key=lambda column: (_fits(column, ref), -column.index), default=None)
    if ref and (duty is None or _fits(duty, ref) <= BARELY):
        return Texts(duty=ref.index, ref=ref.index)
    if duty is None:
        return Texts()
    if (
        ref is None
        and duty.ids > MOSTLY
        and (others := [column for column in candidates if column is not duty and column.length > duty.length])
    ):
        ref, duty = duty, others[0]
    section = next(
        (column for column in candidates if column.index < duty.index and words.made_of(column.name, words.SECTION, words.GOOD_DUTY)), None
    )
    return Texts(duty.index, ref.index if ref else -1, section.index if section and words.has(section.name, words.SECTION) else -1)


def _fits(column: Column, ref: Column | None) -> float:
    """Return how well a column would name the duty."""
    return _fit(column) + _follows(ref, column) + _varies(column)


def _varies(column: Column) -> float:
    """Return what it counts that a column whose heading could be a section's says something else in every row."""
    return len(set(column.values)) / (1 + column.rows) if BARELY / GOOD < _fit(column) < GOOD else 0


def _follows(ref: Column | None, column: Column) -> float:
    """Return what it counts for that a column stands right after the ids."""
    return 1.5 if ref and column.index == ref.index + 1 and not words.made_of(column.name, words.SECTION, words.MORE) else 0


def is_ref(column: Column) -> bool:
    """Say whether a column holds the sheet's own ids."""
    referring = words.has(column.name, words.REF)
    if referring and words.made_of(column.name, words.REF, words.GOOD_DUTY, words.BEST_DUTY, words.POOR_DUTY):
        surely = words.has(column.name, words.REF - words.POOR_DUTY - words.GOOD_DUTY)
        return column.length < LONG and (surely or not column.said or column.ids > SOME)
    bare = not column.name or (referring and len(words.words(column.name)) <= FEW_WORDS)
    return bare and column.ids > MOSTLY


def _fit(column: Column) -> float:
    """Return how well a column's heading fits what the rows are."""
    name, key = column.name, words.key(column.name)
    fit = 1.0
    if words.made_of(name, words.BEST_DUTY):
        fit = 6
    elif words.has(name, words.BEST_DUTY):
        fit = 5
    elif key.startswith("sub"):
        return GOOD + 1
    elif words.made_of(name, words.BEST_DUTY, words.GOOD_DUTY, words.POOR_DUTY):
        fit = 4 if words.has(name, words.GOOD_DUTY) else 2.5
    elif words.has(name, words.GOOD_DUTY):
        fit = 3
    of_a_party = words.has(name, words.PROSE) and not words.made_of(name, words.BEST_DUTY, words.GOOD_DUTY, words.POOR_DUTY, words.MORE)
    if of_a_party or words.made_of(name, words.MORE) or column.is_plainly_more:
        fit = min(fit, 0.5)
    last = words.words(name)[-1:]
    return fit - (1.6 if last and last[0] in words.SECTION else 0) - (0.4 if words.has(name, words.MORE) else 0)
