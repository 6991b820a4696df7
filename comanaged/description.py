"""Completes the API's own description: what all addresses share, and the doors for senders, which are no API views."""

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
MAIL = "/api/v1/mail/{key}/"
RAW = {"type": "string", "format": "binary"}


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
    result["paths"][MAIL] = {"post": _mail()}
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


def _mail() -> dict[str, Any]:
    """Describe the door for the hooks of mail providers."""
    form = {
        "schema": {"type": "object", "description": "The raw mail in body-mime or email, and whom it went to in recipient or envelope."}
    }
    return {
        "operationId": "mail_create",
        "description": (
            "Hand in one mail to an address of the client, raw as it came. It is stored first, so 202 means that it cannot be lost.\n"
            "The address holds the key; no other is asked for. The same mail twice is one."
        ),
        "parameters": [
            {"name": "key", "in": "path", "required": True, "schema": dict(TEXT), "description": "A key of the client for mail."},
            {"name": "to", "in": "query", "schema": dict(TEXT), "description": "Whom a raw mail went to, where the mail does not say."},
        ],
        "requestBody": {
            "content": {
                "message/rfc822": {"schema": dict(RAW)},
                "multipart/form-data": form,
                "application/x-www-form-urlencoded": deepcopy(form),
                "application/json": {"schema": {"type": "object", "description": "The raw mail in RawEmail."}},
            },
            "description": "A mail of at most 36 MiB.",
            "required": True,
        },
        "security": [],
        "tags": ["mail"],
        "responses": {
            "202": {"description": "Stored", "content": {"application/json": {"schema": {"type": "object"}}}},
            "400": _problem("There is no mail in it"),
            "404": _problem("No client has this key"),
            "413": _problem("The mail is too large"),
            "503": _problem("It could not be stored; send it again"),
        },
    }
