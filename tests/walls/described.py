"""What each address of the API takes, as the product's own description says it: fields of its body, with something good in each, and its query."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

HERE = "put here what is tried"
SOON = timezone.now() + timedelta(days=1)
BY_NAME = {"duty": "backup.jobs", "priority": "p3", "audience": "shared", "version": None, "system": "psa", "url": "https://example.test/1"}
BY_FORMAT = {"date-time": SOON.isoformat(), "date": timezone.now().date().isoformat()}
BY_TYPE = {"integer": 1, "number": 1, "boolean": True, "array": []}


@dataclass(frozen=True)
class Taken:
    """What one method of an address takes: `body` = each field with a good value, `query` = the names of its parameters."""

    body: dict[str, Any] = field(default_factory=dict)
    query: tuple[str, ...] = ()


def described() -> dict[tuple[str, str], Taken]:
    """Return what is taken by address, its words in braces, and method."""
    told: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    parts = told["components"]["schemas"]
    return {
        (path, method.upper()): Taken(_body(one, parts), tuple(each["name"] for each in one.get("parameters", ()) if each["in"] == "query"))
        for path, methods in told["paths"].items()
        for method, one in methods.items()
    }


def _body(operation: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    found = _good(sent, parts) if sent else {}
    assert isinstance(found, dict)
    return found


def _good(shape: dict[str, Any], parts: dict[str, Any]) -> Any:
    """Return something that a field of this shape takes."""
    if "$ref" in shape:
        return _good(parts[shape["$ref"].rpartition("/")[2]], parts)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in shape:
            return _good(shape[several][0], parts)
    if "enum" in shape:
        return shape["enum"][0]
    if shape.get("type") == "object":
        return {name: BY_NAME[name] if name in BY_NAME else _good(inner, parts) for name, inner in shape.get("properties", {}).items()}
    return BY_FORMAT.get(shape.get("format", "")) or BY_TYPE.get(shape.get("type", ""), "Ten characters and more")
