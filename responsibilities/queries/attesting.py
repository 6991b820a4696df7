"""Who is asked blind about what, what a person said so far, and whom one may ask. Nothing here reads another's answer before it opens."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from comanaged import tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor, Person
from comanaged.vocabulary import Hours, Letter, Side
from responsibilities import catalogue
from responsibilities.domain import attesting, raci
from responsibilities.domain.attesting import Says
from responsibilities.domain.findings import persons
from responsibilities.domain.matrix import Matrix
from responsibilities.models import Attestation, BlindAnswer, BlindQuestion, Duty, Witness
from responsibilities.queries import reading

ANSWER = "attest.answer"
MANAGERS = frozenset({"c_mgr", "p_lead", "p_admin"})
GRAVE = 4  # from this risk on a duty belongs to those of high risk
WHEN = {Hours.BUSINESS: "By day", Hours.AFTER: "At night"}
ALL, RISKY, CATEGORY, ONE = "all", "risk", "category", "duty"


@dataclass(frozen=True)
class Part:
    """One half of the day of a question: its words, blank where the whole duty is meant, and what the reader said of it, "" for nothing yet."""

    half: Hours
    words: str
    said: str


@dataclass(frozen=True)
class Asked:
    """One duty that a person is asked about. Nothing on it says what the matrix says: it would lead."""

    id: int  # of the question
    key: str
    name: str
    description: str
    parts: tuple[Part, ...]

    @property
    def answered(self) -> bool:
        return all(part.said for part in self.parts)


@dataclass(frozen=True)
class Group:
    """Duties of one category."""

    name: str
    duties: tuple[Asked, ...]


@dataclass(frozen=True)
class Mine:
    """What one person is asked, and what they said where it is open by now."""

    groups: tuple[Group, ...]
    opened: tuple[Asked, ...]

    @property
    def duties(self) -> list[Asked]:
        return [duty for group in self.groups for duty in group.duties]

    @property
    def answered(self) -> int:
        return sum(duty.answered for duty in self.duties)


@dataclass(frozen=True)
class Door:
    """The ways to blind answers that a person has from other pages: how many duties wait for their own answer, and what they may open."""

    waiting: int
    may_read: bool
    may_ask: bool


def answers_by(tenant_id: int, person: int) -> dict[int, BlindAnswer]:
    """Return a person's own answers by question. It is the only place that brings a person into the database's scope for reading."""
    with tenancy.only([tenant_id], person=person):
        rows = BlindAnswer.objects.for_tenant(tenant_id).of_person(person)
        return {row.question_id: row for row in rows.order_by("id")}


def said_in(row: BlindAnswer | None) -> dict[Hours, Says]:
    """Return what an answer says by half of the day."""
    return dict(attesting.halves_of(row.day, row.night)) if row else {}


def questions_for(by: Actor) -> list[BlindQuestion]:
    """Return the questions that somebody may still answer, each with its duty, in the order of the matrix."""
    mine = _rounds(by)
    if mine is None:
        return []
    rows = BlindQuestion.objects.for_tenant(by.tenant_id).shut().filter(attestation__in=mine)
    return list(rows.select_related("duty").order_by("duty__position", "id"))


def _rounds(by: Actor) -> Sequence[int] | None:
    if by.user_id is None or by.side is None:
        return None
    rows = Witness.objects.for_tenant(by.tenant_id).filter(user=by.user_id, side=by.side)
    return list(rows.order_by("id").values_list("attestation", flat=True))


def mine(by: Actor) -> Mine:
    """Return what somebody is asked, and what they said where it is open."""
    questions = questions_for(by)
    said = answers_by(by.tenant_id, by.user_id) if by.user_id is not None else {}
    names = {one.key: one.name for one in catalogue.categories()}
    grouped: dict[str, list[Asked]] = {}
    for question in questions:
        grouped.setdefault(question.duty.category, []).append(_asked(question, said.get(question.pk), by))
    groups = tuple(Group(names.get(key, "Own duties"), tuple(duties)) for key, duties in grouped.items())
    return Mine(groups, _opened(by, said))


def _opened(by: Actor, said: Mapping[int, BlindAnswer]) -> tuple[Asked, ...]:
    rows = BlindQuestion.objects.for_tenant(by.tenant_id).opened().filter(pk__in=list(said)).select_related("duty")
    return tuple(_asked(row, said[row.pk], by) for row in rows.order_by("-opened_at", "duty__position", "-id")[:200])


def _asked(question: BlindQuestion, answer: BlindAnswer | None, by: Actor) -> Asked:
    duty, said = question.duty, said_in(answer)
    halves = [half for half in attesting.HALVES if half in said] if question.opened_at else attesting.parts(Hours(duty.coverage))
    side = by.side or Side.INTERNAL
    parts = (
        Part(half, WHEN[half] if len(halves) > 1 else "", attesting.relative(said[half], side) if half in said else "") for half in halves
    )
    return Asked(question.pk, duty.key, duty.name, duty.description, tuple(parts))


def door(by: Actor) -> Door:
    """Return what leads somebody from another page to blind answers."""
    waiting = 0
    if access.may(by, ANSWER) and by.user_id is not None:
        questions = questions_for(by)
        said = answers_by(by.tenant_id, by.user_id) if questions else {}
        waiting = sum(not attesting.complete(said_in(said.get(one.pk)), Hours(one.duty.coverage)) for one in questions)
    return Door(waiting, access.may(by, "attest.read_opened"), access.may(by, "attest.ask"))


# --- whom one may ask, and about what


def candidates(tenant_id: int, at: datetime) -> list[Person]:
    """Return the people of both sides who may be asked, by name."""
    allowed = access.rules()[ANSWER].allow
    return [one for one in access.people_of(tenant_id, None, at) if one.role in allowed]


def suggested(tenant_id: int, duties: Collection[str], at: datetime) -> set[int]:
    """Return whom to ask about duties: of each side those that its lines name; where they name nobody, its managers; else all of it."""
    matrix, people = reading.matrix_of(tenant_id, at), candidates(tenant_id, at)
    named = _named(matrix, duties, at)
    found: set[int] = set()
    for side in Side:
        there = [one for one in people if one.side is side]
        chosen = [one for one in there if one.user_id in named] or [one for one in there if one.role in MANAGERS] or there
        found |= {one.user_id for one in chosen}
    return found


def _named(matrix: Matrix, duties: Iterable[str], at: datetime) -> set[int]:
    """Return the people who the lines of some duties come down to."""
    known = [matrix.duties[key] for key in duties if key in matrix.duties]
    levels = {raci.EVERY_DUTY, *(duty.category for duty in known), *(duty.key for duty in known)}
    rules = (rule for level in levels for rule in matrix.rules.get(level, ()) if rule.letter in (Letter.A, Letter.R) and rule.holds(at))
    return {person for rule in rules if rule.subject for person in persons.humans(matrix, rule.subject, at) or ()}


def duties_of(tenant_id: int, what: str, category: str, duty: str, at: datetime) -> list[Duty]:
    """Return the duties that a choice means: all, those of high risk, of one category, or one; what is left out on purpose is not asked."""
    matrix = reading.matrix_of(tenant_id, at)
    rows = [row for row in reading.duties_of(tenant_id) if not matrix.excluded(row.key, at)]
    if what == ALL:
        return rows
    if what == RISKY:
        return [row for row in rows if row.risk >= GRAVE]
    return [row for row in rows if (row.category == category if what == CATEGORY else row.key == duty)]


def shut_duties(tenant_id: int) -> set[int]:
    """Return the ids of duties about which a question is still shut: they are not asked a second time meanwhile."""
    return set(BlindQuestion.objects.for_tenant(tenant_id).shut().values_list("duty", flat=True))


def round_of(by: Actor, number: int) -> Attestation | None:
    """Return a round of this client, None where there is none."""
    return Attestation.objects.for_tenant(by.tenant_id).filter(pk=number).first()


def still_there(tenant_id: int, at: datetime) -> set[tuple[int, str]]:
    """Return who may answer now, by person and side: whoever left, or has another part by now, holds nothing up."""
    return {(one.user_id, one.side) for one in candidates(tenant_id, at)}
