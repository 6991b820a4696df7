"""Alerts, what became of a message, and backup lists, for integrations."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, Problem, onward
from comanaged.vocabulary import spoken
from monitoring import actions, queries
from monitoring.domain import backup
from monitoring.forms import BIGGEST
from monitoring.queries import alerts as reading


class Spoken(serializers.CharField):
    """A word of the vocabulary, in lower case outside."""

    def to_representation(self, value: Any) -> str:
        return spoken(str(value))


class AlertOut(serializers.Serializer[Any]):
    """An alert as both sides see it."""

    id = serializers.UUIDField(source="alert.public_id")
    client = serializers.CharField(source="alert.tenant.slug")
    source = serializers.CharField()  # type: ignore[assignment]
    title = serializers.CharField(source="alert.title")
    state = Spoken(source="alert.state")
    severity = Spoken(source="alert.severity")
    severity_raw = serializers.CharField(source="alert.severity_raw")
    asset = serializers.CharField(source="alert.asset")
    check_name = serializers.CharField(source="alert.check_name")
    text = serializers.CharField(source="alert.text")
    value = serializers.CharField(source="alert.value")
    url = serializers.CharField(source="alert.url")
    labels = serializers.DictField(source="alert.labels", child=serializers.CharField())
    flags = serializers.ListField(source="alert.flags", child=serializers.CharField())
    fingerprint = serializers.CharField(source="alert.fingerprint")
    count = serializers.IntegerField(source="alert.count", help_text="How often it was reported, the first time included.")
    flaps = serializers.IntegerField(source="alert.flaps")
    occurred_at = serializers.DateTimeField(source="alert.occurred_at")
    opened_at = serializers.DateTimeField(source="alert.opened_at")
    last_at = serializers.DateTimeField(source="alert.last_at")
    resolved_at = serializers.DateTimeField(source="alert.resolved_at", allow_null=True)
    acknowledged_at = serializers.DateTimeField(source="alert.acknowledged_at", allow_null=True)
    acknowledged_until = serializers.DateTimeField(source="alert.acknowledged_until", allow_null=True)
    acknowledged_by = serializers.CharField(source="alert.acknowledged_by")
    duty = serializers.SerializerMethodField()
    place = serializers.CharField(source="alert.place")
    side = Spoken(source="alert.side")
    subject = serializers.CharField(source="alert.subject")
    because = serializers.CharField(source="alert.because")
    trace = serializers.ListField(source="alert.trace", child=serializers.CharField())
    accountable = serializers.CharField(source="alert.accountable")
    matrix_version = serializers.IntegerField(source="alert.matrix_version", allow_null=True)
    signed = serializers.BooleanField(source="alert.signed")
    unowned = serializers.BooleanField(source="alert.unowned")
    ticket = serializers.SerializerMethodField()

    def get_duty(self, row: reading.AlertRow) -> str | None:
        return row.alert.duty or None

    def get_ticket(self, row: reading.AlertRow) -> int | None:
        return row.ticket.number if row.ticket else None


class AlertsOut(serializers.Serializer[Any]):
    results = AlertOut(many=True)
    next = serializers.URLField(allow_null=True)


class ResultOut(serializers.Serializer[Any]):
    """What one statement of a message changed."""

    change = serializers.CharField()
    because = serializers.CharField()
    alert = serializers.UUIDField(allow_null=True)
    ticket = serializers.IntegerField(allow_null=True)


class EventOut(serializers.Serializer[Any]):
    """What became of a message; never the message itself."""

    id = serializers.UUIDField(source="public_id")
    source = serializers.CharField(source="source.name")  # type: ignore[assignment]
    received_at = serializers.DateTimeField()
    outcome = serializers.SerializerMethodField()
    because = serializers.CharField()
    duplicates = serializers.IntegerField(help_text="How often the same message came again under its idempotency key.")
    alerts = ResultOut(source="digest", many=True)
    done_at = serializers.DateTimeField(allow_null=True)

    def get_outcome(self, row: Any) -> str:
        return spoken(row.outcome) or "waiting"


class EvidenceOut(serializers.Serializer[Any]):
    """A list that was taken in."""

    id = serializers.UUIDField(source="public_id")
    as_of = serializers.DateTimeField()
    jobs = serializers.IntegerField()
    runs = serializers.IntegerField()
    problems = serializers.ListField(child=serializers.CharField())
    date_order = Spoken()
    zone = serializers.CharField()


class AlertsIn(serializers.Serializer[Any]):
    """Filters of the list."""

    state = serializers.ChoiceField(required=False, choices=[*reading.STATES, "all"], default="all")
    severity = serializers.ChoiceField(required=False, choices=reading.SEVERITIES)
    duty = serializers.CharField(required=False, max_length=80)
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    cursor = serializers.CharField(required=False, max_length=100, default="")


class EvidenceIn(serializers.Serializer[Any]):
    """When the list was true and how it is written; what is left out is as the client's limits say."""

    as_of = serializers.CharField(required=False, max_length=40)
    date_order = serializers.ChoiceField(required=False, choices=[order.lower() for order in backup.DateOrder])
    zone = serializers.CharField(required=False, max_length=60)


class Alerts(ApiView):
    """Alerts, those with the last news first."""

    actions: ClassVar = {"GET": "alert.view"}

    @extend_schema(operation_id="alerts_list", parameters=[AlertsIn], responses=AlertsOut)
    def get(self, request: Request, by: Actor) -> Response:
        wanted = AlertsIn(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        asked = {name: str(value) for name, value in wanted.validated_data.items()}
        after = asked.pop("cursor")
        try:
            page = queries.alerts_of(by.tenant_id, asked | {"state": "" if asked["state"] == "all" else asked["state"]}, after=after)
        except reading.BadCursor:
            raise Problem(400, "This cursor is not one of ours", "Start again without it.") from None
        return Response({"results": AlertOut(page.rows, many=True).data, "next": onward(request, page.next) if page.next else None})


@extend_schema(responses=AlertOut)
class OneAlert(ApiView):
    """One alert."""

    actions: ClassVar = {"GET": "alert.view"}

    def get(self, request: Request, by: Actor, alert: uuid.UUID) -> Response:
        return Response(AlertOut(_alert(by, alert)).data)


ONCE = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Sending the same request twice has one effect, with this or without it."
)


@extend_schema(parameters=[ONCE], request=None, responses=AlertOut)
class Acknowledge(ApiView):
    """Say that somebody has it; the same key saying it again changes nothing and is answered the same."""

    actions: ClassVar = {"POST": "alert.acknowledge"}

    def post(self, request: Request, by: Actor, alert: uuid.UUID) -> Response:
        _alert(by, alert)
        try:
            actions.acknowledge(alert, by=by, at=timezone.now())
        except actions.CannotAct as refusal:
            raise Problem(409, "Not now", str(refusal)) from None
        return Response(AlertOut(_alert(by, alert)).data)


@extend_schema(responses=EventOut)
class Event(ApiView):
    """What became of one message."""

    actions: ClassVar = {"GET": "event.view"}

    def get(self, request: Request, by: Actor, event: uuid.UUID) -> Response:
        found = queries.event_of(by.tenant_id, event)
        if found is None:
            raise Http404
        return Response(EventOut(found).data)


class AnyBytes(BaseParser):
    """A body is taken as it is, whatever it says it is."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return stream.read(BIGGEST + 1)


SAY_WHEN = "Say as_of with an Idempotency-Key: the same list of the same moment counts once, one without a moment is new each time."


class BackupEvidence(ApiView):
    """Hand in a list of backup runs as CSV: the body itself, or the part `file` of a form.

    The same list with the same as_of counts once. With an Idempotency-Key say as_of: a list that is true "now" is another one each time.
    """

    actions: ClassVar = {"POST": "evidence.upload"}
    parser_classes = [MultiPartParser, AnyBytes]

    @extend_schema(
        parameters=[EvidenceIn, ONCE, OpenApiParameter("client", OpenApiTypes.STR, description="A provider's key names its client.")],
        request={"text/csv": OpenApiTypes.BINARY},
        responses={201: EvidenceOut, 200: EvidenceOut},
    )
    def post(self, request: Request, by: Actor) -> Response:
        wanted = EvidenceIn(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        at, asked = timezone.now(), wanted.validated_data
        if request.headers.get("Idempotency-Key") and not asked.get("as_of"):
            raise Problem(400, "Say when it was true", SAY_WHEN, {"as_of": [SAY_WHEN]})
        policy = queries.policy_of(by.tenant, at)
        try:
            how = backup.profile(asked.get("date_order", policy.date_order), asked.get("zone", policy.zone))
        except backup.WrongProfile as wrong:
            raise Problem(400, "The list cannot be read so", str(wrong), {"zone": [str(wrong)]}) from None
        content, filename = _file(request)
        as_of = _moment(asked["as_of"], how.zone) if asked.get("as_of") else at
        how, note = _clock(content, how, as_of, stated=bool(asked.get("zone")) or not asked.get("as_of"))
        try:
            done = actions.hand_in(content, as_of=as_of, how=how, filename=filename, note=note, by=by, at=at)
        except actions.CannotHandIn as refusal:
            raise Problem(422, "The list cannot be taken", str(refusal), {"file": list(refusal.reasons)}) from None
        return Response(EvidenceOut(done.evidence).data, status=200 if done.again else 201)


def _alert(by: Actor, public_id: uuid.UUID) -> reading.AlertRow:
    found = queries.alert_of(by.tenant_id, public_id)
    if found is None:
        raise Http404
    return found


def _file(request: Request) -> tuple[bytes, str]:
    """Return the list's bytes and its name, from the form or the body."""
    said = request.headers.get("Content-Length", "")
    if said.isdecimal() and int(said) > BIGGEST:
        raise Problem(413, "The list is too large", "A list may have 10 MB. Export fewer days.")
    if request.content_type.startswith("multipart/"):
        upload: Any = request.FILES.get("file")
        if upload is None:
            raise Problem(400, "There is no file", "Send the list as the part named 'file'.", {"file": ["Send the list."]})
        return upload.read(), upload.name
    content = request.data if isinstance(request.data, bytes) else b""
    return content, request.headers.get("X-Filename", "")


def _clock(content: bytes, how: backup.Profile, as_of: datetime, *, stated: bool) -> tuple[backup.Profile, str]:
    """Return how the list's clock is read, and what to tell of it: the client's zone, unless the list itself speaks for UTC."""
    if stated or as_of.utcoffset() != timedelta(0) or not backup.in_utc(content, how, as_of):
        return how, ""
    told = f"Its times were read in UTC, like the moment given: in {how.zone} more of its runs would lie after that. Add zone= to say otherwise."
    return replace(how, zone="UTC"), told


def _moment(text: str, zone: str) -> datetime:
    """Return the instant; one without an offset is in the list's zone."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+") if text[-6:-5] == " " else text)
        return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, OverflowError):
        words = "Write it as 2026-11-24T14:00:00Z."
        raise Problem(400, "This is no moment", words, {"as_of": [words]}) from None
