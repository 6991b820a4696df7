"""The list of changes for integrations: who comes back with the cursor misses none, whatever became of webhooks."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, onward
from tickets import api_base as base
from tickets.api import MOST, PAGE, EntryFile
from tickets.domain import changes
from tickets.queries import changes as queries
from tickets.queries.listing import BadCursor


@extend_schema_serializer(component_name="ChangedTicket")
class TicketOut(serializers.Serializer[Any]):
    """The ticket as it stands now; its address gives all of it."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    reference = serializers.CharField()
    client = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    side = serializers.CharField()
    assignee = serializers.CharField(allow_null=True)
    priority = serializers.CharField()
    major = serializers.BooleanField()
    duty = serializers.CharField(allow_null=True)
    place = serializers.CharField()
    asset = serializers.CharField()
    opened_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    answer_due_at = serializers.DateTimeField(allow_null=True)
    fix_due_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


@extend_schema_serializer(component_name="ChangeEntry")
class EntryOut(serializers.Serializer[Any]):
    """The entry, as the ticket's story has it."""

    kind = serializers.CharField()
    by = serializers.CharField()
    side = serializers.CharField()
    audience = serializers.CharField()
    text = serializers.CharField()
    blanked = serializers.CharField()
    attachments = EntryFile(many=True)
    at = serializers.DateTimeField()


@extend_schema_serializer(component_name="Change")
class ChangeOut(serializers.Serializer[Any]):
    """One change, as a webhook tells it."""

    type = serializers.CharField(help_text="Such as comanaged.ticket.created; webhooks use the same words.")
    order = serializers.IntegerField(help_text="Grows with every change of one ticket; what is older than one has may be dropped.")
    origin = serializers.CharField(help_text='"key:<its beginning>", "person" or "system".')
    change = serializers.CharField(help_text="The same for all that was written together; a write answers with it as Change-Id.")
    ticket = TicketOut()
    entry = EntryOut()


@extend_schema_serializer(component_name="Changes")
class ChangesOut(serializers.Serializer[Any]):
    results = ChangeOut(many=True)
    cursor = serializers.CharField(help_text="Where to go on, also when there is nothing more now.")
    next = serializers.URLField(help_text="The address to go on at; always there.")
    more = serializers.BooleanField(help_text="There is more now.")


class Wanted(serializers.Serializer[Any]):
    """Where to go on, how many at once, and whether to leave out what this key wrote."""

    cursor = serializers.CharField(required=False, default="", max_length=100)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=MOST)
    not_origin_own = serializers.BooleanField(required=False, default=False, help_text="Leave out what this key wrote.")


class Changes(ApiView):
    """What changed on one client's tickets.

    Of a ticket that the other side kept to itself the first change is the one that showed it; its address tells what happened before.
    """

    actions: ClassVar = {"GET": "ticket.view"}

    @extend_schema(operation_id="changes_list", parameters=[Wanted, base.CLIENT], responses=ChangesOut)
    def get(self, request: Request, by: Actor) -> Response:
        asked = base.read(Wanted, request.query_params)
        own = by.key_id if asked["not_origin_own"] else None
        try:
            page = queries.changes_of(by, cursor=asked["cursor"], limit=asked["limit"], without_key=own)
        except BadCursor as bad:
            raise serializers.ValidationError({"cursor": [str(bad)]}) from bad
        results = [{"type": line.change.type} | changes.data_of(line.ticket, line.change) for line in page.lines]
        return Response({"results": results, "cursor": page.cursor, "next": onward(request, page.cursor), "more": page.more})
