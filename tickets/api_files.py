"""Files of a ticket for integrations: hand in, list, download; a key acts for its own side only."""

import uuid
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView
from comanaged.vocabulary import Audience, spoken
from tickets import actions, queries
from tickets import api_base as api
from tickets.forms import LONG
from tickets.models import Attachment, Ticket
from tickets.views import files

PRIVATE = "private"
WHO = [Audience.PUBLIC.lower(), Audience.SHARED.lower(), PRIVATE]


@extend_schema_serializer(component_name="TicketFile")
class FileOut(serializers.Serializer[queries.File]):
    """A file as far as this key may know of it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="The media type that its own bytes show; it is always sent as application/octet-stream.")
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    audience = api.Spoken()
    by = serializers.CharField(source="who")
    at = serializers.DateTimeField()


@extend_schema_serializer(component_name="TicketFiles")
class FilesOut(serializers.Serializer[Any]):
    results = FileOut(many=True)


@extend_schema_serializer(component_name="TicketFilesIn")
class FilesIn(serializers.Serializer[Any]):
    """A form with one or more parts named `file`, and who reads them."""

    file = serializers.ListField(child=serializers.FileField(), required=False)
    audience = serializers.ChoiceField(choices=WHO, required=False, default=WHO[1])
    text = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONG)


class Attachments(ApiView):
    """The files of one ticket."""

    actions: ClassVar = {"GET": "attachment.download", "POST": "attachment.upload"}
    biggest: ClassVar = files.BIGGEST
    parser_classes = [MultiPartParser]

    @extend_schema(operation_id="tickets_attachments_list", parameters=[api.CLIENT], responses=FilesOut)
    def get(self, request: Request, by: Actor, ticket: str) -> Response:
        return Response(_listed(api.found(by, ticket), by))

    @extend_schema(parameters=[api.CLIENT, api.ONCE, api.CHANGE], request={"multipart/form-data": FilesIn}, responses={201: FilesOut})
    def post(self, request: Request, by: Actor, ticket: str) -> Response:
        found = api.found(by, ticket)
        said_: Any = request.data
        words = {name: said_[name] for name in ("audience", "text") if name in said_}
        asked = api.read(FilesIn, words)
        given = tuple(files.offer(file) for file in request.FILES.getlist("file"))
        if not given:
            raise serializers.ValidationError({"file": ["Send one or more files, each as a part named 'file'."]})
        said: dict[str, Any] = {"files": given, "by": by, "at": timezone.now(), "once": api.once(request)}
        with api.told():
            if asked["audience"] == PRIVATE:
                actions.note(found.id, asked["text"], **said)
            else:
                actions.reply(found.id, asked["text"], Audience(asked["audience"].upper()), **said)
        return api.done(Response(_listed(found, by), status=201))


class OneAttachment(ApiView):
    """One file, as bytes."""

    actions: ClassVar = {"GET": "attachment.download"}

    @extend_schema(parameters=[api.CLIENT, OpenApiParameter("file", OpenApiTypes.UUID, "path")], responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, by: Actor, ticket: str, file: str) -> Any:
        try:
            return files.sent(api.found(by, ticket), uuid.UUID(file), by)
        except ValueError:
            raise Http404 from None


def _listed(ticket: Ticket, by: Actor) -> dict[str, Any]:
    rows = queries.files_of(ticket, queries.reader_of(by)).order_by("id")
    return {"results": [FileOut(_file(row)).data for row in rows]}


def _file(row: Attachment) -> queries.File:
    return queries.File(row.public_id, row.name, row.kind, row.size, row.sha256, spoken(row.audience), row.by_name, row.at)
