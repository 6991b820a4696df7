"""What both sides say afterwards: written together, its follow-ups made into tickets, signed by one person of each side over one wording."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.vocabulary import Priority, Side
from tickets.actions import opening, steps
from tickets.actions.incidents import due, facts, paging
from tickets.domain import incidents, saying
from tickets.domain.incidents import Fact
from tickets.models import Incident, IncidentReview, Kind, ReviewAction, ReviewSignature
from tickets.queries import reviewed

ACTION, SIGN = "incident.log", "incident.sign_review"
LONG = 20_000


@transaction.atomic
def write_review(
    number: int, said: Mapping[str, str], *, seen: int | None = None, by: Actor, at: datetime, once: str = ""
) -> IncidentReview:
    """Write the sections; any edit clears the signatures. `seen` is the version of the review that was shown."""
    access.require(by, ACTION)
    incident = due.locked(number, by=by, at=at)
    sections = {name: said.get(name, "").strip()[:LONG] for name in incidents.SECTIONS}
    turn = facts.turn_on(incident, "review", by=by, at=at, once=once, said=(sorted(sections.items()),))
    review = _editable(incident)
    served_by_yours(review, by)
    if turn.again:
        return review
    if all(getattr(review, name) == text for name, text in sections.items()):
        return review  # nothing is said otherwise, so no signature is cleared
    if seen is not None and seen != review.version:
        raise steps.Stale(f"{review.edited_by_name} changed the review {saying.ago(at - review.edited_at)}. Look again, then write.")
    for name, text in sections.items():
        setattr(review, name, text)
    cleared = edited(incident, review, by=by, at=at)
    facts.finish(turn, Fact.REVIEW, cleared)
    return review


@transaction.atomic
def add_follow_up(number: int, text: str, duty_key: str, due_on: date, *, by: Actor, at: datetime, once: str = "") -> ReviewAction:
    """Make a ticket of something the review asks for; the matrix says whose it is."""
    access.require(by, ACTION)
    incident = due.locked(number, by=by, at=at)
    turn = facts.turn_on(incident, "follow_up", by=by, at=at, once=once, said=(text, duty_key, due_on))
    if turn.again:
        return ReviewAction.objects.for_tenant(by.tenant).filter(incident=incident).latest("id")
    review, line = _editable(incident), " ".join(text.split())[:200]
    served_by_yours(review, by)
    if not line:
        raise steps.SayMore("Say what is to be done.")
    if due_on < at.astimezone(ZoneInfo(incident.tenant.zone)).date():
        raise steps.SayMore("Choose a day to come.", "due_on")
    address = settings.ADDRESS + reverse("tickets:incident_review", args=[by.tenant.slug, incident.number])
    opened = opening.ask(
        title=line,
        duty_key=duty_key or None,
        text=f"The review of incident {incident.number}, {incident.title}, asks for this.\n\nTo be done by {due_on:%-d %B %Y}.\n\n{address}",
        priority=Priority.P3,
        kind="person",
        by=by,
        at=at,
        action=ACTION,
    )
    row = ReviewAction.objects.create(
        tenant=by.tenant, incident=incident, ticket=opened.ticket, text=line, side=opened.ticket.side, due_on=due_on, by_name=by.name, at=at
    )
    cleared = edited(incident, review, by=by, at=at)
    facts.finish(turn, Fact.FOLLOW_UP, f"{saying.reference(by.tenant.name, opened.ticket.number)} {line}, by {due_on:%-d %B %Y}. {cleared}")
    return row


@transaction.atomic
def sign(number: int, *, seen: str, typed_name: str, by: Actor, at: datetime) -> IncidentReview:
    """Sign the review for one's side; `seen` is the hash of the wording that was shown. With the second side's signature it is closed for good."""
    access.require(by, SIGN)
    if by.side is None or by.user_id is None:
        raise access.Refused(SIGN, by.role)
    incident = due.locked(number, by=by, at=at)
    if (signed_before := _signed_so(incident, seen, by)) is not None:
        return signed_before
    review = _editable(incident)
    _may_sign(incident, review, seen=seen, typed_name=typed_name, by=by, at=at)
    signed = dict(_standing(review).values_list("side", "user_id"))
    place = incidents.place_of(signed, by.side, left=reviewed.provider_left(review, at))
    ReviewSignature.objects.create(
        tenant=by.tenant,
        review=review,
        side=place,
        company_id=by.company_id,
        company_name=review.provider_name if by.side is Side.PROVIDER else by.tenant.name,
        user_id=by.user_id,
        name=by.name,
        typed_name=typed_name.strip(),
        content_hash=review.content_hash,
        signed_at=at,
    )
    if {*signed, place} == set(Side):
        review.signed_at = incident.reviewed_at = at
        review.save(update_fields=["signed_at"])
    turn = facts.Turn(incident, by, at)
    facts.finish(turn, Fact.SIGNED, f"Content mark {reviewed.mark(review.content_hash)}.")
    facts.announce(turn, Kind.MAJOR_SIGNED, "Both sides have signed it now." if review.signed_at else "")
    lead = f"{by.name} signed the review.{' Both sides have signed it now.' if review.signed_at else ''}"
    paging.page(incident, paging.managers(incident, at), lead, key=f"signed:{review.version}:{place}", by=by, at=at)
    return review


def served_by_yours(review: IncidentReview, by: Actor) -> None:
    """Refuse whoever works for another provider than the one that served the client in the incident."""
    if by.side is Side.PROVIDER and by.company_id != review.provider_id:
        raise steps.NotYours(incidents.not_yours(review.provider_name, by.tenant.name))


def _signed_so(incident: Incident, seen: str, by: Actor) -> IncidentReview | None:
    """Return the review if this person's signature under this very wording stands already: a second press changes nothing."""
    mine = ReviewSignature.objects.for_tenant(incident.tenant_id).filter(
        review__incident=incident.pk, user=by.user_id, company=by.company_id, content_hash=seen, cleared_at=None
    )
    signature = mine.select_related("review").first()
    return signature.review if signature is not None else None


def _editable(incident: Incident) -> IncidentReview:
    """Return the review with its row locked, while it is not signed by both."""
    review = IncidentReview.objects.for_tenant(incident.tenant_id).filter(incident=incident).select_for_update(of=("self",)).first()
    if review is None:
        raise steps.NotNow("This incident is not over yet. It is reviewed once it is ended.")
    if review.signed_at is not None:
        raise steps.NotNow("Both sides signed this review; it stays as it is. What is left is a ticket of its own.")
    return review


def edited(incident: Incident, review: IncidentReview, *, by: Actor, at: datetime) -> str:
    """Save another wording, clear what was signed, and return in words whose signature that was."""
    review.version += 1
    review.edited_by_name, review.edited_at = by.name, at
    review.content_hash = reviewed.digest_of(incident, review, reviewed.follow_ups(incident))
    review.save(update_fields=[*incidents.SECTIONS, "version", "edited_by_name", "edited_at", "content_hash"])
    signatures = _standing(review)
    names = list(signatures.order_by("id").values_list("name", flat=True))
    signatures.update(cleared_at=at, cleared_because=f"{by.name} changed the review")
    if names:
        lead = f"{by.name} changed the review, so the signature of {' and '.join(names)} no longer counts."
        paging.page(incident, paging.managers(incident, at), lead, key=f"cleared:{review.version}", by=by, at=at)
    return f"The signature of {' and '.join(names)} no longer counts." if names else ""


def _standing(review: IncidentReview) -> QuerySet[ReviewSignature]:
    return ReviewSignature.objects.for_tenant(review.tenant_id).filter(review=review, cleared_at=None)


def _may_sign(incident: Incident, review: IncidentReview, *, seen: str, typed_name: str, by: Actor, at: datetime) -> None:
    """Refuse unless this person may sign this wording for their side now."""
    standing = dict(_standing(review).values_list("side", "user_id"))
    if not by.signatory:
        raise steps.NotYours("You are no signatory of your side. Ask one of its signatories to sign.")
    served_by_yours(review, by)
    if by.side is Side.PROVIDER and access.provider_id_of(by.tenant_id, at) != by.company_id:
        raise steps.NotYours(f"Your company does not serve {by.tenant.name} now, so it cannot sign.")
    refused = incidents.why_not_sign(standing, by.side or "", by.user_id, left=reviewed.provider_left(review, at))
    if refused:
        raise steps.NotNow(refused)
    if seen != review.content_hash or review.content_hash != reviewed.digest_of(incident, review, reviewed.follow_ups(incident)):
        raise steps.Stale("The review changed since you saw it, so it was not signed. Look at it again, then decide.")
    lacking = incidents.lacks_in_review({name: getattr(review, name) for name in incidents.SECTIONS})
    if lacking:
        raise steps.NotNow(f"It cannot be signed yet: {', '.join(incidents.SECTIONS[name].lower() for name in lacking)} is not said.")
    if " ".join(typed_name.split()).casefold() != " ".join(by.name.split()).casefold():
        raise steps.SayMore(f"Type your name as it stands in your account: {by.name}", "typed_name")
