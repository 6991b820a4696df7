"""How a receiver can prove that a call is ours and recent: the signature of Standard Webhooks.

The receiver joins the headers webhook-id and webhook-timestamp and the raw body with full stops, computes HMAC-SHA256 of that with the bytes
behind "whsec_" in its secret, and compares it, in base64, with each "v1,..." of webhook-signature; one that agrees is enough. It refuses a
timestamp more than five minutes off, and takes the same webhook-id only once.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
BITS = 256


def secret_of(random: bytes) -> str:
    """Return random bytes as a secret that people copy."""
    return PREFIX + base64.b64encode(random).decode()


def headers_of(message: str, at: datetime, body: bytes, secrets: Iterable[str]) -> dict[str, str]:
    """Return the headers that tell a receiver which message this is and that it is ours; none of the latter without a secret."""
    moment = str(int(at.timestamp()))
    told = {"webhook-id": message, "webhook-timestamp": moment}
    signatures = " ".join(signature(secret, message, moment, body) for secret in secrets)
    return told | ({"webhook-signature": signatures} if signatures else {})


def signature(secret: str, message: str, moment: str, body: bytes) -> str:
    """Return the signature of one secret over a message, its moment and its body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    made = hmac.new(key, b".".join((message.encode(), moment.encode(), body)), hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()
