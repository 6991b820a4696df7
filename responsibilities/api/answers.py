"""Who answers, for programs."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, Problem
from comanaged.vocabulary import spoken
from responsibilities import queries
from responsibilities.api import asked
from responsibilities.domain.compiled import Compiled


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


ANSWER = tuple(map(str, AnswerOut().fields))


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
        at = asked.moment(request, by)
        wanted = asked.word(request, "duty")
        compiled = queries.compiled_of(by.tenant_id, at)
        matrix = compiled.matrix
        if wanted and wanted not in matrix.duties:
            raise Problem(
                404, "No such duty", "This client's matrix has no duty of this key.", {"duty": ["Use the key of one of its duties."]}
            )
        keys = [wanted] if wanted else list(matrix.duties)
        return Response({"results": [_answer(compiled, key, at) for key in keys], "next": None})


def _answer(compiled: Compiled, key: str, at: datetime) -> dict[str, Any]:
    answer = queries.answer_in(compiled, key, at)
    return {name: getattr(answer, name) for name in ANSWER} | {"side": spoken(answer.side)}
