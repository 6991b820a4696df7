"""Completes the API's own description: what all addresses share, and the door for senders, which is no API view."""

from copy import deepcopy
from typing import Any

CLIENT = {
    "name": "client",
    "in": "query",
    "schema": {"type": "string"},
    "description": "The client's short name; a provider's key always names one.",
}
TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "What is wrong, as RFC 9457 has it.",
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": TEXT}, "description": "By field."},
    },
    "required": ["type", "title", "status", "detail"],
}
REFUSALS = {
    "400": "A value cannot be used, or no client is named",
    "401": "No key, or none that is live",
    "403": "Not for this kind of key",
    "404": "Nothing here for this key",
}
STORED = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid", "description": "Ask /api/v1/events/<id>/ what became of it."},
        "duplicate": {"type": "boolean", "description": "The same message was here already under its idempotency key."},
    },
    "required": ["id", "duplicate"],
}
INTAKE = "/api/v1/in/{key}/"


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add to every operation the client and the refusals, and the address that monitoring systems post to."""
    result["components"].setdefault("schemas", {})["Problem"] = deepcopy(PROBLEM)
    for operation in (one for methods in result["paths"].values() for one in methods.values()):
        parameters = operation.setdefault("parameters", [])
        if all(one["name"] != CLIENT["name"] for one in parameters):
            parameters.append(dict(CLIENT))
        for status, words in REFUSALS.items():
            operation["responses"].setdefault(status, _problem(words))
    result["paths"][INTAKE] = {"post": _intake()}
    return result


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _intake() -> dict[str, Any]:
    """Describe the door for senders: whatever they send is stored before it is read."""
    return {
        "operationId": "in_create",
        "description": (
            "Hand in a message of a monitoring system, in its own words. It is stored first, so 202 means that it cannot be lost.\n"
            "The address holds the source's key; no other is asked for."
        ),
        "parameters": [
            {"name": "key", "in": "path", "required": True, "schema": dict(TEXT), "description": "The source's key."},
            {
                "name": "Idempotency-Key",
                "in": "header",
                "schema": dict(TEXT),
                "description": "The same message sent twice under one key is stored once.",
            },
        ],
        "requestBody": {"content": {"application/json": {"schema": {}}}, "description": "At most 1 MiB.", "required": True},
        "security": [],
        "tags": ["in"],
        "responses": {
            "202": {"description": "Stored", "content": {"application/json": {"schema": deepcopy(STORED)}}},
            "400": _problem("The message did not arrive whole"),
            "404": _problem("No source has this key"),
            "413": _problem("The message is too large"),
            "415": _problem("The body is packed"),
            "503": _problem("It could not be stored; send it again"),
        },
    }
