"""What the addresses of tickets for integrations share: how a ticket is named, what is read of a request, what a refusal becomes."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from comanaged.accounts.access import Actor
from comanaged.accounts.api_auth import Problem
from comanaged.vocabulary import spoken
from tickets import actions, queries
from tickets.actions import announcing
from tickets.models import Ticket

CLIENT = OpenApiParameter("client", str, description="The client's short name; a provider's key always names one.")
MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag of the ticket as it was read; 412 when it changed since."
)
ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="Sending the same request twice has one effect.")
CHANGE = OpenApiParameter(
    "Change-Id",
    str,
    OpenApiParameter.HEADER,
    response=True,
    description="The change in which this was written, as the list of changes and webhooks name it; none where nothing was written.",
)
RENAMED = {"other": "number", "files": "file"}  # what the API calls a field by another name


class Spoken(serializers.CharField):
    """A word of the vocabulary, in lower case outside."""

    def to_representation(self, value: Any) -> str:
        return spoken(str(value))


@contextmanager
def told(*, matched: bool = False) -> Iterator[None]:
    """Turn what an action refuses into an answer; `matched`: the version that was seen came by If-Match."""
    try:
        yield
    except actions.UnknownDuty as refusal:
        raise serializers.ValidationError({"duty": [refusal.words]}) from refusal
    except actions.TooMany as refusal:
        raise Problem(429, "Too many files", refusal.words) from refusal
    except actions.SayMore as refusal:
        raise serializers.ValidationError({RENAMED.get(refusal.field, refusal.field): [refusal.words]}) from refusal
    except actions.OtherContent as refusal:
        raise Problem(422, "Another request used this key", refusal.words) from refusal
    except actions.Stale as refusal:
        raise Problem(412 if matched else 409, "The ticket changed", refusal.words) from refusal
    except actions.Refused as refusal:
        raise Problem(409, "Not possible now", refusal.words) from refusal


def done(answer: Response) -> Response:
    """Say in an answer in which change its request was written, so that a system knows its own."""
    written = announcing.written()
    if written:
        answer.headers["Change-Id"] = str(written[-1].change)
    return answer


def matched(request: Request) -> int | None:
    """Return the version that If-Match names; None where it names none or any."""
    tag = request.headers.get("If-Match", "").strip().strip('"')
    if tag in {"", "*"}:
        return None
    if not (tag.isascii() and tag.isdecimal() and len(tag) < len("2147483647")):
        raise Problem(412, "The ticket changed", 'If-Match is the ETag that the ticket came with, for example "3".')
    return int(tag)


def read(shape: type[serializers.Serializer[Any]], given: Any) -> dict[str, Any]:
    """Return what a request says, in this shape; raise 400 by field where it does not fit."""
    asked = shape(data=given)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def once(request: Request) -> str:
    """Return the name of the submission; "" where the sender gave none."""
    named = request.headers.get("Idempotency-Key", "").strip()
    if len(named) > 255:  # noqa: PLR2004 - what senders of such keys agree on
        raise Problem(400, "The Idempotency-Key is too long", "Use at most 255 characters.")
    return named


def found(by: Actor, ticket: str) -> Ticket:
    """Return a ticket of the key's client by number or id; anything else is not here."""
    try:
        if ticket.isascii() and ticket.isdecimal() and len(ticket) < len("2147483647"):
            return queries.ticket_of(by, int(ticket))
        return queries.ticket_by_id(by, uuid.UUID(ticket))
    except (Ticket.DoesNotExist, ValueError):
        raise Http404 from None
