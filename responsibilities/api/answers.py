"""Who answers, for programs."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, Problem
from comanaged.vocabulary import Party, spoken
from responsibilities import queries
from responsibilities.api import asked
from responsibilities.domain.compiled import Compiled


class AnswerOut(serializers.Serializer[Any]):
    """Who answers for a duty at a place and a moment."""

    duty = serializers.CharField()
    place = serializers.CharField(allow_blank=True, help_text="key of a place; empty for the whole client")
    at = serializers.DateTimeField()
    letters = serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    side = serializers.ChoiceField(["internal", "provider"], help_text="where work goes at that moment, also when nobody answers")
    subject = serializers.CharField(help_text="who answers, in words; nobody when nobody does")
    party = serializers.ChoiceField([spoken(party) for party in Party], allow_null=True, help_text="whose subject it is; null for nobody")
    team = serializers.CharField(allow_blank=True, help_text="the team or role that does it, where one is named")
    person = serializers.CharField(
        allow_blank=True, help_text="the person it comes down to; without one it waits in the queue of team or party"
    )
    nobody = serializers.BooleanField()
    hours = serializers.CharField(help_text="business, after, always, or the key of hours of the client's own")
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
            OpenApiParameter("place", str, description="key of a place; without it, the whole client"),
            OpenApiParameter("at", str, description="ISO 8601; without an offset in the client's zone; now by default"),
        ],
        responses=AnswersOut,
    )
    def get(self, request: Request, by: Actor) -> Response:
        at = asked.moment(request, by)
        wanted, place = asked.word(request, "duty"), asked.word(request, "place")
        compiled = queries.compiled_of(by.tenant_id, at)
        matrix = compiled.matrix
        if wanted and wanted not in matrix.duties:
            raise Problem(
                404, "No such duty", "This client's matrix has no duty of this key.", {"duty": ["Use the key of one of its duties."]}
            )
        if place and place not in matrix.places.reaching():
            raise Problem(
                404,
                "No such place",
                "This client has no place of this key, or has it no more.",
                {"place": ["Use the key of one of its places."]},
            )
        keys = [wanted] if wanted else list(matrix.duties)
        return Response({"results": [_answer(compiled, key, at, place) for key in keys], "next": None})


def _answer(compiled: Compiled, key: str, at: datetime, place: str) -> dict[str, Any]:
    answer = queries.answer_in(compiled, key, at, place)
    said = {name: getattr(answer, name) for name in ANSWER}
    return said | {"side": spoken(answer.side), "party": spoken(answer.party) if answer.party else None}
