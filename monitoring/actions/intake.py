"""Store a message before anything is read of it: one statement, one commit."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from django.db import connection

from comanaged import background
from monitoring.actions import sources
from monitoring.sources import texts

ACCEPT = "SELECT tenant, event, event_public_id, seen FROM accept_event(%s, %s, %s, %s, %s)"
LONGEST_KEY = 200
MOST_HEADERS, LONGEST_HEADER = 40, 500
SECRET = ("authorization", "cookie", "key", "token", "secret", "signature", "password", "credential")
# what senders put on a message to say that a second copy is the same
KEYS = ("idempotency-key", "x-amz-sns-message-id", "webhook-id")


@dataclass(frozen=True)
class Accepted:
    """A message that is safely stored; `seen` = it was there already."""

    public_id: uuid.UUID
    seen: bool


def accept(key: str, body: bytes, headers: Mapping[str, str]) -> Accepted | None:
    """Store a message under the source that `key` opens and ring for its reading; None for a key nobody knows."""
    given: list[str | bytes] = [
        sources.hash_of(key),
        str(uuid.uuid4()),
        body,
        json.dumps(kept(headers, key)),
        idempotency_key(headers, body),
    ]
    with connection.cursor() as cursor:
        cursor.execute(ACCEPT, given)
        found = cursor.fetchone()
    if found is None:
        return None
    tenant, event, public_id, seen = found
    if not seen:
        background.after_commit("monitoring.digest", tenant=tenant, id=event)
    return Accepted(uuid.UUID(str(public_id)), seen)


def kept(headers: Mapping[str, str], key: str) -> dict[str, str]:
    """Return the headers worth keeping: no secret, nor the address that holds the key; not too many, not too long."""
    named = {name.lower(): value for name, value in headers.items()}
    open_ones = [(name, value) for name, value in sorted(named.items()) if name in KEYS or not any(word in name for word in SECRET)]
    harmless = [(name, value) for name, value in open_ones if key not in unquote(value)]
    return {texts.clean(name, LONGEST_HEADER): texts.clean(value, LONGEST_HEADER) for name, value in harmless[:MOST_HEADERS]}


def idempotency_key(headers: Mapping[str, str], body: bytes) -> str:
    """Return what tells a second copy of this message, so that it changes nothing; empty where its sender gave it no name."""
    named = {name.lower(): texts.clean(value.strip()) for name, value in headers.items()}
    found = next((f"{name}:{named[name]}" for name in KEYS if named.get(name)), "")
    if not found:
        return ""
    found += f" {hashlib.sha256(body).hexdigest()}"  # other words under a name used before are no copy, and must not be lost
    return found if len(found) <= LONGEST_KEY else hashlib.sha256(found.encode()).hexdigest()
