"""What tickets are called in other systems, for integrations: a key speaks for the systems of its own side."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView
from tickets.actions import external
from tickets.api_base import CHANGE, CLIENT, ONCE, Spoken, done, found, read, told
from tickets.domain import external as rules
from tickets.models import ExternalLink
from tickets.queries import external as queries

SYSTEM = OpenApiParameter("system", str, "path", description="The other system's short name: letters, digits, - and _.")


@extend_schema_serializer(component_name="ExternalLink")
class LinkOut(serializers.Serializer[ExternalLink]):
    """What a ticket is called in one other system of one side."""

    system = serializers.CharField()
    external_id = serializers.CharField()
    url = serializers.CharField()
    side = Spoken()
    state = Spoken()
    error = serializers.CharField()
    status = serializers.CharField(source="their_status", help_text="As they say it; it moves nothing here.")
    since = serializers.DateTimeField()
    heard_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(component_name="ExternalLinkOfTicket")
class NamedOut(LinkOut):
    """A link, and which ticket it is."""

    ticket = serializers.SerializerMethodField()
    number = serializers.SerializerMethodField()

    def get_ticket(self, row: ExternalLink) -> str:
        return str(row.ticket.public_id)

    def get_number(self, row: ExternalLink) -> int:
        return row.ticket.number


@extend_schema_serializer(component_name="ExternalLinks")
class LinksOut(serializers.Serializer[Any]):
    results = LinkOut(many=True)
    next = serializers.URLField(allow_null=True)


@extend_schema_serializer(component_name="ExternalLinkIn")
class LinkIn(serializers.Serializer[Any]):
    """What the other system says of itself; what is left out stays as it was."""

    external_id = serializers.CharField(max_length=rules.NAME)
    url = serializers.CharField(required=False, allow_blank=True, max_length=rules.ADDRESS)
    status = serializers.CharField(
        required=False, allow_blank=True, max_length=rules.STATUS, help_text="In their words; it moves nothing here."
    )
    state = serializers.ChoiceField(required=False, choices=list(rules.STATES))
    error = serializers.CharField(required=False, allow_blank=True, max_length=rules.ERROR, help_text="Why it is broken.")

    def validate_url(self, url: str) -> str:
        if not rules.leads(url):
            raise serializers.ValidationError("Begin the address with https://.")
        return url


class Links(ApiView):
    """The other names of one ticket."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(operation_id="tickets_external_list", parameters=[CLIENT], responses=LinksOut)
    def get(self, request: Request, by: Actor, ticket: str) -> Response:
        rows = queries.links_of(found(by, ticket))
        return Response({"results": [LinkOut(row).data for row in rows], "next": None})


class OneLink(ApiView):
    """What a ticket is called in one system of the key's side; saying it twice is saying it once."""

    actions: ClassVar = {"PUT": "ticket.link"}

    @extend_schema(parameters=[CLIENT, SYSTEM, CHANGE], request=LinkIn, responses={200: LinkOut})
    def put(self, request: Request, by: Actor, ticket: str, system: str) -> Response:
        row = found(by, ticket)
        asked = read(LinkIn, request.data)
        with told():
            link = external.connect(row.pk, called(system), rules.Said(**asked), by=by, at=timezone.now())
        return done(Response(LinkOut(link).data))


class EndLink(ApiView):
    """End it; ending it twice is ending it once, whatever the Idempotency-Key."""

    actions: ClassVar = {"POST": "ticket.link"}

    @extend_schema(parameters=[CLIENT, SYSTEM, ONCE, CHANGE], request=None, responses={200: LinkOut})
    def post(self, request: Request, by: Actor, ticket: str, system: str) -> Response:
        row = found(by, ticket)
        try:
            with told():
                link = external.end(row.pk, called(system), by=by, at=timezone.now())
        except ExternalLink.DoesNotExist:
            raise Http404 from None
        return done(Response(LinkOut(link).data))


class ByName(ApiView):
    """Find a ticket by what a system of the key's side calls it."""

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(operation_id="external_retrieve", parameters=[CLIENT, SYSTEM], responses=NamedOut)
    def get(self, request: Request, by: Actor, system: str, external_id: str) -> Response:
        link = queries.link_named(by, called(system), external_id)
        if link is None:
            raise Http404
        return Response(NamedOut(link).data)


def called(system: str) -> str:
    """Return a system's name as it is kept; what is no name is not here."""
    name = rules.called(system)
    if not name:
        raise Http404
    return name
