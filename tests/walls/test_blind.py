"""The wall around one person's blind answer, in the database itself: no query, however it forgets its filter, sees another's before it opens."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from comanaged import tenancy
from responsibilities.models import Attestation, BlindAnswer, BlindQuestion, Duty, Witness
from tests.cast import Cast
from tests.walls.test_source import uses

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)
EVERYTHING = "SELECT user_id, day FROM responsibilities_blindanswer ORDER BY user_id"


@dataclass
class Sealed:
    """A question that Iris and Tess have answered and that is not open yet."""

    cast: Cast
    question: BlindQuestion

    def rows(self, name: str = "") -> list[str]:
        """Return whose answers a query without any filter finds, with this person in scope or nobody."""
        person = self.cast.people[name].pk if name else None
        with tenancy.only([self.cast.harbor.pk], person=person), connection.cursor() as cursor:
            cursor.execute(EVERYTHING)
            return [self.named(user) for user, _ in cursor.fetchall()]

    def named(self, user: int) -> str:
        return next(name for name, one in self.cast.people.items() if one.pk == user)

    def open(self) -> None:
        with self.cast.scope():
            BlindQuestion.objects.for_tenant(self.cast.harbor).update(opened_at=AT)

    def answer(self, whose: str, by: str | None) -> BlindAnswer:
        """Write an answer in somebody's name while `by` is the person in scope."""
        person = self.cast.people[by].pk if by else None
        with tenancy.only([self.cast.harbor.pk], person=person), transaction.atomic():
            return BlindAnswer.objects.create(
                tenant=self.cast.harbor,
                question=self.question,
                user=self.cast.people[whose],
                side="INTERNAL",
                day="PROVIDER",
                said_at=AT,
            )


@pytest.fixture
def shut(cast: Cast) -> Sealed:
    with cast.scope():
        asked = Attestation.objects.create(
            tenant=cast.harbor, asked_by="Iris", asked_at=AT, opens_at=AT + timedelta(days=14), next_at=AT + timedelta(days=3)
        )
        duty = Duty.objects.for_tenant(cast.harbor).get(key="backup.jobs")
        question = BlindQuestion.objects.create(tenant=cast.harbor, attestation=asked, duty=duty)
        Witness.objects.create(tenant=cast.harbor, attestation=asked, user=cast.people["Iris"], name="Iris", side="INTERNAL")
    found = Sealed(cast, question)
    for name in ("Iris", "Tess"):
        found.answer(name, name)
    return found


def test_e7_before_it_opens_an_answer_is_there_for_its_person_alone(shut: Sealed) -> None:
    assert (shut.rows("Iris"), shut.rows("Tess")) == (["Iris"], ["Tess"])
    for name in ("Ivo", "Lena", "Auditor", "Tariq", "Provider administrator", "Olga", "Pine's manager"):
        assert shut.rows(name) == [], name


def test_e7_an_ordinary_request_has_nobody_in_scope_and_finds_not_even_a_count(shut: Sealed) -> None:
    assert shut.rows() == []
    for name in ("Iris", "Ivo", "Tess"):
        with shut.cast.as_(name):
            assert BlindAnswer.objects.for_tenant(shut.cast.harbor).count() == 0


def test_e7_once_open_everybody_of_the_client_reads_it_and_nobody_else(shut: Sealed) -> None:
    shut.open()
    assert shut.rows() == shut.rows("Iris") == ["Iris", "Tess"]
    with shut.cast.scope(shut.cast.pine), connection.cursor() as cursor:
        cursor.execute(EVERYTHING)
        assert cursor.fetchall() == []


def test_nobody_answers_in_anothers_name(shut: Sealed) -> None:
    for by in ("Iris", None):
        with pytest.raises(DatabaseError, match="row-level security"):
            shut.answer("Ivo", by)
    shut.open()
    with pytest.raises(DatabaseError, match="row-level security"):
        shut.answer("Ivo", "Ivo")  # too late: the others are read by now


@pytest.mark.parametrize(
    "statement", ["UPDATE responsibilities_blindanswer SET night = 'NOBODY'", "DELETE FROM responsibilities_blindanswer"]
)
def test_an_answer_is_changed_by_its_person_alone_and_never_once_it_is_open(shut: Sealed, statement: str) -> None:
    def touched(name: str | None) -> int:
        person = shut.cast.people[name].pk if name else None
        with transaction.atomic(), tenancy.only([shut.cast.harbor.pk], person=person), connection.cursor() as cursor:
            cursor.execute(statement)
            found = int(cursor.rowcount)
            transaction.set_rollback(True)
        return found

    assert (touched(None), touched("Ivo"), touched("Iris")) == (0, 0, 1)
    shut.open()
    assert (touched(None), touched("Iris")) == (0, 0)


def test_a_person_in_scope_is_gone_with_the_scope(shut: Sealed) -> None:
    harbor, iris = shut.cast.harbor.pk, shut.cast.people["Iris"].pk
    mine = BlindAnswer.objects.for_tenant(harbor)
    with tenancy.only([harbor], person=iris):
        assert mine.count() == 1
        with tenancy.only([harbor]):
            assert mine.count() == 0, "a scope inside has nobody in it unless it says so"
        assert mine.count() == 1
        with tenancy.only([harbor], person=shut.cast.people["Tess"].pk):
            assert mine.get().user_id != iris
        assert mine.get().user_id == iris
    with tenancy.only([harbor]):
        assert mine.count() == 0


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE responsibilities_blindquestion SET opened_at = NULL", "stays as it was asked"),
        ("UPDATE responsibilities_blindquestion SET duty_id = duty_id + 1", "stays as it was asked"),
        ("DELETE FROM responsibilities_blindquestion", "stays as it was asked"),
        ("UPDATE responsibilities_witness SET side = 'PROVIDER'", "permission denied"),
        ("DELETE FROM responsibilities_witness", "permission denied"),
    ],
)
def test_what_is_open_stays_so_and_who_is_asked_stays_asked(shut: Sealed, statement: str, why: str) -> None:
    shut.open()
    with shut.cast.scope(), connection.cursor() as cursor, pytest.raises(DatabaseError, match=why), transaction.atomic():
        cursor.execute(statement)


def test_only_blind_answers_and_drafts_bring_a_person_into_the_databases_scope() -> None:
    assert uses(r"\bonly\([^)]*\bperson=") == {
        "responsibilities/actions/attesting.py": 1,
        "responsibilities/queries/attesting.py": 1,
        "tickets/actions/drafting.py": 1,
        "tickets/queries/talk.py": 1,
    }
