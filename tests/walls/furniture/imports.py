"""A row behind the addresses of a client's own sheet."""

from typing import Any

from tests.cast import Cast
from tests.responsibilities import importing


def furnish(cast: Cast) -> dict[str, Any]:
    """Bring a sheet to Harbor Dental and have it read; return what to fill into addresses."""
    return {"upload": importing.bring(cast).number}
