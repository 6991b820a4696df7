"""The API's own description names every address, its client, and what it refuses with."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

INTAKE = "/api/v1/in/{key}/"
MAIL = "/api/v1/mail/{key}/"
UNDESCRIBED = {"/api/v1/schema", "/api/v1/docs/", "/api/v1/in/{key}", "/api/v1/mail/{key}"}  # about the API, and twins


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def addresses() -> set[str]:
    """Return every address under /api/v1/, written as the description writes them."""
    (api,) = [one for one in get_resolver().url_patterns if isinstance(one, URLResolver) and str(one.pattern) == "api/v1/"]
    routes = [str(leaf.pattern) for group in api.url_patterns for leaf in getattr(group, "url_patterns", [group])]
    written = [re.sub(r"<\w+:(\w+)>", r"{\1}", route) for route in routes]
    return {f"/api/v1/{route}" for route in written}


def test_every_address_is_described_and_the_description_is_valid(described: dict[str, Any]) -> None:
    validate_schema(described)  # type: ignore[no-untyped-call]
    assert set(described["paths"]) == addresses() - UNDESCRIBED


def test_every_address_of_a_key_takes_the_client_and_tells_its_refusals(described: dict[str, Any]) -> None:
    operations = [one for path, methods in described["paths"].items() if path not in {INTAKE, MAIL} for one in methods.values()]
    assert operations
    for operation in operations:
        assert [one["name"] for one in operation["parameters"]].count("client") == 1
        assert {"400", "401", "403", "404"} <= set(operation["responses"])


def test_the_door_for_senders_asks_for_no_key_but_the_one_in_its_address(described: dict[str, Any]) -> None:
    for door in (INTAKE, MAIL):
        operation = described["paths"][door]["post"]
        assert operation["security"] == []
        assert {"202", "404", "413"} <= set(operation["responses"])


def test_the_page_to_read_lists_the_door_for_senders(client: Client) -> None:
    assert INTAKE in client.get("/api/v1/docs/").content.decode()
