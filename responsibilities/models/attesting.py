"""Blind answers: a round of questions, who is asked, and what each person says; a row of the last is its person's alone until it opens."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from comanaged.accounts.models import User
from comanaged.background import Leased
from comanaged.tenancy import TenantManager, TenantOwned
from responsibilities.domain.attesting import Says
from responsibilities.models.matrix import SIDES, Duty

SAYS = [(one.value, one.value) for one in Says]


class AttestationRows(models.QuerySet["Attestation"]):
    """Chainable words for rounds."""

    def running(self) -> Self:
        return self.filter(closed_at=None)


class AttestationManager(TenantManager["Attestation", AttestationRows]):
    rows = AttestationRows


class Attestation(TenantOwned, Leased):
    """One round: somebody asks people of both sides, each alone, who does some duties. It is closed once nothing of it is left to open."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)  # who asked
    asked_by = models.CharField(max_length=120)
    asked_side = models.CharField(max_length=10, choices=SIDES, blank=True)
    asked_at = models.DateTimeField()
    opens_at = models.DateTimeField()  # whoever is silent
    next_at = models.DateTimeField()  # when time next asks for something: a reminder, or the opening
    withdrawn_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[AttestationManager] = AttestationManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_attestation_tenant_id"),
            models.CheckConstraint(condition=Q(withdrawn_at=None) | Q(closed_at__isnull=False), name="what_is_withdrawn_is_closed"),
        ]
        indexes = [models.Index(fields=["tenant", "id"], condition=Q(closed_at=None), name="attestations_running")]

    def __str__(self) -> str:
        return f"asked by {self.asked_by} on {self.asked_at:%Y-%m-%d}"


class Witness(TenantOwned):
    """Somebody who is asked in a round, for the side they stand on. Only added: nobody takes another out to let answers open."""

    attestation = models.ForeignKey(Attestation, models.PROTECT, related_name="witnesses", db_constraint=False, db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=120)
    side = models.CharField(max_length=10, choices=SIDES)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_witness_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "attestation", "user"], name="one_witness_per_person_and_round"),
        ]

    def __str__(self) -> str:
        return self.name


class BlindQuestionRows(models.QuerySet["BlindQuestion"]):
    """Chainable words for questions."""

    def shut(self) -> Self:
        """Keep those that people may still answer."""
        return self.filter(opened_at=None, withdrawn_at=None)

    def opened(self) -> Self:
        return self.filter(opened_at__isnull=False)


class BlindQuestionManager(TenantManager["BlindQuestion", BlindQuestionRows]):
    rows = BlindQuestionRows


class BlindQuestion(TenantOwned):
    """One duty of a round. Once it is open it stays so; at most one about a duty is shut."""

    attestation = models.ForeignKey(Attestation, models.PROTECT, related_name="questions", db_constraint=False, db_index=False)
    duty = models.ForeignKey(Duty, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    opened_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects: ClassVar[BlindQuestionManager] = BlindQuestionManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_blindquestion_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "attestation", "duty"], name="one_question_per_duty_and_round"),
            models.UniqueConstraint(
                fields=["tenant", "duty"], condition=Q(opened_at=None, withdrawn_at=None), name="one_shut_question_per_duty"
            ),
            models.CheckConstraint(condition=Q(opened_at=None) | Q(withdrawn_at=None), name="a_question_opens_or_is_withdrawn"),
        ]

    def __str__(self) -> str:
        return f"who does {self.duty_id}"


class BlindAnswerRows(models.QuerySet["BlindAnswer"]):
    """Chainable words for answers; the database's own wall stands behind both."""

    def of_person(self, user: int) -> Self:
        return self.filter(user=user)

    def opened(self) -> Self:
        return self.filter(question__opened_at__isnull=False)


class BlindAnswerManager(TenantManager["BlindAnswer", BlindAnswerRows]):
    rows = BlindAnswerRows


class BlindAnswer(TenantOwned):
    """What one person says about one duty, in absolute words, by half of the day; blank where it was not asked or not answered yet."""

    question = models.ForeignKey(BlindQuestion, models.PROTECT, related_name="answers", db_constraint=False, db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(max_length=10, choices=SIDES)
    day = models.CharField(max_length=10, choices=SAYS, blank=True)
    night = models.CharField(max_length=10, choices=SAYS, blank=True)
    said_at = models.DateTimeField()

    objects: ClassVar[BlindAnswerManager] = BlindAnswerManager()  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="responsibilities_blindanswer_tenant_id"),
            models.UniqueConstraint(fields=["tenant", "question", "user"], name="one_answer_per_person_and_question"),
            models.CheckConstraint(condition=~Q(day="", night=""), name="an_answer_says_something"),
        ]

    def __str__(self) -> str:
        return "a blind answer"
