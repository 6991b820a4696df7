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
from responsibilities.queries import blocking, reading

STATES = {"open": Finding.State.OPEN, "closed": Finding.State.CLOSED}


class FindingOut(serializers.Serializer[Any]):
    """A broken rule."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    duty = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_blank=True, help_text="key of the place it is at; empty for the whole client")
    subject = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField(["critical", "high", "medium", "low"])
    blocks = serializers.BooleanField(help_text="signing, unless it is accepted")
    of_draft = serializers.BooleanField(help_text="of what an open version would break, while another one is in force")
    accepted_until = serializers.DateTimeField(allow_null=True, help_text="of an open one that the client lives with: when that ends")
    accepted_by = serializers.CharField(allow_null=True)
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
        reader = _Reader(by.tenant_id, timezone.now())
        return self.cursor(rows, ("-id",), reader.out)


class _Reader:
    """What every finding of a page needs: the matrix that answers and the one that is written, each read once, and live acceptances."""

    def __init__(self, tenant_id: int, at: datetime) -> None:
        self.tenant_id, self.at = tenant_id, at
        self.accepted = blocking.acceptances_of(tenant_id, at)
        self.matrices: dict[bool, Matrix] = {}

    def out(self, row: Finding) -> dict[str, Any]:
        """Return one finding as programs read it."""
        live = row.state == Finding.State.OPEN
        key = (row.code, row.place, row.duty.key if row.duty else "", row.subject)
        acceptance = blocking.covering(self.accepted, key, row.severity) if live else None
        extra = self._gap(row) | {
            "severity": spoken(row.severity),
            "state": spoken(row.state),
            "duty": row.duty.key if row.duty else None,
            "accepted_until": acceptance.expires_at if acceptance else None,
            "accepted_by": acceptance.accepted_by if acceptance else None,
        }
        return {name: getattr(row, name) for name in FINDING if name not in extra} | extra

    def _gap(self, row: Finding) -> dict[str, Any]:
        """Return how long and when next nobody does what must be done, of an open gap."""
        found: dict[str, Any] = {"minutes_a_week": None, "next_gap_at": None}
        if row.duty is None or row.code != "R_GAP" or row.state != Finding.State.OPEN:
            return found
        matrix = self._matrix(of_draft=row.of_draft)
        duty = matrix.duties.get(row.duty.key)
        if duty is None:
            return found
        ahead = rules.gap_ahead(matrix, duty, self.at, row.place)
        minutes = rules.gap_minutes(matrix, duty, self.at, row.place)
        return {"minutes_a_week": minutes, "next_gap_at": ahead[0] if ahead else None}

    def _matrix(self, *, of_draft: bool) -> Matrix:
        if of_draft not in self.matrices:
            draft = reading.open_version(self.tenant_id) if of_draft else None
            version = draft or reading.version_at(self.tenant_id, self.at)
            self.matrices[of_draft] = reading.matrix_in(version, self.tenant_id, self.at)
        return self.matrices[of_draft]
