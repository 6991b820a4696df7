"""What a side accepted before it was asked."""

from datetime import datetime


def accepts(tenant_id: int, duty_key: str, place: str, side: str, at: datetime) -> str:
    """Return in a sentence why an offer of this duty to a side counts as accepted, "" when it does not."""
    return ""
