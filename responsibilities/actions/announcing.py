"""Whom the news of a version is for: those who manage and sign on a side, by the outbox."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from comanaged.accounts import access
from comanaged.accounts.access import Actor, Person
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind
from comanaged.vocabulary import Side
from responsibilities.domain import content as contents
from responsibilities.models import Signature, Version

MANAGE = frozenset({"c_mgr", "c_lead", "p_lead", "p_admin"})


def proposed(version: Version, *, by: Actor, at: datetime) -> None:
    """Ask the other side to read and sign."""
    text = (
        f"{by.name} proposes {version} of {version.tenant.name}'s responsibility matrix.",
        "Read what changes and what it does, then sign it, or change it: any edit makes it a draft again.",
        f"Content mark: {contents.mark(version.content_hash)}.",
    )
    people = [person for side in Side if side is not by.side for person in _managers(version, side, at)]
    _queue(version, people, f"{by.name} proposes {version} of the matrix", text, key=f"proposed:{at.isoformat()}", by=by, at=at)


def signed(version: Version, signature: Signature, *, by: Actor, at: datetime) -> None:
    """Tell the side that has not signed yet that it is its turn."""
    text = (f"{by.name} signed {version} of {version.tenant.name}'s responsibility matrix. It waits for your side.",)
    people = [person for side in Side if side is not by.side for person in _managers(version, side, at)]
    _queue(version, people, f"{by.name} signed {version} of the matrix", text, key=f"signed:{signature.pk}", by=by, at=at)


def cleared(version: Version, signatures: Iterable[Signature], because: str, *, by: Actor, at: datetime) -> None:
    """Tell those whose signatures no longer stand."""
    gone = list(signatures)
    people = {person.user_id: person for person in access.people_of(version.tenant_id, None, at)}
    for one in gone:
        text = (
            f"Your signature under {version} of {version.tenant.name}'s responsibility matrix no longer stands: it was {because}.",
            "Look at what it says now. It can be signed once it is proposed again.",
        )
        signer = [people[one.user_id]] if one.user_id in people else []
        _queue(version, signer, f"Your signature under {version} was cleared", text, key=f"cleared:{one.pk}", by=by, at=at)


def in_force(version: Version, before: Version | None, *, by: Actor, at: datetime) -> None:
    """Tell both sides that another version counts from now on."""
    instead = f" It replaces {before}." if before else ""
    text = (
        f"Both sides signed {version} of {version.tenant.name}'s responsibility matrix; it is in force from now on.{instead}",
        f"Content mark: {contents.mark(version.content_hash)}.",
    )
    people = [person for side in Side for person in _managers(version, side, at)]
    _queue(version, people, f"{str(version).capitalize()} of the matrix is in force", text, key="in-force", by=None, at=at)


def withdrawn(version: Version, *, by: Actor, at: datetime) -> None:
    """Tell the other side that there is nothing to sign any more."""
    text = (f"{by.name} withdrew {version} of {version.tenant.name}'s responsibility matrix. What is in force stays in force.",)
    people = [person for side in Side if side is not by.side for person in _managers(version, side, at)]
    _queue(version, people, f"{by.name} withdrew {version} of the matrix", text, key="withdrawn", by=by, at=at)


def _managers(version: Version, side: Side, at: datetime) -> list[Person]:
    return [person for person in access.people_of(version.tenant_id, side, at) if person.role in MANAGE]


def _queue(
    version: Version, people: Iterable[Person], subject: str, text: Iterable[str], *, key: str, by: Actor | None, at: datetime
) -> None:
    address = settings.ADDRESS + reverse("responsibilities:version", args=[version.tenant.slug, version.number])
    notices.queue(
        tenant=version.tenant_id,
        to=[person for person in people if by is None or person.user_id != by.user_id],
        subject=f"[{version.tenant.name}] {subject}",
        text="\n\n".join((*text, address)),
        key=f"version:{version.pk}:{key}",
        at=at,
        kind=Kind.MATRIX,
    )
