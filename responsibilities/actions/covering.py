"""Stand-ins: somebody does for a while what somebody else was to do. Of the own side at once, of the other side once it says yes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.audit import trail
from comanaged.notices import actions as notices
from comanaged.notices.kinds import Kind
from comanaged.vocabulary import Party, Side
from responsibilities.actions import keeping
from responsibilities.actions.keeping import Refusal
from responsibilities.domain.people import Subject
from responsibilities.models import Cover, Duty, Place
from responsibilities.queries import covers, subjects

LONGEST = timedelta(days=30)
MANAGERS = frozenset({"c_mgr", "p_lead", "p_admin"})
WORDS = {Side.INTERNAL: "internal IT", Side.PROVIDER: "the provider"}


class CannotCover(Refusal):
    """A stand-in that is not possible."""


@dataclass(frozen=True)
class Wanted:
    """Who is covered, who stands in, from when to when, for which duty (none: every one) and place (none: everywhere), and why."""

    covered: Subject
    stand_in: Subject
    starts_at: datetime
    ends_at: datetime
    duty: str = ""
    place: str = ""
    reason: str = ""


@transaction.atomic
def cover(wanted: Wanted, *, by: Actor, at: datetime) -> Cover:
    """Let somebody of the own side stand in for somebody of it; it holds at once. Raise CannotCover."""
    access.require(by, "cover.set_same_side")
    _check_side(wanted.covered, by.side, "covered", "You cover people of your own side. Ask the other side to cover theirs.")
    _check_side(wanted.stand_in, by.side, "by", "Somebody of the other side stands in only when it says yes. Ask it instead.")
    row = _make(wanted, Cover.State.AGREED, by=by, at=at)
    _told("cover.set", row, by=by, at=at)
    return row


@transaction.atomic
def ask_cover(wanted: Wanted, *, by: Actor, at: datetime) -> Cover:
    """Ask the other side to stand in for somebody of the own one; nothing changes until it says yes. Raise CannotCover."""
    access.require(by, "cover.ask_other_side")
    _check_side(wanted.covered, by.side, "covered", "You ask for people of your own side. The other side asks for its own.")
    other = Side.INTERNAL if by.side is Side.PROVIDER else Side.PROVIDER
    _check_side(wanted.stand_in, other, "by", "They are of your own side. Cover someone at once instead.")
    row = _make(wanted, Cover.State.ASKED, by=by, at=at)
    _told("cover.asked", row, by=by, at=at)
    _notify(row, other, f"{by.name} asks you to stand in", f"{by.name} asks: {covers.sentence(by, row, at)}", at=at)
    return row


@transaction.atomic
def accept_cover(cover: int, *, by: Actor, at: datetime) -> Cover:
    """Say yes for the side that is to stand in. Raise CannotCover where it is not asked, or no more."""
    row = _asked(cover, by, at)
    return _answer(row, Cover.State.AGREED, "cover.agreed", f"{by.name} says yes", by=by, at=at)


@transaction.atomic
def decline_cover(cover: int, *, by: Actor, at: datetime) -> Cover:
    """Say no for the side that is to stand in. Raise CannotCover as accept_cover does."""
    row = _asked(cover, by, at)
    return _answer(row, Cover.State.DECLINED, "cover.declined", f"{by.name} says no", by=by, at=at)


@transaction.atomic
def end_cover(cover: int, *, by: Actor, at: datetime) -> Cover:
    """End a stand-in early, or take a question back; either side that it is about may. Raise CannotCover where it is over."""
    access.require(by, "cover.set_same_side")
    row = _locked(cover, by)
    if row.ends_at <= at or row.state not in (Cover.State.ASKED, Cover.State.AGREED):
        raise CannotCover("This is over already.")
    if by.side not in {subjects.side_of(Party(row.party)), subjects.side_of(Party(row.by_party))}:
        raise CannotCover("Only the sides that it is about end it.")
    if row.state == Cover.State.AGREED and row.starts_at < at:
        row.ends_at = at  # what it did until now stays true
    else:
        row.state = Cover.State.ENDED
    row.save(update_fields=["state", "ends_at"])
    _told("cover.ended", row, by=by, at=at)
    return row


def _check_side(subject: Subject, side: Side | None, field: str, words: str) -> None:
    if subjects.side_of(subject.party) is not side:
        raise CannotCover(words, field)


def _make(wanted: Wanted, state: str, *, by: Actor, at: datetime) -> Cover:
    """Write a stand-in down, once its dates, people, duty and place are right."""
    if wanted.ends_at <= wanted.starts_at:
        raise CannotCover("Choose an end after the beginning.", "ends_at")
    if wanted.ends_at <= at:
        raise CannotCover("This is over already. Choose an end that lies ahead.", "ends_at")
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise CannotCover(f"Choose an end within {LONGEST.days} days. What lasts longer belongs in the matrix.", "ends_at")
    if wanted.covered == wanted.stand_in:
        raise CannotCover("Choose somebody else to stand in.", "by")
    for subject, field in ((wanted.covered, "covered"), (wanted.stand_in, "by")):
        if not covers.known(by.tenant_id, subject, at):
            raise CannotCover("They are not there any more. Choose from the list.", field)
    duty = Duty.objects.for_tenant(by.tenant).filter(key=wanted.duty).first() if wanted.duty else None
    place = Place.objects.for_tenant(by.tenant).filter(key=wanted.place, retired_at=None).first() if wanted.place else None
    if wanted.duty and duty is None:
        raise CannotCover("There is no such duty. Choose from the list.", "duty")
    if wanted.place and place is None:
        raise CannotCover("There is no such place any more. Choose from the list.", "place")
    if by.side is None:
        raise CannotCover("Only people of a side arrange who stands in.")
    agreed = state == Cover.State.AGREED
    return Cover.objects.create(
        tenant=by.tenant,
        duty=duty,
        place=place,
        party=wanted.covered.party,
        team=wanted.covered.team,
        person_id=wanted.covered.person,
        by_party=wanted.stand_in.party,
        by_team=wanted.stand_in.team,
        by_person_id=wanted.stand_in.person,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        state=state,
        reason=wanted.reason,
        asked_by=by.name[:120],
        asked_side=by.side,
        asked_at=at,
        answered_by=by.name[:120] if agreed else "",
        answered_at=at if agreed else None,
    )


def _locked(cover: int, by: Actor) -> Cover:
    rows = Cover.objects.for_tenant(by.tenant).filter(pk=cover).select_related("duty", "place").select_for_update(of=("self",))
    row = rows.first()
    if row is None:
        raise CannotCover("There is no such stand-in.")
    return row


def _asked(cover: int, by: Actor, at: datetime) -> Cover:
    """Return a locked stand-in that waits for this side's word."""
    access.require(by, "cover.accept_other_side")
    row = _locked(cover, by)
    if row.state != Cover.State.ASKED or row.ends_at <= at:
        raise CannotCover("Nobody waits for an answer to this any more.")
    if subjects.side_of(Party(row.by_party)) is not by.side:
        raise CannotCover(f"Only {WORDS[subjects.side_of(Party(row.by_party))]} can answer: it is asked to stand in.")
    return row


def _answer(row: Cover, state: Cover.State, action: str, said: str, *, by: Actor, at: datetime) -> Cover:
    row.state, row.answered_by, row.answered_at = state, by.name[:120], at
    row.save(update_fields=["state", "answered_by", "answered_at"])
    _told(action, row, by=by, at=at)
    _notify(row, Side(row.asked_side), f"{said}: who stands in", f"{said}. {covers.sentence(by, row, at)}", at=at)
    return row


def _told(action: str, row: Cover, *, by: Actor, at: datetime) -> None:
    trail.record(action, row, by=by, at=at, after=covers.sentence(by, row, at), reason=row.reason)
    keeping.settle(by=by, at=at)


def _notify(row: Cover, side: Side, subject: str, text: str, *, at: datetime) -> None:
    """Tell the managers of a side."""
    people = [one for one in access.people_of(row.tenant_id, side, at) if one.role in MANAGERS]
    address = settings.ADDRESS + reverse("responsibilities:covers", args=[row.tenant.slug])
    notices.queue(
        tenant=row.tenant_id,
        to=people,
        subject=subject,
        text=f"{text}\n\n{address}",
        key=f"cover:{row.pk}:{row.state}",
        at=at,
        kind=Kind.MATRIX,
    )
