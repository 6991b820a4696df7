"""A version as it leaves the product: what it says and where it stands, gathered for the files that are made of it."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts.access import Actor
from comanaged.vocabulary import Side, spoken
from responsibilities.domain import content as contents
from responsibilities.domain.content import Content
from responsibilities.exporters.document import Accepted, Document, Signed
from responsibilities.models import Acceptance, Duty, Signature, Version
from responsibilities.queries import versions
from responsibilities.queries.versions import State


def document(version: Version, at: datetime) -> Document:
    """Return a version as it was frozen, a draft as its rows stand. `version` comes with its tenant."""
    content = versions.said(version, at)
    standing = {one.side: one for one in versions.standing_signatures(version)}
    dates = versions.dates(version)
    return Document(
        client=version.tenant.name,
        number=version.number,
        state=versions.WORDS[State(version.state)],
        signed=version.in_force_at is not None,
        content=content,
        content_hash=version.content_hash or contents.digest(contents.canonical(content)),
        made=version.in_force_at or version.proposed_at or version.begun_at,
        in_force=dates.get("in_force", ""),
        superseded=dates.get("superseded", ""),
        signatures=tuple(_signed(version, side, content, standing.get(side)) for side in Side),
        accepted=tuple(_accepted(version, content, row) for row in versions.accepted_with(version, at)),
        address=settings.ADDRESS + reverse("responsibilities:matrix", args=[version.tenant.slug]),
    )


def serves(by: Actor) -> dict[str, tuple[str, ...]]:
    """Return which requirements each duty of a client serves, its own duties among them."""
    return {row.key: tuple(row.regulated) for row in Duty.objects.for_tenant(by.tenant).order_by("position", "id")}


def _signed(version: Version, side: Side, content: Content, signature: Signature | None) -> Signed:
    name = version.tenant.name if side is Side.INTERNAL else content.party(spoken(side))
    party = name[:1].upper() + name[1:]
    if signature is None:
        return Signed(spoken(side), party)
    at = versions.dated(signature.signed_at, version.tenant.zone)
    return Signed(spoken(side), party, signature.name, signature.typed_name, at, signature.content_hash)


def _accepted(version: Version, content: Content, row: Acceptance) -> Accepted:
    return Accepted(
        duty=row.duty_key,
        place=row.place,
        title=content.title(row.duty_key, row.place),
        what=versions.ACCEPTED.get(row.code, row.code),
        reason=row.reason,
        accepted_by=row.accepted_by,
        until=versions.dated(row.expires_at, version.tenant.zone),
    )
