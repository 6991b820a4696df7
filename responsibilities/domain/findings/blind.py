"""What people say when they are asked apart: BLIND_ORPHAN, BLIND_DOUBLE, BLIND_PAPER, BLIND_UNSURE, by half of the day, at the whole client."""

from collections.abc import Iterator, Sequence

from comanaged.vocabulary import Hours, Letter, Party, Side
from responsibilities.domain import attesting, raci
from responsibilities.domain.attesting import Position, Says, Verdict, Voice
from responsibilities.domain.findings.scene import ONLY_R, Scene, Told
from responsibilities.domain.matrix import Matrix
from responsibilities.domain.raci import Rule

SUBJECTS = {Hours.BUSINESS: "day", Hours.AFTER: "night"}


def attested(scene: Scene, voices: Sequence[Voice]) -> Iterator[Told]:
    """Yield what opened answers about the scene's duty say against each other and against the paper."""
    if not voices:
        return
    halves = attesting.parts(scene.duty.coverage)
    for half in halves:
        internal, provider = (attesting.position(voices, side, half) for side in (Side.INTERNAL, Side.PROVIDER))
        when = f" {raci.spoken_hours(half)}" if len(halves) > 1 else ""
        told = _told(scene, half, internal, provider, when)
        if told:
            code, sentence = told
            yield Told(code, ONLY_R, sentence, SUBJECTS[half], _items(scene.matrix, internal, provider))


def doers(scene: Scene, half: Hours) -> tuple[Rule, ...]:
    """Return the rules by which somebody does the duty in one half of the day, backups apart."""
    rules = (rule for standing, _, reading in scene.readings if half in standing for rule in reading.won.get(Letter.R, ()))
    return tuple(dict.fromkeys(rule for rule in rules if rule.party and rule.rank == 1))


def on_paper(scene: Scene, half: Hours) -> Says | None:
    """Return what the paper says of one half of the day."""
    return attesting.on_paper({rule.party for rule in doers(scene, half) if rule.party})


def spoken(matrix: Matrix, said: Says) -> str:
    """Return in words who is said to do something."""
    internal, provider = matrix.called(Party.INTERNAL), matrix.called(Party.PROVIDER)
    return {
        Says.INTERNAL: internal,
        Says.PROVIDER: provider,
        Says.BOTH: f"{internal} and {provider} together",
        Says.NOBODY: "nobody",
        Says.UNSURE: "not sure",
    }[said]


def position_words(matrix: Matrix, held: Position) -> str:
    """Return in words what a side says: one word, all of them where its people disagree."""
    if held.silent:
        return "no answer"
    words = [spoken(matrix, said) for said in Says if said in held.words]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _told(scene: Scene, half: Hours, internal: Position, provider: Position, when: str) -> tuple[str, str] | None:
    """Return the code of what is wrong in one half of the day, and the sentence."""
    matrix, name = scene.matrix, scene.duty.name
    us, them = matrix.called(Party.INTERNAL), matrix.called(Party.PROVIDER)
    found = attesting.verdict(internal, provider, on_paper(scene, half))
    if found is Verdict.ORPHAN:
        return "BLIND_ORPHAN", f"Asked apart, {us} says {them} does {name}{when}, and {them} says {us} does."
    if found is Verdict.DOUBLE and not _is_split(scene, half):
        return "BLIND_DOUBLE", f"Asked apart, {us} and {them} each say they do {name}{when}, and nothing says which half is whose."
    if found is Verdict.PAPER and matrix.signed and internal.one:
        said, paper = spoken(matrix, internal.one), _paper(scene, half)
        return "BLIND_PAPER", f"Asked apart, both sides say {said} does {name}{when}. What they signed says {paper}."
    if found is Verdict.UNSURE:
        return "BLIND_UNSURE", " ".join(_unsure(matrix, internal, provider, f"{name}{when}"))
    return None


def _paper(scene: Scene, half: Hours) -> str:
    names = list(dict.fromkeys(scene.matrix.called(rule.party) for rule in doers(scene, half)))
    return " and ".join(names) or "nobody"


def _is_split(scene: Scene, half: Hours) -> bool:
    """Say whether the paper lets both sides do it and says which half is whose."""
    rules = doers(scene, half)
    return {rule.party for rule in rules} >= attesting.OF_PARTY.keys() and all(rule.split.strip() for rule in rules)


def _unsure(matrix: Matrix, internal: Position, provider: Position, what: str) -> Iterator[str]:
    for party, held in ((Party.INTERNAL, internal), (Party.PROVIDER, provider)):
        name = matrix.called(party)
        if Says.UNSURE in held.words:
            yield f"Asked apart, somebody of {name} is not sure who does {what}."
        elif len(held.words) > 1:
            yield f"Asked apart, people of {name} do not agree among themselves on who does {what}."


def _items(matrix: Matrix, internal: Position, provider: Position) -> tuple[str, ...]:
    sides = ((Party.INTERNAL, internal), (Party.PROVIDER, provider))
    return tuple(f"{matrix.called(party)} says: {position_words(matrix, held)}" for party, held in sides)
