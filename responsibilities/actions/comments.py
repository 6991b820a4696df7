"""What people of both sides say about a duty's line: never private, and settled by either side."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind
from comanaged.vocabulary import Side
from responsibilities.models import Comment, Duty, Place

MANAGERS = frozenset({"c_mgr", "p_lead", "p_admin"})


class CannotComment(Exception):
    """Words that cannot be said there, and why."""


@transaction.atomic
def say(duty: str, text: str, *, by: Actor, at: datetime, place: str = "") -> Comment:
    """Say something about a duty, or about it at one place, and tell the other side's managers. Raise Duty.DoesNotExist, CannotComment."""
    access.require(by, "matrix.comment")
    about = Duty.objects.for_tenant(by.tenant).get(key=duty)
    if by.user_id is None or by.side is None:
        raise CannotComment("Only a person of one of the two sides can say something.")
    where = Place.objects.for_tenant(by.tenant).filter(key=place).first() if place else None
    if place and where is None:
        raise CannotComment("There is no such place any more. Say it about the whole duty.")
    said = Comment.objects.create(
        tenant=by.tenant, duty=about, place=where, text=text, user_id=by.user_id, name=by.name[:120], side=by.side, said_at=at
    )
    trail.record("comment.said", said, by=by, at=at, after=text)
    _tell(said, by=by, at=at)
    return said


@transaction.atomic
def settle(duty: str, comment: int, *, by: Actor, at: datetime) -> Comment:
    """Mark a comment as settled; the first who does so stays named. Raise Comment.DoesNotExist."""
    access.require(by, "matrix.comment")
    said = Comment.objects.for_tenant(by.tenant).select_for_update(of=("self",)).get(pk=comment, duty__key=duty)
    if said.settled_at is None:
        said.settled_at, said.settled_by = at, by.name[:120]
        said.save(update_fields=["settled_at", "settled_by"])
        trail.record("comment.settled", said, by=by, at=at, before=said.text, after="Settled")
    return said


def _tell(said: Comment, *, by: Actor, at: datetime) -> None:
    """Queue one notice for each manager of the side that did not say it."""
    people = [person for side in Side if side != by.side for person in access.people_of(by.tenant_id, side, at)]
    where = f" at {said.place.name}" if said.place else ""
    address = settings.ADDRESS + reverse("responsibilities:duty", args=[by.tenant.slug, said.duty.key]) + "#comments"
    notices.queue(
        tenant=by.tenant_id,
        to=[person for person in people if person.role in MANAGERS],
        subject=f"[{by.tenant.name}] {by.name} about {said.duty.name}{where}",
        text="\n\n".join([f"{by.name} says about {said.duty.name}{where}:", said.text, address]),
        key=f"comment:{said.pk}",
        at=at,
        kind=Kind.MATRIX,
    )
