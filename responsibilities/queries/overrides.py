"""The lines of a grid: what each states itself, what it inherits, where two versions differ, which places say the same.

What is asked of a whole version is kept as long as the version is, because a client may have thousands of lines.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from weakref import WeakKeyDictionary

from comanaged.vocabulary import Letter, Party
from responsibilities import catalogue
from responsibilities.domain import matrix as matrices
from responsibilities.domain import raci
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.places import CLIENT
from responsibilities.domain.raci import Rule

Key = tuple[str, str]  # what a line is about, and its place
Own = Mapping[Key, tuple[Rule, ...]]
Said = frozenset[tuple[object, ...]]

_own: WeakKeyDictionary[Matrix, Own] = WeakKeyDictionary()
_said: WeakKeyDictionary[Matrix, dict[Key, Said]] = WeakKeyDictionary()
_differing: WeakKeyDictionary[Matrix, WeakKeyDictionary[Matrix, frozenset[Key]]] = WeakKeyDictionary()


def own_of(matrix: Matrix) -> Own:
    """Return the rules that every line of a version states itself."""
    if matrix not in _own:
        found: dict[Key, list[Rule]] = defaultdict(list)
        for about, rules in matrix.rules.items():
            for rule in rules:
                found[about, rule.place].append(rule)
        _own[matrix] = {key: tuple(rules) for key, rules in found.items()}
    return _own[matrix]


def said_of(matrix: Matrix) -> dict[Key, Said]:
    """Return what every line of a version says, so that two lines that say the same are equal wherever they are."""
    if matrix not in _said:
        _said[matrix] = {key: frozenset(map(_told, rules)) for key, rules in own_of(matrix).items()}
    return _said[matrix]


def differing(matrix: Matrix, standing: Matrix) -> frozenset[Key]:
    """Return the lines that say something else in `matrix` than in `standing`."""
    known = _differing.setdefault(matrix, WeakKeyDictionary())
    if standing not in known:
        now, was = said_of(matrix), said_of(standing)
        known[standing] = frozenset(key for key in now.keys() | was.keys() if now.get(key, frozenset()) != was.get(key, frozenset()))
    return known[standing]


def changed_parties(matrix: Matrix, standing: Matrix, key: Key) -> frozenset[Party | None]:
    """Return whose cells of a line differ; None for letters that nobody holds, on purpose."""
    if key not in differing(matrix, standing):
        return frozenset()
    told = said_of(matrix).get(key, frozenset()) ^ said_of(standing).get(key, frozenset())
    return frozenset(party for party in (*Party, None) if any(one[1] is party for one in told))


def inherited(matrix: Matrix, duty: Duty, place: str, at: datetime) -> tuple[Rule, ...]:
    """Return the rules of wider places and of categories that hold on a duty's line at a place, at any hour of the week."""
    found: dict[Rule, None] = {}
    for standing in matrix.hours_at(place).classes(at):
        reading = matrices.read(matrix, duty, at, place, standing)
        agreed = {now: then for then, now in reading.covered}
        for letter in Letter:
            found |= dict.fromkeys(agreed.get(rule, rule) for rule in reading.won.get(letter, ()))
    return tuple(rule for rule in found if (rule.duty, rule.place) != (duty.key, place))


def wide(matrix: Matrix) -> bool:
    """Say whether any rule of the whole client is about a category or every duty."""
    own = own_of(matrix)
    return any(place == CLIENT and (about == raci.EVERY_DUTY or about not in matrix.duties) for about, place in own)


def title(matrix: Matrix, about: str, place: str = CLIENT) -> str:
    """Return what a line is called: "On-site hands at Clinic North", "All of Security"."""
    categories = catalogue.category_names()
    duty = matrix.duties.get(about)
    named = duty.name if duty else "Every duty" if about == raci.EVERY_DUTY else f"All of {categories.get(about, about)}"
    return f"{named} at {matrix.places.called(place)}" if place else named


def alike(matrix: Matrix, about: str, places: list[str]) -> list[list[str]]:
    """Return the places whose lines say the same, together, in the order of the first of each."""
    said = said_of(matrix)
    found: dict[Said, list[str]] = {}
    for place in places:
        found.setdefault(said.get((about, place), frozenset()), []).append(place)
    return list(found.values())


def _told(rule: Rule) -> tuple[object, ...]:
    return (
        *(rule.letter, rule.party, rule.hours, rule.lead, rule.rank, rule.team, rule.person),
        *(rule.append, rule.split, rule.qualifier, rule.starts_at, rule.ends_at),
    )
