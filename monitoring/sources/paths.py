"""The path language of mappings: `labels.host`, `$.alerts[0]`, `Trigger.Dimensions[name=InstanceId].value`, `labels["odd.key"]`, `a[*].b`.

A path starts at the item at hand, or with `$` at the whole body; a step that finds nothing yields None and never an error.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LONGEST = 300
MOST_STEPS = 12
TOKEN = re.compile(
    r"""\.?(?P<name>[^.\[\]$][^.\[\]]*)|\[(?P<index>-?\d{1,4})\]|\[(?P<every>\*)\]|\["(?P<quoted>[^"\]]{1,200})"\]|\[(?P<key>[^=\]"]{1,80})=(?P<value>[^\]]{0,200})\]"""
)


class WrongPath(Exception):
    """A path that cannot be read, in words fit for users."""


@dataclass(frozen=True)
class Name:
    """Takes one member of an object."""

    name: str


@dataclass(frozen=True)
class Index:
    """Takes one member of a list, from the end where negative."""

    index: int


@dataclass(frozen=True)
class Every:
    """Goes on with each member of a list."""


@dataclass(frozen=True)
class Where:
    """Takes the first member of a list whose `key` has that value."""

    key: str
    value: str


Step = Name | Index | Every | Where


@dataclass(frozen=True)
class Path:
    """A parsed path."""

    text: str
    from_root: bool
    steps: tuple[Step, ...]


class Budget:
    """Counts the steps one reading may take, so that no mapping can hold a worker."""

    def __init__(self, steps: int) -> None:
        """Start with that many steps."""
        self.left = steps

    def spend(self, steps: int = 1) -> None:
        """Take steps away, or raise Exhausted."""
        self.left -= steps
        if self.left < 0:
            raise Exhausted


class Exhausted(Exception):
    """The reading took more steps than one message may take."""


def parse(text: str) -> Path:
    """Return the path, or raise WrongPath."""
    if len(text) > LONGEST:
        raise WrongPath("A path is longer than 300 characters.")
    from_root = text.startswith("$")
    rest = text[1:] if from_root else text.removeprefix("@")
    steps: list[Step] = []
    while rest:
        found = TOKEN.match(rest)
        if found is None or len(steps) == MOST_STEPS:
            raise WrongPath(f"The path '{text}' cannot be read from '{rest[:40]}' on.")
        steps.append(_step(found))
        rest = rest[found.end() :]
    return Path(text, from_root, tuple(steps))


def _step(found: re.Match[str]) -> Step:
    if found["name"] is not None:
        return Name(found["name"])
    if found["quoted"] is not None:
        return Name(found["quoted"])
    if found["index"] is not None:
        return Index(int(found["index"]))
    return Every() if found["every"] else Where(found["key"], found["value"])


def follow(path: Path, item: object, root: object, budget: Budget) -> object:
    """Return what stands at the end of the path, or None."""
    return _walk(path.steps, root if path.from_root else item, budget)


def _walk(steps: Sequence[Step], value: object, budget: Budget) -> object:
    for position, step in enumerate(steps):
        budget.spend()
        if isinstance(step, Every):
            return _each(steps[position + 1 :], value, budget)
        value = _take(step, value, budget)
        if value is None:
            return None
    return value


def _each(steps: Sequence[Step], value: object, budget: Budget) -> object:
    if not isinstance(value, list):
        return None
    found: list[object] = []
    for member in value:
        budget.spend()
        ended = _walk(steps, member, budget)
        if isinstance(ended, list):
            budget.spend(len(ended))
            found.extend(ended)
        elif ended is not None:
            found.append(ended)
    return found


def _take(step: Name | Index | Where, value: object, budget: Budget) -> object:
    if isinstance(step, Name):
        return value.get(step.name) if isinstance(value, Mapping) else None
    if not isinstance(value, list):
        return None
    if isinstance(step, Index):
        return value[step.index] if -len(value) <= step.index < len(value) else None
    for member in value:
        budget.spend()
        if isinstance(member, Mapping) and str(member.get(step.key)) == step.value:
            return member
    return None
