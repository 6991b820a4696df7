"""A ticket's clock for integrations: what is promised, when it is due, and whose time each second is; read only, whoever asks."""

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView
from tickets.api_base import CLIENT, found
from tickets.queries import charges


@extend_schema_serializer(component_name="TicketCharge")
class ChargeOut(serializers.Serializer[charges.Segment]):
    """A stretch that counts as one party's time; every second belongs to exactly one."""

    to = serializers.CharField(source="party", help_text="internal, provider, requester, vendor, approver, scheduled or nobody")
    words = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    running = serializers.BooleanField()
    seconds = serializers.IntegerField()
    own_working_seconds = serializers.IntegerField(source="own_seconds", allow_null=True, help_text="Of a side: in its own hours.")


@extend_schema_serializer(component_name="TicketPromise")
class PromiseOut(serializers.Serializer[charges.Outcome]):
    """What became of one promise."""

    state = serializers.CharField(help_text="runs, paused, met, missed, over, or none where nothing was promised")
    due_at = serializers.DateTimeField(source="due", allow_null=True)
    missed_at = serializers.DateTimeField(allow_null=True)
    charged_to = serializers.CharField(source="charged", help_text="In whose time it was missed.")
    words = serializers.CharField()


@extend_schema_serializer(component_name="TicketPause")
class PauseOut(serializers.Serializer[charges.Pause]):
    """A stretch in which the promise stood still."""

    why = serializers.CharField()
    whom = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(component_name="TicketCounts")
class CountsOut(serializers.Serializer[Any]):
    """How often the ticket changed sides, came back, was declined or left unanswered."""

    crossings = serializers.IntegerField()
    returns = serializers.IntegerField()
    declines = serializers.IntegerField()
    expiries = serializers.IntegerField()


@extend_schema_serializer(component_name="TicketClock")
class ClockOut(serializers.Serializer[charges.Clock]):
    """One clock for both sides; a handover never resets it."""

    state = serializers.CharField(help_text="runs, paused, over, or none where nothing was promised")
    target = serializers.CharField()
    why = serializers.CharField()
    used_seconds = serializers.IntegerField(source="used")
    left_seconds = serializers.IntegerField(source="left")
    answer = PromiseOut()
    fix = PromiseOut()
    charges = ChargeOut(source="segments", many=True)
    pauses = PauseOut(many=True)
    counts = CountsOut()


class OneClock(ApiView):
    """A ticket's clock, by number or id."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(parameters=[CLIENT], responses=ClockOut)
    def get(self, request: Request, by: Actor, ticket: str) -> Response:
        return Response(ClockOut(charges.clock(found(by, ticket), timezone.now())).data)
