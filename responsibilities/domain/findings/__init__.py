"""Which rules a matrix breaks: the structural findings, how bad each is, whether it blocks signing, and its stable key.

Every rule on paper is asked of each kind of hour of an ordinary week, at the whole client and at each place that sees the duty otherwise.
A place that merely inherits repeats nothing.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from comanaged.vocabulary import Letter
from responsibilities.domain import raci
from responsibilities.domain.findings import blind, paper, persons, reach, standing
from responsibilities.domain.findings.draft import BLOCKING, STRUCTURAL, Draft, Key, severity, worse
from responsibilities.domain.findings.facts import Facts, Lapsed, News
from responsibilities.domain.findings.gaps import gap_ahead, gap_minutes, spoken_minutes
from responsibilities.domain.findings.scene import Ground, Scene, Told
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.domain.places import CLIENT

__all__ = [
    "BLOCKING",
    "STRUCTURAL",
    "Draft",
    "Facts",
    "Key",
    "Lapsed",
    "News",
    "found",
    "found_about",
    "gap_ahead",
    "gap_minutes",
    "of_duty",
    "severity",
    "spoken_minutes",
    "worse",
]

Rule = Callable[[Scene], Iterator[Told]]
RULES: tuple[Rule, ...] = (
    paper.accountable,
    paper.outside,
    paper.done,
    paper.led,
    paper.named,
    paper.split,
    paper.tied,
    paper.self_watch,
    persons.no_backup,
    persons.same_backup,
    persons.both_absent,
    persons.rota_holes,
)
NOTHING = Facts()


def found(matrix: Matrix, at: datetime, facts: Facts = NOTHING) -> list[Draft]:
    """Return every structural finding of a matrix as it stands at `at`, in the order of its duties; what rests on no duty comes last."""
    return _found(Ground(matrix, at), facts, frozenset(matrix.duties), frozenset(matrix.rules), ())


def found_about(
    matrix: Matrix, at: datetime, facts: Facts, abouts: Collection[str], stand: Collection[Key]
) -> tuple[frozenset[str], list[Draft]]:
    """Return which duties an edit of some lines can move, and the findings of these and of no duty ("" is among what is returned then).

    `abouts` are the keys of the edited lines: of duties, also of one that the edit took away, of categories, or "*". `stand` are the findings as they were, which still say
    what is true of all other duties. Where a line rules several duties everything is looked at: whether its rows are reached hangs on all of them.
    """
    edited = {duty.key for duty in matrix.duties.values() if {duty.key, duty.category, raci.EVERY_DUTY} & set(abouts)}
    moved = frozenset(edited) | {key for key, needed in facts.prerequisites.items() if key in matrix.duties and edited & set(needed)}
    settled = frozenset(abouts) | {""}
    if matrix.rules.keys() - matrix.duties.keys():
        return frozenset(matrix.duties) | settled, found(matrix, at, facts)
    others = [key for key in stand if key[2] not in moved]
    drafts = _found(Ground(matrix, at), facts, moved, moved, others)
    return moved | settled, [draft for draft in drafts if draft.duty in moved or not draft.duty]


def _found(ground: Ground, facts: Facts, about: frozenset[str], lines: frozenset[str], others: Collection[Key]) -> list[Draft]:
    """Return the findings of these duties and lines, and of what rests on no duty; `others` are known to stand besides."""
    matrix, at = ground.matrix, ground.at
    living = [duty for duty in matrix.duties.values() if not matrix.excluded(duty.key, at)]
    scenes = {duty.key: list(ground.scenes(duty)) for duty in living if duty.key in about}
    drafts = [draft for key in scenes for draft in _of_scenes(scenes[key], matrix.duties[key], facts)]
    drafts += reach.unreachable(ground, (scene for found in scenes.values() for scene in found), lines)
    drafts += persons.key_persons(ground, map(ground.whole, living))
    drafts += standing.unsigned(ground, facts)
    drafts += standing.behind(facts)
    drafts += standing.expired(ground, facts, {draft.key for draft in drafts}.union(others))
    return drafts


def of_duty(matrix: Matrix, duty: Duty, at: datetime, facts: Facts = NOTHING) -> Iterator[Draft]:
    """Yield the structural findings of one duty that is not excluded; not those that only the whole matrix shows."""
    yield from _of_scenes(list(Ground(matrix, at).scenes(duty)), duty, facts)


def _of_scenes(scenes: list[Scene], duty: Duty, facts: Facts) -> Iterator[Draft]:
    told = {scene.place: list(_told(scene, facts)) for scene in scenes}
    for scene in scenes:
        wider = {one.same for place in scene.wider for one in told.get(place, ())}
        yield from (scene.draft(one) for one in told[scene.place] if _own(scene, one, wider))
    yield from standing.overdue(scenes[0].ground, facts, duty)


def _told(scene: Scene, facts: Facts) -> Iterable[Told]:
    for rule in RULES:
        yield from rule(scene)
    yield from persons.inactive(scene, facts)
    yield from paper.depends(scene, facts.prerequisites.get(scene.duty.key, ()))
    if scene.place == CLIENT:  # people are asked about the whole client
        yield from blind.attested(scene, facts.voices.get(scene.duty.key, ()))


def _own(scene: Scene, told: Told, wider: set[tuple[str, str, str]]) -> bool:
    """Say whether a place says something of its own: by rows of these letters, or by hours that make it another thing than around it."""
    if told.letters & scene.own:
        return True
    return Letter.R in told.letters and told.same not in wider
