"""Rows behind the addresses of promises and disputes."""

from typing import Any

from tests.cast import Cast


def furnish(cast: Cast) -> dict[str, Any]:
    """Nothing is needed behind what is promised: a client without a row has the product's own."""
    return {}
