"""Who answers, and what is broken, for programs."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, Problem
from comanaged.vocabulary import spoken
from responsibilities import forms, queries
from responsibilities.domain import findings as rules
from responsibilities.domain import resolution
from responsibilities.domain.matrix import Matrix
from responsibilities.models import Finding

STATES = {"open": Finding.State.OPEN, "closed": Finding.State.CLOSED}


class AnswerOut(serializers.Serializer[Any]):
    """Who answers for a duty at a moment."""

    duty = serializers.CharField()
    at = serializers.DateTimeField()
    letters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    side = serializers.ChoiceField(["internal", "provider"], help_text="where work goes at that moment, also when nobody answers")
    subject = serializers.CharField(help_text="who answers, in words; nobody when nobody does")
    nobody = serializers.BooleanField()
    hours = serializers.ChoiceField(["business", "after", "always"])
    hours_text = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    accountable = serializers.CharField()
    signed = serializers.BooleanField()
    version = serializers.IntegerField(allow_null=True)
    because = serializers.CharField()
    trace = serializers.ListField(child=serializers.CharField())


class AnswersOut(serializers.Serializer[Any]):
    """A page of answers."""

    results = AnswerOut(many=True)
    next = serializers.CharField(allow_null=True)


class FindingOut(serializers.Serializer[Any]):
    """A broken rule."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    duty = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField(["critical", "high", "medium", "low"])
    blocks = serializers.BooleanField()
    state = serializers.ChoiceField(["open", "closed"])
    sentence = serializers.CharField()
    items = serializers.ListField()
    minutes_a_week = serializers.IntegerField(allow_null=True, help_text="of an open R_GAP: how long nobody does what must be done")
    next_gap_at = serializers.DateTimeField(allow_null=True, help_text="of an open R_GAP: when that next begins, or now")
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)


class FindingsOut(serializers.Serializer[Any]):
    """A page of findings."""

    results = FindingOut(many=True)
    next = serializers.CharField(allow_null=True)


ANSWER, FINDING = tuple(map(str, AnswerOut().fields)), tuple(map(str, FindingOut().fields))


class Answers(ApiView):
    """Who answers for one duty, or for every duty."""

    actions = {"GET": "matrix.view"}

    @extend_schema(
        parameters=[
            OpenApiParameter("duty", str, description="key of a duty; without it, all duties"),
            OpenApiParameter("at", str, description="ISO 8601; without an offset in the client's zone; now by default"),
        ],
        responses=AnswersOut,
    )
    def get(self, request: Request, by: Actor) -> Response:
        at = _moment(request, by)
        wanted = _word(request, "duty")
        matrix = queries.matrix_of(by.tenant_id, at, {wanted} if wanted else None)
        if wanted and wanted not in matrix.duties:
            raise Problem(
                404, "No such duty", "This client's matrix has no duty of this key.", {"duty": ["Use the key of one of its duties."]}
            )
        keys = [wanted] if wanted else list(matrix.duties)
        return Response({"results": [_answer(matrix, key, at) for key in keys], "next": None})


class Findings(ApiView):
    """What is broken, and what was."""

    actions = {"GET": "finding.view"}

    @extend_schema(
        parameters=[
            OpenApiParameter("state", str, enum=list(STATES), description="open or closed; both by default"),
            OpenApiParameter("code", str, description="such as R_GAP"),
            OpenApiParameter("duty", str, description="key of a duty"),
            OpenApiParameter("cursor", str, description="the page after this one; follow `next`"),
            OpenApiParameter("limit", int, description="rows of one page, 200 at most"),
        ],
        responses=FindingsOut,
    )
    def get(self, request: Request, by: Actor) -> Response:
        state = _word(request, "state")
        if state and state not in STATES:
            raise Problem(400, "Unknown state", "A finding is open or closed.", {"state": ["Use open or closed."]})
        rows = queries.findings_of(
            by.tenant_id, state=STATES[state] if state else "", code=_word(request, "code"), duty=_word(request, "duty")
        )
        at = timezone.now()
        matrix = queries.matrix_of(by.tenant_id, at)
        return self.cursor(rows, ("-id",), lambda row: _finding(row, matrix, at))


def _word(request: Request, name: str) -> str:
    """Return a filter's word; one with a NUL is refused, because the database can hold none."""
    word = request.query_params.get(name, "")
    if "\x00" in word:
        raise Problem(400, "This is no word", f"Leave the NUL out of {name}.", {name: ["Leave the NUL out."]})
    return word


def _moment(request: Request, by: Actor) -> datetime:
    asked = request.query_params.get("at", "")
    if not asked:
        return timezone.now()
    try:
        return forms.moment_of(asked.replace(" ", "+"), by.zone)  # a bare + in an address arrives as a space
    except forms.BadMoment as refusal:
        raise Problem(400, "This is no moment", str(refusal), {"at": [str(refusal)]}) from None


def _answer(matrix: Matrix, key: str, at: datetime) -> dict[str, Any]:
    answer = resolution.who_answers(matrix, key, at)
    return {name: getattr(answer, name) for name in ANSWER} | {"side": spoken(answer.side)}


def _finding(row: Finding, matrix: Matrix, at: datetime) -> dict[str, Any]:
    duty = matrix.duties.get(row.duty.key) if row.duty and row.code == "R_GAP" and row.state == Finding.State.OPEN else None
    ahead = rules.gap_ahead(matrix, duty, at) if duty else None
    gap = {"minutes_a_week": rules.gap_minutes(matrix, duty, at) if duty else None, "next_gap_at": ahead[0] if ahead else None}
    words = {"severity": spoken(row.severity), "state": spoken(row.state), "duty": row.duty.key if row.duty else None}
    return {name: getattr(row, name) for name in FINDING if name not in gap} | words | gap
