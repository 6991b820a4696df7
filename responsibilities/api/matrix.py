"""What a version says and who signed it, for programs."""

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
from responsibilities.api import asked
from responsibilities.domain import content as contents
from responsibilities.models import Signature, Version
from responsibilities.queries import versions

DIGITS = 9  # of the greatest number there can be


class SignatureOut(serializers.Serializer[Any]):
    """Who signed, for which side."""

    side = serializers.ChoiceField(["internal", "provider"])
    name = serializers.CharField()
    signed_at = serializers.DateTimeField()
    content_hash = serializers.CharField()


class MatrixOut(serializers.Serializer[Any]):
    """One version of the matrix."""

    version = serializers.IntegerField()
    state = serializers.ChoiceField(["draft", "proposed", "in_force", "superseded", "withdrawn"])
    content_hash = serializers.CharField(help_text="SHA-256 of the content as canonical JSON: sorted keys, no spaces, ASCII")
    content_mark = serializers.CharField(help_text="the beginning of the hash, as pages and prints show it")
    proposed_at = serializers.DateTimeField(allow_null=True)
    in_force_at = serializers.DateTimeField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    signatures = SignatureOut(many=True, help_text="those that stand")
    content = serializers.DictField(help_text="lines, calendars, exclusions, and what everything they name is called")


class Matrix(ApiView):
    """The version in force, or another one by its number."""

    actions = {"GET": "matrix.view"}

    @extend_schema(
        parameters=[OpenApiParameter("version", int, description="number of a version; without it, the one in force")],
        responses=MatrixOut,
    )
    def get(self, request: Request, by: Actor) -> Response:
        version = _asked(request, by)
        at = timezone.now()
        return Response(_matrix(version, versions.standing_signatures(version), at))


def _asked(request: Request, by: Actor) -> Version:
    """Return the version that is asked for; a Problem where there is none."""
    number = asked.word(request, "version")
    if not number:
        standing = versions.version_in_force(by)
        if standing is None:
            raise Problem(404, "Nothing is in force", "No version was signed by both sides yet. Name a draft by ?version=.")
        return standing
    if not (number.isascii() and number.isdigit() and len(number) <= DIGITS):
        raise Problem(400, "This is no number of a version", "Write a version as a number, such as 5.", {"version": ["Use a number."]})
    found = versions.version_numbered(by, int(number))
    if found is None:
        raise Problem(404, "No such version", "This client has no version of this number.", {"version": ["Use the number of one."]})
    return found


def _matrix(version: Version, signatures: list[Signature], at: datetime) -> dict[str, Any]:
    content = versions.said(version, at)
    found = version.content_hash or contents.digest(contents.canonical(content))
    return {
        "version": version.number,
        "state": spoken(version.state),
        "content_hash": found,
        "content_mark": contents.mark(found),
        "proposed_at": version.proposed_at,
        "in_force_at": version.in_force_at,
        "superseded_at": version.superseded_at,
        "signatures": [
            {"side": spoken(one.side), "name": one.name, "signed_at": one.signed_at, "content_hash": one.content_hash} for one in signatures
        ],
        "content": contents.plain(content),
    }
