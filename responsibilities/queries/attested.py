"""What blind answers said once they are open: side against side and against the paper, the grid of both, the measure of agreement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Hours, Party, Side
from responsibilities.domain import attesting
from responsibilities.domain.attesting import Agreement, Heard, Position, Says, Verdict, Voice
from responsibilities.domain.findings import blind
from responsibilities.domain.findings.scene import Ground, Scene
from responsibilities.domain.matrix import Duty, Matrix
from responsibilities.models import Attestation, BlindAnswer, BlindQuestion, Finding, Witness
from responsibilities.queries import attesting as asking
from responsibilities.queries import reading

WORDS = {
    Verdict.ORPHAN: "Each names the other, so nobody may do it",
    Verdict.PAPER: "Both say something else than the paper",
    Verdict.DOUBLE: "Each says that they do it",
    Verdict.DIFFER: "They say different things",
    Verdict.UNSURE: "Somebody is not sure, or a side is not of one mind",
    Verdict.SILENT: "A side gave no answer",
    Verdict.SAME: "All say the same",
}
SHAPES = {Says.INTERNAL: "internal", Says.PROVIDER: "provider"}
BOXES = ("internal", "provider", "other")
OTHER = "Both, nobody or not sure"
ROUNDS = 20  # that are listed


@dataclass(frozen=True)
class Word:
    """What somebody says does a duty, and the shape of that side, "" for neither."""

    text: str
    shape: str


@dataclass(frozen=True)
class Half:
    """One half of the day of a duty: what each says, and what comes of it."""

    when: str
    internal: Word
    provider: Word
    paper: Word
    verdict: Verdict
    box: str  # of the grid, "" where a side gave no answer

    @property
    def words(self) -> str:
        return WORDS[self.verdict]

    @property
    def same(self) -> bool:
        return self.verdict is Verdict.SAME

    @property
    def nobody(self) -> bool:
        return self.verdict is Verdict.ORPHAN


@dataclass(frozen=True)
class Result:
    """One duty with its open answers."""

    duty: Duty
    halves: tuple[Half, ...]
    opened_at: datetime
    finding: int | None

    @property
    def worst(self) -> int:
        return min((list(Verdict).index(half.verdict) for half in self.halves), default=len(Verdict))

    @property
    def same(self) -> bool:
        return all(half.same for half in self.halves)


@dataclass(frozen=True)
class Box:
    """One field of the grid: how many halves of duties, the address that shows them, whether both say the same side."""

    count: int
    key: str
    same: bool


@dataclass(frozen=True)
class Line:
    """One row of the grid: what the client says."""

    name: str
    shape: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Round:
    """A round as its readers see it: who is asked is no secret, who answered is."""

    row: Attestation
    people: tuple[tuple[str, str], ...]  # side, name
    duties: int
    open: int
    may_withdraw: bool


@dataclass(frozen=True)
class Panel:
    """The open answers about one duty, with what the sides and the paper are called."""

    result: Result
    internal: str
    provider: str
    paper: str


@dataclass(frozen=True)
class Page:
    """The open blind answers of a client."""

    results: tuple[Result, ...]
    shown: str  # the box that is looked at, "" for all
    grid: tuple[Line, ...]
    columns: tuple[Word, ...]
    measure: Agreement
    running: tuple[Round, ...]
    over: tuple[Round, ...]
    internal: str
    provider: str
    paper: str
    door: asking.Door

    @property
    def count(self) -> int:
        """Return how many rows are shown of a box, else how many duties."""
        return sum(len(one.halves) for one in self.results) if self.shown else len(self.results)


def voices_of(tenant_id: int) -> dict[str, tuple[Voice, ...]]:
    """Return the open answers that stand, by duty; in one question to the database."""
    rows = BlindAnswer.objects.for_tenant(tenant_id).opened().order_by("id")
    columns = ("question__attestation", "question__duty__key", "question__opened_at", "side", "day", "night")
    voices: dict[tuple[int, str, datetime], list[Voice]] = defaultdict(list)
    for number, duty, opened_at, side, day, night in rows.values_list(*columns):
        voices[number, duty, opened_at].append(Voice(Side(side), dict(attesting.halves_of(day, night))))
    heard = (Heard(duty, number, opened_at, tuple(found)) for (number, duty, opened_at), found in voices.items())
    return {key: one.voices for key, one in attesting.standing(heard).items()}


def _shown(results: Iterable[Result], box: str) -> tuple[Result, ...]:
    """Return the halves that a box of the grid counts, as many as its number says."""
    narrowed = (replace(one, halves=tuple(half for half in one.halves if half.box == box)) for one in results)
    return tuple(one for one in narrowed if one.halves)


def agreement(tenant_id: int, at: datetime) -> Agreement:
    """Return on how many of the duties with open answers both sides and the paper say the same."""
    return _measure(_results(reading.matrix_of(tenant_id, at), _heard(tenant_id), tenant_id, at))


def page(by: Actor, at: datetime, show: str = "") -> Page:
    """Return the open answers of a client, the worst first; `show` narrows them to one box of the grid."""
    matrix = reading.matrix_of(by.tenant_id, at)
    results = _results(matrix, _heard(by.tenant_id), by.tenant_id, at)
    known = {f"{one}-{other}" for one in BOXES for other in BOXES}
    shown = show if show in known else ""
    rounds = _rounds(by)
    return Page(
        results=_shown(results, shown) if shown else tuple(results),
        shown=shown,
        grid=_grid(matrix, results),
        columns=tuple(_names(matrix)),
        measure=_measure(results),
        running=tuple(one for one in rounds if one.row.closed_at is None),
        over=tuple(one for one in rounds if one.row.closed_at is not None),
        internal=matrix.called(Party.INTERNAL),
        provider=matrix.called(Party.PROVIDER),
        paper=_paper_name(matrix),
        door=asking.door(by),
    )


def of_duty(by: Actor, duty: str, at: datetime) -> Panel | None:
    """Return the open answers about one duty, None where there are none or the reader may not see them."""
    heard = _heard(by.tenant_id, duty) if access.may(by, "attest.read_opened") else {}
    if not heard:
        return None
    matrix = reading.matrix_of(by.tenant_id, at)
    found = next(iter(_results(matrix, heard, by.tenant_id, at)), None)
    return Panel(found, matrix.called(Party.INTERNAL), matrix.called(Party.PROVIDER), _paper_name(matrix)) if found else None


def _results(matrix: Matrix, heard: Mapping[str, Heard], tenant_id: int, at: datetime) -> list[Result]:
    if not heard:
        return []
    ground, findings = Ground(matrix, at), _findings(tenant_id)
    position = {key: number for number, key in enumerate(matrix.duties)}
    found = [
        Result(matrix.duties[key], _halves(ground, matrix.duties[key], one.voices), one.opened_at, findings.get(key))
        for key, one in heard.items()
        if key in matrix.duties and not matrix.excluded(key, at)
    ]
    return sorted(found, key=lambda one: (one.worst, -one.duty.risk, position[one.duty.key]))


def _heard(tenant_id: int, duty: str = "") -> dict[str, Heard]:
    """Return what stands of each duty that was opened, those too about which nobody answered."""
    rows = BlindQuestion.objects.for_tenant(tenant_id).opened().select_related("duty").order_by("id")
    questions = list(rows.filter(duty__key=duty) if duty else rows)
    if not questions:
        return {}
    voices: dict[int, list[Voice]] = defaultdict(list)
    answers = BlindAnswer.objects.for_tenant(tenant_id).opened().filter(question__in=questions).order_by("id")
    for answer in answers:
        voices[answer.question_id].append(Voice(Side(answer.side), asking.said_in(answer)))
    heard = (Heard(one.duty.key, one.attestation_id, one.opened_at, tuple(voices[one.pk])) for one in questions if one.opened_at)
    return attesting.standing(heard)


def _findings(tenant_id: int) -> dict[str, int]:
    rows = Finding.objects.for_tenant(tenant_id).filter(state=Finding.State.OPEN, code__startswith="BLIND_", of_draft=False)
    return dict(rows.order_by("-id").values_list("duty__key", "id"))


def _halves(ground: Ground, duty: Duty, voices: Sequence[Voice]) -> tuple[Half, ...]:
    scene = ground.whole(duty)
    halves = attesting.parts(duty.coverage)
    return tuple(_half(scene, half, asking.WHEN[half] if len(halves) > 1 else "", voices) for half in halves)


def _half(scene: Scene, half: Hours, when: str, voices: Sequence[Voice]) -> Half:
    internal, provider = (attesting.position(voices, side, half) for side in (Side.INTERNAL, Side.PROVIDER))
    return Half(
        when=when,
        internal=_position(scene.matrix, internal),
        provider=_position(scene.matrix, provider),
        paper=_paper(scene, half),
        verdict=attesting.verdict(internal, provider, blind.on_paper(scene, half)),
        box="" if internal.silent or provider.silent else f"{_box(internal)}-{_box(provider)}",
    )


def _box(held: Position) -> str:
    return SHAPES.get(held.one, "other") if held.one else "other"


def _position(matrix: Matrix, held: Position) -> Word:
    return Word(blind.position_words(matrix, held), SHAPES.get(held.one, "") if held.one else "")


def _paper(scene: Scene, half: Hours) -> Word:
    parties = list(dict.fromkeys(rule.party for rule in blind.doers(scene, half)))
    shape = SHAPES.get(attesting.OF_PARTY[parties[0]], "") if len(parties) == 1 and parties[0] in attesting.OF_PARTY else ""
    return Word(" and ".join(scene.matrix.called(party) for party in parties) or "nobody", shape)


def _paper_name(matrix: Matrix) -> str:
    if matrix.version is None:
        return "The paper"
    return f"Version {matrix.version}" if matrix.signed else f"Draft of version {matrix.version}"


def _measure(results: Iterable[Result]) -> Agreement:
    return attesting.agreement([half.verdict for half in one.halves] for one in results)


def _names(matrix: Matrix) -> list[Word]:
    sides = ((Party.INTERNAL, "internal"), (Party.PROVIDER, "provider"))
    return [*(Word(matrix.called(party), shape) for party, shape in sides), Word(OTHER, "")]


def _grid(matrix: Matrix, results: Iterable[Result]) -> tuple[Line, ...]:
    counts = Counter(half.box for one in results for half in one.halves if half.box)
    return tuple(
        Line(name.text, name.shape, tuple(Box(counts[f"{row}-{column}"], f"{row}-{column}", row == column != "other") for column in BOXES))
        for row, name in zip(BOXES, _names(matrix), strict=True)
    )


def _rounds(by: Actor) -> list[Round]:
    rows = list(Attestation.objects.for_tenant(by.tenant_id).order_by("-asked_at", "-id")[:ROUNDS])
    people: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for one in Witness.objects.for_tenant(by.tenant_id).filter(attestation__in=rows).order_by("side", "name", "id"):
        people[one.attestation_id].append((one.side, one.name))
    asked: dict[int, list[datetime | None]] = defaultdict(list)
    questions = BlindQuestion.objects.for_tenant(by.tenant_id).filter(attestation__in=rows)
    for number, opened_at in questions.values_list("attestation", "opened_at"):
        asked[number].append(opened_at)
    return [
        Round(
            row=row,
            people=tuple(people[row.pk]),
            duties=len(asked[row.pk]),
            open=sum(moment is not None for moment in asked[row.pk]),
            may_withdraw=row.closed_at is None and row.user_id is not None and row.user_id == by.user_id,
        )
        for row in rows
    ]
