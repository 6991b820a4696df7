"""What is broken, for programs."""

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
from responsibilities import queries
from responsibilities.api import asked
from responsibilities.domain import findings as rules
from responsibilities.domain.matrix import Matrix
from responsibilities.models import Finding

STATES = {"open": Finding.State.OPEN, "closed": Finding.State.CLOSED}


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


FINDING = tuple(map(str, FindingOut().fields))


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
        state = asked.word(request, "state")
        if state and state not in STATES:
            raise Problem(400, "Unknown state", "A finding is open or closed.", {"state": ["Use open or closed."]})
        rows = queries.findings_of(
            by.tenant_id, state=STATES[state] if state else "", code=asked.word(request, "code"), duty=asked.word(request, "duty")
        )
        at = timezone.now()
        matrix = queries.matrix_of(by.tenant_id, at)
        return self.cursor(rows, ("-id",), lambda row: _finding(row, matrix, at))


def _finding(row: Finding, matrix: Matrix, at: datetime) -> dict[str, Any]:
    duty = matrix.duties.get(row.duty.key) if row.duty and row.code == "R_GAP" and row.state == Finding.State.OPEN else None
    ahead = rules.gap_ahead(matrix, duty, at) if duty else None
    gap = {"minutes_a_week": rules.gap_minutes(matrix, duty, at) if duty else None, "next_gap_at": ahead[0] if ahead else None}
    words = {"severity": spoken(row.severity), "state": spoken(row.state), "duty": row.duty.key if row.duty else None}
    return {name: getattr(row, name) for name in FINDING if name not in gap} | words | gap
