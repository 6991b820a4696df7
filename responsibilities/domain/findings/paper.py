"""What is wrong on the paper itself: who is accountable, who does it, who answers first, whose half is which."""

from collections.abc import Iterator

from comanaged.vocabulary import Hours, Letter, Party, Side, TeamKind
from responsibilities.domain import coverage
from responsibilities.domain.findings import gaps
from responsibilities.domain.findings.scene import BOTH, ONLY_A, ONLY_R, Scene, Told
from responsibilities.domain.matrix import SIDES
from responsibilities.domain.people import Subject
from responsibilities.domain.raci import Rule

TWO = 2
OUTSIDE = frozenset({Party.PROVIDER, Party.VENDOR})
WATCHED = "security.provider-access"  # the provider's own tools: who watches them may not be the provider alone
GRAVE_CHECK, CHECK = 5, "check"


def joined(names: list[str]) -> str:
    """Return names in one phrase: "A", "A and B", "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def accountable(scene: Scene) -> Iterator[Told]:
    """A_MISSING, A_MULTIPLE."""
    subjects, duty = scene.answerable(), scene.duty
    if not subjects:
        yield Told("A_MISSING", ONLY_A, f"Nobody is accountable for {duty.name}.")
    if len(subjects) >= TWO:
        names = joined(sorted(scene.matrix.named(one) for one in subjects))
        both = "both" if len(subjects) == TWO else "all"
        yield Told("A_MULTIPLE", ONLY_A, f"{names} are {both} accountable for {duty.name}. Each may think that another one is.")


def outside(scene: Scene) -> Iterator[Told]:
    """A_OUTSIDE_ORG: where the law looks at the client, somebody of the client answers."""
    allowed, duty = scene.matrix.policy.accountable, scene.duty
    if not allowed or not duty.regulated:
        return
    out = [one for one in scene.answerable() if one.party in OUTSIDE and one.party not in allowed]
    if out:
        names = joined(sorted(scene.matrix.named(one) for one in out))
        ids = joined([*duty.regulated[:3], *(["others"] if len(duty.regulated) > 3 else [])])  # noqa: PLR2004 - three tell enough
        yield Told(
            "A_OUTSIDE_ORG",
            ONLY_A,
            f"{names} is accountable for {duty.name}, which an outside requirement lays on the client itself ({ids}).",
        )


def done(scene: Scene) -> Iterator[Told]:
    """R_MISSING, R_GAP."""
    duty = scene.duty
    if not scene.doers():
        yield Told("R_MISSING", ONLY_R, f"Nobody does {duty.name}, at any hour.")
        return
    left = gaps.open_hours(scene)
    if left:
        length = gaps.spoken_minutes(sum(left.values()))
        yield Told("R_GAP", ONLY_R, f"Nobody does {duty.name} {gaps.when(scene, left)}: {length} a week.")


def led(scene: Scene) -> Iterator[Told]:
    """R_NO_LEAD: several share an hour, and not exactly one of them answers first."""
    halves: set[Hours] = set()
    names: set[str] = set()
    for standing, _, reading in scene.readings:
        sharing = _primary(reading.won.get(Letter.R, ()))
        subjects, leads = {rule.subject for rule in sharing}, {rule.subject for rule in sharing if rule.lead}
        if len(subjects) >= TWO and len(leads) != 1:
            halves |= standing & coverage.PARTS[Hours.ALWAYS]  # type: ignore[arg-type]
            names |= {scene.matrix.named(subject) for subject in subjects}
    if names:
        when = "day and night" if len(halves) == TWO else "by day" if Hours.BUSINESS in halves else "at night"
        yield Told("R_NO_LEAD", ONLY_R, f"{joined(sorted(names))} share {scene.duty.name} {when}, and nothing says who answers first.")


def named(scene: Scene) -> Iterator[Told]:
    """PERSON_MISSING: the policy asks for a person, a role that is held or a rota, and only a team or a company is named."""
    duty, matrix = scene.duty, scene.matrix
    if not matrix.policy.named_people or not duty.regulated:
        return
    firsts = [reading.first.subject for _, _, reading in scene.required if reading.first]
    lacking = [
        f"{matrix.named(subject)} {word}"
        for word, subjects in (("is accountable", scene.answerable()), ("does it", tuple(dict.fromkeys(firsts))))
        for subject in subjects
        if subject and not _is_somebody(scene, subject)
    ]
    if lacking:
        yield Told("PERSON_MISSING", BOTH, f"No person is named for {duty.name}: {joined(lacking)}, and nothing says who that is.")


def split(scene: Scene) -> Iterator[Told]:
    """SPLIT_MISSING: several parties do it in the same hour, and it is not said whose half is which."""
    unsaid: dict[Party | None, None] = {}
    for _, _, reading in scene.readings:
        sharing = _primary(reading.won.get(Letter.R, ()))
        if len({rule.party for rule in sharing}) >= TWO:
            unsaid |= {rule.party: None for rule in sharing if not rule.split.strip()}
    if unsaid:
        names = joined([scene.matrix.called(party) for party in unsaid])
        yield Told("SPLIT_MISSING", ONLY_R, f"Several share {scene.duty.name}, and nothing says which half is that of {names}.")


def tied(scene: Scene) -> Iterator[Told]:
    """TIE: two places of equal rank reach the same one and name different people."""
    for letter in (Letter.A, Letter.R):
        rules = [rule for _, _, reading in scene.readings if letter in reading.ties for rule in reading.won[letter] if rule.rank == 1]
        if rules:
            said = dict.fromkeys(f"{scene.matrix.places.called(rule.place)} says {scene.matrix.named(rule.subject)}" for rule in rules)
            what = "is accountable for" if letter is Letter.A else "does"
            yield Told(
                "TIE",
                frozenset({letter}),
                f"Two tags of the same order disagree on who {what} {scene.duty.name}: {joined(list(said))}.",
                letter,
            )


def self_watch(scene: Scene) -> Iterator[Told]:
    """SELF_WATCH: who is watched is the only watcher, or who does a grave check is also the only one that accepts its proof."""
    duty, matrix = scene.duty, scene.matrix
    doing = {rule.party for rule in scene.doers()}
    if duty.key == WATCHED and doing == {Party.PROVIDER}:
        name = matrix.called(Party.PROVIDER)
        yield Told("SELF_WATCH", ONLY_R, f"{name} alone watches its own tools and access ({duty.name}).", Party.PROVIDER)
        return
    answering = {subject.party for subject in scene.answerable()}
    if duty.risk >= GRAVE_CHECK and CHECK in duty.work and len(doing) == 1 and doing == answering and doing <= SIDES.keys():
        name = matrix.called(next(iter(doing)))
        yield Told("SELF_WATCH", BOTH, f"{name} does {duty.name} and is the only one who accepts the proof of it.", str(next(iter(doing))))


def depends(scene: Scene, rests_on: tuple[str, ...]) -> Iterator[Told]:
    """DEPENDENCY_SPLIT: a side does what rests on work of others, in which it has no part at all."""
    matrix, at = scene.matrix, scene.at
    needed = [matrix.duties[key] for key in rests_on if key in matrix.duties and not matrix.excluded(key, at)]
    for party in sorted({rule.party for rule in scene.doers() if rule.party in SIDES}):
        apart = []
        for other in needed:
            parts = scene.parts(other)
            holders = [matrix.called(one) for one in dict.fromkeys(parts.get(Letter.R, ()))]
            if holders and not any(party in parties for parties in parts.values()):
                apart.append(f"{other.name} ({joined(holders)})")
        if apart:
            told = apart[:3] + ([f"{len(apart) - 3} more"] if len(apart) > 3 else [])  # noqa: PLR2004 - the others are its items
            sentence = f"{matrix.called(party)} does {scene.duty.name} without any part in what it rests on: {joined(told)}."
            yield Told("DEPENDENCY_SPLIT", ONLY_R, sentence, Side(SIDES[party]), tuple(apart))


def _primary(rules: tuple[Rule, ...]) -> list[Rule]:
    return [rule for rule in rules if rule.rank == 1 and rule.party]


def _is_somebody(scene: Scene, subject: Subject) -> bool:
    """Say whether a subject comes down to a person: named, in the role, or on the rota."""
    team = scene.matrix.crew.teams.get(subject.team or 0)
    if subject.person is not None:
        return True
    if team is None or team.retired:
        return False
    return team.turn(scene.at) is not None if team.kind is TeamKind.ROLE else team.rota_from is not None
