"""The lines of a content in the order in which people read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from responsibilities.domain.content import EVERY_DUTY, Content, Line


@dataclass(frozen=True)
class Category:
    """The lines of one category, duty by duty, the whole client before its places."""

    key: str
    name: str
    lines: tuple[Line, ...]


def by_category(content: Content, duties: Iterable[str], categories: Mapping[str, str]) -> tuple[Category, ...]:
    """Return a content's lines by category: what is said of every duty first, then in the order of `categories` (key to name) and `duties`."""
    order = {key: number for number, key in enumerate(duties)}
    found: dict[str, list[Line]] = {}
    for line in content.lines:
        found.setdefault(category_of(content, line), []).append(line)
    keys = [key for key in (EVERY_DUTY, *categories) if key in found] + sorted(found.keys() - categories.keys() - {EVERY_DUTY})
    return tuple(
        Category(key, _name(key, categories), tuple(sorted(found[key], key=lambda line: _turn(content, line, order)))) for key in keys
    )


def category_of(content: Content, line: Line) -> str:
    """Return the key of the category a line belongs to, EVERY_DUTY for a line about every duty."""
    return content.duties[line.about].category if line.about in content.duties else line.about


def _name(key: str, categories: Mapping[str, str]) -> str:
    return "Every duty" if key == EVERY_DUTY else categories.get(key, key)


def _turn(content: Content, line: Line, order: Mapping[str, int]) -> tuple[bool, int, str, bool, str, str]:
    known = order.get(line.about, len(order))
    return (line.about in content.duties, known, line.about, bool(line.place), content.place(line.place), line.place)
