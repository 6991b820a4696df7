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
from responsibilities.models import Acceptance, Signature, Version
from responsibilities.queries import versions

DIGITS = 9  # of the greatest number there can be
WITHOUT = "number of a version; without it the one in force, or the open one while nothing is, which says that it is not signed"


class SignatureOut(serializers.Serializer[Any]):
    """Who signed, for which side."""

    side = serializers.ChoiceField(["internal", "provider"])
    name = serializers.CharField()
    at = serializers.DateTimeField()


class AcceptedOut(serializers.Serializer[Any]):
    """A finding that blocks signing and that the client lives with until a moment."""

    code = serializers.CharField()
    duty = serializers.CharField(allow_null=True)
    place = serializers.CharField(allow_blank=True, help_text="key of the place it is at; empty for the whole client")
    reason = serializers.CharField()
    accepted_by = serializers.CharField()
    until = serializers.DateTimeField()


class MatrixOut(serializers.Serializer[Any]):
    """One version of the matrix."""

    version = serializers.IntegerField()
    state = serializers.ChoiceField(["draft", "proposed", "in_force", "superseded", "withdrawn"])
    signed = serializers.BooleanField(help_text="by both sides: it is in force, or was")
    hash = serializers.CharField(help_text="SHA-256 of the content as canonical JSON: sorted keys, no spaces, ASCII")
    mark = serializers.CharField(help_text="the beginning of the hash, as pages and prints show it")
    proposed_at = serializers.DateTimeField(allow_null=True)
    in_force_at = serializers.DateTimeField(allow_null=True)
    superseded_at = serializers.DateTimeField(allow_null=True)
    signatures = SignatureOut(many=True, help_text="those that stand, each over the hash")
    acceptances = AcceptedOut(many=True, help_text="what it was signed with; of an open version what is accepted now")
    content = serializers.DictField(help_text="lines, calendars, exclusions, and what everything they name is called")


class Matrix(ApiView):
    """The version in force, or another one by its number."""

    actions = {"GET": "matrix.view"}

    @extend_schema(
        parameters=[OpenApiParameter("version", int, description=WITHOUT)],
        responses=MatrixOut,
    )
    def get(self, request: Request, by: Actor) -> Response:
        version = version_asked(request, by)
        at = timezone.now()
        return Response(_matrix(version, versions.standing_signatures(version), at))


def version_asked(request: Request, by: Actor) -> Version:
    """Return the version that is asked for; a Problem where there is none."""
    number = asked.word(request, "version")
    if not number:
        standing = versions.version_standing(by)
        if standing is None:
            raise Problem(404, "No version yet", "This client has no matrix yet. One of its managers chooses a template first.")
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
        "signed": version.in_force_at is not None,
        "hash": found,
        "mark": contents.mark(found),
        "proposed_at": version.proposed_at,
        "in_force_at": version.in_force_at,
        "superseded_at": version.superseded_at,
        "signatures": [{"side": spoken(one.side), "name": one.name, "at": one.signed_at} for one in signatures],
        "acceptances": [_accepted(one) for one in versions.accepted_with(version, at)],
        "content": contents.plain(content),
    }


def _accepted(one: Acceptance) -> dict[str, Any]:
    return {
        "code": one.code,
        "duty": one.duty_key or None,
        "place": one.place,
        "reason": one.reason,
        "accepted_by": one.accepted_by,
        "until": one.expires_at,
    }
