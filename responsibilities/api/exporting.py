"""A version as a file, for programs."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import ApiView, Problem
from responsibilities.actions import exporting
from responsibilities.api import asked
from responsibilities.api.matrix import WITHOUT, version_asked
from responsibilities.exporters import CannotExport, files

USUAL = "xlsx"
KINDS = {
    (200, file.media_type.partition(";")[0]): OpenApiResponse(OpenApiTypes.BINARY, description="The file, never to be opened in place")
    for file in files.FILES.values()
}


class WhateverIsAccepted(DefaultContentNegotiation):
    """The file is asked for by ?format=, whatever the headers accept; a refusal is JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, first.media_type or ""


class Export(ApiView):
    """The version in force, or another one by its number, as a file. Each one is an entry of the trail."""

    actions = {"GET": "matrix.export_signed"}
    content_negotiation_class = WhateverIsAccepted

    @extend_schema(
        operation_id="matrix_export",
        parameters=[
            OpenApiParameter("version", int, description=WITHOUT),
            OpenApiParameter("format", str, enum=list(files.FILES), default=USUAL, description="which file"),
        ],
        responses=KINDS,
    )
    def get(self, request: Request, by: Actor) -> HttpResponse:
        kind = asked.word(request, "format") or USUAL
        if kind not in files.FILES:
            words = f"Ask for one of {', '.join(files.FILES)}."
            raise Problem(400, "There is no such file", words, {"format": [words]})
        version = version_asked(request, by)
        try:
            made = exporting.export(version, kind, by=by, at=timezone.now())
        except CannotExport as refusal:
            raise Problem(409, "It does not fit into this file", str(refusal)) from None
        return HttpResponse(made.body, headers=made.headers)
