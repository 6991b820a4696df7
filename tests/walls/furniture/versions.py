"""Rows behind the addresses of versions and signatures."""

from typing import Any

from tests.cast import Cast


def furnish(cast: Cast) -> dict[str, Any]:
    """Make the rows at Harbor Dental and return what to fill into addresses, by the word between the angle brackets."""
    return {"version": 1, "span": "1..1"}
