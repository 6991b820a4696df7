"""Major incidents for integrations, to read: a key holds no action of an incident, so people alone declare, command, log and sign."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, onward
from responsibilities import queries as responsibilities
from tickets.api_base import CLIENT, Spoken, read
from tickets.models import Incident, ReviewAction, ReviewSignature
from tickets.queries import incidents as queries
from tickets.queries import timeline as timelines
from tickets.queries.listing import BadCursor

PAGE, MOST = 50, 200


@extend_schema_serializer(component_name="Incident")
class Out(serializers.Serializer[Incident]):
    """A major incident as the list has it."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    state = Spoken(help_text="declared: nobody commands yet; commanded; ended.")
    ticket = serializers.IntegerField(source="ticket.number")
    commander = serializers.SerializerMethodField()
    commander_side = Spoken()
    declared_at = serializers.DateTimeField()
    declared_by = serializers.CharField(source="declared_name")
    command_due_at = serializers.DateTimeField(help_text="Until when somebody takes command; after that the other side may.")
    update_due_at = serializers.DateTimeField(allow_null=True, help_text="When users hear of it next; null once it is over.")
    rhythm = serializers.IntegerField(help_text="Minutes between two updates to users.")
    ended_at = serializers.DateTimeField(allow_null=True)
    review_due_at = serializers.DateTimeField(allow_null=True)
    reviewed_at = serializers.DateTimeField(allow_null=True, help_text="When both sides had signed the review.")
    version = serializers.IntegerField()

    def get_commander(self, row: Incident) -> str | None:
        return row.commander.name if row.commander else None


@extend_schema_serializer(component_name="IncidentRole")
class RoleOut(serializers.Serializer[queries.Part]):
    """A part, and who has it; a deputy whom nobody named is whoever works on that side."""

    role = serializers.CharField()
    name = serializers.CharField()
    side = Spoken()


@extend_schema_serializer(component_name="IncidentAsk")
class AskOut(serializers.Serializer[queries.Ask]):
    """A request to contain something."""

    id = serializers.IntegerField()
    what = serializers.CharField()
    why = serializers.CharField()
    state = Spoken()
    asked_by = serializers.CharField()
    asked_side = Spoken()
    asked_of = serializers.CharField(source="who")
    answer_by = serializers.DateTimeField()
    answered_by = serializers.CharField()
    text = serializers.CharField()


@extend_schema_serializer(component_name="IncidentFact")
class FactOut(serializers.Serializer[timelines.Told]):
    """One fact of the timeline; facts come in the order in which they happened."""

    kind = Spoken()
    at = serializers.DateTimeField(help_text="When it happened.")
    written_at = serializers.DateTimeField(help_text="When it was written down.")
    by = serializers.CharField(source="who")
    side = Spoken()
    source = Spoken()  # type: ignore[assignment]  # the word is ours, the base class has another use for it
    words = serializers.CharField(help_text="Who did what, in words.")
    text = serializers.CharField()
    blanked = serializers.CharField(help_text="Where somebody blanked what a person wrote: who, when and why; else empty.")
    ticket = serializers.SerializerMethodField(help_text="The number of the ticket that tells it; null for the incident's own facts.")

    def to_representation(self, told: timelines.Told) -> dict[str, Any]:
        """Name the source by its word, which people read in other words."""
        return super().to_representation(told) | {"source": told.origin.lower()}

    def get_ticket(self, told: timelines.Told) -> int | None:
        return told.ticket or None


@extend_schema_serializer(component_name="IncidentSignature")
class SignatureOut(serializers.Serializer[ReviewSignature]):
    """A signature that stands, in the place of one side; `company` says for whom it was given."""

    side = Spoken()
    company = serializers.CharField(source="company_name")
    name = serializers.CharField()
    signed_at = serializers.DateTimeField()


@extend_schema_serializer(component_name="IncidentFollowUp")
class FollowUpOut(serializers.Serializer[ReviewAction]):
    """What the review asks for; it is a ticket."""

    text = serializers.CharField()
    side = Spoken()
    due_on = serializers.DateField()
    ticket = serializers.IntegerField(source="ticket.number")


@extend_schema_serializer(component_name="IncidentReview")
class ReviewOut(serializers.Serializer[queries.Review]):
    """What both sides say of it afterwards."""

    happened = serializers.CharField(source="review.happened")
    cause = serializers.CharField(source="review.cause")
    helped = serializers.CharField(source="review.helped")
    hindered = serializers.CharField(source="review.hindered")
    provider = serializers.CharField(source="review.provider_name", help_text="Which company served the client in this incident.")
    content_hash = serializers.CharField(source="review.content_hash")
    follow_ups = FollowUpOut(source="actions", many=True)
    signatures = serializers.SerializerMethodField()

    def get_signatures(self, found: queries.Review) -> list[dict[str, Any]]:
        return _all(SignatureOut, (block.signature for block in found.blocks if block.signature))


@extend_schema_serializer(component_name="IncidentWithTimeline")
class Full(Out):
    """A major incident with the newest facts of its timeline; all of them have an address of their own."""

    overdue = serializers.SerializerMethodField(help_text="An update to users is overdue.")
    cause = Spoken()
    cause_text = serializers.CharField()
    roles = serializers.SerializerMethodField()
    asks = serializers.SerializerMethodField()
    parts = serializers.SerializerMethodField(help_text="Numbers of the tickets that are parts of its own one.")
    timeline = serializers.SerializerMethodField()
    earlier = serializers.SerializerMethodField(help_text="How many facts there are before these.")
    review = serializers.SerializerMethodField()

    def get_overdue(self, row: Incident) -> bool:
        return self._page.overdue

    def get_roles(self, row: Incident) -> list[dict[str, Any]]:
        return _all(RoleOut, self._page.parts)

    def get_asks(self, row: Incident) -> list[dict[str, Any]]:
        return _all(AskOut, self._page.asks)

    def get_parts(self, row: Incident) -> list[int]:
        return [child.number for child in self._page.children]

    def get_timeline(self, row: Incident) -> list[dict[str, Any]]:
        return _all(FactOut, self._page.timeline)

    def get_earlier(self, row: Incident) -> int:
        return self._page.earlier

    def get_review(self, row: Incident) -> dict[str, Any] | None:
        found: queries.Review | None = self.context["review"]
        return dict(ReviewOut(found).data) if found else None

    @property
    def _page(self) -> queries.Page:
        page: queries.Page = self.context["page"]
        return page


@extend_schema_serializer(component_name="IncidentPage")
class Page(serializers.Serializer[Any]):
    results = Out(many=True)
    next = serializers.URLField(allow_null=True)


@extend_schema_serializer(component_name="IncidentTimelinePage")
class TimelinePage(serializers.Serializer[Any]):
    results = FactOut(many=True)
    next = serializers.URLField(allow_null=True)


class Wanted(serializers.Serializer[Any]):
    """Which incidents; without a state all, the newest first."""

    state = serializers.ChoiceField(required=False, default="all", choices=["open", "ended", "all"])
    cursor = serializers.CharField(required=False, default="", max_length=300)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=MOST)


class Onward(serializers.Serializer[Any]):
    """Where to go on in a timeline, and how many facts at once."""

    cursor = serializers.CharField(required=False, default="", max_length=300)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=MOST)


class Incidents(ApiView):
    """One client's major incidents."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(operation_id="incidents_list", parameters=[Wanted, CLIENT], responses=Page)
    def get(self, request: Request, by: Actor) -> Response:
        asked = read(Wanted, request.query_params)
        rows = Incident.objects.for_tenant(by.tenant).select_related("ticket", "commander")
        if asked["state"] != "all":
            rows = rows.filter(ended_at__isnull=asked["state"] == "open")
        return self.cursor(rows, ("-number",), lambda row: dict(Out(row).data))


class OneIncident(ApiView):
    """One major incident."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(operation_id="incidents_read", parameters=[CLIENT], responses=Full)
    def get(self, request: Request, by: Actor, incident: int) -> Response:
        row, at = _found(by, incident), timezone.now()
        with responsibilities.one_look():
            around = {"page": queries.page(row, by, at), "review": queries.review(row, by, at)}
        return Response(Full(row, context=around).data)


class Timeline(ApiView):
    """All facts of one major incident, the oldest first."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(operation_id="incidents_timeline", parameters=[Onward, CLIENT], responses=TimelinePage)
    def get(self, request: Request, by: Actor, incident: int) -> Response:
        row, asked = _found(by, incident), read(Onward, request.query_params)
        try:
            facts, cursor = timelines.page_of(row, cursor=asked["cursor"], limit=asked["limit"])
        except BadCursor as bad:
            raise serializers.ValidationError({"cursor": [str(bad)]}) from bad
        return Response({"results": _all(FactOut, facts), "next": onward(request, cursor) if cursor else None})


def _all(shape: type[serializers.Serializer[Any]], rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return rows in a shape."""
    return list(shape(list(rows), many=True).data)


def _found(by: Actor, number: int) -> Incident:
    try:
        return queries.incident_of(by.tenant_id, number)
    except Incident.DoesNotExist:
        raise Http404 from None
